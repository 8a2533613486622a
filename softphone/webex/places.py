"""How many requests are on their way to one host at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

# httpcore looks at every connection of a pool, several times a request: few carry a crowd more cheaply than
# many. A host that takes its time gets more, so that nobody waits for the slow ones of others.
QUICK_LIMIT = 16
LIMIT = 48
SLOW_S = 1.0


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
