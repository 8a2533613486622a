"""Faults as JSON, read with an opinion: what is wrong is named by its key.

A fault is a JSON object `{where, host?, user?, when..., answer}`:

- `where`: one route of `PLACES`, or `any`; `host`: a host's name; `user`: a person's name;
  `reused: true`: only requests on a connection that has carried one before.
- when: `nth` (a number or a list, counted from 1 over the requests that fit, with `every: N` in rounds
  of N), `times` (only the first so many), `after_s` (begins so late), `for_s` (ends so long after it
  began), `from_first: true` (the time runs from the first request that fits). Seconds are nominal.
- `answer`: one of the words of `WORDS`, or an object whose keys go together:
  - what is answered: `{"status", "body" | "body_base64" | "form"}` (`form`: json, html or empty),
    `{"malformed": one of MALFORMATIONS}`, or without these the true answer;
  - what is done to it, in this order: `patch` (a JSON merge patch, RFC 7396), `moved_to` (a host whose
    origin takes the place of this host's), `headers` (each replaces its namesake; `{remaining_s}` in a
    value becomes the whole seconds until the fault ends), `gzip` (up to 20 layers, each named);
  - how it travels: `wait_s` (the request is carried out so late), `delay_s` (the answer is sent so late),
    `slow` (seconds per byte, or per interim answer), `chunk_bytes`.
  - on a WebSocket: `close` (it closes with this code instead of an answer, 1006 without a word) and its
    `reason`; `frame` (a JSON merge patch for the frame that answers).
- `acts: true`: the request is carried out all the same, only its answer suffers.

`message-socket` and `calling-socket` are the upgrades, with `-auth` the frame that signs in: `hang` there
leaves it unanswered, `refuse` and `reset` end the connection without a close frame. Requests over the
calling socket are in the places of HTTP: register, keepalive, deregister, call.

`refuse` for a whole host (`where: any`, a `host`, no `user`, no counting) closes its listening socket;
anywhere else it ends the connection without an answer.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from softphone.sim.faults import Fault, FaultAnswer
from softphone.sim.json_input import KINDS, InputError, is_header, object_in, one_of, read, refuse_unknown
from softphone.sim.messages import Delivery, Headers, Reply, html_reply, json_reply

PLACES = frozenset(
    {"authorize", "token", "refresh", "revoke", "device-authorize", "device-token"}
    | {"people", "telephony", "catalog", "wdm", "region", "metrics", "logs", "discovery", "ping"}
    | {"devices", "register", "keepalive", "deregister", "call", "any"}
    | {"message-socket", "message-socket-auth", "calling-socket", "calling-socket-auth"}
)
WORDS = {
    "refuse": Delivery.CLOSE,
    "hang": Delivery.HANG,
    "reset": Delivery.RESET,
    "slow": Delivery.DRIP,
    "malformed": Delivery.PLAIN,
}
_LONGEST_REASON_BYTES = 123  # RFC 6455 5.5
_LAYERS_AT_MOST = 20  # a client refuses the second
FORMS = ("json", "html", "empty")

# A dripping answer sends a byte this often unless told otherwise: a usual reply of a kilobyte then
# lasts longer than any client should wait.
_BYTE_EVERY_S = 0.25

# More than any answer of the service, and than a client should keep (sign-in.md#t-vectors, T21).
_HUGE_BYTES = 5_000_000

_MALFORMED: Mapping[str, Callable[[], Reply]] = {
    "not-json": lambda: _as_json_reply(b'{"device": oops'),
    "html": lambda: html_reply(200, "<html><body>Please sign in</body></html>"),
    "empty": lambda: Reply(200),
    "huge": lambda: _as_json_reply(b'{"device":"' + b"x" * _HUGE_BYTES + b'"}'),
    # A string of so many escaped quotes that never ends: what a careless pattern needs minutes for.
    "unclosed": lambda: _as_json_reply(b'"' + b'\\"' * 32_500),
}
_MALFORMED_ON_THE_WAY = ("cut-short", "wrong-length", "not-http", "endless-103")  # as `Delivery` has them
MALFORMATIONS = (*_MALFORMED, *_MALFORMED_ON_THE_WAY)

_STATUS_KEYS = frozenset({"status", "body", "body_base64", "form"})
_OTHER_KEYS = frozenset(
    {"malformed", "patch", "moved_to", "headers", "gzip", "wait_s", "delay_s", "slow", "chunk_bytes"}
    | {"close", "reason", "frame"}
)
_FRAMING = frozenset({"content-length", "transfer-encoding"})

_KEYS = frozenset(
    {"where", "host", "user", "reused", "answer", "acts"}
    | {"nth", "every", "times", "after_s", "for_s", "from_first"}
)

_HTML = (
    "<html><head><title>{status}</title></head>"
    "<body><center><h1>{status}</h1></center><hr><center>nginx</center></body></html>"
)


def read_faults(sources: object, now_s: float, hosts: Mapping[str, object]) -> list[Fault]:
    """Return the faults of a JSON list, all or none; raises InputError naming the key."""
    if not isinstance(sources, list):
        raise InputError("faults: a JSON list of objects is needed")
    return [read_fault(source, f"faults[{index}]", now_s, hosts) for index, source in enumerate(sources)]


def read_fault(source: object, key: str, now_s: float, hosts: Mapping[str, object]) -> Fault:
    """Return the fault a JSON object describes; raises InputError naming the key."""
    given = object_in(source, key)
    refuse_unknown(given, key, _KEYS)
    where = one_of(given.get("where"), f"{key}.where", sorted(PLACES))
    host = _host(given, key, "host", hosts)
    if "answer" not in given:
        raise InputError(f"{key}.answer: missing")
    acts = read(given, key, "acts", "bool", False)
    answer = _read_answer(given["answer"], f"{key}.answer", hosts)
    from_first = read(given, key, "from_first", "bool", False)
    after_s = float(read(given, key, "after_s", "seconds", 0.0))
    return Fault(
        source=given,
        where=where,
        answer=replace(answer, acts=acts),
        host=host,
        user=read(given, key, "user", "str"),
        reused=read(given, key, "reused", "bool", False),
        nth=_turns(given.get("nth", []), f"{key}.nth"),
        every=read(given, key, "every", "count"),
        times=read(given, key, "times", "count"),
        after_s=after_s,
        for_s=float(read(given, key, "for_s", "seconds", math.inf)),
        from_first=from_first,
        begins_s=None if from_first else now_s + after_s,
    )


def _read_answer(source: Any, key: str, hosts: Mapping[str, object]) -> FaultAnswer:
    if source == "malformed":
        return _malformed("not-json", key)
    if isinstance(source, str) and source in WORDS:
        return FaultAnswer(source, WORDS[source], byte_every_s=_BYTE_EVERY_S)
    if isinstance(source, dict) and source:
        return _composed(source, key, hosts)
    raise InputError(f"{key}: {', '.join(WORDS)}, or an object as fault_reader.py says")


def _composed(source: dict[str, Any], key: str, hosts: Mapping[str, object]) -> FaultAnswer:
    """Return the answer of an object: what is answered, what is done to it, how it travels."""
    refuse_unknown(source, key, _OTHER_KEYS | _STATUS_KEYS if "status" in source else _OTHER_KEYS, " here")
    if "malformed" in source:
        answer = _malformed(source["malformed"], f"{key}.malformed")
    elif "status" in source:
        answer = _status(source, key)
    else:
        answer = FaultAnswer(" ".join(sorted(source)))
    if "slow" in source and answer.delivery is Delivery.PLAIN:
        answer = replace(answer, delivery=Delivery.DRIP)
    return replace(
        answer,
        patch=source.get("patch"),
        moved_to=_host(source, key, "moved_to", hosts),
        headers=_headers(source, key),
        gzip_layers=_layers(source, key),
        wait_s=float(read(source, key, "wait_s", "seconds", 0.0)),
        delay_s=float(read(source, key, "delay_s", "seconds", 0.0)),
        byte_every_s=float(read(source, key, "slow", "seconds", _BYTE_EVERY_S)),
        chunk_bytes=read(source, key, "chunk_bytes", "count") or 0,
        close=read_close(source, key) if "close" in source else None,
        frame_patch=source.get("frame"),
    )


def read_close(source: Mapping[str, Any], key: str) -> tuple[int, str]:
    """Return the code and reason with which a WebSocket is closed; raises InputError."""
    code, reason = source["close"], read(source, key, "reason", "str", "")
    if isinstance(code, bool) or not isinstance(code, int) or not 1000 <= code <= 4999:  # noqa: PLR2004
        raise InputError(f"{key}.close: a code from 1000 to 4999; 1005 has none, 1006 drops the connection")
    if not reason.isascii() or len(reason) > _LONGEST_REASON_BYTES:
        raise InputError(f"{key}.reason: at most {_LONGEST_REASON_BYTES} characters of ASCII")
    return code, reason


def _malformed(how: object, key: str) -> FaultAnswer:
    word = one_of(how, key, MALFORMATIONS)
    if word in _MALFORMED:
        return FaultAnswer(f"malformed {word}", reply=_MALFORMED[word]())
    return FaultAnswer(f"malformed {word}", Delivery(word), byte_every_s=_BYTE_EVERY_S)


def _as_json_reply(body: bytes) -> Reply:
    return Reply(200, (("content-type", "application/json"),), body)


def _status(source: dict[str, Any], key: str) -> FaultAnswer:
    status = source["status"]
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:  # noqa: PLR2004
        raise InputError(f"{key}.status: a number from 200 to 599")
    form = one_of(source.get("form", "json"), f"{key}.form", FORMS)
    reply = _in_form(status, form, source.get("body"))
    if "body_base64" in source:
        reply = replace(reply, body=_from_base64(source["body_base64"], f"{key}.body_base64"))
    return FaultAnswer(f"status {status}", reply=reply)


def _headers(source: dict[str, Any], key: str) -> Headers:
    headers = source.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(one, str) for one in headers.values()):
        raise InputError(f"{key}.headers: an object of strings")
    if not all(is_header(*pair) for pair in headers.items()):
        raise InputError(f"{key}.headers: visible ASCII only, and names without spaces")
    if _FRAMING & {name.lower() for name in headers}:
        raise InputError(f"{key}.headers: lengths are the server's; use malformed")
    return tuple((name.lower(), value) for name, value in headers.items())


def _in_form(status: int, form: str, body: object) -> Reply:
    """Return one of the three forms an error may have (protocol.md#refusals)."""
    if isinstance(body, str):
        return Reply(status, (("content-type", "text/plain; charset=utf-8"),), body.encode())
    if body is not None:
        return json_reply(status, body)
    if form == "html":
        return html_reply(status, _HTML.format(status=status))
    if form == "empty":
        return Reply(status)
    message = f"The simulated cloud was told to answer {status}."
    return json_reply(status, {"message": message, "trackingId": "SIM_fault"})


def _from_base64(source: object, key: str) -> bytes:
    try:
        return base64.b64decode(str(source), validate=True)
    except ValueError:
        raise InputError(f"{key}: base64 is needed") from None


def _layers(source: Mapping[str, Any], key: str) -> int:
    layers = read(source, key, "gzip", "count") or 0
    if layers > _LAYERS_AT_MOST:
        raise InputError(f"{key}.gzip: at most {_LAYERS_AT_MOST} layers")
    return int(layers)


def _host(source: Mapping[str, Any], key: str, name: str, hosts: Mapping[str, object]) -> str | None:
    host = read(source, key, name, "str")
    return None if host is None else one_of(host, f"{key}.{name}", sorted(hosts))


def _turns(value: object, key: str) -> frozenset[int]:
    turns = value if isinstance(value, list) else [value]
    if all(KINDS["count"][0](one) for one in turns):
        return frozenset(turns)
    raise InputError(f"{key}: a whole number from 1, or a list of them")
