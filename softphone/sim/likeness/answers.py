"""Answers in the shapes of a first-contact report (first-contact.md#kept-as-a-test).

The rules stay those of the simulated cloud; the true answer is poured into the reported shape: keys come and
go, types, lengths, statuses and headers are those that were seen. What has to work goes on working: an ID of
another length stands for the true one, and is understood when it comes back.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from softphone.sim.faults import FaultAnswer
from softphone.sim.likeness import pouring
from softphone.sim.messages import Delivery, Headers, Reply, Request, json_object

_HANGS_FROM_S = 5.0  # no answer for so long: nothing came; before it the connection was cut
_DELAY_FROM_S = 0.5  # quicker answers are as quick as they are
_DELAY_AT_MOST_S = 60.0
_CHUNK_BYTES = 1024
_FIRST_ERROR = 400

# The server's own, or told otherwise.
_NOT_COPIED = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection"})
_ALWAYS = frozenset({"date", "trackingid"})  # what the simulated cloud puts into every answer

_PLACES: Mapping[tuple[str, str], str] = {
    ("token", "POST"): "token",
    ("refresh", "POST"): "token",
    ("revoke", "POST"): "revoke",
    ("catalog", "GET"): "catalog",
    ("region", "GET"): "region",
    ("people", "GET"): "person",
    ("telephony", "GET"): "numbers",
    ("wdm", "POST"): "create WDM device",
    ("wdm", "PUT"): "refresh WDM device",
    ("wdm", "GET"): "list WDM devices",
    ("wdm", "DELETE"): "delete WDM device",
    ("discovery", "GET"): "servers",
    ("register", "POST"): "register",
    ("keepalive", "POST"): "keepalive",
    ("ping", "GET"): "ping",
    ("devices", "GET"): "devices",
    ("deregister", "DELETE"): "deregister",
}
ROUTES = frozenset({*_PLACES.values(), "token expiry", "other"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer of the report. `status` None: none came. `body` is its shape; None: it had none."""

    status: int | None
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    body_bytes: int
    took_s: float


@dataclass(slots=True)
class Likeness:
    """The answers of a report by route, in their order; the last one of a route is given again and again."""

    answers: Mapping[str, list[Seen]]
    aliases: pouring.Aliases = field(default_factory=pouring.Aliases)
    _given: dict[str, int] = field(default_factory=dict)

    def understood(self, request: Request) -> Request:
        """Return the request with the true IDs in the place of those that stand for them."""
        if not self.aliases:
            return request
        true = self.aliases.true
        return replace(
            request,
            path=true(request.path),
            query=true(request.query),
            headers={name: true(value) for name, value in request.headers.items()},
            body=true(request.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
        )

    def meet(
        self, place: str, request: Request, time_scale: float, *, elsewhere: str | None
    ) -> FaultAnswer | None:
        """Return how a request is answered; None when the report says nothing of its kind.

        `elsewhere` is the name of a host that discovery does not name.
        """
        route = _PLACES.get((place, request.method), "")
        if request.path.endswith("/tokenExpiry"):
            route = "token expiry"
        seen = self.answers.get(route)
        if not seen:
            return None
        number = self._given.get(route, 0)
        self._given[route] = number + 1
        one = seen[min(number, len(seen) - 1)]
        delay_s = min(one.took_s, _DELAY_AT_MOST_S) / time_scale if one.took_s >= _DELAY_FROM_S else 0.0
        if one.status is None:
            delivery = Delivery.HANG if one.took_s >= _HANGS_FROM_S else Delivery.CLOSE
            return FaultAnswer("like", delivery)
        return _LikeAnswer("like", moved_to=elsewhere, delay_s=delay_s, seen=one, aliases=self.aliases)


@dataclass(frozen=True, slots=True)
class _LikeAnswer(FaultAnswer):
    """The answer that was seen, with what is true poured into it."""

    seen: Seen = field(kw_only=True)
    aliases: pouring.Aliases = field(kw_only=True)

    @property
    def needs_truth(self) -> bool:
        """Say whether the request must be carried out."""
        return (self.seen.status or 0) < _FIRST_ERROR

    def apply(self, true_reply: Reply | None, origins: tuple[str, str] = ("", "")) -> Reply:
        """Return the answer; what the cloud's own rules refuse stays refused."""
        if true_reply is not None and true_reply.status >= _FIRST_ERROR:
            return true_reply
        seen, truth = self.seen, true_reply or Reply(0)
        body = self._body(json_object(truth.body) or {}, origins)
        headers = dict(_headers(seen, truth))
        if body and "gzip" in seen.headers.get("content-encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["content-encoding"] = seen.headers["content-encoding"]
        elif (coding := seen.headers.get("content-encoding", "identity")) != "identity":
            headers["content-encoding"] = coding
        return Reply(
            seen.status or 0,
            tuple(headers.items()),
            body,
            delay_s=self.delay_s,
            chunk_bytes=_CHUNK_BYTES if "transfer-encoding" in seen.headers else 0,
            without=_ALWAYS - seen.headers.keys(),
        )

    def _body(self, truth: dict[str, Any], origins: tuple[str, str]) -> bytes:
        shape, size = self.seen.body, self.seen.body_bytes
        if shape is None:
            return b""
        if shape["type"] == "page":
            return b"<html>".ljust(size, b" ")
        if shape["type"] == "no JSON":
            return b"?" * size
        return self.aliases.put_into(pouring.Pouring(origins, self.aliases).of(shape, truth))


def _headers(seen: Seen, truth: Reply) -> Headers:
    told = []
    for name, looks in seen.headers.items():
        if name in _NOT_COPIED or name in _ALWAYS:
            continue
        true = truth.header(name)
        told.append((pouring.header_name(name), _value(name, looks, true)))
    return tuple(told)


def _value(name: str, looks: str, true: str | None) -> str:
    if name == "content-type":
        return looks.replace("; (other)", "; x=y") if "/" in looks else "application/x-other"
    if name == "retry-after":
        return {"seconds": "5", "date": "Mon, 05 Jan 2026 05:08:46 GMT"}.get(looks, "soon")
    return pouring.looking_like(looks) if true is None else true
