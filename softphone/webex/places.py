"""How many requests are on their way to one host at a time, and how many sockets are being opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# httpcore looks at every connection of a pool, several times a request: few carry a crowd more cheaply than
# many. A host that takes its time gets more, so that nobody waits for the slow ones of others.
QUICK_LIMIT = 16
LIMIT = 48
SLOW_S = 1.0

HANDSHAKES_LIMIT = 4  # at a time, of the whole process (sockets.md#herd)
HANDSHAKES_APART_S = 0.05


class Places:
    """`QUICK_LIMIT` places; what takes longer than `SLOW_S` makes room for the next one, up to `LIMIT`."""

    def __init__(self) -> None:
        self._quick = asyncio.Semaphore(QUICK_LIMIT)
        self._all = asyncio.Semaphore(LIMIT)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place, and have it until the end."""
        has_quick = True

        def make_room() -> None:
            nonlocal has_quick
            has_quick = False
            self._quick.release()

        async with self._all:
            await self._quick.acquire()
            slow = asyncio.get_running_loop().call_later(SLOW_S, make_room)
            try:
                yield
            finally:
                slow.cancel()
                if has_quick:
                    make_room()


class Handshakes:
    """Turns to open a message socket: few at a time, and no more than twenty a second."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(HANDSHAKES_LIMIT)
        self._next_at_s = float("-inf")

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end."""
        async with self._all:
            now_s = asyncio.get_running_loop().time()
            at_s = max(now_s, self._next_at_s)
            self._next_at_s = at_s + HANDSHAKES_APART_S
            await asyncio.sleep(at_s - now_s)
            yield
