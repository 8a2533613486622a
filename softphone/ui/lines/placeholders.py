"""What stands where cards will stand: lines on their way, or no line at all (interface.md#first-run)."""

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import Button
from softphone.ui.kit.layout import CENTRE, TOP, FlowLayout, gap, in_column, in_row
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.wording.presentation import REMEDY_LABELS, Shape, Tone

_RADIUS = 10.0
_SKELETON_HEIGHT = 120


class FetchingLines(QWidget):
    """A card's outline with the words that say what is going on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fetchingLines")
        self.setAccessibleName(tr("Fetching your lines…"))
        self.setMinimumHeight(_SKELETON_HEIGHT)
        busy = StatusShape(16, Shape.ARC, Tone.BUSY)
        words = in_column(Text(tr("Fetching your lines…"), secondary=True), 1)
        in_row((busy, TOP), (words, 1), of=self, margins=(18, 16, 18, 16), spacing=8)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        paint_ground(painter, QRectF(self.rect()), _RADIUS, colours.card, colours.subtle)
        for top, part in ((52, 0.62), (76, 0.38)):
            words = QRectF(18, top, (self.width() - 36) * part, 12)
            paint_ground(painter, words, 6, colours.neutral_tint)


class NoLines(QWidget):
    """Signed in, and no line: who can change that, and the way to tell them. The words come in English.

    `whose` names the account where there are several.

    Signals:
        remedy_pressed(Remedy)
    """

    remedy_pressed = Signal(object)

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
        words = Text(said, factor=1.3, bold=True), Text(tr(sentence), secondary=True)
        for text in words:
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = FlowLayout(side=CENTRE)
        for remedy in remedies:
            pressed = partial(self.remedy_pressed.emit, remedy)
            buttons.addWidget(Button(tr(REMEDY_LABELS[remedy]), pressed, name="remedyButton"))
        in_column(*words, gap(8), buttons, of=self, margins=(0, 32, 0, 32), spacing=8)


class Waiting(QWidget):
    """A page for the seconds between the redirect and the session, or for a keyring that asks its person.

    Signals:
        cancelled()
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signingIn")
        self._words = Text(factor=1.3, bold=True)
        self._more = Text(secondary=True)
        for words in (self._words, self._more):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        busy = StatusShape(32, Shape.ARC, Tone.BUSY)
        cancel = Button(tr("Cancel"), self.cancelled.emit, name="signInCancel", spoken=tr("Cancel sign-in"))
        in_column(2, (busy, CENTRE), self._words, self._more, (cancel, CENTRE), 3, of=self, spacing=12)
        self.show_keyring(False)

    def show_keyring(self, waiting: bool) -> None:
        """Say whether the system's keyring is waited for (K04)."""
        title = tr("Waiting for the system keyring…") if waiting else tr("Signing you in…")
        self._words.say(title)
        self._more.say(tr("Answer the window it has opened.") if waiting else "")
        self.setAccessibleName(title)
