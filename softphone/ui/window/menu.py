"""The window's menu: one submenu for each place of the command table, and the choices that come and go."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.ui.commands import LOOKS, Command, Commands, Place
from softphone.ui.kit.text import with_ampersands
from softphone.ui.kit.theme import Theme, ThemeChoice

THEME_WORDS = {  # shown
    ThemeChoice.SYSTEM: "Like the system",
    ThemeChoice.LIGHT: "Light",
    ThemeChoice.DARK: "Dark",
}


class WindowMenu(QMenu):
    """The menu.

    Signals:
        theme_chosen(ThemeChoice)
        account_chosen(str): show the lines of the account with this key only; empty: of all.
        sign_out_chosen(str): of the account with this key; empty: of all.
    """

    theme_chosen = Signal(object)
    account_chosen = Signal(str)
    sign_out_chosen = Signal(str)

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Menu"))
        self._theme = theme
        self._places: dict[Place, QMenu] = {
            place: self.addMenu(tr(place.value)) for place in Place if place is not Place.NONE
        }
        for command, look in LOOKS.items():
            if look.place is Place.NONE:
                continue
            menu = self._places[look.place]
            if look.begins_group:
                menu.addSeparator()
            menu.addAction(commands.action(command))
        self._sign_out = commands.action(Command.SIGN_OUT)
        self._sign_outs = QMenu(tr("Sign out…"), self)
        self._places[Place.ACCOUNT].insertMenu(self._sign_out, self._sign_outs)
        self._add_themes()
        self._views = self._places[Place.VIEW].addMenu(tr("Show lines of"))
        self._view_group = QActionGroup(self._views)
        self.show_accounts((), "")

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...], shown: str) -> None:
        """Offer these to be signed out and to be shown alone; `shown` is the key of the one that is."""
        several = len(accounts) > 1
        for menu in (self._sign_outs, self._views):
            menu.menuAction().setVisible(several)
            menu.clear()
        self._places[Place.ACCOUNT].removeAction(self._sign_out)  # its key goes on working
        if not several:
            self._places[Place.ACCOUNT].insertAction(self._sign_outs.menuAction(), self._sign_out)
            return
        for key, name in [
            ("", tr("All accounts")),
            *((one.account.key, one.account.label) for one in accounts),
        ]:
            view = self._views.addAction(with_ampersands(name))
            view.setCheckable(True)
            view.setChecked(key == shown)
            view.setActionGroup(self._view_group)
            view.triggered.connect(lambda _=False, key=key: self.account_chosen.emit(key))
            sign_out = self._sign_outs.addAction(with_ampersands(name))
            sign_out.triggered.connect(lambda _=False, key=key: self.sign_out_chosen.emit(key))

    def of(self, place: Place) -> QMenu:
        """The submenu of a place, for what comes from elsewhere."""
        return self._places[place]

    def show_theme(self, choice: ThemeChoice) -> None:
        """Mark the theme that is in use."""
        for action in self._themes:
            action.setChecked(action.data() is choice)

    def _add_themes(self) -> None:
        menu = self._places[Place.VIEW].addMenu(tr("Theme"))
        group = QActionGroup(menu)
        self._themes: list[QAction] = []
        for choice in ThemeChoice:
            if choice is ThemeChoice.SYSTEM and not self._theme.system_is_known:
                continue  # it would look like Light and explain nothing
            action = menu.addAction(tr(THEME_WORDS[choice]))
            action.setCheckable(True)
            action.setData(choice)
            action.setActionGroup(group)
            action.triggered.connect(lambda _=False, chosen=choice: self.theme_chosen.emit(chosen))
            self._themes.append(action)
        self.show_theme(self._theme.choice)
