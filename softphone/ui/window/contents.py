"""What is in the window: top bar, and the page that fits the moment.

It lays out and passes on. What is shown comes from the bridge. What is pressed is carried out by
`line_commands` and `account_commands`; words and keys are in `commands`. The web engine is loaded when
somebody signs in and not before.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import cast

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QStackedWidget, QWidget

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.checks.diagnostics import report_of
from softphone.history.entries import Replay
from softphone.i18n import date_and_time
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.commands import Command, Commands
from softphone.ui.copyable import copy
from softphone.ui.help import help_dialog
from softphone.ui.history.history_reader import History
from softphone.ui.history.replay_bar import ReplayBar
from softphone.ui.kit.layout import NO_MARGINS, in_column
from softphone.ui.kit.painting import show_where_the_keyboard_is
from softphone.ui.kit.theme import Theme, ThemeChoice, resource, restyle
from softphone.ui.kit.toast import remove_toasts
from softphone.ui.lines.placeholders import FetchingLines, NoLines
from softphone.ui.placement import give_size, show_dialog
from softphone.ui.sign_in.browser import open_in_browser
from softphone.ui.sign_in.flow import SignInFlow
from softphone.ui.sign_in.start_page import StartPage
from softphone.ui.window import account_commands, history_commands, line_commands
from softphone.ui.window.account_chip import AccountChip
from softphone.ui.window.account_commands import AccountCommands
from softphone.ui.window.banner_board import BannerBoard
from softphone.ui.window.history_commands import HistoryCommands
from softphone.ui.window.line_commands import LineCommands
from softphone.ui.window.main_window import MINIMUM_SIZE, SIZE, MainWindow
from softphone.ui.window.menu import MoreMenu
from softphone.ui.window.panel_page import PanelPage
from softphone.ui.window.top_bar import TopBar, demo_ribbon, recording_ribbon
from softphone.wording import notices
from softphone.wording.moment import LOCAL, Moment

TICK_MS = 1000
SIZE_OF_MANY = (960, 680)
MANY = 4  # lines from which the window is wide at first
REPLAY_FRAME = (3, 0, 3, 3)  # as theme.qss draws it; above stands the bar

# Remedies that are commands of the menu, too.
_COMMANDS_OF = {
    Remedy.COPY_DIAGNOSTICS: Command.COPY_DIAGNOSTICS,
    Remedy.RUN_CHECK: Command.CHECK,
    Remedy.NETWORK_SETTINGS: Command.NETWORK_SETTINGS,
    Remedy.ADD_CERTIFICATE: Command.NETWORK_SETTINGS,
    Remedy.OPEN_WEB_PAGE: Command.OPEN_WEB_PAGE,
    Remedy.SERVICE_STATUS: Command.SERVICE_STATUS,
}
_OFFERED = (
    frozenset(_COMMANDS_OF)
    | account_commands.REMEDIES
    | {Remedy.RESTART, Remedy.RETRY, Remedy.CHOOSE_DEVICE, Remedy.TAKE_BACK}
)

# Beside what acts: what needs settings, a network, or a program that runs.
_NOT_IN_A_RECORDING = frozenset(
    {
        *(Command.SETTINGS, Command.NETWORK_SETTINGS, Command.IMPORT_SETTINGS, Command.EXPORT_SETTINGS),
        *(Command.EXPORT_DIAGNOSTICS, Command.GUIDES, Command.SERVICE_STATUS, Command.OPEN_WEB_PAGE),
        *(Command.OPEN_DIAGNOSTICS, Command.ALWAYS_ON_TOP),
    }
)


def now() -> Moment:
    """Return the present moment; the lines' times are on the monotonic clock."""
    return Moment(time.monotonic(), datetime.now(LOCAL))


