"""Help, the keyboard shortcuts and About: words that scroll, and a button to close them."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence, QPalette, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from softphone import __version__
from softphone.i18n import tr
from softphone.line.model import LineState
from softphone.ui.commands import LOOKS
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.placement import give_size
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.wording.presentation import LOOKS as STATE_LOOKS
from softphone.wording.presentation import Shape, Tone

SIZE = (520, 480)
MINIMUM_SIZE = (300, 220)

_MEANINGS = {  # shown
    LineState.REGISTERED: "Calls reach this computer; Webex has confirmed it a moment ago.",
    LineState.REGISTERED_BACKUP: "Calls come through the backup server. The line goes home by itself.",
    LineState.REGISTERING: "A server is being asked to take the line.",
    LineState.CHECKING: "The last proof is old, as after sleep; Webex is being asked now.",
    LineState.RECONNECTING: "A check was missed. Calls may be missed until the next one is answered.",
    LineState.RETRY_WAIT: "Not registered. The next try comes by itself; Retry now brings it forward.",
    LineState.WAITING_CALL: "A call is going on; the line registers again when it ends.",
    LineState.DEREGISTERING: "Webex is being told to send no more calls here.",
    LineState.IDLE: "You switched this line off here. Register switches it on.",
    LineState.FAILED: "Trying again cannot help; the card says who can.",
    LineState.ACTION: "Something has to be chosen first; the button on the card asks for it.",
    LineState.ELSEWHERE: "Another session took this line. Take back brings it here again.",
    LineState.OFFLINE: "This computer has no network. Lines come back by themselves.",
    LineState.SIGNED_OUT: "The sign-in has ended. After signing in again the line comes back by itself.",
}
_MORE_KEYS = (  # shown
    ("Tab, Shift+Tab", "Next or previous control"),
    ("Up, Down, Home, End", "Move between the lines"),
    ("Enter", "Details of the line, or press the button"),
    ("Ctrl+1 … Ctrl+9", "Go to the first … ninth line"),
)


class WordsDialog(QDialog):
    """A scrolling page of words. Show it with `open()`."""

    def __init__(self, title: str, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        give_size(self, SIZE, MINIMUM_SIZE)
        self.page = QVBoxLayout()
        self.page.setContentsMargins(20, 16, 20, 16)
        self.page.setSpacing(10)
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Window)
        content.setLayout(self.page)
        self._area = QScrollArea()
        self._area.setObjectName("wordsArea")  # its ring is in theme.qss
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(title)
        self._area.setWidget(content)
        self._close = Button(tr("Close"), name="closeButton", kind=ButtonKind.PRIMARY)
        self._close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 12)
        foot.addStretch(1)
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        self.page.addWidget(Text(title, factor=1.3, bold=True))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.activateWindow()  # without a window manager nobody else gives it the keyboard
        self._close.setFocus(Qt.FocusReason.TabFocusReason)


def help_dialog(parent: QWidget) -> WordsDialog:
    """Return what the badges mean and where help is."""
    dialog = WordsDialog(tr("What the badges mean"), parent, name="helpDialog")
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(1, 1)
    for row, (state, (tone, shape, words)) in enumerate(STATE_LOOKS.items()):
        grid.addWidget(_still(shape, tone), row, 0, Qt.AlignmentFlag.AlignTop)
        both = QVBoxLayout()
        both.setSpacing(2)
        both.addWidget(Text(tr(words), bold=True))
        both.addWidget(Text(tr(_MEANINGS[state]), secondary=True))
        grid.addLayout(both, row, 1)
    dialog.page.addLayout(grid)
    dialog.page.addWidget(Text(tr("The ring round a badge"), bold=True))
    dialog.page.addWidget(
        Text(
            tr(
                "It is full when Webex has just confirmed the line and drains until the next proof. "
                "A badge is green only while the proof is fresh."
            ),
            secondary=True,
        )
    )
    dialog.page.addWidget(Text(tr("When you ask for help"), bold=True))
    dialog.page.addWidget(
        Text(
            tr(
                "Copy diagnostics puts all that is known on the clipboard, without passwords or tokens. "
                "Run check says which step fails."
            ),
            secondary=True,
        )
    )
    dialog.page.addStretch(1)
    return dialog


def shortcuts_dialog(parent: QWidget) -> WordsDialog:
    """Return every key of the command table."""
    dialog = WordsDialog(tr("Keyboard shortcuts"), parent, name="shortcutsDialog")
    rows = [(tr(keys), tr(words)) for keys, words in _MORE_KEYS]
    for look in LOOKS.values():
        if look.keys:
            keys = [QKeySequence(each).toString(QKeySequence.SequenceFormat.NativeText) for each in look.keys]
            rows.append((", ".join(keys), tr(look.words).rstrip("…")))
    dialog.page.addLayout(_pairs(rows))
    dialog.page.addStretch(1)
    return dialog


def about_dialog(parent: QWidget) -> WordsDialog:
    """Return what this program is."""
    dialog = WordsDialog(tr("About Softphone"), parent, name="aboutDialog")
    dialog.page.addWidget(
        Text(tr("Signs you in to Webex Calling, registers your lines, and keeps them registered."))
    )
    rows = [
        (tr("Version"), __version__),
        (tr("Qt"), qVersion()),
        (tr("Python"), platform.python_version()),
        (tr("System"), platform.platform()),
        (tr("Licence"), "MIT"),
    ]
    dialog.page.addLayout(_pairs(rows))
    dialog.page.addStretch(1)
    return dialog


def _pairs(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for row, (left, right) in enumerate(rows):
        grid.addWidget(Text(left, bold=True, wraps=False), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Text(right), row, 1)
    return grid


def _still(shape: Shape, tone: Tone) -> StatusShape:
    drawn = StatusShape(20)
    drawn.show_shape(shape, tone)
    return drawn
