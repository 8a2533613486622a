"""Every story of the simulated cloud, as `softphone watch --json` tells it (`expect` in sim/scenarios.py)."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from softphone.sim.scenarios import SCENARIOS
from softphone.sim.server import CloudServer
from tests.end_to_end.weather.watching import Watch
from tests.end_to_end.weather.weather import assert_well_behaved
from tests.kit.program import asked_for, events_of, next_event, started

pytestmark = pytest.mark.slow

Entry = dict[str, Any]


@dataclass
class Story:
    """One run against one scenario, and what it left."""

    cloud: CloudServer
    watch: Watch
    journal: list[Entry] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return self.watch.names

    def asked(self, place: str) -> list[int | None]:
        """Return the statuses of the requests to one route."""
        return [entry["status"] for entry in self.cloud.journal(place=place)]

    def rest(self, nominal_s: float) -> None:
        """Let nominal seconds pass."""
        time.sleep(nominal_s * self.cloud.time_scale)


@contextmanager
def story(
    name: str,
    home: Path,
    *options: str,
    time_scale: float = 0.02,
    policy: str = "",
    devices_shared: bool = True,
) -> Iterator[Story]:
    """Run the program against a scenario; afterwards the cloud must have nothing to complain about."""
    with CloudServer(name, time_scale=time_scale) as cloud:
        cloud.change_settings(devices_shared=devices_shared)
        with cloud.cloud_file.open("a") as file:  # it ends with [policy]
            file.write(policy)
        with Watch(cloud, home, *options) as watch:
            yield Story(cloud, watch)
        assert_well_behaved(cloud.journal())
        assert "Traceback" not in watch.errors


def test_every_scenario_is_told_here():
    tests = "\n".join(globals())
    tested = {name for name in SCENARIOS if f"test_{name.replace('-', '_')}" in tests}
    assert tested == set(SCENARIOS)


def test_calm(tmp_path: Path):
    with story("calm", tmp_path) as run:
        run.watch.until_event("registered")
        run.cloud.wait_for(3, place="keepalive", status=200)
        assert run.names == ["connecting", "registered"]
        assert run.watch.events[1]["role"] == "primary"
        assert run.watch.stop() == 0
        assert run.names == ["connecting", "registered", "unregistered"]
        assert run.asked("register") == run.asked("deregister") == [200]
        beats_s = [entry["time_s"] for entry in run.cloud.journal(place="keepalive")]
        assert all(26 <= later - sooner <= 36 for sooner, later in pairwise(beats_s))


def test_calls(tmp_path: Path):
    with story("calls", tmp_path) as run:
        run.watch.until_event("registered")
        run.rest(60)
        names = [name for name in run.names if name not in ("incoming", "call_ended")]
        assert names == ["connecting", "registered"], "calls do not disturb a registration"
        assert "incoming" in run.names
        assert run.asked("register") == [200]


def test_primary_down(tmp_path: Path, devices_shared: bool):
    rehoming = "rehoming_min_minutes = 1\nrehoming_max_minutes = 1\n"
    with story("primary-down", tmp_path, policy=rehoming, devices_shared=devices_shared) as run:
        registered = run.watch.until_event("registered")
        assert registered["state"] == "registered_backup"
        assert registered["role"] == "backup"
        assert registered["server"] == f"{run.cloud.hosts['B1']}/api/v1/calling/web/"
        run.rest(150)
        assert run.names[-1] == "registered", "the primary is down still: no way home"
        assert run.asked("register") == [200]
        assert run.asked("deregister") == []


def test_flapping(tmp_path: Path):
    with story("flapping", tmp_path) as run:
        run.watch.until_event("reconnected", times=3)
        told = " ".join(run.names)
        assert told.startswith("connecting registered reconnecting")
        assert "unregistered" not in told
        assert {event["misses"] for event in run.watch.events if event["event"] == "reconnecting"} <= {1, 2}
        assert run.asked("register") == [200]


def test_token_expires(tmp_path: Path):
    with story("token-expires", tmp_path, time_scale=0.1) as run:  # 6 s of ours to start in
        error = run.watch.until_event("error")
        run.watch.until_event("unregistered")
        assert run.names[:4] == ["connecting", "registered", "error", "unregistered"]
        assert error["error"]["type"] == "tokenError"
        assert error["error"]["msg"].startswith("Token expired")
        assert error["state"] == "signed_out"
        assert run.watch.process.wait(timeout=30) == 4, "sign-in needed"


def test_device_limit_takes_nothing_from_anybody(tmp_path: Path):
    with story("device-limit", tmp_path) as run:
        error = run.watch.until_event("error")
        run.rest(120)
        assert run.names == ["connecting", "error"]
        assert error["error"]["msg"].startswith("Device limit exceeded")
        assert (error["error"]["http_status"], error["error"]["error_code"]) == (403, 101)
        assert error["state"] == "action"
        assert run.asked("register") == [403]
        assert run.asked("deregister") == []


def test_device_limit_with_takeover_removes_the_one_seen_longest_ago(tmp_path: Path):
    with story("device-limit", tmp_path, "--takeover", "oldest") as run:
        in_use, old = run.cloud.state()["users"][0]["devices"]
        assert old["seen_ago_s"] > in_use["seen_ago_s"]
        run.watch.until_event("registered")
        left = [device["device_id"] for device in run.cloud.state()["users"][0]["devices"]]
        assert in_use["device_id"] in left
        assert old["device_id"] not in left
        assert run.names[:2] == ["connecting", "error"]
        assert len(run.cloud.journal(place="deregister")) == 1


def test_throttled(tmp_path: Path, devices_shared: bool):
    with story("throttled", tmp_path, time_scale=0.1, devices_shared=devices_shared) as run:
        run.watch.until_event("registered")
        first_s, *_, last_s = [entry["time_s"] for entry in run.cloud.journal(place="register")]
        assert 45 <= last_s - first_s <= 65, "as long as the hosts asked, and little more"
        assert run.names.count("error") <= 1, "that all servers refuse is told once"
        assert len(run.asked("register")) <= 6


def test_all_down(tmp_path: Path, devices_shared: bool):
    with story("all-down", tmp_path, devices_shared=devices_shared) as run:
        error = run.watch.until_event("error")
        assert error["error"]["type"] == "serviceUnavailable"
        run.watch.until("a countdown", lambda events: events[-1]["next_in_s"] is not None)
        before = len(run.asked("register"))
        run.rest(400)
        assert run.names.count("error") == 1
        assert "registered" not in run.names
        assert len(run.asked("register")) > before, "it goes on trying"


def test_elsewhere(tmp_path: Path):
    with story("elsewhere", tmp_path) as run:
        error = run.watch.until_event("error")
        run.watch.until_event("unregistered")
        assert error["state"] == "elsewhere"
        assert error["error"]["http_status"] == 409
        before = len(asked_for(run.cloud))
        run.rest(150)
        assert len(asked_for(run.cloud)) == before, "nothing by itself"
        assert run.names == ["connecting", "registered", "error", "unregistered"]


def test_none(tmp_path: Path):
    with story("none", tmp_path) as run:
        error = run.watch.until_event("error")
        run.rest(120)
        assert run.names == ["connecting", "error"]
        assert (error["error"]["http_status"], error["error"]["error_code"]) == (403, 102)
        assert error["state"] == "failed"
        assert run.asked("register") == [403]


# ---- several people: `--demo` signs all of them in


def demo(
    name: str, home: Path, *, registered: int, then_s: float, time_scale: float
) -> tuple[list[Entry], list[Entry]]:
    """Watch a demo until so many lines are registered, then so long (nominal); return events and journal."""
    journal = home / "journal.jsonl"
    options = ("--json", "--demo", name, "--journal", journal, "--time-scale", time_scale)
    with started("watch", *options, SOFTPHONE_HOME=str(home)) as watch:
        events: list[Entry] = []
        while Counter(event["event"] for event in events)["registered"] < registered:
            events.append(next_event(watch))
        time.sleep(then_s * time_scale)
        watch.send_signal(signal.SIGTERM)
        rest, said = watch.communicate(timeout=30)
    assert watch.returncode == 0
    assert all("the disk does not answer" in line for line in said.splitlines()), "and that but on a busy one"
    entries = events_of(journal.read_text())
    assert_well_behaved(entries)
    return [*events, *events_of(rest)], entries


def test_mixed(tmp_path: Path):
    events, journal = demo("mixed", tmp_path, registered=2, then_s=150, time_scale=0.03)
    told: dict[str, list[Entry]] = {}
    for event in events:
        told.setdefault(event["account"].partition("@")[0], []).append(event)
    assert [event["event"] for event in told["ada"]] == ["connecting", "registered", "unregistered"]
    assert told["ada"][1]["role"] == "primary"
    registered = [event for event in told["grace"] if event["event"] == "registered"]
    assert [event["state"] for event in registered] == ["registered_backup"]
    assert [event["event"] for event in told["linus"]][:2] == ["connecting", "error"]
    assert told["linus"][1]["state"] == "action"
    assert Counter(event["event"] for event in told["radia"])["error"] == 1
    assert "registered" not in {event["event"] for event in told["radia"]}
    tries_s = [entry["time_s"] for entry in journal if entry["user"] == "radia@example.com"]
    assert max(tries_s) - min(tries_s) > 60


def test_forty(tmp_path: Path):
    events, journal = demo("forty", tmp_path, registered=40, then_s=60, time_scale=0.05)
    told = Counter(event["event"] for event in events)
    assert told == {"connecting": 40, "registered": 40, "unregistered": 40}
    assert Counter(entry["place"] for entry in journal)["register"] == 40
    assert {entry["status"] for entry in journal if entry["place"] == "keepalive"} == {200}
