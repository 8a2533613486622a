"""Coroutine tests of this folder run on the Qt loop; nothing here needs a screen."""

import asyncio
import contextlib
import inspect
import os
import sys
from collections.abc import Iterator
from typing import Any

if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from softphone.ui.bridge import COALESCE_MS, Bridge
from softphone.ui.kit.button import Button
from softphone.ui.kit.painting import show_where_the_keyboard_is
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.line_row import LineRow
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.window.main_window import MainWindow
from tests.conftest import run_coroutine_test
from tests.ui.fakes import MOMENT, PanelSpy
from tests.ui.window_on import window_on

if sys.platform.startswith("linux") and os.geteuid() == 0:
    os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium does not start as root otherwise


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function):
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    app = pyfuncitem._request.getfixturevalue("qapp")
    run_coroutine_test(pyfuncitem, lambda: AppLoop(app))
    # In the program the window goes before the loop. Here it stays a moment longer, and must ask for nothing.
    for timer in (timer for widget in app.topLevelWidgets() for timer in widget.findChildren(QTimer)):
        timer.stop()
    return True


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return App


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    show_where_the_keyboard_is(qapp)
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture(autouse=True)
def _light(theme: Theme) -> Iterator[None]:
    """Begin in light, and end without the widgets that a test has given up: outside a loop Qt keeps them."""
    theme.choose(ThemeChoice.LIGHT)
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def panel() -> PanelSpy:
    return PanelSpy()


@pytest.fixture
def open_window(theme: Theme, qtbot) -> Iterator[Any]:
    """Make a window on a panel; it is closed for good after the test."""
    made: list[tuple[Bridge, MainWindow]] = []

    def make(panel: PanelSpy, **options: Any) -> MainWindow:
        bridge = Bridge(panel)
        window = window_on(bridge, theme=theme, **({"moment": lambda: MOMENT} | options))
        made.append((bridge, window))
        window.show()
        if asyncio.events._get_running_loop() is None:  # a nested loop in a coroutine loses wake-ups
            settle()
            qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for bridge, window in made:
        bridge.close()
        window.closing = True
        window.close()
        window.deleteLater()
    if made:
        settle()


def settle() -> None:
    """Let layouts, deferred deletions and queued signals have their turns. Inside a coroutine: `settled`."""
    # A task whose turn comes in a nested loop is lost: asyncio runs no task within another.
    assert asyncio.events._get_running_loop() is None
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


async def settled() -> None:
    """Let layouts, deferred deletions and queued signals have their turns."""
    for _ in range(4):
        await asyncio.sleep(0)


def find(window: QWidget, name: str, kind: type[Any] = QWidget) -> Any:
    """The one visible widget with this objectName."""
    found = [widget for widget in window.findChildren(kind, name) if widget.isVisible()]
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


async def emitted(signal: SignalInstance, within_s: float = 30.0) -> tuple[Any, ...]:
    """Wait for a signal and return what it carried."""
    future: asyncio.Future[tuple[Any, ...]] = asyncio.get_running_loop().create_future()

    def arrived(*values: Any) -> None:
        if not future.done():
            future.set_result(values)

    signal.connect(arrived)
    try:
        async with asyncio.timeout(within_s):
            return await future
    finally:
        with contextlib.suppress(RuntimeError):  # the sender may be gone
            signal.disconnect(arrived)


async def until(holds: Any, within_s: float = 30.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.02)


def cards(window: QWidget) -> list[LineCard | LineRow]:
    """The cards or rows that are shown, from top to bottom."""
    found = [card for card in window.findChildren(QWidget, "lineCard") if card.isVisible()]
    shown = [card for card in found if isinstance(card, LineCard | LineRow)]
    return sorted(shown, key=lambda card: card.y())


def buttons_of(widget: QWidget) -> list[str]:
    return [button.text() for button in widget.findChildren(Button) if button.isVisible()]


def words(window: QWidget) -> str:
    return " | ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def wait_for_model(qtbot) -> None:
    qtbot.wait(COALESCE_MS + 30)
    settle()


def check_nothing_is_clipped(window: QWidget) -> None:
    for area in window.findChildren(QScrollArea):
        if area.isVisible():
            content = area.widget()
            assert content is not None
            assert content.width() <= area.viewport().width(), area.objectName()
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | Button | StatusBadge):
            continue
        told = f"{widget.objectName()} {widget.accessibleName()} {widget.geometry()}"
        parent = widget.parentWidget()
        assert parent is not None
        assert parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()), told
        if isinstance(widget, QLabel) and widget.text():
            told += widget.text()
            assert widget.height() >= widget.heightForWidth(widget.width()) - 1, told
            flags = Qt.TextFlag.TextWordWrap.value
            needed = widget.fontMetrics().boundingRect(0, 0, widget.width(), 9999, flags, widget.text())
            assert needed.width() <= widget.width() + 1, told
        elif not isinstance(widget, QLabel):
            assert widget.width() >= widget.sizeHint().width(), told
            assert widget.height() >= widget.sizeHint().height(), told
