"""A program with nothing but a tray icon, for tests that look at it from outside: four lines, as in ux.md."""

import asyncio
import os

from PySide6.QtWidgets import QWidget

from softphone.ui.bridge import Bridge
from softphone.ui.line_model import LineModel
from softphone.ui.loop import App, AppLoop
from softphone.ui.tray import TrayIcon
from tests.ui.fakes import MOMENT, PanelSpy, mixed


async def run(app: App) -> None:
    window = QWidget()
    tray = TrayIcon(LineModel(Bridge(PanelSpy(mixed()))), lambda: MOMENT, window)
    tray.quit_asked.connect(lambda: None)
    await asyncio.sleep(float(os.environ.get("TRAY_SECONDS", "20")))
    tray.close()


if __name__ == "__main__":
    application = App([])
    with asyncio.Runner(loop_factory=lambda: AppLoop(application)) as runner:
        runner.run(run(application))
