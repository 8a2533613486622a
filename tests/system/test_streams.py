"""Output that fails nobody: every command with streams that are closed, full, unread or know ASCII only."""

import contextlib
import io
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from softphone.system.streams import QUEUE_LIMIT_BYTES, Outlet
from tests.kit.program import DEADLINE_S, LEAVING_DEADLINE_S, requests_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="descriptors of Unix")

WAYS = {
    "all three closed": "<&- >&- 2>&-",
    "stdout full": ">/dev/full",
    "both full": ">/dev/full 2>/dev/full",
    "reader gone": "| true",
}
COMMANDS = {  # exit codes when no program runs and nobody is signed in
    "--help": 0,
    "--version": 0,
    "dance": 2,
    "status": 3,
    "status --json": 3,
    "register": 3,
    "deregister --all": 3,
    "show": 3,
    "quit": 3,
    "sign-out": 0,
    "watch --cloud none.toml": 2,
    "watch --demo --for 0.05": 0,
}


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = f"set -o pipefail; {sys.executable} -m softphone {command}"
    return subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_s13_a_stream_that_takes_nothing_costs_no_command_its_code(way: str, tmp_path: Path) -> None:
    for command, code in COMMANDS.items():
        result = shell(f"{command} {way}", SOFTPHONE_HOME=str(tmp_path / "home"))
        codes = {code, 1} if way == "| true" and "watch" in command else {code}  # it ends watch
        assert result.returncode in codes, (command, result.stderr)
        assert "Traceback" not in result.stderr
        assert "Exception ignored" not in result.stderr
    if way == ">/dev/full":
        assert shell(f"--help {way}").stderr == (
            "softphone: 1 line could not be printed (No space left on device).\n"
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["PYTHONIOENCODING", "LC_ALL=C"],
)
def test_s13_characters_that_the_terminal_does_not_know_are_escaped(environment: dict[str, str]) -> None:
    result = shell("watch --cloud Zoë-📞.toml", **environment)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.isascii()
    assert ".toml: cannot be read" in result.stderr


