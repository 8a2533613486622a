"""Blocking work in daemon threads of its own: name look-ups, the system's proxy, TLS roots, big bodies.

Nothing of the way to a server waits in asyncio's shared executor, where eight look-ups that hang hold up
every healthy host. There is one thread for each key at a time, whoever else asks for the
same shares its result, and an end of the program waits for none of them.
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from softphone.system.background import begin_in_thread

THREADS_LIMIT = 64  # far above the hosts of one process: a bound for hostile lists of servers

_T = TypeVar("_T")


class ThreadsBusyError(OSError):
    """Every thread is taken by work that hangs."""


class Threads:
    """The threads of one owner, by key."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Future[Any]] = {}

    async def run(self, key: Hashable, work: Callable[[], _T]) -> _T:
        """Return the result of the work under this key, begun now or by somebody else before.

        A caller that goes away takes nobody else's result along. Raises what the work raised, and
        ThreadsBusyError.
        """
        running = self._running.get(key)
        if running is None:
            if len(self._running) >= THREADS_LIMIT:
                raise ThreadsBusyError
            running = self._running[key] = asyncio.wrap_future(begin_in_thread(lambda: _outcome(work)))
            running.add_done_callback(lambda _: self._running.pop(key))
        value, error = await asyncio.shield(running)
        if error is not None:
            raise error
        result: _T = value  # the key says what it is
        return result


def _outcome(work: Callable[[], _T]) -> tuple[_T | None, BaseException | None]:
    """Do the work. What it raises is a value: a future that fails when the loop has ended would be logged."""
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
        return None, error
