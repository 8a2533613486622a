"""The rows of one page of the settings: made when they are first wanted, a few in each turn of the loop."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.settings.keys import Page
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import FlowLayout, in_column
from softphone.ui.kit.text import Text
from softphone.ui.settings.setting_row import SettingRow
from softphone.wording.settings_words import INTRODUCTIONS, PAGES

ROWS_A_TURN = 5  # some 10 ms: the lines' timers must not wait for a page of forty rows


class Section(QWidget):
    """A page: its heading, its rows, and what belongs to the page as a whole.

    Signals:
        reset_asked(): all of it back to the defaults.
        grown(): there are more rows than before.
    """

    reset_asked = Signal()
    grown = Signal()

    def __init__(self, page: Page, store: SettingsStore, names: tuple[str, ...]) -> None:
        super().__init__()
        self.page = page
        self._store = store
        self._names = names
        self._rows: dict[str, SettingRow] = {}
        self._wanted: list[str] = []
        self._growth = QTimer(self, interval=0)
        self._growth.timeout.connect(self._grow)
        self.setObjectName(f"{page.name.lower()}Section")
        self._rows_column = in_column(spacing=0)
        self._more = QWidget()
        self._all_buttons: list[Button] = []
        self._buttons = FlowLayout()
        self._more_column = in_column(self._buttons, of=self._more, margins=(0, 8, RING_ROOM, 0))
        self._reset = self.add_button(
            tr("Reset this page…"), f"{page.name.lower()}Reset", self.reset_asked.emit
        )
        self._reset.set_kind(ButtonKind.QUIET)
        introduction = INTRODUCTIONS.get(page)
        head = in_column(
            Text(tr(PAGES[page]), factor=1.25, bold=True),
            Text(tr(introduction) if introduction else "", secondary=True),
            margins=(RING_ROOM, 0, RING_ROOM, 0),
            spacing=4,
        )
        in_column(head, self._rows_column, self._more, of=self, margins=(0, 8, 0, 4), spacing=4)
        self.hide()

    def add_button(self, words: str, name: str, pressed: Callable[[], object]) -> Button:
        """Put a button below the rows."""
        button = Button(words, pressed, name=name)
        place = max(0, len(self._all_buttons) - 1)  # the first one made, for resetting, stays the last one
        self._buttons.insert(place, button)
        self._all_buttons.insert(place, button)
        return button

    def add_more(self, widget: QWidget) -> None:
        """Put something below the buttons."""
        self._more_column.addWidget(widget)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What has the keyboard, in order."""
        rows = (self._rows[name] for name in self._names if name in self._rows)
        return (*(control for row in rows for control in row.controls), *self._all_buttons)

    def show_page(self) -> None:
        """Show all of it."""
        self._show_rows(self._names)
        self._more.show()
        self.show()

    def show_found(self, names: Collection[str]) -> None:
        """Show the rows of these keys and nothing else; without any the whole section goes."""
        found = [name for name in self._names if name in names]
        self._show_rows(found)
        self._more.hide()
        self.setVisible(bool(found))

    def offer_reset(self, *, offered: bool) -> None:
        """Offer to go back to the defaults of the page."""
        self._reset.setVisible(offered)

    def refresh(self, names: Collection[str]) -> None:
        """Show what holds now for these keys."""
        for name in names:
            if name in self._rows:
                self._rows[name].refresh()

    def stop(self) -> None:
        """Make no more rows."""
        self._growth.stop()

    def _show_rows(self, names: Collection[str]) -> None:
        for name, row in self._rows.items():
            row.setVisible(name in names)
        self._wanted = [name for name in names if name not in self._rows]
        self._grow()

    def _grow(self) -> None:
        now, self._wanted = self._wanted[:ROWS_A_TURN], self._wanted[ROWS_A_TURN:]
        for name in now:
            before = self._names[: self._names.index(name)]
            place = sum(each in self._rows for each in before)
            self._rows[name] = SettingRow(name, self._store)
            self._rows_column.insertWidget(place, self._rows[name])
        if now:
            self.grown.emit()
        if self._wanted:
            self._growth.start()
        else:
            self._growth.stop()
