"""Everything a person may tell the window by menu or key: one table (interface.md#keys).

The menu, the keyboard and the list of shortcuts are all made from it. What a command does is decided where
it is carried out, by whoever listens to `Commands.asked`.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr


class Place(Enum):  # shown
    """Where a command stands: in the menu "More", or in its submenu with this title. `NONE`: elsewhere."""

    MORE = "More"
    VIEW = "View"
    DEMO = "Demo"
    HELP = "Help"
    NONE = ""


class Command(Enum):
    """One thing to do."""

    SIGN_IN = auto()
    USE_BROWSER = auto()
    USE_TOKEN = auto()
    SET_UP = auto()
    DEVICES = auto()
    SIGN_OUT = auto()
    CLOSE = auto()
    QUIT = auto()
    REGISTER = auto()
    DEREGISTER = auto()
    RETRY = auto()
    RETRY_ALL = auto()
    REGISTER_ALL = auto()
    DEREGISTER_ALL = auto()
    DETAILS = auto()
    TIMELINE = auto()
    FILTER = auto()
    ALWAYS_ON_TOP = auto()
    NEXT_PART = auto()
    PREVIOUS_PART = auto()
    ESCAPE = auto()
    CHECK = auto()
    COPY_DIAGNOSTICS = auto()
    EXPORT_DIAGNOSTICS = auto()
    DRILLS = auto()
    SETTINGS = auto()
    NETWORK_SETTINGS = auto()
    IMPORT_SETTINGS = auto()
    EXPORT_SETTINGS = auto()
    HELP = auto()
    SHORTCUTS = auto()
    GUIDES = auto()
    SERVICE_STATUS = auto()
    CHECK_FOR_UPDATES = auto()
    OPEN_WEB_PAGE = auto()
    ABOUT = auto()


class Look(Struct, frozen=True):
    """How a command is written: its words, its keys as Qt reads them, and its menu."""

    words: str
    keys: tuple[str, ...]
    place: Place
    checkable: bool = False
    begins_group: bool = False  # a rule stands above it
    waits: bool = False  # not there until somebody offers it


LOOKS: Mapping[Command, Look] = {  # shown; in the order of the menu
    Command.REGISTER_ALL: Look("Register all", ("Ctrl+Shift+R",), Place.MORE),
    Command.DEREGISTER_ALL: Look("Deregister all…", (), Place.MORE),
    Command.DEVICES: Look("Devices…", (), Place.MORE, begins_group=True),
    Command.CHECK: Look("Run check", (), Place.MORE),
    Command.COPY_DIAGNOSTICS: Look("Copy diagnostics", ("Ctrl+Shift+C",), Place.MORE),
    Command.EXPORT_DIAGNOSTICS: Look("Export…", ("Ctrl+S",), Place.MORE),
    Command.ALWAYS_ON_TOP: Look("Always on top", (), Place.VIEW, checkable=True, begins_group=True),
    Command.DRILLS: Look("Drills…", (), Place.DEMO),
    Command.HELP: Look("Help", (), Place.HELP),
    Command.SHORTCUTS: Look("Keyboard shortcuts", ("Ctrl+?",), Place.HELP),
    Command.GUIDES: Look("Guides", ("F1",), Place.HELP),
    Command.SERVICE_STATUS: Look("Webex service status", (), Place.HELP),
    Command.SET_UP: Look("Set up for Webex…", (), Place.HELP, begins_group=True),
    Command.USE_TOKEN: Look("Sign in with an access token…", (), Place.HELP),
    Command.CHECK_FOR_UPDATES: Look("Check for updates…", (), Place.HELP, begins_group=True, waits=True),
    Command.ABOUT: Look("About", (), Place.HELP, begins_group=True),
    Command.QUIT: Look("Quit", ("Ctrl+Q",), Place.MORE, begins_group=True),
    Command.SIGN_IN: Look("Add account…", (), Place.NONE),
    Command.USE_BROWSER: Look("Sign in with my browser", (), Place.NONE),
    Command.SIGN_OUT: Look("Sign out…", ("Ctrl+Shift+O",), Place.NONE),
    Command.CLOSE: Look("Close window", ("Ctrl+W",), Place.NONE),
    Command.REGISTER: Look("Register", ("Ctrl+R",), Place.NONE),
    Command.DEREGISTER: Look("Deregister", ("Ctrl+D",), Place.NONE),
    Command.RETRY: Look("Retry now", ("F5",), Place.NONE),
    Command.RETRY_ALL: Look("Retry all", ("Ctrl+Shift+F5",), Place.NONE),
    Command.DETAILS: Look("Details", (), Place.NONE),
    Command.TIMELINE: Look("Activity", ("Ctrl+T",), Place.NONE),
    Command.FILTER: Look("Search", ("Ctrl+F",), Place.NONE),
    Command.NEXT_PART: Look("Next part of the window", ("F6",), Place.NONE),
    Command.PREVIOUS_PART: Look("Previous part of the window", ("Shift+F6",), Place.NONE),
    Command.ESCAPE: Look("Back", ("Esc",), Place.NONE),
    Command.SETTINGS: Look("Settings", ("Ctrl+,",), Place.NONE),
    Command.NETWORK_SETTINGS: Look("Network settings", (), Place.NONE),
    Command.OPEN_WEB_PAGE: Look("Open a web page", (), Place.NONE),
    Command.IMPORT_SETTINGS: Look("Import settings…", (), Place.NONE),
    Command.EXPORT_SETTINGS: Look("Export settings…", (), Place.NONE),
}
# Refused while the past is shown; what gets past them all the same meets `ui.gate`.
ACTING = frozenset(
    {
        *(Command.SIGN_IN, Command.USE_BROWSER, Command.USE_TOKEN, Command.SET_UP, Command.SIGN_OUT),
        *(Command.REGISTER, Command.DEREGISTER, Command.RETRY, Command.DEVICES, Command.CHECK),
        *(Command.REGISTER_ALL, Command.DEREGISTER_ALL, Command.RETRY_ALL, Command.DRILLS),
    }
)
_NAMES = {Command.REGISTER_ALL: "registerAllButton", Command.DEREGISTER_ALL: "deregisterAllButton"}
LINE_KEYS = tuple(f"Ctrl+{place}" for place in range(1, 10))


class Commands(QObject):
    """An action for each command, alive while the menu is shut.

    Signals:
        asked(Command): by menu or key.
        line_asked(int): Ctrl+1..9, counted from 0.
    """

    asked: Signal = Signal(object)
    line_asked: Signal = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._taken_away: set[Command] = set()
        self._held = False
        self._actions = {command: self._new(command, look, window) for command, look in LOOKS.items()}
        self.offer((command for command, look in LOOKS.items() if look.waits), offered=False)
        for place, keys in enumerate(LINE_KEYS):
            action = QAction(tr("Go to line {n}", n=place + 1), self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, line=place: self.line_asked.emit(line))
            window.addAction(action)

    def action(self, command: Command) -> QAction:
        """The action of a command, for a menu."""
        return self._actions[command]

    def offer(self, commands: Iterable[Command], *, offered: bool) -> None:
        """Show these in the menu, or take them away together with their keys."""
        for command in commands:
            (self._taken_away.discard if offered else self._taken_away.add)(command)
            self._show(command)

    def hold(self, *, held: bool) -> None:
        """Take away what acts, together with its keys, while the past is shown."""
        self._held = held
        for command in ACTING:
            self._show(command)

    def lock(self, command: Command, *, locked: bool) -> None:
        """Show that the organisation has chosen, or let the person choose."""
        self._actions[command].setEnabled(not locked)
        self._actions[command].setToolTip(tr("Set by your organisation") if locked else "")

    def check(self, command: Command, *, checked: bool) -> None:
        """Show whether a choice is on; nothing is asked by it."""
        self._actions[command].setChecked(checked)

    def _show(self, command: Command) -> None:
        offered = command not in self._taken_away and not (self._held and command in ACTING)
        self._actions[command].setVisible(offered)
        self._actions[command].setEnabled(offered)

    def _new(self, command: Command, look: Look, window: QWidget) -> QAction:
        action = QAction(tr(look.words), self)
        action.setObjectName(_NAMES.get(command, f"{command.name.lower()}Action"))
        action.setShortcuts([QKeySequence(keys) for keys in look.keys])
        action.setCheckable(look.checkable)
        action.triggered.connect(lambda _=False: self.asked.emit(command))
        window.addAction(action)
        return action
