"""Hostile bytes for every reader of foreign bytes: `python -m tests.hostile.fuzz --executions 10000000`.

Prints a row for each reader. Exit 1: a reader raised what it must not, took too long or too much memory, or
told people what is not plain; the input is printed, made as small as may be. `--guided` has libFuzzer look
for inputs by coverage instead (atheris, which is installed for that alone).
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

SLICE = 50_000  # executions by one process: its memory is its own
_ROW = "{:32} {:>10} {:>9} {:>9} {:>11} {:>9} {:>7}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table, and return the exit code."""
    options = _options(arguments)
    if options.guided:
        from tests.hostile.fuzz.guided import run_guided

        return run_guided(options.guided, only=options.only, seed=options.seed, corpus=options.corpus)
    from tests.hostile.fuzz.readers import TARGETS

    chosen = [target for target in TARGETS if options.only in target.name]
    if not chosen:
        sys.exit(f"--only {options.only}: there is no such reader")
    began_s = time.monotonic()
    _say(f"seed {options.seed}, {options.executions} executions, {options.jobs} jobs")
    _say(_ROW.format("reader", "executions", "each s", "outcomes", "slowest ms", "grew MiB", "broken"))
    whole = [_print(figures) for figures in _finished(chosen, options)]
    crashes = list(chain.from_iterable(figures.crashes for figures in whole))
    for crash in crashes:
        _say(f"\n{crash.target}: {crash.what}\n  {crash.data[:2000]!r}")
    total = sum(figures.executions for figures in whole)
    took_s = time.monotonic() - began_s
    _say(f"\n{total} executions in {took_s:.0f} s, seed {options.seed}: {len(crashes)} broken promises")
    return 1 if crashes else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    parser.add_argument(
        "--executions", type=int, default=100_000, metavar="N", help="of all readers together"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at a time")
    parser.add_argument("--only", default="", metavar="WORDS", help="readers with these words in their name")
    parser.add_argument("--guided", type=float, default=0.0, metavar="SECONDS", help="each, by atheris")
    parser.add_argument(
        "--corpus", default="", metavar="FOLDER", help="what --guided keeps, and others begin with"
    )
    return parser.parse_args(arguments)


def _slices(chosen: Sequence[Any], options: argparse.Namespace) -> Iterator[tuple[str, int, str]]:
    """Yield the readers in slices: name, executions, seed. However many processes there are, they stay."""
    shares = sum(target.share for target in chosen)
    for target in chosen:
        left = round(options.executions * target.share / shares)
        for number in range((left + SLICE - 1) // SLICE):
            yield target.name, min(SLICE, left - number * SLICE), f"{options.seed}/{number}"


def _finished(chosen: Sequence[Any], options: argparse.Namespace) -> Iterator[Any]:
    """Yield the figures of each reader once its last slice is done."""
    from tests.hostile.fuzz.runner import Figures

    found = {target.name: Figures(target=target.name) for target in chosen}
    left = Counter(name for name, _, _ in _slices(chosen, options))
    context = multiprocessing.get_context("fork")
    with context.Pool(options.jobs, maxtasksperchild=1) as pool:
        for figures in pool.imap_unordered(partial(_work, options.corpus), _slices(chosen, options)):
            found[figures.target].add(figures)
            for crash in figures.crashes:
                sys.stderr.write(f"broken: {crash.target}: {crash.what}: {crash.data[:300]!r}\n")
            left[figures.target] -= 1
            if not left[figures.target]:
                yield found[figures.target]


def _work(corpus: str, slice_: tuple[str, int, str]) -> Any:
    from tests.hostile.fuzz.guided import corpus_of
    from tests.hostile.fuzz.readers import target_called
    from tests.hostile.fuzz.readers.settings import leave
    from tests.hostile.fuzz.runner import fuzz

    name, executions, seed = slice_
    more = corpus_of(Path(corpus), name) if corpus else ()
    try:
        return fuzz(target_called(name), executions, seed, more_seeds=more)
    finally:
        leave()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _print(figures: Any) -> Any:
    each_s = figures.executions / max(figures.took_s, 1e-9)
    slowest_ms, grew_mib = 1000 * figures.slowest_s, figures.grew_bytes / 2**20
    _say(
        _ROW.format(
            *(figures.target, figures.executions, f"{each_s:.0f}", len(figures.outcomes)),
            *(f"{slowest_ms:.1f}", f"{grew_mib:.1f}", len(figures.crashes)),
        )
    )
    return figures


if __name__ == "__main__":
    sys.exit(main())
