"""Makes hostile inputs of good ones: values, bits, pieces, traps, nesting, one piece again and again.

Not blind: an input that had an outcome which none before it had is kept, and made worse next time. The same
seed makes the same inputs.
"""

import copy
import json
import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any, NamedTuple

KEPT_AT_MOST = 400  # inputs to begin with
STRETCH_ONE_IN = 96  # inputs as long as the reader takes: they cost as much as a hundred others

# What stands in JSON, TOML, an address, a header: something in quotes, a number, a word, a sign.
_TOKEN = re.compile(rb'"(?:[^"\\\n]++|\\.)*+"|-?\d[\w.+:-]*|[A-Za-z_][\w-]*|[^\s\w]')
_TOKENS_AT_MOST = 300

_NUMBERS = (
    *("0", "-0", "1", "-1", "00", "+1", "0.5", "-1.5", "1e999", "-1e999", "1e-400", "1E5", "1e308", "1e15"),
    *("1e12", "NaN", "nan", "Infinity", "-Infinity", "inf", "0x10", "0b1", "1_000", "99999999999999"),
    *("100000000000", "127", "256", "65535", "65536", "2147483648", "4294967296", "9007199254740993"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616"),
    *("401", "403", "404", "409", "429"),
)
_VALUES = (
    *("null", "true", "false", "[]", "{}", '""', '" "', "[[]]", "[null]", '{"":0}', '{"a":{}}', '"\\u0000"'),
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\u202e"', '"\\u001b[31m"', "'", '"', "\\", "\\\\", "\\u", "%"),
    *("%00", "%2e", "%zz", "%ff", "%F0%9F%98%80", "%26", "%3D", "?", "#", "&", "=", "//", "://", "@", ":"),
    *(";", ",", "[", "]", "{", "}", "<", ">", "\r\n", "\n", "\r", "\t", " ", "\0", "..", "../", "/", "|"),
    *("$", "`", "{0}", "{}", "{a}", "{a.b}", "{a[0]}", "{a!r}", "{a:9}", "%s", "%n", "--", "-", "_", "+"),
    *("*", "~", "!", "=", "http://", "https://", "wss://", "file:///etc/passwd", "javascript:", "data:"),
    *("[::1]", "127.0.0.1", "localhost", "xn--", "a.b", "null,", '"a":', '"a":1,', ',"a":1'),
    *("1970-01-01T00:00:00Z", "9999-12-31"),
)
_SIGNS = (
    *("\u202e", "\u2066", "\u200b", "\u2028", "\u2029", "\ufeff", "\x1b[31m", "\x07", "\x7f", "\x80"),
    *("\x85", "\u0663", "\u00b2", "\u2160", "\u212a", "\u0130", "\u00df", "\ufb01", "\u3002", "\uff0e"),
    *("\uff0f", "\u00e9", "e\u0301", "\u0300" * 40, "\U0001f600", "\U0001f468\u200d\U0001f469"),
    *("\ue000", "\ufffe", "\u00a0"),
)
_BROKEN = (  # UTF-8, and what begins otherwise encoded texts
    *(b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80", b"\xfe\xff", b"\x1f\x8b\x08"),
)
TRAPS: tuple[bytes, ...] = (
    *(text.encode() for text in (*_NUMBERS, *_VALUES, *_SIGNS)),
    *_BROKEN,
    *(b"9" * 25, b"9" * 401, b"9" * 4301, b"1." + b"3" * 420, b"a" * 129, b"a" * 301, b"a" * 2049),
)
_PAIRS = (
    (b"[", b"]"),
    (b"{", b"}"),
    (b'{"a":', b"}"),
    (b'"', b'"'),
    (b"(", b")"),
    (b"<", b">"),
    (b"'", b"'"),
)

_ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        5,
        30,
        1.5,
        1e400,
        -1e400,
        2**31,
        2**53 + 1,
        2**63,
        2**64,
        10**30,
        10**399,
        10**401,
    ),
    *(
        1e-300,
        1e300,
        1e15,
        9_999_999,
        [],
        {},
        "",
        " ",
        [[]],
        [None],
        {"": 0},
        [0] * 100,
        ["a"] * 70,
        {"a": {"b": 1}},
    ),
    *(
        "\ud800",
        "a" * 129,
        "a" * 301,
        "a" * 5000,
        "0",
        "-1",
        "1e5",
        "true",
        "2026-01-05T05:08:46Z",
        "{0}",
        "{a.b}",
    ),
)
_NODES_AT_MOST = 200

Operation = Callable[["Mutator", bytes], bytes]


class _Seed(NamedTuple):
    data: bytes
    tokens: list[tuple[int, int]]
    json_at: int  # where a JSON value begins that goes on to its end; -1 without one


class Mutator:
    """Draws inputs. `seeds` are good ones, `words` what means something to the reader."""

    def __init__(
        self, seeds: Iterable[bytes], words: Sequence[bytes], chance: Random, most_bytes: int
    ) -> None:
        self._chance = chance
        self._pieces = (*words, *words, *TRAPS) if words else TRAPS
        self._most_bytes = most_bytes
        self._seeds: list[_Seed] = []
        for seed in seeds:
            self.keep(seed)
        if not self._seeds:
            self.keep(b"")
        self._given = len(self._seeds)

    def keep(self, data: bytes) -> None:
        """Begin with this one, too, from now on."""
        tokens = [found.span() for _, found in zip(range(_TOKENS_AT_MOST), _TOKEN.finditer(data))]  # noqa: B905
        seed = _Seed(data, tokens, _json_at(data))
        if len(self._seeds) < KEPT_AT_MOST:
            self._seeds.append(seed)
        else:
            self._seeds[self._given + self._below(KEPT_AT_MOST - self._given)] = seed

    def draw(self, usual_bytes: int) -> bytes:
        """Return the next input: of no more bytes than usual, or now and then of as many as may be."""
        chance = self._chance.random
        data, tokens, json_at = self._seeds[int(chance() * len(self._seeds))]
        if chance() * STRETCH_ONE_IN < 1:
            return self._stretched(data, tokens)
        if json_at >= 0 and chance() < 0.6:
            data = data[:json_at] + self._value(data[json_at:])
            if chance() < 0.7:
                return data[:usual_bytes]
        elif tokens and chance() < 0.7:
            data = self._token(data, tokens)
        else:
            data = _OPERATIONS[int(chance() * len(_OPERATIONS))](self, data)
        while chance() < 0.45:
            data = _OPERATIONS[int(chance() * len(_OPERATIONS))](self, data)
        return data[:usual_bytes]

    # ---- a JSON value

    def _value(self, text: bytes) -> bytes:
        """Put odd things in some places of a JSON value, so that it stays one."""
        root = [json.loads(text)]
        for _ in range(1 + self._below(3)):
            places = _places_in(root)
            within, key = places[self._below(len(places))]
            match self._below(8):
                case 0 if within is not root:
                    del within[key]
                case 1:
                    within[key] = [within[key]] * (1 + self._below(3))
                case 2:
                    within[key] = {self._text(): within[key]}
                case 3:
                    other, at = places[self._below(len(places))]
                    within[key] = json.loads(
                        json.dumps(other[at])
                    )  # of its own: a value in itself has no end
                case 4 if isinstance(within[key], dict):
                    within[key][self._text()] = self._odd()
                case 5 if isinstance(within[key], list):
                    within[key] = within[key] * (1 + self._below(30))
                case _ if isinstance(within[key], str) and self._chance.random() < 0.5:
                    at = self._below(len(within[key]) + 1)
                    within[key] = within[key][:at] + self._text() + within[key][at + self._below(3) :]
                case _:
                    within[key] = self._odd()
        return json.dumps(root[0], ensure_ascii=self._chance.random() < 0.5).encode("utf-8", "surrogatepass")

    def _odd(self) -> Any:
        if self._chance.random() < 0.5:
            return self._text()
        odd = _ODD_VALUES[self._below(len(_ODD_VALUES))]
        return copy.deepcopy(odd) if isinstance(odd, dict | list) else odd

    def _text(self) -> str:
        return self._piece().decode("utf-8", "replace").strip('":,')

    # ---- a token

    def _token(self, data: bytes, tokens: list[tuple[int, int]]) -> bytes:
        first, end = tokens[self._below(len(tokens))]
        match self._below(6):
            case 0 | 1:
                return data[:first] + self._piece() + data[end:]
            case 2:  # within the quotes, or behind the number
                at = end - 1 if data[end - 1 : end] == b'"' else end
                return data[:at] + self._piece() + data[at:]
            case 3:
                before, behind = _PAIRS[self._below(len(_PAIRS))]
                return data[:first] + before + data[first:end] + behind + data[end:]
            case 4:
                return data[:first] + data[end:]
            case _:
                other, spans, _ = self._seeds[self._below(len(self._seeds))]
                if not spans:
                    return data[:first] + data[end:]
                begin, stop = spans[self._below(len(spans))]
                return data[:first] + other[begin:stop] + data[end:]

    def _stretched(self, data: bytes, tokens: list[tuple[int, int]]) -> bytes:
        """Repeat a piece of it up to a length, in its place: what grows faster than the input shows there."""
        if tokens and self._chance.random() < 0.8:
            first, end = tokens[self._below(len(tokens))]
            if self._chance.random() < 0.5:
                end = min(len(data), tokens[min(len(tokens) - 1, self._below(len(tokens)) + 4)][1])
            first, end = min(first, end), max(first, end)
            if data[first : first + 1] == data[end - 1 : end] == b'"' and end - first > 2:
                first, end = first + 1, end - 1  # a long text, and not many
        else:
            first, end = sorted((self._below(len(data) + 1), self._below(len(data) + 1)))
        piece = data[first:end] or self._piece()
        if self._chance.random() < 0.4:
            piece = self._piece()
        if self._chance.random() < 0.3:
            piece += self._piece()
        length = int(self._most_bytes * (1.0 if self._chance.random() < 0.5 else self._chance.random()))
        times = max(1, (length - len(data)) // max(1, len(piece)))
        return (data[:first] + piece * times + data[end:])[: self._most_bytes]

    # ---- anything

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return self._piece()
        at = self._below(len(data))
        return data[:at] + bytes((data[at] ^ 1 << self._below(8),)) + data[at + 1 :]

    def _byte(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + bytes((self._below(256),)) + data[at + self._below(2) :]

    def _insert(self, data: bytes) -> bytes:
        at = self._below(len(data) + 1)
        return data[:at] + self._piece() + data[at:]

    def _drop(self, data: bytes) -> bytes:
        first = self._below(len(data) + 1)
        return data[:first] + data[first + 1 + self._below(1 + len(data) // 4) :]

    def _cut(self, data: bytes) -> bytes:
        return data[: self._below(len(data) + 1)]

    def _double(self, data: bytes) -> bytes:
        first = self._below(len(data) + 1)
        piece = data[first : first + 1 + self._below(64)]
        return data[:first] + piece * (1 + self._below(9)) + data[first:]

    def _splice(self, data: bytes) -> bytes:
        other = self._seeds[self._below(len(self._seeds))].data
        return data[: self._below(len(data) + 1)] + other[self._below(len(other) + 1) :]

    def _nest(self, data: bytes) -> bytes:
        before, behind = _PAIRS[self._below(len(_PAIRS))]
        depth = 1 + self._below(40)
        first, end = sorted((self._below(len(data) + 1), self._below(len(data) + 1)))
        return data[:first] + before * depth + data[first:end] + behind * depth + data[end:]

    def _new(self, _: bytes) -> bytes:
        return b"".join(self._piece() for _ in range(1 + self._below(6)))

    def _piece(self) -> bytes:
        return self._pieces[self._below(len(self._pieces))]

    def _below(self, limit: int) -> int:
        return int(self._chance.random() * limit)


_OPERATIONS: tuple[Operation, ...] = (
    *(Mutator._flip, Mutator._byte, Mutator._insert, Mutator._insert, Mutator._insert, Mutator._drop),
    *(Mutator._drop, Mutator._cut, Mutator._double, Mutator._splice, Mutator._nest, Mutator._new),
)


def _json_at(data: bytes) -> int:
    at = max(0, data.find(b"\n\n") + 2) if b"\n\n" in data else 0
    try:
        value = json.loads(data[at:])
    except (ValueError, RecursionError):
        return -1
    return at if isinstance(value, dict | list) else -1


def _places_in(root: list[Any]) -> list[tuple[Any, Any]]:
    """Return where values stand in a value: each with what holds it, and its key there."""
    places: list[tuple[Any, Any]] = [(root, 0)]
    for within, key in places:
        inner = within[key]
        if isinstance(inner, dict):
            places += [(inner, name) for name in inner]
        elif isinstance(inner, list):
            places += [(inner, number) for number in range(min(len(inner), 8))]
        if len(places) > _NODES_AT_MOST:
            break
    return places


def shrunk(data: bytes, still: Callable[[bytes], bool], *, tries: int = 2000) -> bytes:
    """Return a small input of which the same is so: pieces go, then bytes become plain."""
    step = max(1, len(data) // 2)
    while step and tries > 0:
        at = 0
        while at < len(data) and tries > 0:
            tries -= 1
            without = data[:at] + data[at + step :]
            if still(without):
                data = without
            else:
                at += step
        step //= 2
    for at in range(min(len(data), max(0, tries))):
        plain = data[:at] + b"a" + data[at + 1 :]
        if data[at : at + 1] not in b'a{}[]":,\n' and still(plain):
            data = plain
    return data
