"""Drills against the real simulated cloud, and the stopwatch on its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from softphone import CallingClient
from softphone.calling.line import Line
from softphone.checks.drills import Drill, Drills, Stopwatch
from softphone.errors import SoftphoneError
from softphone.line.model import LineSnapshot, LineState
from softphone.sim.server import CloudServer
from softphone.values import replace
from tests.sim.peers import Desktop
from tests.ui.fakes import BACKUP, DEVICE, NOW_S, REGISTRATION, line

UP = line(LineState.REGISTERED)
ANOTHER = replace(REGISTRATION, device=replace(DEVICE, device_id="another"))


def proved(at_s: float, **changes: Any) -> LineSnapshot:
    return line(LineState.REGISTERED, proved_at_s=at_s, round_trip_s=0.5, **changes)


# ---- the stopwatch


def test_a_line_is_back_at_the_first_proof_that_was_asked_for_after_the_fault():
    watch = Stopwatch()
    watch.begin(Drill.KILL_PRIMARY, [UP], NOW_S)
    watch.saw(proved(NOW_S + 0.2))  # asked before, answered after
    assert watch.recoveries == []
    watch.saw(line(LineState.RECONNECTING))
    watch.saw(line(LineState.REGISTERING))
    back = line(
        LineState.REGISTERED_BACKUP,
        server=BACKUP,
        registration=ANOTHER,
        proved_at_s=NOW_S + 4,
        round_trip_s=None,
    )
    watch.saw(back)
    [recovery] = watch.recoveries
    assert (recovery.drill, recovery.label) == (Drill.KILL_PRIMARY, "Ada Lovelace")
    assert recovery.took_s == pytest.approx(4)
    assert recovery.interrupted
    assert watch.rounds == {}
    watch.saw(back)
    assert len(watch.recoveries) == 1


def test_a_line_that_noticed_nothing_is_not_called_interrupted():
    watch = Stopwatch()
    watch.begin(Drill.EXPIRE_TOKEN, [UP], NOW_S)
    watch.saw(proved(NOW_S + 10))
    assert [each.interrupted for each in watch.recoveries] == [False]
    watch.begin(Drill.EXPIRE_TOKEN, [proved(NOW_S + 10)], NOW_S + 11)
    watch.saw(proved(NOW_S + 12, registration=ANOTHER))
    assert watch.recoveries[0].interrupted


def test_only_lines_that_were_registered_are_measured():
    watch = Stopwatch()
    watch.begin(
        Drill.ALL_DOWN,
        [line(LineState.IDLE), line(LineState.ACTION, extension="2"), proved(0, wanted=False)],
        0,
    )
    assert watch.rounds == {}


def test_a_line_that_is_switched_off_or_gone_is_not_waited_for():
    watch = Stopwatch()
    others = [line(LineState.REGISTERED, extension=name) for name in ("2", "3")]
    watch.begin(Drill.OFFLINE, others, NOW_S)
    assert watch.rounds[Drill.OFFLINE].lines == 2
    watch.saw(line(LineState.DEREGISTERING, extension="2"))
    watch.gone("line-3")
    watch.gone("line-9")
    assert watch.rounds == {}
    assert watch.recoveries == []


def test_drills_are_measured_beside_each_other_each_from_its_own_fault():
    watch = Stopwatch()
    watch.begin(Drill.THROTTLE, [UP], NOW_S)
    watch.begin(Drill.EXPIRE_TOKEN, [UP], NOW_S + 5)
    watch.saw(proved(NOW_S + 4))
    watch.saw(proved(NOW_S + 20))
    assert [(each.drill, each.took_s) for each in watch.recoveries] == [
        (Drill.EXPIRE_TOKEN, 15.0),
        (Drill.THROTTLE, 4.0),
    ]


# ---- at the cloud


@pytest.fixture
def cloud(devices_shared: bool) -> Iterator[CloudServer]:
    with CloudServer("calm", time_scale=0.02) as server:
        server.change_settings(devices_shared=devices_shared)
        yield server


@asynccontextmanager
async def registered(cloud: CloudServer) -> AsyncIterator[Line]:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    [ada] = client.get_lines().values()
    try:
        ada.register()
        await until(lambda: ada.snapshot.state is LineState.REGISTERED)
        yield ada
    finally:
        await client.close()


async def until(holds: Callable[[], object]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


async def recovered(drills: Drills, line: Line) -> None:
    """Feed the stopwatch as the window does, until it has stopped."""
    while drills.stopwatch.rounds:
        drills.stopwatch.saw(line.snapshot)
        await asyncio.sleep(0.005)


async def test_killing_the_primary_takes_the_line_to_the_backup_and_it_can_be_brought_back(cloud):
    drills = Drills(cloud.control)
    async with registered(cloud) as ada:
        await drills.begin(Drill.KILL_PRIMARY, lambda: [ada.snapshot])
        assert drills.lasting == {Drill.KILL_PRIMARY}
        assert cloud.state()["hosts"]["P1"]["refusing"]
        await recovered(drills, ada)
        assert ada.snapshot.state is LineState.REGISTERED_BACKUP
        [recovery] = drills.stopwatch.recoveries
        assert recovery.interrupted
        assert 0 < recovery.took_s < 10
        await drills.end(Drill.KILL_PRIMARY)
        assert not cloud.state()["hosts"]["P1"]["refusing"]
        assert drills.lasting == set()


async def test_all_down_lasts_until_it_is_healed(cloud):
    drills = Drills(cloud.control)
    async with registered(cloud) as ada:
        await drills.begin(Drill.ALL_DOWN, lambda: [ada.snapshot])
        refusing = {name for name, host in cloud.state()["hosts"].items() if host["refusing"]}
        assert refusing == {"P1", "B1", "D1", "S1"}
        await until(lambda: ada.snapshot.state is LineState.RETRY_WAIT)
        drills.stopwatch.saw(ada.snapshot)
        await drills.heal()
        assert cloud.state()["faults"] == []
        ada.register()  # now, not at the next try
        await recovered(drills, ada)
        assert [each.drill for each in drills.stopwatch.recoveries] == [Drill.ALL_DOWN]


async def test_going_offline_takes_the_network_hint_along(cloud):
    hints: list[bool] = []
    drills = Drills(cloud.control, hints.append)
    await drills.begin(Drill.OFFLINE, list)
    assert all(host["refusing"] for name, host in cloud.state()["hosts"].items() if name != "control")
    await drills.begin(Drill.KILL_PRIMARY, list)
    await drills.end(Drill.OFFLINE)
    assert hints == [False, True]
    refusing = {name for name, host in cloud.state()["hosts"].items() if host["refusing"]}
    assert refusing == {"P1"}, "the other drill goes on"
    await drills.heal()
    assert hints == [False, True]


async def test_an_expired_token_is_renewed_or_ends_the_sign_in(cloud):
    drills = Drills(cloud.control)
    async with registered(cloud) as ada:
        await drills.begin(Drill.EXPIRE_TOKEN, lambda: [ada.snapshot])
        await until(lambda: ada.snapshot.state is LineState.SIGNED_OUT)  # a token from outside
        assert drills.lasting == set()


async def test_too_many_requests_for_a_minute_pass_by_themselves(cloud):
    drills = Drills(cloud.control)
    async with registered(cloud) as ada:
        await drills.begin(Drill.THROTTLE, lambda: [ada.snapshot])
        await until(lambda: ada.snapshot.misses)
        await recovered(drills, ada)
        assert drills.stopwatch.recoveries[0].took_s > 0.5 * 60 * 0.02
        assert cloud.journal(status=429)


async def test_a_line_that_was_taken_can_be_taken_back(cloud):
    drills = Drills(cloud.control)
    async with registered(cloud) as ada:
        await drills.begin(Drill.ELSEWHERE, lambda: [ada.snapshot])
        await until(lambda: ada.snapshot.state is LineState.ELSEWHERE)
        drills.stopwatch.saw(ada.snapshot)
        ada.register()
        await recovered(drills, ada)
        assert drills.stopwatch.recoveries[0].interrupted


async def test_a_call_rings_every_device_that_listens_and_is_not_measured(cloud):
    drills = Drills(cloud.control)
    ada = Desktop(cloud)
    ada.registered_here()
    with ada.mercury() as peer:
        await drills.begin(Drill.CALL, lambda: [UP])
        events = [await asyncio.to_thread(peer.event) for _ in range(3)]
    await until(lambda: not cloud.state()["sockets"])
    with pytest.raises(SoftphoneError, match="No line listens"):
        await drills.begin(Drill.CALL, lambda: [UP])
    ada.close()
    assert '"Ann Example" <sip:5008@' in events[0]["callerId"]["from"]
    assert events[1]["eventType"] == "mobius.calldisconnected"
    assert events[2]["userSessions"]["userSessions"][0]["disposition"] == "MISSED"
    assert (drills.stopwatch.rounds, drills.lasting) == ({}, set())


async def test_the_faults_of_the_scenario_outlive_a_drill_and_not_healing():
    with CloudServer("primary-down") as cloud:
        drills = Drills(cloud.control)
        await drills.begin(Drill.ALL_DOWN, list)
        await drills.end(Drill.ALL_DOWN)
        assert {name for name, host in cloud.state()["hosts"].items() if host["refusing"]} == {"P1"}
        await drills.heal()
        await drills.end(Drill.ALL_DOWN)
        assert not any(host["refusing"] for host in cloud.state()["hosts"].values())


async def test_a_cloud_that_is_gone_or_refuses_is_told_in_words(cloud):
    drills = Drills(cloud.control)
    with pytest.raises(SoftphoneError, match="refused: faults"):
        await drills._ask("POST", "faults", {"no": "list"})
    cloud.stop()
    with pytest.raises(SoftphoneError, match="does not answer"):
        await drills.begin(Drill.THROTTLE, list)
