"""Too many phones on a line: the person chooses which one goes (interface.md#device-limit).

Nothing is removed without "Disconnect and register". The dialog closes by itself once its line does not
wait for the choice any more.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from softphone.errors import SoftphoneError
from softphone.i18n import tr
from softphone.line.device import Device
from softphone.line.model import LineIdentity, LineSnapshot, LineState
from softphone.ui.bridge import Bridge
from softphone.ui.devices.device_row import PADDING, DeviceRow
from softphone.ui.kit.button import RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, FlowLayout, ScrollArea, in_column
from softphone.ui.kit.page_dialog import MINIMUM_SIZE, Dialog
from softphone.ui.kit.text import Text, announce, breakable
from softphone.wording import device_words
from softphone.wording.moment import Moment

WIDTH = 460
SETTLE_MS = 400  # the second click of a double click must not disconnect anybody
AGE_MS = 10_000  # "seen 3 min ago" is renewed this often

_MARGIN = 20
_SCREEN_ROOM = 48


class DeviceDialog(Dialog):
    """The dialog of one line, which waits for the choice. Show it with `open()`; it asks for the devices."""

    def __init__(
        self, bridge: Bridge, identity: LineIdentity, moment: Callable[[], Moment], parent: QWidget
    ) -> None:
        title, size = tr(device_words.TITLE), (WIDTH, MINIMUM_SIZE[1])
        super().__init__(title, parent, name="deviceDialog", size=size)
        self._bridge = bridge
        self._identity = identity
        self._own_uris = {identity.client_device_uri}
        self._moment = moment
        self._fetching = False
        self._what_again: Callable[[], None] = self._fetch
        self._devices: tuple[Device, ...] = ()
        self._rows = QButtonGroup(self)
        self._rows.buttonToggled.connect(self._chosen)
        self._age = QTimer(self, interval=AGE_MS)
        self._age.timeout.connect(self._grow_old)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._show_readiness)
        self._lay_out()
        bridge.line_updated.connect(self._on_line)
        bridge.line_gone.connect(self._on_gone)
        self._fetch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

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
        words = device_words.sentence(self._identity)
        self._sentence.say(words)
        self.setAccessibleDescription(words)
        self._message.say(tr(device_words.FETCHING))
        self._again.hide()
        self._name_way_out(tr("Cancel"))
        self._cancel.setFocus()
        self._fit()
        question = self._bridge.panel.blocking_devices(self._identity.line_id)
        self._bridge.ask(self, question, self._on_listed, self._on_failed)

    def _offer(self, devices: tuple[Device, ...]) -> None:
        self._devices = devices
        self._message.say("")
        found = device_words.choices(devices, self._own_uris, self._moment())
        first = device_words.preselected(found)
        last: QWidget | None = None
        for choice in found:
            row = DeviceRow(choice)
            self._rows.addButton(row)
            self._column.insertWidget(self._column.count() - 1, row)
            row.show()
            if last is not None:
                self.setTabOrder(last, row)
            last = row
        for button in (self._cancel, self._disconnect):
            if last is not None:
                self.setTabOrder(last, button)
            last = button
        self._consequence.say(tr(device_words.NOT_CHOSEN))
        self._disconnect.show()
        self._disconnect.setDefault(True)
        self._settle.start()
        self._age.start()
        rows = self._rows.buttons()
        focused = rows[0] if first is None else rows[found.index(first)]
        if first is not None:
            focused.setChecked(True)
        self._fit()
        focused.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(focused)
        self._show_readiness()

    def _show_trouble(self, words: str, again: Callable[[], None]) -> None:
        self._sentence.say("")
        self._message.say(words)
        self.setAccessibleDescription(words)
        self._what_again = again
        self._name_way_out(tr("Close"))
        self._again.show()
        self._again.setDefault(True)
        self._again.setFocus()
        self._fit()
        announce(self, words)

    def _name_way_out(self, words: str) -> None:
        self._cancel.say(words)

    def _chosen(self, _: object, chosen: bool) -> None:
        row = self._row
        if chosen and row is not None:
            self._scroll.ensureWidgetVisible(row)
        self._show_readiness()

    def _show_readiness(self) -> None:
        row = self._row
        if row is not None:
            self._consequence.say(breakable(row.choice.consequence))
            self._disconnect.setAccessibleDescription(row.choice.consequence)
        self._disconnect.setEnabled(row is not None and not self._settle.isActive())
        self._disconnect.setToolTip("" if row is not None else tr(device_words.NOT_CHOSEN))

    def _grow_old(self) -> None:
        found = device_words.choices(self._devices, self._own_uris, self._moment())
        for row, choice in zip(self._rows.buttons(), found, strict=True):
            assert isinstance(row, DeviceRow)  # noqa: S101 - the group holds nothing else
            row.show_choice(choice)
        self._show_readiness()

    @property
    def _row(self) -> DeviceRow | None:
        row = self._rows.checkedButton()
        return row if isinstance(row, DeviceRow) else None

    # What is pressed

    def _disconnect_chosen(self) -> None:
        row = self._row
        if row is not None:
            self.accept()
            self._bridge.panel.remove_device(self._identity.line_id, row.choice.device)

    def _register_again(self) -> None:
        self.accept()
        self._bridge.panel.retry(self._identity.line_id)

    # How it stands

    def _lay_out(self) -> None:
        self._sentence = Text()
        self._message = Text(name="deviceMessage")
        self._consequence = Text(name="deviceConsequence")
        self._cancel = Button(tr("Cancel"), self.reject, name="deviceCancelButton")
        self._again = Button(
            tr("Try again"),
            lambda: self._what_again(),  # noqa: PLW0108 - it changes
            name="deviceTryAgainButton",
            kind=ButtonKind.PRIMARY,
        )
        self._disconnect = Button(
            tr("Disconnect and register"),
            self._disconnect_chosen,
            name="disconnectButton",
            kind=ButtonKind.PRIMARY,
        )
        self._again.hide()
        self._disconnect.hide()
        buttons = FlowLayout(
            self._cancel,
            self._again,
            self._disconnect,
            side=Qt.AlignmentFlag.AlignRight,
            outset=(RING_ROOM, RING_ROOM),
        )
        self._foot = in_column(
            self._consequence,
            buttons,
            margins=(_MARGIN, 12, _MARGIN, _MARGIN - RING_ROOM - 4),
            spacing=8,
        )
        outset = RING_ROOM + PADDING  # the circles of the rows stand below the first letters
        title = Text(tr(device_words.TITLE), factor=1.25, bold=True)
        words = in_column(title, self._sentence, self._message, margins=(outset, 0, outset, 8), spacing=8)
        content = _Content()
        self._column = in_column(
            words, 1, of=content, margins=(_MARGIN - outset, _MARGIN - 2, _MARGIN - outset, 8), spacing=0
        )
        self._scroll = ScrollArea(content)
        in_column((self._scroll, 1), self._foot, of=self, margins=NO_MARGINS, spacing=0)

    def _fit(self) -> None:
        """Be as high as the words and rows need, as far as the screen goes."""
        room = self.screen().availableGeometry()
        width = min(WIDTH, room.width() - _SCREEN_ROOM)
        self._column.activate()
        height = self._column.totalHeightForWidth(width) + self._foot.totalHeightForWidth(width)
        self.resize(width, min(height, room.height() - _SCREEN_ROOM))

        parent = self.parentWidget()
        if parent is not None:
            place = self.rect()
            place.moveCenter(parent.window().frameGeometry().center())
            place.moveTop(max(room.top(), min(place.top(), room.bottom() - place.height())))
            place.moveLeft(max(room.left(), min(place.left(), room.right() - place.width())))
            self.move(place.topLeft())


class _Content(QWidget):
    """What scrolls: as high as its words need at its width, not as they would need in a narrow column."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
