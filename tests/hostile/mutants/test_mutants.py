"""What is changed and what is not; and that a test which notices is seen to notice."""

import ast
import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.command import INTERRUPTED, run_command
from tests.hostile.mutants import __main__ as command
from tests.hostile.mutants import ready, trial
from tests.hostile.mutants.by_hand import BY_HAND
from tests.hostile.mutants.mutations import PACKAGE, Draft, Mutant, Sites, enum_members
from tests.hostile.mutants.seen import FOLDERS
from tests.hostile.mutants.trying import Verdict, drawn, equivalents

_ENUMS = {"Tone": ("GOOD", "BAD", "BUSY")}


def mutants_in(source: str) -> list[Mutant]:
    sites = Sites(source, _ENUMS)
    made = [Draft(PACKAGE / "line" / "some.py", sites, site).made() for site in sites.all()]
    assert ast.unparse(sites.tree) == ast.unparse(ast.parse(source)), "the tree is as it was"
    return [mutant for mutant in made if mutant is not None]


def changes_of(source: str) -> set[str]:
    return {mutant.after for mutant in mutants_in(source)}


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("x = a < b", {"x = a <= b", "x = a >= b"}),
        ("x = a + b", {"x = a - b"}),
        ("x = not a", {"x = a"}),
        ("x = a and b", {"x = a or b", "x = a", "x = b"}),
        ("x = 3", {"x = 2", "x = 4", "x = 6"}),
        ("x = True", {"x = False"}),
        ("x = 'POST'", {"x = 'POSTx'"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = Tone.GOOD", {"x = Tone.BAD", "x = Tone.BUSY"}),
        ("x = {a: b, c: d}", {"x = {a: b}", "x = {c: d}", "x = {a: d, c: b}"}),
        ("x = (Tone.BAD, A)", {"x = (Tone.BAD,)", "x = (A,)", "x = (Tone.GOOD, A)", "x = (Tone.BUSY, A)"}),
        ("x.y = a", {"pass"}),
        ("raise a", {"pass"}),
        ("f()", {"pass"}),
        ("if a:\n    f()", {"if not a:", "if False:", "pass"}),
        ("for a in b:\n    break", {"continue"}),
        ("x = replace(a, b=c, d=e)", {"x = replace(a, b=c)", "x = replace(a, d=e)"}),
        ("try:\n    pass\nexcept OSError:\n    pass", {"except GeneratorExit:"}),
        ("match a:\n    case b if c:\n        pass", {"case b:", "case b if False:"}),
        ("def f(a=1):\n    return a", {"a=0", "a=2", "return None"}),
        ("def f(a) -> bool:\n    return a", {"return not a"}),
    ],
)
def test_each_kind_of_code_is_changed_in_its_ways(line: str, others: set[str]) -> None:
    changed = {after for after in changes_of(line) if not after.startswith("def ")}
    assert changed | {"a=0", "a=2"} == others | {"a=0", "a=2"}


@pytest.mark.parametrize(
    "source",
    [
        '"""Words."""',
        "import a",
        "_log.info('word', a + b)",
        "if a < b:\n    log.info('word', a)",
        "x: dict[str, 'Word']",
        "x = 'A sentence of several words.'",
        "Either = A | B",
        "__all__ = ['word', 'other']",
        "with contextlib.suppress(A, B):\n    x = y",
        "@dataclass(frozen=True)\nclass A:\n    pass",
        "assert_never(a)",
        "def f(a=3) -> None:\n    'Words.'\n    ...",
        "async def f(a=3) -> bool:\n    'Words.'\n    ...",
        "match a:\n    case _:\n        assert_never(a)",
        'def f() -> None:\n    """Words."""\n    ...',
    ],
)
def test_what_no_test_can_be_asked_to_notice_is_left_alone(source: str) -> None:
    assert changes_of(source) == set()


