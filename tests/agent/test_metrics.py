"""The figures of the lines, as a monitor reads them over a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from softphone.agent.accounts import AccountSnapshot, AccountState
from softphone.agent.metrics import Metrics, figures
from softphone.errors import ConfigError
from softphone.line.model import LineSnapshot, LineState
from tests.ui.fakes import ACCOUNT, NOW_S, SIGNED_IN, line


@dataclass
class Shown:
    """As much of a panel as the endpoint reads."""

    lines: tuple[LineSnapshot, ...] = (line(LineState.REGISTERED),)
    accounts: tuple[AccountSnapshot, ...] = (SIGNED_IN,)


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[int]:
    panel: Any = Shown()
    metrics = Metrics(panel)
    await metrics.start(0)
    try:
        assert metrics.port
        yield metrics.port
    finally:
        await metrics.stop()


async def ask(port: int, request: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def test_a_monitor_reads_the_figures():
    async with serving() as port:
        answer = await ask(port, f"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
    head, body = answer.split("\r\n\r\n", 1)
    assert head.startswith("HTTP/1.1 200 OK")
    assert f"Content-Length: {len(body.encode())}" in head
    assert 'softphone_account_signed_in{account="1"} 1' in body


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        ("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"),
        ("GET /metrics HTTP/1.1\r\n\r\n", "403"),
        ("GET / HTTP/1.1\r\nHost: localhost:1\r\n\r\n", "404"),
        ("POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
    ],
)
async def test_anything_else_is_refused(request_head: str, status: str):
    async with serving() as port:
        assert (await ask(port, request_head)).startswith(f"HTTP/1.1 {status} ")


async def test_a_port_in_use_is_named_and_stopping_frees_it():
    panel: Any = Shown()
    first, second = Metrics(panel), Metrics(panel)
    await first.start(0)
    port = first.port
    assert port
    with pytest.raises(ConfigError, match=str(port)):
        await second.start(port)
    await first.stop()
    await first.stop()
    await second.start(port)
    assert second.port == port
    await second.stop()


async def test_who_sends_nothing_is_let_go_when_it_stops():
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.01)
    assert await reader.read() == b""
    writer.close()


def test_the_figures_say_what_a_card_says_and_name_nobody():
    backup = line(LineState.REGISTERED_BACKUP)
    text = figures([backup], [("1", True)], NOW_S)
    who = 'line="1001",service="calling"'
    assert f'softphone_line_up{{{who},role="backup",region="eu-west-2"}} 1' in text
    assert f'softphone_line_state{{{who},state="registered_backup"}} 1' in text
    assert f'softphone_line_state{{{who},state="failed"}} 0' in text
    assert f"softphone_line_round_trip_seconds{{{who}}} 0.042" in text
    assert f"softphone_line_proof_age_seconds{{{who}}} 12" in text
    assert ACCOUNT.name not in text
    assert ACCOUNT.address not in text


def test_old_proof_is_not_up():
    text = figures([line(LineState.REGISTERED)], [], NOW_S + 60)
    assert 'state="checking"} 1' in text
    assert "softphone_line_up{" in text
    assert 'region="eu-central-1"} 0' in text


def test_an_ended_sign_in_shows():
    ended = [("1", AccountState.READY is AccountState.ENDED)]
    assert 'softphone_account_signed_in{account="1"} 0' in figures([], ended, NOW_S)
