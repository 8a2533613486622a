"""One exchange on httpx: a bounded body, plain or in one layer of gzip, and what became of one that failed.

We ask for plain bodies; a gateway that packs them all the same is understood. The limit counts what comes
out, piece by piece.
"""

import contextlib
import errno
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from softphone.webex.pools import ALL_HEADERS, Pool
from softphone.webex.threads import ThreadsBusyError
from softphone.webex.tls import fault_of_certificate
from softphone.webex.transport_faults import Fault

_RESET_ERRNOS = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
)


@dataclass(slots=True)
class Exchange:
    """One request on the wire and what came of it, for who watches the client (`Client.on_exchange`).

    It holds the token and the body: whoever watches keeps none of it. `trouble` is the title of the failure
    when no answer came (`status` is None), or one that could not be read to its end. `took_s` is from when
    it was asked for to the end of the answer.
    """

    method: str
    url: str
    sent_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sent_body: bytes = field(default=b"", repr=False)
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    took_s: float = 0.0
    trouble: str = ""


async def exchanged(
    pool: Pool, request: httpx.Request, auth: httpx.Auth | None, limit_bytes: int
) -> tuple[int, httpx.Headers, bytes | Fault]:
    """Return status, headers and the body, or why the body was not read to its end."""
    response = await pool.send(request, auth=auth, stream=True)
    status, headers = response.status_code, response.extensions.get(ALL_HEADERS, response.headers)
    async with contextlib.aclosing(response):
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in _DECODERS:
            return status, headers, Fault.ENCODED
        body = _DECODERS[encoding](limit_bytes)
        try:
            async for chunk in response.aiter_raw():
                if not body.add(chunk):
                    return status, headers, Fault.TOO_LONG
            return status, headers, body.whole()
        except zlib.error:
            return status, headers, Fault.BROKEN


def fault_of(error: BaseException) -> Fault:
    """Find out what happened by type, verify_code and errno; texts differ between systems."""
    for cause in causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return fault_of_certificate(cause)
            case ssl.SSLError():
                return Fault.TLS
            case socket.gaierror():
                return Fault.DNS if cause.errno in _NO_SUCH_NAME else Fault.NAMES_SILENT
            case ThreadsBusyError():
                return Fault.NAMES_SILENT
            case ConnectionRefusedError():
                return Fault.REFUSED
            case TimeoutError() if cause.errno:
                return Fault.TIMED_OUT
            case OSError() if cause.errno in _RESET_ERRNOS:
                return Fault.RESET
            case OSError() if cause.errno:
                return Fault.UNREACHABLE
    match error:
        case httpx.TimeoutException():
            return Fault.TIMED_OUT
        case httpx.ProxyError():
            return Fault.PROXY_SIGN_IN if str(error).startswith("407") else Fault.PROXY_REFUSED
        case httpx.ConnectError():
            return Fault.UNREACHABLE
    return Fault.BROKEN


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Walk down to what was first raised; a connect to several addresses fails with a group."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from causes(member)
        error = error.__cause__ or error.__context__


class _Body:
    """A body that grows up to a limit."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held = bytearray()

    def add(self, chunk: bytes) -> bool:
        """Take what came; return whether there is room for it."""
        self._held += chunk
        return len(self._held) <= self._limit_bytes

    def whole(self) -> bytes:
        """Return all of it, at its end."""
        return bytes(self._held)


class _ZippedBody(_Body):
    """The same of one layer of gzip, bounded while it is unpacked: 590 bytes can become 256 MiB.

    It may come in several members, one behind the other. Raises zlib.error for what is no gzip or cut short.
    """

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self._unpacking = _unpacker()
        self._packed_bytes = 0

    def add(self, chunk: bytes) -> bool:
        """Take and unpack what came; return whether there is room for it."""
        self._packed_bytes += len(chunk)
        if self._packed_bytes > self._limit_bytes:  # members of nothing, without end
            return False
        while chunk:
            if self._unpacking.eof:
                self._unpacking = _unpacker()
            room_bytes = self._limit_bytes - len(self._held) + 1  # one more than may be; 0 would be no limit
            if not super().add(self._unpacking.decompress(chunk, room_bytes)):
                return False
            chunk = self._unpacking.unused_data
        return True

    def whole(self) -> bytes:
        """Return all of it, at its end."""
        if self._packed_bytes and not self._unpacking.eof:  # an empty body is none, whatever it says
            raise zlib.error("cut short")
        return super().whole()


def _unpacker() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


_DECODERS: Mapping[str, type[_Body]] = {
    "": _Body,
    "identity": _Body,
    "gzip": _ZippedBody,
    "x-gzip": _ZippedBody,
}