@pytest.mark.parametrize("words", ["Zoë", "📞", "a \ud800 alone", "plain"])
def test_s13_json_that_was_escaped_for_ascii_is_read_as_it_was(words: str) -> None:
    code = (
        "import json, sys\nfrom softphone.system import streams\nstreams.mend()\n"
        "print(json.dumps(json.loads(sys.argv[1]), ensure_ascii=False))"
    )
    said = subprocess.check_output(
        [sys.executable, "-c", code, json.dumps(words)], env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert json.loads(said.decode("ascii")) == words


@pytest.mark.slow
def test_s13_ctrl_c_during_the_imports_ends_it_without_a_word(tmp_path: Path) -> None:
    """The first import of ours is slowed down; what Python says before it is Python's."""
    (tmp_path / "sitecustomize.py").write_text(SLOW_IMPORT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])}
    of_status = ("softphone.errors", "softphone.headless.instance")
    of_window = ("PySide6.QtWidgets", "softphone.ui.start")
    for module in (*of_status, *of_window):
        with subprocess.Popen(
            [sys.executable, "-m", "softphone", *([] if module in of_window else ["status"])],
            env={**environment, "SLOW_IMPORT": module, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "importing\n"
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
        assert (output, errors) == ("", "")
        assert process.returncode == -signal.SIGINT


SLOW_IMPORT = """
import os, sys, time
class Slow:
    def find_spec(self, name, path, target=None):
        if name == os.environ["SLOW_IMPORT"]:
            os.write(1, b"importing\\n")
            time.sleep(30)
sys.meta_path.insert(0, Slow())
"""


# ---- watch, and nobody reads


@contextlib.contextmanager
def watching(out: int, journal: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    command = ["watch", "--demo", "flapping", "--time-scale", "0.02", "--journal", str(journal), *more]
    with subprocess.Popen(
        [sys.executable, "-m", "softphone", *command], stdout=out, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until_keepalives(journal: Path, count: int) -> None:
    until_s = time.monotonic() + DEADLINE_S
    while not journal.exists() or len(requests_in(journal, "POST", "keepalive")) < count:
        assert time.monotonic() < until_s
        time.sleep(0.05)


def filled_pipe() -> tuple[int, int]:
    """Return a pipe that takes no byte more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for size in (65536, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * size)
    os.set_blocking(writing, True)
    return reading, writing


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize("blocking", [True, False], ids=["blocking", "non-blocking"])
def test_s9_a_pipe_that_nobody_reads_holds_up_no_keepalive_and_no_end(
    more: Sequence[str], blocking: bool, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    reading, writing = filled_pipe()
    os.set_blocking(writing, blocking)
    with watching(writing, journal, *more) as process:
        until_keepalives(journal, 6)
        process.terminate()
        _, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    os.close(writing)
    os.close(reading)
    assert process.returncode == 0
    assert errors.endswith("could not be printed (nobody read them).\n")
    assert len(requests_in(journal, "DELETE", "deregister")) == 1


@pytest.mark.slow
def test_s9_a_full_disk_holds_up_no_keepalive_and_no_end(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with Path("/dev/full").open("w") as full, watching(full.fileno(), journal, "--json") as process:
        until_keepalives(journal, 6)
        process.terminate()
        _, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    assert process.returncode == 0
    assert errors.endswith("could not be printed (No space left on device).\n")
    assert len(requests_in(journal, "DELETE", "deregister")) == 1


# ---- the outlet itself


class Disk(io.RawIOBase):
    """A file with so much room; `room` may grow."""

    def __init__(self, room: int) -> None:
        self.room, self.text = room, b""

    def write(self, data) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        taken = bytes(data)[: self.room]
        self.text += taken
        self.room -= len(taken)
        return len(taken)


def test_s9_where_lines_are_missing_their_number_stands_and_no_line_is_glued_to_a_half_one() -> None:
    disk = Disk(room=9)
    outlet = Outlet(disk)
    for line in (b"first\n", b"second\n", b"third\n"):
        outlet.write(line)
    disk.room = 1000
    outlet.write(b"fourth\n")
    outlet.write(b"fifth\n")
    assert disk.text == b"first\nsec\n(2 lines missing here)\nfourth\nfifth\n"
    assert outlet.dropped == 2


def test_s9_the_newest_lines_are_those_that_wait() -> None:
    reading, writing = filled_pipe()
    with io.FileIO(writing, "w") as raw, io.FileIO(reading) as pipe:
        outlet = Outlet(raw)
        outlet.never_wait()
        count = 3 * QUEUE_LIMIT_BYTES // 1000
        for number in range(count):
            outlet.write(b"%d %s\n" % (number, b"-" * 1000))
        text = b""
        while not text.endswith(b"%d %s\n" % (count - 1, b"-" * 1000)):
            assert select.select([pipe], [], [], DEADLINE_S)[0]
            text += pipe.read(65536)
        outlet.finish()
        assert outlet.dropped > count // 2
        told = sum(map(int, re.findall(rb"\((\d+) lines? missing here\)\n", text)))
        assert told == outlet.dropped
        written = [line for line in text.splitlines()[1:] if b"missing" not in line]
        assert len(written) + outlet.dropped in {count, count - 1}  # the first stands behind the filling


def test_s9_a_computer_that_stood_still_at_the_end_costs_no_last_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = Disk(room=1000)
    outlet = Outlet(disk)
    outlet.never_wait()
    wait_for, standstills = outlet._change.wait_for, iter([True])

    def waited(holds: Callable[[], object], timeout_s: float | None = None) -> object:
        # Time is over at once, and nobody else has run meanwhile.
        if timeout_s is not None and next(standstills, False):
            return holds()
        return wait_for(holds, timeout_s)

    with outlet._change:  # the thread that writes gets no turn before the end looks
        outlet.write(b"the last\n")
        monkeypatch.setattr(outlet._change, "wait_for", waited)
        outlet.finish()
    assert (disk.text, outlet.dropped) == (b"the last\n", 0)
