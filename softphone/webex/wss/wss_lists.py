"""Whether an account registers over WebSockets, and where (sockets.md#registration-over-wss). Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from softphone.line.model import Role
from softphone.webex.address import as_http, socket_url

URLS_LIMIT = 8  # of a group, as of HTTP servers
_FEATURE = "webrtc-calling-over-ws-CALL-219562"  # of developers


def over_wss(features: object) -> bool | None:
    """Return whether WDM has switched it on, by the JSON value true alone; None when it names no features."""
    rows = features.get("developer") if isinstance(features, dict) else None
    if not isinstance(rows, list) or not rows:
        return None
    named = (row for row in rows if isinstance(row, dict) and row.get("key") == _FEATURE)
    return any(row.get("value") is True for row in named)


def read_wss(body: bytes, *, trusted: Callable[[str], bool]) -> dict[Role, tuple[str, ...]]:
    """Return the WebSocket addresses of each group in an answer of discovery, without those not trusted."""
    try:
        lists = msgspec.json.decode(body or b"{}", type=_Lists)
    except (msgspec.MsgspecError, RecursionError, ValueError):  # it was read as lists of HTTP servers
        return {}
    found = {}
    for role, group in ((Role.PRIMARY, lists.primary), (Role.BACKUP, lists.backup)):
        listed = group.wss if group is not None and isinstance(group.wss, list) else []
        urls = dict.fromkeys(socket_url(url).rstrip("/") for url in listed)
        usable = (url for url in urls if url and "?" not in url and trusted(as_http(url)))
        found[role] = tuple(usable)[:URLS_LIMIT]
    return found


class _Group(msgspec.Struct):
    wss: Any = None


class _Lists(msgspec.Struct):
    primary: _Group | None = None
    backup: _Group | None = None
