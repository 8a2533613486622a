"""Every device that is registered for a person, with a way to remove the others (interface.md#devices).

Nothing is removed without a question that names the device. The own computer has no button here: it goes by
deregistering its line.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from softphone.errors import SoftphoneError
from softphone.i18n import tr
from softphone.line.device import Device
from softphone.line.model import LineSnapshot
from softphone.ui.bridge import Bridge
from softphone.ui.kit import confirm
from softphone.ui.kit.button import LOW_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, in_column, in_row, remove
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text, TextStyle, announce, breakable
from softphone.values import replace
from softphone.wording import device_words
from softphone.wording.device_words import DeviceChoice
from softphone.wording.moment import Moment

SIZE = (520, 460)
ROW_HEIGHT_PX = 48
AGE_MS = 10_000  # "seen 3 min ago" is renewed this often

_NARROW_LETTERS = 10  # of a name beside a button in the narrowest window


class DevicesDialog(PageDialog):
    """The devices of every account. Show it with `open()`; it asks for them, and again after a removal."""

    def __init__(self, bridge: Bridge, moment: Callable[[], Moment], parent: QWidget) -> None:
        super().__init__(tr("Devices"), parent, name="devicesDialog", size=SIZE)
        self._bridge = bridge
        self._moment = moment
        self._parts: dict[str, DeviceList] = {}
        self._age = QTimer(self, interval=AGE_MS)
        self._age.timeout.connect(self._grow_old)
        for lines in _by_account(bridge.panel.lines):
            part = DeviceList(lines, moment)
            part.remove_asked.connect(self._ask_to_remove)
            self._parts[lines[0].identity.line_id] = part
            self.page.addWidget(part)
        again = Button(tr("Refresh"), self._refresh, name="devicesRefreshButton", kind=ButtonKind.QUIET)
        self.add_button(again, aside=True)
        self.add_button(Button(tr("Close"), self.accept, name="devicesCloseButton"))
        if not self._parts:
            self.show_note(tr("No line yet, so no devices."))
        bridge.device_deleted.connect(self._on_deleted)  # also what was asked before this dialog was opened
        bridge.device_not_deleted.connect(self._on_not_deleted)
        bridge.line_gone.connect(self._on_gone)
        self._refresh()
        self._age.start()

    def done(self, result: int) -> None:
        self._age.stop()
        self._parts.clear()
        super().done(result)

    # What comes

    def _on_listed(self, line_id: str, devices: tuple[Device, ...]) -> None:
        if part := self._parts.get(line_id):
            part.show_devices(devices)
            self.take_focus()  # a row that went took it along

    def _on_failed(self, line_id: str, error: SoftphoneError) -> None:
        if part := self._parts.get(line_id):
            part.show_trouble(device_words.not_fetched(error.sentence))

    def _on_deleted(self, line_id: str, device: Device) -> None:
        if part := self._parts.get(line_id):
            self.show_note(device_words.removed(part.choice(device)))
            part.fetching(removed=device)
            self._fetch(line_id)

    def _on_not_deleted(self, line_id: str, device: Device, error: SoftphoneError) -> None:
        if part := self._parts.get(line_id):
            self.show_note(device_words.not_removed(part.choice(device), error.sentence))
            part.fetching()
            self._fetch(line_id)

    def _on_gone(self, line_id: str) -> None:
        if part := self._parts.pop(line_id, None):
            remove(part)

    def _grow_old(self) -> None:
        for part in self._parts.values():
            part.grow_old()

    # What is pressed

    def _refresh(self) -> None:
        for line_id, part in self._parts.items():
            part.fetching()
            self._fetch(line_id)

    def _ask_to_remove(self, line_id: str, choice: DeviceChoice) -> None:
        confirm.ask(
            self,
            device_words.question(choice),
            tr(device_words.CONSEQUENCE),
            tr("Remove"),
            lambda: self._remove(line_id, choice),
            name="removeDeviceQuestion",
        )

    def _remove(self, line_id: str, choice: DeviceChoice) -> None:
        part = self._parts.get(line_id)
        if part is not None:
            part.removing(choice)
            self.show_note("")
            bridge, device = self._bridge, choice.device
            bridge.ask(
                bridge,
                bridge.panel.delete_device(line_id, device),
                lambda _: bridge.device_deleted.emit(line_id, device),
                lambda error: bridge.device_not_deleted.emit(line_id, device, error),
            )

    def _fetch(self, line_id: str) -> None:
        self._bridge.ask(
            self,
            self._bridge.panel.devices(line_id),
            lambda devices: self._on_listed(line_id, devices),
            lambda error: self._on_failed(line_id, error),
        )


class DeviceList(QWidget):
    """The devices of one person.

    Signals:
        remove_asked(str, DeviceChoice): Remove was pressed; with the ID of a line of the person.
    """

    remove_asked: Signal = Signal(str, object)

    def __init__(self, lines: tuple[LineSnapshot, ...], moment: Callable[[], Moment]) -> None:
        super().__init__()
        self._line_id = lines[0].identity.line_id
        self._own_uris = {line.identity.client_device_uri for line in lines} - {""}
        self._moment = moment
        self._devices: tuple[Device, ...] = ()
        self._removed: Device | None = None
        self._rows: list[_DeviceRow] = []
        self.setObjectName("deviceList")
        self.setAccessibleName(lines[0].identity.label)
        self._message = Text(name="deviceListMessage", secondary=True)
        title = Text(lines[0].identity.label, style=TextStyle.SMALL, bold=True, secondary=True)
        self._column = in_column(title, self._message, of=self, margins=NO_MARGINS, spacing=4)

    def fetching(self, removed: Device | None = None) -> None:
        """Say that the list is asked for; `removed` should not be in it any more."""
        self._removed = removed
        for row in self._rows:
            row.button.setEnabled(False)  # what it would remove may be gone by now
        if not self._rows:
            self._message.say(tr(device_words.FETCHING))

    def show_devices(self, devices: tuple[Device, ...]) -> None:
        """Show these, this computer's before the others."""
        removed, self._removed = self._removed, None
        self._clear()
        self._devices = devices
        for choice in self._choices():
            row = _DeviceRow(choice, partial(self.remove_asked.emit, self._line_id))
            self._rows.append(row)
            self._column.addWidget(row)
        others = [row for row in self._rows if not row.choice.ours]
        words = (
            device_words.dropped_together(devices, self._moment()) if others else tr(device_words.NO_OTHERS)
        )
        for row in others:
            if removed is not None and row.choice.device.device_id == removed.device_id:
                words = device_words.still_there(row.choice)
        self._message.say(breakable(words))

    def show_trouble(self, words: str) -> None:
        """Say why there is no list."""
        self._clear()
        self._message.say(words)
        announce(self, words)

    def removing(self, choice: DeviceChoice) -> None:
        """Show that a device is being removed."""
        for row in self._rows:
            if row.choice.device == choice.device:
                row.button.setEnabled(False)
                row.button.setText(tr("Removing…"))

    def choice(self, device: Device) -> DeviceChoice:
        """Return a device as it is shown."""
        return device_words.choices([device], self._own_uris, self._moment())[0]

    def grow_old(self) -> None:
        """Show the same devices a little later."""
        for row, choice in zip(self._rows, self._choices(), strict=True):
            row.show_choice(choice)

    def _choices(self) -> list[DeviceChoice]:
        found = device_words.choices(self._devices, self._own_uris, self._moment())
        return sorted((replace(one, oldest=False) for one in found), key=lambda choice: not choice.ours)

    def _clear(self) -> None:
        for row in self._rows:
            remove(row)
        self._rows = []
        self._devices = ()


