"""One message socket: authorise, acknowledge, ping, hear (sockets.md#vectors, 01-07, 16-18, 24-31)."""

import asyncio
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from softphone.calling.messages import CallEnded, CallRinging
from tests.kit.message_server import Visit, closing, cutting, silent, well
from tests.webex.messages.bench import CALL, keeping


async def test_socket_01_it_authorises_first_acks_pings_and_is_online():
    async with keeping() as bench:
        visit = await bench.online()
        await bench.until(lambda: bool(visit.of("ping")) and bool(bench.told.proofs))
        first = visit.frames[0]
        assert first["type"] == "authorization"
        assert first["data"] == {"token": "Bearer token-0"}
        assert first["trackingId"].startswith("webex-js-sdk_")
        assert visit.acked[0].endswith("-1")
        assert "token" not in visit.target
        for part in (
            "outboundWireFormat=text",
            "bufferStates=true",
            "aliasHttpStatus=true",
            "clientTimestamp=",
        ):
            assert part in visit.target
        assert visit.connection.request is not None
        assert "authorization" not in visit.connection.request.headers
        assert [state.online for state in bench.told.states] == [False, True]


async def test_socket_02_registration_status_alone_says_that_it_is_ready():
    async def status(visit: Visit) -> None:
        await visit.next()
        await visit.ready("mercury.registration_status")
        await visit.serve()

    async with keeping(status) as bench:
        await bench.online()


async def test_socket_03_another_event_first_is_heard_and_keeps_nothing_from_becoming_ready():
    async def early(visit: Visit) -> None:
        await visit.next()
        await visit.event("mobius.call", **CALL)
        await visit.ready()
        await visit.serve()

    async with keeping(early) as bench:
        await bench.online()
        assert [type(event) for event in bench.told.events] == [CallRinging]


async def test_socket_04_silence_after_the_sign_in_closes_it_and_it_is_tried_again():
    async with keeping(silent) as bench:
        await bench.online(2)
        assert bench.server.visits[0].code == 1000
        assert bench.told.cause == ""


async def test_socket_05_a_pong_is_acked_and_the_next_ping_comes_fifteen_seconds_later():
    async with keeping() as bench:
        visit = await bench.online()
        await bench.until(lambda: len(visit.of("ping")) >= 3)
        pings = [frame["id"] for frame in visit.of("ping")]
        assert set(pings[:2]) <= set(visit.acked)
        assert len(set(pings)) == len(pings)
        apart = [
            second - first for first, second in zip(bench.told.proofs, bench.told.proofs[1:], strict=False)
        ]
        assert min(apart) >= 0.29


async def test_a_ping_needs_no_task_beside_those_of_the_keeper_and_its_socket():
    async with keeping() as bench:
        visit = await bench.online()
        await bench.until(lambda: bool(visit.of("ping")))
        names = [task.get_name() for task in asyncio.all_tasks()]
        assert sorted(name for name in names if name.startswith("message")) == ["message socket", "messages"]


