"""`window`: the program with its window, signed in: until it is registered, its memory, and what it costs."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from softphone.sim.server import CloudServer
from tests.bench.after_sign_in import pss_mb
from tests.bench.figures import Figure
from tests.bench.screen import BARE, Screen, environment
from tests.bench.signed_in import keep
from tests.bench.watching import BEATS, LIBRARIES, PATIENCE_S, SCALE, bare_post_ms, cpu_s

SETTLED_S = 4.0
IDLE_S = 20.0


def window(runs: int) -> tuple[Figure, ...]:
    """From the first picture to the registered line; memory beside an empty window's.

    And beside that of an empty window which has loaded what the client stands on.
    """
    screen = Screen()
    painted, registered, ours = [], [], []
    floors: dict[str, list[float]] = {BARE: [], f"{LIBRARIES}\nimport qasync\n{BARE}": []}
    for _ in range(runs):
        with CloudServer("calm") as cloud, tempfile.TemporaryDirectory() as home:
            command = _command(cloud, home)
            seen = len(cloud.journal(place="register"))
            began_s = time.monotonic()
            with screen.started(command, environment(home)) as painted_ms:
                cloud.wait_for(seen + 1, place="register", timeout_s=PATIENCE_S)
                registered.append((time.monotonic() - began_s) * 1000 - painted_ms)
                painted.append(painted_ms)
                time.sleep(SETTLED_S)
                ours.append(pss_mb([screen.process_id]))
            for program, floor in floors.items():
                with screen.started([sys.executable, "-c", program], environment(home)):
                    time.sleep(SETTLED_S / 2)
                    floor.append(pss_mb([screen.process_id]))
    bare, loaded = floors.values()
    return (
        Figure(name="first picture to registered / to it", unit="ms", ours=registered, floor=painted),
        Figure(name="memory, signed in (PSS) / bare", unit="MB", ours=ours, floor=bare, target=1.6),
        Figure(name="memory, signed in (PSS) / bare with the libraries", unit="MB", ours=ours, floor=loaded),
    )


def idle(runs: int) -> tuple[Figure, ...]:
    """CPU and wake-ups of a window that waits: signed out or with a line, visible or hidden."""
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(runs):
        with CloudServer("calm") as cloud, tempfile.TemporaryDirectory() as home:
            signed_in = _command(cloud, home)
            signed_out = [sys.executable, "-m", "softphone", "--cloud", str(cloud.cloud_file)]
            with tempfile.TemporaryDirectory() as nobody:
                for name, command, place in (
                    ("one line, visible", signed_in, home),
                    ("one line, hidden", [*signed_in, "--hidden"], home),
                    ("signed out", signed_out, nobody),
                    ("bare window", [sys.executable, "-c", BARE], nobody),
                ):
                    with _running(command, place) as process:
                        time.sleep(SETTLED_S)
                        found.setdefault(name, []).append(_cost(process.pid))
    bare = found.pop("bare window")
    return tuple(
        Figure(
            name=f"idle: {name}, wake-ups a second",
            unit="",
            ours=[one[1] for one in each],
            floor=[max(0.01, one[1]) for one in bare],
            more={"of a core, %": statistics.median(one[0] for one in each)},
        )
        for name, each in found.items()
    )


def window_keepalive(runs: int) -> tuple[Figure, ...]:
    """CPU of one keepalive with the window, beside one bare POST to the same server."""
    ours, floor = [], []
    for _ in range(runs):
        with CloudServer("calm", time_scale=SCALE) as cloud, tempfile.TemporaryDirectory() as home:
            with _running(_command(cloud, home), home) as process:
                cloud.wait_for(10, place="keepalive", timeout_s=PATIENCE_S)
                time.sleep(SETTLED_S)
                before_s, seen = cpu_s(process.pid), len(cloud.journal(place="keepalive"))
                cloud.wait_for(seen + BEATS, place="keepalive", timeout_s=PATIENCE_S)
                beats = len(cloud.journal(place="keepalive")) - seen
                ours.append((cpu_s(process.pid) - before_s) * 1000 / beats)
            floor.append(bare_post_ms(cloud))
    name = "window: CPU of a keepalive / a bare POST"
    return (Figure(name=name, unit="ms", ours=ours, floor=floor, target=2.5),)


def _cost(process_id: int) -> tuple[float, float]:
    """Return the percent of a core and the wake-ups a second of a process, over a while."""
    began_s, worked_s, woken = time.monotonic(), cpu_s(process_id), _wake_ups(process_id)
    time.sleep(IDLE_S)
    took_s = time.monotonic() - began_s
    share = (cpu_s(process_id) - worked_s) / took_s
    return share * 100, (_wake_ups(process_id) - woken) / took_s


def _wake_ups(process_id: int) -> int:
    found = 0
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        rows = (thread / "status").read_text().splitlines()
        found += int(next(row for row in rows if row.startswith("voluntary")).split()[1])
    return found


def _command(cloud: CloudServer, home: str) -> list[str]:
    secrets = keep(cloud, Path(home))
    program = [sys.executable, "-m", "tests.bench.signed_in", str(secrets)]
    return [*program, "--cloud", str(cloud.cloud_file)]


@contextlib.contextmanager
def _running(command: list[str], home: str) -> Iterator[subprocess.Popen[bytes]]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment(home), stdout=quiet, stderr=quiet) as process:
        try:
            yield process
        finally:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(PATIENCE_S)
