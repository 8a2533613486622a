"""Twelve requests in any 60 s, where the server counts them: no way past the bound."""

import asyncio
from dataclasses import replace

from softphone.line.device import Device
from softphone.line.effects import SendKeepalive
from softphone.line.events import RetryNow, Sent
from softphone.line.model import Registration, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import Facts, Lease, Reconnecting
from tests.calling.fake_provider import BUSY, PRIMARY
from tests.calling.thousand import Crowd
from tests.calling.virtual_time import in_virtual_time

POLICY = Policy()
NOW_S = 1000.0
FACTS = Facts(servers=Servers((PRIMARY,)))
DEVICE = Device(device_id="d1")


def waiting(facts: Facts) -> Reconnecting:
    lease = Lease(
        server=PRIMARY,
        registration=Registration(device=DEVICE, keepalive_interval_s=30.0),
        sent_at_s=NOW_S - 35,
        proved_at_s=NOW_S - 35,
    )
    return Reconnecting(facts=facts, lease=lease, failure=BUSY)


def sends(facts: Facts, *, by_person: bool) -> bool:
    _, effects = step(waiting(facts), RetryNow(at_s=NOW_S, draw=0.5, by_person=by_person), POLICY)
    return any(isinstance(effect, SendKeepalive) for effect in effects)


def test_a_line_that_the_circuits_release_asks_only_when_the_bound_has_room():
    full = replace(FACTS, sent_at_s=tuple(NOW_S - 50 + n for n in range(12)))
    room = replace(FACTS, sent_at_s=full.sent_at_s[1:])
    assert sends(room, by_person=False)
    assert not sends(full, by_person=False)
    assert sends(full, by_person=True), "a click is not counted against the bound"


def test_a_request_that_waited_for_its_turn_counts_from_when_it_went_out():
    noted = replace(FACTS, sent_at_s=(900.0, 990.0, 995.0))
    state, effects = step(waiting(noted), Sent(at_s=NOW_S, draw=0.5, noted_at_s=990.0), POLICY)
    assert state.facts.sent_at_s == (995.0, NOW_S)
    assert effects == ()
    once_more, _ = step(state, Sent(at_s=NOW_S, draw=0.5, noted_at_s=990.0), POLICY)
    assert once_more.facts.sent_at_s == (995.0, NOW_S, NOW_S), "what is noted nowhere is counted all the same"


@in_virtual_time
async def test_lines_that_wait_for_their_turn_note_when_they_ask():
    crowd = await Crowd.gathered(60)
    for line in crowd.lines:
        line.deregister()
    await asyncio.sleep(30)
    for line in crowd.lines:
        line.register()
    await crowd.until_registered(60)
    asked = {number: at for at, method, number in crowd.world.asked if method == "register"}
    for number, client in enumerate(crowd.clients):
        (runner,) = client._runners.values()
        assert asked[number] in runner._driver.state.facts.sent_at_s
    assert max(asked.values()) - min(asked.values()) > 1
    await crowd.close()
