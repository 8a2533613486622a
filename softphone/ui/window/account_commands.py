"""What concerns accounts: signing in and out, and the remedies that mend a sign-in."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from softphone.accounts.snapshot import AccountSnapshot, Purpose
from softphone.auth.changes import Receipt
from softphone.errors import KeystoreAbsent, SoftphoneError
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import Account
from softphone.system import system_clock
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.copyable import copy
from softphone.ui.kit import confirm
from softphone.ui.placement import show_dialog
from softphone.ui.sign_in.flow import SignInFlow
from softphone.ui.sign_in.receipt_dialog import ReceiptDialog
from softphone.ui.sign_in.set_up_guide import SetUpGuide
from softphone.ui.sign_in.token_dialog import TokenDialog
from softphone.ui.window.account_dialogs import SomebodyElseDialog, keyring_dialog
from softphone.ui.window.banner_board import BannerBoard
from softphone.ui.window.panel_page import PanelPage
from softphone.wording import notices
from softphone.wording.moment import Moment

COMMANDS = frozenset(
    {Command.SIGN_IN, Command.USE_BROWSER, Command.USE_TOKEN, Command.SET_UP, Command.SIGN_OUT}
)
REMEDIES = frozenset(
    {
        Remedy.SIGN_IN,
        Remedy.USE_MY_BROWSER,
        Remedy.THIS_SESSION_ONLY,
        Remedy.UNLOCK,
        Remedy.STOP_WAITING,
        Remedy.HOW_TO_FIX,
        Remedy.TRY_NOW,
        Remedy.CHOOSE_ACCOUNT,
        Remedy.DATE_SETTINGS,
        Remedy.CHECK_AGAIN,
        Remedy.COPY_FOR_ADMIN,
    }
)


class AccountCommands(QObject):
    """Carries out what concerns accounts.

    Signals:
        page_changed(): an attempt to sign in began or ended; another page may fit now.
    """

    page_changed: Signal = Signal()

    def __init__(
        self,
        bridge: Bridge,
        flow: SignInFlow,
        banners: BannerBoard,
        page: PanelPage,
        moment: Callable[[], Moment],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._panel = bridge.panel
        self._flow = flow
        self._banners = banners
        self._page = page
        self._moment = moment
        self._window = window
        self._error: SoftphoneError | None = None
        self._receipt: ReceiptDialog | None = None
        flow.ended.connect(self._sign_in_ended)
        bridge.keyring_waits.connect(self._show_keyring)
        self._show_keyring(bridge.panel.keyring.waiting)

    def carry_out(self, command: Command) -> None:
        """Carry out one of `COMMANDS`."""
        match command:
            case Command.SIGN_IN:
                self._begin(self._flow.begin)
            case Command.USE_BROWSER:
                self._begin(self._flow.begin_in_browser)
            case Command.USE_TOKEN:
                show_dialog(TokenDialog(self._bridge, self._window))
            case Command.SET_UP:
                self._show_guide(lambda: self._begin(self._flow.begin))
                # Was an ID entered before, the guide closes by itself.
                self._bridge.ask(self, self._panel.identity.load(by_person=True), _nothing, _nothing)
            case Command.SIGN_OUT:
                self.ask_to_sign_out(self._selected_account())

    def mend(self, remedy: Remedy, account_key: str) -> None:
        """Carry out a remedy of an account."""
        match remedy:
            case Remedy.SIGN_IN:
                self._begin(self._flow.begin, Purpose(account_key=account_key))
            case Remedy.THIS_SESSION_ONLY:
                self._begin(self._flow.begin, Purpose(account_key=account_key, keep=False))
            case Remedy.USE_MY_BROWSER:
                self._begin(self._flow.begin_in_browser, Purpose(account_key=account_key))
            case Remedy.COPY_FOR_ADMIN:
                self._copy_for_admin(account_key)
            case Remedy.CHECK_AGAIN | Remedy.RETRY | Remedy.TRY_NOW | Remedy.UNLOCK:
                self._panel.check_again(account_key)
            case Remedy.STOP_WAITING:
                self._panel.keyring.give_up()
            case Remedy.HOW_TO_FIX:
                show_dialog(keyring_dialog(self._window))
            case Remedy.CHOOSE_ACCOUNT:
                self._ask_who(account_key)
            case Remedy.DATE_SETTINGS:
                self._open_date_settings()
            case _:
                pass

    def ask_to_sign_out(self, account_key: str) -> None:
        """Ask, and sign out of the account if that is meant; of all with an empty key."""
        account = self._account(account_key)
        several = account is None and len(self._panel.accounts) > 1
        name = tr("all accounts") if account is None else account.account.label
        erase = QCheckBox(tr("Delete activity and log, too"))
        confirm.ask(
            self._window,
            tr("Sign out {name}?", name=name),
            tr("Webex cannot reach their lines.") if several else tr("Webex cannot reach its lines."),
            tr("Sign out"),
            lambda: self._sign_out(account_key, erase=erase.isChecked()),
            name="signOutDialog",
            extra=erase,
        )

    def _sign_out(self, account_key: str, *, erase: bool = False) -> None:
        for key in [account_key] if account_key else [one.account.key for one in self._panel.accounts]:
            account = self._account(key)
            self._bridge.ask(
                self,
                self._panel.sign_out(key, erase=erase),
                partial(self._show_receipt, account.account.label if account else key),
                self._banners.show_error,
            )

    def _begin(self, begin: Callable[[Purpose], None], purpose: Purpose | None = None) -> None:
        self._banners.show_error(None)
        if self._has_client():
            begin(purpose or Purpose())
            self.page_changed.emit()
        else:
            self._bridge.ask(
                self,
                self._panel.identity.load(by_person=True),
                lambda _: self._client_looked_for(begin, purpose),
                lambda error: self._client_looked_for(begin, purpose, error),
            )

    def _client_looked_for(
        self,
        begin: Callable[[Purpose], None],
        purpose: Purpose | None,
        error: SoftphoneError | None = None,
    ) -> None:
        """Go on where it was entered before, else ask for it."""
        if self._has_client():
            self._begin(begin, purpose)
        else:
            self._show_guide(lambda: self._begin(begin, purpose), error)

    def _has_client(self) -> bool:
        return bool(self._panel.identity.cloud.client_id)

    def _sign_in_ended(self, error: SoftphoneError | None) -> None:
        self._error = error
        self._banners.show_error(error)
        self.page_changed.emit()

    def _show_guide(self, then: Callable[[], None], error: SoftphoneError | None = None) -> None:
        guide = SetUpGuide(self._bridge, self._panel.identity.set_up, self._window)
        if error is not None and not isinstance(error, KeystoreAbsent):
            guide.show_note(f"{tr(error.title)}. {tr(error.sentence)}")
        guide.ready.connect(then)
        show_dialog(guide)

    def _show_receipt(self, name: str, receipt: Receipt) -> None:
        """The person has asked for it by signing out; those of all accounts share one dialog."""
        if self._receipt is not None:
            self._receipt.add(name, receipt)
            return
        self._receipt = ReceiptDialog(self._window)
        self._receipt.add(name, receipt)
        self._receipt.finished.connect(self._forget_receipt)
        show_dialog(self._receipt)

    def _forget_receipt(self) -> None:
        self._receipt = None

    def _show_keyring(self, waiting: bool) -> None:
        banner = notices.waiting_for_keyring() if waiting else None
        self._banners.say(banner, key=notices.KEYRING_KEY)

    def _ask_who(self, account_key: str) -> None:
        account = self._account(account_key)
        if account is None or account.instead_of is None:
            return
        expected = account.instead_of
        dialog = SomebodyElseDialog(account, expected, self._window)
        dialog.both_chosen.connect(lambda: self._panel.accept(account_key))
        dialog.replace_chosen.connect(lambda: self._replace(expected.key, account_key))
        dialog.neither_chosen.connect(lambda: self._sign_out(account_key))
        show_dialog(dialog)

    def _replace(self, expected_key: str, account_key: str) -> None:
        self._panel.accept(account_key)
        self._sign_out(expected_key)

    def _open_date_settings(self) -> None:
        opens = system_clock.date_settings()
        if opens is not None:
            opens()

    def _account(self, account_key: str) -> AccountSnapshot | None:
        return next((one for one in self._panel.accounts if one.account.key == account_key), None)

    def _selected_account(self) -> str:
        """The account of the selected line, or the only one."""
        for line in self._panel.lines:
            if line.identity.line_id == self._page.current_id:
                return line.identity.account.key
        accounts = self._panel.accounts
        return accounts[0].account.key if len(accounts) == 1 else ""

    def _copy_for_admin(self, account_key: str) -> None:
        account = self._account(account_key)
        if account is not None:
            who, notice = account.account, notices.no_lines(account)
            title, sentence, tracking_id = notice.title, notice.sentence, notice.tracking_id
        elif self._error is not None:
            who, error = Account(key=""), self._error
            title, sentence, tracking_id = error.title, error.sentence, error.tracking_id
        else:
            return
        problem = f"{tr(title)}. {tr(sentence)}"
        words = notices.about_account(who, problem, self._moment(), tracking_id=tracking_id)
        copy(words, self._window)


def _nothing(_: object) -> None:
    """The guide hears of it by `set_up_changed`."""
