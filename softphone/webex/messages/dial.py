"""From an address to an open WebSocket: dial, tunnel, TLS, upgrade. The only module that knows `websockets`.

We dial and ask the proxy ourselves: the way is that of every request (names, proxy, certificates, trust),
`websockets` could follow no redirect on a connection that it was given, and a refused certificate behind a
proxy is an ordinary error (sockets.md#library).
"""

import asyncio
import base64
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from softphone.auth.untrusted import retry_after_s
from softphone.errors import RequestError
from softphone.settings.proxy import Proxy
from softphone.webex.address import as_http
from softphone.webex.client import Client
from softphone.webex.dialling import NamesSlowError, first_opened, limited, look_up
from softphone.webex.exchange import causes, fault_of
from softphone.webex.messages.message_frames import FRAME_LIMIT_BYTES
from softphone.webex.messages.socket_rules import CLOSED_WITHIN_S, Loss, Lost
from softphone.webex.pools import USER_AGENT, Pools, Way
from softphone.webex.tls import issuer_of
from softphone.webex.transport_faults import Fault, transport_failure

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

UPGRADE_S = 10.0  # TLS and the answer to the upgrade
_HEAD_LIMIT_BYTES = 8 * 1024  # of a proxy's answer
_BITE_BYTES = 1024  # of it, read at once
_QUEUE_LIMIT = 16  # frames that wait to be read
_UNSENT_LIMIT_BYTES = 256 * 1024  # all that we ever say is little
_PORTS = {"https": 443, "http": 80}
_PROXY_SIGN_IN = 407


