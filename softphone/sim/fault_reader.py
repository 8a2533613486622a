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
    value becomes the whole seconds until the fault ends), `gzip` (so many layers, each named);
  - how it travels: `wait_s` (the request is carried out so late), `delay_s` (the answer is sent so late),
    `slow` (seconds per byte, or per interim answer), `chunk_bytes`.
- `acts: true`: the request is carried out all the same, only its answer suffers.

`refuse` for a whole host (`where: any`, a `host`, no `user`, no counting) closes its listening socket;
anywhere else it ends the connection without an answer.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from softphone.sim.faults import Answer, Fault
from softphone.sim.messages import Delivery, Headers, Reply, html_reply, json_reply

PLACES = frozenset(
    {"authorize", "token", "refresh", "revoke", "people", "telephony", "catalog", "wdm", "region", "mercury"}
    | {"metrics", "logs", "discovery", "ping", "devices", "register", "keepalive", "deregister", "any"}
)
WORDS = ("refuse", "hang", "reset", "slow", "malformed")
MALFORMATIONS = (
    "not-json",
    "html",
    "empty",
    "huge",
    "unclosed",
    "cut-short",
    "wrong-length",
    "not-http",
    "endless-103",
)
FORMS = ("json", "html", "empty")

# A dripping answer sends a byte this often unless told otherwise: a usual reply of a kilobyte then
# lasts longer than any client should wait.
_BYTE_EVERY_S = 0.25

# More than any answer of the service, and than a client should keep (sign-in.md#t-vectors, T21).
_HUGE_BYTES = 5_000_000

# A string of so many escaped quotes that never ends: what a careless pattern needs minutes for.
_UNCLOSED = b'"' + b'\\"' * 32_500

