"""The browser's way back to its edges: pages, lines, headers, ports, and what is left behind."""

import asyncio
import contextlib
import errno
import gc
import socket

import pytest

from softphone.auth import loopback
from softphone.auth.loopback import LoopbackListener
from softphone.errors import SignInError, SignInOutcome
from softphone.system.local_server import LocalServer
from tests.auth.test_loopback import Browser, new_attempt, status_of, waiting


@pytest.mark.parametrize(
    ("target", "method", "host", "status", "text"),
    [
        ("/x", "GET", None, "404 Not Found", "There is nothing here."),
        ("/softphone/callback", "PUT", None, "405 Method Not Allowed", "Only GET works here."),
        (
            "/softphone/callback",
            "GET",
            "x",
            "400 Bad Request",
            "This did not belong to the sign-in under way.",
        ),
        ("/x?" + "y" * 9000, "GET", None, "414 Request-URI Too Long", "That address is too long."),
        ("CALLBACK", "GET", None, "200 OK", "The answer has arrived."),
    ],
)
async def test_each_answer_is_a_whole_page_with_its_own_words(
    target: str, method: str, host: str | None, status: str, text: str
):
    async with waiting(new_attempt()) as (browser, _):
        place = target.replace("CALLBACK", browser.callback())
        head, _, body = (await browser.get(place, method=method, host=host)).partition("\r\n\r\n")
    first, *rows = head.split("\r\n")
    assert first == f"HTTP/1.1 {status}"
    assert rows == [*loopback._HEADERS, f"Content-Length: {len(body.encode())}"]
    assert text in body
    assert "<title>Softphone sign-in</title>" in body


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /x HTTP/1.0", 404),
        ("GET /x HTTP/2", 400),
        ("GET /x", 400),
        ("GET  /x HTTP/1.1 x", 400),
        ("GET x HTTP/1.1", 400),
    ],
)
async def test_a_line_that_is_no_request_is_refused(line: str, status: int):
    async with waiting(new_attempt()) as (browser, _):
        assert (
            status_of(await browser.send(f"{line}\r\nHost: localhost:{browser.port}\r\n\r\n".encode()))
            == status
        )


@pytest.mark.parametrize(("headers", "status"), [(99, 404), (100, None)])
async def test_a_hundred_lines_of_headers_are_no_browsers(headers: int, status: int | None):
    async with waiting(new_attempt()) as (browser, _):
        rows = f"hOST : x\r\nhost:localhost:{browser.port}\r\n" + "A: b\r\n" * (headers - 2)
        answer = ""
        with contextlib.suppress(ConnectionError):
            answer = await browser.send(f"GET /x HTTP/1.1\r\n{rows}\r\n".encode())
        assert (status_of(answer) if answer else None) == status


async def test_a_connection_is_closed_with_its_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loopback, "CONNECTION_DEADLINE_S", 60.0)
    async with waiting(new_attempt()) as (browser, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", browser.port)
        writer.write(f"GET /x HTTP/1.1\r\nHost: localhost:{browser.port}\r\n\r\n".encode())
        assert status_of((await reader.read()).decode()) == 404
        gone, tries = False, 0
        while not gone:  # nobody hears it
            tries += 1
            assert tries < 200
            try:
                writer.write(b"y")
                await writer.drain()
                await asyncio.sleep(0.01)
            except ConnectionError:
                gone = True
        writer.close()


async def test_u06_who_says_far_too_much_is_heard_out_and_sees_the_answer():
    async with waiting(new_attempt()) as (browser, _):
        assert status_of(await browser.send(b"GET /x?" + b"y" * 1_000_000)) == 414


def test_where_the_browser_comes_back_to_is_read_of_the_address():
    place = loopback._place_of("http://localhost/callback")
    assert (place.port, place.origin, place.uri) == (80, "http://localhost", "http://localhost/callback")
    assert place.hosts >= {"localhost", "localhost:80", "127.0.0.1", "[::1]:80"}
    assert place.addresses == ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
    ported = loopback._place_of("http://127.0.0.1:81/callback")
    assert ported.hosts == {"localhost:81", "127.0.0.1:81", "[::1]:81"}
    assert ported.addresses == ((socket.AF_INET, "127.0.0.1"),)
    assert loopback._place_of("http://[::1]:81/").addresses == ((socket.AF_INET6, "::1"),)
    assert (
        loopback._place_of("http://h.example:81/").addresses
        == loopback._place_of("https://localhost/").addresses
    )
    assert loopback._place_of("https://localhost/").addresses == ()


def test_a_port_that_cannot_be_opened_says_why_and_how_to_go_on():
    error = loopback._ports_taken([1, 2], [OSError(errno.EPERM, None)])
    assert "port 1, 2 cannot be opened (not allowed)" in error.sentence
    assert (error.outcome, error.title) == (SignInOutcome.TRANSIENT, "Your browser cannot come back")


async def test_a_port_that_the_system_does_not_give_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> socket.socket:
        raise OSError(errno.EPERM, "of the system")

    monkeypatch.setattr(loopback, "_bind", refused)
    with pytest.raises(SignInError, match="cannot be opened"):
        async with LoopbackListener(new_attempt()):
            pass


async def test_what_was_opened_is_closed_again_when_the_rest_cannot_be(monkeypatch: pytest.MonkeyPatch):
    listen = LocalServer.listen
    opened: list[socket.socket] = []

    async def second_fails(self: LocalServer, *, sock: socket.socket) -> None:
        if opened:
            sock.close()
            raise KeyError("ours")
        opened.append(sock)
        await listen(self, sock=sock)

    monkeypatch.setattr(LocalServer, "listen", second_fails)
    listener = LoopbackListener(new_attempt())
    monkeypatch.setattr(loopback, "_bind_all", lambda _: [socket.socket(), socket.socket()])
    with pytest.raises(KeyError):
        await listener.__aenter__()
    assert opened[0].fileno() == -1
    assert listener._server.port is None


async def test_an_attempt_that_was_stopped_while_nobody_waited_is_no_fault_of_ours():
    async with LoopbackListener(new_attempt()) as listener:
        browser = Browser(listener.attempt)
        for _ in range(loopback.WRONG_STATES_LIMIT + 1):
            await browser.get(browser.callback(state="wrong"))
    del listener
    gc.collect()  # a failure that nobody has seen would be logged
    await asyncio.sleep(0)
