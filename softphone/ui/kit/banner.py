"""A banner: a lasting state above the content, with what mends it (interface.md#banners).

It never floats and never blinks.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import RING_ROOM, Button, ButtonKind
from softphone.ui.kit.flow_layout import FlowLayout
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import REMEDY_LABELS, Shape, Tone

_RADIUS = 8.0


class BannerStack(QWidget):
    """Banners one below the other; without any it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_banners(self, banners: list["Banner"]) -> None:
        """Show these and no others, top first."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for banner in banners:
            self._column.addWidget(banner)
        self.setVisible(bool(banners))


class Banner(QWidget):
    """Title, one or two sentences, at most two remedies, and "OK" when it may be put away.

    Its words come as they are shown.
    The first remedy of an `urgent` one is the window's primary button.

    Signals:
        remedy_pressed(Remedy): a remedy was chosen.
        dismissed(): the banner was put away.
    """

    remedy_pressed = Signal(object)
    dismissed = Signal()

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        tone: Tone,
        shape: Shape,
        remedies: tuple[Remedy, ...] = (),
        small_print: str = "",
        dismissable: bool = False,
        urgent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._tone = tone
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 10, 8)
        row.setSpacing(12)
        picture = StatusShape(20)
        picture.show_shape(shape, tone)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Text(title, bold=True))
        column.addWidget(Text(sentence))
        column.addWidget(Text(small_print, secondary=True, factor=0.9))
        if remedies or dismissable:
            buttons = FlowLayout(outset=(RING_ROOM, 0))
            for place, remedy in enumerate(remedies[:2]):
                kind = ButtonKind.PRIMARY if urgent and place == 0 else ButtonKind.NORMAL
                button = Button(tr(REMEDY_LABELS[remedy]), name="remedyButton", kind=kind)
                button.clicked.connect(lambda _=False, chosen=remedy: self.remedy_pressed.emit(chosen))
                buttons.addWidget(button)
            if dismissable:
                dismiss = Button(tr("OK"), name="dismissButton")
                dismiss.clicked.connect(lambda _=False: self.dismissed.emit())
                buttons.addWidget(dismiss)
            column.addLayout(buttons)
        else:
            column.addSpacing(4)
        row.addLayout(column, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens(self.palette()).tint(self._tone))
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