async def test_socket_06_a_pong_of_another_ping_closes_it():
    async def wrong(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        while True:
            if (await visit.next()).get("type") == "ping":
                await visit.pong({"id": "another"})

    async with keeping(wrong) as bench:
        await bench.online(2)
        await bench.server.visits[0].closed.wait()
        assert (bench.server.visits[0].code, bench.server.visits[0].reason) == (1000, "Pong mismatch")


async def test_socket_07_no_pong_closes_it_and_it_is_tried_again():
    async def deaf(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        await silent(visit)

    async with keeping(deaf) as bench:
        await bench.online(2)
        await bench.server.visits[0].closed.wait()
        assert (bench.server.visits[0].code, bench.server.visits[0].reason) == (1000, "Pong not received")
        await bench.offline("The message service did not answer in time")


async def test_socket_07_a_service_that_reads_nothing_any_more_is_left_within_seconds():
    async def frozen(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        visit.connection.transport.pause_reading()
        await thawed.wait()

    thawed = asyncio.Event()
    async with keeping(frozen) as bench:
        await bench.online(2)
        bench.server.visits[0].cut()
        thawed.set()


async def test_socket_16_a_second_socket_is_ready_before_the_first_goes_and_each_event_is_told_once():
    async with keeping() as bench:
        first = await bench.online()
        await first.say({"type": "shutdown"})
        second = await bench.server.visit(1)
        await bench.until(lambda: bool(second.of("ping")))
        assert not first.closed.is_set()
        for visit in (first, second):
            await visit.event("mobius.call", frame_id="the-same", **CALL)
        await bench.until(lambda: "the-same" in first.acked and "the-same" in second.acked)
        assert len(bench.told.events) == 1
        assert [state.online for state in bench.told.states] == [False, True]
        await asyncio.wait_for(first.closed.wait(), 5)  # by us, when the service leaves it open
        assert not second.closed.is_set()


async def test_socket_17_the_end_of_the_old_socket_does_not_hide_that_of_the_new_one():
    async with keeping() as bench:
        first = await bench.online()
        await first.say({"type": "shutdown"})
        second = await bench.server.visit(1)
        await bench.until(lambda: bool(second.of("ping")))
        await first.close(4001)
        await first.closed.wait()
        second.cut()
        await bench.online(3)


async def test_socket_18_when_the_second_is_refused_the_first_serves_until_it_is_closed():
    async with keeping(well, closing(4403)) as bench:
        first = await bench.online()
        await first.say({"type": "shutdown"})
        second = await bench.server.visit(1)
        await second.closed.wait()
        await first.event("mobius.call", **CALL)
        await bench.until(lambda: bool(bench.told.events))
        assert bench.told.online
        await first.close(4001)
        await bench.online(3)


async def test_socket_24_a_frame_above_the_limit_closes_the_socket():
    async with keeping() as bench:
        visit = await bench.online()
        await visit.say("x" * 300 * 1024)
        await visit.closed.wait()
        assert visit.code == 1009
        await bench.online(2)


async def test_a_frame_that_is_not_text_closes_the_socket():
    async with keeping() as bench:
        visit = await bench.online()
        await visit.say(b"\x00\x01")
        await visit.closed.wait()
        assert visit.code == 1003


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 40_000,
        "null",
        "text",
        "{}",
        "[]",
        '{"id": 5, "type": "pong"}',
        '{"data": "x"}',
    ],
)
async def test_socket_25_what_is_no_frame_is_dropped_and_the_socket_lives(text: str):
    async with keeping() as bench:
        visit = await bench.online()
        await visit.say(text)
        await visit.event("mobius.call", **CALL)
        await bench.until(lambda: bool(bench.told.events))
        assert len(bench.server.visits) == 1


async def test_socket_26_the_same_frame_twice_is_acked_twice_and_told_once():
    async with keeping() as bench:
        visit = await bench.online()
        for _ in range(2):
            await visit.event("mobius.call", frame_id="one", **CALL)
        await bench.until(lambda: visit.acked.count("one") == 2)
        assert len(bench.told.events) == 1
        assert bench.keeper.counts["repeated"] == 1


async def test_socket_27_a_gap_in_the_numbers_is_counted_and_a_pong_without_a_number_is_none():
    async with keeping() as bench:
        visit = await bench.online()
        missed = []
        for number, count in ((6, 1), (9, 2), (10, 3), (12, 4), (7, 5), (8, 6)):
            await visit.event("status", envelope={"sequenceNumber": number})
            await bench.until(lambda count=count: bench.keeper.counts["foreign"] == count)  # type: ignore[misc]
            missed.append(bench.keeper.counts["missed"])
        gap = 6 - 1 - 1  # from that of the first message
        assert missed == [gap, gap + 2, gap + 2, gap + 3, gap + 3, gap + 3]  # one from before is no gap
        await bench.until(lambda: len(bench.told.proofs) >= 2)
        assert bench.keeper.counts["missed"] == gap + 3


async def test_socket_28_what_is_not_about_calls_is_acked_counted_and_in_no_log(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    async with keeping() as bench:
        visit = await bench.online()
        await visit.event("conversation.activity", frame_id="f-1", text="the merger is off", verb="post")
        await bench.until(lambda: "f-1" in visit.acked)
        assert bench.keeper.counts["foreign"] == 1
        await visit.event("mobius.call", frame_id="f-2")  # about a call, and of none
        await bench.until(lambda: "f-2" in visit.acked)
        await bench.until(lambda: bench.keeper.counts["of no use"] == 1)
        assert (bench.keeper.counts["foreign"], bench.told.events) == (1, [])
    assert "merger" not in caplog.text
    assert "conversation" not in caplog.text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
_MARK = "zq7xk"  # in each text of theirs, and in none of ours


def marked(value: object) -> object:
    match value:
        case str():
            return f"{_MARK}{value}"
        case list():
            return [marked(one) for one in value]
        case dict():
            return {
                name if name == "eventType" else f"{_MARK}{name}": marked(one) for name, one in value.items()
            }
    return value


KINDS = ["conversation.activity", "mobius.call", "mobius.media", "x", ""]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), max_size=4), data=_JSON)
def test_no_byte_of_any_event_gets_into_a_log(
    caplog: pytest.LogCaptureFixture, kinds: list[str], data: object
):
    async def run() -> None:
        async with keeping() as bench:
            visit = await bench.online()
            for number, kind in enumerate(kinds):
                caller = {"from": f'"{_MARK}" <sip:1@h>'}
                told = {"eventType": kind, "callId": _MARK, "deviceId": _MARK, "callerId": caller}
                hidden = {_MARK: marked(data)}
                await visit.say({"id": f"f{number}", "data": told | hidden, **hidden})
            await visit.say(json.dumps(marked(data)))
            await visit.event("mobius.calldisconnected", cause="Normal", **CALL)
            await bench.until(lambda: any(isinstance(one, CallEnded) for one in bench.told.events))
            rung = [one for one in bench.told.events if isinstance(one, CallRinging)]
            assert len(rung) == kinds.count("mobius.call")
            logging.getLogger("softphone").debug("%r", [one.caller for one in rung])
            await visit.close(1012, _MARK)
            await visit.closed.wait()

    caplog.set_level(logging.DEBUG)
    caplog.clear()
    with asyncio.Runner() as runner:
        runner.run(run())
    assert _MARK not in caplog.text


