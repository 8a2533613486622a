"""The same readers under libFuzzer, which looks for inputs that reach new lines: `--guided SECONDS`.

Needs atheris, which nothing else does: `pip install atheris`, or a PYTHONPATH with the folder that
`pip install --target` made. Each reader has a process of its own, for libFuzzer ends its process. What it
found goes into a folder, and `--corpus` of an ordinary run begins with it.
"""

import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.command import say

if TYPE_CHECKING:  # the child instruments what it imports itself
    from tests.hostile.fuzz.target import Target

_CHILD = "tests.hostile.fuzz.guided"
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_COVERED = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")


def run_guided(chosen: "Iterable[Target]", seconds: float, *, seed: int, corpus: Path | None) -> bool:
    """Run each reader for so long; return whether one was broken."""
    folder = corpus or Path(tempfile.mkdtemp(prefix="softphone-corpus-"))
    row = "{:34} {:>10} {:>8} {:>8} {:>8}  {}"
    say(f"seed {seed}, {seconds:g} s each, corpus in {folder}")
    say(row.format("reader", "executions", "edges", "features", "kept", ""))
    broken = False
    for target in chosen:
        kept = folder / re.sub(r"[^a-z0-9]+", "-", target.name.lower())
        kept.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(target.seeds()):
            (kept / f"seed-{number}").write_bytes(data)
        limit = [f"-max_total_time={math.ceil(seconds)}", f"-max_len={target.most_bytes}", f"-seed={seed}"]
        command = [sys.executable, "-m", _CHILD, target.name, str(kept), *limit, "-print_final_stats=1"]
        ended = subprocess.run(
            [*command, f"-artifact_prefix={kept}/", "-timeout=10", "-rss_limit_mb=1024"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=os.environ,
        )
        executed = _EXECUTIONS.search(ended.stderr)
        covered = (_COVERED.findall(ended.stderr) or [("?", "?", "?")])[-1]
        is_broken = ended.returncode != 0
        broken = broken or is_broken
        executions = executed[1] if executed else "?"
        say(row.format(target.name, executions, *covered, "BROKEN" if is_broken else ""))
        if is_broken:
            say("\n".join(ended.stderr.splitlines()[-25:]))
    return broken


def corpus_of(folder: Path, name: str) -> list[bytes]:
    """Return what a guided run has kept for a reader."""
    kept = folder / re.sub(r"[^a-z0-9]+", "-", name.lower())
    return [path.read_bytes() for path in sorted(kept.glob("[0-9a-f]*"))]


def _child() -> None:
    """Run one reader until libFuzzer ends this process."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with atheris.instrument_imports(include=["softphone"]):
        from tests.hostile.fuzz.readers import target_called
        from tests.hostile.fuzz.target import outcome_of

    target = target_called(sys.argv[1])

    def one(data: bytes) -> None:
        outcome_of(target, data)

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    _child()
