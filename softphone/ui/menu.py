"""The window's menu: theme, diagnostics, sign-out, quit."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from softphone.ui.bridge import AccountSnapshot
from softphone.ui.theme import Theme, ThemeChoice

_THEME_WORDS = {
    ThemeChoice.SYSTEM: "Like the system",
    ThemeChoice.LIGHT: "Light",
    ThemeChoice.DARK: "Dark",
}


class WindowMenu(QMenu):
    """The menu.

    Signals:
        sign_out_pressed(str): of the account with this key.
        copy_diagnostics_pressed(), quit_pressed()
    """

    sign_out_pressed = Signal(str)
    copy_diagnostics_pressed = Signal()
    quit_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Menu")
        self._theme = theme
        self._themes = self.addMenu("Theme")
        group = QActionGroup(self)
        for choice in ThemeChoice:
            if choice is ThemeChoice.SYSTEM and not theme.system_is_known:
                continue  # it would look like Light and explain nothing
            action = self._themes.addAction(_THEME_WORDS[choice])
            action.setCheckable(True)
            action.setChecked(choice is theme.choice)
            action.triggered.connect(lambda _=False, chosen=choice: theme.choose(chosen))
            group.addAction(action)
        self._copy = self.addAction("Copy diagnostics")
        self._copy.setShortcut(QKeySequence("Ctrl+Shift+C"))
        self._copy.triggered.connect(lambda _=False: self.copy_diagnostics_pressed.emit())
        self._before_quit = self.addSeparator()
        quit_action = self.addAction("Quit")
        quit_action.setShortcut(QKeySequence("Ctrl+Q"))
        quit_action.triggered.connect(lambda _=False: self.quit_pressed.emit())
        self._sign_outs: list[QAction] = []
        parent.addActions([self._copy, quit_action])  # so that the keys work while the menu is shut

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Offer to sign out of these."""
        for action in self._sign_outs:
            self.removeAction(action)
            action.deleteLater()
        self._sign_outs = []
        for account in accounts:
            who = account.account.name or account.account.address or account.account.key
            action = QAction(f"Sign out {who}…", self)
            action.triggered.connect(lambda _=False, key=account.account.key: self.sign_out_pressed.emit(key))
            self.insertAction(self._before_quit, action)
            self._sign_outs.append(action)
