"""When a request of a line goes out, and whether once more (calling/asking.py)."""

import asyncio

import pytest

from softphone.calling.circuits import LONGEST_TURN_S, REGISTRATIONS_PER_S
from softphone.line.effects import SendDeregister, SendKeepalive, SendPing, SendRegister
from softphone.line.events import Accepted, RequestFailed
from softphone.line.failure import ASKED_TO_WAIT
from softphone.line.model import Registration
from softphone.line.policy import Policy
from softphone.line.states import Lease, Open, Reconnecting, State
from tests.calling.fake_provider import BACKUP, BUSY, PRIMARY, REFUSED
from tests.calling.test_asking import HELD, LATEST, NUMBER, Line, facts, registered, seeking
from tests.calling.virtual_time import in_virtual_time

# ---- whose turn it is


@in_virtual_time
async def test_a_registration_waits_for_its_turn_and_is_noted_when_it_goes_out():
    posts = (Open(NUMBER - 1, BACKUP.url, -5.0, 25.0), Open(NUMBER, PRIMARY.url, 0.0, 30.0))
    line = Line(seeking(sent_at_s=(-5.0, 0.0), posts=posts))
    line.circuits.failed(BACKUP, object(), REFUSED, lambda: None)  # the pace is slow
    for _ in range(24):
        line.circuits.registration_turn_s(PRIMARY)
    event = await line.asking.event_of(LATEST)
    assert isinstance(event, Accepted)
    turn_s = 24 / REGISTRATIONS_PER_S
    assert event.sent_at_s == pytest.approx(turn_s)
    assert line.driver.state.facts.sent_at_s[:2] == pytest.approx((-5.0, turn_s))
    assert len(line.driver.state.facts.sent_at_s) == 3, "it, and once more; not when it was to go out"
    await line.close()


@in_virtual_time
async def test_a_registration_whose_turn_it_is_goes_out_before_what_is_asked_next():
    line = Line()
    keepalive = SendKeepalive(NUMBER, PRIMARY, HELD, 20.0)
    await asyncio.gather(
        asyncio.create_task(line.asking.event_of(LATEST)),
        asyncio.create_task(line.asking.event_of(keepalive)),
    )
    assert line.provider.requests == ["register primary", "keepalive held"]
    await line.close()


@in_virtual_time
async def test_without_a_turn_soon_it_is_told_to_wait_and_nothing_is_sent():
    line = Line()
    line.circuits.failed(BACKUP, object(), REFUSED, lambda: None)
    while line.circuits.registration_turn_s(PRIMARY) is not None:
        pass
    event = await line.asking.event_of(LATEST)
    assert isinstance(event, RequestFailed)
    assert (event.failure, event.at_s) == (ASKED_TO_WAIT, 0.0)
    assert line.provider.requests == []
    assert not line.ledger.unsure
    await line.close()


@pytest.mark.parametrize("meanwhile", [{"awaiting": False}, {"request": NUMBER + 1}])
@in_virtual_time
async def test_what_nobody_wants_any_more_when_its_turn_has_come_is_not_sent(meanwhile: dict[str, object]):
    line = Line()
    while (line.circuits.registration_turn_s(PRIMARY) or 0.0) < 1.0:
        pass
    asking = asyncio.ensure_future(line.asking.event_of(LATEST))
    await asyncio.sleep(0.5)
    line.driver.state = seeking(**meanwhile)
    event = await asking
    assert isinstance(event, RequestFailed)
    assert event.failure == ASKED_TO_WAIT
    assert line.provider.requests == []
    assert not line.ledger.unsure
    await line.close()


@in_virtual_time
async def test_who_is_turned_away_anyhow_takes_nobodys_turn():
    line = Line()
    line.others_fail()
    for _ in range(10):
        await line.asking.event_of(LATEST)
    assert line.circuits.registration_turn_s(PRIMARY) == 0.0
    assert asyncio.get_running_loop().time() < LONGEST_TURN_S
    await line.close()


# ---- what may go out once more


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (seeking(), True),
        (seeking(awaiting=False), False),
        (seeking(request=NUMBER + 1), False),
        (registered(NUMBER, awaiting=False, request=NUMBER + 2), True),
        (registered(NUMBER, awaiting=True, request=NUMBER + 2), True),
        (registered(NUMBER + 2, awaiting=True), True),
        (registered(NUMBER + 2, awaiting=False), False),
        (
            Reconnecting(
                facts=facts(awaiting=False),
                lease=Lease(
                    server=PRIMARY, registration=Registration(device=HELD), sent_at_s=0.0, proved_at_s=0.0
                ),
                failure=BUSY,
                keepalive=Open(NUMBER, PRIMARY.url, 0.0, 30.0),
            ),
            True,
        ),
    ],
)
@pytest.mark.parametrize(
    "request_",
    [
        LATEST,
        SendKeepalive(NUMBER, PRIMARY, HELD, 20.0),
        SendDeregister(NUMBER, PRIMARY, HELD),
        SendPing(NUMBER, (PRIMARY,)),
    ],
    ids=lambda one: type(one).__name__,
)
@in_virtual_time
async def test_a_request_goes_out_once_more_only_while_its_answer_is_wanted_and_is_counted(
    request_: SendRegister | SendKeepalive | SendDeregister | SendPing, state: State, may: bool
):
    line = Line()
    line.provider.meanwhile = lambda: setattr(line.driver, "state", state)
    await line.asking.event_of(request_)
    assert line.provider.may == [may]
    assert len(line.driver.state.facts.sent_at_s) == may
    await line.close()


@in_virtual_time
async def test_nothing_goes_out_once_more_where_the_bound_is_reached():
    line = Line(seeking(sent_at_s=(0.0,) * Policy().requests_per_minute))
    await line.asking.event_of(LATEST)
    assert line.provider.may == [False]
    await line.close()
