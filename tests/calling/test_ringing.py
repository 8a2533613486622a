"""Calls of one line on the loop's clock: what is due is shown, once, and nothing after the end."""

import asyncio

from softphone.calling.calls import LOST_AFTER_S, SILENCE
from softphone.calling.messages import CallEnded, CallRinging
from softphone.calling.ringing import Ringing
from softphone.line.model import Call, Caller, CallPhase
from tests.calling.fake_provider import PRIMARY, FakeProvider
from tests.calling.virtual_time import in_virtual_time


class Line:
    """Notes what is shown and told of its calls."""

    def __init__(self) -> None:
        self.changes = 0
        self.news: list[Call] = []
        self.ringing = Ringing(
            FakeProvider(), time_scale=1.0, on_change=self._changed, on_news=self.news.append
        )
        self.ringing.hold(PRIMARY, "d1")

    def _changed(self) -> None:
        self.changes += 1

    def ring(self, call_id: str) -> None:
        event = CallRinging(call_id=call_id, device_id="d1", caller=Caller("Ann Example"))
        self.ringing.hear(event, SILENCE)


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
