"""The screens that are painted, and what paints them."""

import asyncio
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QTabBar, QWidget

from softphone.accounts.sign_out import left_words
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.auth.changes import Receipt, ReceiptItem, Step, keyring_item, tokens_item
from softphone.auth.client_identity import ClientIdentity, SetUp
from softphone.calling.messages import MessageState
from softphone.checks.check import Check, CheckState, CheckStep, Finding
from softphone.checks.drills import Drills
from softphone.i18n import phrase
from softphone.line.failure import Remedy
from softphone.line.model import RINGING_PHASES, Call, Caller, CallPhase, LineState
from softphone.settings.cloud_file import Cloud
from softphone.settings.store import SettingsStore
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.devices.devices_dialog import DevicesDialog
from softphone.ui.help import help_dialog
from softphone.ui.help.check_dialog import CheckDialog
from softphone.ui.help.drills_dialog import DrillPanel
from softphone.ui.history.history_reader import History
from softphone.ui.kit.status_badge import StatusBadge, StatusShape
from softphone.ui.kit.theme import Theme, ThemeChoice, tokens
from softphone.ui.opening import App
from softphone.ui.settings.settings_dialog import SettingsDialog
from softphone.ui.sign_in.receipt_dialog import ReceiptDialog
from softphone.ui.sign_in.set_up_guide import SetUpGuide
from softphone.ui.sign_in.token_dialog import TokenDialog
from softphone.ui.window.main_window import MainWindow
from softphone.values import replace
from softphone.wording.presentation import words_of
from softphone.wording.settings_words import Tab
from tests.ui.fakes import ACCOUNT, MOMENT, NOW_S, SIGNED_IN, THROTTLED, PanelSpy, line, mixed, new_attempt
from tests.ui.history.past import MemoryJournal
from tests.ui.sign_in.web_pages import serve
from tests.ui.window_on import window_on

WIDE = (920, 640)
NARROW = (420, 320)
TURNS_AT_REST = 6  # a layout takes two, and what a dialog asks for is answered in one
LOADING = AccountSnapshot(account=ACCOUNT, state=AccountState.LOADING)
NO_LINES = AccountSnapshot(account=ACCOUNT, state=AccountState.NO_LINES)
ENDED = AccountSnapshot(account=ACCOUNT, state=AccountState.ENDED)

HEARD = replace(
    SIGNED_IN, messages=MessageState(online=True, since_s=NOW_S - 99), messages_confirmed_at_s=NOW_S - 12
)

Then = Callable[[MainWindow], object]
Dialog = Callable[[MainWindow, Bridge], QDialog]


async def at_rest(window: QWidget) -> None:
    """Wait until nothing in a window moves, comes or goes any more."""
    before: list[object] = []
    same = 0
    while same < TURNS_AT_REST:
        await asyncio.sleep(0.01)
        now: list[object] = [
            (one.isVisible(), one.geometry().getRect()) for one in window.findChildren(QWidget)
        ]
        same = same + 1 if now == before else 0
        before = now


