"""A program with nothing but a tray icon, for tests from outside: four lines (interface.md#roll-up).

It prints what happens to it, a line each. Choosing "Register all" makes all lines well.
"""

import asyncio

from PySide6.QtWidgets import QWidget

from softphone.line.model import LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.desktop.tray import TrayIcon
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.ui.fakes import MOMENT, PanelSpy, line, mixed


async def run() -> None:
    window, panel, done = QWidget(), PanelSpy(mixed()), asyncio.Event()
    tray = TrayIcon(LineModel(Bridge(panel)), lambda: MOMENT, window)
    tray.use(monochrome=False, damping_s=0.2, quit_deregisters=True)

    def say_tray(there: bool) -> None:
        say(f"tray {there}, window {'minimised' if window.isMinimized() else 'hidden'}")

    def register_all() -> None:
        for each in mixed():
            panel.put(line(LineState.REGISTERED, each.identity.label, each.identity.extension or ""))

    tray.availability_changed.connect(say_tray)
    tray.open_asked.connect(lambda line_id: say(f"open {line_id}"))
    tray.register_all_asked.connect(register_all)
    tray.quit_asked.connect(done.set)
    say("ready")
    await done.wait()
    tray.close()


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    application = App([])
    with asyncio.Runner(loop_factory=lambda: AppLoop(application)) as runner:
        runner.run(run())
