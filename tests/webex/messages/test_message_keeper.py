"""The socket is kept open, whatever happens to it (sockets.md#vectors, 08-15, 19-23, 32)."""

import asyncio
import dataclasses
import gc
import weakref
from pathlib import Path

import pytest

from softphone.calling.provider import Discovery
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.model import Account, Servers
from softphone.settings.cloud_file import Network
from softphone.webex.client import Client
from softphone.webex.messages.message_frames import Frame
from softphone.webex.messages.message_keeper import MessageKeeper
from tests.calling.fake_provider import TOKEN_ENDED
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import proxying
from tests.kit.message_server import MessageServer, Refusal, Visit, closing, cutting, well
from tests.webex.client.test_proxy import ELSEWHERE, NAME, PLACE
from tests.webex.messages.bench import CALL, SCALE, Told, keeping
from tests.webex.raw_server import HOST, RawServer, Tokens, always, hanging, loopback_cloud, plain, serving


async def test_socket_08_a_crowd_comes_back_over_five_seconds_and_few_at_a_time():
    server = MessageServer()
    async with server.running():
        client = Client(loopback_cloud())
        told = [Told(server.url) for _ in range(50)]
        keepers = [MessageKeeper(client, one, Tokens(), one, time_scale=1.0) for one in told]
        try:
            await server.until(lambda: all(one.online for one in told))
            assert server.at_s[-1] - server.at_s[0] >= 49 / 20 - 0.1  # 20 a second
            server.at_s.clear()
            began_s = asyncio.get_running_loop().time()
            await asyncio.gather(*(visit.close(1001) for visit in tuple(server.visits)))
            await server.until(lambda: len(server.at_s) == 50 and all(one.online for one in told))
            apart = sorted(at_s - began_s for at_s in server.at_s)
            assert 3.0 < apart[-1] < 7.0
            assert apart[25] > 0.8
            assert server.most_at_a_time <= 4
        finally:
            await asyncio.gather(*(keeper.close() for keeper in keepers))
            await client.close()


async def test_socket_09_a_cut_is_tried_again_as_often_as_it_takes():
    async with keeping(*[cutting()] * 5) as bench:
        await bench.online(6)
        apart = [
            later - sooner for sooner, later in zip(bench.server.at_s, bench.server.at_s[1:], strict=False)
        ]
        assert apart[4] > apart[1]


@pytest.mark.parametrize(
    ("code", "reason"), [(1000, "Idle"), (1000, "bye"), (1012, ""), (3050, "done (forced)"), (4001, "")]
)
async def test_socket_10_11_a_close_is_no_end(code: int, reason: str):
    async with keeping(closing(code, reason, ready=True)) as bench:
        await bench.online(2)
        assert bench.told.refreshes == 0


async def test_socket_12_a_token_refused_on_a_live_socket_is_renewed_once():
    async with keeping(closing(4401, ready=True), tokens=Tokens("token-1")) as bench:
        second = await bench.online(2)
        assert bench.tokens.rejected == ["token-0"]
        assert second.frames[0]["data"] == {"token": "Bearer token-1"}


async def test_socket_13_a_token_refused_twice_needs_a_sign_in_which_brings_it_back():
    async with keeping(*[closing(4401)] * 2, tokens=Tokens("token-1")) as bench:
        state = await bench.offline("Webex does not take this sign-in")
        assert state.needs_person
        await asyncio.sleep(0.3)
        assert bench.server.asked == 2
        bench.keeper.check()  # the network's return is no sign-in
        await asyncio.sleep(0.1)
        assert bench.server.asked == 2
        bench.tokens.held = "token-2"
        bench.keeper.signed_in()
        third = await bench.online(3)
        assert third.frames[0]["data"] == {"token": "Bearer token-2"}


async def test_a_renewal_that_fails_for_now_is_tried_again_before_the_token_is_shown_once_more():
    async with keeping(closing(4401), tokens=Tokens(RenewalError("Later."), "token-1")) as bench:
        second = await bench.online(2)
        assert bench.tokens.rejected == ["token-0"] * 2
        assert second.frames[0]["data"] == {"token": "Bearer token-1"}


async def test_who_signs_in_twice_at_once_is_heard_once():
    async with keeping(*[closing(4401)] * 2, tokens=Tokens("token-1")) as bench:
        await bench.offline("Webex does not take this sign-in")
        bench.tokens.held = "token-2"
        bench.keeper.signed_in()
        bench.keeper.signed_in()
        bench.keeper.check()
        third = await bench.online(3)
        assert third.frames[0]["data"] == {"token": "Bearer token-2"}


async def test_a_sign_in_that_has_ended_is_waited_for():
    async with keeping(closing(4401), tokens=Tokens(SignedOutError("Over."))) as bench:
        assert (await bench.offline("Webex does not take this sign-in")).needs_person
        assert bench.server.asked == 1


async def test_socket_14_what_is_not_allowed_is_said_and_asked_again_at_a_sign_in():
    async with keeping(closing(4403), scale=1.0) as bench:
        state = await bench.offline("Webex does not allow")
        assert not state.needs_person
        bench.keeper.signed_in()
        await bench.online(2)


