"""The record of every request: what a test asserts on, with nothing secret in it.

An entry says when (nominal seconds), where, what was sent, by whom, what was answered, which fault was
met, and `complaints`: what a careful client would not have done (protocol.md#test-service).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from softphone.sim.messages import Request

# Kept in memory; 1,000 lines at 30 s fill it in half an hour. The file of `--journal` has all.
_KEPT = 60_000

# Tracking ids are told apart over this many requests.
_REMEMBERED_IDS = 20_000

_SECRET_NAMES = frozenset(
    {"access_token", "refresh_token", "id_token", "token", "code", "code_verifier", "device_code"}
    | {"client_secret", "password", "jwe", "transaction", "authorization", "cookie", "user_code"}
)
_SECRET_HEADERS = frozenset({"cookie", "proxy-authorization", "set-cookie"})

# Four characters tell two tokens apart; of a shorter secret even they would say too much.
_SHORTEST_WITH_TAIL = 24

# Of these no character is shown: a person chose them, or they prove who asks.
_WHOLLY_SECRET = frozenset({"password", "client_secret", "code_verifier", "transaction"})


@dataclass(slots=True)
class RequestJournal:
    """Entries, the newest last, each with its number `n` from 1; `on_entry` is told of each."""

    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    count: int = 0
    on_entry: Callable[[dict[str, Any]], None] = field(default=lambda _entry: None)
    _ids: dict[str, None] = field(default_factory=dict)

    def add(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Number an entry and keep it."""
        self.count += 1
        numbered = {"n": self.count, **entry}
        self.entries.append(numbered)
        self.on_entry(numbered)
        return numbered

    def since(self, number: int) -> list[dict[str, Any]]:
        """Return the entries after entry `number`."""
        return [entry for entry in self.entries if entry["n"] > number]

    def seen_before(self, tracking_id: str) -> bool:
        """Say whether another request carried this tracking id, and remember it."""
        if tracking_id in self._ids:
            return True
        self._ids[tracking_id] = None
        if len(self._ids) > _REMEMBERED_IDS:
            del self._ids[next(iter(self._ids))]
        return False


def masked_request(request: Request, user_of_token: str | None) -> dict[str, Any]:
    """Return the parts of a request that may be kept."""
    return {
        "host": request.host,
        "method": request.method,
        "path": request.path,
        "query": _masked_pairs(request.query),
        "headers": {
            name: _masked_header(name, value, user_of_token) for name, value in request.headers.items()
        },
        "body": _masked_body(request),
    }


def mask(secret: str) -> str:
    """Return at most four characters: the last of the part that differs, before any '_'."""
    part = secret.partition("_")[0]
    return f"...{part[-4:]}" if len(part) >= _SHORTEST_WITH_TAIL else "***"


def _masked_header(name: str, value: str, user: str | None) -> str:
    if name == "authorization":
        scheme, _, rest = value.partition(" ")
        if scheme.lower() != "bearer":
            return f"{scheme if rest else 'unknown'} ***"
        return f"{scheme} {user or 'unknown'} {mask(rest)}"
    return "***" if name in _SECRET_HEADERS else value


def _masked_pairs(encoded: str) -> dict[str, str]:
    return {name: _masked_value(name, value) for name, value in parse_qsl(encoded, keep_blank_values=True)}


def _masked_body(request: Request) -> Any:
    """Return JSON or a form by name; of anything else only the size, as it might hold anything."""
    if not request.body:
        return None
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _masked_pairs(request.body.decode("utf-8", "replace"))
    return masked_text(request.body)


def masked_text(text: str | bytes) -> Any:
    """Return JSON with everything masked that is secret by its name; of anything else only the size."""
    try:
        return _masked_json(json.loads(text))
    except (ValueError, RecursionError):
        return {"size_bytes": len(text)}


def _masked_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _masked_value(name, one) if _is_secret(name) else _masked_json(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_masked_json(one) for one in value]
    return value


def _is_secret(name: str) -> bool:
    return name.lower() in _SECRET_NAMES


def _masked_value(name: str, value: Any) -> Any:
    if not _is_secret(name):
        return value
    return mask(value) if isinstance(value, str) and name.lower() not in _WHOLLY_SECRET else "***"
