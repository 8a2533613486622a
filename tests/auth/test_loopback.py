"""The browser's way back: vectors U04 to U06 of sign-in.md, over real sockets of this computer."""

import asyncio
import contextlib
import errno
import gc
import socket
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from softphone.auth import loopback
from softphone.auth.loopback import LoopbackListener
from softphone.auth.oauth import SignInAttempt, begin_sign_in, read_redirect
from softphone.errors import SignInError, SignInOutcome
from softphone.settings.cloud_file import Cloud
from tests.kit.ports import free_port

HEADERS = (
    "content-security-policy: default-src 'none'",
    "cache-control: no-store",
    "referrer-policy: no-referrer",
    "connection: close",
)


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def new_attempt(host: str = "localhost", *spare_ports: int) -> SignInAttempt:
    cloud = Cloud(
        client_id="client",
        redirect_uri=f"http://{host}:{free_port()}/softphone/callback",
        spare_redirect_ports=spare_ports,
    )
    return begin_sign_in(cloud)


class Browser:
    """Sends what it is told to the redirect's port, byte by byte."""

    def __init__(self, attempt: SignInAttempt) -> None:
        self.attempt = attempt
        self.port = int(attempt.redirect_uri.split(":")[2].split("/")[0])

    async def send(self, request: bytes, *, to: str = "127.0.0.1") -> str:
        reader, writer = await asyncio.open_connection(to, self.port)
        try:
            writer.write(request)
            return (await reader.read()).decode()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def get(
        self, target: str, *, method: str = "GET", host: str | None = None, to: str = "127.0.0.1"
    ) -> str:
        named = f"localhost:{self.port}" if host is None else host
        return await self.send(f"{method} {target} HTTP/1.1\r\nHost: {named}\r\n\r\n".encode(), to=to)

    def callback(self, *, state: str | None = None, extra: str = "code=c0de") -> str:
        return f"/softphone/callback?{extra}&state={quote(state or self.attempt.state)}"


@contextlib.asynccontextmanager
async def waiting(attempt: SignInAttempt) -> AsyncIterator[tuple[Browser, asyncio.Task[str]]]:
    async with LoopbackListener(attempt) as listener:
        redirect = asyncio.create_task(listener.redirect())
        try:
            yield Browser(listener.attempt), redirect
        finally:
            redirect.cancel()
            await asyncio.gather(redirect, return_exceptions=True)


def status_of(answer: str) -> int:
    return int(answer.split()[1])


async def test_the_redirect_is_handed_on_as_the_registered_address_with_its_query():
    async with waiting(new_attempt()) as (browser, redirect):
        answer = await browser.get(browser.callback())
        assert status_of(answer) == 200
        state = browser.attempt.state
        assert await redirect == f"{browser.attempt.redirect_uri}?code=c0de&state={state}"


async def test_the_answer_is_a_static_page_that_repeats_nothing_of_the_query():
    async with waiting(new_attempt()) as (browser, _):
        taken = await browser.get(browser.callback(extra="code=c0de&x=%3Cscript%3E"))
        for header in HEADERS:
            assert header in taken.lower()
        assert "c0de" not in taken
        assert "script" not in taken
        assert browser.attempt.state not in taken


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6 loopback")
async def test_localhost_is_heard_on_both_loopback_addresses():
    async with waiting(new_attempt()) as (browser, redirect):
        answer = await browser.get(browser.callback(), to="::1")
        assert status_of(answer) == 200
        assert (await redirect).startswith("http://localhost:")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST", "[::1]"])
async def test_each_name_of_this_computer_is_accepted_as_host(host: str):
    async with waiting(new_attempt()) as (browser, _):
        assert status_of(await browser.get(browser.callback(), host=f"{host}:{browser.port}")) == 200


async def test_a_refusal_with_the_right_state_is_handed_on_too():
    async with waiting(new_attempt()) as (browser, redirect):
        await browser.get(browser.callback(extra="error=access_denied"))
        assert "error=access_denied" in await redirect


@pytest.mark.parametrize(
    ("target", "method", "host", "status"),
    [
        ("/favicon.ico", "GET", None, 404),
        ("/", "GET", None, 404),
        ("/softphone/callback/", "GET", None, 404),
        ("/softphone/../softphone/callback", "GET", None, 404),
        ("CALLBACK", "POST", None, 405),
        ("CALLBACK", "HEAD", None, 405),
        ("CALLBACK", "GET", "", 400),
        ("CALLBACK", "GET", "evil.example", 400),
        ("CALLBACK", "GET", "localhost", 400),
        ("CALLBACK", "GET", "localhost:1", 400),
        ("http://localhost/softphone/callback", "GET", None, 400),
        ("/softphone/callback", "GET", None, 400),
        ("/softphone/callback?code=c0de&state=%", "GET", None, 400),
    ],
)
async def test_u06_what_is_no_redirect_is_refused_and_the_attempt_goes_on(
    target: str, method: str, host: str | None, status: int
):
    async with waiting(new_attempt()) as (browser, redirect):
        place = target.replace("CALLBACK", browser.callback())
        assert status_of(await browser.get(place, method=method, host=host)) == status
        assert not redirect.done()
        assert status_of(await browser.get(browser.callback())) == 200
        await redirect


