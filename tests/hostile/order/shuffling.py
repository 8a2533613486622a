"""A loop that runs what is ready in another order, by a seed, within what asyncio promises.

What is promised and kept: callbacks that were given to `call_soon` run in the order in which they were given;
so do all that wait for the same future. What nobody promises, and is drawn:

- in which order descriptors that are ready in the same poll, and timers that are due in the same turn, are
  served, among each other and beside what `call_soon` was given (but by asyncio itself and the libraries on
  it, which count on their own callbacks to come before what the next poll finds);
- which of the tasks that were woken goes on first, and how many turns or moments later any of them does: as
  if what it waits for had come a little later.

`strict` keeps no order but that of who waits for the same future, and that of the callbacks of asyncio's
transports and of the libraries above them, which are one sequence.
"""

import asyncio
import random
from collections import deque
from typing import Any

from tests.kit.small_world import WorldLoop

LOOKS_AT = 16  # of a longer queue the first so many
TURN_S = 50e-6  # of the loop; what waits in a circle for something that was put off is no endless turn
PUT_OFF = 0.02  # of all wake-ups
PUT_OFF_AT_MOST_S = 0.05
LIBRARIES = ("asyncio", "anyio", "httpcore", "websockets", "concurrent")


class ShufflingLoop(WorldLoop):
    """The loop of one seed."""

    def __init__(self, seed: int, *, strict: bool = False) -> None:
        super().__init__()
        self._virtual.turns, self._virtual.moment_s = 1, TURN_S
        self._ready: _Ready = _Ready(self, random.Random(seed), strict=strict)

    def _add_callback(self, handle: asyncio.Handle) -> None:
        """A descriptor is ready (override); one that was so in an earlier turn has its place already."""
        if not handle.cancelled() and id(handle) not in self._ready.events:
            self._ready.events.add(id(handle))
            super()._add_callback(handle)  # type: ignore[misc]


class _Ready(deque[asyncio.Handle]):
    """The handles that are ready; which of them is the next one is drawn."""

    def __init__(self, loop: ShufflingLoop, dice: random.Random, *, strict: bool) -> None:
        super().__init__()
        self.events: set[int] = set()  # handles of descriptors, by identity
        self._owner = loop
        self._dice = dice
        self._strict = strict

    def popleft(self) -> asyncio.Handle:
        if len(self) == 1:
            return self._taken(super().popleft())
        number = self._dice.choice(self._free() if not self._strict else self._all_but_libraries())
        if number == 0:
            return self._taken(super().popleft())
        self.rotate(-number)
        handle = super().popleft()
        self.rotate(number)
        return self._taken(handle)

    def _taken(self, handle: asyncio.Handle) -> asyncio.Handle:
        self.events.discard(id(handle))
        if _task_of(handle) is not None and self._dice.random() < PUT_OFF and not self._owner.is_closed():
            later_s = self._dice.random() ** 4 * PUT_OFF_AT_MOST_S
            self._owner.call_later(later_s, self.append, handle)
            return asyncio.Handle(_nothing, (), self._owner)
        return handle

    def _free(self) -> list[int]:
        """Return the places of those that may be next."""
        places: list[int] = []
        behind = of_library = False  # a plain callback; one of a library
        waited_for: set[int] = set()
        for place, handle in enumerate(self):
            if place >= LOOKS_AT:
                break
            if isinstance(handle, asyncio.TimerHandle) or id(handle) in self.events:
                if not of_library:
                    places.append(place)
                continue
            future = _awaited(handle)
            if not behind and not future & waited_for:
                places.append(place)
            if _task_of(handle) is None:
                behind, of_library = True, of_library or _is_of_library(handle)
            waited_for |= future
        return places

    def _all_but_libraries(self) -> list[int]:
        places: list[int] = []
        behind = False
        waited_for: set[int] = set()
        for place, handle in enumerate(self):
            if place >= LOOKS_AT:
                break
            future = _awaited(handle)
            of_library = _is_of_library(handle)
            if not (of_library and behind) and not future & waited_for:
                places.append(place)
            behind = behind or of_library
            waited_for |= future
        return places


def _awaited(handle: asyncio.Handle) -> set[int]:
    """Return the future that it waited for, by identity; none for what waited for none."""
    first = handle._args[0] if handle._args else None
    return {id(first)} if asyncio.isfuture(first) else set()


def _task_of(handle: asyncio.Handle) -> asyncio.Task[Any] | None:
    owner = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    return owner if isinstance(owner, asyncio.Task) else None


def _is_of_library(handle: asyncio.Handle) -> bool:
    callback: Any = handle._callback  # type: ignore[attr-defined]
    callback = getattr(callback, "func", callback)  # of a `partial`
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return False
    if isinstance(owner, asyncio.BaseProtocol | asyncio.AbstractEventLoop):
        return True
    named = type(owner).__module__ if owner is not None else getattr(callback, "__module__", None)
    return str(named).startswith(LIBRARIES) or str(named) == "_asyncio"


def _nothing() -> None:
    """In the place of a wake-up that was put off."""
