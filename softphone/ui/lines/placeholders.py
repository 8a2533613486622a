"""What stands where cards will stand: lines on their way, or no line at all (interface.md#first-run)."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.ui.kit.button import Button
from softphone.ui.kit.layout import FlowLayout
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
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 16, 18, 16)
        row.setSpacing(8)
        busy = StatusShape(16)
        busy.show_shape(Shape.ARC, Tone.BUSY)
        row.addWidget(busy, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(tr("Fetching your lines…"), secondary=True), 1, Qt.AlignmentFlag.AlignTop)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.subtle))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.neutral_tint))
        for top, part in ((52, 0.62), (76, 0.38)):
            painter.drawRoundedRect(QRectF(18, top, (self.width() - 36) * part, 12), 6, 6)


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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 32, 0, 32)
        column.setSpacing(8)
        for words in (Text(said, factor=1.3, bold=True), Text(tr(sentence), secondary=True)):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        buttons = FlowLayout(side=Qt.AlignmentFlag.AlignHCenter)
        for remedy in remedies:
            button = Button(tr(REMEDY_LABELS[remedy]), name="remedyButton")
            button.clicked.connect(lambda _=False, chosen=remedy: self.remedy_pressed.emit(chosen))
            buttons.addWidget(button)
        column.addSpacing(8)
        column.addLayout(buttons)


class Waiting(QWidget):
    """A page for the seconds between the redirect and the session, or for a keyring that asks its person.

    Signals:
        cancelled()
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signingIn")
        busy = StatusShape(32)
        busy.show_shape(Shape.ARC, Tone.BUSY)
        self._words = Text(factor=1.3, bold=True)
        self._more = Text(secondary=True)
        cancel = Button(tr("Cancel"), name="signInCancel")
        cancel.setAccessibleName(tr("Cancel sign-in"))
        cancel.clicked.connect(lambda _=False: self.cancelled.emit())
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(busy, 0, Qt.AlignmentFlag.AlignHCenter)
        for words in (self._words, self._more):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.show_keyring(False)

    def show_keyring(self, waiting: bool) -> None:
        """Say whether the system's keyring is waited for (K04)."""
        title = tr("Waiting for the system keyring…") if waiting else tr("Signing you in…")
        self._words.say(title)
        self._more.say(tr("Answer the window it has opened.") if waiting else "")
        self.setAccessibleName(title)
