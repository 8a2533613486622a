"""What stands where cards will stand: lines on their way, or no line at all (interface.md#first-run)."""

from functools import partial

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import CENTRE, NO_MARGINS, FlowLayout, gap, in_column, in_row
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import REMEDY_LABELS

CANCEL_AFTER_MS = 2000  # what takes no longer needs no way out, and no words but these

_COLUMN_PX = 600
_CARD_PX = 48
_CARDS = 3
_GAP_PX = 10
_RADIUS = 8.0
_WHERE_LINES_WILL_BE = (21, 52, 21, 20)  # below a bar that is not there yet


class FetchingLines(QWidget):
    """Outlines of cards; the first one says what is going on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fetchingLines")
        self._words = Text(secondary=True)
        self._cards = [_Skeleton() for _ in range(_CARDS)]
        in_row((self._words, 1), of=self._cards[0], margins=(0, 0, 0, 0))
        column = QWidget()
        column.setMaximumWidth(_COLUMN_PX)
        in_column(*self._cards, of=column, margins=NO_MARGINS, spacing=_GAP_PX)
        in_row(1, (column, 1000), 1, of=self, margins=NO_MARGINS, spacing=0)
        self.say(tr("Fetching your lines…"))

    def say(self, words: str) -> None:
        """Say what is waited for."""
        self._words.say(words)
        self.setAccessibleName(words)


class _Skeleton(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(_CARD_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        width, middle = self.width(), self.height() / 2
        whole = QRectF(0.5, 0.5, width - 1, self.height() - 1)
        paint_ground(painter, whole, _RADIUS, colours.card, colours.subtle)
        bars = [(0.024, 0.18, -9.0, 7.0), (0.024, 0.13, 5.0, 7.0), (0.36, 0.18, -10.0, 20.0)]
        for left, part, top, height in bars:
            bar = QRectF(width * left, middle + top, width * part, height)
            if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                bar.moveRight(width - bar.left())
            paint_ground(painter, bar, min(height / 2, 6.0), colours.hover)

    def resizeEvent(self, event: object) -> None:
        del event
        layout = self.layout()
        if layout is not None:  # the words stand beside the outlines
            side = round(self.width() * 0.567)
            left_to_right = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
            layout.setContentsMargins(*((side, 4, 8, 4) if left_to_right else (8, 4, side, 4)))


class NoLines(QWidget):
    """Signed in, and no line: who can change that, and the way to tell them. The words come in English.

    `whose` names the account where there are several.

    Signals:
        remedy_pressed(Remedy)
    """

    remedy_pressed: Signal = Signal(object)

    def __init__(
        self,
        title: str,
        sentence: str,
        remedies: tuple[Remedy, ...],
        *,
        whose: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        said = tr("{name}: {title}", name=whose, title=tr(title)) if whose else tr(title)
        self.setObjectName("noLines")
        self.setAccessibleName(said)
        words = Text(said, style=TextStyle.PAGE_TITLE), Text(tr(sentence), secondary=True)
        for text in words:
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = FlowLayout(side=CENTRE)
        for remedy in remedies:
            pressed = partial(self.remedy_pressed.emit, remedy)
            kind = ButtonKind.PRIMARY if remedy is remedies[0] else ButtonKind.SECONDARY
            buttons.addWidget(Button(tr(REMEDY_LABELS[remedy]), pressed, name="remedyButton", kind=kind))
        in_column(*words, gap(8), buttons, of=self, margins=(0, 32, 0, 32), spacing=8)


class Waiting(QWidget):
    """A page for the seconds between the redirect and the session, or for a keyring that asks its person.

    It looks like what comes next, so that nothing flashes by.

    Signals:
        cancelled()
    """

    cancelled: Signal = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signingIn")
        self._lines = FetchingLines()
        self._more = Text(secondary=True)
        self._more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._cancel = Button(
            tr("Cancel"),
            self.cancelled.emit,
            name="signInCancel",
            spoken=tr("Cancel sign-in"),
            kind=ButtonKind.QUIET,
        )
        self._long = QTimer(self, singleShot=True, interval=CANCEL_AFTER_MS)
        self._long.timeout.connect(self._cancel.show)
        in_column(
            self._lines,
            self._more,
            (self._cancel, CENTRE),
            1,
            of=self,
            margins=_WHERE_LINES_WILL_BE,
            spacing=12,
        )
        self.show_keyring(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._cancel.hide()
        self._long.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._long.stop()

    def show_keyring(self, waiting: bool) -> None:
        """Say whether the system's keyring is waited for (K04)."""
        title = tr("Waiting for the system keyring…") if waiting else tr("Fetching your lines…")
        self._lines.say(title)
        self._more.say(tr("Answer the window it has opened.") if waiting else "")
        self.setAccessibleName(title)
