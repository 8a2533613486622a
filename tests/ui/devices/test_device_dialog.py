"""The choice between devices, as a person meets it: coroutines, since the list comes by a task."""

import asyncio

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from softphone.errors import SignedOutError
from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.ui.devices.device_dialog import DeviceDialog
from softphone.ui.devices.device_row import DeviceRow
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import DARK, LIGHT, Theme, ThemeChoice
from softphone.values import replace
from softphone.wording.moment import Moment
from tests.ui.conftest import check_nothing_is_clipped, find, until
from tests.ui.fakes import DEVICES, MOMENT, NOW_S, WALL, PanelSpy, line

ASKED = ("blocking_devices", "line-1001")


@pytest.fixture
def panel() -> PanelSpy:
    return PanelSpy((line(LineState.ACTION),))


async def opened(window, *, listed: bool = True) -> DeviceDialog:
    find(window, "remedyButton").click()
    dialog: DeviceDialog = find(window, "deviceDialog")
    if listed:
        await until(lambda: dialog.findChildren(DeviceRow))
        await asyncio.sleep(0.05)  # layouts
    return dialog


async def settled(dialog: DeviceDialog) -> Button:
    """Once the second click of a double click can do no harm."""
    await until(lambda: not dialog._settle.isActive())
    button: Button = find(dialog, "removeAndRegisterButton")
    return button


def rows(dialog: DeviceDialog) -> list[DeviceRow]:
    return dialog.findChildren(DeviceRow)


def names(dialog: DeviceDialog) -> list[str]:
    return [button.accessibleName() for button in dialog.findChildren(Button) if button.isVisible()]


async def test_it_never_opens_by_itself(open_window, panel: PanelSpy):
    window = open_window(PanelSpy())
    for snapshot in panel.lines:
        window.contents._bridge.line_changed(snapshot)
    await asyncio.sleep(0.1)
    assert window.findChildren(DeviceDialog) == []


