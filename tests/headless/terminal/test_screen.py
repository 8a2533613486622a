"""Colour on a terminal, plain text everywhere else; what shows it is loaded for a terminal only."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_imports import loaded_by
from tests.kit.program import next_event, softphone, started

RED_OR_GREEN = ("\x1b[31m", "\x1b[32m")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a demo that runs."""
    folder = tmp_path_factory.mktemp("runtime")
    folder.chmod(0o700)
    place = {"XDG_RUNTIME_DIR": str(folder), "SOFTPHONE_HOME": str(folder / "home")}
    with started("watch", "--demo", "--json", **place) as watch:
        while next_event(watch)["event"] != "registered":
            pass
        yield place


def on_a_terminal(*arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "softphone", *arguments],
            stdout=theirs,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "100", **environment},
        ) as process:
            os.close(theirs)
            said, ends = bytearray(), "--watch" in arguments
            try:
                while data := os.read(ours, 4096):
                    said += data
                    if ends and b"check in" in said:
                        process.send_signal(signal.SIGINT)
                        ends = False
            except OSError:  # Linux: the other side is gone
                pass
        return said.decode() + f"[{process.returncode}]"
    finally:
        os.close(ours)


@pytest.mark.slow
def test_a_terminal_gets_colour_unless_it_or_the_person_wants_none(place: dict[str, str]):
    asked = ("status", "--demo")
    assert any(colour in on_a_terminal(*asked, **place, TERM="xterm") for colour in RED_OR_GREEN)
    without = on_a_terminal(*asked, **place, TERM="xterm", NO_COLOR="1")
    assert not any(colour in without for colour in RED_OR_GREEN)
    assert "\x1b" not in on_a_terminal(*asked, **place, TERM="dumb")
    assert "\x1b" not in softphone(*asked, **place, TERM="xterm").stdout


@pytest.mark.slow
def test_a_table_that_lives_ends_with_the_terminal_as_it_was(place: dict[str, str]):
    said = on_a_terminal("status", "--watch", "--demo", **place, TERM="xterm")
    assert "\x1b[?25l" in said  # the cursor is hidden meanwhile
    assert said.rpartition("\x1b[?25h")[2].strip().endswith("[0]")


@pytest.mark.slow
def test_a_narrow_terminal_gets_no_row_that_does_not_fit(place: dict[str, str]):
    said = on_a_terminal("status", "--demo", **place, TERM="dumb", COLUMNS="40")
    assert "LAST PROOF" not in said
    assert max(map(len, said.splitlines())) <= 40


@pytest.mark.slow
def test_a_locale_without_our_signs_gets_plain_ones(place: dict[str, str]):
    softphone("deregister", "--demo", "--wait", **place)
    said = softphone("status", "--demo", **place, PYTHONIOENCODING="ascii").stdout
    softphone("register", "--demo", "--wait", **place)
    assert "Not registered" in said
    assert "\\u" not in said


def test_what_asks_the_program_loads_neither_colours_nor_a_loop():
    loaded = loaded_by("softphone.headless.remote", "softphone.headless.terminal.waiting")
    assert loaded.isdisjoint({"rich", "asyncio", "httpx", "sqlite3"})


@pytest.mark.slow
def test_a_reader_that_leaves_ends_it_quietly(place: dict[str, str], tmp_path: Path):
    command = f"{sys.executable} -m softphone status --demo --watch | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        env={**os.environ, **place},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("Webex can reach this line.\n", "")
