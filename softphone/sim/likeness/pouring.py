"""A true JSON value poured into a shape: as true as the shape allows, invented where it is not. Pure.

A shape is what a first-contact report says of a value (first-contact.md#shapes).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

PARTS_AT_MOST = 20_000  # of one body
CHARS_AT_MOST = 1_000_000
_FOREIGN_ORIGIN = "https://elsewhere.invalid"
# Of these the true value must be found again when it comes back.
_ALIASED = frozenset({"access_token", "deviceId", "refresh_token", "userId"})
_MASK = re.compile(r"\((?P<form>[a-zA-Z -]+?)(?: (?P<length>\d+))?\)(?: \d+)?")
_ORIGIN = re.compile(r"[a-z]+://[^/]*")
_DAY = "2026-01-05"


class Aliases:
    """Texts that stand for true ones of another form or length."""

    def __init__(self) -> None:
        self._true: dict[str, str] = {}  # by alias

    def __bool__(self) -> bool:
        return bool(self._true)

    def of(self, true: str, form: str, length: int) -> str:
        """Return the text of this form and length that stands for the true one."""
        alias = _invented(form, length, true)
        if len(alias) >= 8 and self._true.setdefault(alias, true) == true:  # noqa: PLR2004 - told apart
            return alias
        return true

    def true(self, text: str) -> str:
        """Return a text with what is true in the place of each alias."""
        for alias, true in self._true.items():
            text = text.replace(alias, true)
        return text

    def put_into(self, value: object) -> bytes:
        """Return JSON with aliases in the place of what has one: an ID stands in addresses, too."""
        text = json.dumps(value, separators=(",", ":"))
        for alias, true in self._true.items():
            text = text.replace(true, alias)
        return text.encode()


class Pouring:
    """Makes one body. However large a report says that it was, this one has an end."""

    def __init__(self, origins: tuple[str, str], aliases: Aliases) -> None:
        """`origins` are those of the host that answers, and of one that discovery does not name."""
        self._origin, self._elsewhere = origins
        self._aliases = aliases
        self._left = PARTS_AT_MOST
        self._left_chars = CHARS_AT_MOST

    def of(self, shape: Mapping[str, Any], true: Any, key: str = "") -> Any:
        """Return a value of the shape; `true` may be of another one, or None where there is nothing true."""
        self._left -= 1
        match shape["type"]:
            case "object":
                return self._object(shape, true if isinstance(true, dict) else {})
            case "list":
                return self._list(shape, true if isinstance(true, list) else [], key)
            case "text":
                text = self._text(shape, true, key)
                self._left_chars -= len(text)
                return text if self._left_chars > 0 else ""
            case "number":
                return _number(shape, true)
            case "true or false":
                return true if isinstance(true, bool) else False
        return None

    def _object(self, shape: Mapping[str, Any], true: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        masks: dict[str, list[Mapping[str, Any]]] = {}  # what stands under each mask
        for name, inner in shape.get("keys", {}).items():
            if name.startswith("("):
                masks.setdefault(name[: name.rindex(")") + 1], []).append(inner)
            else:
                made[name] = self.of(inner, true.get(name), name)
        for mask, kinds in masks.items():
            fitting = [name for name in true if name not in made and _fits_mask(mask, name)]
            for name in fitting:
                made[name] = self.of(_best(kinds, true[name]), true[name], name)
            if not fitting:
                for number, kind in enumerate(kinds):
                    made[_name_like(mask, number)] = self.of(kind, None)
        return made

    def _list(self, shape: Mapping[str, Any], true: list[Any], key: str) -> list[Any]:
        kinds: list[Mapping[str, Any]] = shape.get("of", [])
        made: list[Any] = []
        for number in range(shape.get("length", 0) if kinds else 0):
            if self._left <= 0:
                break
            one = true[number] if number < len(true) else None
            kind = kinds[number % len(kinds)] if one is None else _best(kinds, one)
            made.append(self.of(kind, one, key))
        return made

    def _text(self, shape: Mapping[str, Any], true: Any, key: str) -> str:
        form = shape.get("form", "text")
        if "word" in shape:
            return str(shape["word"])
        said = str(true) if isinstance(true, str | int | float) and not isinstance(true, bool) else ""
        if form == "address":
            return self._address(shape, said, key)
        if "ends" in shape:
            return said if said.endswith(f":{shape['ends']}") else f"urn:TEAM:local_a:{shape['ends']}"
        length = shape.get("length", 0)
        if said and len(said) == length and _fits(form, said):
            return said
        if said and key in _ALIASED:
            return self._aliases.of(said, form, length)
        return _invented(form, length)

    def _address(self, shape: Mapping[str, Any], said: str, key: str) -> str:
        scheme, host = shape.get("scheme", "https"), shape.get("host", "")
        path = re.sub(r"\([^)]*\)", lambda mask: looking_like(mask[0]), shape.get("path", "/"))
        address = said if _ORIGIN.match(said) else f"{self._origin}{path}"
        if host == "unreadable":
            return f"{scheme}://?"
        if host == "another trusted host" and key == "uri":  # only of a device: other services have to work
            return _ORIGIN.sub(self._elsewhere, address, count=1)
        return _ORIGIN.sub(_FOREIGN_ORIGIN, address, count=1) if host == "a foreign host" else address


def looking_like(mask: str) -> str:
    """Return a text that looks like what is in brackets."""
    found = _MASK.fullmatch(mask)
    return _invented(found["form"], int(found["length"] or 12)) if found else mask


def header_name(name: str) -> str:
    """Return the name of a header: itself, or one like the masked one."""
    return re.sub(r"[^a-z0-9-]", "-", looking_like(name).lower()) if name.startswith("(") else name


def _number(shape: Mapping[str, Any], true: Any) -> float:
    if "value" in shape:
        return int(shape["value"])
    digits = shape.get("digits", 1)
    number = int(true) if isinstance(true, str) and true.isdecimal() else true
    wanted = float if shape.get("decimals") else int
    if (
        type(number) is wanted
        and len(str(abs(int(number)))) == digits
        and (number < 0) == bool(shape.get("negative"))
    ):
        return number
    made: float = int("5" * digits)
    if wanted is float:
        made = float(made) + 0.5
    return -made if shape.get("negative") else made


# ---- which of several shapes is meant


def _best(kinds: list[Mapping[str, Any]], true: Any) -> Mapping[str, Any]:
    return max(kinds, key=lambda kind: _likeness(kind, true))


def _likeness(shape: Mapping[str, Any], true: Any) -> int:
    """Return how well a shape fits a value: words that say what a thing is count most."""
    kind = {dict: "object", list: "list", str: "text", bool: "true or false"}.get(type(true), "number")
    if shape["type"] != kind:
        return -5
    if kind == "object":
        return sum(
            _likeness(inner, true[name]) for name, inner in shape.get("keys", {}).items() if name in true
        )
    if kind == "list" and true and shape.get("of"):
        of_same_length = 3 * (len(true) == shape.get("length"))
        return of_same_length + max(_likeness(one, true[0]) for one in shape["of"])
    if "word" in shape:
        return 5 if true == shape["word"] else -5
    if "ends" in shape:
        return 5 if str(true).endswith(f":{shape['ends']}") else -5
    return 1


def _fits(form: str, text: str) -> bool:
    fits = _FITS.get(form)
    return fits is None or bool(fits(text))


def _fits_mask(mask: str, name: str) -> bool:
    found = _MASK.fullmatch(mask)
    if found is None or (found["length"] and int(found["length"]) != len(name)):
        return False
    return _fits(found["form"], name)


def _name_like(mask: str, number: int) -> str:
    made = looking_like(mask)
    return made if not number else f"{chr(ord('a') + number % 26)}{made[1:]}"


# ---- inventing

_FITS: Mapping[str, Callable[[str], object]] = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch,
    "digits": str.isdecimal,
    "word": re.compile(r"[A-Za-z]+").fullmatch,
    "host": re.compile(r"([A-Za-z0-9-]+\.)+[A-Za-z]+(:\d+)?|[0-9.]+(:\d+)?").fullmatch,
    "e-mail": lambda text: "@" in text,
    "phone number": lambda text: text.startswith("+"),
    "moment": lambda text: text[:4].isdecimal() or text.endswith("GMT"),
    "text": lambda text: not text.isalnum(),
}


def _invented(form: str, length: int, seed: str = "") -> str:
    """Return a text of this form and, where the form has room, of this length; another for another seed."""
    digest = hashlib.sha256(seed.encode()).hexdigest()
    letters = "".join(chr(ord("g") + int(one, 16) % 16) for one in digest) if seed else "q" * 64
    filled = letters * (length // 64 + 1)
    figures = "".join(str(int(one, 16) % 10) for one in digest) if seed else "5" * 64
    match form:
        case "empty":
            return ""
        case "uuid":
            return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
        case "digits":
            return (figures * (length // 64 + 1))[:length]
        case "phone number":
            return f"+{'5' * max(length - 1, 3)}"
        case "e-mail":
            return f"{filled[: max(length - 2, 1)]}@q"
        case "SIP address":
            return f"sip:{filled[: max(length - 4, 1)]}"
        case "urn":
            return f"urn:{filled[: max(length - 4, 1)]}"
        case "tracking ID":
            return f"{'Q' * max(length - 37, 2)}_{_invented('uuid', 36, seed)}"
        case "hex":
            return ("a0" + digest * (length // 64 + 1))[:length]
        case "host":
            return f"{filled[: max(length - 8, 1)]}.invalid"
        case "moment":
            return _moment(length)
        case "token":
            return (filled[: max(length - 1, 0)] + "0")[-length:]
        case "word":
            return filled[:length]
    return (f"{filled[: max(length - 2, 0)]} ?")[-length:] if length > 1 else "?"


def _moment(length: int) -> str:
    if length == len("Mon, 05 Jan 2026 05:08:46 GMT"):
        return "Mon, 05 Jan 2026 05:08:46 GMT"
    if length <= len(_DAY):
        return _DAY
    base = f"{_DAY}T05:08:46"
    spare = length - len(base) - 1
    if spare == len("+00:00") - 1:
        return f"{base}+00:00"
    return f"{base}.{'0' * (spare - 1)}Z" if spare > 1 else f"{base}{'Z' * (spare == 0)}"
