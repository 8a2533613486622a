"""Every setting of the program, in pages, with a search over all of them. What is chosen holds at once."""

from collections.abc import Collection
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QListWidget,
    QMessageBox,
    QWidget,
)

from softphone.errors import ConfigError
from softphone.i18n import counted, tr
from softphone.settings.keys import KEYS, Page
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import FACE_HEIGHT, RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import ScrollArea, in_column, in_row
from softphone.ui.kit.page_dialog import Dialog
from softphone.ui.kit.text import Text
from softphone.ui.outlined import Outlined, labelled_field
from softphone.ui.placement import show_dialog
from softphone.ui.settings.settings_section import Section
from softphone.ui.settings.settings_transfer import SettingsExchange
from softphone.wording import settings_words

SIZE = (800, 600)
MINIMUM_SIZE = (320, 260)
WIDE = 620  # from here on the pages are a list at the side

_MARGIN = 12
_SIDE_ROOM = 32
_PAGE_WORDS = settings_words.PAGES.values()


class SettingsDialog(Dialog):
    """The settings. Show it with `open()`.

    `without` are keys that mean nothing here, as those of a tray where there is none.

    Signals:
        network_test_asked(Network): try the way to the service; answer with `show_network_test`.
    """

    network_test_asked = Signal(object)

    def __init__(self, store: SettingsStore, parent: QWidget, *, without: Collection[str] = ()) -> None:
        super().__init__(tr("Settings"), parent, name="settingsDialog", size=SIZE, minimum=MINIMUM_SIZE)
        self._store = store
        self._offered = [name for name in KEYS if name not in without]
        self._exchange = SettingsExchange(store, self)
        self._sections = {page: Section(page, store, self._names(page)) for page in Page}
        self._make()
        self._add_buttons()
        self._lay_out()
        self._unsubscribe = store.subscribe(self._changed)
        self.show_page(Page.GENERAL)
        self._show_reset()

    def show_page(self, page: Page) -> None:
        """Show a page from its top."""
        self._choose_page(list(Page).index(page))

    def show_network_test(self, words: str) -> None:
        """Say how the test of the network went."""
        self._test_result.say(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        directions = QBoxLayout.Direction
        self._body.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._list.setVisible(wide)
        self._pages.setVisible(not wide)

    def done(self, result: int) -> None:
        """Choose what is still being typed, and close."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        self._unsubscribe()
        for section in self._sections.values():
            section.stop()
        super().done(result)

    # What is shown

    def _names(self, page: Page) -> tuple[str, ...]:
        return tuple(name for name in self._offered if KEYS[name].page is page)

    def _choose_page(self, place: int) -> None:
        with QSignalBlocker(self._list), QSignalBlocker(self._box), QSignalBlocker(self._search):
            self._list.setCurrentRow(place)
            self._box.setCurrentIndex(place)
            self._search.clear()
        self._show_rows()

    def _show_rows(self) -> None:
        search = self._search.text().strip()
        here = list(Page)[self._box.currentIndex()]
        found = set(settings_words.found(search)).intersection(self._offered) if search else set()
        for page, section in self._sections.items():
            if page is here and not search:
                section.show_page()
            else:
                section.show_found(found)
        item = self._list.currentItem()
        item.setSelected(not search)  # what is found stands on no page
        self._nothing.setVisible(bool(search) and not found)
        self._area.verticalScrollBar().setValue(0)

    def _order_controls(self) -> None:
        """Have Tab follow the page: rows are made later than what stands below them."""
        controls: list[QWidget] = [self._search, self._list, self._box]
        controls += [control for section in self._sections.values() for control in section.controls]
        for before, after in pairwise([*controls, self._close]):
            self.setTabOrder(before, after)

    def _changed(self, names: frozenset[str]) -> None:
        for section in self._sections.values():
            section.refresh(names)
        self._show_reset()

    def _show_reset(self) -> None:
        for page, section in self._sections.items():
            section.offer_reset(offered=any(map(self._store.is_chosen, self._names(page))))
        self._reset_all.setEnabled(any(map(self._store.is_chosen, self._offered)))

    # What is pressed

    def _ask_to_reset(self, names: Collection[str]) -> None:
        chosen = [name for name in names if self._store.is_chosen(name)]
        question = QMessageBox(self)
        question.setObjectName("resetQuestion")
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle(tr("Reset settings"))
        question.setText(
            counted(
                len(chosen),
                "Set {n} setting back to its default?",
                "Set {n} settings back to their defaults?",
            )
        )
        agree = question.addButton(tr("Reset"), QMessageBox.ButtonRole.DestructiveRole)
        keep = question.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        agree.clicked.connect(lambda: self._reset(chosen))
        show_dialog(question)

    def _reset(self, names: Collection[str]) -> None:
        try:
            self._store.change(**dict.fromkeys(names))
        except ConfigError as error:
            self._problem.say(tr(error.sentence))

    def _test_network(self) -> None:
        self._test_result.say(tr("Trying…"))
        self.network_test_asked.emit(self._store.cloud.network)

    # How it is made

    def _make(self) -> None:
        self._search = labelled_field("settingsSearch", tr("Search settings"))
        self._search.setClearButtonEnabled(True)
        self._first = self._search
        self._search.textChanged.connect(lambda _: self._show_rows())
        self._list = QListWidget()
        self._list.setObjectName("settingsPages")
        self._list.setAccessibleName(tr("Pages"))
        self._box = QComboBox()
        self._box.setObjectName("settingsPage")
        self._box.setAccessibleName(tr("Page"))
        for words in _PAGE_WORDS:
            self._list.addItem(tr(words))
            self._list.item(self._list.count() - 1).setSizeHint(QSize(0, FACE_HEIGHT))
            self._box.addItem(tr(words))
        widest = max(self._list.fontMetrics().horizontalAdvance(tr(each)) for each in _PAGE_WORDS)
        self._list.setFixedWidth(widest + _SIDE_ROOM)
        self._list.currentRowChanged.connect(self._choose_page)
        for again in (self._list.itemClicked, self._list.itemActivated):
            again.connect(lambda item: self._choose_page(self._list.row(item)))
        self._box.activated.connect(self._choose_page)
        self._nothing = Text(tr("No setting matches."), secondary=True)
        self._problem = Text(name="settingsProblem")
        self._close = Button(tr("Close"), self.accept, name="settingsClose", kind=ButtonKind.PRIMARY)

    def _add_buttons(self) -> None:
        general = self._sections[Page.GENERAL]
        general.add_button(tr("Export…"), "settingsExport", self._exchange.ask_to_export)
        general.add_button(tr("Import…"), "settingsImport", self._exchange.ask_to_import)
        self._reset_all = general.add_button(
            tr("Reset all…"), "settingsResetAll", lambda: self._ask_to_reset(self._offered)
        )
        network = self._sections[Page.NETWORK]
        network.add_button(tr("Test"), "networkTest", self._test_network).setAccessibleName(
            tr("Test the way to the service")
        )
        self._test_result = Text(name="networkTestResult")
        network.add_more(self._test_result)
        for page, section in self._sections.items():
            section.grown.connect(self._order_controls)
            section.reset_asked.connect(lambda page=page: self._ask_to_reset(self._names(page)))

    def _lay_out(self) -> None:
        content = QWidget()
        in_column(
            *self._sections.values(),
            self._nothing,
            1,
            of=content,
            margins=(_MARGIN, 4, _MARGIN, _MARGIN),
            spacing=0,
        )
        self._area = ScrollArea(content)
        self._pages = Outlined(self._box)
        self._body = in_row(self._list, self._pages, (self._area, 1), spacing=8)
        foot = in_row((self._problem, 1), 0, (self._close, Qt.AlignmentFlag.AlignRight))
        in_column(
            Outlined(self._search),
            (self._body, 1),
            foot,
            of=self,
            margins=4 * (12 - RING_ROOM,),
            spacing=8,
        )
