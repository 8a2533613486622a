"""A banner: a lasting state above the content, with what mends it (interface.md#banners).

It never floats and never blinks.
"""

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import Button, IconButton
from softphone.ui.kit.icons import Icon, paint_icon
from softphone.ui.kit.layout import NO_MARGINS, empty, in_column, in_row
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import REMEDY_LABELS, Shape, Tone

_RADIUS = 8.0
_SHAPE_SIZE = 20


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
    """A title, a sentence, what mends it, and on a note, which says no more than a sentence, a cross.

    Its words come as they are shown.

    Signals:
        remedy_pressed(Remedy): a remedy was chosen.
        dismissed(): the banner was put away.
    """

    remedy_pressed: Signal = Signal(object)
    dismissed: Signal = Signal()

    def __init__(
        self,
        title: str,
        sentence: str = "",
        *,
        tone: Tone,
        shape: Shape | None = None,
        remedies: tuple[Remedy, ...] = (),
        small_print: str = "",
        dismissable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._tone = tone
        words = in_column(
            Text(title, bold=shape is not None),
            Text(sentence, secondary=True),
            Text(small_print, secondary=True, style=TextStyle.SMALL),
            spacing=0,
        )
        picture = InfoSign() if shape is None else StatusShape(_SHAPE_SIZE, shape, tone)
        row = in_row(picture, (words, 1), of=self, margins=(14, 10, 8, 10), spacing=12)
        for remedy in remedies[:2]:
            chosen = partial(self.remedy_pressed.emit, remedy)
            row.addWidget(Button(tr(REMEDY_LABELS[remedy]), chosen, name="remedyButton"))
        if dismissable:
            row.addWidget(
                IconButton(Icon.CLOSE, self.dismissed.emit, name="dismissButton", tooltip=tr("Close"))
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tint = tokens(self.palette()).tint(self._tone)
        paint_ground(smooth(self), QRectF(self.rect()), _RADIUS, tint)


class InfoSign(QWidget):
    """The picture of a note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(_SHAPE_SIZE, _SHAPE_SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        paint_icon(smooth(self), QRectF(self.rect()), Icon.INFO, tokens(self.palette()).secondary)
