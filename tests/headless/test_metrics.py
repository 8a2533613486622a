"""The endpoint, as a monitor reads it over a real socket."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from softphone.errors import ConfigError
from softphone.headless.metrics import REQUEST_LIMIT_BYTES, Metrics
from softphone.line.model import LineState
from softphone.system.background import in_thread
from tests.house.test_imports import loaded_by
from tests.ui.fakes import PanelSpy, line


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[int]:
    metrics = Metrics(PanelSpy((line(LineState.REGISTERED),)))
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
    assert "softphone_account_signed_in{" in body


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
    panel = PanelSpy()
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


async def test_the_format_is_the_one_that_is_asked_for():
    async with serving() as port:
        accept = "Accept: application/openmetrics-text;version=1.0.0,text/plain"
        answer = await ask(port, f"GET /metrics HTTP/1.1\r\nhost: localhost\r\n{accept}\r\n\r\n")
    assert "\r\nContent-Type: application/openmetrics-text; version=1.0.0" in answer
    assert answer.endswith("# EOF\n")


async def test_an_http_client_reads_the_figures():
    async with serving() as port:
        with await in_thread(lambda: urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)) as answer:
            content = await in_thread(answer.read)
    assert {family.name for family in text_string_to_metric_families(content.decode())} >= {
        "softphone_line_up"
    }


async def test_a_client_that_says_too_much_or_nothing_is_let_go():
    async with serving() as port:
        assert await ask(port, "GET /metrics HTTP/1.1\r\nX: " + "x" * 2 * REQUEST_LIMIT_BYTES) == ""
        with_many_hosts = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"
        assert (await ask(port, with_many_hosts)).startswith("HTTP/1.1 403 ")


async def test_counts_outlive_another_port_and_begin_anew_when_switched_on_again():
    panel = PanelSpy((line(LineState.REGISTERED),))
    metrics = Metrics(panel)

    async def missed() -> str:
        head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        rows = (await ask(metrics.port or 0, head)).splitlines()
        [row] = [row for row in rows if "keepalives_total{" in row and 'result="missed"' in row]
        return row.rpartition(" ")[2]

    await metrics.start(0)
    panel.put(line(LineState.RECONNECTING, misses=2))
    assert await missed() == "2.0"
    first = metrics.port
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        other = free.getsockname()[1]
    await metrics.start(other)
    assert metrics.port == other != first
    assert await missed() == "2.0"
    await metrics.stop()
    assert panel.listeners == []
    await metrics.start(0)
    assert await missed() == "0.0"
    await metrics.stop()


def test_the_library_of_prometheus_is_loaded_by_switching_on_and_not_before():
    assert "prometheus_client" not in loaded_by("softphone.headless.metrics")