class Gallery:
    """Makes pictures into a folder, in one theme, size and language."""

    def __init__(self, app: App, folder: Path, *, dark: bool, narrow: bool) -> None:
        self.theme = Theme(app, ThemeChoice.DARK if dark else ThemeChoice.LIGHT)
        self.size = NARROW if narrow else WIDE
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def window(
        self, name: str, panel: PanelSpy, *, demo: str | None = None, then: Then = lambda _: None
    ) -> None:
        """The window alone."""
        window, bridge, history = self._open(panel, demo)
        then(window)
        await asyncio.sleep(0.35)
        window.grab().save(str(self.folder / f"{name}.png"))
        self._end(window, bridge, history)

    async def dialog(self, name: str, make: Dialog, *, wait_s: float = 0.4) -> None:
        """A dialog above the window, as a person sees both."""
        window, bridge, history = self._open(PanelSpy(mixed()), None)
        dialog = make(window, bridge)
        dialog.show()
        await at_rest(dialog)
        if self.size == NARROW:  # once it has found its own size
            dialog.resize(*NARROW)
        await asyncio.sleep(wait_s)
        whole = window.grab()
        painter = QPainter(whole)
        corner = QPoint(
            max(0, (window.width() - dialog.width()) // 2), max(0, (window.height() - dialog.height()) // 2)
        )
        painter.drawPixmap(corner, dialog.grab())
        painter.end()
        whole.save(str(self.folder / f"{name}.png"))
        dialog.close()
        self._end(window, bridge, history)

    async def sign_in(self, name: str, page: str) -> None:
        """The embedded page, with a real page in it."""
        with serve() as web:
            panel = PanelSpy()
            panel.attempt = new_attempt(web.base + page, web.redirect_uri)
            window, bridge, history = self._open(panel, None)
            window.contents.accounts.carry_out(Command.SIGN_IN)
            await asyncio.sleep(3)
            window.grab().save(str(self.folder / f"{name}.png"))
            self._end(window, bridge, history)
            await asyncio.sleep(0.5)

    def badges(self, name: str) -> None:
        """The sheet of every badge (interface.md#badges)."""
        sheet = QWidget()
        sheet.resize(450, 660)
        for row, state in enumerate(LineState):
            snapshot = line(state)
            words = words_of(snapshot, MOMENT)
            pill = StatusBadge("line", sheet)
            pill.show_state(words.badge, words.shape, words.tone, tag=words.tag)
            pill.move(20, 20 + 44 * row)
            shape = StatusShape(32, words.shape, words.tone, sheet)
            shape.move(330, 18 + 44 * row)
        ratio = sheet.devicePixelRatioF()
        target = QPixmap(sheet.size() * ratio)
        target.setDevicePixelRatio(ratio)
        target.fill(QColor(tokens(sheet.palette()).card))
        painter = QPainter(target)
        sheet.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        painter.end()
        target.save(str(self.folder / f"{name}.png"))

    def _open(self, panel: PanelSpy, demo: str | None) -> tuple[MainWindow, Bridge, History]:
        bridge = Bridge(panel)
        window = window_on(bridge, theme=self.theme, demo=demo, moment=lambda: MOMENT)
        history = History(MemoryJournal(), window)
        window.resize(*self.size)
        window.show()
        window.contents.use_history(history)
        return window, bridge, history

    def _end(self, window: MainWindow, bridge: Bridge, history: History) -> None:
        history.close()
        bridge.close()
        window.closing = True
        window.close()
        window.deleteLater()


# ---- what is shown


def one() -> PanelSpy:
    return PanelSpy((line(LineState.REGISTERED),))


def forty() -> PanelSpy:
    states = tuple(LineState)
    return PanelSpy(
        tuple(line(states[n % 7 // 5], f"Line {n + 1}", f"{1001 + n}", since_s=0.0) for n in range(40))
    )


def without_set_up() -> PanelSpy:
    panel = PanelSpy()
    panel.identity = ClientIdentity(Cloud(), panel.keyring, {})
    return panel


def details_at(tab: int) -> Then:
    def then(window: MainWindow) -> None:
        window.contents.page.open_details("line-1001")
        [tabs] = window.findChildren(QTabBar, "detailsTabs")
        tabs.setCurrentIndex(tab)

    return then


def asked(command: Command) -> Then:
    return lambda window: window.contents._carry_out(command)


def replayed(window: MainWindow) -> None:
    window.contents._replay_bar.begin(MOMENT.wall - timedelta(hours=2), MOMENT.wall)


def store() -> SettingsStore:
    return SettingsStore(Path(tempfile.mkdtemp()) / "settings.toml")


def settings(tab: Tab) -> Dialog:
    def make(window: MainWindow, _: Bridge) -> QDialog:
        dialog = SettingsDialog(store(), window)
        dialog.show_tab(tab)
        return dialog

    return make


def receipt(window: MainWindow, _: Bridge) -> QDialog:
    dialog = ReceiptDialog(window)
    items = (
        ReceiptItem(step=Step.LINES, done=True, sentence=left_words(0, 1)),
        ReceiptItem(step=Step.DEVICE, done=True, sentence="No sign-in was saved on this computer."),
        tokens_item(revoked=False),
        keyring_item(()),
    )
    dialog.add("Ada Lovelace", Receipt(items))
    return dialog


def guide(window: MainWindow, bridge: Bridge) -> QDialog:
    uri = "http://localhost:47113/softphone/callback"
    return SetUpGuide(
        bridge, SetUp(redirect_uris=(uri,), scopes=("spark:webrtc_calling", "spark:xsi")), window
    )


def check(window: MainWindow, _: Bridge) -> QDialog:
    async def run(line_id: str, found: Callable[[Finding], None]) -> None:
        for step in CheckStep:
            bad = step is CheckStep.REGION
            why = phrase("{host} did not answer in time.", host="u2c.wbx2.com")
            what = (
                Check(why, CheckState.FAULT, "Check the network; a firewall may be in the way.")
                if bad
                else Check("This computer has a network.")
            )
            found(Finding(step, what, 0.04))

    return CheckDialog(run, mixed()[0], lambda: MOMENT, window)


def choose_device(window: MainWindow, _: Bridge) -> QDialog:
    window.contents._line_commands.press("line-4000", Remedy.CHOOSE_DEVICE)
    [dialog] = window.findChildren(QDialog)
    return dialog


def called(phase: CallPhase, lines: int = 1) -> PanelSpy:
    """Somebody calls the first of some lines, or did."""
    ended = None if phase in RINGING_PHASES else NOW_S - 5
    ann = Caller("Ann Example", "+12145550100")
    call = Call(call_id="c", device_id="d", caller=ann, began_at_s=NOW_S - 9, phase=phase, ended_at_s=ended)
    names = ("Reception", "Lab phone", "Sales hunt")[: lines - 1]
    others = [line(LineState.REGISTERED, name, f"200{place}") for place, name in enumerate(names)]
    return PanelSpy((line(LineState.REGISTERED, call=call), *others), accounts=(HEARD,))


def paused() -> PanelSpy:
    """The message socket is lost."""
    state = MessageState(online=False, since_s=NOW_S - 60, cause="No server answers.")
    return PanelSpy((line(LineState.REGISTERED),), accounts=(replace(HEARD, messages=state),))


WINDOWS: dict[str, tuple[Callable[[], PanelSpy], str | None, Then]] = {
    "signed-out": (PanelSpy, None, lambda window: window.contents.banners.set_session_only(True)),
    "browser": (PanelSpy, None, asked(Command.USE_BROWSER)),
    "one-line": (one, None, lambda _: None),
    "four-mixed": (lambda: PanelSpy(mixed()), "mixed", lambda _: None),
    "forty": (forty, "forty", lambda _: None),
    "details": (
        lambda: PanelSpy(mixed()),
        None,
        lambda window: window.contents.page.open_details("line-1001"),
    ),
    "details-history": (lambda: PanelSpy(mixed()), None, details_at(1)),
    "details-technical": (lambda: PanelSpy(mixed()), None, details_at(2)),
    "set-up": (without_set_up, None, lambda _: None),
    "timeline": (lambda: PanelSpy(mixed()), None, asked(Command.TIMELINE)),
    "replay": (lambda: PanelSpy(mixed()), None, replayed),
    "fetching": (lambda: PanelSpy(accounts=(LOADING,)), None, lambda _: None),
    "no-lines": (lambda: PanelSpy(accounts=(NO_LINES,)), None, lambda _: None),
    "failed": (
        lambda: PanelSpy(
            (line(LineState.FAILED), line(LineState.RETRY_WAIT, "Reception", "3000", failure=THROTTLED))
        ),
        None,
        lambda _: None,
    ),
    "offline": (lambda: PanelSpy((line(LineState.OFFLINE),)), None, lambda _: None),
    "ended": (lambda: PanelSpy((line(LineState.SIGNED_OUT),), accounts=(ENDED,)), None, lambda _: None),
    "elsewhere": (
        lambda: PanelSpy((line(LineState.ELSEWHERE), line(LineState.IDLE, "Lab phone", "4000"))),
        None,
        lambda _: None,
    ),
}
WINDOWS |= {f"call-{phase.value}": (partial(called, phase), None, lambda _: None) for phase in CallPhase}
WINDOWS |= {
    "calls-paused": (paused, None, lambda _: None),
    "call-among-cards": (partial(called, CallPhase.RINGING, 3), None, lambda _: None),
    "call-among-rows": (partial(called, CallPhase.RINGING, 4), None, lambda _: None),
}
DIALOGS: dict[str, Dialog] = {
    "device-limit": choose_device,
    "devices": lambda window, bridge: DevicesDialog(bridge, lambda: MOMENT, window),
    "check": check,
    "drills": lambda window, bridge: DrillPanel(
        Drills("http://127.0.0.1:9/__cloud__/"), bridge, lambda: MOMENT, window
    ),
    "settings": settings(Tab.GENERAL),
    "settings-network": settings(Tab.NETWORK),
    "token": lambda window, bridge: TokenDialog(bridge, window),
    "set-up-guide": guide,
    "receipt": receipt,
    "help": lambda window, _: help_dialog.help_dialog(window),
    "shortcuts": lambda window, _: help_dialog.shortcuts_dialog(window),
    "about": lambda window, _: help_dialog.about_dialog(window),
}


async def make_all(gallery: Gallery, *, with_sign_in: bool) -> None:
    for name, (panel, demo, then) in WINDOWS.items():
        await gallery.window(name, panel(), demo=demo, then=then)
    for name, make in DIALOGS.items():
        await gallery.dialog(name, make)
    gallery.badges("badges")
    if with_sign_in:
        for page in ("sign-in", "sign-in-blocked", "sign-in-words"):
            await gallery.sign_in(page, f"/{page}")
