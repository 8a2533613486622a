"""Draws mutants evenly over folders and lines, and tries whether a test notices each."""

import random
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.mutants import ready, trial
from tests.hostile.mutants.mutations import PACKAGE, Draft, Mutant, drafts_of, enum_members, files_of
from tests.hostile.mutants.seen import Seen

Key = tuple[str, str, str, str]
SURVIVORS = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. `by` is what noticed it, `reason` why nothing can."""

    mutant: Mutant
    by: str = ""
    reason: str = ""

    @property
    def survived(self) -> bool:
        return not self.by and not self.reason


def equivalents() -> dict[Key, str]:
    """Return why the mutants that nothing can notice are none; see the file for wider rows."""
    with SURVIVORS.open("rb") as file:
        rows = tomllib.load(file).get("equivalent", [])
    return {
        (row["file"], row["function"], row.get("before", ""), row.get("after", "")): row["reason"]
        for row in rows
    }


def drawn(chance: random.Random, folders: Iterable[str], sample: int) -> Iterator[Mutant]:
    """Yield so many mutants, equally many of each folder; there each line has the same chance."""
    enums, folders = enum_members(), tuple(folders)
    for place, folder in enumerate(folders):
        by_line: dict[tuple[Path, int], list[Draft]] = defaultdict(list)
        for path in files_of(folder):
            for line, draft in drafts_of(path, enums):
                by_line[path, line].append(draft)
        wanted = sample // len(folders) + (place < sample % len(folders))
        while wanted and by_line:
            place_of_line = chance.choice(list(by_line))
            mutant = chance.choice(by_line.pop(place_of_line)).made()
            if mutant is not None:
                wanted -= 1
                yield mutant


def try_all(mutants: list[Mutant], seen: Seen, known: dict[Key, str]) -> Iterator[tuple[int, Verdict]]:
    """Yield the verdict on each, in an order of its own: first what is quickly noticed."""
    left, ready_tried = [], set[int]()
    for index, mutant in enumerate(mutants):
        where = mutant.key[:2]
        keys = (mutant.key, (*where, mutant.before, ""), (*where, "", ""))
        reason = next((known[key] for key in keys if key in known), "")
        if reason:
            yield index, Verdict(mutant, reason=reason)
        else:
            left.append(index)
    for place, by in ready.noticed([mutants[index] for index in left], seen):
        if by:
            yield left[place], Verdict(mutants[left[place]], by)
            left[place] = -1
        else:
            if mutants[left[place]].outer:
                ready_tried.add(left[place])
            sys.stderr.write(f"tried once more: {mutants[left[place]]}\n")
    for index in left:
        if index >= 0:
            yield index, try_it(mutants[index], seen, briefly=index in ready_tried)


def try_it(mutant: Mutant, seen: Seen, *, briefly: bool = False) -> Verdict:
    """Run the tests that may notice the mutant, those nearest to it first; `briefly` no others."""
    first, rest = seen.tests_for(mutant)
    changed = trial.Changed(mutant.module, PACKAGE / mutant.file, mutant.code)
    for tests in (first, [] if briefly else rest):
        if tests:
            files = {test.partition("::")[0] for test in tests}
            limit_s = 15.0 + 3 * seen.took_s(tests)
            outcome = trial.run(files, tests=tests, changed=changed, limit_s=limit_s)
            if outcome.failed:
                return Verdict(mutant, by=outcome.failed)
    return Verdict(mutant)


def reliable(verdicts: Iterable[Verdict]) -> set[str]:
    """Return those of the tests that noticed something which pass where nothing is changed."""
    noticed = sorted({verdict.by for verdict in verdicts if "::" in verdict.by})
    passed: set[str] = set()
    while noticed:
        outcome = trial.run({test.partition("::")[0] for test in noticed}, tests=noticed, limit_s=600.0)
        passed |= set(outcome.tests)
        noticed = [test for test in noticed if test not in passed and test != outcome.failed]
        if not outcome.tests and not outcome.failed:
            break
    return passed
