"""What the command line says of itself."""

import shutil
import subprocess
from pathlib import Path

import pytest

from softphone import cli
from softphone.commands.help import SHELLS, completion
from softphone.commands.parser import COMMANDS

ASK_BASH = """
source "$1"
COMP_WORDS=($2)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_shtab_softphone
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_learns_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command.name in script for command in COMMANDS)


@pytest.mark.skipif(shutil.which("bash") is None, reason="asks bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("softphone sta", {"status"}),
        ("softphone de", {"deregister", "devices"}),
        ("softphone help wa", {"watch"}),
        ("softphone watch --unt", {"--until"}),
        ("softphone watch --until reg", {"registered"}),
        ("softphone watch --cloud clo", {"cloud.toml"}),
    ],
)
def test_bash_completes_commands_options_words_and_files(
    typed: str, offered: set[str], tmp_path: Path
) -> None:
    (tmp_path / "cloud.toml").touch()
    (tmp_path / "script").write_text(completion("bash"))
    asked = ["bash", "-c", ASK_BASH, "bash", str(tmp_path / "script"), typed]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, timeout=30, check=False)
    assert set(done.stdout.split()) == offered, done.stderr
