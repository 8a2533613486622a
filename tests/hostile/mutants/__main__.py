"""Would a test notice if a line of the program were another? Tries many small changes, one at a time.

A promise is broken when tests notice less than 95 % of the changes that change what the program does.
Interrupted, it prints what it knows so far.
"""

import contextlib
import multiprocessing
import random
from collections.abc import Iterable, Iterator, Sequence

from tests.hostile.command import INTERRUPTED, add_choice, count, parser_of, run_command, say
from tests.hostile.mutants import trial
from tests.hostile.mutants.by_hand import BY_HAND, ByHand
from tests.hostile.mutants.mutations import Mutant
from tests.hostile.mutants.seen import FOLDERS, Seen, look
from tests.hostile.mutants.trying import Key, Verdict, drawn, equivalents, reliable, try_all, try_it

WANTED = 0.95  # of those that change what it does


def main() -> int:
    """Print a table, of what is known so far when interrupted; return 1 when too many were not noticed."""
    parser = parser_of("mutants", __doc__)
    parser.add_argument("--sample", type=count, metavar="N", help="how many; 300, or all by hand")
    add_choice(parser, "--folder", FOLDERS, "folders of softphone/")
    parser.add_argument("--jobs", type=count, default=1, metavar="N", help="processes at a time")
    parser.add_argument("--by-hand", action="store_true", help="the twelve that were chosen by hand")
    parser.add_argument("--look-again", action="store_true", help="watch anew which test calls what")
    options = parser.parse_args()
    trial.warm()
    if options.by_hand:
        return _try_by_hand(BY_HAND[: options.sample])
    say(f"seed {options.seed}")
    seen, folders = look(again=options.look_again), tuple(options.folder or FOLDERS)
    mutants = list(drawn(random.Random(options.seed), folders, options.sample or 300))
    verdicts: list[Verdict] = []
    ended = False
    with contextlib.suppress(KeyboardInterrupt):
        verdicts.extend(_tried(mutants, seen, equivalents(), options.jobs))
        _check(verdicts, seen)
        ended = True
    rate = _print_table(verdicts, folders)
    if not ended:
        say(f"PARTIAL, {len(verdicts)} of {len(mutants)}: what is noticed comes first, so it is no rate")
    return int(rate < WANTED) if ended else INTERRUPTED


def _try_by_hand(chosen: Sequence[ByHand]) -> bool:
    noticed = 0
    for one in chosen:
        by = one.noticed_by()
        noticed += bool(by)
        say(f"{'noticed' if by else 'SURVIVED':8}  {one.what}" + (f"\n          by {by}" if by else ""))
    say(f"{noticed} of {len(chosen)} noticed")
    return noticed < len(chosen)


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
        say(f"{index}: not noticed: {verdict.mutant}")
    return verdict


def _check(verdicts: list[Verdict], seen: Seen) -> None:
    """Try those again, without it, that a test noticed which fails without any mutant, too."""
    good = reliable(verdicts)
    for index, verdict in enumerate(verdicts):
        if "::" in verdict.by and verdict.by not in good:
            say(f"fails by itself: {verdict.by}")
            seen.forget(verdict.by)
            verdicts[index] = try_it(verdict.mutant, seen)


def _print_table(verdicts: list[Verdict], folders: Iterable[str]) -> float:
    say(f"{'':8} sampled  noticed  equivalent  survived  noticed of those that change something")
    rate = 1.0
    for folder in (*folders, ""):
        mine = [verdict for verdict in verdicts if folder in ("", verdict.mutant.folder)]
        noticed = sum(bool(verdict.by) for verdict in mine)
        alike = sum(bool(verdict.reason) for verdict in mine)
        rate = noticed / (len(mine) - alike) if len(mine) > alike else 1.0
        left = len(mine) - noticed - alike
        say(f"{folder or 'all':8} {len(mine):7} {noticed:8} {alike:11} {left:9}  {rate:.1%}")
    for verdict in verdicts:
        if verdict.reason:
            say(f"equivalent: {verdict.mutant}\n    {verdict.reason}")
    for verdict in verdicts:
        if verdict.survived:
            say(f"survived: {verdict.mutant}")
    return rate


if __name__ == "__main__":
    run_command(main)
