"""An event loop whose clock jumps to the next timer: an hour of lines passes in a second, in exact order.

What both ends of a socket do is done before the clock moves, where both are on this loop; a thread would be
left behind.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

# A wait that is shorter than the clock can tell would be endless: so many turns take a moment together.
TURNS, MOMENT_S = 1000, 1e-9


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: where no socket is ready, what the loop would have slept is added to `now_s`."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.turns, self.moment_s = TURNS, MOMENT_S
        self._turned = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        self._turned += 1
        if self._turned % self.turns == 0:
            self.now_s += self.moment_s
        if not ready:
            if timeout is None:
                raise RuntimeError("nothing is left to wait for: a task would wait for ever")
            self.now_s += max(0.0, timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own, which begins at 0."""

    def __init__(self) -> None:
        self._virtual = _JumpingSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Return the virtual clock's seconds."""
        return self._virtual.now_s


def run(
    work: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] = VirtualTimeLoop
) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(work)


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a plain test of a coroutine: it runs in virtual time."""

    @wraps(test)
    def runs(*args: P.args, **options: P.kwargs) -> None:
        run(test(*args, **options))

    return runs
