"""What came of a soak, and what nobody would have seen of it."""

import asyncio
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.soak import figures
from tests.hostile.soak.promises import Promises
from tests.hostile.soak.weather import Storm


@dataclass
class Outcome:
    """What came of a soak."""

    seed: int
    lines: int
    storms: tuple[Storm, ...]
    promises: Promises
    samples: list[figures.Sample] = field(default_factory=list)
    rests: list[figures.Rest] = field(default_factory=list)
    back_s: list[float] = field(default_factory=list)  # of each line after each storm
    faults_of_ours: list[str] = field(default_factory=list)
    mended: int = 0
    away: int = 0  # lines still on a backup when a calm ended, which have named when they go home
    length_s: float = 0.0
    signed_in_s: float = 0.0  # when the timetable began

    @property
    def broken(self) -> list[str]:
        """Everything that was promised and did not hold."""
        promises = self.promises
        found = [f"{which}: {count} times" for which, count in promises.broken.items()]
        return [*found, *self.faults_of_ours[:5], *figures.grown(self.rests, self.lines)]


class _OwnFaults(logging.Handler):
    """What the program itself calls a fault of its own."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self._told.append(f"{record.getMessage()} {trace}")


@contextmanager
def own_faults(told: list[str]) -> Iterator[None]:
    """Note what nobody has seen: errors in the log, in callbacks, in what is thrown away, and warnings."""

    def unraisable(fault: Any) -> None:
        told.append(f"{fault.err_msg or 'thrown away'}: {fault.exc_value!r} in {fault.object!r}")

    def warned(message: Warning | str, category: type[Warning], *where: Any, **_: Any) -> None:
        told.append(f"{category.__name__}: {message} {where[:2]}")

    handler, loop = _OwnFaults(told), asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(repr(context)))
    before, sys.unraisablehook = sys.unraisablehook, unraisable
    logging.getLogger().addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = warned
            yield
    finally:
        logging.getLogger().removeHandler(handler)
        sys.unraisablehook = before