_STATUS_KEYS = frozenset({"status", "body", "body_base64", "form"})
_OTHER_KEYS = frozenset(
    {"malformed", "patch", "moved_to", "headers", "gzip", "wait_s", "delay_s", "slow", "chunk_bytes"}
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


class FaultError(ValueError):
    """A fault that cannot be understood; the text names the key."""


def read_faults(sources: object, now_s: float, hosts: Mapping[str, object]) -> list[Fault]:
    """Return the faults of a JSON list, all or none; raises FaultError naming the key."""
    if not isinstance(sources, list):
        raise FaultError("faults: a JSON list of objects is needed")
    return [read_fault(source, f"faults[{index}]", now_s, hosts) for index, source in enumerate(sources)]


def read_fault(source: object, key: str, now_s: float, hosts: Mapping[str, object]) -> Fault:
    """Return the fault a JSON object describes; raises FaultError naming the key."""
    if not isinstance(source, dict):
        raise FaultError(f"{key}: an object is needed")
    for name in source:
        if name not in _KEYS:
            raise FaultError(f"{key}.{name}: unknown; known are {', '.join(sorted(_KEYS))}")
    where = source.get("where")
    if where not in PLACES:
        raise FaultError(f"{key}.where: one of {', '.join(sorted(PLACES))}")
    host = _text(source, "host", key)
    if host is not None and host not in hosts:
        raise FaultError(f"{key}.host: one of {', '.join(sorted(hosts))}")
    if "answer" not in source:
        raise FaultError(f"{key}.answer: missing")
    acts = _flag(source, "acts", key)
    answer = _read_answer(source["answer"], f"{key}.answer", hosts)
    from_first = _flag(source, "from_first", key)
    after_s = _seconds(source, "after_s", key, 0.0)
    return Fault(
        source=source,
        where=where,
        answer=replace(answer, acts=answer.acts or acts),
        host=host,
        user=_text(source, "user", key),
        reused=_flag(source, "reused", key),
        nth=_turns(source.get("nth", []), f"{key}.nth"),
        every=_count(source, "every", key),
        times=_count(source, "times", key),
        after_s=after_s,
        for_s=_seconds(source, "for_s", key, math.inf),
        from_first=from_first,
        begins_s=None if from_first else now_s + after_s,
    )


def _read_answer(source: Any, key: str, hosts: Mapping[str, object]) -> Answer:
    match source:
        case "refuse":
            return Answer("refuse", Delivery.CLOSE)
        case "hang":
            return Answer("hang", Delivery.HANG)
        case "reset":
            return Answer("reset", Delivery.RESET)
        case "slow":
            return Answer("slow", Delivery.DRIP, byte_every_s=_BYTE_EVERY_S)
        case "malformed":
            return _malformed("not-json", key)
        case dict() if source:
            return _composed(source, key, hosts)
        case _:
            raise FaultError(f"{key}: {', '.join(WORDS)}, or an object as faults.py says")


def _composed(source: dict[str, Any], key: str, hosts: Mapping[str, object]) -> Answer:
    """Return the answer of an object: what is answered, what is done to it, how it travels."""
    known = _OTHER_KEYS | _STATUS_KEYS if "status" in source else _OTHER_KEYS
    for name in source:
        if name not in known:
            raise FaultError(f"{key}.{name}: unknown here; known are {', '.join(sorted(known))}")
    if "malformed" in source:
        answer = _malformed(source["malformed"], f"{key}.malformed")
    elif "status" in source:
        answer = _status(source, key)
    else:
        answer = Answer(" ".join(sorted(source)))
    moved_to = _text(source, "moved_to", key)
    if moved_to is not None and moved_to not in hosts:
        raise FaultError(f"{key}.moved_to: one of {', '.join(sorted(hosts))}")
    if "slow" in source and answer.delivery is Delivery.PLAIN:
        answer = replace(answer, delivery=Delivery.DRIP)
    return replace(
        answer,
        patch=source.get("patch"),
        moved_to=moved_to,
        headers=_headers(source, key),
        gzip_layers=_count(source, "gzip", key) or 0,
        wait_s=_seconds(source, "wait_s", key, 0.0),
        delay_s=_seconds(source, "delay_s", key, 0.0),
        byte_every_s=_seconds(source, "slow", key, _BYTE_EVERY_S),
        chunk_bytes=_count(source, "chunk_bytes", key) or 0,
    )


def _malformed(how: object, key: str) -> Answer:
    word = f"malformed {how}"
    match how:
        case "not-json":
            return Answer(word, reply=_as_json_reply(b'{"device": oops'))
        case "html":
            return Answer(word, reply=html_reply(200, "<html><body>Please sign in</body></html>"))
        case "empty":
            return Answer(word, reply=Reply(200))
        case "huge":
            return Answer(word, reply=_as_json_reply(b'{"device":"' + b"x" * _HUGE_BYTES + b'"}'))
        case "unclosed":
            return Answer(word, reply=_as_json_reply(_UNCLOSED))
        case "cut-short":
            return Answer(word, Delivery.CUT_SHORT)
        case "wrong-length":
            return Answer(word, Delivery.WRONG_LENGTH)
        case "not-http":
            return Answer(word, Delivery.NOT_HTTP)
        case "endless-103":
            return Answer(word, Delivery.ENDLESS_103, byte_every_s=_BYTE_EVERY_S)
        case _:
            raise FaultError(f"{key}: one of {', '.join(MALFORMATIONS)}")


def _as_json_reply(body: bytes) -> Reply:
    return Reply(200, (("content-type", "application/json"),), body)


def _status(source: dict[str, Any], key: str) -> Answer:
    status = source["status"]
    if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 599:  # noqa: PLR2004
        raise FaultError(f"{key}.status: a number from 200 to 599")
    form = source.get("form", "json")
    if form not in FORMS:
        raise FaultError(f"{key}.form: one of {', '.join(FORMS)}")
    reply = _in_form(status, form, source.get("body"))
    if "body_base64" in source:
        reply = replace(reply, body=_from_base64(source["body_base64"], f"{key}.body_base64"))
    return Answer(f"status {status}", reply=reply)


def _headers(source: dict[str, Any], key: str) -> Headers:
    headers = source.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(one, str) for one in headers.values()):
        raise FaultError(f"{key}.headers: an object of strings")
    if not all(_fit_for_a_header(text) for pair in headers.items() for text in pair):
        raise FaultError(f"{key}.headers: visible ASCII only")
    if _FRAMING & {name.lower() for name in headers}:
        raise FaultError(f"{key}.headers: lengths are the server's; use malformed")
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
        raise FaultError(f"{key}: base64 is needed") from None


def _fit_for_a_header(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable()


def _text(source: Mapping[str, Any], name: str, key: str) -> str | None:
    value = source.get(name)
    if value is None or isinstance(value, str):
        return value
    raise FaultError(f"{key}.{name}: a string")


def _flag(source: Mapping[str, Any], name: str, key: str) -> bool:
    value = source.get(name, False)
    if isinstance(value, bool):
        return value
    raise FaultError(f"{key}.{name}: true or false")


def _count(source: Mapping[str, Any], name: str, key: str) -> int | None:
    value = source.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise FaultError(f"{key}.{name}: a whole number from 1")


def _turns(value: object, key: str) -> frozenset[int]:
    turns = value if isinstance(value, list) else [value]
    if all(isinstance(one, int) and not isinstance(one, bool) and one >= 1 for one in turns):
        return frozenset(turns)
    raise FaultError(f"{key}: a whole number from 1, or a list of them")


def _seconds(source: Mapping[str, Any], name: str, key: str, default: float) -> float:
    value = source.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise FaultError(f"{key}.{name}: seconds from 0")
