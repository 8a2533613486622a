"""The bundle as people use it: `packaging/bundle --check`.

It registers without a window, signs in on the real page by keys and registers, and is measured beside a start
from the source. Prints a line a step, and ends with 1 when one failed.
"""

import argparse
import json
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import softphone
from tests.packaging.building import CHECKOUT
from tests.packaging.roots import START_S, Keys, Report, StepError, end_of, screen

STARTS = 7
LIMIT_S = 120.0


def main() -> int:
    """Try the program; return 0 when every step was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    options = parser.parse_args()
    report = Report(None)
    with screen() as display, tempfile.TemporaryDirectory() as home:
        bundle = Bundle(options.program.resolve(), display, Path(home))
        for step in (
            bundle.answers,
            bundle.says_its_licences,
            bundle.watches,
            bundle.signs_in,
            bundle.opens_quickly,
        ):
            try:
                outcome, well = step(), True
            except (StepError, subprocess.TimeoutExpired, LookupError, ValueError) as why:
                outcome, well = str(why), False
            report.tell("bundle", (step.__doc__ or "").strip("."), outcome, well=well)
    return 1 if report.failed else 0


class Bundle:
    """The built program, with a home of its own."""

    def __init__(self, program: Path, display: str, home: Path) -> None:
        self._program, self._display, self._home = program, display, home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
        as_root = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
        self._environment = {**kept, **as_root, "HOME": str(home), "DISPLAY": display, "LC_ALL": "C.UTF-8"}

    def answers(self) -> str:
        """Says its version, from anywhere."""
        said = self._run("--version")
        if said != f"softphone {softphone.__version__}\n":
            raise StepError(said)
        return said.strip()

    def says_its_licences(self) -> str:
        """Has the text of each licence."""
        shipped = runpy.run_path(str(CHECKOUT / "packaging" / "licences" / "shipped.py"))
        folders = (self._program.parent / "_internal" / "licences").iterdir()
        told = {folder.name for folder in folders if any(folder.iterdir())}
        if missing := {*shipped["names"](), "python", "softphone"} - told:
            raise StepError(f"none of {', '.join(sorted(missing))}")
        return f"{len(told)}"

    def watches(self) -> str:
        """Registers without a window."""
        said = self._run("watch", "--demo", "--json", "--until", "registered")
        return ", ".join(json.loads(line)["event"] for line in said.splitlines())

    def signs_in(self) -> str:
        """Signs in on the page, registers and quits."""
        journal = self._home / "journal"
        with self._started("--demo", "--journal", str(journal)) as process:
            person = Keys(self._display, process, journal)
            person.wait_for_window(START_S)
            person.sign_in()
            lines = json.loads(self._run("status", "--demo", "--json"))["lines"]
            self._run("quit", "--demo")
            said, _ = process.communicate(timeout=START_S)
        if process.returncode or [line["state"] for line in lines] != ["registered"]:
            raise StepError(f"{process.returncode} {lines} {end_of(said)}")
        return f"registered; {size_mb(self._program.parent)} MB"

    def opens_quickly(self) -> str:
        """Opens its window beside the source's, medians."""
        source = Path(sys.executable).with_name("softphone")
        pairs = [(self._opens(self._program), self._opens(source)) for _ in range(STARTS)]
        frozen_s, source_s = (statistics.median(each) for each in zip(*pairs, strict=True))
        return f"{1000 * frozen_s:.0f} ms, from source {1000 * source_s:.0f} ms: {frozen_s / source_s:.2f}"

    def _opens(self, command: Path) -> float:
        began_s = time.monotonic()
        with self._started("--demo", command=command) as program:
            person = Keys(self._display, program, self._home / "none")
            while not person.windows():
                if time.monotonic() > began_s + START_S:
                    program.kill()
                    raise StepError(f"no window: {end_of(program.communicate()[0])}")
            took_s = time.monotonic() - began_s
            program.terminate()
            program.communicate(timeout=START_S)
        return took_s

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self._program, *arguments],
            cwd=self._home,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if done.returncode:
            raise StepError(
                f"{arguments[0]} ended with {done.returncode}: {end_of(done.stdout + done.stderr)}"
            )
        return done.stdout

    @contextmanager
    def _started(self, *arguments: str, command: Path | None = None) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [command or self._program, *arguments],
            cwd=self._home,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()


def size_mb(folder: Path) -> int:
    """Return what a folder takes on the disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if not file.is_symlink()) // 10**6


if __name__ == "__main__":
    sys.exit(main())