async def test_socket_15_a_device_in_use_elsewhere_is_tried_once_more():
    async with keeping(*[closing(4000, ready=True)] * 2) as bench:
        await bench.until(lambda: bench.told.states[-1].needs_person)
        assert bench.told.cause.startswith("Another program")
        assert bench.server.at_s[1] - bench.server.at_s[0] >= 60 * SCALE
        assert bench.server.asked == 2


async def test_socket_19_an_address_that_is_gone_is_asked_of_wdm():
    other = MessageServer()
    async with other.running():

        def prepare(told: Told) -> None:
            def moved() -> None:
                told.socket_url = other.url

            told.on_refresh = moved

        async with keeping(Refusal(404), prepare=prepare) as bench:
            await other.visit(0)
            await bench.until(lambda: bench.told.online)
            assert (bench.told.refreshes, bench.server.asked) == (1, 1)


async def test_socket_20_another_device_is_told_and_gets_a_socket_of_its_own():
    found = Discovery(account=Account(key="ada"), user_id="u", device_uri="https://w/2", servers=Servers())

    def prepare(told: Told) -> None:
        told.on_refresh = lambda: found

    async with keeping(closing(4404, ready=True), prepare=prepare) as bench:
        await bench.online(2)
        assert bench.told.moves == [found]


async def test_socket_21_a_redirect_is_refused_and_nothing_reaches_the_other_host():
    async with serving(plain) as stranger:
        async with keeping(Refusal(302, Location=f"ws://localhost:{stranger.port}/x")) as bench:
            await bench.offline("Something in the network diverts")
            await bench.online()
        assert stranger.connections == 0


async def test_socket_22_the_services_wish_to_wait_is_heard():
    async with keeping(Refusal(429, Retry_After="30")) as bench:
        await bench.online()
        assert 30 * SCALE <= bench.server.at_s[1] - bench.server.at_s[0] <= 33 * SCALE + 0.3


@pytest.mark.parametrize(
    "url",
    [
        f"ws://{NAME}/x",
        f"wss://{NAME}:8443/x",
        f"wss://ada@{NAME}/x",
        "wss://calling.example.test.evil.example/x",
        f"https://{NAME}/x",
        "",
    ],
)
async def test_socket_23_an_address_that_is_not_trusted_is_never_dialled(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def dialled(*_: object) -> None:
        raise AssertionError("dialled")

    monkeypatch.setattr("softphone.webex.messages.dial._dialled", dialled)
    async with keeping(cloud=ELSEWHERE, url=url) as bench:
        await bench.until(lambda: bool(bench.told.cause))
        assert bench.told.cause.startswith(("Webex named no address", "This address is not trusted"))
    caplog.clear()  # each is told in the log


async def test_without_an_address_wdm_is_asked_and_its_refusal_waits_for_a_sign_in():
    def prepare(told: Told) -> None:
        told.on_refresh = lambda: RequestError(TOKEN_ENDED)

    async with keeping(url="", prepare=prepare) as bench:
        assert (await bench.offline("Webex does not take this sign-in")).needs_person


async def test_the_networks_return_shortens_a_wait():
    async with keeping(*[cutting()] * 4, scale=1.0, chance=lambda: 0.0) as bench:
        await bench.until(lambda: bench.server.asked == 2)  # at once; the next wait is two seconds
        await bench.until(lambda: len(bench.server.visits) == 2 and bench.server.visits[1].closed.is_set())
        await asyncio.sleep(0.1)
        asked_s = asyncio.get_running_loop().time()
        bench.keeper.check()
        await bench.until(lambda: bench.server.asked == 3)
        assert bench.server.at_s[2] - asked_s < 0.5


async def test_a_fault_of_ours_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture):
    def prepare(told: Told) -> None:
        def fails() -> None:
            told.on_refresh = lambda: None
            raise ValueError("ours")

        told.on_refresh = fails

    async with keeping(url="", prepare=prepare) as bench:
        await bench.until(lambda: bench.told.refreshes == 2)
        bench.told.socket_url = bench.server.url
        await bench.online()
    assert "failed unexpectedly" in caplog.text
    caplog.clear()


