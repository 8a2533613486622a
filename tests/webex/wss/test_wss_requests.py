"""What a registration socket's answers mean, its sign-in, its move and its end, one at a time."""

import asyncio

import pytest

from softphone.calling.provider import GrantRefusedError
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType
from tests.kit.message_server import Refusal
from tests.webex.raw_server import HOST, Tokens
from tests.webex.wss.bench import WssServer, over_wss
from tests.webex.wss.test_registrar import notice, registered, visit_of

TAKEN_DOWN = "DELETE /p/api/v1/calling/web/devices/d1"


async def failure_of(work: object) -> RequestError:
    with pytest.raises(RequestError) as raised:
        await work  # type: ignore[misc]
    return raised.value


# ---- answers


@pytest.mark.parametrize("status", [403, 500])
async def test_a_refusal_to_take_down_is_told_and_the_device_stays_on_its_socket(status: int):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("unregister", {"statusCode": status})
        error = await failure_of(bench.provider.deregister(bench.primary, device))
        assert error.failure.http_status == status
        assert await bench.beat(device) == 200
        assert server.kinds == ["auth", "register", "unregister", "device_status"]
        server.will("unregister", {"statusCode": 404})
        await bench.provider.deregister(bench.primary, device)
        assert bench.http == []


async def test_a_refusal_names_the_server_and_the_trace_of_its_request():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"statusCode": 503})
        error = await failure_of(bench.provider.keepalive(bench.primary, device, 5))
        assert HOST in error.failure.advice
        assert error.failure.tracking_id == server.asked_for[-1]["trackingId"]


@pytest.mark.parametrize("data", [[], "ok", {"errorCode": 5}])
async def test_over_a_socket_too_only_a_word_of_the_service_is_proof(data: object):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"data": data})
        error = await failure_of(bench.provider.keepalive(bench.primary, device, 5))
        assert error.failure.disposition is Disposition.SICK_HOST


async def test_over_a_socket_too_a_garbled_grant_can_be_given_back():
    server = WssServer()
    async with over_wss(server) as bench:
        server.will("register", {"data": {"device": {"deviceId": "d1"}}})
        error = await failure_of(bench.register())
        assert isinstance(error, GrantRefusedError)
        assert error.device.device_id == "d1"
        assert bench.http == []


async def test_no_answer_and_a_lost_connection_are_told_apart_and_either_may_have_been_carried_out():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", None, None)
        silent = await failure_of(bench.provider.keepalive(bench.primary, device, 0.1))
        asking = asyncio.ensure_future(failure_of(bench.provider.keepalive(bench.primary, device, 30)))
        await bench.until(lambda: server.kinds.count("device_status") == 2)
        visit_of(server).cut()
        lost = await asking
        assert silent.failure.advice.startswith(f"{HOST} took too long.")
        assert lost.failure.advice.startswith(f"{HOST} cut the connection")
        for error in (silent, lost):
            assert error.failure.unsure
            assert error.failure.tracking_id.startswith("WXC_")


async def test_nothing_is_kept_of_what_was_answered_or_given_up():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", None)
        assert await bench.beat(device, limit_s=0.05) == 0
        assert await bench.beat(device) == 200
        assert [one._pending for one in bench.registrar._open] == [{}]


async def test_bytes_that_are_no_text_end_the_socket():
    server = WssServer()
    async with over_wss(server) as bench:
        await registered(bench)
        await visit_of(server).say(b"\x00")
        await visit_of(server).closed.wait()
        assert visit_of(server).code == 1003
        await bench.until(lambda: bench.doubts == 1)


# ---- verdicts


async def test_what_the_end_of_a_socket_said_counts_for_the_next_keepalive_alone():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).close(4001)
        await bench.until(lambda: bench.doubts == 1)
        await bench.provider.deregister(bench.primary, device)
        assert bench.http == [TAKEN_DOWN]
        assert await bench.beat(device) == 200


async def test_a_new_grant_makes_an_old_verdict_void():
    server = WssServer()
    async with over_wss(server) as bench:
        await registered(bench)
        await visit_of(server).close(4001)
        await bench.until(lambda: bench.doubts == 1)
        device = (await registered(bench)).device
        assert await bench.beat(device) == 200
        assert server.kinds == ["auth", "register"] * 2 + ["device_status"]


async def test_after_too_many_the_device_comes_back_to_a_socket_in_its_time():
    server = WssServer()
    async with over_wss(server, scale=0.0002) as bench:  # 0.36 s over HTTP
        device = (await registered(bench)).device
        await visit_of(server).close(4429)
        await bench.until(lambda: bench.doubts == 1)
        assert await bench.beat(device) == 429
        assert await bench.beat(device) == 200
        assert len(bench.http) == 1
        await asyncio.sleep(0.4)
        assert await bench.beat(device) == 200
        assert server.kinds == ["auth", "register", "auth", "device_status"]


# ---- sign-in


