"""Watches the client's exchanges and keeps their shapes: what was said is forgotten at once."""

from typing import Any
from urllib.parse import parse_qsl

from softphone.auth.untrusted import BadJsonError, read_json
from softphone.checks.first_contact.differences import Difference, differences
from softphone.checks.first_contact.names import is_told_key
from softphone.checks.first_contact.routes import Places, Route
from softphone.checks.first_contact.shapes import (
    HostKind,
    Shape,
    headers_shape,
    masked,
    path_shape,
    query_shape,
    shape_of,
)
from softphone.line.policy import Policy
from softphone.webex.address import read_address
from softphone.webex.exchange import Exchange
from softphone.webex.failures import Voice, voice_of
from softphone.webex.wire import BODY_LIMIT_BYTES

EXCHANGES_AT_MOST = 200
_FORM = "application/x-www-form-urlencoded"


class Watcher:
    """`see` is the client's `on_exchange`; `entries` are JSON values for the report.

    `made` are the addresses of WDM devices that were made and not deleted: they are for taking away only.
    """

    def __init__(self, places: Places, policy: Policy) -> None:
        self.step: str = ""  # which step of the run the next exchanges belong to
        self.made: set[str] = set()
        self.entries: list[dict[str, Any]] = []
        self.differences: dict[Difference, None] = {}  # each once, in the order in which they came
        self._places = places
        self._policy = policy

    def see(self, seen: Exchange) -> None:
        """Keep the shape of an exchange, and how it differs from the guide."""
        route = self._places.route_of(seen.method, seen.url)
        self.differences |= dict.fromkeys(differences(seen, route, self._places, self._policy))
        self._note_made(seen, route)
        if len(self.entries) >= EXCHANGES_AT_MOST:
            return
        address = read_address(seen.url)

        def host_kind(text: str) -> str:
            return self._places.kind_of(text, seen.url)

        entry: dict[str, Any] = {
            "step": self.step,
            "route": route.value,
            "method": seen.method,
            "host": self._places.host_of(route, seen.url),
            "path": path_shape(address.path) if address else "",
            "query": query_shape(address.query) if address else [],
            "sent_headers": list(headers_shape(seen.sent_headers)),
            "sent": _sent_shape(seen, host_kind),
            "status": seen.status,
            "headers": headers_shape(seen.headers),
            "body": _body_shape(seen, host_kind),
            "body_bytes": len(seen.body),
            "took_ms": round(1000 * seen.took_s),
        }
        if seen.trouble:
            entry["trouble"] = seen.trouble
        self.entries.append(entry)

    def _note_made(self, seen: Exchange, route: Route) -> None:
        if route is Route.WDM_DELETE and seen.status is not None and seen.status in {*range(200, 300), 404}:
            self.made.discard(seen.url)
        elif route is Route.WDM_CREATE and (address := _created_at(seen.body)):
            self.made.add(address)


def _created_at(body: bytes) -> str:
    """Return the address of a device whose other facts may make no sense."""
    try:
        answer = read_json(body, limit_bytes=BODY_LIMIT_BYTES)
    except BadJsonError:
        return ""
    url = answer.get("url") if isinstance(answer, dict) else None
    return url if isinstance(url, str) else ""


def _sent_shape(seen: Exchange, host_kind: HostKind) -> Shape | None:
    """Return the shape of what was sent: of a form only the names."""
    if not seen.sent_body:
        return None
    if seen.sent_headers.get("content-type", "").startswith(_FORM):
        names = [name for name, _ in parse_qsl(seen.sent_body.decode("utf-8", "replace"))]
        return {"type": "form", "keys": [name if is_told_key(name) else masked(name) for name in names]}
    return _json_shape(seen.sent_body, host_kind)


def _body_shape(seen: Exchange, host_kind: HostKind) -> Shape | None:
    if not seen.body.strip():
        return None
    if voice_of(seen.headers, seen.body) is Voice.PAGE:
        return {"type": "page"}
    return _json_shape(seen.body, host_kind)


def _json_shape(body: bytes, host_kind: HostKind) -> Shape:
    try:
        return shape_of(read_json(body, limit_bytes=BODY_LIMIT_BYTES), host_kind)
    except BadJsonError:
        return {"type": "no JSON"}
