"""`after-sign-in`: what the web engine leaves in memory, and what each way to get it back gives and costs.

Each way is a process of its own with a bare window: a page of a local server is shown in it, taken away as
the program takes its sign-in page away, and looked for ten seconds later; then a second one is shown.

    as it is      page, view and profile are deleted, in this order
    trimmed       and the allocator is asked to give back what it holds (malloc_trim)
    one process   from the start with flags that keep the sandbox: one renderer, no process for the graphics
    ended         and what is left of the engine's processes is ended
    helper        the page is a window of another process, which ends with it; put into ours by its number
                  where the desktop is X11, a window of its own elsewhere
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure

WAYS = ("as it is", "trimmed", "one process", "ended", "helper")
FLAGS = "--renderer-process-limit=1 --in-process-gpu --process-per-site"
PATIENCE_S = 120.0


def after_sign_in(runs: int) -> tuple[Figure, ...]:
    """Memory (PSS, with all children) ten seconds after the page is gone, beside that before it came."""
    figures = []
    for way in WAYS:
        seen = [_run(way) for _ in range(runs)]
        more = {
            name: statistics.median(one[name] for one in seen)
            for name in ("with the page, MB", "page shown after, ms", "second page, ms", "left, MB")
        }
        figures.append(
            Figure(
                name=f"memory after the page: {way}",
                unit="MB",
                ours=[one["after, MB"] for one in seen],
                floor=[one["before, MB"] for one in seen],
                more=more,
            )
        )
    return tuple(figures)


def _run(way: str) -> dict[str, float]:
    flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
    chosen = f"{flags} {FLAGS}".strip() if way == "one process" else flags
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.page_and_gone", way],
        env={**os.environ, "QTWEBENGINE_CHROMIUM_FLAGS": chosen},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def tree(process_id: int) -> list[int]:
    """Return a process and all that it started."""
    try:
        children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    except OSError:  # it has ended
        return []
    return [process_id, *(found for child in children for found in tree(int(child)))]


def pss_mb(processes: Sequence[int]) -> float:
    """Return what these processes have in memory; what several share is counted once."""
    kib = 0
    for process_id in processes:
        with contextlib.suppress(OSError):  # it has ended
            rows = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
            kib += int(next(row for row in rows if row.startswith("Pss:")).split()[1])
    return kib / 1024
