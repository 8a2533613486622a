"""The few settings that mean something to a person, on three tabs. What is chosen holds at once."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QTabWidget, QWidget

from softphone.i18n import tr
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, ScrollArea, in_column, in_row
from softphone.ui.kit.page_dialog import MARGIN, PageDialog
from softphone.ui.kit.text import Text
from softphone.ui.settings.setting_row import SettingRow
from softphone.ui.settings.settings_transfer import SettingsExchange
from softphone.wording.settings_words import TABS, Tab

SIZE = (700, 560)
WIDE_PX = 480  # with less, the edges are narrower

_BETWEEN_CARDS = 10


class SettingsDialog(PageDialog):
    """The settings. Show it with `open()`.

    `without` are keys that mean nothing here, as those of a tray where there is none.

    Signals:
        network_test_asked(Network): try the way to the service; answer with `show_network_test`.
    """

    network_test_asked: Signal = Signal(object)

    def __init__(self, store: SettingsStore, parent: QWidget, *, without: Collection[str] = ()) -> None:
        self._store = store
        self._rows: list[SettingRow] = []
        self._tabs = QTabWidget()
        around = QWidget()
        self._around = in_column(self._tabs, of=around)
        super().__init__(tr("Settings"), parent, name="settingsDialog", size=SIZE, content=around)
        self._tabs.setObjectName("settingsTabs")
        for tab, cards in TABS.items():
            shown = [[name for name in card if name not in without] for card in cards]
            self._tabs.addTab(self._make_tab(tab, [card for card in shown if card]), tr(tab.value))
        exchange = SettingsExchange(store, self)
        for words, name, does in (
            (tr("Import…"), "settingsImport", exchange.ask_to_import),
            (tr("Export…"), "settingsExport", exchange.ask_to_export),
        ):
            self.add_button(Button(words, does, name=name, kind=ButtonKind.QUIET), aside=True)
        self.add_button(Button(tr("Close"), self.accept, name="settingsClose"))
        self._unsubscribe = store.subscribe(self._changed)

    def show_tab(self, tab: Tab) -> None:
        """Show this tab."""
        self._tabs.setCurrentIndex(list(Tab).index(tab))

    def show_network_test(self, words: str) -> None:
        """Say how the test of the network went."""
        self._test_result.say(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = MARGIN if self.width() >= WIDE_PX else MARGIN // 2
        self._around.setContentsMargins(side, 16, side, 0)

    def done(self, result: int) -> None:
        """Choose what is still being typed or pushed, and close."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        for field in [field for row in self._rows for field in row.fields]:
            field.finish()
        self._unsubscribe()
        super().done(result)

    def _changed(self, names: frozenset[str]) -> None:
        for row in self._rows:
            row.refresh(names)

    def _test_network(self) -> None:
        self._test_result.say(tr("Trying…"))
        self.network_test_asked.emit(self._store.cloud.network)

    # How it is made

    def _make_tab(self, tab: Tab, cards: list[list[str]]) -> QWidget:
        content = QWidget()
        column = in_column(of=content, margins=(0, 14, 0, 8), spacing=_BETWEEN_CARDS)
        for names in cards:
            rows = [SettingRow(name, self._store) for name in names]
            column.addWidget(_card(rows))
            self._rows += rows
        if tab is Tab.NETWORK:
            self._test_result = Text(secondary=True, name="networkTestResult")
            test = Button(tr("Test"), self._test_network, name="networkTest", spoken=tr("Test the network"))
            column.addLayout(in_row(test, (self._test_result, 1000), 1, spacing=8))
        column.addStretch(1)
        return ScrollArea(content, QPalette.ColorRole.Window)


def _card(rows: list[SettingRow]) -> QFrame:
    card = QFrame()
    card.setProperty("kit", "card")
    column = in_column(of=card, margins=NO_MARGINS, spacing=0)
    for place, row in enumerate(rows):
        if place:
            rule = QFrame()
            rule.setProperty("kit", "rule")
            rule.setFixedHeight(1)
            column.addLayout(in_row(rule, margins=(16, 0, 0, 0)))
        column.addWidget(row)
    return card
