"""Runs one reader many times and keeps the figures; what breaks a promise is shrunk and said once."""

import contextlib
import gc
import hashlib
import os
import resource
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct

from tests.hostile.fuzz.mutator import Mutator, shrunk
from tests.hostile.fuzz.target import SLOW_S, BrokenPromiseError, Target, costs_s, outcome_of

COLLECT_EVERY = 2000  # executions
LOOKED_AT_BYTES = 1024 * 1024  # of one execution
GREW_BYTES = 6 * 1024 * 1024  # 4 may be (goal 12), and a child process and the judging take some
SHRINK_TRIES = 1500
HELD_S = 2.0  # of the processor, by one execution, and nobody waits for its end
SILENT_S = 60.0  # of the clock: what waits takes nothing of the processor
CRASHES_AT_MOST = 8  # kinds of one reader
KEPT_BYTES = 4096  # of an input that is begun with again


class Crash(Struct, frozen=True):
    """An input that broke a promise, and which."""

    target: str
    what: str
    data: bytes


class Figures(Struct):
    """What came of a run. `outcomes` are hashes, `grew_bytes` is the most that one execution took more.

    Seconds are the processor's.
    """

    target: str
    executions: int = 0
    took_s: float = 0.0
    outcomes: set[int] = set()
    slowest_s: float = 0.0
    grew_bytes: int = 0
    crashes: list[Crash] = []

    def add(self, other: "Figures") -> None:
        """Take those of another run of the same reader."""
        self.executions += other.executions
        self.took_s += other.took_s
        self.outcomes |= other.outcomes
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.grew_bytes = max(self.grew_bytes, other.grew_bytes)
        known = {crash.what for crash in self.crashes}
        self.crashes += [crash for crash in other.crashes if crash.what not in known]


def fuzz(
    target: Target, executions: int, seed: object, *, more_seeds: Iterable[bytes] = (), weigh: bool = True
) -> Figures:
    """Run the reader so often; the same seed runs the same. `weigh`: look at its memory, too."""
    run = _Run(target, Random(f"{target.name} {seed}"), more_seeds, weigh=weigh)
    with run.watched():
        if not weigh:
            return run.run(executions)
        gc.collect()
        gc.freeze()  # else it looks at all modules again and again
        gc.disable()
        try:
            return run.run(executions)
        finally:
            gc.enable()
            gc.unfreeze()


class _HeldError(BrokenPromiseError):
    """The reader has no end, as far as anybody can wait."""


class _Run:
    def __init__(self, target: Target, chance: Random, more_seeds: Iterable[bytes], *, weigh: bool) -> None:
        self._target = target
        words = [word.encode() for word in target.words]
        self._seeds = [*target.seeds(), *more_seeds]
        self._mutator = Mutator(self._seeds, words, chance, target.most_bytes)
        self._figures = Figures(target=target.name)
        self._outcomes: set[object] = set()
        self._kinds: set[str] = set()
        self._weigh = weigh
        self._peak_bytes = 0
        self._reading = False
        # Which execution was under way when each clock was last looked at.
        self._seen_reading: dict[int, int] = {signal.SIGVTALRM: -1, signal.SIGALRM: -1}

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """End an execution that has none, by timers of the processor's time and of the clock."""
        before = {number: signal.signal(number, self._look) for number in self._seen_reading}
        signal.setitimer(signal.ITIMER_VIRTUAL, HELD_S, HELD_S)
        signal.setitimer(signal.ITIMER_REAL, SILENT_S, SILENT_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _look(self, number: int, _: object) -> None:
        executions = self._figures.executions
        if self._reading and executions == self._seen_reading[number]:
            spent = "the processor" if number == signal.SIGVTALRM else "the clock"
            raise _HeldError(f"has no end within seconds of {spent}")
        self._seen_reading[number] = executions if self._reading else -1

    def run(self, executions: int) -> Figures:
        began_s = time.process_time()
        draw, usual_bytes = self._mutator.draw, self._target.usual_bytes
        self._peak_bytes = _peak_bytes()
        for number in range(executions):
            # What is good is read as it is, first.
            self._once(self._seeds[number] if number < len(self._seeds) else draw(usual_bytes))
            if number % COLLECT_EVERY == COLLECT_EVERY - 1:
                gc.collect()
        self._figures.took_s = time.process_time() - began_s
        return self._figures

    def _once(self, data: bytes) -> None:
        figures = self._figures
        figures.executions += 1
        began_s = time.perf_counter()
        self._reading = True
        try:
            outcome = outcome_of(self._target, data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is found
            self._reading = False
            self._crashed(data, error)
            return
        self._reading = False
        took_s = time.perf_counter() - began_s
        if outcome not in self._outcomes:
            self._outcomes.add(outcome)
            figures.outcomes.add(hash_of(outcome))
            if len(data) <= KEPT_BYTES:
                self._mutator.keep(data)
        if took_s > figures.slowest_s:
            self._slow(data, took_s)
        if self._weigh and _peak_bytes() - self._peak_bytes > LOOKED_AT_BYTES:
            self._large(data)

    def _slow(self, data: bytes, took_s: float) -> None:
        least_s = min(took_s, costs_s(self._target, data))
        self._figures.slowest_s = max(self._figures.slowest_s, least_s)
        if least_s > SLOW_S:
            self._found("takes longer than 50 ms of the processor", data)

    def _large(self, data: bytes) -> None:
        grew = 0
        if _peak_bytes() - self._peak_bytes > self._figures.grew_bytes:
            grew = grows_bytes(self._target, data)
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the next one that is as large is noticed, too
        self._peak_bytes = _peak_bytes()
        self._figures.grew_bytes = max(self._figures.grew_bytes, grew)
        if grew > GREW_BYTES:
            self._found("takes more memory than 4 MiB", data)

    def _crashed(self, data: bytes, error: Exception) -> None:
        what = _kind_of(error)
        if what in self._kinds or len(self._kinds) >= CRASHES_AT_MOST:
            return

        def still(other: bytes) -> bool:
            try:
                outcome_of(self._target, other)
            except Exception as again:  # noqa: BLE001
                return _kind_of(again) == what
            return False

        held = isinstance(error, _HeldError)
        self._found(what, data if held else shrunk(data, still, tries=SHRINK_TRIES))

    def _found(self, what: str, data: bytes) -> None:
        if what not in self._kinds:
            self._kinds.add(what)
            self._figures.crashes.append(Crash(self._target.name, what, data))


def hash_of(outcome: object) -> int:
    """Return a number that is the same for equal outcomes in every process."""
    return int.from_bytes(hashlib.blake2b(repr(outcome).encode("utf-8", "replace"), digest_size=8).digest())


def grows_bytes(target: Target, data: bytes) -> int:
    """Return how much more memory one execution takes, in a child process of its own."""
    ours, its = os.pipe()
    gc.collect()
    child = os.fork()
    if not child:
        try:
            outcome = b"0"
            before = _peak_bytes()
            with contextlib.suppress(Exception):  # only its memory is asked for
                target.read(data)
            outcome = str(_peak_bytes() - before).encode()
        finally:
            os.write(its, outcome)
            os._exit(0)
    os.close(its)
    with os.fdopen(ours, "rb") as pipe:
        grew = int(pipe.read() or b"0")
    os.waitpid(child, 0)
    return grew


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _kind_of(error: Exception) -> str:
    """Return what broke and where: errors of one kind are one defect."""
    if isinstance(error, BrokenPromiseError):
        return str(error)
    frames: list[Any] = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/softphone/" in frame.filename] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {place}"
