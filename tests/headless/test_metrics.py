"""The figures of the lines, as a monitor reads them over a real socket."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import ConfigError
from softphone.headless.metrics import Metrics, figures, label_of
from softphone.line.model import Account, LineSnapshot, LineState
from softphone.values import replace
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


SERIES = re.compile(
    r'(?P<name>[a-z_]+)\{(?P<labels>(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (?P<value>[-+.e0-9]+)'
)


def read(text: str) -> dict[tuple[str, str], float]:
    """Read the text as Prometheus does, which refuses a series that is told twice."""
    found: dict[tuple[str, str], float] = {}
    for row in text.split("\n")[:-1]:
        if not row.startswith("#"):
            series = SERIES.fullmatch(row)
            assert series, row
            key = (series["name"], series["labels"])
            assert key not in found, row
            found[key] = float(series["value"])
    assert text.endswith("\n")
    return found


def owned(by: Account, state: LineState = LineState.REGISTERED, **identity: Any) -> LineSnapshot:
    one = line(state)
    return replace(one, identity=replace(one.identity, account=by, **identity))


ADA_S, GRACE_S = ("account=" + f'"{label_of(Account(key=key))}"' for key in ("ada", "grace"))


def test_the_figures_say_what_a_card_says_and_name_nobody():
    figures_now = read(text := figures([line(LineState.REGISTERED_BACKUP)], [SIGNED_IN], NOW_S))
    who = f'{ADA_S},service="calling"'
    assert figures_now["softphone_line_up", who] == 1
    assert figures_now["softphone_line_state", f'{who},state="registered_backup"'] == 1
    assert figures_now["softphone_line_state", f'{who},state="failed"'] == 0
    assert figures_now["softphone_line_round_trip_seconds", who] == 0.042
    assert figures_now["softphone_line_proof_age_seconds", who] == 12
    where = 'extension="1001",role="backup",region="eu-west-2"'
    assert figures_now["softphone_line_info", f"{who},{where}"] == 1
    assert figures_now["softphone_account_signed_in", ADA_S] == 1
    for name in (ACCOUNT.name, ACCOUNT.address, f'"{ACCOUNT.key}"'):
        assert name not in text


def test_d21_two_accounts_with_one_extension_are_two_series_in_any_order():
    two = [owned(Account(key="ada")), owned(Account(key="grace"))]
    assert read(figures(two, [], NOW_S)) == read(figures(two[::-1], [], NOW_S))
    assert len({labels for name, labels in read(figures(two, [], NOW_S)) if name == "softphone_line_up"}) == 2


@pytest.mark.parametrize(
    "later",
    [
        {"extension": None},
        {"extension": "5102"},
        {"line_id": "another, as after the next start"},
        {"state": LineState.REGISTERED_BACKUP},
    ],
    ids=["no extension yet", "another extension", "the next start", "on the backup"],
)
def test_d21_the_labels_of_a_line_stay_whatever_changes(later: dict[str, Any]):
    def labels(one: LineSnapshot) -> set[tuple[str, str]]:
        return {key for key in read(figures([one], [], NOW_S)) if key[0] != "softphone_line_info"}

    assert labels(owned(ACCOUNT)) == labels(owned(ACCOUNT, **later))


def test_d21_an_account_that_signs_out_moves_no_other_label():
    grace = replace(SIGNED_IN, account=Account(key="grace"))
    both, one = (read(figures([], accounts, NOW_S)) for accounts in ([SIGNED_IN, grace], [grace]))
    assert one["softphone_account_signed_in", GRACE_S] == both["softphone_account_signed_in", GRACE_S] == 1
    unknown = replace(SIGNED_IN, account=Account(key=""))
    assert read(figures([], [unknown, unknown], NOW_S)) == {}


@pytest.mark.parametrize("extension", ['5"1', "5\\1", "5\n1", "5}1 7", "\u2028", "\ud800", ""])
def test_d21_what_a_server_calls_an_extension_breaks_no_row(extension: str):
    series = read(figures([owned(ACCOUNT, extension=extension)], [], NOW_S))
    [told] = [labels for name, labels in series if name == "softphone_line_info"]
    raw = re.search(r'extension="((?:[^"\\]|\\.)*)"', told)
    assert raw
    assert re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), raw[1]) == extension


def test_old_proof_is_not_up():
    who = f'{ADA_S},service="calling"'
    late = read(figures([line(LineState.REGISTERED)], [], NOW_S + 60))
    assert late["softphone_line_state", f'{who},state="checking"'] == 1
    assert late["softphone_line_up", who] == 0


def test_an_ended_sign_in_shows():
    ended = replace(SIGNED_IN, state=AccountState.ENDED)
    assert read(figures([], [ended], NOW_S))["softphone_account_signed_in", ADA_S] == 0