async def test_u06_two_hosts_are_none():
    async with waiting(new_attempt()) as (browser, redirect):
        host = f"Host: localhost:{browser.port}\r\n"
        request = f"GET {browser.callback()} HTTP/1.1\r\n{host}{host}\r\n"
        assert status_of(await browser.send(request.encode())) == 400
        assert not redirect.done()


async def test_u06_a_line_of_nine_kilobytes_is_too_long():
    async with waiting(new_attempt()) as (browser, redirect):
        assert status_of(await browser.get("/softphone/callback?x=" + "y" * 9000)) == 414
        assert not redirect.done()


async def test_headers_without_end_are_cut_off():
    async with waiting(new_attempt()) as (browser, redirect):
        request = f"GET {browser.callback()} HTTP/1.1\r\n" + "A: b\r\n" * 200
        with contextlib.suppress(ConnectionError):
            assert await browser.send(request.encode()) == ""
        assert not redirect.done()


async def test_u06_a_wrong_state_is_refused_and_the_twentieth_ends_the_attempt():
    async with waiting(new_attempt()) as (browser, redirect):
        for _ in range(loopback.WRONG_STATES_LIMIT):
            assert not redirect.done()
            assert status_of(await browser.get(browser.callback(state="wrong"))) == 400
        with pytest.raises(SignInError) as caught:
            await redirect
    assert caught.value.outcome is SignInOutcome.STATE_MISMATCH


async def test_a_silent_connection_is_dropped_and_others_are_served_meanwhile(monkeypatch):
    monkeypatch.setattr(loopback, "CONNECTION_DEADLINE_S", 0.2)
    async with waiting(new_attempt()) as (browser, redirect):
        silent = asyncio.create_task(browser.send(b"GET /softphone"))
        await asyncio.sleep(0.05)
        assert status_of(await browser.get("/favicon.ico")) == 404
        assert await silent == ""
        assert not redirect.done()


async def test_the_attempt_ends_when_the_browser_does_not_come_back():
    async with LoopbackListener(new_attempt(), limit_s=0.05) as listener:
        with pytest.raises(SignInError) as caught:
            await listener.redirect()
    assert caught.value.outcome is SignInOutcome.EXPIRED


async def test_u05_a_port_that_is_taken_is_named_and_the_other_way_offered():
    attempt = new_attempt()
    with socket.socket() as other:
        other.bind(("127.0.0.1", Browser(attempt).port))
        other.listen()
        with pytest.raises(SignInError) as caught:
            async with LoopbackListener(attempt):
                pass
    assert str(Browser(attempt).port) in caught.value.sentence
    assert "other programs use port" in caught.value.sentence
    assert "inside this window" in caught.value.sentence
    gc.collect()  # a socket left open would warn


async def test_u05_a_spare_port_serves_and_the_address_to_open_comes_back_to_it():
    spare = free_port()
    attempt = new_attempt("localhost", spare)
    with socket.socket() as other:
        other.bind(("127.0.0.1", Browser(attempt).port))
        other.listen()
        async with waiting(attempt) as (browser, redirect):
            assert browser.port == spare
            fields = parse_qs(urlsplit(browser.attempt.authorize_url).query)
            assert fields["redirect_uri"] == [browser.attempt.redirect_uri]
            assert fields["state"] == [attempt.state]
            assert status_of(await browser.get(browser.callback())) == 200
            url = await redirect
            assert url.startswith(f"http://localhost:{spare}/")
            assert read_redirect(browser.attempt, url) == "c0de"


async def test_u05_when_every_port_is_taken_all_are_named():
    with socket.socket() as first, socket.socket() as second:
        for other in (first, second):
            other.bind(("127.0.0.1", 0))
            other.listen()
        taken = [other.getsockname()[1] for other in (first, second)]
        cloud = Cloud(
            client_id="client",
            redirect_uri=f"http://127.0.0.1:{taken[0]}/callback",
            spare_redirect_ports=(taken[1],),
        )
        with pytest.raises(SignInError) as caught:
            async with LoopbackListener(begin_sign_in(cloud)):
                pass
    assert f"port {taken[0]}, {taken[1]}" in caught.value.sentence


