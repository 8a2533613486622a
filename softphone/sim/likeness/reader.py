"""The report of a first contact, read with an opinion: what is wrong is named by where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from softphone.sim.json_input import InputError, is_header, object_in, one_of, read
from softphone.sim.likeness.answers import ROUTES, Likeness, Seen

LIMIT_BYTES = 2_000_000
_REPORT = "softphone first-contact"
_VERSION = 1
_EXCHANGES_AT_MOST = 500
_PARTS_AT_MOST = 50_000  # of all shapes together
_DEPTH_AT_MOST = 16
_LENGTH_AT_MOST = 300_000  # of one text, one list, one body
_TYPES = ("object", "list", "text", "number", "true or false", "nothing", "page", "no JSON", "unknown")
_WORDS = ("form", "word", "ends", "scheme", "host", "path")
_WORD_AT_MOST_CHARS = 400
_COUNTS = ("length", "digits", "value", "more")
_DIGITS_AT_MOST = 40
_VALUE_AT_MOST = 9_999_999


def read_likeness(content: bytes) -> Likeness:
    """Return what a report's file says. Raises InputError, which names the key and quotes nothing."""
    if len(content) > LIMIT_BYTES:
        raise InputError(f"the report: at most {LIMIT_BYTES} bytes")
    try:
        report = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("the report: JSON is needed") from None
    given = object_in(report, "the report")
    if given.get("report") != _REPORT:
        raise InputError(f"report: {_REPORT!r} is needed; this is no report of a first contact")
    if given.get("version") != _VERSION:
        raise InputError(f"version: {_VERSION} is the only one known here")
    exchanges = given.get("exchanges")
    if not isinstance(exchanges, list) or len(exchanges) > _EXCHANGES_AT_MOST:
        raise InputError(f"exchanges: a list of at most {_EXCHANGES_AT_MOST} objects")
    reading = _Reading()
    answers: dict[str, list[Seen]] = {}
    for number, each in enumerate(exchanges):
        key = f"exchanges[{number}]"
        exchange = object_in(each, key)
        route = one_of(exchange.get("route"), f"{key}.route", sorted(ROUTES))
        answers.setdefault(route, []).append(reading.seen(exchange, key))
    return Likeness(answers)


class _Reading:
    """One look at one report, with an end."""

    def __init__(self) -> None:
        self._left = _PARTS_AT_MOST

    def seen(self, exchange: Mapping[str, Any], key: str) -> Seen:
        status = exchange.get("status")
        is_number = isinstance(status, int) and not isinstance(status, bool)
        if status is not None and not (is_number and 200 <= status <= 599):  # noqa: PLR2004
            raise InputError(f"{key}.status: a number from 200 to 599, or null")
        size = read(exchange, key, "body_bytes", "int", 0)
        if size > _LENGTH_AT_MOST:
            raise InputError(f"{key}.body_bytes: at most {_LENGTH_AT_MOST}")
        body = exchange.get("body")
        return Seen(
            status=status,
            headers=_headers(exchange.get("headers", {}), f"{key}.headers"),
            body=None if body is None else self.shape(body, f"{key}.body", _DEPTH_AT_MOST),
            body_bytes=size,
            took_s=float(read(exchange, key, "took_ms", "float", 0.0)) / 1000,
        )

    def shape(self, source: object, key: str, depth: int) -> Mapping[str, Any]:
        """Check a shape and everything in it."""
        self._left -= 1
        if depth <= 0 or self._left < 0:
            raise InputError(f"{key}: too much or too deep")
        shape = object_in(source, key)
        one_of(shape.get("type"), f"{key}.type", _TYPES)
        for name in _COUNTS:
            most = {"digits": _DIGITS_AT_MOST, "value": _VALUE_AT_MOST}.get(name, _LENGTH_AT_MOST)
            if read(shape, key, name, "int", 0) > most:
                raise InputError(f"{key}.{name}: at most {most}")
        for name in _WORDS:
            if len(read(shape, key, name, "str", "")) > _WORD_AT_MOST_CHARS:
                raise InputError(f"{key}.{name}: at most {_WORD_AT_MOST_CHARS} characters")
        for name, inner in object_in(shape.get("keys", {}), f"{key}.keys").items():
            self.shape(inner, f"{key}.keys.{ascii(name[:60])[1:-1]}", depth - 1)
        kinds = shape.get("of", [])
        if not isinstance(kinds, list):
            raise InputError(f"{key}.of: a list of shapes")
        for number, inner in enumerate(kinds):
            self.shape(inner, f"{key}.of[{number}]", depth - 1)
        return shape


def _headers(source: object, key: str) -> Mapping[str, str]:
    headers = object_in(source, key)
    for name, value in headers.items():
        short = is_header(name, value) and value and max(len(name), len(value)) <= _WORD_AT_MOST_CHARS
        if not short:
            raise InputError(f"{key}: names and values are short texts of visible ASCII")
    return {name.lower(): value for name, value in headers.items()}