def test_a_seed_draws_the_same_mutants_again_and_equally_many_of_each_folder() -> None:
    some = FOLDERS[3:]
    sample = list(drawn(random.Random(7), some, 10))
    assert [one.key for one in drawn(random.Random(7), some, 10)] == [one.key for one in sample]
    assert Counter(one.folder for one in sample) == dict.fromkeys(some, 5)
    assert all(one.before != one.after for one in sample)


def test_what_is_called_equivalent_is_still_in_the_code() -> None:
    left = set(equivalents())
    for file in {key[0] for key in left}:
        sites = Sites((PACKAGE / file).read_text("utf-8"), enum_members())
        for draft in (Draft(PACKAGE / file, sites, site) for site in sites.all()):
            left.discard((file, draft.function, "", ""))
            if any(key[:2] == (file, draft.function) for key in left) and (made := draft.made()):
                left -= {made.key, (*made.key[:3], "")}
    assert not left, "look again whether these are equivalent, in the code of now"


def test_the_mutants_made_by_hand_still_fit_the_code() -> None:
    assert len({one.what for one in BY_HAND}) == 12
    for one in BY_HAND:
        one.made()


def test_what_runs_while_a_module_is_imported_is_called_by_no_test() -> None:
    plugin = trial._Plugin((), ("line",))
    source = "def g():\n    pass\nclass A:\n    g()\n    def f(self):\n        pass"
    code, before = compile(source, PACKAGE / "line" / "some.py", "exec"), sys.gettrace()
    names: dict[str, Any] = {"__name__": "some"}
    sys.settrace(plugin._called)
    try:
        exec(code, names)  # noqa: S102 - our own
        names["A"]().f()
    finally:
        sys.settrace(before)
    assert {name for _, name in plugin._seen} == {"A.f"}


def test_what_a_decorator_has_made_is_changed_too_and_another_closure_only_in_a_fresh_process() -> None:
    file = str(PACKAGE / "line" / "some.py")
    source = "def around(said):\n    def inner():\n        return said, 1\n    return inner"
    names: dict[str, Any] = {}
    exec(compile(source, file, "exec"), names)  # noqa: S102 - our own
    names["made"] = names["around"]("before")
    mine = ready._functions()["line/some.py", "around"]
    assert {one.__name__ for one in mine} == {"around", "inner"}
    for function, code in ready._changes(mine, compile(source.replace("1", "2"), file, "exec")):
        function.__code__ = code
    assert (names["made"](), names["around"]("after")()) == (("before", 2), ("after", 2))
    assert ready._changes(mine, compile(source.replace("said, 1", "1"), file, "exec")) == []
    assert ready._changes([], compile(source, file, "exec")) == []


def test_what_is_known_is_told_when_it_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def tried(mutants: list[Mutant], *_: object) -> Iterator[Verdict]:
        yield Verdict(mutants[0], by="tests/a.py::b")
        os.kill(os.getpid(), signal.SIGTERM)
        yield Verdict(mutants[1])

    monkeypatch.setattr(sys, "argv", ["mutants", "--sample", "2", "--folder", "auth"])
    monkeypatch.setattr(trial, "warm", lambda: None)
    monkeypatch.setattr(command, "look", lambda **_: None)
    monkeypatch.setattr(command, "_tried", tried)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as ended:
            run_command(command.main)
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert ended.value.code == INTERRUPTED
    printed = capsys.readouterr().out
    assert re.search(r"auth +1 +1 +0 +0  100.0%", printed)
    assert "PARTIAL, 1 of 2" in printed


@pytest.mark.slow
def test_what_is_taken_away_is_noticed_and_no_file_is_touched() -> None:
    before = {path: path.stat().st_mtime_ns for path in PACKAGE.rglob("*.py")}
    run = [sys.executable, "-m", "tests.hostile.mutants", "--by-hand", "--sample", "1"]
    told = subprocess.run(run, cwd=PACKAGE.parent, capture_output=True, text=True, timeout=100, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.search(r"noticed .*\n +by tests/webex/test_trust.py::", told.stdout)
    assert {path: path.stat().st_mtime_ns for path in PACKAGE.rglob("*.py")} == before
