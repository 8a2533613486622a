"""The shape of what was said: types, forms and lengths, and never a value. Pure (first-contact.md#shapes).

A shape is JSON itself: what `report` writes and the simulated cloud reads. However large and odd a body is,
its shape is small: so many parts are looked at and no more.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from softphone.auth.untrusted import moment_of
from softphone.checks.first_contact.names import (
    ENCODINGS,
    MEDIA,
    NUMBER_AT_MOST,
    NUMBERS,
    PATHS,
    VALUES,
    is_told_header,
    is_told_key,
)
from softphone.webex.address import read_address

Shape = dict[str, Any]
HostKind = Callable[[str], str]  # of an address, in our words

PARTS_AT_MOST = 20_000  # values of one body are looked at
FEWER_PARTS = 400  # of a body whose shape is larger than `CHARS_AT_MOST`
CHARS_AT_MOST = 24_000
KEYS_AT_MOST = 60  # of one object
KINDS_AT_MOST = 6  # of elements of one list
ELEMENTS_AT_MOST = 2000  # of one list are looked at
DEPTH_AT_MOST = 8
HEADERS_AT_MOST = 60
_PATH_PARTS_AT_MOST = 10
_DIGITS_AT_MOST = 40

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("digits", re.compile(r"[0-9]+")),
    ("phone number", re.compile(r"\+[0-9() .-]{3,30}")),
    ("e-mail", re.compile(r"[^@\s/:]+@[^@\s/:]+")),
    ("SIP address", re.compile(r"sips?:\S+")),
    ("urn", re.compile(r"urn:\S+")),
    ("tracking ID", re.compile(r"[A-Za-z_-]{2,30}_[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}(?:_[0-9]+)?")),
    ("hex", re.compile(r"(?=.*[0-9])[0-9a-fA-F]{16,}")),
    ("host", re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::[0-9]+)?|[0-9.]+(?::[0-9]+)?")),
    ("word", re.compile(r"[A-Za-z]+")),
    ("token", re.compile(r"(?=.*[0-9])[A-Za-z0-9._~+/=-]{12,}")),
)
_FORM_AT_MOST_CHARS = 4096  # longer texts have no form
_VERSION = re.compile(r"v[0-9]{1,2}")
_SCHEME = re.compile(r"([a-z]{2,6})://")
_SCHEMES = frozenset({"http", "https", "ws", "wss"})


def shape_of(value: object, host_kind: HostKind) -> Shape:
    """Return the shape of a JSON value; `host_kind` says of an address in it where that leads."""
    shape = _Looking(host_kind, PARTS_AT_MOST).at(value, "", DEPTH_AT_MOST)
    if len(_text(shape)) > CHARS_AT_MOST:
        return _Looking(host_kind, FEWER_PARTS).at(value, "", DEPTH_AT_MOST)
    return shape


def skeleton(shape: Any) -> Any:
    """Return the shape without lengths and numbers: two of the same skeleton are one kind of thing."""
    if isinstance(shape, dict):
        return {
            key: skeleton(value) for key, value in shape.items() if key not in {"length", "digits", "value"}
        }
    return [skeleton(one) for one in shape] if isinstance(shape, list) else shape


def told_key(name: str) -> str:
    """Return a key as it may be told: itself, or what it looks like in brackets."""
    return name if is_told_key(name) else masked(name)


def masked(text: str) -> str:
    """Return in brackets what a text looks like; for one that is no ID, how long it is."""
    form = form_of(text)
    return f"({form} {len(text)})" if form in {"word", "text"} else f"({form})"


def form_of(text: str) -> str:
    """Return what a text looks like, in a word of ours."""
    if not text:
        return "empty"
    if len(text) > _FORM_AT_MOST_CHARS:
        return "text"
    if _SCHEME.match(text):
        return "address"
    found = next((form for form, pattern in _FORMS if pattern.fullmatch(text)), "text")
    return "moment" if found in {"text", "token"} and moment_of(text) is not None else found


def text_shape(text: str, host_kind: HostKind) -> Shape:
    """Return the shape of a text. An address is told by its scheme, where it leads and its path."""
    form = form_of(text)
    if form == "address":
        return address_shape(text, host_kind)
    shape: Shape = {"type": "text", "form": form, "length": len(text)}
    if text in VALUES:
        shape["word"] = text
    elif form == "urn" and (end := text.rpartition(":")[2]) in VALUES:
        shape["ends"] = end
    return shape


def address_shape(text: str, host_kind: HostKind) -> Shape:
    """Return the shape of an address."""
    scheme = _SCHEME.match(text)
    address = read_address(re.sub(r"^ws", "http", text))
    shape: Shape = {
        "type": "text",
        "form": "address",
        "scheme": scheme[1] if scheme and scheme[1] in _SCHEMES else "(other)",
    }
    if address is None:
        return {**shape, "host": "unreadable"}
    return {**shape, "host": host_kind(text), "path": path_shape(address.path)}


def path_shape(path: str) -> str:
    """Return a path whose parts are told only where they are words of ours."""
    parts = [
        part if part in PATHS or _VERSION.fullmatch(part) or not part else masked(part)
        for part in path.split("/")[: _PATH_PARTS_AT_MOST + 1]
    ]
    return "/".join(parts)


def query_shape(query: str) -> list[str]:
    """Return the names of a query."""
    return [told_key(name) for name, _ in parse_qsl(query.removeprefix("?"), keep_blank_values=True)]


def headers_shape(headers: Mapping[str, str]) -> dict[str, str]:
    """Return names of headers and what their values look like; a few are words that we know."""
    told: dict[str, str] = {}
    for name, value in list(headers.items())[:HEADERS_AT_MOST]:
        lower = name.lower()
        told[lower if is_told_header(lower) else masked(lower)] = _told_value(lower, value)
    return dict(sorted(told.items()))


def _told_value(name: str, value: str) -> str:
    plain = value.strip().lower()
    if name == "content-type":
        kind, _, parameters = plain.partition(";")
        if kind.strip() in MEDIA:
            charset = "; charset=utf-8" if parameters.strip() == "charset=utf-8" else ""
            return kind.strip() + (charset if charset or not parameters else "; (other)")
    elif name == "content-encoding" and plain in ENCODINGS:
        return plain
    elif name == "retry-after":
        return "seconds" if plain.isdecimal() else "date" if moment_of(value) is not None else "other"
    return f"({form_of(value)} {len(value)})"


class _Looking:
    """One look at one body, with an end."""

    def __init__(self, host_kind: HostKind, parts: int) -> None:
        self._host_kind = host_kind
        self._left = parts

    def at(self, value: object, key: str, depth: int) -> Shape:
        self._left -= 1
        match value:
            case None:
                return {"type": "nothing"}
            case bool():
                return {"type": "true or false"}
            case int() | float():
                return _number(value, key)
            case str():
                return text_shape(value, self._host_kind)
            case dict() | list() if not depth or self._left <= 0:
                return {"type": "object" if isinstance(value, dict) else "list", "more": len(value)}
            case list():
                return self._list(value, key, depth)
            case dict():
                return self._object(value, depth)
        return {"type": "unknown"}

    def _object(self, value: dict[str, Any], depth: int) -> Shape:
        keys: dict[str, Shape] = {}
        seen: set[tuple[str, str]] = set()
        more = 0
        # What we know comes first: however many other keys there are, it is told.
        for name in sorted(value, key=lambda one: not is_told_key(one)):
            if len(keys) >= KEYS_AT_MOST or self._left <= 0:
                more = len(value) - len(keys)
                break
            shape, told = self.at(value[name], name, depth - 1), told_key(name)
            if told != name:
                kind = (told, _text(skeleton(shape)))
                if kind in seen or sum(told == each for each, _ in seen) >= KINDS_AT_MOST:
                    continue  # of masked keys that look alike each kind is told once
                seen.add(kind)
                number = sum(told == each for each, _ in seen)
                told = told if number == 1 else f"{told} {number}"
            keys[told] = shape
        return {"type": "object", "keys": keys, **({"more": more} if more else {})}

    def _list(self, value: list[Any], key: str, depth: int) -> Shape:
        kinds: dict[str, Shape] = {}
        for each in value[:ELEMENTS_AT_MOST]:
            if len(kinds) >= KINDS_AT_MOST or self._left <= 0:
                break
            shape = self.at(each, key, depth - 1)
            kinds.setdefault(_text(skeleton(shape)), shape)
        return {"type": "list", "length": len(value), "of": list(kinds.values())}


def _number(value: float, key: str) -> Shape:
    shape: Shape = {"type": "number"}
    if isinstance(value, float):
        shape["decimals"] = True
    if isinstance(value, int) and key in NUMBERS and 0 <= value <= NUMBER_AT_MOST:
        return {**shape, "value": value}
    if value < 0:
        shape["negative"] = True
    whole = abs(int(value)) if isinstance(value, int) or math.isfinite(value) else 0
    return {**shape, "digits": min(len(str(whole)), _DIGITS_AT_MOST)}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