async def test_socket_29_a_renewed_token_sends_nothing_and_closes_nothing():
    async with keeping() as bench:
        visit = await bench.online()
        bench.tokens.held = "token-9"
        await bench.until(lambda: len(bench.told.proofs) >= 3)
        assert len(visit.of("authorization")) == 1
        assert len(bench.server.visits) == 1
        visit.cut()
        second = await bench.online(2)
        assert second.frames[0]["data"] == {"token": "Bearer token-9"}


async def test_socket_30_after_sleep_it_pings_at_once_and_lives_when_the_answer_comes():
    async with keeping(scale=1.0) as bench:
        visit = await bench.online()
        await bench.until(lambda: len(bench.told.proofs) == 1)
        bench.keeper.check()
        await bench.until(lambda: len(bench.told.proofs) == 2)  # and not 15 s later
        assert len(visit.of("ping")) == 2
        assert bench.told.online


async def test_socket_30_no_answer_to_that_ping_ends_the_socket_sooner_than_any_other():
    async with keeping(silent_after_first_pong, scale=0.2) as bench:
        await bench.online()
        await bench.until(lambda: len(bench.told.proofs) == 1)
        began_s = asyncio.get_running_loop().time()
        bench.keeper.check()
        await bench.offline("The message service did not answer in time")
        assert asyncio.get_running_loop().time() - began_s < 2.0  # 14 s would be 2.8
        await bench.online(2)


async def silent_after_first_pong(visit: Visit) -> None:
    await visit.next()
    await visit.ready()
    while not visit.of("ping"):
        await visit.next()
    await visit.pong(visit.of("ping")[0])
    await silent(visit)


@pytest.mark.parametrize("answers", [True, False])
async def test_socket_31_the_end_closes_it_within_a_second_and_nothing_is_opened_again(answers: bool):
    async def stubborn(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        visit.connection.transport.pause_reading()
        await thawed.wait()

    thawed = asyncio.Event()
    async with keeping(well if answers else stubborn) as bench:
        visit = await bench.online()
        began_s = asyncio.get_running_loop().time()
        await bench.keeper.close()
        assert asyncio.get_running_loop().time() - began_s < 1.5
        if answers:
            await visit.closed.wait()
            assert (visit.code, visit.reason) == (1000, "Done")
        else:
            visit.cut()
            thawed.set()
        await asyncio.sleep(0.2)
        assert len(bench.server.visits) == 1


async def test_a_flood_closes_it_and_a_busy_hour_leaves_the_calls(monkeypatch: pytest.MonkeyPatch):
    async with keeping() as bench:
        visit = await bench.online()
        for _ in range(600):
            await visit.event("status")
        await visit.closed.wait()
        assert visit.code == 1008
        await bench.offline("Webex sent too many messages at once")
    monkeypatch.setattr("softphone.webex.messages.message_socket.BUSY_FOR_S", 1.0)
    async with keeping() as bench:
        visit = await bench.online()
        for _ in range(4):
            for _ in range(60):
                await visit.event("status")
            await asyncio.sleep(1.01)
        await visit.event("status", frame_id="unread")
        await visit.event("mobius.call", **CALL)
        await bench.until(lambda: bool(bench.told.events))
        assert "unread" not in visit.acked
        assert bench.keeper.counts["passed over"] >= 1


@pytest.mark.parametrize("in_second", [500, 501])
async def test_five_hundred_messages_in_a_second_are_no_flood_and_one_more_is(
    monkeypatch: pytest.MonkeyPatch, in_second: int
):
    async with keeping() as bench:
        visit = await bench.online()
        monkeypatch.setattr("softphone.webex.messages.message_socket._Rate.add", lambda *_: in_second)
        await visit.event("status", frame_id="one")
        if in_second == 500:
            await bench.until(lambda: "one" in visit.acked)
        else:
            await visit.closed.wait()
            assert (visit.code, visit.reason) == (1008, "Too many messages")


async def test_a_socket_lost_by_a_cut_before_it_was_ready_is_tried_again():
    async with keeping(cutting()) as bench:
        await bench.online(2)


async def test_the_words_that_addresses_have_changed_are_passed_on():
    async with keeping() as bench:
        visit = await bench.online()
        await visit.event("u2c.cache-invalidation")
        await bench.until(lambda: bench.told.invalidated == 1)


async def test_what_is_told_in_the_moment_in_which_the_service_closes_is_heard():
    async def leaving(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        await visit.next()
        await visit.event("mobius.call", **CALL)
        await visit.close(4001, "moved")

    async with keeping(leaving) as bench:
        await bench.online(2)
        assert [type(event) for event in bench.told.events] == [CallRinging]
