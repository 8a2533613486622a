"""A banner: a lasting state above the content, with what mends it (interface.md#banners).

It never floats and never blinks.
"""

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, FlowLayout, empty, in_column, in_row
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import REMEDY_LABELS, Shape, Tone

_RADIUS = 8.0


class BannerStack(QWidget):
    """Banners one below the other; without any it takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = in_column(of=self, margins=NO_MARGINS, spacing=8)
        self.hide()

    def show_banners(self, banners: list["Banner"]) -> None:
        """Show these and no others, top first."""
        empty(self._column)
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
        words = in_column(
            Text(title, bold=True),
            Text(sentence),
            Text(small_print, secondary=True, factor=0.9),
            spacing=2,
        )
        buttons = FlowLayout(outset=(RING_ROOM, 0))
        for place, remedy in enumerate(remedies[:2]):
            kind = ButtonKind.PRIMARY if urgent and place == 0 else ButtonKind.NORMAL
            chosen = partial(self.remedy_pressed.emit, remedy)
            buttons.addWidget(Button(tr(REMEDY_LABELS[remedy]), chosen, name="remedyButton", kind=kind))
        if dismissable:
            buttons.addWidget(Button(tr("OK"), self.dismissed.emit, name="dismissButton"))
        if buttons.count():
            words.addLayout(buttons)
        else:
            words.addSpacing(4)
        picture = StatusShape(20, shape, tone)
        in_row((picture, TOP), (words, 1), of=self, margins=(14, 12, 10, 8), spacing=12)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tint = tokens(self.palette()).tint(self._tone)
        paint_ground(smooth(self), QRectF(self.rect()), _RADIUS, tint)
