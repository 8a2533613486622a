"""`python -m tests.hostile.mutants`: would a test notice if a line of the program were another?"""

import argparse
import contextlib
import multiprocessing
import random
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.hostile.mutants import trial
from tests.hostile.mutants.by_hand import BY_HAND
from tests.hostile.mutants.mutations import Mutant
from tests.hostile.mutants.seen import FOLDERS, Seen, look
from tests.hostile.mutants.trying import (
    SURVIVORS,
    Key,
    Verdict,
    drawn,
    equivalents,
    reliable,
    try_all,
    try_it,
)
from tests.hostile.seed import drawn_seed

WANTED = 0.95  # of those that change what it does
INTERRUPTED = 130


def main() -> int:
    """Print a table, of what is known so far when interrupted; return 1 when too many were not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="which sample; drawn anew without it")
    parser.add_argument("--sample", type=int, default=300, help="how many mutants (300)")
    parser.add_argument("--folder", action="append", choices=FOLDERS, help="only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried at once (1)")
    parser.add_argument(
        "--equivalent", type=Path, default=SURVIVORS, help="those that change nothing, and why"
    )
    parser.add_argument("--by-hand", action="store_true", help="those made by hand (T14) instead of a sample")
    parser.add_argument("--first", type=int, default=len(BY_HAND), help="so many of them (all)")
    parser.add_argument("--look-again", action="store_true", help="watch anew which test calls what")
    asked = parser.parse_args()
    seed = drawn_seed() if asked.seed is None else asked.seed
    began_s = time.monotonic()
    trial.warm()
    if asked.by_hand:
        return _try_by_hand(asked.first)
    seen, folders = look(again=asked.look_again), tuple(asked.folder or FOLDERS)
    mutants = list(drawn(random.Random(seed), folders, asked.sample))
    known = equivalents(asked.equivalent)
    _say(f"seed {seed}, {len(mutants)} mutants")
    trial.end_on_sigterm()
    verdicts: list[Verdict] = []
    ended = False
    with contextlib.suppress(KeyboardInterrupt):
        verdicts.extend(_tried(mutants, seen, known, asked.jobs))
        _check(verdicts, seen)
        ended = True
    rate = _print_table(verdicts, folders)
    if not ended:
        _say(f"PARTIAL, {len(verdicts)} of {len(mutants)}: what is noticed comes first, so it is no rate")
    _say(f"{time.monotonic() - began_s:.0f} s")
    return int(rate < WANTED) if ended else INTERRUPTED


def _try_by_hand(first: int) -> int:
    unnoticed = 0
    for one in BY_HAND[:first]:
        by = one.noticed_by()
        unnoticed += not by
        _say(f"{'noticed' if by else 'SURVIVED':8}  {one.what}" + (f"\n          by {by}" if by else ""))
    _say(f"{first - unnoticed} of {first} noticed")
    return int(unnoticed > 0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tried(mutants: list[Mutant], seen: Seen, known: dict[Key, str], jobs: int) -> Iterator[Verdict]:
    """Try them in so many processes, each of which forks its children."""
    if jobs == 1:
        for index, verdict in try_all(mutants, seen, known):
            yield _said(index, verdict)
        return
    context = multiprocessing.get_context("fork")  # the code of a mutant cannot be pickled: it is inherited
    told = context.SimpleQueue()

    def try_share(job: int) -> None:
        mine = list(range(job, len(mutants), jobs))
        try:
            for place, verdict in try_all([mutants[index] for index in mine], seen, known):
                told.put((mine[place], verdict.by, verdict.reason))
        except KeyboardInterrupt:
            pass
        finally:
            told.put(None)

    processes = [context.Process(target=try_share, args=(job,)) for job in range(jobs)]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            for index, by, reason in iter(told.get, None):
                yield _said(index, Verdict(mutants[index], by, reason))
    except BaseException:
        for process in processes:
            process.terminate()
        raise
    finally:
        for process in processes:
            process.join()


def _said(index: int, verdict: Verdict) -> Verdict:
    if verdict.survived:
        _say(f"{index}: not noticed: {verdict.mutant}")
    return verdict


def _check(verdicts: list[Verdict], seen: Seen) -> None:
    """Try those again, without it, that a test noticed which fails without any mutant, too."""
    good = reliable(verdicts)
    for index, verdict in enumerate(verdicts):
        if "::" in verdict.by and verdict.by not in good:
            _say(f"fails by itself: {verdict.by}")
            seen.forget(verdict.by)
            verdicts[index] = try_it(verdict.mutant, seen)


def _print_table(verdicts: list[Verdict], folders: Iterable[str]) -> float:
    _say(f"{'':8} sampled  noticed  equivalent  survived  noticed of those that change something")
    rate = 1.0
    for folder in (*folders, ""):
        mine = [verdict for verdict in verdicts if folder in ("", verdict.mutant.folder)]
        noticed = sum(bool(verdict.by) for verdict in mine)
        alike = sum(bool(verdict.reason) for verdict in mine)
        rate = noticed / (len(mine) - alike) if len(mine) > alike else 1.0
        left = len(mine) - noticed - alike
        _say(f"{folder or 'all':8} {len(mine):7} {noticed:8} {alike:11} {left:9}  {rate:.1%}")
    for verdict in verdicts:
        if verdict.reason:
            _say(f"equivalent: {verdict.mutant}\n    {verdict.reason}")
    for verdict in verdicts:
        if verdict.survived:
            _say(f"survived: {verdict.mutant}")
    return rate


if __name__ == "__main__":
    sys.exit(main())