class _DeviceRow(QFrame):
    """One device: name, when it was seen, and *Remove* for those of others."""

    def __init__(self, choice: DeviceChoice, remove_asked: Callable[[DeviceChoice], object]) -> None:
        super().__init__()
        self.setObjectName("knownDevice")
        self.setProperty("kit", "row")
        self.setMinimumHeight(ROW_HEIGHT_PX)
        self._name = Text(bold=True)
        self._notes = Text(style=TextStyle.SMALL, secondary=True)
        self.button = Button(
            tr("Remove"), lambda: remove_asked(self.choice), name="removeDeviceButton", height=LOW_HEIGHT
        )
        words = in_column(1, self._name, self._notes, 1, spacing=0)
        side = Qt.AlignmentFlag.AlignVCenter
        in_row((words, 1), (self.button, side), of=self, margins=(14, 6, 10, 6), spacing=8)
        self.show_choice(choice)

    def show_choice(self, choice: DeviceChoice) -> None:
        """Show the device with these words."""
        self.choice = choice
        self._name.say(breakable(choice.name, _NARROW_LETTERS))
        self._notes.say(choice.notes)
        self.setToolTip(tr(device_words.OURS_STAYS) if choice.ours else choice.seen_at)
        self.setAccessibleName(choice.spoken)
        self.setAccessibleDescription(self.toolTip())
        self.button.setVisible(not choice.ours)
        self.button.setAccessibleName(tr("Remove {name}", name=choice.name))


def _by_account(lines: tuple[LineSnapshot, ...]) -> list[tuple[LineSnapshot, ...]]:
    """Return the lines of each person: the service lists devices by person."""
    found: dict[str, list[LineSnapshot]] = {}
    for line in lines:
        found.setdefault(line.identity.account.key, []).append(line)
    return [tuple(of_one) for of_one in found.values()]
