"""Pages that need a process of their own: `run` starts one and returns what it prints."""

import os
import subprocess
import sys
from pathlib import Path


def run(*arguments: str | Path, environment: dict[str, str] | None = None, timeout_s: float = 60.0) -> str:
    """Run Python with these arguments as the program does, with a sandbox where one can be."""
    sandbox = {"QTWEBENGINE_DISABLE_SANDBOX": "1"} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=Path(__file__).parents[4],
        env=dict(os.environ if environment is None else environment) | sandbox,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
