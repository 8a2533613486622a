"""Proxy and extra CA apply to the HTTP client and the page alike; a proxy logs both (interface.md#checks).

The host's name is not this computer's: only the proxy knows the way there, so whoever arrives took it.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.kit.certificates import certificate
from tests.kit.forward_proxy import ForwardProxy
from tests.webex.raw_server import Exchange, RawServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

NAME = "login.example.test"
PLACE = f"{NAME}:443"


async def sign_in_service(exchange: Exchange) -> None:
    """Redirect the page at once, as for a person who is signed in already; take the code."""
    method, path, _ = exchange.asked.line.split(" ")
    if path.startswith("/authorize"):
        query = parse_qs(urlsplit(path).query)
        target = f"{query['redirect_uri'][0]}?code=c&state={query['state'][0]}"
        await exchange.answer(302, b"", Location=target)
    else:
        await exchange.answer(200 if method == "POST" else 404)


@dataclass
class Company:
    """A network from which only the proxy leads out."""

    host: RawServer
    proxy: ForwardProxy
    ca_file: Path

    @property
    def pages(self) -> list[str]:
        """What the page asked the host for."""
        return [asked.line.partition("?")[0] for asked in self.host.asked if "/authorize" in asked.line]

    @property
    def forms(self) -> list[bytes]:
        return [asked.body for asked in self.host.asked if asked.line.startswith("POST /token")]

    def agents(self) -> set[str]:
        """Who asked the proxy: the engine names itself there, our client does not."""
        return {
            "page" if "QtWebEngine" in request.headers.get("user-agent", "") else "client"
            for request in self.proxy.asked
        }


@contextlib.contextmanager
def company(
    folder: Path, *, refusal: int | None = None, credentials: str = "", **changes: Any
) -> Iterator[Company]:
    """Run the host, with these changes to its certificate, and the proxy in a thread of their own."""
    context, ca_file = certificate(folder, **({"name": NAME} | changes))
    ready = threading.Event()
    running: list[Any] = []

    async def run() -> None:
        host = RawServer(sign_in_service)
        await host.start(context)
        proxy = ForwardProxy({PLACE: host.port}, refusal=refusal, credentials=credentials)
        await proxy.start()
        stop = asyncio.Event()
        running.extend([Company(host, proxy, ca_file), asyncio.get_running_loop(), stop])
        ready.set()
        await stop.wait()
        await proxy.stop()
        await host.stop()

    def work() -> None:
        with asyncio.Runner() as runner:
            runner.run(run())

    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(10)
    try:
        yield running[0]
    finally:
        running[1].call_soon_threadsafe(running[2].set)
        thread.join()


def sign_in(*, proxy: str, ca_file: Path | None, base: str = f"https://{NAME}", **environment: str) -> Any:
    """Have somebody sign in, in a process with this environment; return what was seen."""
    asked = {
        "proxy": proxy,
        "extra_ca_file": str(ca_file) if ca_file else "",
        "authorize_url": f"{base}/authorize",
        "token_url": f"{base}/token",
    }
    sandbox = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    screen = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.behind_proxy", json.dumps(asked)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **sandbox, **screen, **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_proxy_and_a_ca_of_the_cloud_file_serve_the_page_and_the_client(tmp_path: Path) -> None:
    with company(tmp_path) as at:
        seen = sign_in(proxy=f"http://{at.proxy.address}", ca_file=at.ca_file)
        assert seen["captured"], seen
        assert seen["client_status"] == 200, seen
        assert seen["off_the_record"]
        assert seen["restored"]
        assert at.pages == ["GET /authorize"]
        assert at.forms == [b"code=code-of-the-page"]
        assert at.agents() == {"page", "client"}
        assert {request.method for request in at.proxy.asked} == {"CONNECT"}
        assert PLACE in at.proxy.targets
        assert b"code-of-the-page" not in at.proxy.carried
        assert not any("authorization" in request.headers for request in at.proxy.asked)


def test_the_systems_proxy_serves_both_with_its_user_and_password(tmp_path: Path) -> None:
    with company(tmp_path, credentials="ada:p@ss") as at:
        way = f"http://ada:p%40ss@{at.proxy.address}"
        seen = sign_in(proxy="system", ca_file=at.ca_file, HTTPS_PROXY=way)
        assert seen["captured"], seen
        assert seen["client_status"] == 200, seen
        assert seen["restored"]
        assert at.agents() == {"page", "client"}


@pytest.mark.parametrize(("proxy", "except_for"), [("none", ""), ("system", ".example.test")])
def test_where_no_proxy_is_wanted_neither_takes_one(tmp_path: Path, proxy: str, except_for: str) -> None:
    with company(tmp_path) as at:
        way = f"http://{at.proxy.address}"
        seen = sign_in(proxy=proxy, ca_file=at.ca_file, HTTPS_PROXY=way, NO_PROXY=except_for)
        assert "did not load" in seen["page_said"]
        assert "name was not found" in seen["client_said"]
        assert PLACE not in at.proxy.targets
        assert seen["restored"]


def test_without_the_companys_ca_both_refuse_and_name_the_issuer(tmp_path: Path) -> None:
    with company(tmp_path) as at:
        seen = sign_in(proxy=f"http://{at.proxy.address}", ca_file=None)
        assert f"The connection to {NAME} is not trusted. Nothing was sent." in seen["page_said"]
        assert "issued by test CA" in seen["page_said"]
        assert "The connection is not trusted" in seen["client_said"]
        assert "issued by test CA" in seen["client_said"]
        assert at.host.asked == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"ends_days": -1}, "has expired"), ({"name": "other.example.test"}, "belongs to another host")],
)
def test_an_extra_ca_does_not_excuse_what_else_is_wrong(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with company(tmp_path, **changes) as at:
        seen = sign_in(proxy=f"http://{at.proxy.address}", ca_file=at.ca_file)
        assert "is not trusted" in seen["page_said"]
        assert words in seen["client_said"]
        assert at.host.asked == []


def test_a_proxy_that_wants_a_sign_in_is_named_by_both_and_not_asked_for_ever(tmp_path: Path) -> None:
    with company(tmp_path, refusal=407) as at:
        seen = sign_in(proxy=f"http://{at.proxy.address}", ca_file=at.ca_file)
        assert "The proxy wants a sign-in" in seen["page_said"]
        assert "The proxy wants a sign-in" in seen["client_said"]
        asked_for_the_page = [request for request in at.proxy.asked if request.target == PLACE]
        assert len(asked_for_the_page) <= 4
        assert at.host.asked == []


def test_the_page_reaches_this_computer_without_the_proxy(tmp_path: Path) -> None:
    with company(tmp_path, name="localhost") as at:
        base = f"https://localhost:{at.host.port}"
        seen = sign_in(proxy=f"http://{at.proxy.address}", ca_file=at.ca_file, base=base)
        assert seen["captured"], seen
        assert at.pages == ["GET /authorize"]
        assert f"localhost:{at.host.port}" not in at.proxy.targets
