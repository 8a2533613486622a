"""What the keyring entries of one account hold, as JSON text (sign-in.md#keyring). Pure.

Two small entries: Windows takes 1,280 characters each, and the access token may be lost without harm.
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from softphone.auth.oauth import Token
from softphone.auth.untrusted import BadJsonError, read_json
from softphone.settings.cloud_file import Cloud

_VERSION = 1
_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the refresh entry held. `generation` counts renewals: the higher one is the newer one."""

    refresh_token: str = field(repr=False)
    refresh_expires_at: float | None
    scopes: tuple[str, ...]
    obtained_at: float
    generation: int


def refresh_record(cloud: Cloud, account_key: str, token: Token, generation: int) -> str:
    """Return the text of the refresh entry."""
    return _text(
        {
            "version": _VERSION,
            "client_id": cloud.client_id,
            "issuer": cloud.token_url,
            "account": account_key,
            "refresh_token": token.refresh_token,
            "refresh_expires_at": token.refresh_expires_at,
            "scopes": list(token.scopes),
            "obtained_at": token.obtained_at,
            "generation": generation,
        }
    )


def access_record(token: Token, generation: int) -> str:
    """Return the text of the access entry."""
    return _text(
        {
            "version": _VERSION,
            "access_token": token.access_token,
            "expires_at": token.expires_at,
            "obtained_at": token.obtained_at,
            "generation": generation,
        }
    )


def read_refresh_record(text: str | None, cloud: Cloud, account_key: str) -> Kept | None:
    """Return what the entry holds; None when it is damaged, newer, or another client's or cloud's (K07)."""
    record = _record(text)
    own = (_VERSION, cloud.client_id, cloud.token_url, account_key)
    if tuple(record.get(k) for k in ("version", "client_id", "issuer", "account")) != own:
        return None
    refresh, scopes, generation = record.get("refresh_token"), record.get("scopes"), record.get("generation")
    obtained_at = _number(record.get("obtained_at"))
    if not isinstance(refresh, str) or not refresh or obtained_at is None:
        return None
    if not isinstance(generation, int) or not isinstance(scopes, list):
        return None
    return Kept(
        refresh_token=refresh,
        refresh_expires_at=_number(record.get("refresh_expires_at")),
        scopes=tuple(scope for scope in scopes if isinstance(scope, str)),
        obtained_at=obtained_at,
        generation=generation,
    )


def read_token(kept: Kept | None, access_text: str | None) -> tuple[Token, int] | None:
    """Join both entries: a token and its generation; None when nothing usable is there.

    Without a fitting access entry the token is one that has expired. The access entry alone is a token that
    nothing renews: its refresh entry was dropped, or cannot be read.
    """
    record = _record(access_text)
    access, generation = record.get("access_token"), record.get("generation")
    expires_at, obtained_at = _number(record.get("expires_at")), _number(record.get("obtained_at"))
    usable = record.get("version") == _VERSION and isinstance(access, str) and access
    token = None
    if usable and expires_at and obtained_at:
        token = Token(access_token=str(access), expires_at=expires_at, obtained_at=obtained_at)
    if kept is None:
        return (token, generation) if token is not None and isinstance(generation, int) else None
    if token is None or generation != kept.generation:
        token = Token(access_token="", expires_at=0.0, obtained_at=kept.obtained_at)
    token = replace(
        token,
        refresh_token=kept.refresh_token,
        refresh_expires_at=kept.refresh_expires_at,
        scopes=kept.scopes,
    )
    return token, kept.generation


def _text(record: dict[str, object]) -> str:
    return json.dumps(record, separators=(",", ":"))


def _record(text: str | None) -> dict[str, Any]:
    try:
        record = read_json((text or "").encode("utf-8", "replace"), limit_bytes=_LIMIT_BYTES)
    except BadJsonError:
        return {}
    return record if isinstance(record, dict) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
