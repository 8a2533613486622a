"""The composition root of the window: what `app` builds, with the widgets, on the Qt loop.

The order of start: the first picture, then what is heavy (httpx, keyring, the history), then the accounts.
The order of end: the window is gone at once, then the lines are deregistered while the rest is closed, the
loop is the last. An end does not wait for the start: it may come at any moment of it.
"""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from softphone.accounts.last_call import LastCall
from softphone.accounts.panel import Panel
from softphone.app import Program, Services, recorded, say_left
from softphone.checks.check import Finding
from softphone.checks.diagnostics import Diagnostics, report_of
from softphone.exit_codes import EXIT_OK
from softphone.headless.control_socket import Control
from softphone.headless.metrics import Metrics
from softphone.i18n import phrase, tr
from softphone.settings.store import SettingsStore
from softphone.system import collector, launch
from softphone.system.background import in_thread
from softphone.system.ending import Ending, on_interrupt
from softphone.system.launch import START_AGAIN, Autostart
from softphone.system.log import LOG_FILE_NAME
from softphone.system.tasks import first_of
from softphone.ui import language
from softphone.ui.bridge import Bridge
from softphone.ui.desktop.desktop import Desktop
from softphone.ui.history.history_reader import History, as_text
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App, Opening, prepare
from softphone.ui.sign_in.browser import open_in_browser
from softphone.ui.tools import Tools
from softphone.ui.window.appearance import Appearance, scale_text
from softphone.ui.window.contents import Contents, now
from softphone.ui.window.main_window import MainWindow
from softphone.wording.notices import BannerWords
from softphone.wording.presentation import Shape, Tone

if TYPE_CHECKING:
    from softphone.history.journal import Journal

_log = logging.getLogger(__name__)

# Imported in a thread, after the first picture; the keyring's come by themselves.
HEAVY_MODULES = ("softphone.webex.webex_provider", "softphone.history.journal")


def run_window(program: Program, app: App, opening: Opening | None = None) -> int:
    """Fill the window and run it to its end; returns the exit code."""
    from PySide6.QtCore import qInstallMessageHandler

    try:
        with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
            return runner.run(show_window(program, app, opening, stop=Ending()))
    finally:
        qInstallMessageHandler(None)  # Qt speaks on while Python ends


async def show_window(
    program: Program,
    app: App,
    opening: Opening | None = None,
    *,
    shown: Callable[[MainWindow], object] = lambda _: None,
    stop: asyncio.Event | None = None,
) -> int:
    """Run the window on the running loop until the person, the system or a signal sets `stop`.

    `opening` is the one that is on the screen already; without it there is a new one.

    `shown` is called with the window once it is on the screen: who tests drives it from there.
    """
    loop, stop = asyncio.get_running_loop(), stop or asyncio.Event()
    loop.set_exception_handler(_log_unseen)
    program, store = program.with_settings()
    language.install(app, store.settings.language)
    scale_text(app, store.settings.text_size_percent)
    window_file = None if program.demo is not None else program.folders.window_file(program.profile)
    opening = opening or prepare(app, demo=program.demo, file=window_file)
    window, theme = opening.window, Theme(app, ThemeChoice(store.settings.theme))
    services = Services(program)
    panel = services.panel()
    panel.expect()
    bridge = Bridge(panel)
    Contents(window, bridge, theme=theme, demo=program.demo)
    appearance = Appearance(store, theme, window)
    metrics = Metrics(panel)
    desktop = Desktop(
        window,
        bridge,
        store,
        now,
        serve_metrics=lambda port: metrics.stop() if port is None else metrics.start(port),
        autostart=None if program.demo is not None else _autostart(program),
        placement=opening.placement,
    )
    window.demo_requested.connect(partial(_open_demo, window))
    window.command_asked.connect(desktop.carry_out)
    window.command_asked.connect(appearance.carry_out)
    last_call = _ways_to_end(app, window, desktop, stop.set)
    using = loop.create_task(_use(program, store, services, panel, bridge, window, desktop, stop))
    try:
        if program.hidden or store.settings.start_hidden:
            desktop.hide_window()
        else:
            window.show()
        services.profile.on_notice(partial(_say, window, "profile"))
        for place, notice in enumerate(program.notices(store)):
            _say(window, f"file {place}", notice)
        shown(window)
        last_call.start()
        async with Control(program.instance, panel, show=window.bring_to_front, leave=stop.set):
            await first_of(asyncio.wait((using,)), stop.wait())
    finally:
        stop.set()
        window.hide()  # the rest may take its time
        bridge.close()
        using.cancel()
        say_left(program, await panel.close(deregister=store.settings.deregister_on_quit))
        await asyncio.wait((using,))
        await desktop.close()
        window.closing = True
        window.close()
        await metrics.stop()
        await services.close()
        last_call.close()
        window.deleteLater()
    if not using.cancelled():
        using.result()  # raises what it died of
    return START_AGAIN if window.starts_again else EXIT_OK


