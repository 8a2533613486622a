"""The list of all devices, as a person meets it: coroutines, since the list comes by a task."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from softphone.errors import RequestError, SignedOutError
from softphone.line.device import Device
from softphone.line.model import LineState
from softphone.ui.bridge import Bridge
from softphone.ui.devices.devices_dialog import DeviceList, DevicesDialog
from softphone.ui.kit.button import Button
from softphone.ui.kit.confirm import Confirm
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.values import replace
from softphone.wording.moment import Moment
from tests.ui.conftest import check_nothing_is_clipped, find, settle, until
from tests.ui.fakes import DEVICES, MOMENT, NOW_S, WALL, PanelSpy, failure, line

OURS, RECEPTION, DESK = DEVICES[2], DEVICES[0], DEVICES[1]
LISTED = ("devices", "line-1001")


@pytest.fixture
def panel() -> PanelSpy:
    return PanelSpy((line(LineState.REGISTERED),))


@pytest.fixture
def window(panel: PanelSpy, qtbot) -> Iterator[QWidget]:
    parent = QWidget()
    parent.bridge = Bridge(panel)  # type: ignore[attr-defined]
    parent.show()
    yield parent
    parent.bridge.close()  # type: ignore[attr-defined]
    for dialog in parent.findChildren(DevicesDialog):
        dialog.reject()
    parent.close()
    parent.deleteLater()
    settle()


async def opened(window: QWidget, *, moments: list[Moment] | None = None, rows: int = 3) -> DevicesDialog:
    dialog = DevicesDialog(window.bridge, lambda: (moments or [MOMENT])[-1], window)  # type: ignore[attr-defined]
    dialog.open()
    await until(lambda: len(names(dialog)) == rows)
    return dialog


def rows_of(dialog: DevicesDialog) -> list[QWidget]:
    return [row for row in dialog.findChildren(QWidget, "knownDevice") if row.isVisible()]


def names(dialog: DevicesDialog) -> list[str]:
    return [row.accessibleName() for row in rows_of(dialog)]


def removers(dialog: DevicesDialog) -> list[Button]:
    return [each for each in dialog.findChildren(Button, "removeDeviceButton") if each.isVisible()]


async def asked(dialog: DevicesDialog, number: int = 0) -> Confirm:
    button = removers(dialog)[number]
    button.click()
    question: Confirm = find(dialog, "removeDeviceQuestion", Confirm)
    return question


def agree(question: Confirm) -> None:
    button: Button = find(question, "confirmButton")
    assert button.text() == "Remove"
    button.click()


def note(dialog: DevicesDialog) -> str:
    return said(dialog, "devicesDialogNote")


def message(dialog: DevicesDialog) -> str:
    return said(dialog, "deviceListMessage")


def said(dialog: DevicesDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


async def test_all_devices_are_listed_ours_first_and_without_a_button(window: QWidget, panel: PanelSpy):
    dialog = await opened(window)
    assert names(dialog) == [
        "Unnamed device, This computer, seen 2 h ago",
        "Desk app, Windows, seen 41 days ago",
        "Chrome on RECEPTION-2, seen 3 min ago",
    ]
    assert [button.accessibleName() for button in removers(dialog)] == [
        "Remove Desk app, Windows",
        "Remove Chrome on RECEPTION-2",
    ]
    assert rows_of(dialog)[0].toolTip() == "Deregister its line to remove it."
    assert panel.calls == [LISTED]


async def test_a_removal_is_asked_for_by_name_and_keeping_is_the_default(window: QWidget, panel: PanelSpy):
    dialog = await opened(window)
    question = await asked(dialog, 1)
    assert question.windowTitle() == "Remove Chrome on RECEPTION-2?"
    assert question.accessibleDescription() == "Webex can no longer reach that device."
    assert question.focusWidget() is find(question, "cancelButton")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert panel.calls == [LISTED]


async def test_a_removed_device_is_gone_from_the_list_and_said_to_be(window: QWidget, panel: PanelSpy):
    dialog = await opened(window)
    panel.list_devices = lambda: (DESK, OURS)
    agree(await asked(dialog, 1))
    assert removers(dialog)[1].text() == "Removing…"
    assert not removers(dialog)[1].isEnabled()
    await until(lambda: len(names(dialog)) == 2)
    assert note(dialog) == "Chrome on RECEPTION-2 was removed."
    assert panel.calls == [LISTED, ("delete_device", "line-1001", "reception"), LISTED]
    assert dialog.focusWidget() is not None
    assert dialog.focusWidget().isVisible()


async def test_a_device_that_webex_still_lists_is_not_said_to_be_gone(window: QWidget, panel: PanelSpy):
    dialog = await opened(window)
    agree(await asked(dialog, 1))
    await until(lambda: "still lists" in message(dialog))
    assert message(dialog) == "Webex still lists Chrome on RECEPTION-2. Try again in a minute."
    assert removers(dialog)[0].isEnabled()


async def test_a_removal_that_fails_says_why_and_the_list_is_read_again(window: QWidget, panel: PanelSpy):
    def refuse() -> None:
        raise RequestError(failure())

    panel.delete = refuse
    dialog = await opened(window)
    agree(await asked(dialog))
    await until(lambda: panel.calls.count(LISTED) == 2)
    assert note(dialog) == "Desk app, Windows was not removed. Nothing is wrong on your side."
    await until(removers(dialog)[1].isEnabled)


async def test_only_ours_leaves_the_words_that_there_are_no_others(window: QWidget, panel: PanelSpy):
    panel.list_devices = lambda: (OURS,)
    dialog = await opened(window, rows=1)
    assert message(dialog) == "No other devices."
    panel.list_devices = lambda: ()
    find(dialog, "devicesRefreshButton", Button).click()
    await until(lambda: not names(dialog))
    assert message(dialog) == "No other devices."


async def test_while_asked_it_says_so_and_nothing_can_be_removed(window: QWidget, panel: PanelSpy):
    panel.may_list.clear()
    dialog = await opened(window, rows=0)
    assert message(dialog) == "Asking Webex for the devices…"
    panel.may_list.set()
    await until(lambda: len(names(dialog)) == 3)
    panel.may_list.clear()
    find(dialog, "devicesRefreshButton", Button).click()
    assert not any(button.isEnabled() for button in removers(dialog))
    panel.may_list.set()
    await until(lambda: any(button.isEnabled() for button in removers(dialog)))


async def test_a_list_that_cannot_be_had_says_why_and_refresh_asks_again(window: QWidget, panel: PanelSpy):
    def fail() -> tuple[Device, ...]:
        raise SignedOutError("Your sign-in has ended.")

    panel.list_devices = fail
    dialog = await opened(window, rows=0)
    await until(lambda: "ended" in message(dialog))
    assert message(dialog) == "The devices could not be listed. Your sign-in has ended."
    dialog._grow_old()
    panel.list_devices = lambda: DEVICES
    find(dialog, "devicesRefreshButton", Button).click()
    await until(lambda: len(names(dialog)) == 3)


async def test_devices_that_fell_silent_together_are_told(window: QWidget, panel: PanelSpy):
    panel.list_devices = lambda: (
        OURS,
        *(replace(each, status="inactive", last_seen="2026-11-22T09:00:00Z") for each in (RECEPTION, DESK)),
    )
    dialog = await opened(window)
    assert message(dialog).startswith("2 of 3 devices dropped together, 2026-11-22 10:00")


async def test_each_person_has_one_list_and_an_account_that_goes_takes_its_own_along(qapp, window, panel):
    grace = line(LineState.REGISTERED, "Grace Hopper", "2002")
    account = replace(grace.identity.account, key="grace")
    panel.lines = (
        *panel.lines,
        line(LineState.IDLE, extension="1002"),  # of the same person
        replace(grace, identity=replace(grace.identity, account=account)),
    )
    dialog = await opened(window, rows=6)
    assert panel.calls == [LISTED, ("devices", "line-2002")]
    lists = dialog.findChildren(DeviceList)
    assert [each.accessibleName() for each in lists] == ["Ada Lovelace", "Grace Hopper"]
    panel.drop("line-2002")
    assert len(names(dialog)) == 3


async def test_without_a_line_it_says_so(window: QWidget, panel: PanelSpy):
    panel.lines = ()
    dialog = await opened(window, rows=0)
    assert note(dialog) == "No line yet, so no devices."
    assert panel.calls == []


async def test_time_passes_before_ones_eyes(window: QWidget, panel: PanelSpy):
    moments = [MOMENT]
    dialog = await opened(window, moments=moments)
    moments.append(Moment(NOW_S, WALL.replace(minute=20)))
    dialog._grow_old()
    assert names(dialog)[2] == "Chrome on RECEPTION-2, seen 9 min ago"


async def test_a_closed_one_takes_no_answer(window: QWidget, panel: PanelSpy):
    panel.may_list.clear()
    dialog = await opened(window, rows=0)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()
    panel.may_list.set()
    await asyncio.sleep(0.05)
    assert dialog.findChildren(QWidget, "knownDevice") == []


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_nothing_is_clipped_in_a_narrow_window(
    window: QWidget, panel: PanelSpy, theme: Theme, choice: ThemeChoice, direction: Qt.LayoutDirection
):
    theme.choose(choice)
    long = replace(RECEPTION, device_id="long", name="W" * 200, model="Model <b>X</b>")
    panel.list_devices = lambda: (*DEVICES, long)
    dialog = await opened(window, rows=4)
    dialog.setLayoutDirection(direction)
    for size in ((520, 460), (420, 320), (320, 300)):
        dialog.resize(*size)
        await asyncio.sleep(0.05)
        check_nothing_is_clipped(dialog)


async def test_every_button_can_be_reached_by_tab(window: QWidget, panel: PanelSpy):
    dialog = await opened(window)
    await until(lambda: dialog.focusWidget() is not None)
    seen = set()
    for _ in range(4):
        seen.add(dialog.focusWidget().accessibleName())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert seen == {"Remove Chrome on RECEPTION-2", "Remove Desk app, Windows", "Refresh", "Close"}
