"""Notifications reach a real service of the desktop, and a click on one leads back to its line."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from softphone.line.model import Call, Caller, CallPhase, LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.desktop.desktop_notifications import DesktopNotifications
from softphone.ui.desktop.notifier import Notifier
from softphone.ui.desktop.tray import TrayIcon
from softphone.values import replace
from softphone.wording.moment import Moment
from softphone.wording.notifications import Notification, NotificationSettings
from tests.ui.conftest import until
from tests.ui.desktop.fake_desktop import NOTIFICATIONS, Desktop, desktop, session_bus
from tests.ui.fakes import MOMENT, NOW_S, WALL, PanelSpy, line

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of freedesktop")

NOTE = Notification(title="Ada: action needed", text="Choose <one> & go on.", line_id="line-1001")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with desktop(address, NOTIFICATIONS) as running:
            yield running


async def test_one_is_shown_and_its_click_leads_to_the_line(shell: Desktop):
    clicked: list[str] = []
    notifications = DesktopNotifications(clicked.append)
    await notifications.show(NOTE)
    assert shell.notes == [("Ada: action needed", "Choose &lt;one&gt; &amp; go on.", 1)]
    shell.click(7)  # somebody else's
    shell.click(1)
    await until(lambda: clicked)
    assert clicked == ["line-1001"]
    await notifications.close()


async def test_of_two_at_a_time_each_is_told_to_its_end_in_its_own_place(shell: Desktop):
    notifications = DesktopNotifications(lambda _: None)
    for about in ("first", "second", "first", "second"):
        await notifications.show(Notification(title="Call", text="", line_id="line-1001", about=about))
    assert shell.replaced == [0, 0, 1, 2]
    await notifications.close()


async def test_a_service_that_restarts_is_asked_again(
    shell: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    clicked: list[str] = []
    notifications = DesktopNotifications(clicked.append)
    with monkeypatch.context() as away:
        away.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
        await notifications.show(NOTE)
    assert shell.notes == []
    await notifications.show(NOTE)
    shell.click(1)
    await until(lambda: clicked)
    await notifications.close()


@pytest.mark.parametrize("trouble", ["the bus ends", "the reader fails", "the note is given up"])
async def test_no_connection_is_left_open_whatever_ended_it(
    trouble: str, shell: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    notifications = DesktopNotifications(lambda _: None)
    (tmp_path / "other").mkdir()
    with session_bus(tmp_path / "other") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with desktop(address, NOTIFICATIONS) as running:
            await notifications.show(NOTE)
            connection = notifications._router._conn
            if trouble == "the reader fails":
                connection.reader.set_exception(ValueError("garbled"))
            if trouble == "the note is given up":
                showing = asyncio.create_task(notifications.show(NOTE))
                await until(lambda: len(running.notes) == 2)
                showing.cancel()
    await until(notifications._router._rcv_task.done)
    await notifications.close()
    assert connection.writer.is_closing()


async def test_a_bus_that_does_not_answer_the_greeting_is_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    heard: list[bytes] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        heard.append(await reader.read())  # until nobody is there any more
        writer.close()

    async with await asyncio.start_unix_server(silent, tmp_path / "bus"):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
        notifications = DesktopNotifications(lambda _: None)
        showing = asyncio.create_task(notifications.show(NOTE))
        await until(lambda: heard)
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
        await notifications.close()
        await until(lambda: len(heard) == 2)


async def test_what_is_wrong_from_the_start_is_told_and_nothing_while_snoozed(qapp, shell: Desktop):
    window = QWidget()
    bridge = Bridge(PanelSpy((line(LineState.ACTION),)))
    model = LineModel(bridge)
    tray = TrayIcon(model, lambda: MOMENT, window, available=lambda: False)
    tray.snooze.begin_until_tomorrow()
    notifier = Notifier(model, lambda: MOMENT, tray, window, bridge.call_told)
    notifier._tick.timeout.emit()
    await asyncio.sleep(0.1)
    assert shell.notes == []
    tray.snooze.wake()
    notifier._tick.timeout.emit()
    await until(lambda: shell.notes)
    assert [title for title, _, _ in shell.notes] == ["Ada Lovelace: action needed"]
    await notifier.close()
    notifier._tick.timeout.emit()
    assert not notifier._tasks
    tray.close()
    bridge.close()
    window.deleteLater()


async def test_a_lost_line_is_told_once_time_has_passed(qapp, shell: Desktop):
    moments = [MOMENT]
    panel = PanelSpy((line(LineState.RETRY_WAIT),))
    window = QWidget()
    bridge = Bridge(panel)
    model = LineModel(bridge)
    tray = TrayIcon(model, lambda: moments[-1], window, available=lambda: False)
    notifier = Notifier(model, lambda: moments[-1], tray, window, bridge.call_told)
    panel.put(replace(line(LineState.RETRY_WAIT), attempt=4))
    await asyncio.sleep(0.1)
    assert shell.notes == []
    moments.append(Moment(NOW_S + 40, WALL))
    panel.put(replace(line(LineState.RETRY_WAIT), attempt=5))
    await until(lambda: shell.notes)
    assert shell.notes[0][0] == "Webex cannot reach Ada Lovelace"
    await notifier.close()
    tray.close()
    bridge.close()
    window.deleteLater()


async def test_a_call_is_told_with_who_calls_unless_that_is_switched_off_or_all_is_snoozed(
    qapp, shell: Desktop
):
    window = QWidget()
    bridge = Bridge(PanelSpy((line(LineState.REGISTERED),)))
    model = LineModel(bridge)
    tray = TrayIcon(model, lambda: MOMENT, window, available=lambda: False)
    notifier = Notifier(model, lambda: MOMENT, tray, window, bridge.call_told)
    call = Call(call_id="c", device_id="d", caller=Caller("Ann Example"), began_at_s=NOW_S)
    bridge.call_told.emit(line(LineState.REGISTERED), call)
    await until(lambda: len(shell.notes) == 1)
    notifier.use(NotificationSettings(names_callers=False))
    bridge.call_told.emit(line(LineState.REGISTERED), replace(call, phase=CallPhase.MISSED))
    await until(lambda: len(shell.notes) == 2)
    assert [title for title, _, _ in shell.notes] == ["Call from Ann Example", "Missed call: somebody"]
    notifier.use(NotificationSettings(enabled=False))
    bridge.call_told.emit(line(LineState.REGISTERED), call)
    notifier.use(NotificationSettings())
    tray.snooze.begin_until_tomorrow()
    bridge.call_told.emit(line(LineState.REGISTERED), call)
    await asyncio.sleep(0.1)
    assert len(shell.notes) == 2
    await notifier.close()
    tray.close()
    bridge.close()
    window.deleteLater()
