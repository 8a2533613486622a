"""One HTTP/1.1 connection to one host: bytes to `Request`, `Reply` to bytes, faults included.

h11 keeps the protocol's rules for whatever is answered well. A spoilt answer is written as raw bytes
and ends the connection, as h11 rightly refuses to send it.
"""

from __future__ import annotations

import asyncio
import http
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any, cast

import h11

from softphone.sim.messages import Delivery, Reply, Request, Upgraded

# More than any client of this cloud has reason to send.
_MAX_BODY_BYTES = 1 << 20

# What an answer that should be cut short promises when it has no body of its own.
_PROMISED_BYTES = 64

_NO_BODY_STATUSES = frozenset({204, 304})


class Connection(asyncio.Protocol):
    """Serves one connection; `answer` is called on the loop's thread, once for each request.

    `now_s` tells the cloud's time (for WebSockets), `second_s` is how long a nominal second lasts on the
    wall; `live` holds all open connections.
    """

    def __init__(
        self,
        host: str,
        answer: Callable[[Request], Reply],
        now_s: Callable[[], float],
        second_s: float,
        live: set[Connection],
    ) -> None:
        self._host = host
        self._answer = answer
        self._now_s = now_s
        self._second_s = second_s
        self._live = live
        self._http = h11.Connection(h11.SERVER)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._served = 0
        self._upgraded: Upgraded | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve."""
        self._transport = cast("asyncio.Transport", transport)
        self._live.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Forget what was still to be sent."""
        if self._timer is not None:
            self._timer.cancel()
        self._transport = None
        self._live.discard(self)
        if self._upgraded is not None:
            self._upgraded.lost(self._now_s())

    def data_received(self, data: bytes) -> None:
        """Take bytes and answer every request that is complete."""
        if self._upgraded is not None:
            self._upgraded.receive(data, self._now_s())
            return
        self._http.receive_data(data)
        self._pump()

    def eof_received(self) -> bool:
        """Close when the client has nothing more to say and waits for nothing."""
        if self._upgraded is None:
            self._http.receive_data(b"")
            self._pump()
        return False

    def abort(self) -> None:
        """End the connection at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def write(self, data: bytes | None) -> None:
        """Send bytes while there is somebody."""
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """End the connection once all is sent."""
        if self._transport is not None:
            self._transport.close()

    def ask(self, request: Request) -> Reply:
        """Answer a request that came over a WebSocket."""
        return self._answer(request)

    @property
    def unsent_bytes(self) -> int:
        """Return how much the client has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def _pump(self) -> None:
        try:
            while (
                self._transport is not None and self._upgraded is None and self._take(self._http.next_event())
            ):
                pass
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint or 400)

    def _take(self, event: Any) -> bool:
        """Act on one event; say whether there may be more."""
        match event:
            case h11.Request():
                self._head = event
                self._body.clear()
            case h11.Data():
                self._body += event.data
                if len(self._body) > _MAX_BODY_BYTES:
                    self._refuse(413)
                    return False
            case h11.EndOfMessage():
                self._serve(self._request())
            case h11.ConnectionClosed():
                self.close()
                return False
            case h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    self.write(self._http.send(go_on))
                return False
            case _:
                return False  # h11.PAUSED: the answer before is not out yet
        return True

    def _request(self) -> Request:
        assert self._head is not None  # noqa: S101 - h11 brings the head first
        path, _, query = self._head.target.decode("latin-1").partition("?")
        headers: dict[str, str] = {}
        for raw_name, raw_value in self._head.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        method = self._head.method.decode("latin-1")
        self._served += 1
        return Request(self._host, method, path, query, headers, bytes(self._body), reused=self._served > 1)

    def _serve(self, request: Request) -> None:
        reply = self._answer(request)
        if reply.then is not None:
            # Not `_later`: what was asked for is done even if the client has left.
            asyncio.get_running_loop().call_later(reply.delay_s * self._second_s, self._keep, reply.then)
        else:
            self._hand_over(reply)

    def _keep(self, promised: Callable[[], Reply]) -> None:
        reply = promised()
        if self._transport is not None:
            self._hand_over(reply)
            self._pump()

    def _hand_over(self, reply: Reply) -> None:
        if reply.delay_s > 0:
            self._later(reply.delay_s, self._deliver_and_go_on, reply)
        else:
            self._deliver(reply)

    def _deliver_and_go_on(self, reply: Reply) -> None:
        self._deliver(reply)
        self._pump()

    def _deliver(self, reply: Reply) -> None:
        match reply.delivery:
            case _ if reply.close is not None:
                self.close()
            case Delivery.PLAIN if reply.upgraded is not None:
                self._switch(reply, reply.upgraded)
            case Delivery.PLAIN:
                self._send(reply)
            case Delivery.HANG:
                pass
            case Delivery.RESET:
                self._reset()
            case Delivery.CLOSE:
                self.close()
            case Delivery.DRIP:
                self._drip(reply)
            case Delivery.CUT_SHORT:
                promised = len(reply.body) or _PROMISED_BYTES
                self.write(_raw_head(reply, promised) + reply.body[: len(reply.body) // 2])
                self.close()
            case Delivery.WRONG_LENGTH:
                body = reply.body or b"{}"
                self.write(_raw_head(reply, len(body) // 2) + body)
                self.close()
            case Delivery.NOT_HTTP:
                self.write(b"SSH-2.0-OpenSSH_9.6\r\n")
                self.close()
            case Delivery.ENDLESS_103:
                self._hint(reply.byte_every_s)

    def _switch(self, reply: Reply, upgraded: Upgraded) -> None:
        """Go on as a WebSocket."""
        headers = list(reply.headers)
        self.write(self._http.send(h11.InformationalResponse(status_code=101, headers=headers)))
        self._upgraded = upgraded
        upgraded.opened(self, self._now_s())
        upgraded.receive(self._http.trailing_data[0], self._now_s())

    def _send(self, reply: Reply) -> None:
        # As bytes: what a client sent, such as its tracking id, may come back and need not be ASCII.
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
        # Without a length h11 sends chunks, one for each piece of data.
        if reply.status not in _NO_BODY_STATUSES and not reply.chunk_bytes:
            headers.append((b"content-length", b"%d" % len(reply.body)))
        head = h11.Response(status_code=reply.status, headers=headers, reason=_reason(reply.status))
        parts = [self._http.send(head)]
        if reply.body and not self._bodiless(reply):
            parts += [self._http.send(h11.Data(data=piece)) for piece in _pieces(reply)]
        parts.append(self._http.send(h11.EndOfMessage()))
        self.write(b"".join(part for part in parts if part))
        if self._http.our_state is h11.MUST_CLOSE:
            self.close()
        elif self._http.their_state is h11.DONE:
            self._http.start_next_cycle()

    def _bodiless(self, reply: Reply) -> bool:
        head = self._head is not None and self._head.method == b"HEAD"
        return head or reply.status in _NO_BODY_STATUSES

    def _drip(self, reply: Reply) -> None:
        """Send the head at once and the body byte by byte, or chunk by chunk; without a body, the head."""
        if reply.body and reply.chunk_bytes:
            self.write(_raw_head(reply, None))
            chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in _pieces(reply)]
            self._drip_rest(iter([*chunks, b"0\r\n\r\n"]), reply.byte_every_s)
            return
        head = _raw_head(reply, len(reply.body))
        if reply.body:
            self.write(head)
        self._drip_rest((bytes([byte]) for byte in reply.body or head), reply.byte_every_s)

    def _drip_rest(self, pieces: Iterator[bytes], every_s: float) -> None:
        piece = next(pieces, None)
        if piece is None:
            self.close()
            return
        self.write(piece)
        self._later(every_s, self._drip_rest, pieces, every_s)

    def _hint(self, every_s: float) -> None:
        """Send one interim answer (RFC 8297) after another; a client that does not read gets no more."""
        if self._transport is not None and self._transport.get_write_buffer_size() < _MAX_BODY_BYTES:
            self.write(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n")
        self._later(every_s, self._hint, every_s)

    def _refuse(self, status: int) -> None:
        """Answer what is not HTTP as servers do, and end the connection."""
        body = http.HTTPStatus(status).phrase.encode()
        reply = Reply(status, (("content-type", "text/plain"), ("connection", "close")), body)
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self.write(_raw_head(reply, len(body)) + body)
        self.close()

    def _reset(self) -> None:
        if self._transport is None:
            return
        sock = self._transport.get_extra_info("socket")
        # Lingering for no time makes close() send RST instead of FIN (socket(7)).
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _later(self, delay_s: float, act: Callable[..., None], *args: Any) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(delay_s * self._second_s, act, *args)


def _pieces(reply: Reply) -> list[bytes]:
    size = reply.chunk_bytes or len(reply.body)
    return [reply.body[start : start + size] for start in range(0, len(reply.body), size)]


def _raw_head(reply: Reply, length: int | None) -> bytes:
    """Return the head as bytes; without a length the body comes in chunks."""
    lines = [f"HTTP/1.1 {reply.status} {_reason(reply.status)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    lines += ["transfer-encoding: chunked" if length is None else f"content-length: {length}", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _reason(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
