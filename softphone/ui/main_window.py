"""The window: header, and the page that fits the moment.

It lays out and passes on. What is shown comes from the bridge; what is pressed goes to the bridge. The
web engine is loaded when somebody signs in and not before.
"""

import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QIcon, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from softphone.errors import SoftphoneError
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui import admin_words, notices, presentation
from softphone.ui.account_header import AccountHeader
from softphone.ui.banner import Banner
from softphone.ui.bridge import AccountSnapshot, AccountState, Bridge
from softphone.ui.clipboard import copy
from softphone.ui.device_dialog import DeviceDialog
from softphone.ui.line_model import LineModel
from softphone.ui.menu import WindowMenu
from softphone.ui.moment import Moment
from softphone.ui.notices import BannerWords
from softphone.ui.panel_page import PanelPage
from softphone.ui.placeholders import FetchingLines, NoLines
from softphone.ui.presentation import Action
from softphone.ui.sign_in_flow import SignInFlow
from softphone.ui.start_page import StartPage
from softphone.ui.theme import Theme, resource

TICK_MS = 1000
SIZE = (920, 640)
MINIMUM_SIZE = (420, 320)

# The remedies that this window can carry out; others get no button.
_OFFERED = frozenset(
    {
        Remedy.SIGN_IN,
        Remedy.RETRY,
        Remedy.CHOOSE_DEVICE,
        Remedy.TAKE_BACK,
        Remedy.CHECK_AGAIN,
        Remedy.COPY_FOR_ADMIN,
        Remedy.COPY_DIAGNOSTICS,
    }
)


def now() -> Moment:
    """Return the present moment; the lines' times are on the monotonic clock."""
    return Moment(time.monotonic(), datetime.now().astimezone())


