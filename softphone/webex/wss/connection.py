"""One registration socket: signed in, asked, heard, until it is lost."""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from softphone.errors import RequestError
from softphone.system import live_secrets
from softphone.system.loop_time import within
from softphone.webex.address import as_http, read_address
from softphone.webex.client import Client, Response
from softphone.webex.messages.dial import open_socket
from softphone.webex.messages.socket_rules import ABNORMAL, NOT_TEXT, PING_EVERY_S
from softphone.webex.transport_faults import Fault, transport_failure
from softphone.webex.wss.wss_frames import Notice, Reply, Shutdown, auth, event_ack, read, request
from softphone.webex.wss.wss_rules import DONE, SIGN_IN_WITHIN_S

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

REMEMBERED_NOTICES = 1000


class Connection:
    """`life` ends with the close code; `moving` is set when the service asks to move. Made by `open`."""

    def __init__(
        self, connection: "ClientConnection", url: str, on_notice: Callable[["Connection", Notice], None]
    ) -> None:
        address = read_address(as_http(url))
        self.url = url
        self.host: str = address.host if address is not None else ""
        self.moving: asyncio.Event = asyncio.Event()
        self._connection = connection
        self._on_notice = on_notice
        self._pending: dict[tuple[str, str], asyncio.Future[Reply]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self.life: asyncio.Task[int] = asyncio.get_running_loop().create_task(
            self._live(), name="registration socket"
        )

    @classmethod
    async def open(
        cls, client: Client, url: str, on_notice: Callable[["Connection", Notice], None]
    ) -> "Connection":
        """Return an open socket that is not signed in yet. Raises NotOpenedError."""
        return cls(await open_socket(client, url, ping_every_s=PING_EVERY_S), url, on_notice)

    async def sign_in(self, token: str) -> int:
        """Sign in, also again; return the status. Raises RequestError without an answer."""
        live_secrets.note(token)
        trace = _trace()
        return (await self._answered(auth(trace, token), trace, "auth", SIGN_IN_WITHIN_S)).status

    async def ask(self, kind: str, data: object, device_url: str, limit_s: float) -> Response:
        """Ask, and return what HTTP would have answered. Raises RequestError without an answer in time."""
        trace = _trace()
        reply = await self._answered(request(kind, trace, device_url, data), trace, kind, limit_s)
        return Response(reply.status, {"retry-after": reply.retry_after}, reply.body, self.host, trace)

    async def close(self) -> None:
        """Say goodbye; gone within a second."""
        await self._connection.close(DONE, "done (forced)")
        await self.life

    async def _answered(self, text: str, trace: str, kind: str, limit_s: float) -> Reply:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - loaded since the connection is

        answer: asyncio.Future[Reply]
        answer = self._pending[trace, kind] = asyncio.get_running_loop().create_future()
        try:
            await self._connection.send(text)
            if not await within(answer, limit_s):
                raise self._failed(Fault.TIMED_OUT, trace)
            return answer.result()
        except ConnectionClosed:
            raise self._failed(Fault.RESET, trace) from None
        finally:
            del self._pending[trace, kind]

    async def _live(self) -> int:
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415

        try:
            while True:
                message = await self._connection.recv()
                if isinstance(message, str):
                    await self._take(message)
                else:
                    await self._connection.close(NOT_TEXT, "Not text")
        except ConnectionClosed:
            code = self._connection.close_code
            return ABNORMAL if code is None else code
        finally:
            self._connection.transport.abort()
            for (trace, _), answer in self._pending.items():
                if not answer.done():
                    answer.set_exception(self._failed(Fault.RESET, trace))

    async def _take(self, message: str) -> None:
        match read(message):
            case Reply() as reply:
                answer = self._pending.get((reply.trace, reply.kind))
                if answer is not None and not answer.done():
                    answer.set_result(reply)
            case Notice() as notice:
                await self._connection.send(event_ack(notice))
                if notice.event_id not in self._seen:
                    self._seen[notice.event_id] = None
                    if len(self._seen) > REMEMBERED_NOTICES:
                        self._seen.popitem(last=False)
                    self._on_notice(self, notice)
            case Shutdown():
                self.moving.set()

    def _failed(self, fault: Fault, trace: str) -> RequestError:
        return RequestError(transport_failure(fault, self.host, tracking_id=trace, sent=True))


def _trace() -> str:
    return f"WXC_{uuid.uuid4()}"
