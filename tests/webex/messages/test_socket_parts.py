"""The parts of a message socket: its waits, its rate, its address, how old an event is, what it leaves."""

import asyncio
import re
import socket
import time
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest

from softphone.calling.messages import CallRinging
from softphone.settings.proxy import Proxy
from softphone.webex.client import Client
from softphone.webex.messages import message_keeper, message_socket
from softphone.webex.messages.dial import _ProxyFailedError, _tunnelled
from softphone.webex.messages.message_socket import BREATH, Heard, MessageSocket, Waits, _Rate, with_query
from softphone.webex.transport_faults import Fault
from tests.kit.message_server import MessageServer, Visit, cutting, silent, well
from tests.webex.messages.bench import CALL, keeping
from tests.webex.raw_server import loopback_cloud


@pytest.mark.parametrize(
    ("scale", "nominal_s", "pause_s", "limit_s"),
    [
        (1.0, 14.0, 14.0, 14.0),
        (0.5, 14.0, 7.0, 7.0),
        (0.02, 15.0, 0.3, 1.0),
        (0.02, 0.5, 0.01, 0.5),
        (2, 5, 10, 5),
    ],
)
def test_a_cloud_that_hurries_shortens_waits_but_no_answers_limit_below_a_second_or_beyond_what_is_told(
    scale: float, nominal_s: float, pause_s: float, limit_s: float
):
    assert Waits(scale).pause_s(nominal_s) == pytest.approx(pause_s)
    assert Waits(scale).limit_s(nominal_s) == limit_s


def test_messages_are_counted_by_the_second():
    rate = _Rate(10.0)
    assert [rate.add(10.0), rate.add(10.99), rate.add(11.0), rate.add(11.5)] == [1, 2, 1, 2]
    assert rate.in_row == 4


async def test_messages_in_a_row_are_taken_together_and_leave_everybody_else_a_turn_now_and_then():
    async with keeping() as bench:
        await bench.online()
        live, turns = bench.keeper._live, list[int]()
        assert live is not None
        live._rate.in_row = 0
        for number in range(BREATH):
            assert turns == []
            asyncio.get_running_loop().call_soon(turns.append, number)
            await live._take("of no use")
        assert turns == list(range(BREATH))


async def test_each_message_is_counted_once_by_what_became_of_it():
    async with keeping() as bench:
        visit = await bench.online()
        live = bench.keeper._live
        assert live is not None
        await visit.event("mobius.call", **CALL)
        await bench.until(lambda: bool(bench.told.events))
        for message in ("no JSON", "[]"):
            await live._take(message)
        live._rate._busy_since_s = float("-inf")
        await live._take("no JSON either, and not even read")
        assert bench.keeper.counts == {"calls": 1, "not understood": 2, "passed over": 1}


@pytest.mark.parametrize(("a_second", "from_s"), [(50, None), (51, 10.0)])
def test_more_than_fifty_a_second_for_ten_seconds_are_busy(a_second: int, from_s: float | None):
    rate = _Rate(0.0)
    busy_at = []
    for tick in range(12 * a_second + 1):
        now_s = tick // a_second
        rate.add(now_s)
        if rate.is_busy(now_s):
            busy_at.append(now_s)
    assert (busy_at[0] if busy_at else None) == from_s
    if from_s:
        assert not rate.is_busy(9.9)
        rate.add(14.0)  # two seconds with one message between them: the rush is over
        assert not rate.is_busy(30.0)


def test_what_the_service_is_told_in_the_address_stands_there_once():
    before_ms = 1000 * time.time()
    told = dict(parse_qsl(urlsplit(with_query("wss://h.x/a?token=1&bufferStates=false")).query))
    assert 0 <= float(told.pop("clientTimestamp")) - before_ms + 1 < 10_000
    assert told == {
        "token": "1",
        "bufferStates": "false",
        "outboundWireFormat": "text",
        "aliasHttpStatus": "true",
    }
    assert with_query("wss://h.x/a").startswith("wss://h.x/a?outboundWireFormat=text&bufferStates=true&")


