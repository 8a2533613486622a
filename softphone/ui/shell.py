"""All that a person sees and uses of a running panel: in the window and round it, and the tools.

`start` builds it while the lines register, so nothing that they wait for is done here.
"""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QProcess, QProcessEnvironment, Signal, Slot

from softphone.accounts.panel import Panel
from softphone.app import Program, Services
from softphone.checks.check import Finding
from softphone.checks.diagnostics import Diagnostics, report_of
from softphone.checks.update_source import find_update_source
from softphone.headless.metrics import Metrics
from softphone.history.journal import NOT_KEPT, Journal
from softphone.i18n import phrase, tr
from softphone.line.failure import Remedy
from softphone.settings.store import SettingsStore
from softphone.system import launch
from softphone.system.launch import Autostart
from softphone.system.log import LOG_FILE_NAME
from softphone.ui.bridge import Bridge
from softphone.ui.desktop.desktop import Desktop
from softphone.ui.desktop.network import NetworkHints
from softphone.ui.history.history_reader import History, as_text
from softphone.ui.kit.theme import Theme, ThemeChoice, resource
from softphone.ui.opening import App, Opening
from softphone.ui.sign_in.browser import open_in_browser
from softphone.ui.tools import Tools
from softphone.ui.window.appearance import Appearance, scale_text
from softphone.ui.window.contents import Contents, now
from softphone.wording.notices import BannerWords
from softphone.wording.presentation import Shape, Tone

if TYPE_CHECKING:
    from softphone.checks.updates import Update
    from softphone.ui.help.update_dialog import LookForUpdate


