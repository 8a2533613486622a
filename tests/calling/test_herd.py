"""Many lines of one process lose their server: polite, and all come back (reliability.md#figures).

The full size is `python -m tests.calling.thousand`; the same rules hold for a small crowd.
"""

import asyncio

import pytest

from softphone.calling.circuits import CALM_REGISTRATIONS_PER_S, REGISTRATIONS_PER_S
from softphone.line.model import LineState
from tests.calling.fake_provider import BACKUP, PRIMARY
from tests.calling.thousand import REGISTERED, Crowd, World, outage, peak_per_s
from tests.calling.virtual_time import in_virtual_time, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("how", ["refuse", "busy", "hang"])
def test_sixty_lines_are_quiet_in_an_outage_and_back_soon_after_it(how: str):
    seen = run(outage(60, 600.0, how=how))
    assert seen.outage_peak_after_notice_per_s <= 5
    assert seen.outage_mean_per_s <= 1
    assert seen.return_peak_per_s <= 25
    assert seen.all_back_s <= 75
    assert seen.most_requests_a_minute_and_line <= 12


def test_a_lone_line_is_back_within_a_minute():
    assert run(outage(1, 600.0)).all_back_s <= 60


@pytest.mark.parametrize("how", ["refuse", "hang"])
def test_when_only_the_primary_dies_all_move_to_the_backup_at_a_pace(how: str):
    seen = run(outage(60, 600.0, how=how, backup=True))
    assert seen.return_peak_per_s <= 30
    assert seen.all_back_s <= 90


@in_virtual_time
async def test_what_lines_leave_behind_on_a_dead_server_is_removed_at_a_pace():
    crowd = await Crowd.gathered(150, backup=True, world=World(how="hang"))
    began_s = asyncio.get_running_loop().time()
    crowd.world.down.add(PRIMARY)
    await crowd.until_registered(150, (LineState.REGISTERED_BACKUP,))
    removals = crowd.world.requests(began_s, began_s + 600, "deregister")
    assert len(removals) >= 100
    assert peak_per_s(removals) <= 30
    await crowd.close()


@in_virtual_time
async def test_a_short_fault_costs_nobody_the_registration():
    crowd = await Crowd.gathered(60)
    granted = crowd.world.granted
    crowd.world.down.add(PRIMARY)
    await asyncio.sleep(5)
    crowd.world.down.clear()
    await asyncio.sleep(60)
    assert crowd.registered() == 60
    assert crowd.world.granted == granted
    await crowd.close()


@in_virtual_time
async def test_lines_that_missed_keepalives_come_back_at_a_pace_beside_the_healthy_ones():
    crowd = await Crowd.gathered(150, world=World(how="busy"))
    granted = crowd.world.granted
    crowd.world.down.add(PRIMARY)
    await asyncio.sleep(18)
    crowd.world.down.clear()
    began_s = asyncio.get_running_loop().time()
    missed = 150 - crowd.registered()
    await asyncio.sleep(30)
    assert missed > 60
    assert crowd.registered() == 150
    assert crowd.world.granted == granted, "nobody had to register again"
    assert peak_per_s(crowd.world.requests(began_s, began_s + 30)) <= 20 + 2 * 150 / 30
    await crowd.close()


@in_virtual_time
@pytest.mark.parametrize(
    ("trouble", "per_s"), [(False, CALM_REGISTRATIONS_PER_S), (True, REGISTRATIONS_PER_S)]
)
async def test_lines_that_register_at_the_same_moment_do_so_at_a_pace_and_note_when_they_ask(
    trouble: bool, per_s: float
):
    crowd = await Crowd.gathered(60)
    if trouble:
        crowd.world.down.add(PRIMARY)
        await asyncio.sleep(2)
        crowd.world.down.clear()
    for line in crowd.lines:
        line.deregister()
    await asyncio.sleep(30)
    began_s = asyncio.get_running_loop().time()
    for line in crowd.lines:
        line.register()
    ended_s = await crowd.until_registered(60)
    assert ended_s - began_s < 4
    assert peak_per_s(crowd.world.requests(began_s, ended_s, "register")) <= per_s + 1
    asked = {number: at for at, method, number in crowd.world.asked if method == "register"}
    for number, client in enumerate(crowd.clients):
        (runner,) = client._runners.values()
        assert asked[number] in runner._driver.state.facts.sent_at_s
    assert max(asked.values()) - min(asked.values()) > 59 / per_s - 0.1
    await crowd.close()


@in_virtual_time
async def test_a_host_that_asks_for_five_minutes_gets_them():
    crowd = await Crowd.gathered(20, world=World(how="busy", retry_after_s=300.0))
    crowd.world.down.add(PRIMARY)
    began_s = asyncio.get_running_loop().time()
    await asyncio.sleep(600)
    asked = [at - began_s for at in crowd.world.requests(began_s + 60, began_s + 600)]
    assert not [at for at in asked if at < 290], "all have heard it"
    assert len(asked) < 30
    crowd.world.down.clear()
    await crowd.until_registered(20)
    assert asyncio.get_running_loop().time() - began_s < 1000
    await crowd.close()


@in_virtual_time
async def test_lines_that_leave_in_the_middle_of_an_outage_leave_the_rest_a_prober():
    crowd = await Crowd.gathered(30)
    crowd.world.down.add(PRIMARY)
    await asyncio.sleep(120)
    for line in crowd.lines[:10]:
        line.deregister()
    for client in crowd.clients[10:15]:
        await client.close(deregister=False)
    crowd.world.down.clear()
    began_s = asyncio.get_running_loop().time()
    while sum(crowd.states()[state] for state in REGISTERED) < 15:
        await asyncio.sleep(0.5)
    assert asyncio.get_running_loop().time() - began_s <= 75
    assert crowd.states()[LineState.IDLE] >= 10
    await crowd.close()


@in_virtual_time
async def test_with_both_servers_dead_the_first_that_is_back_gets_all_lines():
    crowd = await Crowd.gathered(60, backup=True)
    crowd.world.down |= {PRIMARY, BACKUP}
    await asyncio.sleep(600)
    crowd.world.down.discard(BACKUP)
    began_s = asyncio.get_running_loop().time()
    ended_s = await crowd.until_registered(60)
    assert ended_s - began_s <= 90
    assert crowd.states()[LineState.REGISTERED_BACKUP] == 60
    assert peak_per_s(crowd.world.requests(began_s, ended_s, "register")) <= 30
    await crowd.close()