async def test_what_is_told_apart_in_their_logs_has_the_form_of_the_vendors_ids():
    async with keeping() as bench:
        visit = await bench.online()
    first = visit.frames[0]
    assert re.fullmatch(r"webex-js-sdk_[0-9a-f-]{36}_[0-9]{13}", first["trackingId"])
    assert re.fullmatch(r"[0-9a-f-]{36}", first["id"])


@pytest.mark.parametrize(
    ("envelope", "oldest_s"),
    [
        ({"timestamp": 1795789801199}, 5.0),
        ({"timestamp": 1795789899999}, 0.0),  # told before it happened
        ({"timestamp": None}, None),
    ],
)
async def test_how_old_a_ring_is_goes_by_the_services_clock(
    envelope: dict[str, int | None], oldest_s: float | None
):
    async with keeping() as bench:
        visit = await bench.online()
        await visit.event("mobius.call", envelope=envelope, **CALL)
        await bench.until(lambda: bool(bench.told.events))
        (rung,) = bench.told.events
        assert isinstance(rung, CallRinging)
        assert rung.age_s is None if oldest_s is None else 0 <= (rung.age_s or 0) - oldest_s < 3
        assert (rung.age_s == 0) is (oldest_s == 0)


async def test_without_the_services_clock_no_age_is_told():
    async def clockless(visit: Visit) -> None:
        await visit.next()
        for event in ("mercury.buffer_state", "mobius.call"):
            await visit.event(event, envelope={"wsWriteTimestamp": None}, **CALL)
        await visit.next()

    async with keeping(clockless) as bench:
        await bench.until(lambda: bool(bench.told.events))
        (rung,) = bench.told.events
        assert isinstance(rung, CallRinging)
        assert rung.age_s is None


