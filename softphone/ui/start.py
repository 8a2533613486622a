"""The composition root of the window: what `app` builds, on the Qt loop, with the shell that shows it.

The order of start: the first picture, then what the lines need, then, while their requests are under way, all
that a person sees and uses (`shell`). The order of end: the window is gone at once, then the lines are
deregistered while the rest is closed, the loop is the last. An end does not wait for the start: it may come
at any moment of it.
"""

import asyncio
import importlib
import logging
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from softphone.accounts.last_call import LastCall
from softphone.app import Program, Services, line_check, recorded, say_left
from softphone.exit_codes import EXIT_OK
from softphone.headless.control_socket import Control
from softphone.line.model import REGISTERED_STATES
from softphone.system import collector, launch
from softphone.system.background import in_thread
from softphone.system.ending import Ending, on_interrupt
from softphone.system.tasks import first_of, uncut
from softphone.ui import language
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App, Opening, prepare

if TYPE_CHECKING:
    from softphone.history.journal import Journal
    from softphone.ui.shell import Shell
    from softphone.ui.window.main_window import MainWindow

_PACKAGE = Path(__file__).parents[1]
LOOKS, LOOK_S = 15, 0.01  # longer than it takes to register in a quick network

_log = logging.getLogger(__name__)

# Not loaded before somebody signs in: the web engine takes half of a window's memory.
_OF_THE_PAGE = "softphone.ui.sign_in."

# Imported in a thread, in this order: what is under way goes on meanwhile. The keyring's come by themselves.
_FOR_THE_LINES = ("softphone.webex.webex_provider", "softphone.history.journal")
_FOR_THE_PERSON = ("softphone.ui.shell",)


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
    shown: Callable[["MainWindow"], object] = lambda _: None,
    stop: asyncio.Event | None = None,
) -> int:
    """Run the window on the running loop until the person, the system or a signal sets `stop`.

    `opening` is the one that is on the screen already; without it there is a new one.

    `shown` is called with the window once all is in it: who tests drives it from there.
    """
    asyncio.get_running_loop().set_exception_handler(_log_unseen)
    return await _Run(program, app, opening, stop or asyncio.Event(), shown).until_stopped()


class _Run:
    """One run of the window, from its first picture to its end."""

    def __init__(
        self,
        program: Program,
        app: App,
        opening: Opening | None,
        stop: asyncio.Event,
        shown: Callable[["MainWindow"], object],
    ) -> None:
        self._program, self._store = program.with_settings()
        self._app = app
        self._stop = stop
        self._shown = shown
        language.install(app, self._store.settings.language)
        window_file = None if program.demo is not None else program.folders.window_file(program.profile)
        self._opening = opening or prepare(app, demo=program.demo, file=window_file)
        self._window = self._opening.window
        self._services = Services(self._program)
        self._panel = self._services.panel()
        self._panel.expect()
        self._shell: Shell | None = None
        self._closed_early = False
        self._window.close_asked.connect(self._close_early)
        self._window.quit_asked.connect(stop.set)
        app.ask_to_stop = stop.set
        on_interrupt(asyncio.get_running_loop(), stop.set)
        self._last_call = LastCall(stop.set)

    async def until_stopped(self) -> int:
        """Return the exit code."""
        using = asyncio.ensure_future(self._use())
        try:
            self._last_call.start()
            panel, show = self._panel, self._window.bring_to_front
            check = line_check(panel)
            async with Control(self._program.instance, panel, show=show, leave=self._stop.set, check=check):
                await first_of(asyncio.wait((using,)), self._stop.wait())
        finally:
            await self._end(using)
        if not using.cancelled():
            using.result()  # raises what it died of
        return launch.START_AGAIN if self._window.starts_again else EXIT_OK

    async def _use(self) -> None:
        """Bring the accounts back once the window is painted, and show them, until the end."""
        await asyncio.sleep(0)  # the first picture comes before anything heavy
        await _load(_FOR_THE_LINES)
        from softphone.history.journal import Journal

        journal = Journal(self._program.history_file, kept=timedelta(days=self._store.settings.history_days))
        async with recorded(self._program, self._panel, journal) as recording:
            for token in self._program.tokens:
                self._panel.add(self._services.given_token(token))
            coming = asyncio.create_task(self._panel.start())
            try:
                await self._let_lines_go_first()
                shell = await self._show(journal, recording=recording)
                collector.begin()
                await shell.say_whether_sign_ins_last()
                await coming
                shell.learn_client_id()
                if launch.is_bundle():
                    await _load(_all_of_ours())
                await self._stop.wait()
            finally:
                coming.cancel()
                if self._shell is not None:
                    await uncut(asyncio.ensure_future(self._shell.close()))  # the end cancels this one

    async def _let_lines_go_first(self) -> None:
        """Loading the rest takes half of the processor: where answers come at once, they come first."""
        for _ in range(LOOKS if self._panel.accounts else 0):
            if any(line.state in REGISTERED_STATES for line in self._panel.lines):
                break
            await asyncio.sleep(LOOK_S)

    async def _show(self, journal: "Journal", *, recording: bool) -> "Shell":
        """Fill the window, and show it unless it is to begin hidden."""
        await _load(_FOR_THE_PERSON)
        from softphone.ui.shell import Shell

        self._shell = shell = Shell(
            self._program, self._app, self._store, self._services, self._panel, self._opening
        )
        shell.quit_asked.connect(self._stop.set)
        self._window.close_asked.disconnect(self._close_early)
        if self._closed_early:
            self._window.close()
        elif self._program.hidden or self._store.settings.start_hidden:
            shell.desktop.hide_window()
        else:
            self._window.show()
        shell.use_journal(journal, recording=recording)
        self._shown(self._window)
        return shell

    def _close_early(self) -> None:
        """What closing means is in the settings, and carried out by what is not there yet."""
        self._closed_early = True
        self._window.hide()

    async def _end(self, using: "asyncio.Future[None]") -> None:
        self._stop.set()
        self._window.hide()  # the rest may take its time
        if self._shell is not None:
            self._shell.let_go()
        using.cancel()
        deregister = self._store.settings.deregister_on_quit
        say_left(self._program, await self._panel.close(deregister=deregister))
        await asyncio.wait((using,))
        self._window.closing = True
        self._window.close()
        await self._services.close()
        self._last_call.close()
        self._window.deleteLater()


async def _load(modules: tuple[str, ...]) -> None:
    for module in modules:
        await in_thread(partial(importlib.import_module, module))


def _all_of_ours() -> tuple[str, ...]:
    """Return all that a person may come to use: a bundle may be replaced or removed while it runs."""
    rooms = ("accounts", "checks", "headless", "history", "settings", "ui", "webex", "wording")
    return tuple(
        found.name
        for room in rooms
        for found in pkgutil.walk_packages([str(_PACKAGE / room)], f"softphone.{room}.")
        if not found.name.startswith(_OF_THE_PAGE)
    )


def _log_unseen(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log what a task died of when nobody waited for it."""
    error = context.get("exception")
    _log.error("%s", context.get("message"), exc_info=error if isinstance(error, BaseException) else None)
