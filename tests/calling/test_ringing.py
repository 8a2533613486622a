"""Calls of one line on the loop's clock: what is due is shown, once, and nothing after the end."""

import asyncio

import pytest

from softphone.calling.calls import DEVICE_KEPT_S, LOST_AFTER_S, SILENCE, CallPolicy
from softphone.calling.messages import CallEnded, CallRinging
from softphone.calling.ringing import Ringing
from softphone.line.model import Call, Caller, CallPhase, Server
from tests.calling.fake_provider import BACKUP, BUSY, PRIMARY, FakeProvider
from tests.calling.virtual_time import in_virtual_time


class Telling(FakeProvider):
    """Notes which server is told of calls."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, Server, str, str]] = []

    async def tell_alerting(self, server: Server, device_id: str, call_id: str) -> None:
        self.told.append(("alerting", server, device_id, call_id))
        await super().tell_alerting(server, device_id, call_id)

    async def tell_release(self, server: Server, device_id: str, call_id: str) -> None:
        self.told.append(("release", server, device_id, call_id))
        await super().tell_release(server, device_id, call_id)


class Line:
    """Notes what is shown and told of its calls."""

    def __init__(self, server: Server | None = PRIMARY, *, time_scale: float = 1.0) -> None:
        self.changes = 0
        self.news: list[Call] = []
        self.provider = Telling()
        self.ringing = Ringing(
            self.provider, time_scale=time_scale, on_change=self._changed, on_news=self.news.append
        )
        self.ringing.hold(server, "d1")

    def _changed(self) -> None:
        self.changes += 1

    def ring(self, call_id: str, policy: CallPolicy = SILENCE, device_id: str = "d1") -> None:
        event = CallRinging(call_id=call_id, device_id=device_id, caller=Caller("Ann Example"))
        self.ringing.hear(event, policy)

    def end(self, call_id: str, policy: CallPolicy = SILENCE, device_id: str = "d1") -> None:
        self.ringing.hear(CallEnded(call_id=call_id, device_id=device_id, cause="elsewhere"), policy)


@in_virtual_time
async def test_after_the_end_no_timer_shows_or_tells_anything():
    line = Line()
    line.ring("c1")
    await asyncio.sleep(1)
    line.ring("c2")
    await line.ringing.close()
    told = (line.changes, len(line.news))
    await asyncio.sleep(10 * LOST_AFTER_S)
    assert (line.changes, len(line.news)) == told


@in_virtual_time
async def test_a_ring_that_nobody_ends_is_lost_track_of_by_itself():
    line = Line()
    line.ring("c1")
    await asyncio.sleep(LOST_AFTER_S - 1)
    assert line.ringing.call is not None
    assert line.ringing.call.rings
    await asyncio.sleep(2)
    assert [call.phase for call in line.news] == [CallPhase.RINGING, CallPhase.LOST_TRACK]
    await line.ringing.close()


@in_virtual_time
async def test_what_ended_in_time_is_not_lost_track_of_later():
    line = Line()
    line.ring("c1")
    line.ringing.hear(CallEnded(call_id="c1", device_id="d1", cause="elsewhere"), SILENCE)
    await asyncio.sleep(10 * LOST_AFTER_S)
    assert [call.phase for call in line.news] == [CallPhase.RINGING, CallPhase.ANSWERED_ELSEWHERE]
    await line.ringing.close()


BOTH = CallPolicy(alerting=True, release=True)


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        (SILENCE, []),
        (CallPolicy(alerting=True), ["alerting"]),
        (CallPolicy(release=True), ["release"]),
        (BOTH, ["alerting", "release"]),
    ],
)
@in_virtual_time
async def test_only_what_is_chosen_is_told_to_the_server_that_granted_the_device(
    policy: CallPolicy, told: list[str]
):
    line = Line()
    line.ring("c1", policy)
    await asyncio.sleep(1)
    line.end("c1", policy)
    await asyncio.sleep(1)
    assert line.provider.told == [(what, PRIMARY, "d1", "c1") for what in told]
    await line.ringing.close()


@in_virtual_time
async def test_what_is_chosen_may_change_between_two_events():
    line = Line()
    line.ring("c1")
    line.end("c1", BOTH)
    await asyncio.sleep(1)
    assert [what for what, *_ in line.provider.told] == ["release"]
    await line.ringing.close()


@in_virtual_time
async def test_a_line_that_holds_nothing_any_more_tells_the_server_that_granted_last():
    line = Line()
    line.ring("c1", BOTH)
    line.ringing.hold(None, "")
    line.end("c1", BOTH)
    await asyncio.sleep(1)
    assert line.provider.told[1:] == [("release", PRIMARY, "d1", "c1")]
    line.ringing.hold(BACKUP, "d2")
    line.ring("c2", BOTH, "d2")
    await asyncio.sleep(1)
    assert line.provider.told[2:] == [("alerting", BACKUP, "d2", "c2")]
    await asyncio.sleep(DEVICE_KEPT_S)
    line.ring("c3", BOTH, "d1")
    await asyncio.sleep(1)
    assert len(line.provider.told) == 3, "its device is too long gone"
    await line.ringing.close()


@in_virtual_time
async def test_without_any_server_a_call_is_shown_and_nobody_told():
    line = Line(server=None)
    line.ring("c1", BOTH)
    await asyncio.sleep(1)
    assert line.provider.told == []
    assert line.ringing.call is not None
    await line.ringing.close()


@in_virtual_time
async def test_a_server_that_takes_no_word_of_a_call_changes_nothing():
    line, faults = Line(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    line.provider.fail("alerting", BUSY)
    line.ring("c1", BOTH)
    await asyncio.sleep(1)
    assert line.ringing.call is not None
    assert line.ringing.call.rings
    assert line.provider.requests == ["alerting d1 c1"], "and it is not told again"
    assert faults == []
    await line.ringing.close()


@in_virtual_time
async def test_after_the_end_no_word_of_a_call_goes_out():
    line = Line()
    line.ring("c1", BOTH)
    await line.ringing.close()
    await asyncio.sleep(1)
    assert line.provider.requests == []


@in_virtual_time
async def test_each_change_is_shown_once_and_before_it_is_told():
    line, seen = Line(), list[tuple[str, CallPhase | None]]()

    def shown() -> None:
        seen.append(("shown", line.ringing.call.phase if line.ringing.call else None))

    line.ringing._on_change = shown
    line.ringing._on_news = lambda call: seen.append(("told", call.phase))
    line.ring("c1")
    line.ring("c1")
    line.ringing.socket_lost()
    line.ringing.socket_lost()
    line.end("c1")
    await asyncio.sleep(LOST_AFTER_S)
    assert seen == [
        ("shown", CallPhase.RINGING),
        ("told", CallPhase.RINGING),
        ("shown", CallPhase.UNCERTAIN),
        ("shown", CallPhase.ANSWERED_ELSEWHERE),
        ("told", CallPhase.ANSWERED_ELSEWHERE),
        ("shown", None),
    ]
    await line.ringing.close()


@in_virtual_time
async def test_a_ring_is_lost_track_of_at_the_pace_of_the_cloud():
    line = Line(time_scale=0.1)
    line.ring("c1")
    await asyncio.sleep(LOST_AFTER_S * 0.1 + 0.1)
    assert [call.phase for call in line.news] == [CallPhase.RINGING, CallPhase.LOST_TRACK]
    await line.ringing.close()
