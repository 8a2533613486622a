"""One reader of foreign bytes under test, and what must be so of everything it makes of them."""

import asyncio
import contextlib
import dataclasses
import functools
import re
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from enum import Enum
from typing import Any, TypeVar

import msgspec

from softphone.errors import SoftphoneError
from softphone.i18n import Phrase

SLOW_S = 0.05  # of the processor's time, at the size that the reader takes (goal 12)
SENTENCE_CHARS = 2500  # of an error: it may list all settings; what a stranger said in it has at most 300
ADDRESS_CHARS = 2048
PARTS_AT_MOST = 4  # of a result that are looked at one by one
SENTENCES = ("title", "sentence", "tracking_id")

T = TypeVar("T")


class BrokenPromiseError(AssertionError):
    """The reader made something of the bytes that nobody may make of any."""


def promise(kept: object, what: str) -> None:
    """Raise BrokenPromiseError unless it is kept."""
    if not kept:
        raise BrokenPromiseError(what)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader: `read` gets the bytes, and raises no more than `raises`.

    `modules` are those below softphone/ whose reading it covers. `seeds` are good inputs, `words` mean
    something to the reader. `told` are the texts of a result that people or their terminals get: plain, and
    of at most `told_chars`. `share` is its part of all executions.
    """

    name: str
    read: Callable[[bytes], object]
    modules: tuple[str, ...]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[str, ...] = ()
    raises: tuple[type[Exception], ...] = (SoftphoneError,)
    told: Callable[[Any], Iterable[str]] = lambda _: ()
    told_chars: int = 300
    usual_bytes: int = 2048
    most_bytes: int = 64 * 1024
    share: float = 1.0


def outcome_of(target: Target, data: bytes) -> object:
    """Run the reader once; return what kind of outcome it had, in a value that can be hashed.

    Raises BrokenPromiseError, and whatever the reader must not raise.
    """
    try:
        result = target.read(data)
    except target.raises as error:
        return _judged(error)
    for text in target.told(result):
        check_plain(text, max(ADDRESS_CHARS, target.told_chars) if "://" in text else target.told_chars)
    return _shape(result, 3)


def check_plain(text: str, limit_chars: int) -> None:
    """Refuse what is no plain text of at most so many characters."""
    if len(text) > limit_chars:
        raise BrokenPromiseError(f"a text of more than {limit_chars} characters is told")
    if not text.isprintable():
        odd = next(letter for letter in text if not letter.isprintable())
        raise BrokenPromiseError(f"a text with U+{ord(odd):04X} in it is told")


def texts(value: object) -> Iterator[str]:
    """Yield every text in a value."""
    match value:
        case str():
            yield value
        case Enum() | bytes() | None | bool() | int() | float():
            return
        case dict():
            for name, inner in value.items():
                yield from texts(name)
                yield from texts(inner)
        case tuple() | list() | set() | frozenset():
            for inner in value:
                yield from texts(inner)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from texts(getattr(value, name))
        case _ if dataclasses.is_dataclass(value):
            for one in dataclasses.fields(value):
                yield from texts(getattr(value, one.name))


def costs_s(target: Target, data: bytes) -> float:
    """Return how much of the processor's time one execution takes, at best of three."""
    return min(_once_s(target, data) for _ in range(3))


def _once_s(target: Target, data: bytes) -> float:
    began_s = time.thread_time()
    with contextlib.suppress(Exception):  # what it raises is judged elsewhere
        target.read(data)
    return time.thread_time() - began_s


_loop: asyncio.AbstractEventLoop | None = None


def close() -> None:
    """Close the loop: nothing is run any more."""
    if _loop is not None:
        _loop.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on a loop that serves the whole process."""
    global _loop  # noqa: PLW0603
    if _loop is None:
        _loop = asyncio.new_event_loop()
    return _loop.run_until_complete(work)


# ---- kinds of outcomes

_DATA = re.compile(r"\d+|'[^']*'|\"[^\"]*\"|b'[^']*'|/\S+")


def _judged(error: Exception) -> object:
    told = (
        [getattr(error, name, "") for name in SENTENCES]
        if isinstance(error, SoftphoneError)
        else [str(error)]
    )
    for text in told:
        check_plain(text, SENTENCE_CHARS)
    words = told[1] if len(told) > 1 else told[0]
    template = words.template if isinstance(words, Phrase) else _DATA.sub("#", words[:200])
    return type(error).__name__, template


def _shape(value: object, depth: int) -> object:
    kind: Any = type(value)
    if value is None or kind is bool:
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str | bytes):
        return kind.__name__, min(len(value), 1)
    if isinstance(value, int | float):
        return kind.__name__, value > 0
    if isinstance(value, frozenset):  # words of ours
        return tuple(sorted(value))
    if isinstance(value, tuple) and len(value) <= PARTS_AT_MOST:
        return tuple(_shape(one, depth - 1) for one in value) if depth else "tuple"
    if isinstance(value, dict | tuple | list | set):
        first = next(iter(value.items() if isinstance(value, dict) else value), None)
        return kind.__name__, min(len(value), 2), _shape(first, depth - 1) if depth else None
    if depth:
        return kind.__name__, *(_shape(getattr(value, name), depth - 1) for name in _names(kind))
    return kind.__name__


@functools.cache
def _names(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    return tuple(one.name for one in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()
