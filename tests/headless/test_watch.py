import io
import json
from datetime import UTC, datetime
from pathlib import Path

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.calling.line import Line
from softphone.headless.records import account_record, moment_of
from softphone.headless.watch import Watch
from softphone.line.model import Account, Call, Caller, CallPhase, LineEvent, LineIdentity
from softphone.line.policy import Policy
from softphone.settings.profile import Profile
from softphone.values import replace
from tests.accounts.fakes import FakeServices, FakeSignIn
from tests.calling.fake_provider import BUSY, TOKEN_ENDED, FakeProvider

KEYS = (
    "version time mono account line name event state wanted status server role attempt misses next_in_s "
    "next_try_at since last_proof words error info call"
)


async def watched(tmp_path: Path, provider: FakeProvider, *, as_json: bool, until: LineEvent) -> list[str]:
    services = FakeServices()
    services.providers = [provider]
    profile = Profile(tmp_path / "default.toml", "cloud")
    panel = Panel(services, profile, policy=Policy(time_scale=0.01))
    out = io.StringIO()
    watch = Watch(
        panel,
        out,
        as_json=as_json,
        until=until,
        now=lambda: datetime(2026, 11, 22, 10, 14, 22, 123456, tzinfo=UTC),
    )
    try:
        services.by_redirect["redirect"] = FakeSignIn()
        await panel.finish_sign_in(panel.begin_sign_in(), "redirect")
        await watch.met.wait()
    finally:
        await panel.close()
    return out.getvalue().splitlines()


async def test_every_event_is_one_json_object_with_the_stable_keys(tmp_path: Path):
    lines = await watched(tmp_path, FakeProvider(), as_json=True, until=LineEvent.REGISTERED)
    records = [json.loads(line) for line in lines]
    assert [record["event"] for record in records] == ["connecting", "registered", "unregistered"]
    assert all(" ".join(record) == KEYS for record in records)
    registered = records[1]
    assert registered["time"] == "2026-11-22T10:14:22.123Z"
    assert registered["account"] == "ada@example.com"
    assert registered["state"] == "registered"
    assert registered["status"] == "active"
    assert registered["role"] == "primary"
    assert registered["attempt"] == 1
    assert registered["next_in_s"] is not None
    assert registered["error"] is None
    assert registered["info"]["mobiusDeviceId"] == "d1"


async def test_an_error_carries_what_support_asks_for(tmp_path: Path):
    provider = FakeProvider()
    provider.fail("register", TOKEN_ENDED)
    lines = await watched(tmp_path, provider, as_json=True, until=LineEvent.ERROR)
    error = json.loads(lines[1])["error"]
    assert error == {
        "status": "inactive",
        "type": "tokenError",
        "msg": "Token expired",
        "http_status": 401,
        "error_code": None,
        "tracking_id": None,
        "title": "Your sign-in has ended",
        "advice": "Sign in again.",
    }


async def test_without_json_it_prints_sentences(tmp_path: Path):
    provider = FakeProvider()
    provider.fail("keepalive", BUSY)
    lines = await watched(tmp_path, provider, as_json=False, until=LineEvent.RECONNECTED)
    text = "\n".join(lines)
    assert "Ada Lovelace ext. 5101  connecting" in text
    assert "registered, primary https://p1.example.com" in text
    assert "reconnecting, 1 of 5 checks missed" in text


async def test_trouble_before_there_is_a_line_is_said_once(tmp_path: Path):
    provider = FakeProvider()
    provider.fail("discover", BUSY, BUSY)
    lines = await watched(tmp_path, provider, as_json=False, until=LineEvent.REGISTERED)
    assert sum(BUSY.title in line for line in lines) in {1, 2}


async def test_a_clock_that_is_wrong_is_said_once_here_and_in_the_status(tmp_path: Path):
    account = AccountSnapshot(account=Account(key="ada"), state=AccountState.READY, clock_off_s=3600.0)
    panel = Panel(FakeServices(), Profile(tmp_path / "default.toml", "cloud"), policy=Policy())
    out = io.StringIO()
    watch = Watch(panel, out, as_json=False)
    for _ in range(2):
        watch.accounts_changed((account,))
    words = "Your clock is wrong: Off by 60 min; sign-in may fail."
    assert [line.partition("  ")[2] for line in out.getvalue().splitlines()] == [words]
    assert account_record(account, moment_of(0.0)).notice == words
    await panel.close()


async def test_a_call_is_printed_with_who_calls_only_as_json(tmp_path: Path):
    ann = Caller("Ann Example", "+12145550100")
    rings = Call(call_id="c1", device_id="d1", caller=ann, began_at_s=5.0)
    ended = replace(rings, phase=CallPhase.MISSED, ended_at_s=17.04)
    for as_json in (True, False):
        panel = Panel(FakeServices(), Profile(tmp_path / "default.toml", "cloud"), policy=Policy())
        out = io.StringIO()
        Watch(panel, out, as_json=as_json)
        line = Line(LineIdentity(line_id="line", account=Account(key="ada", name="Ada")))
        for call in (rings, ended):
            panel._accounts.tell_line_call(line, call)
        lines = out.getvalue().splitlines()
        if as_json:
            first, last = (json.loads(one) for one in lines)
            assert (first["event"], last["event"]) == ("incoming", "call_ended")
            who = {"id": "c1", "name": "Ann Example", "number": "+12145550100"}
            assert first["call"] == who | {"outcome": None, "rang_s": None}
            assert last["call"] == who | {"outcome": "missed", "rang_s": 12.0}
        else:
            assert [one.partition("  ")[2] for one in lines] == ["Ada  incoming", "Ada  call_ended, missed"]
        await panel.close()
