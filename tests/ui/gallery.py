"""Pictures of every screen: `python -m tests.ui.gallery FOLDER`. For people who look before they ship."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from softphone.agent.accounts import AccountSnapshot, AccountState
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.device_dialog import DeviceDialog
from softphone.ui.loop import App, AppLoop
from softphone.ui.main_window import MainWindow
from softphone.ui.presentation import badge
from softphone.ui.status_badge import StatusBadge, StatusShape
from softphone.ui.theme import Theme, ThemeChoice, tokens
from tests.ui.fakes import ACCOUNT, MOMENT, NOT_ENABLED, THROTTLED, PanelSpy, line, mixed, new_attempt
from tests.ui.web_pages import serve

WIDE = (920, 640)
NARROW = (420, 320)


def picture(
    name: str,
    panel: PanelSpy,
    size: tuple[int, int] = WIDE,
    demo: str | None = None,
    then: Callable[[MainWindow], object] = lambda _: None,
) -> None:
    bridge = Bridge(panel)
    window = MainWindow(bridge, theme=theme, demo=demo, moment=lambda: MOMENT)
    window.resize(*size)
    window.show()
    then(window)
    for _ in range(4):
        QApplication.processEvents()
    window.grab().save(str(folder / f"{name}.png"))
    bridge.close()
    window.closing = True
    window.close()
    window.deleteLater()


def badges(name: str) -> None:
    """The sheet of ux.md 4.2, to lay beside badges.png."""
    sheet = QWidget()
    sheet.resize(450, 660)
    for row, state in enumerate(LineState):
        told = badge(line(state), MOMENT)
        pill = StatusBadge("line", sheet)
        pill.show_badge(told)
        pill.move(20, 20 + 44 * row)
        shape = StatusShape(32, sheet)
        shape.show_shape(told.shape, told.tone)
        shape.move(330, 18 + 44 * row)
    ratio = sheet.devicePixelRatioF()
    target = QPixmap(sheet.size() * ratio)
    target.setDevicePixelRatio(ratio)
    target.fill(QColor(tokens(sheet.palette()).card))
    painter = QPainter(target)
    sheet.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
    painter.end()
    target.save(str(folder / f"{name}.png"))


async def sign_in_picture(name: str) -> None:
    with serve() as web:
        panel = PanelSpy()
        panel.attempt = new_attempt(web.base + "/sign-in", web.redirect_uri)
        bridge = Bridge(panel)
        window = MainWindow(bridge, theme=theme)
        window.show()
        window.accounts.carry_out(Command.SIGN_IN)
        await asyncio.sleep(3)
        window.grab().save(str(folder / f"{name}.png"))
        bridge.close()
        window.closing = True
        window.close()
        await asyncio.sleep(0.5)


async def device_picture(
    name: str,
    size: tuple[int, int] | None = None,
    window_size: tuple[int, int] = WIDE,
    *,
    answer: str = "list",
) -> None:
    """The choice between devices above its window, as a person sees both."""
    panel = PanelSpy(mixed())
    if answer == "wait":
        panel.may_list.clear()
    elif answer == "none":
        panel.list_devices = tuple
    bridge = Bridge(panel)
    window = MainWindow(bridge, theme=theme, moment=lambda: MOMENT)
    window.resize(*window_size)
    window.show()
    window._line_commands.press("line-4000", Remedy.CHOOSE_DEVICE)
    await asyncio.sleep(0.7)
    [dialog] = window.findChildren(DeviceDialog)
    if size is not None:
        dialog.resize(*size)
        await asyncio.sleep(0.1)
    whole = window.grab()
    painter = QPainter(whole)
    painter.drawPixmap(
        QPoint((window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2),
        dialog.grab(),
    )
    painter.end()
    whole.save(str(folder / f"{name}.png"))
    bridge.close()
    window.closing = True
    window.close()
    window.deleteLater()


def run(*pictures: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        for each in pictures:
            runner.run(each)


def open_details(window: MainWindow) -> None:
    window._panel.open_details("line-1001")


def all_pictures() -> None:
    loading = AccountSnapshot(account=ACCOUNT, state=AccountState.LOADING)
    no_lines = AccountSnapshot(account=ACCOUNT, state=AccountState.NO_LINES)
    ended = AccountSnapshot(account=ACCOUNT, state=AccountState.ENDED)
    everything = tuple(
        line(state, f"Line {place}", f"{place + 1000}") for place, state in enumerate(LineState)
    )
    picture("signed-out", PanelSpy(), then=lambda window: window.banners.set_session_only(True))
    picture("one-line", PanelSpy((line(LineState.REGISTERED),)))
    picture("four-mixed", PanelSpy(mixed()), demo="mixed")
    picture("details", PanelSpy(mixed()), then=open_details)
    picture("fetching", PanelSpy(accounts=(loading,)))
    picture("no-lines", PanelSpy(accounts=(no_lines,)))
    picture(
        "failed",
        PanelSpy(
            (line(LineState.FAILED), line(LineState.RETRY_WAIT, "Reception", "3000", failure=THROTTLED))
        ),
    )
    picture("offline", PanelSpy((line(LineState.OFFLINE),)))
    picture("ended", PanelSpy((line(LineState.SIGNED_OUT),), accounts=(ended,)))
    picture("elsewhere", PanelSpy((line(LineState.ELSEWHERE), line(LineState.IDLE, "Lab phone", "4000"))))
    picture("every-state", PanelSpy(everything), size=(920, 2100))
    picture("narrow", PanelSpy(mixed()), NARROW, demo="mixed")
    picture("narrow-one", PanelSpy((line(LineState.FAILED, failure=NOT_ENABLED),)), NARROW)
    picture(
        "narrow-signed-out", PanelSpy(), NARROW, then=lambda window: window.banners.set_session_only(True)
    )
    picture("narrow-details", PanelSpy(mixed()), NARROW, then=open_details)
    badges("badges-light")
    run(
        sign_in_picture("sign-in"),
        device_picture("devices"),
        device_picture("devices-fetching", answer="wait"),
        device_picture("devices-none", answer="none"),
        device_picture("narrow-devices", NARROW, NARROW),
    )
    theme.choose(ThemeChoice.DARK)
    picture("dark-four-mixed", PanelSpy(mixed()), demo="mixed")
    picture("dark-signed-out", PanelSpy())
    picture("dark-details", PanelSpy(mixed()), then=open_details)
    picture("dark-failed", PanelSpy((line(LineState.FAILED),)))
    badges("badges-dark")
    run(device_picture("dark-devices"), device_picture("dark-devices-none", answer="none"))


def at_200_percent() -> None:
    picture("200-four-mixed", PanelSpy(mixed()), (640, 400))
    picture("200-signed-out", PanelSpy(), (640, 400))
    badges("200-badges-light")
    run(device_picture("200-devices", window_size=(640, 400)))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = App(sys.argv)
    theme = Theme(app, ThemeChoice.LIGHT)
    if os.environ.get("QT_SCALE_FACTOR") == "2":
        at_200_percent()
    else:
        all_pictures()
        subprocess.run(
            [sys.executable, "-m", "tests.ui.gallery", str(folder)],
            env=os.environ | {"QT_SCALE_FACTOR": "2"},
            check=True,
        )