class Contents(QObject):
    """Fills a window. Here the parts of the program that stand behind it find what they serve."""

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        *,
        theme: Theme,
        demo: str | None = None,
        demo_available: bool = True,
        open_url: Callable[[str], bool] = open_in_browser,
        sign_in_limit_s: float = 300.0,
        moment: Callable[[], Moment] = now,
        recorded: bool = False,
        report: Callable[[], str] | None = None,
    ) -> None:
        """`recorded`: the bridge is of a recording that ends at the `moment`. `report` is what is copied."""
        super().__init__(window)
        self._recorded = recorded
        self._report = report or (lambda: report_of(self._panel))
        self._window = window
        self._bridge = bridge
        self._panel = bridge.panel
        self._theme = theme
        self._present = moment
        self._replay: Replay | None = None
        self._is_small = True
        self._history: HistoryCommands | None = None
        self._standing_for: object = None
        self.model: LineModel = LineModel(bridge, self)
        self.commands: Commands = Commands(window)
        self._more = MoreMenu(self.commands, theme, window)
        self._chip = AccountChip(self.commands, lambda: self.model.every, self._moment)
        self._bar = TopBar(self._chip, self.commands, self._more)
        self._replay_bar = ReplayBar(recorded=recorded)
        self._start = StartPage(with_demo=demo_available and demo is None)
        self.page: PanelPage = PanelPage(self.model, self._moment)
        self._sign_in = SignInFlow(bridge, limit_s=sign_in_limit_s, open_url=open_url)
        self.banners: BannerBoard = BannerBoard(
            self.page.banners,
            self._start.banners,
            frozenset() if recorded else _OFFERED,
            self._moment,
            window,
        )
        self._line_commands = LineCommands(bridge, self.model, self.page, self._moment, window)
        self.accounts: AccountCommands = AccountCommands(
            bridge, self._sign_in, self.banners, self.page, self._moment, window
        )
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._lay_out(demo)
        self._connect()
        show_where_the_keyboard_is(cast("QApplication", QApplication.instance()))
        if recorded:
            self._take_away_what_acts()
        self._show_accounts(bridge.panel.accounts)
        window.contents = self
        self._on_visibility()

    def use_history(self, history: History) -> None:
        """Offer the timeline and the past."""
        self._history = HistoryCommands(
            history, self.model, self.page, self._replay_bar, self._moment, self._window
        )
        self._history.replay_shown.connect(self._show_replay)
        self._history.failed.connect(self.banners.show_error)
        self._offer_history()

    def _moment(self) -> Moment:
        """The moment that is shown: the present one, but in replay."""
        if self._replay is not None:
            return Moment(self._replay.now_s, self._replay.at.astimezone(LOCAL))
        return self._present()

    @property
    def more_menu(self) -> QMenu:
        """The menu "More"; others may have something to offer there, too."""
        return self._more

    @property
    def _is_past(self) -> bool:
        """Nothing acts."""
        return self._recorded or self._replay is not None

    def _take_away_what_acts(self) -> None:
        self.commands.hold(held=True)
        self.commands.offer(_NOT_IN_A_RECORDING, offered=False)
        self.page.set_past(past=True)
        self.page.activity.take_clearing_away()
        self._bar.take_settings_away()
        self._chip.take_menu_away()
        self._more.take_text_size_away()

    def show_choices(self, theme: ThemeChoice, text_percent: int) -> None:
        """Mark in the menu what holds."""
        self._more.show_choices(theme, text_percent)

    def _lay_out(self, demo: str | None) -> None:
        self._window.say_title(demo=demo is not None)  # the language may be another one by now
        self._window.setWindowIcon(QIcon(str(resource("icons/softphone.svg"))))
        self._pages = QStackedWidget()
        for page in (self._start, self.page, self._sign_in):
            self._pages.addWidget(page)
        self._frame = QFrame()
        self._frame.setObjectName("pageFrame")
        in_column(self._pages, of=self._frame, margins=NO_MARGINS)
        content = QWidget()
        ribbon = () if demo is None else (demo_ribbon(),)
        if self._recorded:
            ribbon = (recording_ribbon(date_and_time(self._present().wall)),)
        parts = (*ribbon, self._bar, self._replay_bar, (self._frame, 1))
        in_column(*parts, of=content, margins=NO_MARGINS, spacing=0)
        self._window.setCentralWidget(content)

    def _connect(self) -> None:
        self._bridge.accounts_updated.connect(self._show_accounts)
        self.model.rows_changed.connect(self._show_lines)
        self.model.lines_changed.connect(lambda _: self._show_lines())
        self.accounts.page_changed.connect(self._show_page)
        self._line_commands.remedy_asked.connect(self._on_remedy)
        self.banners.remedy_pressed.connect(self._on_remedy)
        self._start.sign_in_pressed.connect(lambda: self._carry_out(Command.SIGN_IN))
        self._start.use_browser_pressed.connect(lambda: self._carry_out(Command.USE_BROWSER))
        self._start.set_up_pressed.connect(lambda: self._carry_out(Command.SET_UP))
        self._start.demo_pressed.connect(self._window.demo_requested)
        self._more.theme_chosen.connect(self._window.theme_chosen)
        self._more.text_size_chosen.connect(self._window.text_size_chosen)
        self._window.visibility_changed.connect(self._on_visibility)
        self._window.closing_begun.connect(self._sign_in.cancel)
        self._chip.sign_out_chosen.connect(self.accounts.ask_to_sign_out)
        self._bar.back_pressed.connect(self.page.go_back)
        self.page.page_changed.connect(self._show_bar)
        self.page.details.diagnostics_wanted.connect(lambda: self._carry_out(Command.COPY_DIAGNOSTICS))
        self.page.details.check_wanted.connect(lambda _: self._carry_out(Command.CHECK))
        self._bridge.set_up_changed.connect(self._show_set_up)
        self._show_set_up()
        self.commands.asked.connect(self._carry_out)
        self.commands.line_asked.connect(self.page.lines.focus_place)

    # What is shown

    def _show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        self._chip.show_accounts(accounts)
        self.page.show_accounts(accounts)
        self.commands.offer(SIGNED_IN_ONLY, offered=bool(accounts))
        self._offer_history()
        self._show_lines()
        self._show_page()

    def _offer_history(self) -> None:
        offered = bool(self._panel.accounts and self._history)
        self.commands.offer(history_commands.COMMANDS, offered=offered)
        self._bar.offer_activity(offered=offered)

    def _show_set_up(self) -> None:
        identity = self._panel.identity
        self._start.show_set_up(needed=not (identity.cloud.client_id or identity.unread))

    def _show_page(self) -> None:
        page: QWidget = self.page if self._panel.accounts or self._recorded else self._start
        if self._sign_in.active:
            page = self._sign_in
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            self._on_visibility()
            if page is self.page:
                self.page.lines.focus_first()
        self._show_bar()
        self._show_banners()

    def _show_bar(self) -> None:
        page = self._pages.currentWidget()
        at_lines = page is self.page
        # The sign-in page and the activity have bars of their own.
        own = page is self._sign_in or (at_lines and not self.page.activity.isHidden())
        self._bar.setVisible(not own)
        self._bar.show_page(self.page.title if at_lines else "")

    def _show_lines(self) -> None:
        if len(self.model.every) >= MANY and self._is_small:
            self._is_small = False
            if self._window.size() == QSize(*SIZE):  # nobody has chosen another one
                give_size(self._window, SIZE_OF_MANY, MINIMUM_SIZE)
        self._offer_all()
        self._show_placeholder()
        self._show_banners()

    def _offer_all(self) -> None:
        """Offer for all lines what changes one of them."""
        lines = self.model.every
        self.commands.offer([Command.REGISTER_ALL], offered=any(not line.wanted for line in lines))
        self.commands.offer([Command.DEREGISTER_ALL], offered=any(line.wanted for line in lines))

    def _show_banners(self) -> None:
        self.banners.show_state(self._panel.accounts, self.model.every)

    def _show_placeholder(self) -> None:
        if self.model.rows_are_due:  # outlines go when the lines stand there, not before
            return
        with_lines = {line.identity.account.key for line in self.model.every}
        empty = [one for one in self._panel.accounts if one.account.key not in with_lines]
        on_their_way = any(one.state in ON_THEIR_WAY for one in empty)
        without = tuple(one for one in empty if one.state in _WITHOUT_LINES)
        standing_for = (on_their_way, without, self._replay is not None)
        if standing_for != self._standing_for:
            self._standing_for = standing_for
            outlines = [FetchingLines()] if on_their_way else []
            self.page.lines.set_placeholders([*outlines, *map(self._no_lines, without)])

    def _no_lines(self, account: AccountSnapshot) -> QWidget:
        notice = notices.no_lines(account)
        offered = frozenset() if self._is_past else _OFFERED
        remedies = tuple(remedy for remedy in notice.remedies if remedy in offered)
        whose = "" if len(self._panel.accounts) == 1 else account.account.label
        empty = NoLines(notice.title, notice.sentence, remedies, whose=whose)
        empty.remedy_pressed.connect(lambda remedy: self._on_remedy(remedy, account.account.key))
        return empty

    def _show_replay(self, replay: Replay | None) -> None:
        self._replay = replay
        self.commands.hold(held=self._is_past)
        restyle(self._frame, replay=replay is not None)
        self._frame.setContentsMargins(*(NO_MARGINS if replay is None else REPLAY_FRAME))
        self.page.set_past(past=self._is_past)
        if replay is not None:
            remove_toasts(self._window)  # what could be undone then is not undone in the past
        self._show_placeholder()

    def _on_visibility(self) -> None:
        """Tell the time again, or rest where nobody sees it."""
        if not (self._window.is_in_sight and self._pages.currentWidget() is self.page):
            self._tick.stop()
        elif not self._tick.isActive():
            self._on_tick()
            self._tick.start()

    def _on_tick(self) -> None:
        self.page.tick(lambda: self._bridge.panel.accounts)
        self._show_banners()

    # What is pressed

    def _carry_out(self, command: Command) -> None:
        if command in line_commands.COMMANDS:
            self._line_commands.carry_out(command)
        elif command in account_commands.COMMANDS:
            self.accounts.carry_out(command)
        elif command in history_commands.COMMANDS and self._history is not None:
            self._history.carry_out(command)
        elif command in _WORDS:
            dialog = _WORDS[command](self._window)
            dialog.finished.connect(self._window.activateWindow)
            show_dialog(dialog)
        else:
            self._carry_out_here(command)

    def _carry_out_here(self, command: Command) -> None:
        match command:
            case Command.NEXT_PART:
                self._go_to_part(1)
            case Command.PREVIOUS_PART:
                self._go_to_part(-1)
            case Command.ESCAPE if self._sign_in.active:
                self._sign_in.cancel()
            case Command.ESCAPE if not self.page.go_back():
                self._replay_bar.end()
            case Command.ESCAPE:
                pass
            case Command.COPY_DIAGNOSTICS:
                copy(self._report(), self._window)
            case Command.QUIT:
                self._window.quit_asked.emit()
            case _:
                self._window.command_asked.emit(command)

    def _on_remedy(self, remedy: Remedy, account_key: str) -> None:
        match remedy:
            case _ if remedy in _COMMANDS_OF:
                self._carry_out(_COMMANDS_OF[remedy])
            case Remedy.RESTART:
                self._window.starts_again = True
                self._window.quit_asked.emit()
            case Remedy.CHECK_AGAIN if not account_key:
                self._line_commands.retry_all(frozenset({LineState.OFFLINE}))
            case _:
                self.accounts.mend(remedy, account_key)

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        """What F6 goes through, those that are hidden too."""
        return (self.page.banners, self._bar, self._replay_bar, *self.page.parts)

    def _go_to_part(self, step: int) -> None:
        parts = [one for one in self._parts if one.isVisible()]
        focused = self._window.focusWidget()
        here = next((n for n, part in enumerate(parts) if part.isAncestorOf(focused)), -step)
        for part in (parts[(here + step * (n + 1)) % len(parts)] for n in range(len(parts))):
            if part is self.page.lines.view:
                self.page.lines.focus_first()
                return
            if part is self.page.details:
                self.page.details.take_focus()  # not its first button: that one closes it
                return
            first = _first_stop(part)
            if first is not None:
                first.setFocus(Qt.FocusReason.TabFocusReason)
                return


_WORDS = {
    Command.HELP: help_dialog.help_dialog,
    Command.SHORTCUTS: help_dialog.shortcuts_dialog,
    Command.ABOUT: help_dialog.about_dialog,
}
# An account that is ready has lines: they are told a moment later.
ON_THEIR_WAY = frozenset({AccountState.LOADING, AccountState.TROUBLE, AccountState.READY})
_WITHOUT_LINES = frozenset({AccountState.NO_LINES, AccountState.ENDED})
SIGNED_IN_ONLY = (frozenset({Command.DEVICES, Command.SIGN_OUT}) | line_commands.COMMANDS) - {
    Command.REGISTER_ALL,
    Command.DEREGISTER_ALL,
}


def _first_stop(part: QWidget) -> QWidget | None:
    """The first widget of a part that the Tab key reaches."""
    stop = part.nextInFocusChain()
    while stop is not None and stop is not part:
        reached = stop.focusPolicy() & Qt.FocusPolicy.TabFocus and stop.isVisible() and stop.isEnabled()
        if reached and part.isAncestorOf(stop):
            return stop
        stop = stop.nextInFocusChain()
    return None
