"""What the calling service answers over HTTP, and what stands on the way to it."""

import asyncio
import contextlib
import json
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from softphone.auth import untrusted
from softphone.auth.untrusted import BadJsonError
from softphone.checks.first_contact.routes import Route
from softphone.settings.cloud_file import Cloud
from softphone.settings.proxy import Proxy
from softphone.webex import address, exchange, failures, wire
from softphone.webex.messages import dial
from softphone.webex.messages.message_socket import with_query
from softphone.webex.wire import BODY_LIMIT_BYTES, BrokenAnswerError
from softphone.webex.wss.wss_lists import read_wss
from tests.hostile.fuzz.readers.samples import (
    CLUSTER,
    HOSTS,
    KEYS,
    NOW,
    answer_in,
    answer_of,
    as_json,
    errors,
    every_body,
    of_routes,
)
from tests.hostile.fuzz.target import Target, promise, run, texts

_ONE_ID = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_TRUST = address.Trust.of(Cloud())
_U2C = "https://u2c.wbx2.com/u2c/api/v1"
_HEADERS = ("retry-after: ", "date: ", "content-type: text/html", "trackingid: ", "\n", "\n\n")
_DATES = (
    *("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "-0000"),
    *("GMT", "EST", "+9999", "Jan", "Dec", "00:00:00", "24:60:61", ",", "+00:00", "Z", "T", "W53"),
    "2026-11-22",
)


def _json(body: bytes) -> object:
    value = untrusted.read_json(body, limit_bytes=BODY_LIMIT_BYTES)
    for number, text in enumerate(texts(value)):
        promise(len(cut := untrusted.plain_text(text)) <= untrusted.TEXT_LIMIT_CHARS, "plain text is cut")
        promise(cut.isprintable(), "plain text is plain")
        promise(untrusted.plain_text(cut) == cut, "plain text stays as it is")
        if number == 50:
            break
    if len(body) <= 4096:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)  # raises for a number that is none
        promise(json.loads(text.encode()) == value, "a value can be written, and is the same again")
    return value


def _retry_after(data: bytes) -> object:
    asked, _, sent = data.decode("latin-1").partition("\n")
    headers = {"Retry-After": asked} | ({"Date": sent} if sent else {})
    wait_s = untrusted.retry_after_s(headers, NOW)
    promise(wait_s is None or 0 <= wait_s <= untrusted.RETRY_AFTER_CAP_S, "a wish is from 0 to 3,600 s")
    promise(untrusted.answered_at(headers, NOW) > 0, "an answer has a moment")
    return wait_s


def _moment(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    values: list[object] = [text, text.strip()]
    with contextlib.suppress(ValueError):
        values += [int(text), float(text)]
    found = [untrusted.moment_of(value) for value in values]
    with contextlib.suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text.strip())
        at_s = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        is_date = "-" in text[4:5]
        promise(not is_date or found[0] in {None, at_s}, "a date is that date or none")
    promise(all(at is None or 0 < at < 1e11 for at in found), "a moment is of this age")
    return found[0]


def _dialled(url: str) -> str:
    """The address, once httpx has dialled the host that our reader has judged."""
    read = address.read_address(url)
    if read is None:
        promise(False, "what is named can be read")
        raise AssertionError
    dialled = httpx.URL(url)
    promise(dialled.raw_host.decode("ascii").lower() == read.host, "one host for both readers of an address")
    promise((dialled.port or 0) in {read.port or 0, 0}, "one port for both readers of an address")
    return url


def _catalog(body: bytes) -> object:
    catalog = wire.read_catalog(body, _U2C)
    for url in (*catalog.cluster_urls[:20], *filter(None, [catalog.wdm_url])):
        _dialled(url)
    return catalog


def _is_trusted(url: str) -> bool:
    read = address.read_address(url)
    return read is not None and _TRUST.refusal(read) is None


