"""The vectors of sign-in.md with pass marks: `python -m tests.auth.vectors [--markdown FILE]`.

Runs exactly the tests that `vectors.txt` names and prints a row for each vector and each item of the
hardening list; a named test that does not exist or is skipped fails its vector. Exit code 1 when one fails.
Needs an X display; as root also QTWEBENGINE_DISABLE_SANDBOX=1.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Vector:
    """One row; a verdict is "as asked", "better: why" or "less: what is missing"."""

    name: str
    situation: str
    verdict: str
    tests: tuple[str, ...]


def read_vectors() -> tuple[Vector, ...]:
    """Read the table beside this file."""
    text = (Path(__file__).parent / "vectors.txt").read_text(encoding="utf-8")
    files = dict(re.findall(r"^(\w+) = (\S+)$", text, re.MULTILINE))
    return tuple(
        _vector(block.splitlines(), files) for block in text.split("\n\n") if re.match(r"[A-Z]\d\d ", block)
    )


def _vector(lines: Sequence[str], files: dict[str, str]) -> Vector:
    name, _, situation = lines[0].partition(" ")
    below = [line.strip() for line in lines[1:]]
    tests = [line.split("::") for line in below if "::" in line]
    verdicts = [line for line in below if "::" not in line] or ["as asked"]
    return Vector(
        name, situation, " ".join(verdicts), tuple(f"{files.get(file, file)}::{test}" for file, test in tests)
    )


class Marks:
    """A pytest plugin: keeps the named tests of a run and remembers how each of them ended."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._ended: dict[str, list[bool]] = defaultdict(list)
        self._ran: dict[str, list[str]] = {}

    def passed(self, name: str) -> bool:
        """Whether every test of this name ran and passed, and there was one."""
        return bool(self._ended[name]) and all(self._ended[name])

    def count(self, name: str) -> int:
        """How many tests the name stands for."""
        return sum(name in names for names in self._ran.values())

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what nobody named."""
        named = {item: self._names_of(item.nodeid) for item in items}
        self._ran = {item.nodeid: names for item, names in named.items() if names}
        config.hook.pytest_deselected(items=[item for item, names in named.items() if not names])
        items[:] = [item for item, names in named.items() if names]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a part of a test ended; what is skipped proves nothing."""
        if report.when == "call" or not report.passed:
            for name in self._ran.get(report.nodeid, ()):
                self._ended[name].append(report.passed)

    def _names_of(self, node: str) -> list[str]:
        plain, _, case = node.removeprefix("tests/").partition("[")
        wanted = (plain, *(f"{plain}[{case[:length]}" for length in range(1, len(case) + 1)))
        return [name for name in wanted if name in self._names]


def run(vectors: Sequence[Vector]) -> Marks:
    """Run the named tests in this process. Raises RuntimeError when pytest could not run them."""
    names = [test for vector in vectors for test in vector.tests]
    marks = Marks(names)
    files = sorted({str(TESTS / name.partition("::")[0]) for name in names})
    options = ["-q", "--no-header", "--tb=short", "--continue-on-collection-errors", "-p", "no:cacheprovider"]
    code = pytest.main([*options, *files], plugins=[marks])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}:
        raise RuntimeError(f"the tests could not be run: {code!r}")
    return marks


def table(vectors: Sequence[Vector], marks: Marks) -> str:
    """Return the marks as a table in Markdown, with a line that sums them up."""
    rows = ["| vector | situation | verdict | tests | mark |", "|---|---|---|---|---|"]
    for vector in vectors:
        count = sum(map(marks.count, vector.tests))
        situation = vector.situation.replace("|", "\\|")
        rows.append(f"| {vector.name} | {situation} | {vector.verdict} | {count} | {_mark(vector, marks)} |")
    kinds = {
        "vectors": [vector for vector in vectors if not vector.name.startswith("H")],
        "items of the hardening list": [vector for vector in vectors if vector.name.startswith("H")],
    }
    sums = [
        f"{sum(_mark(one, marks) == 'pass' for one in some)} of {len(some)} {kind} pass"
        for kind, some in kinds.items()
    ]
    return "\n".join([*rows, "", f"{'; '.join(sums)}."]) + "\n"


def _mark(vector: Vector, marks: Marks) -> str:
    return "pass" if all(map(marks.passed, vector.tests)) else "FAIL"


def main() -> int:
    """Run, print, and say by the exit code whether every vector passes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there too")
    options = parser.parse_args()
    vectors = read_vectors()
    marks = run(vectors)
    text = table(vectors, marks)
    sys.stdout.write(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    return int(any(_mark(vector, marks) == "FAIL" for vector in vectors))


if __name__ == "__main__":
    sys.exit(main())
