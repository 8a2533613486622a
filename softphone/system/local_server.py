"""A server on this computer for a few clients at a time: whatever can reach it may be hostile."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from softphone.system.tasks import Tasks

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class LocalServer:
    """Lets `serve` answer each client; the deadline is its affair.

    More than `clients_limit` at once are turned away unanswered. A client that is too slow, sends more than
    `limit_bytes` without an end or goes away is let go without a word.
    """

    def __init__(
        self,
        serve: Serve,
        *,
        clients_limit: int,
        limit_bytes: int,
    ) -> None:
        self._serve = serve
        self._clients_limit = clients_limit
        self._limit_bytes = limit_bytes
        self._listening: list[asyncio.Server] = []
        self._clients = Tasks()

    @property
    def port(self) -> int | None:
        """The port it listens on, the first one of several; None when it does not listen."""
        if not self._listening:
            return None
        port: int = self._listening[0].sockets[0].getsockname()[1]
        return port

    async def listen(self, **place: Any) -> None:
        """Listen at a place, named as for `asyncio.start_server`, too. Raises OSError."""
        self._listening.append(await asyncio.start_server(self._accept, limit=self._limit_bytes, **place))

    async def close(self) -> None:
        """Listen no more, and let go of everybody. Twice is harmless."""
        listening, self._listening = self._listening, []
        for server in listening:
            server.close()
        await self._clients.close()
        for server in listening:
            await server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) >= self._clients_limit:
            writer.close()
            return
        serving = self._clients.start(self._answer(reader, writer), "a client")
        serving.add_done_callback(lambda _: writer.close())  # also of one that never had its turn

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):  # too slow, too much or gone: there is nobody to answer
            await self._serve(reader, writer)