async def test_the_oldest_is_marked_and_nothing_is_chosen_at_first(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    assert dialog.windowTitle() == "Too many devices on this line"
    assert [row.accessibleName() for row in rows(dialog)] == [
        "Desk app, Windows, seen 41 days ago, oldest",
        "Unnamed device, This computer, seen 2 h ago",
        "Chrome on RECEPTION-2, seen 3 min ago",
    ]
    assert not any(row.isChecked() for row in rows(dialog))
    assert find(dialog, "deviceMessage", QLabel).text() == "Choose which device to remove for Ada Lovelace."
    assert dialog.focusWidget() is rows(dialog)[0]
    assert not find(dialog, "", QScrollArea).verticalScrollBar().isVisible()
    button = await settled(dialog)
    assert names(dialog) == ["Cancel", "Remove and register"]
    assert not button.isEnabled()
    assert button.toolTip() == "Choose a device first."
    QTest.keyClick(rows(dialog)[0], Qt.Key.Key_Return)
    find(dialog, "deviceCancelButton").click()
    assert dialog.isHidden()
    assert panel.calls == [ASKED]


async def test_space_and_arrows_choose_and_enter_removes(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    button = await settled(dialog)
    QTest.keyClick(rows(dialog)[0], Qt.Key.Key_Space)
    assert button.isEnabled()
    QTest.keyClick(rows(dialog)[0], Qt.Key.Key_Down)
    QTest.keyClick(rows(dialog)[1], Qt.Key.Key_Down)
    assert dialog.focusWidget() is rows(dialog)[2]
    assert rows(dialog)[2].isChecked()
    assert panel.calls == [ASKED]
    QTest.keyClick(rows(dialog)[2], Qt.Key.Key_Return)
    assert dialog.isHidden()
    assert panel.calls == [ASKED, ("remove_device", "line-1001", "reception")]


async def test_esc_cancels(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    QTest.keyClick(rows(dialog)[1], Qt.Key.Key_Escape)
    assert dialog.isHidden()
    assert panel.calls == [ASKED]


async def test_a_double_click_or_a_held_key_removes_nothing(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    rows(dialog)[1].setChecked(True)
    button = find(dialog, "removeAndRegisterButton")
    assert not button.isEnabled()
    QTest.keyClick(rows(dialog)[1], Qt.Key.Key_Return)
    await until(button.isEnabled)
    for target in (rows(dialog)[1], button):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(target, held)
    assert dialog.isVisible()
    assert panel.calls == [ASKED]


async def test_while_the_devices_are_fetched_cancel_works(open_window, panel: PanelSpy):
    panel.may_list.clear()
    window = open_window(panel)
    dialog = await opened(window, listed=False)
    assert find(dialog, "deviceMessage", QLabel).text() == "Asking Webex for the devices…"
    assert names(dialog) == ["Cancel"]
    assert dialog.focusWidget().objectName() == "deviceCancelButton"
    find(dialog, "deviceCancelButton").click()
    assert dialog.isHidden()
    panel.may_list.set()
    await asyncio.sleep(0.05)
    assert window.findChildren(DeviceRow) == []
    assert panel.calls == [ASKED]


async def test_a_list_that_cannot_be_fetched_says_why_and_is_asked_for_again(open_window, panel: PanelSpy):
    def fail() -> tuple[Device, ...]:
        raise SignedOutError("Your sign-in has ended.")

    panel.list_devices = fail
    dialog = await opened(open_window(panel), listed=False)
    await until(lambda: "Try again" in names(dialog))
    assert names(dialog) == ["Close", "Try again"]
    assert find(dialog, "deviceMessage", QLabel).text() == (
        "The devices could not be listed. Your sign-in has ended."
    )
    panel.list_devices = lambda: DEVICES
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    await until(lambda: len(rows(dialog)) == 3)
    assert panel.calls == [ASKED, ASKED]
    assert names(dialog) == ["Cancel", "Remove and register"]


async def test_no_device_listed_leaves_registering_again(open_window, panel: PanelSpy):
    panel.list_devices = lambda: ()
    dialog = await opened(open_window(panel), listed=False)
    await until(lambda: "Try again" in names(dialog))
    assert "names no device" in find(dialog, "deviceMessage", QLabel).text()
    find(dialog, "deviceTryAgainButton").click()
    assert dialog.isHidden()
    assert panel.calls == [ASKED, ("retry", "line-1001")]


@pytest.mark.parametrize("gone", [False, True])
async def test_it_closes_when_the_line_waits_no_more(open_window, panel: PanelSpy, gone: bool):
    dialog = await opened(open_window(panel))
    panel.put(line(LineState.IDLE, "Bob", "1002"))
    panel.put(line(LineState.ACTION))
    assert dialog.isVisible()
    if gone:
        panel.drop("line-1001")
    else:
        panel.put(line(LineState.OFFLINE))
    assert dialog.isHidden()
    assert panel.calls == [ASKED]


async def test_a_line_that_waits_no_more_opens_none(open_window, panel: PanelSpy):
    window = open_window(panel)
    button = find(window, "remedyButton")
    panel.put(line(LineState.REGISTERING))  # the card shows it a moment later
    button.click()
    assert window.findChildren(DeviceDialog) == []


async def test_hiding_the_window_closes_it(open_window, panel: PanelSpy):
    window = open_window(panel)
    dialog = await opened(window)
    window.hide()
    assert dialog.isHidden()


async def test_a_closed_dialog_is_gone(open_window, panel: PanelSpy):
    window = open_window(panel)
    (await opened(window)).reject()
    await until(lambda: window.findChildren(DeviceDialog) == [])
    await opened(window)


async def test_time_passes_before_ones_eyes(open_window, panel: PanelSpy):
    moments = [MOMENT]
    dialog = await opened(open_window(panel, moment=lambda: moments[-1]))
    moments.append(Moment(NOW_S, WALL.replace(minute=20)))
    dialog._grow_old()
    assert rows(dialog)[2].accessibleName() == "Chrome on RECEPTION-2, seen 9 min ago"


async def test_every_control_has_a_name_and_every_stop_a_ring(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    await settled(dialog)
    rows(dialog)[0].setChecked(True)
    for control in (*rows(dialog), *dialog.findChildren(Button)):
        if control.isVisible():
            interface = QAccessible.queryAccessibleInterface(control)
            assert interface.text(QAccessible.Text.Name).strip(), control.objectName()
    assert QAccessible.queryAccessibleInterface(rows(dialog)[0]).role() is QAccessible.Role.RadioButton
    for stop in (
        rows(dialog)[1],
        find(dialog, "deviceCancelButton"),
        find(dialog, "removeAndRegisterButton"),
    ):
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        ring = find(dialog, "focusRing")
        assert ring.isVisible(), stop.objectName()
        assert ring.geometry().contains(QRect(stop.mapTo(ring.parentWidget(), QPoint()), stop.size()))


async def test_tab_goes_from_the_devices_to_the_buttons(open_window, panel: PanelSpy):
    dialog = await opened(open_window(panel))
    await settled(dialog)
    rows(dialog)[0].setChecked(True)
    seen = []
    for _ in range(4):
        focused = dialog.focusWidget()
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["deviceRow", "deviceCancelButton", "removeAndRegisterButton", "deviceRow"]


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
async def test_rows_have_the_ground_of_the_theme(
    open_window, panel: PanelSpy, theme: Theme, choice: ThemeChoice
):
    theme.choose(choice)
    dialog = await opened(open_window(panel))
    row = rows(dialog)[2]
    ground = row.grab().toImage().pixelColor(row.width() - 20, row.height() // 2)
    assert ground.name().upper() == (LIGHT if choice is ThemeChoice.LIGHT else DARK).card


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
async def test_nothing_is_clipped_and_many_devices_scroll(
    open_window, panel: PanelSpy, theme: Theme, choice: ThemeChoice
):
    theme.choose(choice)
    long = replace(DEVICES[0], device_id="long", name="W" * 200)
    many = tuple(replace(DEVICES[1], device_id=f"n{n}", name=f"Desk & <b>app</b> {n}") for n in range(9))
    panel.list_devices = lambda: (*DEVICES, long, *many)
    dialog = await opened(open_window(panel))
    scroll = dialog.findChild(QScrollArea)
    assert scroll is not None
    rows(dialog)[3].setChecked(True)
    for size in (None, (420, 320), (320, 300)):
        if size is not None:
            dialog.resize(*size)
        await asyncio.sleep(0.05)
        check_nothing_is_clipped(dialog)
        assert not scroll.horizontalScrollBar().isVisible()
    last = rows(dialog)[-1]
    last.setChecked(True)
    top = last.mapTo(scroll.viewport(), last.rect().topLeft()).y()
    assert 0 <= top <= scroll.viewport().height() - last.height()
