"""Notifications reach a real service of the desktop, and a click on one leads back to its line."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from softphone.line.model import Call, Caller, CallPhase, LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.desktop import notifier as notifier_module
from softphone.ui.desktop.desktop_notifications import DesktopNotifications
from softphone.ui.desktop.notifier import Notifier
from softphone.ui.desktop.tray import TrayIcon
from softphone.values import replace
from softphone.wording.call_words import RINGING_LOOKS
from softphone.wording.moment import Moment
from softphone.wording.notifications import Notification, NotificationSettings
from tests.ui.conftest import until
from tests.ui.desktop.fake_desktop import LOGIN, NOTIFICATIONS, SCREEN_SAVER, Desktop, desktop, session_bus
from tests.ui.fakes import MOMENT, NOW_S, WALL, PanelSpy, line

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of freedesktop")

RINGS_FOR_ADA = "A call for Ada Lovelace, extension 1001"
MISSED_FOR_ADA = "A missed call for Ada Lovelace, extension 1001"
NOTE = Notification(title="Ada: action needed", text="Choose <one> & go on.", line_id="line-1001")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        with desktop(address, NOTIFICATIONS, LOGIN, SCREEN_SAVER) as running:
            yield running


async def test_one_is_shown_and_its_click_leads_to_the_line(shell: Desktop):
    clicked: list[str] = []
    notifications = DesktopNotifications(clicked.append)
    await notifications.show(NOTE)
    assert shell.notes == [("Ada: action needed", "Choose &lt;one&gt; &amp; go on.", 1)]
    shell.click(7)  # of another program
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


class Caught:
    """A notifier on the desktop `shell`, which also is the system's bus, and calls that it is told of."""

    def __init__(self, shell: Desktop) -> None:
        self.shell = shell
        self.window = QWidget()
        self.bridge = Bridge(PanelSpy((line(LineState.REGISTERED),)))
        model = LineModel(self.bridge)
        self.tray = TrayIcon(model, lambda: MOMENT, self.window, available=lambda: False)
        self.notifier = Notifier(model, lambda: MOMENT, self.tray, self.window, self.bridge.call_told)

    @property
    def titles(self) -> list[str]:
        return [title for title, _, _ in self.shell.notes]

    async def call(self, phase: CallPhase = CallPhase.RINGING, call_id: str = "c") -> None:
        """Tell of a call, and wait until that is on the screen."""
        before = len(self.shell.notes)
        caller = Caller("Ann Example")
        call = Call(call_id=call_id, device_id="d", caller=caller, began_at_s=NOW_S, phase=phase)
        self.bridge.call_told.emit(line(LineState.REGISTERED), call)
        await until(lambda: len(self.shell.notes) > before)

    async def listening(self) -> None:
        """Wait until the screen is looked at: it was found locked, or says so from now on."""
        await until(lambda: {"GetSession", "GetActive", "Get"} <= set(self.shell.asked))

    async def lock(self, *, locked: bool = True) -> None:
        self.shell.lock(SCREEN_SAVER, locked=locked)
        await until(lambda: self.notifier._lock.locked is locked)


@contextlib.asynccontextmanager
async def caught(shell: Desktop) -> AsyncIterator[Caught]:
    made = Caught(shell)
    try:
        await made.listening()
        yield made
    finally:
        await made.notifier.close()
        made.tray.close()
        made.bridge.close()
        made.window.deleteLater()


async def test_a_call_is_told_unless_that_is_switched_off_or_all_is_snoozed(qapp, shell: Desktop):
    async with caught(shell) as told:
        await told.call()
        await told.call(CallPhase.MISSED)
        assert told.titles == ["Call from Ann Example", "Missed call: Ann Example"]
        told.notifier.use(NotificationSettings(enabled=False))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.call(), 0.1)
        told.notifier.use(NotificationSettings())
        told.tray.snooze.begin_until_tomorrow()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.call(), 0.1)


@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ("unlocked", ["Call from Ann Example", RINGS_FOR_ADA, MISSED_FOR_ADA]),
        ("always", ["Call from Ann Example", "Missed call: Ann Example"]),
        ("never", [RINGS_FOR_ADA, MISSED_FOR_ADA]),
    ],
)
async def test_who_calls_is_named_before_and_after_the_screen_is_locked_as_it_is_chosen(
    qapp, shell: Desktop, chosen: str, titles: list[str]
):
    async with caught(shell) as told:
        told.notifier.use(NotificationSettings(notify_caller=chosen))
        await told.call(call_id="first")
        await told.lock()
        await told.call(CallPhase.MISSED, call_id="second")
        assert told.titles == titles


async def test_a_screen_that_is_locked_from_the_start_hides_who_calls(qapp, shell: Desktop):
    shell.locked = True
    async with caught(shell) as told:
        await until(lambda: told.notifier._lock.locked)
        await told.call()
        assert told.titles == [RINGS_FOR_ADA]


@pytest.mark.parametrize("why", ["locked", "never"])
async def test_names_on_the_screen_are_taken_back_in_their_places_when_nobody_may_be_named_any_more(
    qapp, shell: Desktop, why: str
):
    async with caught(shell) as told:
        await told.call(CallPhase.MISSED, call_id="first")
        await told.call(CallPhase.MISSED, call_id="gone")
        await told.call(call_id="second")
        shell.end(2)
        await until(lambda: 2 not in told.notifier._desktop._shown)
        if why == "locked":
            await told.lock()
        else:
            told.notifier.use(NotificationSettings(notify_caller="never"))
        await until(lambda: len(shell.notes) == 5)
        assert sorted((title, number) for title, _, number in shell.notes[3:]) == [
            (RINGS_FOR_ADA, 3),
            (MISSED_FOR_ADA, 1),
        ]
        await told.call(call_id="third")  # nothing else came before it
        assert len(shell.notes) == 6


async def test_nobody_looks_at_a_window_under_a_locked_screen(
    qapp, shell: Desktop, monkeypatch: pytest.MonkeyPatch
):
    spoken: list[str] = []
    monkeypatch.setattr(notifier_module, "announce", lambda _, words, __: spoken.append(words))
    async with caught(shell) as told:
        monkeypatch.setattr(QApplication, "activeWindow", lambda: told.window)
        told.window.show()
        await told.lock()
        await told.call()
        assert told.titles == [RINGS_FOR_ADA]
        assert spoken == []
        await told.lock(locked=False)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.call(), 0.1)
        assert spoken == [f"Ada Lovelace: Call from Ann Example. {RINGING_LOOKS[CallPhase.RINGING][3]}"]


async def test_without_the_service_the_tray_tells_and_hides_who_calls_too(
    qapp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shown: list[str] = []
    monkeypatch.setattr(TrayIcon, "show_message", lambda _, title, *__: shown.append(title))
    with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        with desktop(address, LOGIN, SCREEN_SAVER) as shell:
            async with caught(shell) as told:
                ring = Call(call_id="c", device_id="d", caller=Caller("Ann Example"), began_at_s=NOW_S)
                told.bridge.call_told.emit(line(LineState.REGISTERED), ring)
                await until(lambda: shown)
                await told.lock()
                told.bridge.call_told.emit(line(LineState.REGISTERED), ring)
                await until(lambda: len(shown) == 2)
    assert shown == ["Call from Ann Example", RINGS_FOR_ADA]
