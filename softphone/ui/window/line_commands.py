"""What is pressed on a line, or by key for the selected one: passed to the bridge, or to a dialog."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from softphone.i18n import counted, tr
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.commands import Command
from softphone.ui.copyable import copy
from softphone.ui.devices.device_dialog import DeviceDialog
from softphone.ui.kit import confirm
from softphone.ui.kit.toast import remove_toasts, show_toast
from softphone.ui.placement import show_dialog
from softphone.ui.window.panel_page import PanelPage
from softphone.wording import notices
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, phone, words_of

BY_KEY: dict[Command, set[Action | Remedy]] = {
    Command.REGISTER: {Action.REGISTER},
    Command.DEREGISTER: {Action.DEREGISTER},
    Command.RETRY: {Action.RETRY, Remedy.RETRY, Remedy.CHECK_AGAIN},
}
# Never those that wait for a person's choice: "Retry all" must not take a line from somebody else.
RETRIED = frozenset(
    {LineState.RETRY_WAIT, LineState.RECONNECTING, LineState.OFFLINE, LineState.FAILED, LineState.CHECKING}
)
COMMANDS = frozenset(
    {*BY_KEY, Command.RETRY_ALL, Command.REGISTER_ALL, Command.DEREGISTER_ALL, Command.DETAILS}
)


class LineCommands(QObject):
    """Carries out what concerns lines.

    Signals:
        remedy_asked(Remedy, str): a remedy of the account with this key, pressed on one of its lines.
    """

    remedy_asked: Signal = Signal(object, str)

    def __init__(
        self,
        bridge: Bridge,
        model: LineModel,
        page: PanelPage,
        moment: Callable[[], Moment],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._model = model
        self._page = page
        self._moment = moment
        self._window = window
        page.lines.pressed.connect(self.press)
        page.details.pressed.connect(self.press)

    def press(self, line_id: str, does: Action | Remedy) -> None:
        """Carry out a button of a line's card."""
        match does:
            case Action.REGISTER | Remedy.TAKE_BACK:
                remove_toasts(self._window)  # what it says of this line is over
                self._bridge.panel.register(line_id)
            case Action.DEREGISTER:
                self._deregister(line_id)
            case Action.RETRY | Remedy.RETRY | Remedy.CHECK_AGAIN:
                self._bridge.panel.retry(line_id)
            case Remedy.CHOOSE_DEVICE:
                self._choose_device(line_id)
            case _:
                line = self._model.line(line_id)
                if line is not None and does is Remedy.COPY_FOR_ADMIN:
                    copy(notices.about_line(line, self._moment()), self._page)
                elif line is not None:
                    self.remedy_asked.emit(does, line.identity.account.key)

    def carry_out(self, command: Command) -> None:
        """Carry out one of `COMMANDS`; for the selected line where it is about one."""
        line_id = self._page.current_id
        match command:
            case Command.REGISTER_ALL:
                self._bridge.panel.register_all()
            case Command.DEREGISTER_ALL:
                self._ask_to_deregister_all()
            case Command.RETRY_ALL:
                self.retry_all()
            case Command.DETAILS if line_id:
                self._page.open_details(line_id)
            case _ if command in BY_KEY and (line := self._model.line(line_id)) is not None:
                words = words_of(line, self._moment())
                offered = {words.remedy, words.toggle}
                for does in BY_KEY[command] & offered:
                    self.press(line_id, does)

    def retry_all(self, states: frozenset[LineState] = RETRIED) -> None:
        """Try every line in one of these states now."""
        for line in self._model.lines:
            if line.state in states:
                self._bridge.panel.retry(line.identity.line_id)

    def _deregister(self, line_id: str) -> None:
        """Act at once, and offer to take it back."""
        line = self._model.line(line_id)
        if line is None:
            return
        self._bridge.panel.deregister(line_id)
        who = phone(line.identity.phone_number or "") or line.identity.label
        undo = partial(self._bridge.panel.register, line_id)
        show_toast(self._window, tr("Deregistered {line}", line=who), undo)

    def _ask_to_deregister_all(self) -> None:
        number = sum(line.wanted for line in self._model.every)
        confirm.ask(
            self._window,
            counted(number, "Deregister {n} line?", "Deregister {n} lines?"),
            tr("Webex cannot reach them until you register them again."),
            counted(number, "Deregister {n} line", "Deregister {n} lines"),
            self._bridge.panel.deregister_all,
            name="deregisterAllDialog",
        )

    def _choose_device(self, line_id: str) -> None:
        line = self._model.line(line_id)
        if line is not None and line.state is LineState.ACTION:
            dialog = DeviceDialog(self._bridge, line.identity, self._moment, self._window)
            show_dialog(dialog)
