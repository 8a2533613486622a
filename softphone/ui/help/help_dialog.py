"""Help, the keyboard shortcuts and About: words that scroll, and a button to close them."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from softphone import __version__
from softphone.i18n import tr
from softphone.line.model import LineState
from softphone.ui.commands import LOOKS
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, ScrollArea, in_column, in_row
from softphone.ui.kit.page_dialog import Dialog
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.wording.presentation import LOOKS as STATE_LOOKS

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


class WordsDialog(Dialog):
    """A scrolling page of words. Show it with `open()`."""

    def __init__(self, title: str, parent: QWidget, *, name: str) -> None:
        super().__init__(title, parent, name=name, size=SIZE, minimum=MINIMUM_SIZE)
        content = QWidget()
        self.page = in_column(
            Text(title, factor=1.3, bold=True), of=content, margins=(20, 16, 20, 16), spacing=10
        )
        area = ScrollArea(content, QPalette.ColorRole.Window)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that keys scroll; its ring is in theme.qss
        area.setObjectName("wordsArea")
        area.setAccessibleName(title)
        close = Button(tr("Close"), self.accept, name="closeButton", kind=ButtonKind.PRIMARY)
        close.setDefault(True)
        self._first = close
        foot = in_row(1, close, margins=(16, 4, 16, 12))
        in_column((area, 1), foot, of=self, margins=NO_MARGINS, spacing=0)


def help_dialog(parent: QWidget) -> WordsDialog:
    """Return what the badges mean and where help is."""
    dialog = WordsDialog(tr("What the badges mean"), parent, name="helpDialog")
    grid = _grid(12, 12)
    for place, (state, (tone, shape, words)) in enumerate(STATE_LOOKS.items()):
        meaning = Text(tr(_MEANINGS[state]), secondary=True)
        grid.addWidget(StatusShape(20, shape, tone), place, 0, TOP)
        grid.addLayout(in_column(Text(tr(words), bold=True), meaning, spacing=2), place, 1)
    dialog.page.addLayout(grid)
    for heading, words in (
        (
            tr("The ring round a badge"),
            tr(
                "It is full when Webex has just confirmed the line and drains until the next proof. "
                "A badge is green only while the proof is fresh."
            ),
        ),
        (
            tr("When you ask for help"),
            tr(
                "Copy diagnostics puts all that is known on the clipboard, without passwords or tokens. "
                "Run check says which step fails."
            ),
        ),
    ):
        dialog.page.addWidget(Text(heading, bold=True))
        dialog.page.addWidget(Text(words, secondary=True))
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
    grid = _grid(18, 6)
    for place, (left, right) in enumerate(rows):
        grid.addWidget(Text(left, bold=True, wraps=False), place, 0, TOP)
        grid.addWidget(Text(right), place, 1)
    return grid


def _grid(across: int, down: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(across)
    grid.setVerticalSpacing(down)
    grid.setColumnStretch(1, 1)
    return grid
