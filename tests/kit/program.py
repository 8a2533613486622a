"""The program as a process of its own, and waiting for what it does."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone.sim.server import CloudServer

DEADLINE_S = 30.0  # generous: the machine may be busy
LEAVING_DEADLINE_S = 10.0  # scripts.md#command-line says 3 s


NEEDS_DISPLAY = pytest.mark.skipif(
    not os.environ.get("DISPLAY") and sys.platform == "linux",
    reason="needs an X display, which packaging/test starts",
)


def wait_until(holds: Callable[[], Any], patience_s: float = 20.0) -> Any:
    """Wait for a condition and return what it returned; whoever waits in vain fails."""
    deadline_s = time.monotonic() + patience_s
    while not (found := holds()):
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.02)
    return found


def asked_for(cloud: CloudServer) -> list[dict[str, Any]]:
    """Return all requests but those of the message socket, which goes on by itself."""
    return [entry for entry in cloud.journal() if entry["place"] != "message-socket"]


def softphone(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "softphone", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@contextlib.contextmanager
def started(*arguments: object, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program; it is ended if the test did not do so."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "softphone", *map(str, arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LEAVING_DEADLINE_S)
            process.kill()


def next_event(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def events_of(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def requests_in(journal: Path, method: str, place: str) -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    return [entry for entry in entries if (entry["method"], entry["place"]) == (method, place)]
