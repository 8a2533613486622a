"""Tests in a child process that is forked warm, with one module of softphone changed or its calls watched.

The parent has imported what is slow to import, but nothing of softphone: a child takes the changed code
when it imports the module, so that nothing is patched afterwards and nothing is written to a disk.
"""

import contextlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.hostile.mutants.mutations import PACKAGE

ROOT = PACKAGE.parent
_WARM = [
    "asyncio", "sqlite3", "ssl", "msgspec", "httpx", "h11", "wsproto", "websockets.asyncio.client", "keyring",
    "truststore", "tomli_w", "rich.console", "prometheus_client", "cryptography.fernet", "pytestqt.plugin",
    "hypothesis", "hypothesis.strategies", "_hypothesis_pytestplugin", "PySide6.QtCore",
]  # fmt: skip
_MEMORY_BYTES = 6 << 30
_OPTIONS = (
    "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:anyio",
    "-W", "ignore::pytest.PytestAssertRewriteWarning", "--no-header", "--tb=no", "--hypothesis-seed=0",
    "--capture=no", "-o", "timeout=45",
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """A module, and the code that it has in a trial."""

    module: str
    file: Path
    code: CodeType


@dataclass
class Outcome:
    """What came of a trial: the tests that passed, what each took, and which functions each called."""

    failed: str = ""  # the first test that failed, or why there was none; "" when all passed
    tests: dict[str, float] = field(default_factory=dict)
    calls: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def warm() -> None:
    """Import what a child would otherwise import anew."""
    for name in _WARM:
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.partition(".")[0] == "softphone"]
    assert threading.active_count() == 1, "a process with threads cannot be forked"


def run(
    files: Collection[str],
    *,
    tests: Sequence[str] = (),
    changed: Changed | None = None,
    watched: Sequence[str] = (),
    limit_s: float = 60.0,
) -> Outcome:
    """Run tests in a child, in the order given (empty: all of the files), to the first that fails.

    `watched` are the folders whose functions are noted; then a failure ends nothing. `limit_s` is CPU time;
    three times as much and a minute may pass.
    """
    return in_child(lambda folder: _run_here(folder, files, tests, changed, watched), limit_s)


def in_child(work: Callable[[Path], Outcome], limit_s: float) -> Outcome:
    """Do the work in a child that has a folder of its own, which goes with all that it has started."""
    folder = Path(tempfile.mkdtemp(prefix="softphone-mutant-"))
    answer = folder / "outcome.json"
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            live(folder)
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit_s) + 1, int(limit_s) + 5))
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
            told = json.dumps(vars(work(folder)))
            answer.with_suffix(".part").write_text(told, "utf-8")
            answer.with_suffix(".part").rename(answer)
        os._exit(0)
    try:
        _wait(child, 60.0 + 3 * limit_s)
        if not answer.exists():
            return Outcome(failed="it took too long, or brought the process down")
        return Outcome(**json.loads(answer.read_text("utf-8")))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # its own group: what it started and did not end
        shutil.rmtree(folder, ignore_errors=True)


def _wait(child: int, limit_s: float) -> None:
    ends_at = time.monotonic() + limit_s
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > ends_at:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.02)


# ---- in the child


def live(folder: Path) -> None:
    """Leave the parent's group, its output and its folders, and what it does when it is ended."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    silent = os.open(str(folder / "output"), os.O_RDWR | os.O_CREAT)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    os.chdir(ROOT)
    os.environ.update(
        TMPDIR=str(folder),
        SOFTPHONE_TEST_SEED="0",
        HYPOTHESIS_STORAGE_DIRECTORY=str(folder),
        QT_QPA_PLATFORM="offscreen",
    )
    tempfile.tempdir = None


def _run_here(
    folder: Path,
    files: Collection[str],
    tests: Sequence[str],
    changed: Changed | None,
    watched: Sequence[str],
) -> Outcome:
    if changed is not None:
        sys.meta_path.insert(0, _Finder(changed))
    plugin = _Plugin(tests, watched)
    options = ("-o", "timeout=600") if watched else ("-x",)
    ended = ask_pytest(folder, files, plugin, *options)
    outcome = plugin.outcome
    if ended not in {0, 1} and not outcome.failed:
        outcome.failed = f"pytest ended with {ended}: it cannot be imported, or no test is left"
    return outcome


def ask_pytest(folder: Path, files: Iterable[str], plugin: object, *options: str) -> int:
    """Run pytest in this process."""
    import pytest

    basetemp = f"--basetemp={folder / 'tests'}"
    return int(pytest.main([*_OPTIONS, *options, basetemp, *sorted(files)], plugins=[plugin]))


class _Finder:
    def __init__(self, changed: Changed) -> None:
        self._changed = changed

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        if name != self._changed.module:
            return None
        file = str(self._changed.file)
        inner = [str(self._changed.file.parent)] if self._changed.file.name == "__init__.py" else None
        loader = _Loader(name, file, self._changed.code)
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=inner)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, file: str, code: CodeType) -> None:
        super().__init__(name, file)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code


class _Plugin:
    """Chooses and sorts the tests, notes what they took and, where wanted, which functions they called."""

    def __init__(self, tests: Sequence[str], watched: Sequence[str]) -> None:
        self.outcome = Outcome()
        self._rank = {test: rank for rank, test in enumerate(tests)}
        self._folders = tuple(str(PACKAGE / folder) + os.sep for folder in watched)
        self._seen: set[tuple[str, str]] = set()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self._rank:
            items[:] = sorted(
                (item for item in items if item.nodeid in self._rank),
                key=lambda item: self._rank[item.nodeid],
            )

    def pytest_runtest_protocol(self, item: Any) -> None:
        if self._folders:
            self._seen = set()
            threading.settrace(self._called)
            sys.settrace(self._called)

    def pytest_runtest_logreport(self, report: Any) -> None:
        outcome = self.outcome
        if report.when == "call" and report.passed:
            outcome.tests[report.nodeid] = round(report.duration, 4)
        elif report.failed:
            outcome.failed = outcome.failed or report.nodeid
            outcome.tests.pop(report.nodeid, None)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.outcome.failed = self.outcome.failed or f"{report.nodeid} cannot be imported"

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self._folders:
            sys.settrace(None)
            self.outcome.calls[nodeid] = [
                (os.path.relpath(file, PACKAGE), name.replace("<locals>.", ""))
                for file, name in sorted(self._seen)
            ]

    def _called(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        if code.co_filename.startswith(self._folders):
            call = code.co_filename, code.co_qualname
            if call not in self._seen and not _is_importing(frame):
                self._seen.add(call)


def _is_importing(frame: FrameType | None) -> bool:
    """Whether a module of softphone is being imported, which only the first test does that needs it."""
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith(str(PACKAGE) + os.sep):
            return True
        frame = frame.f_back
    return False