def _one_of(*readers: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Return a reader that reads once, as an answer is: by which of these, its length says."""
    return lambda body: readers[len(body) % len(readers)](body)


def _servers(body: bytes) -> object:
    servers, refused = wire.read_servers(body, cluster_url=CLUSTER, trusted=_is_trusted)
    urls = [server.url for server in (*servers.primaries, *servers.backups)]
    promise(max(len(servers.primaries), len(servers.backups)) <= 8, "there are at most 8 of a kind")
    promise(urls, "there is a server")
    promise(len({*urls}) == len(urls), "each server is there once")
    promise(all(map(_is_trusted, urls)), "only trusted servers are kept")
    return [server.region for server in servers.primaries], len(refused)


def _sockets(body: bytes) -> object:
    found = read_wss(body, trusted=_is_trusted)
    for listed in found.values():
        promise(all(url.startswith(("ws://", "wss://")) for url in listed), "a socket's address is one")
        for url in listed:
            _dialled(address.as_http(url))
            _dialled(address.as_http(with_query(url)))
    return found


def _many_servers(number: int) -> bytes:
    uris = [f"https://mobius-{n}.webex.com/api/v1" for n in range(number)]
    sockets = [f"wss://mobius-{n}.webex.com/x" for n in range(number)]
    return as_json({role: {"uris": uris, "wss": sockets} for role in ("primary", "backup")})


def _wdm(body: bytes) -> object:
    found = wire.read_wdm_device(body)
    _dialled(found.url)
    if found.socket_url:
        _dialled(address.as_http(with_query(found.socket_url)))
    return found


def _wdm_rows(body: bytes) -> object:
    return dict(list(wire.read_wdm_rows(body).items())[:4])


def _token_end(body: bytes) -> object:
    ends = wire.read_token_expiry(body)
    promise(ends is None or 0 < ends < 1e11, "a token ends in this age")
    return ends


def _registration(body: bytes) -> object:
    kept = wire.read_granted_device(body)
    promise(kept is None or _ONE_ID.fullmatch(kept.device_id), "only an id is given back")
    granted = wire.read_registration(body, answered_at=NOW)
    device = granted.device
    promise(device.uri.rstrip("/").endswith(f"/{device.device_id}"), "the address is the id's")
    promise(_ONE_ID.fullmatch(device.device_id), "an id is one")
    return granted


def _devices(body: bytes) -> object:
    found = wire.read_devices(body, answered_at=NOW)
    promise(len(found) <= 64, "there are at most 64 devices")
    promise(all(_ONE_ID.fullmatch(one.device_id) for one in found), "an id is one")
    promise(all(one.seen_ago_s is None or 0 <= one.seen_ago_s < 1e12 for one in found), "ages are numbers")
    return found


def _refusal(data: bytes) -> object:
    status, headers, body = answer_in(data)
    route = list(failures.Route)[len(body) % len(failures.Route)]
    failure = failures.failure_of(route, status, headers, body, accept={404}, host="host", now=NOW)
    if failure is not None:
        promise(failure.retry_after_s is None or 0 <= failure.retry_after_s <= 3600, "waits are bounded")
        promise(len(failure.devices) <= wire.DEVICES_LIMIT, "there are at most 64 devices")
        promise(-(2**63) <= (failure.error_code or 0) < 2**63, "an error code is a code")
    return failure


def _address(data: bytes) -> object:
    text = data.decode("utf-8", "surrogateescape")
    read = address.read_address(text)
    if read is not None:
        _dialled(text)
        refusal = _TRUST.refusal(read)
        covered = read.host == "webexapis.com" or read.host.endswith(
            tuple(one[1:] for one in _TRUST.hosts if "*" in one)
        )
        promise(refusal is not None or (covered and read.scheme == "https"), "only our own hosts are trusted")
        return read, refusal
    url = address.socket_url(text)
    if url:
        _dialled(address.as_http(with_query(url)))
    wire.calling_url(text)
    return url, wire._uuid(text)


def _packed(data: bytes) -> object:
    body = exchange._DECODERS["gzip"](BODY_LIMIT_BYTES)
    bites = range(0, len(data), 4096)  # as `dialling` reads them
    if not all(body.add(data[at : at + 4096]) for at in bites):
        return None
    whole = body.whole()
    promise(len(whole) <= BODY_LIMIT_BYTES, "what is unpacked is bounded")
    return whole


def _packed_seeds() -> Iterator[bytes]:
    for body in (b"{}", b"", b"x" * 5000, b"0" * 1_000_000, *of_routes(Route.REGISTER)):
        for level in (0, 9):
            packing = zlib.compressobj(level, wbits=31)
            yield (once := packing.compress(body) + packing.flush())
            yield once + once
    packing = zlib.compressobj(9, wbits=31)
    yield packing.compress(_zipped(b"0" * 100_000)) + packing.flush()


def _zipped(body: bytes) -> bytes:
    packing = zlib.compressobj(9, wbits=31)
    return packing.compress(body) + packing.flush()


def _tunnel(data: bytes) -> object:
    proxy = Proxy("proxy.example.com", 3128)

    async def tunnelled() -> None:
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)
            far.sendall(data[: 16 * 1024])
            far.shutdown(socket.SHUT_WR)
            await asyncio.wait_for(dial._tunnelled(near, proxy, "host:443"), 1.0)

    return run(tunnelled())


def _target(name: str, read: Callable[[bytes], object], *routes: Route, **more: Any) -> Target:
    given: dict[str, Any] = {
        "modules": ("webex/wire.py",),
        "seeds": lambda: [*of_routes(*routes), *errors()],
        "words": (*KEYS, *HOSTS),
        "raises": (BrokenAnswerError,),
        "told": texts,
        "most_bytes": BODY_LIMIT_BYTES,
    }
    return Target(name=name, read=read, **given | more)


TARGETS = (
    _target(
        "JSON body",
        _json,
        seeds=every_body,
        modules=("auth/untrusted.py",),
        raises=(BadJsonError,),
        told=lambda _: (),
        share=4,
    ),
    _target(
        "Retry-After and Date",
        _retry_after,
        seeds=lambda: [b"30", b"Sun, 06 Nov 2094 08:49:37 GMT\nSun, 06 Nov 1994 08:49:37 GMT", b"0\n", b"-5"],
        modules=("auth/untrusted.py",),
        words=_DATES,
        raises=(),
        most_bytes=32 * 1024,
        share=8,
    ),
    _target(
        "moments",
        _moment,
        seeds=lambda: [
            b"2026-01-05T05:08:46Z",
            b"1767589260",
            b"1767589260000",
            b"Sun, 06 Nov 1994 08:49:37 GMT",
        ],
        modules=("auth/untrusted.py",),
        words=_DATES,
        raises=(),
        share=8,
    ),
    _target("catalog", _catalog, Route.CATALOG, share=4),
    _target(
        "server lists",
        _one_of(_servers, _sockets),
        seeds=lambda: [*of_routes(Route.SERVERS), _many_servers(20), *errors()],
        words=(*KEYS, *HOSTS, '"wss":'),
        share=4,
        modules=("webex/wire.py", "webex/wss/wss_lists.py"),
    ),
    _target(
        "WDM device and names",
        _one_of(_wdm, _wdm_rows),
        Route.WDM_CREATE,
        Route.WDM_NAMES,
        share=4,
        words=(*KEYS, *HOSTS, '"webSocketUrl":', '"features":', '"developer":'),
    ),
    _target(
        "person, numbers, region",
        _one_of(_token_end, wire.read_person, wire.read_own_numbers, wire.read_region),
        Route.PERSON,
        Route.NUMBERS,
        Route.REGION,
        Route.TOKEN_EXPIRY,
        share=3,
    ),
    _target("registration", _registration, Route.REGISTER, share=3),
    _target(
        "list of devices",
        _one_of(_devices, _devices, wire.read_confirmation),
        seeds=lambda: [*of_routes(Route.DEVICES), as_json({"devices": [{"deviceId": "d"}] * 80}), *errors()],
        share=3,
    ),
    _target(
        "refusals of the service",
        _refusal,
        seeds=lambda: [
            *(
                answer_of(403, body, retry_after="30", date="Sun, 06 Nov 1994 08:49:37 GMT")
                for body in errors()
            ),
            *(answer_of(status, b"{}") for status in (200, 204, 401, 404, 409, 429, 503)),
            answer_of(200, b"{}", content_type="text/html; charset=utf-8"),
        ],
        modules=("webex/failures.py", "auth/untrusted.py"),
        words=(*KEYS, *_HEADERS),
        raises=(),
        share=0.8,
    ),
    _target(
        "addresses and trust",
        _address,
        seeds=lambda: [
            url.encode() for url in (*HOSTS, "https://[2001:db8::1]:443/a?b=c", "wss://a.webex.com/x")
        ],
        modules=("webex/address.py",),
        words=(*HOSTS, "webex.com", "%25", "\\", "::", ":443", ":65536", "0x7f.1", "2130706433"),
        raises=(),
        told_chars=2048,
        usual_bytes=512,
        most_bytes=8192,
        share=8,
    ),
    _target(
        "packed bodies",
        _packed,
        seeds=_packed_seeds,
        modules=("webex/exchange.py",),
        words=(),
        raises=(zlib.error,),
        told=lambda _: (),
        share=0.6,
    ),
    _target(
        "a proxy's answer",
        _tunnel,
        seeds=lambda: [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 407 No\r\nProxy-Authenticate: Basic\r\n\r\n"],
        modules=("webex/messages/dial.py",),
        words=("HTTP/1.1 ", "\r\n\r\n", "200", "407"),
        raises=(OSError,),
        most_bytes=16 * 1024,
        share=1.5,
    ),
)