def _autostart(program: Program) -> Autostart:
    entry = Autostart(program.profile, program.cloud_file)
    entry.move_in()
    return entry


def _ways_to_end(
    app: App, window: MainWindow, desktop: Desktop, ask_to_stop: Callable[[], object]
) -> LastCall:
    """Let each of them ask for the end; the last one is to be started."""
    window.quit_asked.connect(ask_to_stop)
    desktop.quit_asked.connect(ask_to_stop)
    app.ask_to_stop = ask_to_stop
    on_interrupt(asyncio.get_running_loop(), ask_to_stop)
    return LastCall(ask_to_stop)


def _tools(
    program: Program,
    store: SettingsStore,
    panel: Panel,
    services: Services,
    bridge: Bridge,
    window: MainWindow,
    desktop: Desktop,
    journal: "Journal",
) -> Tools:
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
        drills = DrillPanel(cloud_desk, bridge, now, window)
    return Tools(
        window,
        bridge,
        store,
        now,
        run_check=check,
        try_network=services.try_network,
        export=diagnostics.export,
        open_url=open_in_browser,
        drills=drills,
        without=lambda: desktop.keys_without_meaning,
    )


async def _use(
    program: Program,
    store: SettingsStore,
    services: Services,
    panel: Panel,
    bridge: Bridge,
    window: MainWindow,
    desktop: Desktop,
    stop: asyncio.Event,
) -> None:
    """Bring the accounts back once the window is painted, then all that no line waits for, until the end."""
    await asyncio.sleep(0)  # the first picture comes before anything heavy
    for module in HEAVY_MODULES:
        await in_thread(partial(importlib.import_module, module))
    from softphone.history.journal import NOT_KEPT, Journal
    from softphone.ui.desktop.network import NetworkHints

    journal = Journal(
        program.history_file,
        kept=timedelta(days=store.settings.history_days),
    )

    def say_what_is_not_kept(_: str | None) -> None:
        """They share a disk: where it takes nothing, one banner is enough."""
        too = journal.notice == NOT_KEPT and services.profile.is_failing
        _say(window, "history", None if too else journal.notice)
        _say(window, "profile", services.profile.notice)

    journal.on_notice = say_what_is_not_kept
    services.profile.on_notice(say_what_is_not_kept)
    async with recorded(program, panel, journal) as recording, contextlib.AsyncExitStack() as beside:
        for token in program.tokens:
            panel.add(services.given_token(token))
        coming = asyncio.create_task(panel.start())
        beside.callback(coming.cancel)
        if recording:
            history = History(journal, window)
            beside.callback(history.close)
            window.contents.use_history(history)
        tools = _tools(program, store, panel, services, bridge, window, desktop, journal)
        beside.push_async_callback(tools.close)
        window.command_asked.connect(tools.carry_out)
        desktop.settings_asked.connect(tools.open_general_settings)
        hints = NetworkHints(lambda online: panel.network_changed(online=online))
        beside.callback(hints.close)
        collector.begin()
        window.contents.banners.set_session_only(await services.keyring_absent())
        await coming
        if services.profile.is_used and not panel.accounts:  # nobody else asks for the client ID
            bridge.ask(window, panel.identity.load(), _nothing, _nothing)
        await stop.wait()


def _say(window: MainWindow, key: str, sentence: str | None) -> None:
    """Say a thing of the program itself in a banner, or take it back."""
    words = None
    if sentence is not None:
        words = BannerWords(
            key=key,
            title=tr("A note from this app"),
            sentence=tr(sentence),
            tone=Tone.CAUTION,
            shape=Shape.TRIANGLE,
            dismissable=True,
        )
    window.contents.banners.say(words, key=key)


def _nothing(_: object) -> None:
    """The window hears of it by `set_up_changed`."""


def start_demo() -> bool:
    """Open the demo beside this window, as a program of its own; whether that could be started."""
    from PySide6.QtCore import QProcess, QProcessEnvironment

    program, *arguments = launch.command("--demo")
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYINSTALLER_RESET_ENVIRONMENT", "1")  # a bundle unpacks itself for each of the two
    demo = QProcess()
    demo.setProgram(program)
    demo.setArguments(arguments)
    demo.setProcessEnvironment(environment)
    return bool(demo.startDetached())


def _open_demo(window: MainWindow) -> None:
    words = phrase("The demo could not be started: {program} cannot be run.", program=launch.command()[0])
    _say(window, "demo", None if start_demo() else words)


def _log_unseen(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log what a task died of when nobody waited for it."""
    error = context.get("exception")
    _log.error("%s", context.get("message"), exc_info=error if isinstance(error, BaseException) else None)
