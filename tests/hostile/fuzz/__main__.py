"""Hostile bytes for every reader of foreign bytes: a row for each reader.

A promise is broken when a reader raised what it must not, took too long or too much memory, or told people
what is not plain; the input is printed, made as small as may be. `--guided` has libFuzzer look for inputs by
coverage instead (atheris, which is installed for that alone).
"""

import argparse
import multiprocessing
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from tests.hostile.command import add_choice, count, parser_of, positive, run_command, say
from tests.hostile.fuzz.guided import corpus_of, run_guided
from tests.hostile.fuzz.readers import TARGETS, target_called
from tests.hostile.fuzz.readers.settings import forked, leave
from tests.hostile.fuzz.runner import Figures, fuzz
from tests.hostile.fuzz.target import Target

SLICE = 50_000  # executions by one process: its memory is its own
_ROW = "{:32} {:>10} {:>9} {:>9} {:>11} {:>9} {:>7}"


def main(arguments: Sequence[str] | None = None) -> bool:
    """Run and print the table; return whether a promise was broken."""
    options = _options(arguments)
    chosen = [target for target in TARGETS if target.name in options.reader or not options.reader]
    if options.guided is not None:
        return run_guided(chosen, options.guided, seed=options.seed, corpus=options.corpus)
    say(f"seed {options.seed}")
    say(_ROW.format("reader", "executions", "each s", "outcomes", "slowest ms", "grew MiB", "broken"))
    whole = [_print(figures) for figures in _finished(chosen, options)]
    crashes = list(chain.from_iterable(figures.crashes for figures in whole))
    for crash in crashes:
        say(f"\n{crash.target}: {crash.what}\n  {crash.data[:2000]!r}")
    say(f"{sum(figures.executions for figures in whole)} executions, {len(crashes)} broken promises")
    return bool(crashes)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of("fuzz", __doc__)
    parser.add_argument(
        "--executions", type=count, default=100_000, metavar="N", help="of all readers together"
    )
    parser.add_argument("--jobs", type=count, default=1, metavar="N", help="processes at a time")
    add_choice(parser, "--reader", [target.name for target in TARGETS], "readers")
    parser.add_argument("--guided", type=positive, metavar="SECONDS", help="by atheris, so long for each")
    parser.add_argument(
        "--corpus", type=Path, metavar="FOLDER", help="what --guided keeps, and other runs begin with"
    )
    options = parser.parse_args(arguments)
    if options.guided is not None and find_spec("atheris") is None:
        parser.error("--guided needs atheris: pip install atheris")
    if options.guided is None and options.corpus is not None and not options.corpus.is_dir():
        parser.error(f"--corpus: there is no folder {options.corpus}")
    return options


def _slices(chosen: Sequence[Target], options: argparse.Namespace) -> Iterator[tuple[str, int, str]]:
    """Yield the readers in slices: name, executions, seed. They are the same however many jobs there are."""
    shares = sum(target.share for target in chosen)
    for target in chosen:
        left = max(1, round(options.executions * target.share / shares))
        for number in range((left + SLICE - 1) // SLICE):
            yield target.name, min(SLICE, left - number * SLICE), f"{options.seed}/{number}"


def _finished(chosen: Sequence[Target], options: argparse.Namespace) -> Iterator[Figures]:
    """Yield the figures of each reader once its last slice is done."""
    found = {target.name: Figures(target=target.name) for target in chosen}
    left = Counter(name for name, _, _ in _slices(chosen, options))
    context = multiprocessing.get_context("fork")
    with context.Pool(options.jobs, _begin_child, maxtasksperchild=1) as pool:
        for figures in pool.imap_unordered(partial(_work, options.corpus), _slices(chosen, options)):
            found[figures.target].add(figures)
            for crash in figures.crashes:
                sys.stderr.write(f"broken: {crash.target}: {crash.what}: {crash.data[:300]!r}\n")
            left[figures.target] -= 1
            if not left[figures.target]:
                yield found[figures.target]


def _begin_child() -> None:
    """Have a folder of its own, and leave Ctrl-C and SIGTERM to the parent, which ends its children."""
    forked()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # what it has made goes with it


def _work(corpus: Path | None, slice_: tuple[str, int, str]) -> Figures:
    name, executions, seed = slice_
    more = corpus_of(corpus, name) if corpus else ()
    try:
        return fuzz(target_called(name), executions, seed, more_seeds=more)
    finally:
        leave()


def _print(figures: Figures) -> Figures:
    each_s = figures.executions / max(figures.took_s, 1e-9)
    slowest_ms, grew_mib = 1000 * figures.slowest_s, figures.grew_bytes / 2**20
    say(
        _ROW.format(
            *(figures.target, figures.executions, f"{each_s:.0f}", len(figures.outcomes)),
            *(f"{slowest_ms:.1f}", f"{grew_mib:.1f}", len(figures.crashes)),
        )
    )
    return figures


if __name__ == "__main__":
    run_command(main)
