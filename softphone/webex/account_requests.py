"""The requests of one signed-in account: headers on the way out, failures on the way in.

`ask` returns what the service itself has answered, and answered well; everything else leaves as a
RequestError that `webex.failures` has worded.
"""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypeVar

from softphone.errors import RequestError
from softphone.values import replace
from softphone.webex.client import ON_LOOP_LIMIT_BYTES, Client, Response, TokenSource
from softphone.webex.failures import Route, broken_answer, failure_of
from softphone.webex.threads import Threads
from softphone.webex.wire import BrokenAnswerError

SPARK_USER_AGENT = "webex-calling/beta"  # protocol.md#headers; on every Mobius request

_T = TypeVar("_T")


class AccountRequests:
    """How one account asks the service."""

    def __init__(self, client: Client, tokens: TokenSource, *, now: Callable[[], float] = time.time) -> None:
        self.client = client
        self._tokens = tokens
        self.now = now
        self._threads = Threads()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        route: Route = Route.OTHER,
        accept: Collection[int] = (),
        **options: Any,
    ) -> Response:
        """Send; raise RequestError unless the service answers with a 2xx or with a status to `accept`.

        `options` are those of `send`.
        """
        answer = await self.send(method, url, **options)
        await self.refuse(answer, route, accept)
        return answer

    async def send(
        self,
        method: str,
        url: str,
        *,
        device_url: str = "",
        with_token: bool = True,
        **options: Any,
    ) -> Response:
        """Send; return what anybody answered. Raises RequestError without an answer.

        `device_url` marks a Mobius request: it becomes `cisco-device-url` (protocol.md#headers). `options`
        are those of `Client.request`.
        """
        headers = {"Accept": "application/json"}
        if device_url:
            headers |= {"cisco-device-url": device_url, "spark-user-agent": SPARK_USER_AGENT}
        tokens = self._tokens if with_token else None
        return await self.client.request(method, url, tokens=tokens, headers=headers, **options)

    async def refuse(
        self, answer: Response, route: Route = Route.OTHER, accept: Collection[int] = ()
    ) -> None:
        """Raise RequestError unless the service itself says a 2xx or a status to `accept`."""
        failure = await self._read(
            answer,
            partial(
                failure_of,
                route,
                answer.status,
                answer.headers,
                answer.body,
                accept=accept,
                host=answer.host,
                now=self.now(),
                tracking_id=answer.tracking_id,
            ),
        )
        if failure is not None:
            raise RequestError(replace(failure, unsure=failure.unsure or answer.was_repeated))

    async def read(self, answer: Response, reader: Callable[[bytes], _T]) -> _T:
        """Return what the reader makes of the body; raise RequestError when it makes no sense."""
        try:
            return await self._read(answer, partial(reader, answer.body))
        except BrokenAnswerError as error:
            failure = broken_answer(answer.host, status=answer.status, tracking_id=answer.tracking_id)
            raise RequestError(failure) from error

    async def _read(self, answer: Response, work: Callable[[], _T]) -> _T:
        if len(answer.body) <= ON_LOOP_LIMIT_BYTES:
            return work()
        return await self._threads.run(object(), work)