async def test_the_answer_to_an_earlier_ping_gives_the_later_one_no_more_time(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(message_socket, "LEAST_LIMIT_S", 0.2)

    async def answers_the_first(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        while len(visit.of("ping")) < 2:
            await visit.next()
        await visit.pong(visit.of("ping")[0])
        await silent(visit)

    async with keeping(answers_the_first) as bench:
        visit = await bench.online()
        await bench.until(lambda: bool(visit.of("ping")))
        bench.keeper.check()
        await bench.offline("The message service did not answer in time")
        assert len(visit.of("ping")) == 2
        assert len(bench.told.proofs) == 1


async def test_a_socket_that_has_ended_leaves_no_timer_and_pings_no_more():
    async with keeping() as bench:
        visit = await bench.online()
        await bench.until(lambda: bool(bench.told.proofs))
        live = bench.keeper._live
        assert live is not None
        assert bench.keeper._open == [live]
        visit.cut()
        await bench.online(2)
        assert bench.keeper._open == [bench.keeper._live] != [live]
        assert isinstance(live._timer, asyncio.TimerHandle)
        assert live._timer.cancelled()
        live.check()
        assert live._pings == []


async def deaf(visit: Visit) -> None:
    await visit.next()
    await visit.ready()
    await silent(visit)


async def test_the_task_that_ends_a_socket_without_a_pong_does_not_outlive_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(message_socket, "LEAST_LIMIT_S", 0.1)
    async with keeping(deaf) as bench:
        await bench.online()
        live, is_over = bench.keeper._live, list[bool]()
        assert live is not None
        live.life.add_done_callback(
            lambda _: is_over.append(live._ending is not None and live._ending.done())
        )
        await bench.until(lambda: bool(is_over))
        assert is_over == [True]


async def test_who_closes_a_socket_waits_until_the_last_message_is_taken(monkeypatch: pytest.MonkeyPatch):
    taking, go_on = asyncio.Event(), asyncio.Event()

    async def slow(self: MessageSocket, message: str) -> None:
        taking.set()
        await go_on.wait()

    async with keeping() as bench:
        visit = await bench.online()
        live = bench.keeper._live
        assert live is not None
        monkeypatch.setattr(MessageSocket, "_take", slow)
        await visit.say("of no use")
        await taking.wait()
        closing = asyncio.create_task(live.close())
        await live._connection.wait_closed()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not closing.done()
        go_on.set()
        await closing
        assert live.life.done()


async def test_a_check_before_it_is_ready_sends_nothing():
    server, counts = MessageServer(silent), Counter[str]()
    async with server.running():
        client = Client(loopback_cloud())
        heard = Heard(lambda *_: None, lambda: None)
        opening = asyncio.ensure_future(
            MessageSocket.open(client, server.url, "t", heard, Waits(0.02), counts)
        )
        visit = await server.visit(0)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await visit.closed.wait()
        assert (visit.code, visit.reason) == (1000, "Done")
        assert visit.of("ping") == []
        await client.close()


async def test_the_networks_return_shortens_a_wait_again_only_after_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
):
    async with keeping(*[cutting()] * 9, scale=1.0, chance=lambda: 0.0) as bench:
        await bench.until(lambda: bench.server.asked == 2)
        await bench.until(lambda: len(bench.server.visits) == 2 and bench.server.visits[1].closed.is_set())
        for _ in range(3):
            await asyncio.sleep(0.05)
            bench.keeper.check()
        await asyncio.sleep(0.2)
        assert bench.server.asked == 3
        monkeypatch.setattr(message_keeper, "NUDGE_EVERY_S", 0.1)
        bench.keeper.check()
        await bench.until(lambda: bench.server.asked == 4)


async def test_how_long_it_has_been_so_is_told_from_the_change_on():
    async with keeping(well, cutting(), cutting()) as bench:
        first = await bench.online()
        first.cut()
        await bench.online(4)
        states = bench.told.states
        offline = [state for state in states[2:] if not state.online]
        assert len({state.since_s for state in offline}) == 1
        assert states[0].since_s < states[1].since_s < offline[0].since_s < states[-1].since_s
        assert states[-1].cause == ""


# ---- through a proxy


GOOD = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (GOOD, None),
        (b"HTTP/1.0 299 \r\nVia: x\r\n\r\n", None),
        (b"HTTP/1.1 200 " + b"x" * (8192 - 17) + b"\r\n\r\n", None),
        (b"HTTP/1.1 200 " + b"x" * (8193 - 17) + b"\r\n\r\n", Fault.PROXY_REFUSED),
        (GOOD + b"more", Fault.PROXY_REFUSED),
        (b"HTTP/2 200 OK\r\n\r\n", Fault.PROXY_REFUSED),
        (b"HTTP/1.1 100 Go\r\n\r\n", Fault.PROXY_REFUSED),
        (b"HTTP/1.1 403 No\r\n\r\n", Fault.PROXY_REFUSED),
        (b"HTTP/1.1 408 No\r\n\r\n", Fault.PROXY_REFUSED),
        (b"HTTP/1.1 407 No\r\n\r\n", Fault.PROXY_SIGN_IN),
        (b"HTTP/1.1 200 OK\r\n", Fault.PROXY_REFUSED),
        (b"", Fault.PROXY_REFUSED),
    ],
)
@pytest.mark.parametrize("user", ["", "ada"])
async def test_a_proxy_opens_the_way_by_a_2xx_and_nothing_behind_it(
    answer: bytes, fault: Fault | None, user: str
):
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        failed = None
        try:
            await _tunnelled(ours, Proxy("p.x", 8080, user, "p\u00e4ss" if user else ""), "h.x:443")
        except _ProxyFailedError as error:
            failed = error.fault
        assert failed is fault
        sign_in = "Proxy-Authorization: Basic YWRhOnDDpHNz\r\n" if user else ""
        assert theirs.recv(4096).decode() == f"CONNECT h.x:443 HTTP/1.1\r\nHost: h.x:443\r\n{sign_in}\r\n"
