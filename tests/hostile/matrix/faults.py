"""The table of faults: what is tried in each phase. One row a fault."""

import gzip
import http
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.hostile.matrix import plays, ways
from tests.hostile.matrix.meeting import JSON, Meeting
from tests.hostile.matrix.plays import PAGE, REFUSED, Play, framed, instead, packed, says, spoils, stops_at
from tests.hostile.matrix.ways import Way

EVERY_PHASE = (
    "catalog",
    "wdm",
    "region",
    "discovery",
    "token",
    "refresh",
    "register",
    "keepalive",
    "ping",
    "devices",
    "deregister",
    "message socket",
)
_HTML = (("content-type", "text/html"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. `plays` meets requests, `way` connections. `only` these phases have it, `why` not others.

    `heavy`: it is out for memory. `harmless`: nobody may notice it. `asks_for_long`: it asks for a longer
    wait than anybody has patience for.
    `meets` says which requests of the phase; `may_miss`: there may be none of these.
    """

    name: str
    plays: Play | None = None
    way: Way | None = None
    only: tuple[str, ...] = EVERY_PHASE
    why: str = ""
    heavy: bool = False
    harmless: bool = False
    asks_for_long: bool = False
    may_miss: bool = False
    meets: Callable[[Meeting], bool] = lambda _: True


def _plays(table: Mapping[str, Play], **more: Any) -> tuple[Fault, ...]:
    return tuple(Fault(name=name, plays=play, **more) for name, play in table.items())


def _ways(table: Mapping[str, Way], **more: Any) -> tuple[Fault, ...]:
    return tuple(Fault(name=name, way=way, **more) for name, way in table.items())


_KEPT = ("refresh", "register", "keepalive", "devices", "deregister", "message socket")

_CONNECTIONS = (
    *_ways(
        {
            "name not found": Way(names="not found"),
            "no name server": Way(names="silent"),
            "name look-up hangs": Way(names="hangs"),
            "name leads astray": Way(names="astray"),
            "IPv6 is dead": Way(names="dead IPv6 first"),
            "refused": Way(begins=ways.refuses),
            "packets dropped": Way(begins=ways.drops_packets),
            "reset when connected": Way(greets=ways.resets),
            "reset in the handshake": Way(greets=ways.resets_in_handshake),
            "closed in the handshake": Way(greets=ways.closes),
            "handshake stalls": Way(greets=ways.stalls),
            "no TLS": Way(greets=ways.answers(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")),
            "old TLS": Way(greets=ways.answers(bytes.fromhex("15030100020246"))),
            "certificate expired": Way(certificate="expired"),
            "certificate not yet valid": Way(certificate="not yet valid"),
            "certificate of another host": Way(certificate="another host"),
            "certificate of an unknown issuer": Way(certificate="unknown issuer"),
            "certificate self-signed": Way(certificate="self-signed"),
            "proxy wants a sign-in": Way(proxy="407"),
            "proxy forbids": Way(proxy="403"),
            "proxy finds nobody": Way(proxy="502"),
            "proxy is gone": Way(proxy="gone"),
            "proxy is silent": Way(proxy="silent"),
            "proxy dies in the tunnel": Way(proxy="dies"),
        }
    ),
    Fault(
        name="half-open",
        way=Way(half_open=True),
        only=("keepalive", "devices", "deregister", "message socket"),
        why="no connection to its hosts is kept from before",
        may_miss=True,
    ),
    Fault(
        name="kept ones closed unanswered",
        plays=plays.closes,
        meets=lambda x: not x.is_first,
        only=("keepalive", "devices", "deregister"),
        why="its request is the first on a connection",
        may_miss=True,
    ),
)

_ON_THE_WIRE = (
    *_plays(
        {
            "never answered": plays.never,
            "carried out, never answered": plays.never_but_acts,
            "closed unanswered": plays.closes,
            "carried out, closed unanswered": plays.closes_but_acts,
            "reset unanswered": plays.resets,
            "carried out, reset unanswered": stops_at(lambda _: 0, cut=False),
            "reset in the status line": stops_at(lambda _: 9, cut=False),
            "reset in the headers": stops_at(lambda answer: len(answer.head) // 2, cut=False),
            "reset after the headers": stops_at(lambda answer: len(answer.head), cut=False),
            "reset in the body": stops_at(lambda x: len(x.head) + len(x.body) // 2, cut=False),
            "reset before the last byte": stops_at(lambda answer: len(answer.whole) - 1, cut=False),
            "cut in the headers": stops_at(lambda answer: len(answer.head) // 2, cut=True),
            "cut in the body": stops_at(lambda x: len(x.head) + len(x.body) // 2, cut=True),
            "slow-loris": plays.drips,
            "slow-loris body": plays.drips_body,
            "a second late": plays.late,
            "103 without end, slow": plays.hints(0.5, 1),
            "not HTTP": plays.bytes_instead(b"SSH-2.0-OpenSSH_9.6\r\n"),
            "HTTP/0.9": plays.bytes_instead(b'{"status": "UP"}'),
            "HTTP/2": plays.bytes_instead(bytes.fromhex("000012040000000000000300000080000400010000")),
            "odd status line": plays.bytes_instead(b"HTTP/1.1 2OO OK\r\ncontent-length: 0\r\n\r\n"),
            "odd header": plays.bytes_instead(b"HTTP/1.1 200 OK\r\nno colon\r\nx: \x00\r\n\r\n"),
            "length too long": framed(lambda x: b"content-length: %d\r\n" % (len(x.body) + 64)),
            "length too short": framed(lambda x: b"content-length: %d\r\n" % (len(x.body) // 2)),
            "two lengths": framed(lambda x: b"content-length: 1\r\ncontent-length: %d\r\n" % len(x.body)),
            "length is no number": framed(lambda _: b"content-length: many\r\n"),
            "odd chunks": framed(lambda _: b"transfer-encoding: chunked\r\n", b"zz\r\nxx\r\n", chunked=True),
            "chunks without end": framed(lambda _: b"transfer-encoding: chunked\r\n", chunked=True),
            "a chunk of 16 EiB": framed(
                lambda _: b"transfer-encoding: chunked\r\n", b"f" * 16 + b"\r\nx", chunked=True
            ),
        }
    ),
)

_HARMLESS = _plays(
    {
        "in single bytes": plays.single_bytes,
        "another answer behind": plays.another_behind,
        "gzip": packed(gzip.compress, "gzip"),
    },
    harmless=True,
)

_HEAVY = (
    *_plays(
        {
            "103 without end": plays.hints(0.0, 100),
            "many headers": plays.bytes_instead(
                b"HTTP/1.1 200 OK\r\n" + b"x-flood: 0123456789\r\n" * (plays.FLOOD_BYTES // 21) + b"\r\n"
            ),
            "one long header": plays.bytes_instead(
                b"HTTP/1.1 200 OK\r\nx-flood: " + b"x" * plays.FLOOD_BYTES + b"\r\n\r\n"
            ),
            "body of 100 MB": plays.endless(
                b"content-length: %d\r\n" % plays.HUGE_BYTES, plays.BLOCK, plays.HUGE_BYTES
            ),
            "chunks of 100 MB": plays.endless(
                b"transfer-encoding: chunked\r\n", b"10000\r\n" + plays.BLOCK + b"\r\n", plays.HUGE_BYTES
            ),
            "gzip bomb": packed(lambda _: plays.bomb(1), "gzip"),
            "gzip bomb in gzip": packed(lambda _: plays.bomb(2), "gzip, gzip"),
            "gzip bomb in gzip, one told": packed(lambda _: plays.bomb(2), "gzip"),
            "nested 100,000 deep": spoils(instead(b"[" * 100_000)),
            "string never closed": spoils(instead(b'"' + b'\\"' * 120_000)),
            "18,000 members": spoils(instead(json.dumps({f"a{n}": n for n in range(18_000)}).encode())),
        },
        heavy=True,
    ),
)

_ENCODINGS = _plays(
    {
        "gzip in gzip": packed(lambda body: gzip.compress(gzip.compress(body)), "gzip, gzip"),
        "plain called gzip": packed(lambda body: body or b"{}", "gzip"),
        "gzip cut short": packed(lambda body: gzip.compress(body or b"{}")[:-6], "gzip"),
        "brotli": packed(lambda body: body or b"{}", "br"),
        "UTF-16": spoils(lambda body: body.decode().encode("utf-16")),
        "UTF-32": spoils(lambda body: body.decode().encode("utf-32")),
        "byte order mark": spoils(lambda body: b"\xef\xbb\xbf" + body),
        "not UTF-8": spoils(plays.with_odd(b'"\xe9\xff"')),
        "called HTML": spoils(lambda body: body, "text/html"),
        "called nothing": spoils(lambda body: body, ""),
    }
)

_CONTENT = (
    *_plays(
        {
            "empty": spoils(instead(b"")),
            "null": spoils(instead(b"null")),
            "a list": spoils(instead(b"[]")),
            "a number": spoils(instead(b"5")),
            "a string": spoils(instead(b'"well"')),
            "an empty object": spoils(instead(b"{}")),
            "an error with 200": spoils(instead(b'{"errorCode": 5000, "message": "Upstream unavailable"}')),
            "cut-off JSON": spoils(lambda body: body[: len(body) // 2]),
            "no JSON": spoils(instead(b'{"device": oops')),
            "every type wrong": spoils(plays.every_value(plays.of_another_type)),
            "every value null": spoils(plays.every_value(lambda _: None)),
            "every value huge": spoils(plays.every_value(lambda _: "x" * 3000)),
            "every value true": spoils(plays.every_value(lambda _: True)),
            "fields named twice": spoils(plays.named_twice),
            "NaN": spoils(plays.numbers(b"NaN")),
            "Infinity": spoils(plays.numbers(b"-Infinity")),
            "1e999": spoils(plays.numbers(b"1e999")),
            "5,000 digits": spoils(plays.numbers(b"7" * 5000)),
            "negative numbers": spoils(plays.numbers(b"-1")),
            "nested 40 deep": spoils(plays.with_odd(b"[" * 40 + b"]" * 40)),
            "lone surrogate": spoils(plays.with_odd(b'"\\ud800"')),
            "control characters": spoils(plays.every_value(lambda _: "a\x00\x1b[31m\u202eb")),
        }
    ),
    Fault(
        name="hosts of a stranger",
        plays=spoils(lambda body: body.replace(b"localhost", b"evil.example")),
        only=tuple(phase for phase in EVERY_PHASE if phase != "devices"),
        why="who is listed as a stranger's is one, whatever is true",
    ),
    *_plays(
        {
            "grant at another address": spoils(
                plays.merged({"device": {"uri": "https://evil.example/api/v1/calling/web/devices/1"}})
            ),
            "grant without a device": spoils(plays.merged({"device": None})),
            "grant with an odd id": spoils(plays.merged({"device": {"deviceId": "../../x"}})),
            **{
                f"interval {interval}": spoils(plays.merged({"keepaliveInterval": interval}))
                for interval in (0, -1, 0.001, 1e8, "30", True, None)
            },
            "rehoming interval 0": spoils(plays.merged({"rehomingIntervalMin": 0, "rehomingIntervalMax": 0})),
        },
        only=("register",),
        why="only a grant has it",
    ),
)

# A gateway may give up on what goes on behind it.
_CARRIED_OUT = {200, 201, 202, 204, 206, 500, 502, 504}

_STATUSES = (
    *_plays(
        {
            f"{status}": says(status, acts=status in _CARRIED_OUT)
            for status in sorted(
                {status.value for status in http.HTTPStatus if status >= 400}
                | {101, 204, 206, 300, 304, 599, 600, 999}
            )
        }
    ),
    *_plays(
        {
            f"{status} elsewhere": says(status, b"", location="https://portal.example/sign-in")
            for status in (301, 302, 303, 307, 308)
        }
        | {
            "302 without TLS": says(302, b"", location="http://localhost/"),
            "302 in a loop": says(302, b"", location="/"),
        }
    ),
    *_plays(
        {
            "captive page": says(200, PAGE, _HTML),
            "captive page called JSON": says(200, PAGE),
            "captive page with 511": says(511, PAGE, _HTML),
            "page with 401": says(401, PAGE, _HTML),
            "page with 403": says(403, PAGE, _HTML),
            "page with 404": says(404, PAGE, _HTML),
            "page with 502": says(502, PAGE, _HTML),
            "page with 503": says(503, PAGE, _HTML),
            "empty 401": says(401, b"", ()),
            "empty 403": says(403, b"", ()),
            "empty 503": says(503, b"", ()),
            **{
                f"403 with error {code}": says(403, json.dumps({"errorCode": code}).encode())
                for code in (101, 102, 103, 110)
            },
        }
    ),
    *_plays(
        {
            f"{status} wait {wish}": says(status, REFUSED, JSON, retry_after=wish)
            for status in (429, 503)
            for wish in ("7", "0", "-5", "1e9", "soon", "Wed, 21 Oct 2015 07:28:00 GMT")
        }
    ),
    *_plays(
        {f"{status} wait for ever": says(status, retry_after="999999999") for status in (429, 503)},
        asks_for_long=True,
        only=tuple(phase for phase in EVERY_PHASE if phase != "message socket"),
        why="call notices wait as long as they are asked to (an hour at most), and no line waits for them",
    ),
)

FAULTS: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (*_CONNECTIONS, *_ON_THE_WIRE, *_HARMLESS, *_HEAVY, *_ENCODINGS, *_CONTENT, *_STATUSES)
}