class MainWindow(QMainWindow):
    """The window. Set `closing` before the close that is meant; every other close asks to stop.

    Signals:
        use_browser_requested(): "Use my browser instead" was pressed.
        demo_requested(): "Try the demo" was pressed.
    """

    use_browser_requested = Signal()
    demo_requested = Signal()

    def __init__(
        self,
        bridge: Bridge,
        *,
        theme: Theme,
        demo: str | None = None,
        ask_to_stop: Callable[[], object] = lambda: None,
        browser_sign_in_available: bool = False,
        demo_available: bool = True,
        sign_in_limit_s: float = 300.0,
        moment: Callable[[], Moment] = now,
    ) -> None:
        super().__init__()
        self.closing = False
        self._bridge = bridge
        self._ask_to_stop = ask_to_stop
        self._moment = moment
        self._offered = _OFFERED | ({Remedy.USE_MY_BROWSER} if browser_sign_in_available else set())
        self._error: SoftphoneError | None = None
        self._session_only = False
        self._dismissed: set[str] = set()
        self._shown_banners: tuple[list[BannerWords], bool] | None = None
        self._standing_for: AccountSnapshot | None = None
        self._model = LineModel(bridge, self)
        self._menu = WindowMenu(theme, self)
        self._header = AccountHeader(self._menu)
        self._start = StartPage(
            with_browser=browser_sign_in_available, with_demo=demo_available and demo is None
        )
        self._panel = PanelPage(self._model, moment, self._offered)
        self._sign_in = SignInFlow(
            bridge, limit_s=sign_in_limit_s, browser_sign_in_available=browser_sign_in_available
        )
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._lay_out(demo)
        self._connect(ask_to_stop)
        self._show_accounts(bridge.accounts)

    def set_session_only(self, session_only: bool) -> None:
        """Say, or stop saying, that a sign-in lasts until the program quits: there is no safe keyring."""
        self._session_only = session_only
        self._show_banners()

    def begin_sign_in(self) -> None:
        """Show the sign-in page."""
        self._error = None
        self._sign_in.begin()
        self._show_page()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hide and ask to stop; close for good once `closing` is set (Qt override)."""
        for dialog in self.findChildren(QDialog):
            dialog.reject()  # it would stay on the screen without the window
        if self.closing:
            self._sign_in.cancel()
            event.accept()
        else:
            event.ignore()
            self.hide()
            self._ask_to_stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the time again (Qt override)."""
        super().showEvent(event)
        self.activateWindow()  # without a window manager nobody else gives it the keyboard
        self._on_tick()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest (Qt override)."""
        super().hideEvent(event)
        self._tick.stop()

    def _lay_out(self, demo: str | None) -> None:
        self.setObjectName("mainWindow")
        self.setWindowTitle("Softphone")
        self.setAccessibleName("Softphone")
        self.setWindowIcon(QIcon(str(resource("softphone.svg"))))
        self.setMinimumSize(*MINIMUM_SIZE)
        self.resize(*SIZE)
        self._pages = QStackedWidget()
        for page in (self._start, self._panel, self._sign_in):
            self._pages.addWidget(page)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if demo is not None:
            scenario = f" · {demo}" if demo else ""
            ribbon = QLabel(f"Demo{scenario} · simulated cloud, no real calls")
            ribbon.setObjectName("demoRibbon")  # coloured by theme.qss
            ribbon.setAccessibleName(ribbon.text())
            ribbon.setIndent(0)
            ribbon.setWordWrap(True)
            column.addWidget(ribbon)
        column.addWidget(self._header)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(content)

    def _connect(self, ask_to_stop: Callable[[], object]) -> None:
        self._bridge.accounts_updated.connect(self._show_accounts)
        self._bridge.sign_out_failed.connect(self._show_error)
        self._model.rows_changed.connect(self._show_lines)
        self._model.lines_changed.connect(lambda _: self._show_lines())
        self._start.sign_in_pressed.connect(self.begin_sign_in)
        self._start.use_browser_pressed.connect(self.use_browser_requested)
        self._start.demo_pressed.connect(self.demo_requested)
        self._sign_in.use_browser_requested.connect(self.use_browser_requested)
        self._sign_in.ended.connect(self._sign_in_ended)
        self._header.register_all_pressed.connect(self._bridge.register_all)
        self._header.deregister_all_pressed.connect(self._bridge.deregister_all)
        self._panel.pressed.connect(self._on_card_button)
        self._menu.copy_diagnostics_pressed.connect(self._copy_diagnostics)
        self._menu.sign_out_pressed.connect(self._ask_to_sign_out)
        self._menu.quit_pressed.connect(ask_to_stop)
        for keys, does in (
            ("F5", lambda: self._on_key(Action.RETRY)),
            ("Ctrl+R", lambda: self._on_key(Action.REGISTER)),
            ("Ctrl+D", lambda: self._on_key(Action.DEREGISTER)),
            ("Ctrl+Shift+R", self._bridge.register_all),
            ("Esc", self._on_escape),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(does)

    # What is shown

    def _show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        self._header.show_accounts(accounts)
        self._menu.show_accounts(accounts)
        self._panel.show_accounts(accounts)
        self._show_lines()
        self._show_page()

    def _show_page(self) -> None:
        page: QWidget = self._panel if self._bridge.accounts else self._start
        if self._sign_in.active:
            page = self._sign_in
        self._header.setVisible(page is not self._sign_in)
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            if page is self._panel:
                self._panel.lines.focus_first()
        self._show_banners()

    def _show_lines(self) -> None:
        lines = self._model.lines
        moment = self._moment()
        counted = lines or any(account.state is AccountState.NO_LINES for account in self._bridge.accounts)
        self._header.show_roll_up(
            presentation.roll_up(lines, moment) if counted else None,
            some_off=any(not line.wanted for line in lines),
            some_on=any(line.wanted for line in lines),
        )
        self._show_placeholder()
        self._show_banners()

    def _show_placeholder(self) -> None:
        with_lines = {line.identity.account.key for line in self._model.lines}
        empty = [account for account in self._bridge.accounts if account.account.key not in with_lines]
        account = empty[0] if empty else None
        if account == self._standing_for:
            return
        self._standing_for = account
        self._panel.lines.set_placeholder(None if account is None else self._placeholder(account))

    def _placeholder(self, account: AccountSnapshot) -> QWidget | None:
        if account.state in {AccountState.LOADING, AccountState.TROUBLE}:
            return FetchingLines()
        if account.state is not AccountState.NO_LINES:
            return None
        notice = notices.no_lines(account)
        remedies = tuple(remedy for remedy in notice.remedies if remedy in self._offered)
        empty = NoLines(notice.title, notice.sentence, remedies)
        empty.remedy_pressed.connect(lambda remedy: self._on_remedy(remedy, account.account.key))
        return empty

    def _show_banners(self) -> None:
        signed_in = bool(self._bridge.accounts)
        every = notices.banners(
            self._bridge.accounts, self._model.lines, self._error, self._session_only, self._moment()
        )
        wanted = [words for words in every if words.key not in self._dismissed]
        self._dismissed &= {words.key for words in every}
        if (wanted, signed_in) == self._shown_banners:
            return
        self._shown_banners = (wanted, signed_in)
        # The signed-out page has its own, single way in.
        offered = self._offered if signed_in else self._offered - {Remedy.SIGN_IN}
        self._panel.lines.banners.show_banners([self._banner(words, offered) for words in wanted])
        top = [words for words in wanted if words != notices.SESSION_ONLY]
        self._start.banners.show_banners([self._banner(words, offered) for words in top])
        foot = [words for words in wanted if words == notices.SESSION_ONLY]
        self._start.notes.show_banners([self._banner(words, offered) for words in foot])

    def _banner(self, words: BannerWords, offered: frozenset[Remedy]) -> Banner:
        banner = Banner(
            words.title,
            words.sentence,
            tone=words.tone,
            shape=words.shape,
            remedies=tuple(remedy for remedy in words.remedies if remedy in offered),
            small_print=words.small_print,
            dismissable=words.dismissable,
            urgent=words.urgent,
        )
        banner.remedy_pressed.connect(lambda remedy: self._on_remedy(remedy, words.account_key))
        banner.dismissed.connect(lambda: self._dismiss(words.key))
        return banner

    def _dismiss(self, key: str) -> None:
        if key == "error":
            self._error = None
        else:
            self._dismissed.add(key)
        self._show_banners()

    def _show_error(self, error: SoftphoneError) -> None:
        self._error = error
        self._show_banners()

    def _sign_in_ended(self, error: SoftphoneError | None) -> None:
        self._error = error
        self._show_page()

    def _on_tick(self) -> None:
        if self._pages.currentWidget() is self._panel:
            self._panel.tick()
            self._show_lines()

    # What is pressed

    def _on_card_button(self, line_id: str, does: Action | Remedy) -> None:
        match does:
            case Action.REGISTER | Remedy.TAKE_BACK:
                self._bridge.register(line_id)
            case Action.DEREGISTER:
                self._bridge.deregister(line_id)
            case Action.RETRY | Remedy.RETRY:
                self._bridge.retry(line_id)
            case Remedy.CHOOSE_DEVICE:
                self._choose_device(line_id)
            case _:
                line = self._model.line(line_id)
                if line is not None and does is Remedy.COPY_FOR_ADMIN:
                    copy(admin_words.about_line(line, self._moment()), self._panel)
                elif line is not None:
                    self._on_remedy(does, line.identity.account.key)

    def _choose_device(self, line_id: str) -> None:
        line = next((line for line in self._bridge.lines if line.identity.line_id == line_id), None)
        if line is not None and line.state is LineState.ACTION:
            dialog = DeviceDialog(self._bridge, line.identity, self._moment, self)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()  # not exec(): no second event loop

    def _on_remedy(self, remedy: Remedy, account_key: str) -> None:
        match remedy:
            case Remedy.SIGN_IN:
                self.begin_sign_in()
            case Remedy.USE_MY_BROWSER:
                self.use_browser_requested.emit()
            case Remedy.COPY_DIAGNOSTICS:
                self._copy_diagnostics()
            case Remedy.COPY_FOR_ADMIN:
                self._copy_for_admin(account_key)
            case Remedy.CHECK_AGAIN | Remedy.RETRY if account_key:
                self._bridge.check_again(account_key)
            case Remedy.CHECK_AGAIN:
                for line in self._model.lines:
                    if line.state is LineState.OFFLINE:
                        self._bridge.retry(line.identity.line_id)
            case _:
                pass

    def _on_key(self, action: Action) -> None:
        card = self._panel.lines.current
        if card is not None and card.isVisible() and card.offers(action):
            self._on_card_button(card.line_id, action)

    def _on_escape(self) -> None:
        if self._sign_in.active:
            self._sign_in.cancel()
        else:
            self._panel.drawer.put_away()

    def _copy_diagnostics(self) -> None:
        copy(self._bridge.diagnostics(), self._header)

    def _copy_for_admin(self, account_key: str) -> None:
        for account in self._bridge.accounts:
            if account.account.key == account_key:
                notice = notices.no_lines(account)
                problem = f"{notice.title}. {notice.sentence}"
                text = admin_words.about_account(account.account, problem, self._moment())
                copy(text, self._panel)

    def _ask_to_sign_out(self, account_key: str) -> None:
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle("Sign out")
        question.setText("Sign out? Its lines stop receiving calls here.")
        agree = question.addButton("Sign out", QMessageBox.ButtonRole.AcceptRole)
        question.addButton("Stay signed in", QMessageBox.ButtonRole.RejectRole)
        agree.clicked.connect(lambda: self._bridge.sign_out(account_key))
        question.finished.connect(question.deleteLater)
        question.open()  # not exec(): no second event loop
