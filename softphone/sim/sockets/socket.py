"""What the message socket and the calling socket have in common, and the list of those that are open.

A socket signs in by its first frame, acknowledges what it is sent, and is written into the journal: every
frame of the client, every end, and complaints about what a careful client would not have done.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from softphone.sim.faults import FaultAnswer
from softphone.sim.messages import Delivery, Link, Request, json_object
from softphone.sim.request_journal import RequestJournal, masked_text
from softphone.sim.sockets.agenda import Agenda
from softphone.sim.sockets.frames import ABNORMAL, POLICY, Ended, Frames

REPLACED, MOVED = 4000, 4001

# A client is hung up on when it takes less than it is sent, or sends more than it has reason to.
_MOST_UNSENT_BYTES = 4 << 20
_MOST_FRAMES_A_SECOND = 1000

# A client that was sent a close frame has so long to answer it.
_CLOSING_S = 5.0

# A flood comes in so many portions a second.
_PORTIONS = 20


@dataclass(slots=True)
class OpenSockets:
    """All open sockets by their number, and what they need."""

    agenda: Agenda
    journal: RequestJournal
    by_number: dict[int, Socket] = field(default_factory=dict)
    opened: int = 0

    def of(self, user: str | None = None, place: str | None = None) -> list[Socket]:
        """Return those that are signed in, of one person or all, of one kind or both."""
        return [
            one
            for one in self.by_number.values()
            if one.ready and user in {None, one.user} and place in {None, one.place}
        ]


class Socket:
    """One WebSocket; `place` is the word of its kind, `device` the WDM device it belongs to, if known.

    Subclasses take the client's messages in `take`, and send with `push`.
    """

    place: str = ""

    def __init__(
        self,
        sockets: OpenSockets,
        request: Request,
        complaints: list[str],
        *,
        user: str | None = None,
        device: str | None = None,
    ) -> None:
        """`complaints` are about the upgrade."""
        self._sockets = sockets
        self._request = request
        self._upgrade_complaints = complaints
        self._frames = Frames()
        self._link: Link | None = None
        self._unacknowledged: Counter[str] = Counter()
        self._second_began_s = 0.0
        self._frames_in_second = 0
        self.number: int = 0
        self.user: str | None = user
        self.device: str | None = device
        self.ready: bool = False
        self.answering: bool = False  # its sign-in is being looked at
        self.moving: bool = False  # it was told to hand over to another
        self.silent: bool = False
        self.wrong_pongs: int = 0
        self.opened_s: float = 0.0

    # --- The connection

    def opened(self, link: Link, now_s: float) -> None:
        """Begin; who does not sign in is hung up on."""
        self._link = link
        self._sockets.opened += 1
        self.number = self._sockets.opened
        self._sockets.by_number[self.number] = self
        self.opened_s = now_s
        if self._upgrade_complaints:
            self.note(now_s, "opened", complaints=self._upgrade_complaints)

    def receive(self, data: bytes, now_s: float) -> None:
        """Take bytes of the client; a socket told to be silent reads on and says nothing."""
        if self._link is None:
            return
        for one in self._frames.receive(data):
            match one:
                case bytes() if not self.silent:
                    self._write(one)
                case str():
                    self._take_text(one, now_s)
                case Ended():
                    self._end(one, now_s)
                    return
            if self.link is None:
                return

    def lost(self, now_s: float) -> None:
        """The connection is no more."""
        if self._sockets.by_number.pop(self.number, None) is not None:
            self.note(now_s, "lost")
        self._link, self.ready = None, False
        self._unacknowledged.clear()

    # --- To the client

    def push(self, event: Mapping[str, Any], now_s: float, **envelope: Any) -> None:
        """Send an event of the service in the envelope of this kind of socket."""
        raise NotImplementedError

    def take(self, message: dict[str, Any], now_s: float) -> list[str] | None:
        """Act on a message; returns complaints, or None if it is in the journal in another form."""
        raise NotImplementedError

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a JSON message."""
        self.send_text(json.dumps(message, separators=(",", ":")))

    def send_text(self, text: str) -> None:
        """Send a text as it is, unless the socket is to be silent."""
        if not self.silent:
            self._write(self._frames.text(text))

    def send_binary(self, data: bytes) -> None:
        """Send a binary message."""
        self._write(self._frames.binary(data))

    def flood(self, event: Mapping[str, Any], per_s: int, for_s: float, now_s: float) -> None:
        """Push an event so many times a second."""
        ends_s = now_s + for_s
        sent = [0]

        def portion(at_s: float) -> None:
            due = min(int((at_s - now_s) * per_s), int(for_s * per_s))
            for _ in range(due - sent[0]):
                if self._link is not None:
                    self.push(event, at_s)
            sent[0] = max(due, sent[0])
            if at_s < ends_s and self._link is not None:
                self._sockets.agenda.at(min(at_s + 1 / _PORTIONS, ends_s), portion)

        portion(now_s)

    def hand_over(self, now_s: float) -> None:
        """Tell the client to open a second socket; once that is ready this one is closed."""
        self.moving = True
        self.send({"type": "shutdown"})
        self.note(now_s, "shutdown")

    def close(self, code: int, reason: str, now_s: float) -> None:
        """Close with a code; 1006 drops the connection without a word."""
        if self._link is None or self._sockets.by_number.pop(self.number, None) is None:
            return
        self.note(now_s, "closed", code=code, reason=reason)
        self.ready = False
        if code == ABNORMAL:
            self._link.close()
            return
        self._write(self._frames.close(code, reason))
        self._later(_CLOSING_S, now_s, lambda _: self._link.close() if self._link else None)

    def drop(self, now_s: float) -> None:
        """Reset the connection."""
        if self._link is not None and self._sockets.by_number.pop(self.number, None) is not None:
            self.note(now_s, "dropped")
            self._link.abort()

    # --- For subclasses

    def note(self, now_s: float, what: str, **more: Any) -> None:
        """Write into the journal what happened on this socket."""
        self._sockets.journal.add(
            {
                "time_s": round(now_s, 3),
                "host": self._request.host,
                "method": "SOCKET",
                "path": self._request.path,
                "query": {},
                "headers": {},
                "body": None,
                "place": self.place,
                "user": self.user,
                "device": self.device,
                "status": None,
                "fault": None,
                "tracking_id": None,
                "complaints": [],
                "socket": self.number,
                "what": what,
                **more,
            }
        )

    def await_sign_in(self, within_s: float, now_s: float, close: tuple[int, str]) -> None:
        """Hang up, with this code and reason, on who has not signed in by then."""

        def look(at_s: float) -> None:
            if not (self.ready or self.answering):
                self.close(*close, at_s)

        self._later(within_s, now_s, look)

    def begin_sign_in(self) -> None:
        """The sign-in is being looked at from now on."""
        self.answering = True

    def refuse_sign_in(self) -> None:
        """It was not accepted; another may come."""
        self.answering = False

    def accept_sign_in(self, user: str) -> bool:
        """It was accepted; returns whether it is the first."""
        is_first = not self.ready
        self.answering, self.ready, self.user = False, self._link is not None, user
        return is_first

    def takes_wrong_pong(self) -> bool:
        """Say whether the next pong is to bear a wrong id, and count it."""
        wrong = self.wrong_pongs > 0
        self.wrong_pongs -= wrong
        return wrong

    def spoil_sign_in(self, fault: FaultAnswer, now_s: float, go_on: Callable[[float], None]) -> None:
        """Do what a fault says to a client that signs in; a fault that only delays goes on later."""
        if fault.close is not None:
            self.close(*fault.close, now_s)
            return
        match fault.delivery:
            case Delivery.HANG:
                pass
            case Delivery.PLAIN:
                self._later(fault.delay_s + fault.wait_s, now_s, go_on)
            case Delivery.RESET:
                self.drop(now_s)
            case _:
                self.close(ABNORMAL, "", now_s)

    def await_acknowledgement(self, of: str, within_s: float, now_s: float) -> None:
        """Complain if a message is not acknowledged in time (nominal)."""
        self._unacknowledged[of] += 1

        def look(at_s: float) -> None:
            if self._unacknowledged.pop(of, 0) and self._link is not None and not self.silent:
                self.note(at_s, "unacknowledged", of=of, complaints=["no acknowledgement in time"])

        self._later(within_s, now_s, look)

    def acknowledged(self, of: str) -> list[str]:
        """Note an acknowledgement; returns a complaint about one of nothing."""
        if of not in self._unacknowledged:
            return ["acknowledgement of what was not sent, or too late"]
        self._unacknowledged[of] -= 1
        if not self._unacknowledged[of]:
            del self._unacknowledged[of]
        return []

    def replace_others(self, others: Iterable[Socket], now_s: float) -> None:
        """Close those whose place this one takes: 4001 if they were told to hand over, else 4000."""
        for one in list(others):
            if one is self:
                continue
            if not one.moving:
                self.note(now_s, "replaces", complaints=["a second socket of the same device"])
            code, reason = (MOVED, "moved") if one.moving else (REPLACED, "replaced")
            one.close(code, reason, now_s)

    @property
    def link(self) -> Link | None:
        """Return the connection while there is one."""
        return self._link

    def _later(self, delay_s: float, now_s: float, act: Callable[[float], None]) -> None:
        self._sockets.agenda.at(now_s + delay_s, act)

    def _take_text(self, text: str, now_s: float) -> None:
        if self._too_fast(now_s):
            self.close(POLICY, "too many messages", now_s)
            return
        message, body = json_object(text.encode("utf-8", "replace")), masked_text(text)
        if message is None:
            self.note(now_s, "frame", body=body, complaints=["no JSON object"])
        elif self.silent:
            self.note(now_s, "unheard", body=body)
        elif self.number in self._sockets.by_number:
            complaints = self.take(message, now_s)
            if complaints is not None:
                what, tracking_id = str(message.get("type", ""))[:40], message.get("trackingId")
                self.note(now_s, what, body=body, complaints=complaints, tracking_id=tracking_id)

    def _end(self, ended: Ended, now_s: float) -> None:
        """Answer the client's close, or close because it broke a rule."""
        assert self._link is not None  # noqa: S101 - only an open socket receives
        if self.number in self._sockets.by_number:
            del self._sockets.by_number[self.number]
            complaints = [ended.reason or "not a WebSocket frame"] if ended.broken else []
            what = "broken" if ended.broken else "client-closed"
            self.note(now_s, what, code=ended.code, reason=ended.reason, complaints=complaints)
            if self.silent:
                return
            self._write(self._frames.close(ended.code, ended.reason if ended.broken else ""))
        self.ready = False
        self._link.close()

    def _too_fast(self, now_s: float) -> bool:
        if now_s - self._second_began_s >= 1:
            self._second_began_s, self._frames_in_second = now_s, 0
        self._frames_in_second += 1
        return self._frames_in_second > _MOST_FRAMES_A_SECOND

    def _write(self, data: bytes) -> None:
        if self._link is None:
            return
        if self._link.unsent_bytes > _MOST_UNSENT_BYTES:
            self._link.abort()
            self._link, self.ready = None, False
            return
        self._link.write(data)
