"""Values of a JSON object that somebody wrote, checked one by one: what is wrong is named by its key."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what a header's name is (RFC 9110)


class InputError(ValueError):
    """Input that cannot be understood; the text names the key."""


def read(source: Mapping[str, Any], key: str, name: str, kind: str, default: Any = None) -> Any:
    """Return a value of an object, or `default`; `kind` is one of `KINDS`. Raises InputError."""
    fits, words = KINDS[kind]
    value = source.get(name, default)
    if value is default or fits(value):
        return value
    raise InputError(f"{key}.{name}: {words}")


def object_in(value: object, key: str) -> dict[str, Any]:
    """Return a copy of the object. Raises InputError."""
    if not isinstance(value, dict):
        raise InputError(f"{key}: an object is needed")
    return dict(value)


def refuse_unknown(source: Mapping[str, Any], key: str, known: Collection[str], where: str = "") -> None:
    """Raise InputError for a key that is not known."""
    for name in source:
        if name not in known:
            raise InputError(f"{key}.{name}: unknown{where}; known are {', '.join(sorted(known))}")


def one_of(value: object, key: str, known: Collection[str]) -> Any:
    """Return the value if it is known. Raises InputError."""
    if isinstance(value, str) and value in known:
        return value
    raise InputError(f"{key}: one of {', '.join(known)}")


def is_header(name: object, value: object) -> bool:
    """Return whether an answer can have this header."""
    return (
        isinstance(name, str)
        and isinstance(value, str)
        and _TOKEN.fullmatch(name) is not None
        and value.isascii()
        and value.isprintable()
        and value == value.strip()
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


# Whether a JSON value fits, and what to say when it does not. The first are named like annotations.
KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "int": (_whole, "a whole number from 0"),
    "float": (_number, "a number from 0"),
    "float | None": (lambda value: value is None or _number(value), "a number from 0, or null"),
    "str": (lambda value: isinstance(value, str), "a string"),
    "tuple[str, ...]": (_strings, "a list of strings"),
    "count": (lambda value: _whole(value) and value >= 1, "a whole number from 1"),
    "seconds": (_number, "seconds from 0"),
}
