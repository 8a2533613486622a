"""The menu "More", made from the command table: its rows, its submenus, and the choices of the view."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from softphone.i18n import tr
from softphone.ui.commands import LOOKS, Commands, Place
from softphone.ui.kit.theme import Theme, ThemeChoice

THEME_WORDS = {  # shown
    ThemeChoice.SYSTEM: "System",
    ThemeChoice.LIGHT: "Light",
    ThemeChoice.DARK: "Dark",
}
TEXT_SIZES = (100, 125, 150, 200)  # percent; the settings have all between them, too

T = TypeVar("T")


class MoreMenu(QMenu):
    """The menu.

    Signals:
        theme_chosen(ThemeChoice)
        text_size_chosen(int): in percent.
    """

    theme_chosen: Signal = Signal(object)
    text_size_chosen: Signal = Signal(int)

    def __init__(self, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("More"))
        self._places: dict[Place, QMenu] = {Place.MORE: self, Place.NONE: QMenu(self)}
        for command, look in LOOKS.items():
            menu = self._places.get(look.place) or self._begin(look.place)
            if look.begins_group:
                menu.addSeparator()
            menu.addAction(commands.action(command))
        view = self._places[Place.VIEW]
        above = view.actions()[0]
        themes = [
            choice for choice in ThemeChoice if choice is not ThemeChoice.SYSTEM or theme.system_is_known
        ]
        words = ((tr(THEME_WORDS[choice]), choice) for choice in themes)
        theme_menu, self._themes = _choices(tr("Theme"), words, self.theme_chosen.emit, self)
        sizes = ((tr("{n} %", n=size), size) for size in TEXT_SIZES)
        size_menu, self._sizes = _choices(tr("Text size"), sizes, self.text_size_chosen.emit, self)
        view.insertMenu(above, theme_menu)
        view.insertMenu(above, size_menu)
        self.aboutToShow.connect(self._hide_empty)

    def show_choices(self, theme: ThemeChoice, text_percent: int) -> None:
        """Mark what holds."""
        for actions, chosen in ((self._themes, theme), (self._sizes, text_percent)):
            for action in actions:
                action.setChecked(action.data() == chosen)

    def _begin(self, place: Place) -> QMenu:
        if place is Place.VIEW:
            self.addSeparator()
        self._places[place] = self.addMenu(tr(place.value))
        return self._places[place]

    def _hide_empty(self) -> None:
        for place in (Place.DEMO,):
            menu = self._places[place]
            menu.menuAction().setVisible(any(action.isVisible() for action in menu.actions()))


def _choices(
    title: str, choices: Iterable[tuple[str, T]], chosen: Callable[[T], object], parent: QWidget
) -> tuple[QMenu, list[QAction]]:
    """Return a menu of which one row is marked, and its rows."""
    menu = QMenu(title, parent)
    group = QActionGroup(menu)
    for words, choice in choices:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setData(choice)
        action.setActionGroup(group)
        action.triggered.connect(lambda _=False, choice=choice: chosen(choice))
    return menu, menu.actions()
