"""Tokens from a command and from an open file: what is run, what is shown, what fails how."""

import os
import shlex
import subprocess
import sys

import pytest

from softphone.errors import ConfigError, SoftphoneError
from softphone.headless import token_command
from softphone.headless.token_command import token_from_command, token_from_descriptor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands of Unix")


def python(code: str) -> str:
    """Return a command line that runs the code."""
    return shlex.join([sys.executable, "-c", code])


async def failure_of(command: str) -> str:
    with pytest.raises(SoftphoneError) as caught:
        await token_from_command(command)()
    return caught.value.sentence


def pipe_with(content: bytes) -> int:
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


# ---- a command


async def test_the_first_line_that_a_command_prints_is_the_token():
    assert await token_from_command(python(r"print('one-word\nsecond line')"))() == "one-word"


async def test_no_shell_reads_the_command():
    assert await token_from_command("echo $HOME;true")() == "$HOME;true"


async def test_what_a_command_says_is_shown_and_what_it_prints_is_not():
    said: list[str] = []
    ask = token_from_command(
        python("import sys; print('printed-token'); sys.stderr.write('from\\nthe vault')"), tell=said.append
    )
    assert await ask() == "printed-token"
    assert said == ["from the vault"]


async def test_a_command_that_fails_says_its_code_and_its_words_and_no_token():
    sentence = await failure_of(
        python("import sys; print('the-secret'); sys.stderr.write('locked'); sys.exit(3)")
    )
    assert sentence == f"The token command {sys.executable} failed: it ended with 3. locked"


async def test_a_command_that_is_not_there_is_said():
    assert await failure_of("/no/such/command x") == (
        "The token command /no/such/command failed: it cannot be run (No such file or directory)."
    )


@pytest.mark.parametrize("code", ["pass", "print('two words')", "print('x' * 100_000)", "print('ümlaut')"])
async def test_what_is_no_token_is_refused_without_showing_it(code: str):
    sentence = await failure_of(python(code))
    assert sentence.endswith("failed: it printed no access token: that is one long word.")


async def test_a_command_that_hangs_is_killed_with_what_it_started(monkeypatch: pytest.MonkeyPatch):
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    monkeypatch.setattr(token_command, "DEADLINE_S", 0.5)
    code = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[{writing}])
"""
    command = f"/bin/sh -c {shlex.quote(python(code) + '; sleep 600')}"
    assert "it took longer than 0 s" in await failure_of(command)
    os.close(writing)
    with os.fdopen(reading, "rb") as end:
        assert end.read() == b""  # nobody holds the other end any more


@pytest.mark.parametrize("command", ["", "   ", "unclosed 'quote"])
def test_a_command_that_cannot_be_read_is_refused_at_once(command: str):
    with pytest.raises(ConfigError, match="token command"):
        token_from_command(command)


# ---- an open file


@pytest.mark.parametrize("descriptor", [-1, 2, 2**31, 10**30])
def test_what_can_be_no_descriptor_of_ours_is_refused(descriptor: int):
    with pytest.raises(ConfigError, match="use one from 3 on"):
        token_from_descriptor(descriptor)


def test_the_token_of_a_descriptor_is_read_once_and_the_descriptor_is_closed():
    descriptor = pipe_with(b"  one-word \nmore")
    assert token_from_descriptor(descriptor) == "one-word"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize("content", [b"", b"\n", b"two words\n", b"x" * 9000, b"\xff\xfe\n"])
def test_a_descriptor_without_a_token_is_refused_and_closed(content: bytes):
    descriptor = pipe_with(content)
    with pytest.raises(ConfigError, match="has no access token"):
        token_from_descriptor(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize(
    ("descriptor", "words"), [(-1, "from 3 on"), (0, "from 3 on"), (999, "cannot be read")]
)
def test_a_descriptor_that_cannot_be_read_is_named(descriptor: int, words: str):
    with pytest.raises(ConfigError, match=f"File descriptor {descriptor} .*{words}"):
        token_from_descriptor(descriptor)


def test_a_shell_hands_the_token_over_and_no_child_has_it():
    code = """
import subprocess, sys
from softphone.headless.token_command import token_from_descriptor
assert token_from_descriptor(9) == "one-word"
sys.exit(subprocess.call([sys.executable, "-c", "import os; os.fstat(9)"], stderr=subprocess.DEVNULL))
"""
    done = subprocess.run(["bash", "-c", f"{python(code)} 9< <(echo one-word)"], check=False, timeout=30)
    assert done.returncode == 1  # the child found no such file
