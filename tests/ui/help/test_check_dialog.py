"""'Run check', as a person meets it."""

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from softphone.checks.check import OUTSIDE, Check, CheckState, CheckStep, Finding
from softphone.line.model import LineState
from softphone.ui.help.check_dialog import CheckDialog
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import Theme, ThemeChoice
from tests.ui.conftest import check_nothing_is_clipped, find, until
from tests.ui.fakes import MOMENT, line

LINE = line(LineState.REGISTERED)
WELL = {step: Check(f"{step.value} is well.") for step in CheckStep}


class Running:
    """A check whose findings come when a test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled = 0
        self.checks: dict[CheckStep, Check] = dict(WELL)
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.stops_before: CheckStep | None = None

    async def __call__(self, line_id: str, found: Callable[[Finding], None]) -> None:
        self.asked.append(line_id)
        try:
            for step, check in self.checks.items():
                if step is self.stops_before:
                    self.may_go_on.clear()
                await self.may_go_on.wait()
                found(Finding(step, check, 0.012))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


def opened(window: QWidget, running: Running, snapshot=LINE) -> CheckDialog:
    dialog = CheckDialog(running, snapshot, lambda: MOMENT, window)
    dialog.open()
    return dialog


def steps(dialog: CheckDialog) -> list[str]:
    return [row.accessibleName() for row in dialog.findChildren(QWidget, "checkStep")]


def verdict(dialog: CheckDialog) -> str:
    label: QLabel = find(dialog, "checkVerdict", QLabel)
    return label.text()


async def ended(dialog: CheckDialog) -> None:
    await until(lambda: find(dialog, "checkCloseButton", Button).text() == "Close")


async def test_every_step_says_what_it_found_and_how_long_it_took(window: QWidget):
    running = Running()
    dialog = opened(window, running)
    await ended(dialog)
    assert running.asked == ["line-1001"]
    assert steps(dialog)[0] == "Network, Good, Network is well., 12 ms"
    assert len(steps(dialog)) == len(CheckStep)
    assert verdict(dialog) == "All is well: Webex can reach this line."
    dialog.reject()


async def test_the_step_under_way_is_shown_and_cancel_stops_it(window: QWidget):
    running = Running()
    running.stops_before = CheckStep.NAME
    dialog = opened(window, running)
    await until(lambda: "is well" in steps(dialog)[0])
    assert steps(dialog)[1:3] == ["Proxy and name, Looking…", "Secure connection, Not yet"]
    assert not find(dialog, "checkAgainButton", Button).isEnabled()
    button: Button = find(dialog, "checkCloseButton", Button)
    assert button.text() == "Cancel"
    assert button.hasFocus()
    button.click()
    await until(lambda: running.cancelled == 1)
    assert verdict(dialog) == "You stopped the check."
    assert steps(dialog)[1:3] == ["Proxy and name, Not looked at", "Secure connection, Not looked at"]
    assert dialog.isVisible()
    button.click()
    assert dialog.isHidden()


async def test_the_first_fault_is_named_with_its_remedy(window: QWidget):
    running = Running()
    running.checks[CheckStep.CONNECTION] = Check(
        "The certificate of x is not trusted.", CheckState.FAULT, "Check the clock."
    )
    running.checks[CheckStep.LINE] = Check("Not registered.", CheckState.FAULT, "Retry.")
    dialog = opened(window, running)
    await ended(dialog)
    assert verdict(dialog) == "It fails at: Secure connection."
    assert steps(dialog)[2] == (
        "Secure connection, Faulty, The certificate of x is not trusted., Check the clock., 12 ms"
    )
    running.checks = dict(WELL) | {CheckStep.CLOCK: Check("Odd.", CheckState.WARNING, "Wait.")}
    find(dialog, "checkAgainButton", Button).click()
    await ended(dialog)
    assert verdict(dialog) == "Nothing is broken; there is a remark."
    dialog.reject()


async def test_without_a_line_only_the_way_to_the_service_is_looked_at(window: QWidget):
    running = Running()
    running.checks = {step: WELL[step] for step in CheckStep if step in OUTSIDE}
    dialog = opened(window, running, None)
    await ended(dialog)
    assert running.asked == [""]
    assert len(steps(dialog)) == len(OUTSIDE)
    assert verdict(dialog) == "The way to Webex is free. Sign in to check a line, too."
    dialog.reject()


async def test_copy_puts_all_of_it_on_the_clipboard_without_secrets(window: QWidget):
    running = Running()
    running.checks[CheckStep.SIGN_IN] = Check("ada@example.com, Bearer abcdef.", CheckState.WARNING, "Wait.")
    dialog = opened(window, running)
    await ended(dialog)
    find(dialog, "checkCopyButton", Button).click()
    copied = QGuiApplication.clipboard().text()
    assert "From this computer to the line of Ada Lovelace." in copied
    assert "2026-11-22 10:14:22+01:00" in copied
    assert "warning  Sign-in  12 ms  a...@example.com, [hidden]" in copied
    assert "Wait." in copied
    dialog.reject()


async def test_closing_ends_what_runs_and_takes_no_answer(window: QWidget):
    running = Running()
    running.stops_before = CheckStep.NAME
    dialog = opened(window, running)
    await until(lambda: "is well" in steps(dialog)[0])
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: running.cancelled == 1)
    assert dialog.isHidden()


async def test_a_fault_of_ours_ends_it_in_words(window: QWidget):
    async def broken(line_id: str, found: Callable[[Finding], None]) -> None:
        raise RuntimeError("oops")

    loop = asyncio.get_running_loop()
    seen: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: seen.append(context))
    dialog = CheckDialog(broken, LINE, lambda: MOMENT, window)
    dialog.open()
    await ended(dialog)
    assert verdict(dialog) == "The check ended early: this app made a mistake."
    assert len(seen) == 1
    dialog.reject()


async def test_the_keys_scroll_and_the_first_fault_is_in_sight(window: QWidget):
    running = Running()
    running.checks[CheckStep.NETWORK] = Check("None.", CheckState.FAULT, "Connect.")
    dialog = opened(window, running)
    dialog.resize(420, 320)
    await ended(dialog)
    bar = dialog.findChildren(QScrollArea)[0].verticalScrollBar()
    top = dialog.findChildren(QWidget, "checkStep")[0].mapTo(dialog, QPoint(0, 0)).y()
    assert 0 <= top < 200
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_End)
    assert bar.value() == bar.maximum() > 0
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_PageDown)
    assert bar.value() > 0
    dialog.reject()


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_nothing_is_clipped(
    window: QWidget, theme: Theme, choice: ThemeChoice, direction: Qt.LayoutDirection
):
    theme.choose(choice)
    running = Running()
    running.checks[CheckStep.NAME] = Check(
        f"The name {'w' * 120} was not found.", CheckState.FAULT, "Check it. " * 12
    )
    dialog = opened(window, running)
    dialog.setLayoutDirection(direction)
    await ended(dialog)
    for size in ((560, 560), (420, 320), (320, 300)):
        dialog.resize(*size)
        await asyncio.sleep(0.05)
        check_nothing_is_clipped(dialog)
    dialog.reject()