class NotOpenedError(Exception):
    """There is no socket; the loss says why."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.how.name)
        self.loss = loss


class _ProxyFailedError(OSError):
    def __init__(self, fault: Fault) -> None:
        super().__init__("the proxy opened no way")
        self.fault = fault


async def open_socket(client: Client, url: str, *, ping_every_s: float | None = None) -> "ClientConnection":
    """Return the WebSocket at an address. Raises NotOpenedError; a stranger has been sent nothing.

    `ping_every_s`: have it end (1011) when the other side does not answer pings of the protocol.
    """
    try:
        way, pools = await client.way_to(as_http(url))
    except RequestError as error:
        raise NotOpenedError(Loss(how=Lost.FAILED, cause=error.title)) from error
    library = await pools.threads.run("websockets", _library)  # 50 ms, the first time
    try:
        connection = await _dialled(way, pools, client.connect_s)
        return await _upgraded(library, url, way, pools, connection, ping_every_s)
    except (OSError, EOFError, ValueError, library.exceptions.WebSocketException) as error:
        raise NotOpenedError(_loss_of(library, error, way)) from error


async def _upgraded(
    library: Any, url: str, way: Way, pools: Pools, connection: socket.socket, ping_every_s: float | None
) -> "ClientConnection":
    is_secure = way.scheme == "https"
    try:
        opening = library.connect(
            url,
            sock=connection,
            proxy=None,
            compression=None,
            ping_interval=ping_every_s,
            ping_timeout=ping_every_s,
            max_size=FRAME_LIMIT_BYTES,
            max_queue=_QUEUE_LIMIT,
            write_limit=_UNSENT_LIMIT_BYTES,
            open_timeout=UPGRADE_S,
            close_timeout=CLOSED_WITHIN_S,
            user_agent_header=USER_AGENT,
            logger=_SILENT,
            **({"ssl": pools.tls, "server_hostname": way.host} if is_secure else {}),
        )
    except BaseException:
        connection.close()  # from here on it is the library's
        raise
    opening.process_redirect = _as_it_is
    opened: ClientConnection = await opening
    # Whoever sends pings and does not read the pongs would fill our memory with them.
    abort_soon = partial(asyncio.get_running_loop().call_soon, opened.transport.abort)
    opened.pause_writing = abort_soon  # type: ignore[assignment]
    opened.request = None  # it and the headers are 4 KiB that nobody reads again
    if opened.response is not None:
        opened.response.headers.clear()
    return opened


async def _dialled(way: Way, pools: Pools, limit_s: float) -> socket.socket:
    """Return a connection to the host, or through the proxy to it. Raises OSError."""
    port = way.port or _PORTS[way.scheme]
    named = connected = False
    made: list[socket.socket] = []  # a stop may come at the moment in which one is connected

    async def opened() -> socket.socket:
        nonlocal named, connected
        addresses = await look_up(pools.threads, way.dials)
        named = True
        place = port if way.proxy is None else way.proxy.port
        ways: list[Callable[[], Awaitable[socket.socket]]] = [
            partial(_connected, ip, place, made) for ip in addresses
        ]
        connection = await first_opened(ways, let_go=_closed)
        connected = True
        if way.proxy is not None:
            await _tunnelled(connection, way.proxy, f"{way.host}:{port}")
        return connection

    try:
        return await _or_none_is_left(limited(opened(), limit_s), made)
    except _ProxyFailedError:
        raise
    except OSError as error:  # a TimeoutError is one
        if way.proxy is not None and not connected:
            raise _ProxyFailedError(Fault.PROXY_UNREACHABLE) from error
        if isinstance(error, TimeoutError) and not named:
            raise NamesSlowError from error
        raise


async def _or_none_is_left(dialling: Awaitable[socket.socket], made: list[socket.socket]) -> socket.socket:
    try:
        return await dialling
    except BaseException:
        for each in made:
            each.close()
        raise


async def _connected(ip: str, port: int, made: list[socket.socket]) -> socket.socket:
    connection = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    made.append(connection)
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (ip, port))
    except BaseException:
        connection.close()
        raise
    return connection


async def _closed(connection: socket.socket) -> None:
    connection.close()


async def _tunnelled(connection: socket.socket, proxy: Proxy, place: str) -> None:
    """Ask the proxy for the way to a place. Raises _ProxyFailedError, and OSError when it hangs up."""
    loop = asyncio.get_running_loop()
    user = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")
    sign_in = f"Proxy-Authorization: Basic {user}\r\n" if proxy.user else ""
    await loop.sock_sendall(
        connection, f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{sign_in}\r\n".encode("ascii")
    )
    head = b""
    while b"\r\n\r\n" not in head:
        bite = await loop.sock_recv(connection, _BITE_BYTES)
        head += bite
        if not bite or len(head) > _HEAD_LIMIT_BYTES:
            raise _ProxyFailedError(Fault.PROXY_REFUSED)
    version, _, told = head.partition(b" ")
    if version.startswith(b"HTTP/1.") and told[:1] == b"2" and head.endswith(b"\r\n\r\n"):
        return
    is_asking = told.startswith(str(_PROXY_SIGN_IN).encode())
    raise _ProxyFailedError(Fault.PROXY_SIGN_IN if is_asking else Fault.PROXY_REFUSED)


def _loss_of(library: Any, error: BaseException, way: Way) -> Loss:
    refusals = (one.response for one in causes(error) if isinstance(one, library.exceptions.InvalidStatus))
    answer = next(refusals, None)
    if answer is not None:
        wish_s = retry_after_s(dict(answer.headers.raw_items()), time.time())
        return Loss(how=Lost.REFUSED, code=answer.status_code, retry_after_s=wish_s)
    if isinstance(error, _ProxyFailedError):
        fault = error.fault
    elif isinstance(error, TimeoutError) and error.errno is None:
        fault = Fault.TIMED_OUT
    else:
        fault = fault_of(error)
    issuer = next(filter(None, map(issuer_of, causes(error))), "")
    failure = transport_failure(fault, way.host, issuer=issuer, proxy=str(way.proxy or ""))
    return Loss(how=Lost.FAILED, cause=failure.title)


def _as_it_is(error: Exception) -> Exception:
    """A redirect is a refusal: where it leads is not even read, for the library fails on an odd address."""
    return error


# It logs frames, and with them token and callers; and faults of the other side with all their bytes.
_SILENT = logging.getLogger("softphone.no messages")
_SILENT.disabled = True


def _library() -> Any:
    """Load the library when it is needed; its limits are ours, not those of the surroundings."""
    for name in [name for name in os.environ if name.startswith("WEBSOCKETS_")]:
        del os.environ[name]
    import websockets.asyncio.client  # noqa: PLC0415
    import websockets.exceptions  # noqa: PLC0415

    return websockets
