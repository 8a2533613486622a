"""Reading what a server sent: strict JSON, plain text, header values. Pure.

A body is text of a stranger: it is bounded, checked and never quoted in a message (protocol.md#limits).
Used by `auth.token_answer` for token answers and by `webex.wire` for everything else.
"""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Any

from softphone.system import live_secrets

JSON_DEPTH_LIMIT = 32
JSON_CONTAINERS_LIMIT = 16_384  # objects and lists: a catalog has 2,000, and each costs more than its bytes
TEXT_LIMIT_CHARS = 300
RETRY_AFTER_CAP_S = 3600.0

_HALF = re.compile(r"\\u[dD][89A-Fa-f]")  # of a character, as JSON writes it
_NUMBER_LIMIT_CHARS = 400  # more than any double needs; longer ones only cost time
_MOMENT_LIMIT_CHARS = 64
_DIGITS = re.compile(r"[0-9]{9,16}(?:\.[0-9]{1,9})?")  # since the epoch; fewer are a year or a day
_EPOCH_LIMIT_S = 1e11  # the year 5138; more are milliseconds
_TRACKING_ID_LIMIT_CHARS = 128
_ID = re.compile(r"(?!\.\.?$)[A-Za-z0-9._~-]{1,128}")  # dots alone are folders in an address


class BadJsonError(ValueError):
    """The body is not JSON as we accept it. The message never holds any of the body."""


def read_json(body: bytes, *, limit_bytes: int) -> Any:
    """Return the value of a JSON body in UTF-8.

    Refused with BadJsonError: a body above the limit, another encoding, nesting deeper than 32, more objects
    and lists than any answer has, duplicate keys (a second `access_token` must not win silently), NaN and
    infinities, numbers longer than any, lone surrogates. The work grows with the body, never faster.
    """
    if len(body) > limit_bytes:
        raise BadJsonError("the body is too long")
    if body.count(b"[") + body.count(b"{") > JSON_CONTAINERS_LIMIT:
        raise BadJsonError("the body holds too many lists")
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        _check_depth(value)
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except BadJsonError:
        raise
    except (ValueError, RecursionError):
        # `from None`: the decoder's own error carries the whole body in its `doc`.
        raise BadJsonError("the body is not JSON") from None
    return value


def plain_text(value: object, limit_chars: int = TEXT_LIMIT_CHARS) -> str:
    """Return the text in one line, "" for anything else.

    Control, bidi and invisible characters are left out, and secrets of ours that came back are hidden.
    """
    if not isinstance(value, str):
        return ""
    # Cut first, generously: cleaning a megabyte to keep 300 characters helps nobody.
    words = "".join(" " if c.isspace() else c for c in value[: 8 * limit_chars])
    visible = "".join(c for c in words if not unicodedata.category(c).startswith("C"))
    return live_secrets.hide(" ".join(visible.split()))[:limit_chars].rstrip()


def is_id(value: object) -> bool:
    """Whether it may be kept, sent and told as somebody's name; a secret of ours that came back may not."""
    return isinstance(value, str) and bool(_ID.fullmatch(value)) and not live_secrets.holds(value)


def header(headers: Mapping[str, str], name: str) -> str:
    """Return the header's value whatever the case of its name, or ""."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def tracking_id(headers: Mapping[str, str], body: object) -> str:
    """Return the ID under which the service logged the request, or "" (sign-in.md#errors)."""
    fields = body if isinstance(body, dict) else {}
    for value in (header(headers, "trackingid"), fields.get("trackingId"), fields.get("trackingID")):
        if text := plain_text(value, _TRACKING_ID_LIMIT_CHARS):
            return text
    return ""


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Return how many seconds the host asks us to wait: 0 to 3,600, or None.

    `now` is the wall clock. A date is taken against the answer's own Date, so a wrong clock here changes
    nothing. Garbage, negative numbers and dates in the past are no wish at all.
    """
    value = header(headers, "retry-after").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(float(value), RETRY_AFTER_CAP_S)
    until = http_date(value)
    if until is None:
        return None
    delay_s = until - answered_at(headers, now)
    return min(delay_s, RETRY_AFTER_CAP_S) if delay_s > 0 else None


def answered_at(headers: Mapping[str, str], now: float) -> float:
    """Return the moment of an answer by the host's own clock, or by ours when it did not say (epoch)."""
    sent_at = http_date(header(headers, "date"))
    return now if sent_at is None else sent_at


def moment_of(value: object) -> float | None:
    """Return the epoch seconds of a moment in any form a service writes; None for what cannot be read.

    ISO 8601 (without a zone: UTC), seconds or milliseconds since the epoch, or an HTTP date.
    """
    if isinstance(value, str) and len(value) <= _MOMENT_LIMIT_CHARS:
        text = value.strip()
        try:
            moment = datetime.fromisoformat(text) if not _DIGITS.fullmatch(text) else float(text)
        except ValueError:
            return http_date(text)
        if isinstance(moment, datetime):
            return _epoch_s(moment)
        return _in_range(moment)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _in_range(float(value)) if abs(value) < 1000 * _EPOCH_LIMIT_S else None
    return None


def http_date(value: str) -> float | None:
    """Return the epoch seconds of an HTTP date, or None."""
    if len(value) > _MOMENT_LIMIT_CHARS:
        return None
    try:
        return _epoch_s(parsedate_to_datetime(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch_s(moment: datetime) -> float | None:
    try:
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return seconds if 0 < seconds < _EPOCH_LIMIT_S else None  # a date counts no milliseconds


def _in_range(epoch: float) -> float | None:
    """Return seconds of seconds or milliseconds."""
    seconds = epoch if abs(epoch) < _EPOCH_LIMIT_S else epoch / 1000
    return seconds if 0 < seconds < _EPOCH_LIMIT_S else None


def _check_depth(value: Any) -> None:
    """Refuse deep nesting, level by level: a level holds few objects and lists."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(JSON_DEPTH_LIMIT):
        within = chain.from_iterable(one.values() if isinstance(one, dict) else one for one in level)
        level = [one for one in within if isinstance(one, dict | list)]
    if level:
        raise BadJsonError("the body is nested too deeply")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJsonError("the body names a field twice")
    return found


def _refuse_constant(_name: str) -> Any:
    raise BadJsonError("the body holds a number that is none")


def _whole(text: str) -> int:
    return int(_short(text))


def _finite(text: str) -> float:
    number = float(_short(text))
    if not math.isfinite(number):
        raise BadJsonError("the body holds a number that is none")
    return number


def _short(number: str) -> str:
    if len(number) > _NUMBER_LIMIT_CHARS:
        raise BadJsonError("the body holds a number that is too long")
    return number