async def test_a_fault_of_ours_in_moving_leaves_the_first_socket_serving(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    async def fails() -> str:
        raise ValueError("ours")

    async with keeping() as bench:
        first = await bench.online()
        monkeypatch.setattr(bench.tokens, "access_token", fails)
        await first.say({"type": "shutdown"})
        await bench.until(lambda: "failed unexpectedly" in caplog.text)
        monkeypatch.undo()
        await first.event("mobius.call", **CALL)
        await bench.until(lambda: bool(bench.told.events))
        assert bench.told.online
        first.cut()
        await bench.online(2)
    caplog.clear()


async def test_of_a_socket_that_was_left_nothing_is_kept():
    async with keeping() as bench:
        first = await bench.online()
        [socket] = bench.keeper._open
        left = weakref.ref(socket.life)
        del socket
        await first.say({"type": "shutdown"})
        await bench.until(lambda: len(bench.server.visits) == 2)
        first.cut()
        await bench.until(lambda: gc.collect() >= 0 and left() is None)
        assert bench.told.online


async def test_a_listener_that_fails_takes_no_socket_along_and_says_nothing_of_the_message(
    caplog: pytest.LogCaptureFixture,
):
    async with keeping() as bench:
        visit = await bench.online()

        def fails(event: object) -> None:
            raise ValueError("Ann")

        bench.told.happened = fails  # type: ignore[method-assign]
        await visit.event("mobius.call", frame_id="one", **CALL)
        await bench.until(lambda: "one" in visit.acked and "ValueError" in caplog.text)
        assert bench.told.online
    assert "Ann" not in caplog.text
    caplog.clear()


# ---- the way there (32)


async def cause_on(network: Network, url: str = f"wss://{NAME}/x") -> str:
    async with keeping(cloud=dataclasses.replace(ELSEWHERE, network=network), url=url) as bench:
        await bench.until(lambda: bool(bench.told.cause))
        return bench.told.cause


@pytest.mark.parametrize(
    ("refusal", "cause"), [(407, "The proxy wants a sign-in"), (403, "The proxy refused")]
)
async def test_socket_32_a_proxy_that_refuses_is_named(refusal: int, cause: str):
    async with proxying({}, refusal=refusal) as proxy:
        assert await cause_on(Network(proxy=f"http://{proxy.address}")) == cause


async def test_socket_32_a_proxy_that_is_not_there_is_named():
    async with serving(plain) as gone:
        pass
    assert await cause_on(Network(proxy=f"http://{HOST}:{gone.port}")) == "No answer from the proxy"


async def test_socket_32_a_certificate_that_is_not_trusted_is_named(tmp_path: Path):
    server = MessageServer()
    context, _ = certificate(tmp_path, name=NAME)
    async with server.running(context), proxying({PLACE: server.port}) as proxy:
        assert await cause_on(Network(proxy=f"http://{proxy.address}")) == "The connection is not trusted"
        assert server.asked == 0


async def test_it_goes_through_the_proxy_with_the_cloud_files_certificates(tmp_path: Path):
    server = MessageServer(well)
    context, ca_file = certificate(tmp_path, name=NAME)
    async with server.running(context), proxying({PLACE: server.port}, credentials="ada:p@ss") as proxy:
        network = Network(extra_ca_file=ca_file)
        with pytest.MonkeyPatch.context() as surroundings:
            surroundings.setenv("HTTPS_PROXY", f"http://ada:p%40ss@{proxy.address}")
            async with keeping(
                cloud=dataclasses.replace(ELSEWHERE, network=network), url=f"wss://{NAME}/x"
            ) as bench:
                await bench.until(lambda: bench.told.online and bool(bench.told.proofs))
        assert [request.method for request in proxy.asked] == ["CONNECT"]
        assert b"token-0" not in proxy.carried


@pytest.mark.parametrize("server", [always(200), always(101), always(503, b"<html>")])
async def test_what_speaks_no_websocket_is_tried_again(server: object):
    async with serving(server) as other:  # type: ignore[arg-type]
        assert isinstance(other, RawServer)
        async with keeping(url=f"ws://{HOST}:{other.port}/x") as bench:
            await bench.until(lambda: bool(bench.told.cause))
            bench.told.socket_url = bench.server.url
            await bench.online()


async def test_a_black_hole_is_left_after_the_cloud_files_limit():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("softphone.webex.messages.dial.UPGRADE_S", 0.3)
        async with serving(hanging) as hole, keeping(url=f"ws://{HOST}:{hole.port}/x") as bench:
            await bench.until(lambda: bool(bench.told.cause))
            assert bench.told.cause == "No server answers"


async def test_no_sequence_number_keeps_a_lost_socket_from_being_opened_again():
    async def counting(visit: Visit) -> None:
        await visit.next()
        await visit.ready()
        for number in (f"-{'9' * 4299}", "9" * 4300):  # the gap has more digits than Python writes
            await visit.say(f'{{"id": "n{number[:1]}", "sequenceNumber": {number}}}')
        await visit.event("mobius.call", **CALL)
        await visit.next()
        await visit.close(1001)

    async with keeping(counting) as bench:
        await bench.online(2)


async def test_of_the_last_thousand_frames_each_is_taken_once_on_whichever_socket_it_comes():
    async with keeping() as bench:
        hear, counts = bench.keeper.hear, bench.keeper.counts
        for number in range(1000):
            hear(Frame(frame_id=f"f{number}", event_type="other"))
        hear(Frame(frame_id="f0", event_type="other"))
        assert (counts["foreign"], counts["repeated"]) == (1000, 1)
        hear(Frame(frame_id="f1000", event_type="other"))
        hear(Frame(frame_id="f1", event_type="other"))
        assert (counts["foreign"], counts["repeated"]) == (1001, 2)
        hear(Frame(frame_id="f0", event_type="other"))  # too long ago
        hear(Frame(event_type="other"))
        hear(Frame(event_type="other"))  # without an id none is known again
        assert (counts["foreign"], counts["repeated"]) == (1004, 2)
