"""The windows on made-up screens: `python -m tests.ui.gallery.on_screens FILE`, offscreen.

In a process of its own, because screens and their scale belong to a whole program. Shows the window where
FILE says, opens every dialog and writes where it is to FILE. Prints JSON: the room there is, where the window
is, what is not on its screen, and where the window was at the end.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from softphone.ui.bridge import Bridge
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.placement import SETTLE_MS, Placement, show_dialog
from tests.ui.fakes import MOMENT, PanelSpy, mixed
from tests.ui.gallery.screens import DIALOGS
from tests.ui.window_on import window_on


def outside(window: QWidget) -> bool:
    """Whether a part of a window is on no screen."""
    return not window.screen().availableGeometry().contains(window.frameGeometry())


def question(window: QWidget) -> QDialog:
    asked = QMessageBox(window)
    asked.setText("Sign out Ada Lovelace? Its lines stop receiving calls here. " * 2)
    return asked


async def settled(window: QWidget) -> None:
    """Wait until the window has found its place, for as long as a busy machine takes."""
    async with asyncio.timeout(10):
        while outside(window):
            await asyncio.sleep(SETTLE_MS / 1000)


async def look(app: App, file: Path) -> dict[str, Any]:
    bridge = Bridge(PanelSpy(mixed()))
    window = window_on(bridge, theme=Theme(app, ThemeChoice.LIGHT), moment=lambda: MOMENT)
    placement = Placement(window, file)
    window.show()
    await settled(window)
    found: dict[str, Any] = {
        "room": window.screen().availableGeometry().getRect(),
        "window": window.geometry().getRect(),
        "outside": ["window"] if outside(window) else [],
    }
    more = {"file": lambda window, _: QFileDialog(window), "question": lambda window, _: question(window)}
    for name, make in (DIALOGS | more).items():
        dialog = make(window, bridge)
        if not dialog.isVisible():
            show_dialog(dialog)
        await asyncio.sleep(0.02)  # a layout, and what its owner does when it is shown
        found["outside"] += [name] if outside(dialog) else []
        dialog.close()
        await asyncio.sleep(0)
    window.move(window.screen().geometry().bottomRight() + QPoint(3000, 3000))
    app.screenRemoved.emit(app.primaryScreen())
    await settled(window)
    last = app.screens()[-1]
    window.move(last.geometry().topLeft() + QPoint(20, 30))
    async with asyncio.timeout(10):
        while window.screen() is not last:
            await asyncio.sleep(0.02)
    found["left at"] = window.geometry().getRect()
    await placement.remember()
    bridge.close()
    window.closing = True
    window.close()
    return found


def main() -> None:
    app = App([])
    assert isinstance(app, QApplication)
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        json.dump(runner.run(look(app, Path(sys.argv[1]))), sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # as cli.main ends: the thread that wrote the file may still be in a signal of Qt


if __name__ == "__main__":
    main()
