"""Help, the keyboard shortcuts and About."""

import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QWidget

from softphone import __version__
from softphone.i18n import tr
from softphone.line.model import LineState
from softphone.ui.commands import LOOKS
from softphone.ui.kit.layout import TOP, in_column
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.wording.presentation import LOOKS as STATE_LOOKS

SIZE = (520, 480)

_MEANINGS = {  # shown
    LineState.REGISTERED: "Webex can reach this line.",
    LineState.REGISTERED_BACKUP: "Webex can reach this line, over a backup server.",
    LineState.REGISTERING: "Webex is being asked to take the line.",
    LineState.CHECKING: "The last proof is old. Webex is being asked now.",
    LineState.RECONNECTING: "A check was missed. Webex may not reach this line.",
    LineState.RETRY_WAIT: "Webex cannot reach this line. The next try comes by itself.",
    LineState.WAITING_CALL: "The line registers when another call ends.",
    LineState.DEREGISTERING: "Webex is being told to let this line go.",
    LineState.IDLE: "You deregistered this line here.",
    LineState.FAILED: "Trying again cannot help. The line says who can.",
    LineState.ACTION: "You have to choose first; a button asks for it.",
    LineState.ELSEWHERE: "Another session took this line.",
    LineState.OFFLINE: "This computer is offline. Lines come back by themselves.",
    LineState.SIGNED_OUT: "The sign-in has ended. Sign in again.",
}
_MORE_KEYS = (  # shown
    ("Tab, Shift+Tab", "Next or previous control"),
    ("Up, Down, Home, End", "Move between the lines"),
    ("Enter", "Details of the line, or press the button"),
    ("Ctrl+1 … Ctrl+9", "Go to the first … ninth line"),
)


def _words_dialog(title: str, parent: QWidget, *, name: str) -> PageDialog:
    dialog = PageDialog(title, parent, name=name, size=SIZE)
    dialog.add_close("closeButton")
    return dialog


def help_dialog(parent: QWidget) -> PageDialog:
    """Return what the badges mean and where help is."""
    dialog = _words_dialog(tr("What the badges mean"), parent, name="helpDialog")
    grid = _grid(12, 12)
    for place, (state, (tone, shape, words)) in enumerate(STATE_LOOKS.items()):
        meaning = Text(tr(_MEANINGS[state]), secondary=True)
        grid.addWidget(StatusShape(20, shape, tone), place, 0, TOP)
        grid.addLayout(in_column(Text(tr(words), bold=True), meaning, spacing=2), place, 1)
    dialog.page.addLayout(grid)
    for heading, words in (
        (
            tr("The ring round a badge"),
            tr("It is full when Webex has just confirmed the line, and runs out until the next proof."),
        ),
        (
            tr("When you ask for help"),
            tr(
                "Run check says which step fails. Copy diagnostics copies all that is known, without secrets."
            ),
        ),
    ):
        dialog.page.addWidget(Text(heading, bold=True))
        dialog.page.addWidget(Text(words, secondary=True))
    return dialog


def shortcuts_dialog(parent: QWidget) -> PageDialog:
    """Return every key of the command table."""
    dialog = _words_dialog(tr("Keyboard shortcuts"), parent, name="shortcutsDialog")
    rows = [(tr(keys), tr(words)) for keys, words in _MORE_KEYS]
    for look in LOOKS.values():
        if look.keys:
            keys = [QKeySequence(each).toString(QKeySequence.SequenceFormat.NativeText) for each in look.keys]
            rows.append((", ".join(keys), tr(look.words).rstrip("…")))
    dialog.page.addLayout(_pairs(rows))
    return dialog


def about_dialog(parent: QWidget) -> PageDialog:
    """Return what this program is."""
    dialog = _words_dialog(tr("About Softphone"), parent, name="aboutDialog")
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
