"""The requests of one signed-in account: headers on the way out, failures on the way in.

`ask` returns 2xx answers only; everything else leaves as a RequestError that `webex.failures` has worded.
"""

import time
from collections.abc import Callable, Collection
from typing import TypeVar

from softphone.errors import RequestError
from softphone.webex.client import DEADLINE_S, Answer, Client, TokenSource
from softphone.webex.failures import Route, answer_failure, broken_answer
from softphone.webex.wire import BrokenAnswerError

SPARK_USER_AGENT = "webex-calling/beta"  # protocol.md 1.1; on every Mobius request

_T = TypeVar("_T")


class AccountRequests:
    """How one account asks the service."""

    def __init__(self, client: Client, tokens: TokenSource, *, now: Callable[[], float] = time.time) -> None:
        self.client = client
        self._tokens = tokens
        self._now = now

    async def ask(
        self,
        method: str,
        url: str,
        *,
        route: Route = Route.OTHER,
        device_url: str = "",
        json: object = None,
        with_token: bool = True,
        accept: Collection[int] = (),
        deadline_s: float = DEADLINE_S,
        repeatable: bool | None = None,
    ) -> Answer:
        """Send; raise RequestError unless the answer is a 2xx or a status to `accept`.

        `device_url` marks a Mobius request: it becomes `cisco-device-url` (protocol.md 1.1).
        """
        headers = {"Accept": "application/json"}
        if device_url:
            headers |= {"cisco-device-url": device_url, "spark-user-agent": SPARK_USER_AGENT}
        answer = await self.client.request(
            method,
            url,
            tokens=self._tokens if with_token else None,
            headers=headers,
            json=json,
            deadline_s=deadline_s,
            repeatable=repeatable,
        )
        if answer.status not in accept:
            self.refuse(answer, route)
        return answer

    def refuse(self, answer: Answer, route: Route = Route.OTHER) -> None:
        """Raise RequestError unless the answer is a 2xx."""
        if answer.is_success:
            return
        raise RequestError(
            answer_failure(
                route,
                answer.status,
                answer.headers,
                answer.body,
                host=answer.host,
                now=self._now(),
                tracking_id=answer.tracking_id,
            )
        )

    def read(self, answer: Answer, reader: Callable[[bytes], _T]) -> _T:
        """Return what the reader makes of the body; raise RequestError when it makes no sense."""
        try:
            return reader(answer.body)
        except BrokenAnswerError as error:
            html = answer.headers.get("content-type", "").lower().startswith("text/html")
            failure = broken_answer(
                answer.host, status=answer.status, tracking_id=answer.tracking_id, html=html
            )
            raise RequestError(failure) from error
