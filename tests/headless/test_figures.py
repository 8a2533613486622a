"""What stands in the figures: read by the parsers of Prometheus's library, as a monitor reads them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY, Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as read_text

import softphone
from softphone.accounts.snapshot import AccountState
from softphone.headless.figures import Figures, label_of
from softphone.headless.tally import RESULTS
from softphone.line.model import Account, LineSnapshot, LineState
from softphone.settings.profile import Profile
from softphone.values import replace
from tests.accounts.fakes import FakeServices, profile, services, sign_in, signed_in
from tests.calling.fake_provider import REFUSED
from tests.ui.fakes import ACCOUNT, NOW_S, SIGNED_IN, PanelSpy, line

__all__ = ["profile", "services"]

OPEN_METRICS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
Labels = frozenset[tuple[str, str]]
Read = dict[tuple[str, Labels], float]


def read(content: bytes) -> Read:
    """Read the text as Prometheus does, which refuses a series that is told twice."""
    found: Read = {}
    families = list(read_text(content.decode()))
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.documentation
        for name, labels, value, *_ in family.samples:
            key = (name, frozenset(labels.items()))
            assert key not in found, key
            found[key] = value
    return found


def read_open_metrics(content: bytes) -> list[Metric]:
    return list(text_string_to_metric_families(content.decode()))  # type: ignore[no-untyped-call]


def now_s() -> float:
    return asyncio.get_running_loop().time()


def fresh(state: LineState, by: Account = ACCOUNT, **changes: Any) -> LineSnapshot:
    """A line of somebody as it is now: the snapshots of the tests are of another time."""
    one = line(state)
    if one.proved_at_s is not None:
        one = replace(one, proved_at_s=now_s() - (NOW_S - one.proved_at_s))
    line_id = changes.pop("line_id", by.key)
    extension = changes.pop("extension", one.identity.extension)
    identity = replace(one.identity, account=by, line_id=line_id, extension=extension)
    return replace(one, identity=identity, **changes)


@contextmanager
def figures_of(panel: Any) -> Iterator[Figures]:
    figures = Figures(panel)
    try:
        yield figures
    finally:
        figures.close()


async def told(panel: Any) -> Read:
    with figures_of(panel) as figures:
        return read((await figures.text())[1])


def of_line(by: Account = ACCOUNT, **more: str) -> Labels:
    return frozenset({"account": label_of(by), "service": "calling", **more}.items())


async def test_the_figures_say_what_a_card_says_and_name_nobody():
    with figures_of(PanelSpy((fresh(LineState.REGISTERED_BACKUP),))) as figures:
        _, content = await figures.text()
    now = read(content)
    assert now["softphone_line_up", of_line()] == now["softphone_line_wanted", of_line()] == 1
    assert now["softphone_line_state", of_line(state="registered_backup")] == 1
    assert now["softphone_line_state", of_line(state="failed")] == 0
    assert now["softphone_line_round_trip_seconds", of_line()] == 0.042
    assert 12 <= now["softphone_line_proof_age_seconds", of_line()] < 30
    assert now["softphone_line_proof_window_seconds", of_line()] == 45
    server = "mobius-eu-west-2.prod.infra.webex.com"
    place = of_line(extension="1001", role="backup", region="eu-west-2", server=server)
    assert now["softphone_line_info", place] == 1
    assert now["softphone_account_signed_in", frozenset({("account", label_of(ACCOUNT))})] == 1
    assert now["softphone_build_info", frozenset({("version", softphone.__version__)})] == 1
    for name in (ACCOUNT.name, ACCOUNT.address, f'"{ACCOUNT.key}"'):
        assert name.encode() not in content


async def test_counts_begin_at_nothing_so_that_the_first_one_is_an_increase():
    now = await told(PanelSpy((fresh(LineState.REGISTERED),)))
    for result in ("answered", "missed"):
        assert now["softphone_line_keepalives_total", of_line(result=result)] == 0
    for result in RESULTS:
        assert now["softphone_line_attempts_total", of_line(result=result)] == 0
    assert now["softphone_line_superseded_total", of_line()] == 0
    for name in ("softphone_line_keepalive_round_trip_seconds", "softphone_line_outage_seconds"):
        assert now[f"{name}_count", of_line()] == now[f"{name}_bucket", of_line(le="+Inf")] == 0


async def test_old_proof_is_not_up():
    late = await told(PanelSpy((fresh(LineState.REGISTERED, proved_at_s=now_s() - 60),)))
    assert late["softphone_line_state", of_line(state="checking")] == 1
    assert late["softphone_line_up", of_line()] == 0


async def test_an_ended_sign_in_shows_and_an_account_that_nobody_knows_yet_has_no_figures():
    unknown = replace(SIGNED_IN, account=Account(key=""))
    ended = replace(SIGNED_IN, state=AccountState.ENDED)
    now = await told(PanelSpy((), (ended, unknown, unknown)))
    assert {key: value for key, value in now.items() if key[0].startswith("softphone_account")} == {
        ("softphone_account_signed_in", frozenset({("account", label_of(ACCOUNT))})): 0,
        ("softphone_account_renewals_total", frozenset({("account", label_of(ACCOUNT))})): 0,
    }


async def test_a_sign_in_that_lasts_longer_was_renewed():
    panel = PanelSpy((), (SIGNED_IN,))
    later = SIGNED_IN.signed_in_until
    assert later is not None
    with figures_of(panel) as figures:
        panel.set_accounts(replace(SIGNED_IN, region="US"))
        panel.set_accounts(replace(SIGNED_IN, signed_in_until=None))
        panel.set_accounts(SIGNED_IN)
        panel.set_accounts(replace(SIGNED_IN, signed_in_until=later.replace(year=2027)))
        now = read((await figures.text())[1])
    assert now["softphone_account_renewals_total", frozenset({("account", label_of(ACCOUNT))})] == 1


# ---- labels


GRACE = Account(key="grace")


async def test_d21_two_accounts_with_one_extension_are_two_series_in_any_order():
    two = (
        fresh(LineState.REGISTERED, extension="5101"),
        fresh(LineState.REGISTERED, GRACE, extension="5101"),
    )
    labels = (await told(PanelSpy(two))).keys()
    assert labels == (await told(PanelSpy(two[::-1]))).keys()
    assert {key for key in labels if key[0] == "softphone_line_up"} == {
        ("softphone_line_up", of_line()),
        ("softphone_line_up", of_line(GRACE)),
    }


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
async def test_d21_the_labels_of_a_line_stay_whatever_changes(later: dict[str, Any]):
    def labels(now: Read) -> set[tuple[str, Labels]]:
        return {key for key in now if key[0] != "softphone_line_info"}

    before = labels(await told(PanelSpy((fresh(LineState.REGISTERED),))))
    after = fresh(**({"state": LineState.REGISTERED} | later))
    assert before == labels(await told(PanelSpy((after,))))


async def test_one_line_under_two_ids_is_one_series():
    two = (fresh(LineState.IDLE, line_id="before"), fresh(LineState.REGISTERED, line_id="after"))
    assert (await told(PanelSpy(two)))["softphone_line_up", of_line()] == 1


async def test_d21_a_line_that_leaves_takes_its_figures_along_and_moves_no_other():
    panel = PanelSpy((fresh(LineState.REGISTERED), fresh(LineState.REGISTERED, GRACE)))
    with figures_of(panel) as figures:
        both = read((await figures.text())[1])
        panel.drop(ACCOUNT.key)
        alone = read((await figures.text())[1])
        panel.put(fresh(LineState.REGISTERED))
        again = read((await figures.text())[1])
    assert {key for key in both if key not in alone} == {
        key for key in both if "account" in dict(key[1]) and dict(key[1])["account"] == label_of(ACCOUNT)
    } - {("softphone_account_signed_in", frozenset({("account", label_of(ACCOUNT))}))} - {
        ("softphone_account_renewals_total", frozenset({("account", label_of(ACCOUNT))}))
    }
    assert again.keys() == both.keys()


@pytest.mark.parametrize("extension", ['5"1', "5\\1", "5\n1", "5}1 7", "\u2028", "\ud800", "5\x001", "", "ä"])
async def test_d21_what_a_server_calls_an_extension_breaks_no_row(extension: str):
    panel = PanelSpy((fresh(LineState.REGISTERED, extension=extension),))
    now = await told(panel)
    [labels] = [dict(labels) for name, labels in now if name == "softphone_line_info"]
    assert labels["extension"] == "".join(one if one.isprintable() else "\ufffd" for one in extension)
    with figures_of(panel) as figures:
        _, content = await figures.text(OPEN_METRICS)
    assert read_open_metrics(content)


# ---- formats


@pytest.mark.parametrize(
    ("accept", "is_open"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        ("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5", False),
        ("application/openmetrics-text", True),
        ("Application/OpenMetrics-Text; version=0.0.1", True),
        (OPEN_METRICS, True),
        (
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;q=0.6," + OPEN_METRICS,
            True,
        ),
        ("application/openmetrics-text; version=\u00ff\u00fe; escaping=x", True),
        (",;,;;q=", False),
    ],
)
async def test_the_format_is_the_first_one_that_we_know(accept: str, is_open: bool):
    with figures_of(PanelSpy((fresh(LineState.REGISTERED),))) as figures:
        content_type, content = await figures.text(accept)
    assert content_type.startswith(
        "application/openmetrics-text; " if is_open else "text/plain; version=0.0.4"
    )
    assert content.endswith(b"# EOF\n") == is_open


async def test_both_formats_say_the_same():
    with figures_of(PanelSpy((fresh(LineState.RECONNECTING),))) as figures:
        [plain, opened] = [(await figures.text(accept))[1] for accept in ("", OPEN_METRICS)]
    rows = [row for family in read_open_metrics(opened) for row in family.samples]
    age = "softphone_line_proof_age_seconds"  # the one that grows
    assert {(row.name, frozenset(row.labels.items())): row.value for row in rows if row.name != age} == {
        key: value for key, value in read(plain).items() if key[0] != age
    }


# ---- many, and a library that is not ours alone


async def test_a_thousand_lines_are_written_beside_the_loop():
    lines = tuple(fresh(LineState.REGISTERED, Account(key=str(number))) for number in range(1000))
    with figures_of(PanelSpy(lines)) as figures:
        [rows_of_one, rows_of_all] = [
            (await text).count(b"\nsoftphone_line_")
            for text in (one_line_alone(lines[:1]), content_of(figures))
        ]
        writing, turns = asyncio.ensure_future(figures.text()), 0
        while not writing.done():
            turns += 1
            await asyncio.sleep(0)
    assert rows_of_all == 1000 * rows_of_one
    assert turns > 10


async def content_of(figures: Figures) -> bytes:
    return (await figures.text())[1]


async def one_line_alone(lines: tuple[LineSnapshot, ...]) -> bytes:
    with figures_of(PanelSpy(lines)) as figures:
        return await content_of(figures)


async def test_lines_that_come_change_and_go_meanwhile_spoil_nothing():
    panel = PanelSpy(tuple(fresh(LineState.REGISTERED, Account(key=str(number))) for number in range(60)))
    with figures_of(panel) as figures:
        writing = [asyncio.ensure_future(figures.text()) for _ in range(3)]
        number = 0
        while not all(text.done() for text in writing):
            await asyncio.sleep(0)
            panel.put(fresh(LineState.RECONNECTING, Account(key=str(number)), misses=1))
            panel.put(fresh(LineState.REGISTERED, Account(key=f"new {number}")))
            panel.drop(str(number))
            number += 1
        for text in writing:
            rows = read(text.result()[1])
            assert len([name for name, _ in rows if name == "softphone_line_up"]) >= 60


async def test_nothing_is_kept_in_the_registry_that_everybody_shares():
    before = [family.name for family in REGISTRY.collect()]
    await told(PanelSpy((fresh(LineState.REGISTERED),)))
    assert [family.name for family in REGISTRY.collect()] == before


def test_the_environment_makes_the_library_write_no_files(tmp_path: Path):
    code = (
        "import asyncio, tests.headless.test_figures as t; "
        "print(len(asyncio.run(t.told(t.PanelSpy((t.line(t.LineState.IDLE),))))))"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert int(done.stdout) > 1, done.stderr
    assert not list(tmp_path.iterdir())


# ---- a real panel


async def test_the_life_of_a_line_is_counted(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        provider = services.providers[0]
        with figures_of(panel) as figures:
            await provider.until_asked("keepalive d1", 3)
            provider.fail("keepalive", REFUSED)
            [line_id] = shown.lines
            await shown.until(lambda: shown.lines[line_id].misses)
            await shown.until(lambda: not shown.lines[line_id].misses)
            panel.deregister(line_id)
            await shown.until_lines_are(LineState.IDLE)
            panel.register(line_id)
            await shown.until_lines_are(LineState.REGISTERED)
            now = read(await content_of(figures))
            who = of_line(panel.lines[0].identity.account)
            assert now["softphone_line_keepalives_total", who | {("result", "answered")}] >= 3
            assert now["softphone_line_keepalives_total", who | {("result", "missed")}] >= 1
            assert now["softphone_line_attempts_total", who | {("result", "registered")}] == 1
            trips = now["softphone_line_keepalive_round_trip_seconds_count", who]
            assert trips == now["softphone_line_keepalives_total", who | {("result", "answered")}]
            await panel.sign_out(panel.accounts[0].account.key)
            gone = read(await content_of(figures))
            assert {name for name, _ in gone} == {"softphone_build_info"}
            await sign_in(panel, services)
            await shown.until_lines_are(LineState.REGISTERED)
            back = read(await content_of(figures))
            assert back.keys() == now.keys()
