"""What concerns accounts: signing in and out, and the remedies that mend a sign-in."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from softphone.errors import SoftphoneError
from softphone.line.failure import Remedy
from softphone.ui import admin_words, notices
from softphone.ui.banner_board import BannerBoard
from softphone.ui.bridge import AccountSnapshot, Bridge
from softphone.ui.clipboard import copy
from softphone.ui.commands import Command
from softphone.ui.menu import name_of
from softphone.ui.moment import Moment
from softphone.ui.panel_page import PanelPage
from softphone.ui.sign_in_flow import SignInFlow
from softphone.words import tr

COMMANDS = frozenset({Command.SIGN_IN, Command.USE_BROWSER, Command.SIGN_OUT})


class AccountCommands(QObject):
    """Carries out what concerns accounts.

    Signals:
        page_changed(): an attempt to sign in began or ended; another page may fit now.
    """

    page_changed = Signal()

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
        self._flow = flow
        self._banners = banners
        self._page = page
        self._moment = moment
        self._window = window
        flow.ended.connect(self._sign_in_ended)
        bridge.sign_out_failed.connect(banners.show_error)

    def carry_out(self, command: Command) -> None:
        """Carry out one of `COMMANDS`."""
        match command:
            case Command.SIGN_IN:
                self._begin(self._flow.begin)
            case Command.USE_BROWSER:
                self._begin(self._flow.begin)
            case Command.SIGN_OUT:
                self.ask_to_sign_out(self._selected_account())

    def mend(self, remedy: Remedy, account_key: str) -> None:
        """Carry out a remedy of an account."""
        match remedy:
            case Remedy.SIGN_IN | Remedy.THIS_SESSION_ONLY:
                self.carry_out(Command.SIGN_IN)
            case Remedy.USE_MY_BROWSER:
                self.carry_out(Command.USE_BROWSER)
            case Remedy.COPY_FOR_ADMIN:
                self._copy_for_admin(account_key)
            case Remedy.CHECK_AGAIN | Remedy.RETRY | Remedy.UNLOCK:
                self._bridge.check_again(account_key)
            case _:
                pass

    def ask_to_sign_out(self, account_key: str) -> None:
        """Ask, and sign out of the account if that is meant; of all with an empty key."""
        account = self._account(account_key)
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle(tr("Sign out"))
        question.setText(
            tr("Sign out {name}? Its lines stop receiving calls here.", name=name_of(account))
            if account
            else tr("Sign out all accounts? Their lines stop receiving calls here.")
        )
        agree = question.addButton(tr("Sign out"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(tr("Stay signed in"), QMessageBox.ButtonRole.RejectRole)
        agree.clicked.connect(lambda: self._sign_out(account_key))
        question.finished.connect(question.deleteLater)
        question.open()  # not exec(): no second event loop

    def _sign_out(self, account_key: str) -> None:
        for account in self._bridge.accounts:
            if account_key in ("", account.account.key):
                self._bridge.sign_out(account.account.key)

    def _begin(self, begin: Callable[[], None]) -> None:
        self._banners.show_error(None)
        begin()
        self.page_changed.emit()

    def _sign_in_ended(self, error: SoftphoneError | None) -> None:
        self._banners.show_error(error)
        self.page_changed.emit()

    def _account(self, account_key: str) -> AccountSnapshot | None:
        return next((one for one in self._bridge.accounts if one.account.key == account_key), None)

    def _selected_account(self) -> str:
        """The account of the selected line, or the only one."""
        card = self._page.lines.current
        for line in self._bridge.lines:
            if card is not None and line.identity.line_id == card.line_id:
                return line.identity.account.key
        accounts = self._bridge.accounts
        return accounts[0].account.key if len(accounts) == 1 else ""

    def _copy_for_admin(self, account_key: str) -> None:
        account = self._account(account_key)
        if account is not None:
            notice = notices.no_lines(account)
            problem = f"{tr(notice.title)}. {tr(notice.sentence)}"
            copy(admin_words.about_account(account.account, problem, self._moment()), self._page)
