"""The program starts again in its own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from softphone import cli
from softphone.system import again

PROGRAM = """
import os, signal, sys
from softphone.system import again
first = "SECRET" in os.environ and not os.path.exists(sys.argv[1])
print(os.getpid(), sys.argv[2:], os.environ.get("SECRET"), signal.getsignal(signal.SIGINT), flush=True)
if first:
    open(sys.argv[1], "w").close()
    del os.environ["SECRET"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    again.start_again()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts a second process")
def test_it_is_the_same_process_with_what_it_was_given_and_is_not_hidden(tmp_path: Path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "mark"), "--profile", "two words", "--hidden"],
        env=os.environ | {"SECRET": "s", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.replace(", '--hidden'", "") == second
    assert "['--profile', 'two words'] s " in second


def test_the_command_line_starts_again_when_the_window_asks(monkeypatch: pytest.MonkeyPatch):
    started: list[bool] = []
    for harmful in ("hardening.harden", "hardening.report_faults", "streams.mend", "streams.finish"):
        monkeypatch.setattr(f"softphone.{harmful}", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(cli, "_COMMANDS", {"status": lambda _: again.START_AGAIN})
    monkeypatch.setattr(again, "start_again", lambda: started.append(True))
    monkeypatch.setattr("sys.argv", ["softphone", "status"])
    cli.main()
    assert started == [True]
