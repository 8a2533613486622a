"""Too many devices on a line: the person chooses which one goes (interface.md#device-limit).

Nothing is removed before one is chosen and *Remove and register* pressed. The dialog closes by itself once
its line does not wait for the choice any more.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from softphone.errors import SoftphoneError
from softphone.i18n import tr
from softphone.line.device import Device
from softphone.line.model import LineIdentity, LineSnapshot, LineState
from softphone.ui.bridge import Bridge
from softphone.ui.devices.device_row import DeviceRow
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import in_column
from softphone.ui.kit.page_dialog import MINIMUM_SIZE, PageDialog
from softphone.ui.kit.text import Text, announce
from softphone.wording import device_words
from softphone.wording.moment import Moment

WIDTH = 460
SETTLE_MS = 400  # the second click of a double click must not remove anything
AGE_MS = 10_000  # "seen 3 min ago" is renewed this often


class DeviceDialog(PageDialog):
    """The dialog of one line, which waits for the choice. Show it with `open()`; it asks for the devices."""

    def __init__(
        self, bridge: Bridge, identity: LineIdentity, moment: Callable[[], Moment], parent: QWidget
    ) -> None:
        title, size = tr(device_words.TITLE), (WIDTH, MINIMUM_SIZE[1])
        super().__init__(title, parent, name="deviceDialog", size=size)
        self._bridge = bridge
        self._identity = identity
        self._moment = moment
        self._fetching = False
        self._what_again: Callable[[], None] = self._fetch
        self._devices: tuple[Device, ...] = ()
        self._rows = QButtonGroup(self)
        self._rows.buttonToggled.connect(self._on_chosen)
        self._age = QTimer(self, interval=AGE_MS)
        self._age.timeout.connect(self._grow_old)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._show_readiness)
        self._words = Text(name="deviceMessage", secondary=True)
        self._cancel = Button(tr("Cancel"), self.reject, name="deviceCancelButton")
        self._again = Button(
            tr("Try again"),
            lambda: self._what_again(),  # noqa: PLW0108 - it changes
            name="deviceTryAgainButton",
            kind=ButtonKind.PRIMARY,
        )
        self._remove = Button(
            tr("Remove and register"),
            self._remove_chosen,
            name="removeAndRegisterButton",
            kind=ButtonKind.PRIMARY,
        )
        self._column = in_column(spacing=4)
        self.page.addWidget(self._words)
        self.page.addLayout(self._column)
        for button in (self._cancel, self._again, self._remove):
            self.add_button(button)
        self._first = self._cancel
        bridge.line_updated.connect(self._on_line)
        bridge.line_gone.connect(self._on_gone)
        self._fetch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.be_as_high_as_needed()

    def done(self, result: int) -> None:
        self._fetching = False
        self._age.stop()
        self._settle.stop()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc cancels, Enter presses the primary button, but not when held down."""
        if event.isAutoRepeat() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return
        super().keyPressEvent(event)

    # What comes

    def _on_listed(self, devices: tuple[Device, ...]) -> None:
        if not self._fetching:
            return
        self._fetching = False
        if devices:
            self._offer(devices)
        else:
            self._show_trouble(tr(device_words.NONE_LISTED), self._register_again)

    def _on_failed(self, error: SoftphoneError) -> None:
        if self._fetching:
            self._fetching = False
            self._show_trouble(device_words.not_fetched(error.sentence), self._fetch)

    def _on_line(self, line: LineSnapshot) -> None:
        if line.identity.line_id == self._identity.line_id and line.state is not LineState.ACTION:
            self.reject()

    def _on_gone(self, line_id: str) -> None:
        if line_id == self._identity.line_id:
            self.reject()

    # What is shown

    def _fetch(self) -> None:
        self._fetching = True
        self._show(tr(device_words.FETCHING), tr("Cancel"))
        self._cancel.setFocus()
        question = self._bridge.panel.blocking_devices(self._identity.line_id)
        self._bridge.ask(self, question, self._on_listed, self._on_failed)

    def _offer(self, devices: tuple[Device, ...]) -> None:
        self._devices = devices
        last: QWidget | None = None
        for choice in self._choices():
            row = DeviceRow(choice)
            self._rows.addButton(row)
            self._column.addWidget(row)
            row.show()
            if last is not None:
                self.setTabOrder(last, row)
            last = row
        for button in (self._cancel, self._remove):
            if last is not None:
                self.setTabOrder(last, button)
            last = button
        self._remove.setDefault(True)
        self._settle.start()
        self._age.start()
        self._show(device_words.sentence(self._identity), tr("Cancel"), self._remove)
        self._rows.buttons()[0].setFocus(Qt.FocusReason.TabFocusReason)
        self._show_readiness()

    def _show_trouble(self, words: str, again: Callable[[], None]) -> None:
        self._what_again = again
        self._show(words, tr("Close"), self._again)
        self._again.setDefault(True)
        self._again.setFocus()
        announce(self, words)

    def _show(self, words: str, way_out: str, primary: Button | None = None) -> None:
        self._words.say(words)
        self.setAccessibleDescription(words)
        self._cancel.say(way_out)
        for button in (self._again, self._remove):
            button.setVisible(button is primary)
        self.be_as_high_as_needed()

    def _on_chosen(self, _: object, chosen: bool) -> None:
        if chosen and self._row is not None:
            self.reveal(self._row)
        self._show_readiness()

    def _show_readiness(self) -> None:
        chosen = self._row is not None
        self._remove.setEnabled(chosen and not self._settle.isActive())
        self._remove.setToolTip("" if chosen else tr(device_words.NOT_CHOSEN))

    def _grow_old(self) -> None:
        for row, choice in zip(self._rows.buttons(), self._choices(), strict=True):
            assert isinstance(row, DeviceRow)  # noqa: S101 - the group holds nothing else
            row.show_choice(choice)

    def _choices(self) -> tuple[device_words.DeviceChoice, ...]:
        return device_words.choices(self._devices, {self._identity.client_device_uri}, self._moment())

    @property
    def _row(self) -> DeviceRow | None:
        row = self._rows.checkedButton()
        return row if isinstance(row, DeviceRow) else None

    # What is pressed

    def _remove_chosen(self) -> None:
        row = self._row
        if row is not None:
            self.accept()
            self._bridge.panel.remove_device(self._identity.line_id, row.choice.device)

    def _register_again(self) -> None:
        self.accept()
        self._bridge.panel.retry(self._identity.line_id)