@pytest.mark.parametrize("redirect_uri", ["https://panel.example/callback", "https://localhost:9/callback"])
async def test_a_redirect_address_elsewhere_is_refused_at_once(redirect_uri: str):
    attempt = begin_sign_in(Cloud(client_id="client", redirect_uri=redirect_uri))
    with pytest.raises(SignInError) as caught:
        async with LoopbackListener(attempt):
            pass
    assert caught.value.outcome is SignInOutcome.CONFIG_ERROR


async def test_the_port_is_open_only_during_the_attempt_and_can_be_opened_again_at_once():
    attempt = new_attempt()
    for _ in range(2):
        async with waiting(attempt) as (browser, redirect):
            await browser.get(browser.callback())
            await redirect
        with pytest.raises(OSError, match=r"[Cc]onnect"):
            await browser.get("/")


# ---- a redirect that a person brings


@pytest.mark.parametrize("shape", ["{uri}?code=c&state={state}", " {bare}?code=c&state={state} \n"])
async def test_a_redirect_brought_by_hand_is_taken_also_without_its_scheme(shape: str):
    async with LoopbackListener(new_attempt(), by_hand=True) as listener:
        uri, state = listener.attempt.redirect_uri, listener.attempt.state
        listener.take(shape.format(uri=uri, bare=uri.removeprefix("http://"), state=state))
        listener.take(f"{uri}?code=other&state={state}")  # a second one is nobody's
        assert read_redirect(listener.attempt, await listener.redirect()) == "c"


@pytest.mark.parametrize(
    ("shape", "outcome"),
    [
        ("hello", SignInOutcome.BAD_CALLBACK),
        ("https://login.example.com/?code=c&state={state}", SignInOutcome.BAD_CALLBACK),
        ("{uri}?code=c&state=another", SignInOutcome.STATE_MISMATCH),
        ("{uri}?state={state}", SignInOutcome.BAD_CALLBACK),
        ("{uri}#code=c&state={state}", SignInOutcome.BAD_CALLBACK),
        ("{uri}?error=access_denied&state=another", SignInOutcome.STATE_MISMATCH),
    ],
)
async def test_what_is_not_the_redirect_is_refused_and_the_attempt_goes_on(
    shape: str, outcome: SignInOutcome
):
    async with LoopbackListener(new_attempt(), by_hand=True) as listener:
        uri, state = listener.attempt.redirect_uri, listener.attempt.state
        with pytest.raises(SignInError) as raised:
            listener.take(shape.format(uri=uri, state=state))
        assert raised.value.outcome is outcome
        assert state not in str(raised.value)
        listener.take(f"{uri}?code=c&state={state}")
        assert await listener.redirect()


async def test_a_refusal_brought_by_hand_ends_the_attempt():
    async with LoopbackListener(new_attempt(), by_hand=True) as listener:
        attempt = listener.attempt
        listener.take(f"{attempt.redirect_uri}?error=access_denied&state={attempt.state}")
        with pytest.raises(SignInError) as raised:
            read_redirect(attempt, await listener.redirect())
        assert raised.value.outcome is SignInOutcome.DENIED


async def test_by_hand_no_port_is_needed():
    attempt = new_attempt()
    with socket.socket() as other:
        other.bind(("127.0.0.1", urlsplit(attempt.redirect_uri).port or 0))
        other.listen()
        async with LoopbackListener(attempt, by_hand=True) as listener:
            assert listener.deaf is not None
            assert "other programs use port" in listener.deaf.sentence
            listener.take(f"{attempt.redirect_uri}?code=c&state={attempt.state}")
            assert await listener.redirect()


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, 10047, 10049])
def test_a_computer_without_ipv6_is_heard_on_the_other_address_also_by_windows_numbers(
    number: int, monkeypatch: pytest.MonkeyPatch
):
    bind = loopback._bind

    def no_ipv6(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(number, "no such family")
        return bind(family, host, port)

    monkeypatch.setattr(loopback, "_bind", no_ipv6)
    place = loopback._place_of(f"http://localhost:{free_port()}/callback")
    bound = loopback._bind_all(place)
    assert [one.family for one in bound] == [socket.AF_INET]
    for one in bound:
        one.close()


@pytest.mark.parametrize("number", [errno.EADDRINUSE, errno.EACCES, 10013, 10048])
def test_a_port_of_another_program_is_said_to_be_used_also_by_windows_numbers(number: int):
    error = loopback._ports_taken([4711], [OSError(number, "taken")])
    assert "other programs use port 4711" in error.sentence
    other = loopback._ports_taken([4711], [OSError(number, "taken"), OSError(errno.EPERM, "not allowed")])
    assert "cannot be opened (taken)" in other.sentence