class Shell(QObject):
    """Fills the window of the opening. `close` it; from `let_go` on nothing is shown any more.

    Signals:
        quit_asked(): by the tray, or by closing where that means quitting.
    """

    quit_asked: Signal = Signal()

    def __init__(
        self,
        program: Program,
        app: App,
        store: SettingsStore,
        services: Services,
        panel: Panel,
        opening: Opening,
    ) -> None:
        super().__init__(opening.window)
        self._program = program
        self._store = store
        self._services = services
        self._panel = panel
        self._window = window = opening.window
        self._to_close = contextlib.AsyncExitStack()
        scale_text(app, store.settings.text_size_percent)
        theme = Theme(app, ThemeChoice(store.settings.theme))
        self._bridge = Bridge(panel)
        self._contents = Contents(window, self._bridge, theme=theme, demo=program.demo)
        appearance = Appearance(store, theme, window)
        metrics = Metrics(panel)
        self._to_close.push_async_callback(metrics.stop)
        self.desktop: Desktop = Desktop(
            window,
            self._bridge,
            store,
            now,
            serve_metrics=lambda port: metrics.stop() if port is None else metrics.start(port),
            autostart=None if program.demo is not None else _autostart(program),
            placement=opening.placement,
        )
        self._to_close.push_async_callback(self.desktop.close)
        self.desktop.quit_asked.connect(self.quit_asked)
        window.demo_requested.connect(self._open_demo)
        window.command_asked.connect(self.desktop.carry_out)
        window.command_asked.connect(appearance.carry_out)
        for place, notice in enumerate(program.notices(store)):
            self._say(f"file {place}", notice)
        if launch.is_bundle():
            self._watcher = QFileSystemWatcher([sys.executable], self)
            self._watcher.fileChanged.connect(self._say_what_became_of_it)

    def use_journal(self, journal: Journal, *, recording: bool) -> None:
        """Offer the tools, and the past if this process is the one that records it."""

        def say_what_is_not_kept(_: str | None) -> None:
            """They share a disk: where it takes nothing, one banner is enough."""
            too = journal.notice == NOT_KEPT and self._services.profile.is_failing
            self._say("history", None if too else journal.notice)
            self._say("profile", self._services.profile.notice)

        journal.on_notice = say_what_is_not_kept
        self._services.profile.on_notice(say_what_is_not_kept)
        say_what_is_not_kept(None)
        if recording:
            history = History(journal, self._window)
            self._to_close.callback(history.close)
            self._contents.use_history(history)
        tools = self._tools(journal)
        self._to_close.push_async_callback(tools.close)
        self._window.command_asked.connect(tools.carry_out)
        self.desktop.settings_asked.connect(tools.open_general_settings)
        hints = NetworkHints(lambda online: self._panel.network_changed(online=online))
        self._to_close.callback(hints.close)

    async def say_whether_sign_ins_last(self) -> None:
        """Say where there is no keyring that they do not."""
        self._contents.banners.set_session_only(await self._services.keyring_absent())

    def learn_client_id(self) -> None:
        """Find out whether there is one, as the page for the first sign-in says."""
        if self._services.profile.is_used and not self._panel.accounts:  # nobody else asks for the client ID
            self._bridge.ask(self._window, self._panel.identity.load(), _nothing, _nothing)

    def let_go(self) -> None:
        """Show nothing more of the panel."""
        self._bridge.close()

    async def close(self) -> None:
        """Take everything away but the window."""
        self.let_go()
        await self._to_close.aclose()

    def _tools(self, journal: Journal) -> Tools:
        program, panel, services = self._program, self._panel, self._services

        async def check(line_id: str, found: Callable[[Finding], None]) -> None:
            from softphone.checks.probes import check_line

            await check_line(panel, line_id, found, outside=services.probes())

        def examined() -> str:
            from softphone.checks import doctor

            return doctor.report(program.cloud, program.folders)

        diagnostics = Diagnostics(
            report=lambda: report_of(panel),
            cloud=program.cloud,
            log_file=program.folders.state / LOG_FILE_NAME,
            doctor=examined,
            history=lambda: as_text(journal),
        )
        drills = None
        if program.control_url is not None:
            from softphone.checks.drills import Drills
            from softphone.ui.help.drills_dialog import DrillPanel

            cloud_desk = Drills(program.control_url, lambda online: panel.network_changed(online=online))
            drills = DrillPanel(cloud_desk, self._bridge, now, self._window)
        return Tools(
            self._window,
            self._bridge,
            self._store,
            now,
            run_check=check,
            try_network=services.try_network,
            export=diagnostics.export,
            open_url=open_in_browser,
            drills=drills,
            look_for_update=_way_to_updates(program),
            without=lambda: self.desktop.keys_without_meaning,
        )

    @Slot()
    def _say_what_became_of_it(self) -> None:
        """What runs is not what is on the disk any more."""
        if Path(sys.executable).exists():
            words = phrase("This app was updated while it ran. Restart it to use the new version.")
            self._say("replaced", words, Remedy.RESTART)
        else:
            self._say("replaced", phrase("This app was removed from this computer. It works until you quit."))

    def _say(self, key: str, sentence: str | None, *remedies: Remedy) -> None:
        """Say a thing of the program itself in a banner, or take it back."""
        words = None
        if sentence is not None:
            words = BannerWords(
                key=key,
                title=tr("A note from this app"),
                sentence=tr(sentence),
                tone=Tone.CAUTION,
                shape=Shape.TRIANGLE,
                remedies=remedies,
                dismissable=True,
            )
        self._contents.banners.say(words, key=key)

    def _open_demo(self) -> None:
        words = phrase("The demo could not be started: {program} cannot be run.", program=launch.command()[0])
        self._say("demo", None if start_demo() else words)


def _autostart(program: Program) -> Autostart:
    entry = Autostart(program.profile, program.cloud_file)
    entry.move_in()
    return entry


def _way_to_updates(program: Program) -> "LookForUpdate | None":
    """Return what looks for a newer version; None where nobody may, and in a demo, which asks no network."""
    source = find_update_source(resource("updates.toml"))
    if source is None or program.demo is not None:
        return None

    async def look() -> "Update":
        from softphone.checks.updates import look_for_update

        return await look_for_update(source, program.cloud.network)

    return look


def _nothing(_: object) -> None:
    """The window hears of it by `set_up_changed`."""


def start_demo() -> bool:
    """Open the demo beside this window, as a program of its own; whether that could be started."""
    program, *arguments = launch.command("--demo")
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYINSTALLER_RESET_ENVIRONMENT", "1")  # a bundle unpacks itself for each of the two
    demo = QProcess()
    demo.setProgram(program)
    demo.setArguments(arguments)
    demo.setProcessEnvironment(environment)
    return bool(demo.startDetached())
