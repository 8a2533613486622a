"""The public API: listeners, the end, and what is remembered."""

import asyncio
import logging
import os
from pathlib import Path

import pytest

from softphone import CallingClient
from softphone.calling.driven_line import DrivenLine
from softphone.calling.line import EndedCall, EventName, IncomingCall, Line
from softphone.errors import ProfileInUseError, RequestError
from softphone.line.model import LineEvent
from softphone.sim.server import CloudServer
from tests.test_public_api import EVENTS, Ear, client_of, cloud, devices_of, heard, only_line, registered

__all__ = ["cloud"]  # fixtures


def files_below(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*")]


# ---- listeners


async def test_an_unknown_event_is_refused(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = only_line(client)
        with pytest.raises(ValueError, match="ringing"):
            line.on("ringing", print)  # type: ignore[call-overload]
        with pytest.raises(ValueError, match="ringing"):
            line.off("ringing", print)  # type: ignore[arg-type]


@pytest.mark.parametrize("event", EVENTS)
async def test_a_listener_can_be_added_and_removed_for_each_event(
    event: EventName, cloud: CloudServer
) -> None:
    async with client_of(cloud) as client:
        line = only_line(client)
        assert isinstance(line, DrivenLine)
        calls: list[str] = []

        def listener(*_: object) -> None:
            calls.append(event)

        line.off(event, listener)  # nothing to remove is no error
        stop = line.on(event, listener)
        line.emit(LineEvent(event), None)
        stop()
        line.emit(LineEvent(event), None)
        line.on(event, listener)
        line.emit(LineEvent(event), None)
        line.off(event, listener)
        line.emit(LineEvent(event), None)
        assert calls == [event, event]


async def test_a_removed_listener_is_not_called_any_more(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = only_line(client)
        calls: list[Line] = []
        line.on("registered", calls.append)
        line.off("registered", calls.append)
        line.register()
        await Ear(line).until("registered")
        assert calls == []


async def test_listeners_may_add_and_remove_listeners_while_they_are_called(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = only_line(client)
        calls: list[str] = []

        def once(_: Line) -> None:
            calls.append("once")
            line.off("registered", once)
            line.on("unregistered", lambda: calls.append("added"))

        ear = Ear(line)
        line.on("registered", once)
        line.on("registered", lambda _: calls.append("always"))
        for times in (1, 2):
            line.register()
            await ear.until("registered", times)
            line.deregister()
            await ear.until("unregistered", times)
        assert calls == ["once", "always", "added", "always", "added"]


async def test_a_listener_may_command_the_line(cloud: CloudServer) -> None:
    async with heard(cloud) as (line, ear):
        line.on("registered", lambda line: line.deregister())
        line.register()
        await ear.until("unregistered")
        assert ear.names == ["connecting", "registered", "unregistered"]


async def test_a_listener_that_raises_is_logged_and_stops_neither_the_others_nor_the_line(
    cloud: CloudServer, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug of the developer")

    async with client_of(cloud) as client:
        line = only_line(client)
        for event in EVENTS:
            line.on(event, broken)
        ear = Ear(line)
        line.register()
        await ear.until("registered")
        cloud.faults([{"where": "keepalive", "times": 1, "answer": {"status": 503}}])
        await ear.until("reconnected")
        line.deregister()
        await ear.until("unregistered")
    raised = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in raised] == [
        f"A listener of {name} raised" for name in ear.names
    ]
    assert devices_of(cloud) == []
    caplog.clear()


# ---- close, and what is remembered


async def test_close_leaves_no_device_on_the_service(cloud: CloudServer) -> None:
    async with registered(cloud):
        assert len(devices_of(cloud)) == 1
    assert devices_of(cloud) == []


async def test_close_right_after_register_leaves_no_device(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        only_line(client).register()
    assert devices_of(cloud) == []


async def test_close_without_registering_sends_no_delete(cloud: CloudServer) -> None:
    async with client_of(cloud):
        pass
    assert cloud.journal(place="deregister") == []


async def test_close_can_leave_the_device_registered(cloud: CloudServer) -> None:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    line = only_line(client)
    line.register()
    await Ear(line).until("registered")
    await client.close(deregister=False)
    assert len(devices_of(cloud)) == 1


async def test_with_a_profile_the_second_client_uses_the_webex_device_of_the_first(
    cloud: CloudServer,
) -> None:
    for _ in range(2):
        async with client_of(cloud, profile="work") as client:
            line = only_line(client)
            line.register()
            await Ear(line).until("registered")
    assert len(cloud.journal(method="POST", place="wdm")) == 1
    assert len(cloud.journal(method="PUT", place="wdm")) == 1
    used = {entry["headers"]["cisco-device-url"] for entry in cloud.journal(method="POST", place="register")}
    assert len(used) == 1


async def test_another_profile_has_a_webex_device_of_its_own(cloud: CloudServer) -> None:
    for profile in ("home", "work"):
        async with client_of(cloud, profile=profile):
            pass
    assert len(cloud.journal(method="POST", place="wdm")) == 2


async def test_without_a_profile_nothing_is_written_and_no_device_stays_anywhere(
    cloud: CloudServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("SOFTPHONE_HOME", str(home))
    for _ in range(2):
        async with registered(cloud):
            pass
    assert files_below(tmp_path) == []
    assert devices_of(cloud) == []
    assert cloud.state()["users"][0]["wdm_devices"] == []


async def test_one_process_at_a_time_has_a_profile(cloud: CloudServer) -> None:
    async with client_of(cloud, profile="work"):
        with pytest.raises(ProfileInUseError, match=rf"'work' is in use by .*process {os.getpid()}, since 2"):
            await CallingClient.create(token="t", cloud=cloud.cloud_file, profile="work")
        async with client_of(cloud, profile="home"), client_of(cloud):
            pass
    async with client_of(cloud, profile="work"):
        pass


async def test_a_client_that_could_not_be_made_lets_go_of_its_profile(cloud: CloudServer) -> None:
    with pytest.raises(RequestError):
        await CallingClient.create(token="dead", cloud=cloud.cloud_file, profile="work")
    async with client_of(cloud, profile="work"):
        pass


async def test_nothing_a_careful_client_would_not_do_was_done(cloud: CloudServer) -> None:
    async with registered(cloud):
        pass
    assert [entry["complaints"] for entry in cloud.journal() if entry["complaints"]] == []


# ---- calls


async def test_a_call_is_told_when_it_rings_and_when_its_end_is_known(cloud: CloudServer) -> None:
    async with client_of(cloud, calls=True) as client:
        line = only_line(client)
        rang: list[IncomingCall] = []
        ended: list[EndedCall] = []
        line.on("incoming", rang.append)
        line.on("call_ended", ended.append)
        await line.registered(timeout=20)
        async with asyncio.timeout(20):
            while not any(one["ready"] for one in cloud.state()["sockets"]):
                await asyncio.sleep(0.02)
            cloud.ring("ada", "5008", name="Ann Example", end="elsewhere", ring_s=20)
            while not ended:
                await asyncio.sleep(0.02)
        assert [(one.caller_name, one.caller_number) for one in rang] == [("Ann Example", "5008")]
        assert [(one.call_id, one.outcome) for one in ended] == [(rang[0].call_id, "answered_elsewhere")]
        assert ended[0].rang_s > 0
        assert cloud.journal(place="call") == []


async def test_without_the_wish_no_socket_is_opened(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        await only_line(client).registered(timeout=20)
        assert cloud.state()["sockets"] == []
