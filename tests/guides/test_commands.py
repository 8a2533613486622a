"""What a reader types does what the guide says: every block of commands is run, or says why it is not.

The blocks of a document are one session of a shell, from top to bottom, in a home of its own. A simulated
cloud stands where Webex would stand, by the cloud file of that home; WEBEX_TOKEN is a token of it.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from softphone.sim.server import CloudServer
from softphone.system.folders import CLOUD_FILE_NAME
from tests.guides.blocks import BLOCKS, Block
from tests.house.test_citations import ROOT

COMMANDS = frozenset({"sh", "console", "python"})
# Held against something else (tests/guides/test_samples.py), or only to be looked at.
SAMPLES = frozenset({"toml", "json", "prometheus"})
DRAWINGS = frozenset({"text", "mermaid"})

RUN = {
    name: [block for block in BLOCKS if block.document == name and block.language in COMMANDS]
    for name in dict.fromkeys(
        block.document for block in BLOCKS if block.language in COMMANDS and not block.why_not
    )
}
MARK = "\x1e"  # printed before each command
# Refused: whoever forgets to mark a block must not alter this computer.
INSTALLERS = frozenset({"apt", "apt-get", "dpkg", "git", "npm", "pip", "pipx", "sudo"})
LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Command:
    """What is typed, and what the guide says is answered; None where it says nothing."""

    place: str
    typed: str
    answer: str | None = None


def commands_of(block: Block) -> Iterator[Command]:
    """Yield the commands of a block; the lines of a console after `$ ` are typed, the others answered."""
    match block.language:
        case "sh":
            yield Command(block.place, block.text)
        case "python":
            yield Command(block.place, f"python - <<'PYTHON'\n{block.text}PYTHON\n")
        case _:
            for each in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                typed = re.match(r"(?:.*\\\n)*.*\n", each)
                assert typed, block.place
                yield Command(block.place, typed[0], each[typed.end() :])


def shape(answer: str) -> str:
    """Return the pattern of an answer: any number fits a number, anything fits `...`."""
    parts = re.split(r"(^\.\.\.\n|\.\.\.|\d+)", answer, flags=re.MULTILINE)
    patterns = {"...\n": r"(?:.*\n)*?", "...": ".*"}
    return "".join(patterns.get(part) or (r"\d+" if part.isdecimal() else re.escape(part)) for part in parts)


@contextlib.contextmanager
def home(folder: Path) -> Iterator[dict[str, str]]:
    """A home where the program has been installed and Webex is simulated; yields the environment."""
    programs, runtime = folder / "programs", folder / "runtime"
    for each in (programs, runtime):
        each.mkdir(mode=0o700)
    python = f'exec "{sys.executable}"'
    does = dict.fromkeys(INSTALLERS, "echo this would install: say that it is not run here; exit 1")
    does |= {"python": f'{python} "$@"', "softphone": f'{python} -m softphone "$@"'}
    for name, what in does.items():
        (programs / name).write_text(f"#!/bin/sh\n{what}\n")
        (programs / name).chmod(0o755)
    config = folder / "home/.config/softphone"
    config.mkdir(parents=True, mode=0o700)
    with CloudServer("calm", time_scale=0.1) as cloud:
        (config / CLOUD_FILE_NAME).write_text(cloud.cloud_file_text)
        yield {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(runtime),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",  # windows that nobody sees
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "WEBEX_TOKEN": cloud.users[0].token,
        }


def answers(commands: list[Command], folder: Path) -> list[str]:
    """Type the commands one after the other until one fails; return what was answered to each, and that."""
    session = "".join(f"printf '{MARK}'\n{command.typed}" for command in commands)
    (folder / "session").write_text(f"set -eu\n{session}printf '{MARK}'\n")
    with home(folder) as environment, (folder / "said").open("wb") as said:
        shell = subprocess.Popen(
            ["bash", folder / "session"],
            cwd=folder / "home",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            shell.wait(LIMIT_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
                shell.wait()
    return (folder / "said").read_text(encoding="utf-8").split(MARK)[1:]


def check(commands: list[Command], folder: Path) -> None:
    """Fail for a command that ends with anything but 0, or answers otherwise than the guide says."""
    told = answers(commands, folder)
    assert len(told) == len(commands) + 1, f"{commands[len(told) - 1]} failed: {told[-1]}"
    for command, answer in zip(commands, told, strict=False):
        if command.answer is not None:
            assert re.fullmatch(shape(command.answer), answer), f"{command} was answered: {answer}"


# ---- every block


def test_every_block_says_what_it_is():
    strange = [block.place for block in BLOCKS if block.language not in COMMANDS | SAMPLES | DRAWINGS]
    assert not strange, f"a drawing is ```text: {strange}"
    assert not [block.place for block in BLOCKS if block.why_not and block.language not in COMMANDS]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
@pytest.mark.parametrize("document", RUN)
def test_the_commands_of_a_guide_do_what_it_says(document: str, tmp_path: Path):
    wanted = [block for block in RUN[document] if not block.why_not]
    check([command for block in wanted for command in commands_of(block)], tmp_path)


# ---- the check itself


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", "true\nfalse\ntrue\n"),
        ("sh", "sudo true\n"),
        ("python", "raise SystemExit(3)\n"),
        ("console", "$ echo 7 lines\n8 lamps\n"),
        ("console", "$ echo one; echo two\none\n"),
        ("console", "$ true\nsomething\n"),
        ("console", "$ echo something\n"),
    ],
)
def test_a_command_that_fails_or_answers_otherwise_is_found(language: str, text: str, tmp_path: Path):
    block = Block(document="made up", line=1, heading="", language=language, text=text, why_not="")
    with pytest.raises(AssertionError, match="made up:1"):
        check(list(commands_of(block)), tmp_path)


def test_numbers_and_dots_fit_any_answer_of_their_shape(tmp_path: Path):
    text = "$ echo 22:10 at host; \\\n  echo on; echo and on; echo end\n9:3 at ...\n...\nend\n"
    block = Block(document="made up", line=1, heading="", language="console", text=text, why_not="")
    check(list(commands_of(block)), tmp_path)
