"""One request and one reply, as values: what crosses between the sockets and the pure cloud.

The server makes a `Request` out of bytes and puts a `Reply` on the wire in the manner its `delivery`
asks for. Nothing here knows sockets, routes or users.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol
from urllib.parse import parse_qsl

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it arrived at one host of the cloud; header names are lower-case."""

    host: str
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reused: bool = False  # the connection has carried a request before
    socket: int | None = None  # the number of the WebSocket that carried it, instead of HTTP

    def params(self) -> dict[str, str]:
        """Return the query by name; of a name given twice the first value counts."""
        return first_values(self.query)


class Delivery(Enum):
    """How a reply goes onto the wire; everything but PLAIN is a fault."""

    PLAIN = "plain"
    HANG = "hang"  # no byte is ever sent, the connection stays open
    RESET = "reset"  # the connection ends with RST
    CLOSE = "close"  # the connection ends with FIN and no answer
    DRIP = "drip"  # the body arrives byte by byte
    CUT_SHORT = "cut-short"  # half of the promised body, then FIN
    WRONG_LENGTH = "wrong-length"  # Content-Length is smaller than what is sent
    NOT_HTTP = "not-http"  # bytes that are no HTTP answer at all
    ENDLESS_103 = "endless-103"  # one interim answer after another, never the final one


class Link(Protocol):
    """The connection below an open WebSocket."""

    def write(self, data: bytes) -> None:
        """Send bytes."""

    def close(self) -> None:
        """End it once all is sent."""

    def abort(self) -> None:
        """End it at once."""

    def ask(self, request: Request) -> Reply:
        """Answer a request that came over the socket instead of HTTP."""

    @property
    def unsent_bytes(self) -> int:
        """Return how much the client has not taken yet."""


class Upgraded(Protocol):
    """What goes on over a connection after a reply of 101. Times are those of the cloud."""

    def opened(self, link: Link, now_s: float) -> None:
        """Begin."""

    def receive(self, data: bytes, now_s: float) -> None:
        """Take bytes of the client."""

    def lost(self, now_s: float) -> None:
        """The connection is no more."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. `delay_s` and `byte_every_s` are nominal seconds (see `clock.py`).

    With `then` it is only a promise: once `delay_s` is over, `then` carries the request out and returns
    the answer. It must be called even if nobody waits for the answer any more. `upgraded` goes on after
    101. `close` and `frame_patch` are for WebSockets: the code and reason that close it instead of an
    answer, and a JSON merge patch for the answer's frame.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    delivery: Delivery = Delivery.PLAIN
    delay_s: float = 0.0
    byte_every_s: float = 0.0
    chunk_bytes: int = 0  # above 0: the body in chunks of this size (RFC 9112 7.1)
    then: Callable[[], Reply] | None = None
    upgraded: Upgraded | None = None
    close: tuple[int, str] | None = None
    frame_patch: Any = None
    without: frozenset[str] = frozenset()  # headers that every answer has, but this one

    def header(self, name: str) -> str | None:
        """Return the value of a header, its name in any case, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class RefusalError(Exception):
    """Ends the handling of a request with this reply; raised by the rules, caught by the cloud."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def json_reply(status: int, value: object, headers: Headers = ()) -> Reply:
    """Return a JSON answer."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Reply(status, (("content-type", "application/json"), *headers), body)


def html_reply(status: int, page: str, headers: Headers = ()) -> Reply:
    """Return a page."""
    return Reply(status, (("content-type", "text/html; charset=utf-8"), *headers), page.encode())


def first_values(encoded: str) -> dict[str, str]:
    """Return form-encoded pairs by name, the first of each."""
    values: dict[str, str] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        values.setdefault(name, value)
    return values


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object in `body`, or None when it holds anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
