"""The window on a recording: lines, activity and replay as they were. Nothing acts, and nothing is written.

What it is made of is the window's own; in the place of the panel stands one that only remembers. No profile,
lock, keyring, network or tray is touched: any number may be open beside the running program.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import qInstallMessageHandler

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, PanelListener
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keystore import MemoryKeystore
from softphone.auth.untrusted import plain_text
from softphone.calling.calling_client import CallListener
from softphone.exit_codes import EXIT_OK
from softphone.i18n import tr
from softphone.line.model import Account, LineSnapshot
from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import Settings
from softphone.system.ending import Ending, on_interrupt
from softphone.ui import language
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.history.history_reader import History
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App, make_app, prepare
from softphone.ui.window.appearance import scale_text
from softphone.ui.window.contents import Contents
from softphone.wording.moment import LOCAL, Moment
from softphone.wording.notices import BannerWords
from softphone.wording.presentation import Shape, Tone
from softphone.wording.recording_words import summary

if TYPE_CHECKING:
    from softphone.checks.capsule import Capsule
    from softphone.ui.window.main_window import MainWindow

# What an account of a recording may be in: any other state waits for something.
_LASTING = {state.value: state for state in (AccountState.NO_LINES, AccountState.TROUBLE, AccountState.ENDED)}


def run_recording(capsule: "Capsule", name: str, settings: Settings) -> int:
    """Show a capsule from the file of this name until it is closed; returns the exit code.

    Of the settings only the looks count.
    """
    app = make_app()
    language.install(app, settings.language)
    scale_text(app, settings.text_size_percent)
    theme = Theme(app, ThemeChoice(settings.theme))
    try:
        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            return runner.run(show_recording(capsule, name, app, theme, stop=Ending()))
    finally:
        qInstallMessageHandler(None)  # Qt speaks on while Python ends


async def show_recording(
    capsule: "Capsule",
    name: str,
    app: App,
    theme: Theme,
    *,
    stop: asyncio.Event,
    shown: Callable[["MainWindow"], object] = lambda _: None,
) -> int:
    """Show it on the running loop until `stop`; `shown` is called with the window once all is in it."""
    recording = capsule.recording
    present = recording.present
    moment = Moment(present.now_s, recording.now().astimezone(LOCAL))
    bridge = Bridge(_RecordedPanel(present.lines, _accounts(capsule)), recorded=True)
    window = prepare(app).window
    contents = Contents(
        window,
        bridge,
        theme=theme,
        demo_available=False,
        moment=lambda: moment,
        recorded=True,
        report=lambda: summary(recording, capsule.manifest.trouble),
    )
    window.setWindowTitle(tr("Recording: {file}", file=name))
    window.show()
    history = History(recording, window)
    contents.use_history(history)
    history.read_entries()  # replay begins with the oldest of them
    contents.show_choices(theme.choice, 100)
    for place, sentence in enumerate(capsule.manifest.trouble):
        contents.banners.say(_note(place, plain_text(sentence)), key=f"note {place}")
    window.theme_chosen.connect(lambda choice: _choose(theme, contents, choice))
    window.command_asked.connect(lambda command: stop.set() if command is Command.CLOSE else None)
    for ends in (window.close_asked, window.quit_asked):
        ends.connect(stop.set)
    app.ask_to_stop = stop.set
    on_interrupt(asyncio.get_running_loop(), stop.set)
    shown(window)
    try:
        await stop.wait()
    finally:
        history.close()
        bridge.close()
        window.closing = True
        window.close()
        window.deleteLater()
    return EXIT_OK


class _RecordedPanel(Panel):
    """Lines and accounts as they were. What acts is shut off by the bridge, and has nothing to act on."""

    lines: tuple[LineSnapshot, ...] = ()
    accounts: tuple[AccountSnapshot, ...] = ()

    def __init__(self, lines: tuple[LineSnapshot, ...], accounts: tuple[AccountSnapshot, ...]) -> None:
        self.lines = lines
        self.accounts = accounts
        self.keyring = MemoryKeystore()
        self.identity = ClientIdentity(Cloud(), self.keyring, {})

    def subscribe(self, listener: PanelListener) -> None:
        """Nothing changes."""

    def unsubscribe(self, listener: PanelListener) -> None:
        """Nothing changes."""

    def on_line_call(self, listener: CallListener) -> None:
        """Nobody calls."""


def _accounts(capsule: "Capsule") -> tuple[AccountSnapshot, ...]:
    """Return whose lines there are, each as the running program told of it."""
    told = dict(_told(capsule.status.get("accounts")))
    found = {line.account.key: line.account for line in capsule.recording.past.lines().values()}
    known = {name for account in found.values() for name in (account.key, account.address)}
    found |= {name: Account(key=name, address=name) for name in told if name not in known}
    return tuple(_account(account, told) for account in found.values())


def _account(account: Account, told: dict[str, dict[str, Any]]) -> AccountSnapshot:
    record = told.get(account.address) or told.get(account.key) or {}
    title, _, sentence = plain_text(record.get("notice")).partition(": ")
    return AccountSnapshot(
        account=account,
        state=_LASTING.get(str(record.get("state")), AccountState.READY),
        notice=Notice(title=title, sentence=sentence) if title else None,
    )


def _told(accounts: object) -> Iterable[tuple[str, dict[str, Any]]]:
    for one in accounts if isinstance(accounts, list) else ():
        if isinstance(one, dict) and (name := plain_text(one.get("account"))):
            yield name, one


def _note(place: int, sentence: str) -> BannerWords:
    return BannerWords(
        key=f"note {place}",
        title=tr("A note from this recording"),
        sentence=sentence,
        tone=Tone.CAUTION,
        shape=Shape.TRIANGLE,
        dismissable=True,
    )


def _choose(theme: Theme, contents: Contents, choice: ThemeChoice) -> None:
    theme.choose(choice)
    contents.show_choices(choice, 100)
