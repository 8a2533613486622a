"""Who registers over WebSockets for one account: one socket for each group of servers, or HTTP.

A group is the primaries or the backups. Its socket is opened by the first request that needs it; while none
can be had the group's HTTP servers are asked. What the end of a socket says about a registration is said by
the next keepalive, which is hurried (`on_doubt`): so the machine learns it as it learns everything.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.model import Role, Server
from softphone.system.tasks import Tasks
from softphone.webex.client import Client, Response, TokenSource
from softphone.webex.failures import renewal_failure, signed_out_failure
from softphone.webex.messages.dial import NotOpenedError
from softphone.webex.messages.socket_rules import back_off_s
from softphone.webex.wss.connection import Connection
from softphone.webex.wss.wss_frames import Notice
from softphone.webex.wss.wss_rules import (
    GROUP_WITHIN_S,
    HTTP_FOR_S,
    REGISTER,
    RENEW_EVERY_S,
    REST_S,
    SERVER_WITHIN_S,
    STATUS,
    TOKEN_OLD,
    TRIES,
    UNREGISTER,
    End,
    end_of,
)

log: logging.Logger = logging.getLogger(__name__)

_DOWN = "registration.down"
_UNAUTHORISED, _NOT_FOUND, _CONFLICT, _TOO_MANY = 401, 404, 409, 429
_OLD_FOR_S = 10.0  # a socket that was left serves so long, unless the service closes it before


@dataclass(slots=True)
class _Group:
    """The servers of one role. `devices` were granted over it; `verdicts` wait for their next keepalive."""

    urls: tuple[str, ...]
    connection: Connection | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    http_until_s: float = float("-inf")
    devices: set[str] = field(default_factory=set)
    verdicts: dict[str, Response] = field(default_factory=dict)
    keeping: asyncio.Task[None] | None = None


class Registrar:
    """`on_notice` gets call events, `on_doubt` is called when keepalives should be sent soon."""

    def __init__(
        self,
        client: Client,
        tokens: TokenSource,
        *,
        on_notice: Callable[[Notice], None],
        on_doubt: Callable[[], None],
        time_scale: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._tell = on_notice
        self._doubt = on_doubt
        self._scale = time_scale
        self._chance = chance
        self._loop = asyncio.get_running_loop()
        self._groups: dict[Role, _Group] = {}
        self._bearer = ""
        self._open: set[Connection] = set()
        self._tasks = Tasks()

    def use(self, urls: Mapping[Role, tuple[str, ...]]) -> None:
        """Take the addresses of discovery; those that are not trusted have been left out."""
        for role in Role:
            self._groups.setdefault(role, _Group(())).urls = urls.get(role, ())

    async def send(
        self, kind: str, server: Server, data: Mapping[str, object], device_url: str, limit_s: float
    ) -> Response | None:
        """Return the answer; None: ask the server over HTTP. Raises RequestError without an answer.

        `use` comes first.
        """
        group, device_id = self._groups[server.role], str(data.get("deviceId", ""))
        if kind == UNREGISTER and server.role is Role.BACKUP:  # on the way home WebSockets are tried again
            self._groups[Role.PRIMARY].http_until_s = float("-inf")
        if (verdict := group.verdicts.pop(device_id, None)) is not None and kind == STATUS:
            return verdict
        is_new = kind == REGISTER
        if not is_new and device_id not in group.devices and group.connection is None:
            return None
        connection = await self._connected(group)
        if connection is None:
            return None
        answer = await connection.ask(kind, data, device_url, limit_s)
        if answer.status == TOKEN_OLD and await self._signed_in(connection):
            answer = await connection.ask(kind, data, device_url, limit_s)
        if kind == UNREGISTER and (answer.is_success or answer.status == _NOT_FOUND):
            if group.devices == {device_id}:  # nothing is registered over it any more
                group.connection = None
                self._tasks.start(connection.close(), name="end of a registration socket")
            group.devices.discard(device_id)
        return answer

    def granted(self, server: Server, device_id: str) -> None:
        """The device was granted over the group's socket."""
        group = self._groups[server.role]
        group.devices.add(device_id)
        group.verdicts.pop(device_id, None)

    async def close(self) -> None:
        """Close every socket. Nothing else is sent."""
        await self._tasks.close()
        await asyncio.gather(*(one.close() for one in tuple(self._open)))

    # ---- opening

    async def _connected(self, group: _Group) -> Connection | None:
        async with group.lock:
            if group.connection is not None and not group.connection.life.done():
                return group.connection
            if not group.urls or self._loop.time() < group.http_until_s:
                return None
            with contextlib.suppress(TimeoutError):
                group.connection = await self._opened(group.urls)
            if group.connection is None or group.connection.life.done():
                log.info("no registration socket: HTTP for a while")
                group.http_until_s = self._loop.time() + HTTP_FOR_S * self._scale
                return None
            if group.keeping is None or group.keeping.done():
                group.keeping = self._tasks.start(self._keep(group), name="registration sockets")
            return group.connection

    async def _opened(self, urls: tuple[str, ...]) -> Connection | None:
        """Return a signed-in socket to the first that gives one.

        Raises RequestError without a sign-in, TimeoutError when the time of the group is over.
        """
        until_s = self._loop.time() + GROUP_WITHIN_S
        for url in urls:
            try:
                async with asyncio.timeout_at(min(until_s, self._loop.time() + SERVER_WITHIN_S)):
                    connection = await self._opened_at(url)
            except TimeoutError:
                log.info("no registration socket: no answer in time")
                if self._loop.time() >= until_s or url == urls[-1]:
                    raise
            else:
                if connection is not None:
                    return connection
        return None

    async def _opened_at(self, url: str) -> Connection | None:
        try:
            connection = await Connection.open(self._client, url, self._heard)
        except NotOpenedError as error:
            log.info("no registration socket: %s", error.loss.cause or error.loss.code)
            return None
        self._open.add(connection)
        connection.life.add_done_callback(partial(self._ended, connection))
        try:
            if await self._signed_in(connection):
                return connection
        except BaseException:
            self._tasks.start(connection.close(), name="end of a registration socket")
            raise
        await connection.close()
        return None

    async def _signed_in(self, connection: Connection) -> bool:
        """Sign the socket in, with a renewed token when the first is refused; False when it takes neither.

        Raises RequestError without a token.
        """
        self._bearer = await _token(self._tokens.access_token())
        status = await _status(connection, self._bearer)
        if status == _UNAUTHORISED:
            self._bearer = await _token(self._tokens.renew(self._bearer))
            status = await _status(connection, self._bearer)
        return status in range(200, 300)

    def _ended(self, connection: Connection, _: object) -> None:
        self._open.discard(connection)

    # ---- keeping

    async def _keep(self, group: _Group) -> None:
        """Look after the group's socket until there is none any more."""
        while (connection := group.connection) is not None:
            moving = asyncio.ensure_future(connection.moving.wait())
            try:
                await asyncio.wait(
                    {connection.life, moving},
                    timeout=RENEW_EVERY_S * self._scale,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                moving.cancel()
            if connection.life.done():
                if group.connection is connection:  # else it was left on purpose
                    group.connection = None
                    await self._lost(group, connection.life.result())
            elif connection.moving.is_set():
                connection.moving.clear()
                await self._move(group, connection)
            else:
                with contextlib.suppress(RequestError):  # the next one says so, too
                    await self._signed_in(connection)

    async def _move(self, group: _Group, old: Connection) -> None:
        """Go to a second socket, and let the first serve until the service closes it, or for a while."""
        new = None
        with contextlib.suppress(RequestError, TimeoutError):
            new = await self._opened((old.url,))
        if new is not None and group.connection is not old:  # left, or lost, meanwhile
            await new.close()
        elif new is not None:
            group.connection = new

            async def leave() -> None:
                await asyncio.wait({old.life}, timeout=_OLD_FOR_S * self._scale)
                await old.close()

            self._tasks.start(leave(), name="old registration socket")

    async def _lost(self, group: _Group, code: int) -> None:
        """Do what the end of the live socket means."""
        end = end_of(code)
        log.info("registration socket lost (%d): %s", code, end.name.lower())
        match end:
            case End.GONE:
                self._judge(group, _NOT_FOUND)
            case End.ELSEWHERE:
                self._judge(group, _CONFLICT)
            case End.TOO_MANY:
                group.http_until_s = self._loop.time() + HTTP_FOR_S * self._scale
                self._judge(group, _TOO_MANY, {"retry-after": f"{REST_S:.0f}"})
            case End.RENEW | End.RECONNECT:
                if end is End.RENEW:
                    with contextlib.suppress(RequestError):
                        self._bearer = await _token(self._tokens.renew(self._bearer))
                await self._reconnect(group)
                self._doubt()

    async def _reconnect(self, group: _Group) -> None:
        for tries in range(TRIES):
            await asyncio.sleep(back_off_s(tries, self._chance()) * self._scale)
            async with group.lock:
                if group.connection is None:
                    try:
                        group.connection = await self._opened(group.urls)
                    except RequestError:
                        pass
                    except TimeoutError:  # whoever waits for it asks over HTTP
                        group.http_until_s = self._loop.time() + HTTP_FOR_S * self._scale
                if group.connection is not None or self._loop.time() < group.http_until_s:
                    return
        group.http_until_s = self._loop.time() + HTTP_FOR_S * self._scale

    def _judge(self, group: _Group, status: int, headers: Mapping[str, str] | None = None) -> None:
        """Have the next keepalive of each device answered so, soon."""
        for device_id in group.devices:
            group.verdicts[device_id] = Response(status, headers or {}, b"")
        if status in {_NOT_FOUND, _CONFLICT}:
            group.devices.clear()
        self._doubt()

    # ---- hearing

    def _heard(self, connection: Connection, notice: Notice) -> None:
        if notice.event_type != _DOWN:
            self._tell(notice)
            return
        for group in self._groups.values():
            if group.connection is connection:
                self._judge(group, _NOT_FOUND)


async def _status(connection: Connection, token: str) -> int:
    try:
        return await connection.sign_in(token)
    except RequestError:
        return 0


async def _token(source: Awaitable[str]) -> str:
    try:
        return await source
    except SignedOutError as error:
        raise RequestError(signed_out_failure(error)) from error
    except RenewalError as error:
        raise RequestError(renewal_failure(error)) from error
