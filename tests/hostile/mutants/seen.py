"""Which test calls which function: found by running each test file once with its calls watched, and kept.

What is kept stands in the temporary folder, under the hash of the test file. It may be older than the
program: then a test may be missed that would notice, and a mutant counts as not noticed until `--look-again`.
"""

import getpass
import hashlib
import json
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.hostile.mutants import trial
from tests.hostile.mutants.mutations import PACKAGE, Mutant

FOLDERS = ("line", "webex", "auth", "calling", "wording")
_TESTS = PACKAGE.parent / "tests"
_ROOMS = (*FOLDERS, "accounts")
_FILES_AT_ONCE = 12
_FIRST_TESTS = 60  # tried before all others: those nearest to the code, and quick
_FIRST_S = 3.0
_ALL_S = 25.0
_LONGEST_S = 12.0  # of one test


class Seen:
    """The tests, what each takes, and the functions it calls."""

    def __init__(self) -> None:
        self._took_s: dict[str, float] = {}
        self._by_function: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._importers: dict[str, set[str]] = defaultdict(set)  # of a module: test files
        self._texts: dict[str, str] = {}

    def add(self, file: str, outcome: dict[str, Any]) -> None:
        for test, took_s in outcome["tests"].items():
            if took_s <= _LONGEST_S:
                self._took_s[test] = took_s
                for module, function in outcome["calls"].get(test, ()):
                    self._by_function[module, function].add(test)
        text = (PACKAGE.parent / file).read_text("utf-8")
        self._texts[file] = text
        for parent, names in re.findall(r"^from (softphone[\w.]*) import (\([^)]*|.*)", text, re.M):
            self._importers[parent].add(file)
            for name in re.split(r"[,\s()]+", names):
                self._importers[f"{parent}.{name}"].add(file)

    def is_called(self, mutant: Mutant) -> bool:
        """Whether a test calls the function that it is in, and not only the import of the module."""
        return (mutant.file, mutant.function) in self._by_function

    def tests_for(self, mutant: Mutant) -> tuple[list[str], list[str]]:
        """Return the tests to begin with, and all others that may notice, in their order."""
        nearest = set[str]().union(*(self._by_function.get((mutant.file, user), ()) for user in mutant.users))
        chosen = set(self._by_function.get((mutant.file, mutant.function), ()))
        if not self.is_called(mutant):  # a table, a default of a class, what runs while it is imported
            beside = self._importers[mutant.module]
            chosen = {test for test in self._took_s if test.partition("::")[0] in beside}
            for (file, _), tests in self._by_function.items():
                if file == mutant.file:
                    chosen |= tests
            chosen = chosen | nearest or {
                test for test in self._took_s if test.startswith(f"tests/{mutant.folder}/")
            }
        stem = Path(mutant.file).stem
        names = "|".join(map(re.escape, mutant.table.co_names)) if mutant.table else ""
        naming = {
            file
            for file in self._importers[mutant.module]
            if names and re.search(rf"\b({names})\b", self._texts[file])
        }

        def rank(test: str) -> tuple[int, float]:
            file = test.partition("::")[0]
            if file in naming:
                return -1, self._took_s[test]
            mirrored = 0 if f"test_{stem}" in file else 1 if file in self._importers[mutant.module] else 2
            return mirrored + (3 if nearest and test not in nearest else 0), self._took_s[test]

        ordered = sorted(chosen, key=rank)
        first: list[str] = []
        rest: list[str] = []
        spent_s = 0.0
        for test in ordered:
            fits_s = spent_s + self._took_s[test]  # a slow one is passed over and keeps no quick one out
            if fits_s >= _ALL_S:
                continue
            chosen_for = first if len(first) < _FIRST_TESTS and fits_s < _FIRST_S else rest
            chosen_for.append(test)
            spent_s = fits_s
        return first, sorted(rest, key=self._took_s.__getitem__)

    def forget(self, test: str) -> None:
        """Never name this test again."""
        for tests in self._by_function.values():
            tests.discard(test)
        self._took_s.pop(test, None)

    def took_s(self, tests: Iterable[str]) -> float:
        return sum(self._took_s[test] for test in tests)


def look(*, again: bool = False) -> Seen:
    """Return what the tests call, watching those that are not known yet (five minutes for all)."""
    files = _test_files()
    folder = Path(tempfile.gettempdir()) / f"softphone-mutants-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = {
        file: folder / f"{_hash(file.encode(), (PACKAGE.parent / file).read_bytes())}.json" for file in files
    }
    unknown = [file for file in files if again or not kept[file].exists()]
    for at in range(0, len(unknown), _FILES_AT_ONCE):
        part = unknown[at : at + _FILES_AT_ONCE]
        outcome = trial.run(part, watched=FOLDERS, limit_s=600.0)
        if not outcome.tests:
            raise RuntimeError(f"nothing could be watched in {part}: {outcome.failed}")
        for file in part:
            mine = {
                "tests": {test: took for test, took in outcome.tests.items() if test.startswith(f"{file}::")},
                "calls": {test: run for test, run in outcome.calls.items() if test.startswith(f"{file}::")},
            }
            kept[file].write_text(json.dumps(mine), "utf-8")
    seen = Seen()
    for file in files:
        seen.add(file, json.loads(kept[file].read_text("utf-8")))
    return seen


def _test_files() -> list[str]:
    paths = [*_TESTS.glob("test_*.py")]
    for room in _ROOMS:
        paths += (_TESTS / room).rglob("test_*.py")
    return sorted(os.path.relpath(path, PACKAGE.parent) for path in paths)


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]
