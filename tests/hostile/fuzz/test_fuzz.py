"""A few hundred hostile inputs for each reader, other ones in each run; the command makes millions."""

import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as limits
from hypothesis import strategies as st

from tests.checks.first_contact.test_watching import with_odd_parts
from tests.hostile.fuzz.__main__ import main
from tests.hostile.fuzz.mutator import Mutator
from tests.hostile.fuzz.readers import TARGETS, target_called
from tests.hostile.fuzz.runner import fuzz
from tests.hostile.fuzz.target import Target, outcome_of, promise
from tests.hostile.seed import drawn_seed, sample

LEAST, MOST = 30, 150  # executions of a reader


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_hostile_bytes_break_no_reader(target: Target):
    with sample() as chance:
        executions = LEAST + int((MOST - LEAST) * min(1.0, target.share / 4))
        found = fuzz(target, executions, chance.random(), weigh=False)
        assert found.executions == executions
        assert not [f"{crash.what}: {crash.data[:1000]!r}" for crash in found.crashes]


_OF_VALUES = (
    *("JSON body", "catalog", "server lists", "person, numbers, region", "registration", "list of devices"),
    *("message socket's frames", "registration socket's frames", "keyring's entries", "control socket"),
)


@pytest.mark.parametrize("name", _OF_VALUES)
def test_a_good_value_with_odd_parts_breaks_no_reader(name: str):
    target = target_called(name)
    samples = [json.loads(data) for data in target.seeds() if data[:1] == b"{"][:2]

    @seed(drawn_seed())
    @limits(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.one_of(*map(with_odd_parts, samples)))
    def breaks_nothing(value: Any) -> None:
        outcome_of(target, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    with sample():
        breaks_nothing()


def test_one_seed_makes_the_same_inputs_and_another_one_others():
    def drawn(number: int) -> list[bytes]:
        mutator = Mutator([b'{"a": [1, "b"]}', b"GET / HTTP/1.1"], [b"word"], random.Random(number), 4096)
        return [mutator.draw(500) for _ in range(300)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert max(map(len, drawn(1))) <= 4096
    assert len({*drawn(1)}) > 200


def planted(data: bytes) -> object:
    until_s = time.thread_time() + 0.06
    while len(data) > 60_000 and time.thread_time() < until_s:
        sum(range(50_000))
    promise(b"\x1b" not in data, "planted: escape")
    if b"999999" in data:
        raise KeyError(data)
    return len(data)


def test_what_is_broken_is_found_and_made_small():
    """So the proof can fail: a promise, an error that may not leave, and a time."""
    target = Target(
        name="planted",
        read=planted,
        modules=(),
        seeds=lambda: [b'{"a": "b", "c": 99999}'],
        raises=(ValueError,),
    )
    found = fuzz(target, 700, 1, weigh=False)
    broken = {crash.what: crash.data for crash in found.crashes}
    assert broken.pop("planted: escape") == b"\x1b"
    assert len(broken.pop("takes longer than 50 ms of the processor")) > 60_000
    [(what, data)] = broken.items()
    assert what.startswith("KeyError at test_fuzz.py:")
    assert data == b"999999"


@pytest.mark.parametrize("rest", [lambda: sum(range(1000)), lambda: time.sleep(0.001)], ids=["runs", "waits"])
def test_a_reader_without_end_is_left(rest: Callable[[], object], monkeypatch: pytest.MonkeyPatch):
    def held(data: bytes) -> object:
        while data == b"held":
            rest()
        return len(data)

    monkeypatch.setattr("tests.hostile.fuzz.runner.HELD_S", 0.05)
    monkeypatch.setattr("tests.hostile.fuzz.runner.SILENT_S", 0.5)
    target = Target(name="held", read=held, modules=(), seeds=lambda: [b"good", b"held"])
    found = fuzz(target, 30, 1, weigh=False)
    assert (found.executions, [crash.data for crash in found.crashes]) == (30, [b"held"])
    assert found.crashes[0].what.startswith("has no end within")


def test_the_command_prints_a_row_for_each_reader_and_fails_when_one_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert not main(["--executions", "200", "--seed", "3", "--reader", "moments"])
    printed = capsys.readouterr().out
    assert printed.startswith("seed 3\n")
    assert printed.splitlines()[2].split()[:2] == ["moments", "200"]
    monkeypatch.setattr("softphone.auth.untrusted.moment_of", lambda _: -1.0)
    assert main(["--executions", "20", "--reader", "moments"])
    assert "moments: a moment is of this age" in capsys.readouterr().out