@pytest.mark.parametrize(("status", "is_taken"), [(199, False), (204, True), (299, True), (300, False)])
async def test_a_sign_in_is_taken_by_a_2xx_alone(status: int, is_taken: bool):
    server = WssServer()
    async with over_wss(server) as bench:
        server.will("auth", {"statusCode": status})
        await bench.register()
        assert (server.kinds == ["auth", "register"]) is is_taken
        assert bench.http == ([] if is_taken else ["POST /p/api/v1/calling/web/device"])
        if not is_taken:
            await visit_of(server).closed.wait()
            assert visit_of(server).code == 3050


@pytest.mark.parametrize(
    ("trouble", "disposition"),
    [(SignedOutError("Over."), Disposition.SIGN_IN), (RenewalError("Later."), Disposition.SICK_HOST)],
)
async def test_without_a_token_no_socket_is_left_open_and_the_request_says_why(
    trouble: Exception, disposition: Disposition
):
    class Without(Tokens):
        async def access_token(self) -> str:
            raise trouble

    server = WssServer()
    async with over_wss(server) as bench:
        bench.provider._tokens = Without()
        error = await failure_of(bench.register())
        assert (error.failure.disposition, error.failure.error_type) == (disposition, ErrorType.TOKEN)
        await visit_of(server).closed.wait()
        assert visit_of(server).code == 3050
        assert server.kinds == bench.http == []


async def test_4401_opens_the_socket_again_also_when_the_token_cannot_be_renewed():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        bench.cloud.tokens.renewals = [RenewalError("Later.")]
        await visit_of(server).close(4401)
        await bench.until(lambda: bench.doubts == 1)
        assert server.asked_for[-1]["data"] == {"token": "token-0"}
        assert await bench.beat(device) == 200


async def test_what_440_answers_is_the_answer_when_the_socket_takes_no_token():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.will("device_status", {"statusCode": 440})
        server.will("auth", {"statusCode": 403})
        assert await bench.beat(device) == 440
        assert server.kinds == ["auth", "register", "device_status", "auth"]


# ---- moving, losing, closing


async def test_a_socket_that_was_left_serves_ten_seconds_and_is_closed():
    server = WssServer()
    async with over_wss(server, scale=0.02) as bench:  # 0.2 s
        device = (await registered(bench)).device
        await visit_of(server).say({"type": "shutdown"})
        await bench.until(lambda: server.kinds.count("auth") == 2)
        began_s = asyncio.get_running_loop().time()
        assert await bench.beat(device) == 200
        await visit_of(server).say(notice("e1", "registration.down"))  # of the socket of before: no news
        await visit_of(server).closed.wait()
        assert asyncio.get_running_loop().time() - began_s > 0.15
        assert visit_of(server).code == 3050
        assert bench.doubts == 0
        assert not visit_of(server, 1).closed.is_set()


@pytest.mark.parametrize("refusal", [Refusal(503), None])
async def test_a_socket_that_cannot_move_goes_on_serving(refusal: Refusal | None):
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        if refusal is not None:
            server.script.append(refusal)
        else:
            server.will("auth", {"statusCode": 403})
        await visit_of(server).say({"type": "shutdown"})
        await bench.until(lambda: server.asked == 2)
        await asyncio.sleep(0.02)
        assert await bench.beat(device) == 200
        assert not visit_of(server).closed.is_set()
        await visit_of(server).say({"type": "shutdown"})  # asked again, it tries again
        await bench.until(lambda: server.kinds.count("auth") == (2 if refusal else 3))
        assert server.asked == 3


async def test_a_lost_socket_is_opened_again_twice_at_most():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        server.script.extend([Refusal(503)] * 5)
        visit_of(server).cut()
        await bench.until(lambda: bench.doubts == 1)
        assert server.asked == 3
        assert await bench.beat(device) == 200
        assert server.asked == 3


async def test_a_group_whose_socket_ends_and_begins_anew_is_looked_after_once():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await bench.provider.deregister(bench.primary, device)
        await registered(bench)
        await visit_of(server).closed.wait()
        await visit_of(server, 1).say({"type": "shutdown"})
        await bench.until(lambda: server.kinds.count("auth") == 3)
        await asyncio.sleep(0.05)
        assert server.kinds == ["auth", "register", "unregister", "auth", "register", "auth"]


async def test_closing_closes_every_socket_with_our_goodbye():
    server = WssServer()
    async with over_wss(server, scale=1.0) as bench:
        await registered(bench)
        await visit_of(server).say({"type": "shutdown"})
        await bench.until(lambda: server.kinds.count("auth") == 2)
        await bench.provider.close()
        for number in range(2):
            await visit_of(server, number).closed.wait()
            assert visit_of(server, number).code == 3050


async def test_a_notice_that_nobody_listens_for_is_acked_and_dropped():
    server = WssServer()
    async with over_wss(server) as bench:
        device = (await registered(bench)).device
        await visit_of(server).say(notice("e1", "mobius.call"))
        await bench.until(lambda: bool(visit_of(server).of("event_ack")))
        assert await bench.beat(device) == 200


async def test_a_device_of_nobody_is_asked_for_over_http_while_there_is_no_socket():
    server = WssServer()
    async with over_wss(server) as bench:
        await bench.provider.deregister(bench.primary, Device(device_id="d1"))
        assert bench.http == [TAKEN_DOWN]
        assert server.asked == 0
