"""How an exchange differs from what protocol.md promises, and what that breaks. Pure.

What is broken is not looked up but tried: the odd value is put into the guide's sample, and the reader that
the program itself uses says whether the answer still serves. No difference holds a value.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from softphone.auth.untrusted import BadJsonError, header, read_json
from softphone.checks.first_contact.expected import CATALOG_V2, EXPECTED, Expected
from softphone.checks.first_contact.names import MEDIA
from softphone.checks.first_contact.routes import Places, Route
from softphone.checks.first_contact.shapes import ELEMENTS_AT_MOST, headers_shape, shape_of, told_key
from softphone.errors import SoftphoneError
from softphone.i18n import Phrase
from softphone.line.model import Registration
from softphone.line.policy import Policy
from softphone.webex import failures, wire
from softphone.webex.exchange import Exchange
from softphone.webex.transport_faults import Fault, transport_failure

BREAKS, COSTS, NOTHING = "breaks", "costs", "nothing"
NEW_NAMES_AT_MOST = 12

_THE_SERVER = "the server"
_MISSING = object()
_BROKEN = object()
_READ_HEADERS = {
    "trackingid": "Support can be named our own tracking ID only.",
    "date": "What the service asks to wait, and when it saw a device, is taken by this computer's clock.",
}
_USUAL_HEADERS = frozenset(
    {
        "content-type",
        "content-length",
        "content-encoding",
        "retry-after",
        "etag",
        "connection",
        "transfer-encoding",
        "vary",
        "cache-control",
        "server",
        *_READ_HEADERS,
    }
)
_GONE_IS_WELL = frozenset({Route.DEREGISTER, Route.WDM_DELETE})
_NOT_FOUND = 404
_JSON = "application/json"
_SENTENCE = re.compile(r"(^|[.!?] )([a-z])")


class Difference(Struct, frozen=True):
    """One difference. `effect` is BREAKS, COSTS or NOTHING; `what` and `means` are sentences of ours."""

    route: str
    what: str
    effect: str
    means: str

    def __str__(self) -> str:
        return f"{self.route}: {self.what} {self.means}"


def differences(seen: Exchange, route: Route, places: Places, policy: Policy) -> list[Difference]:
    """Return how an exchange differs, the worst first."""
    expected = EXPECTED.get(route)
    if expected is None:
        found = [("This request is not in the guide.", NOTHING, "")]
    else:
        found = list(_found(seen, route, expected, places, policy))
    order = [BREAKS, COSTS, NOTHING]
    told = [Difference(route.value, *one) for one in dict.fromkeys(found)]
    return sorted(told, key=lambda one: order.index(one.effect))


Found = tuple[str, str, str]


def _found(
    seen: Exchange, route: Route, expected: Expected, places: Places, policy: Policy
) -> Iterator[Found]:
    bad = BREAKS if expected.needed else COSTS
    if seen.took_s >= expected.slow_s:
        what = f"It took {seen.took_s:.1f} s, more than {expected.slow_s:g} s."
        yield what, COSTS, f"{expected.slow.capitalize()}."
    encoding = headers_shape({"content-encoding": header(seen.headers, "content-encoding") or "identity"})
    coding = encoding["content-encoding"]
    if coding not in {"identity", ""}:
        serves = not seen.trouble
        means = "It is unpacked." if serves else f"It is not understood. {expected.fails}"
        yield (
            f"The answer is encoded ({coding}), although a plain one was asked for.",
            (NOTHING if serves else bad),
            means,
        )
        if not serves:
            return
    if seen.status is None or seen.trouble:
        yield f"No usable answer: {seen.trouble}.", bad, expected.fails
        return
    if seen.status in range(300, 400):
        title = transport_failure(Fault.REDIRECTED, _THE_SERVER).title
        yield (
            f"The answer is a redirect ({seen.status}).",
            bad,
            (f"None is ever followed; it is read as: {title}. {expected.fails}"),
        )
        return
    yield from _header_differences(seen)
    accept = {_NOT_FOUND} if route in _GONE_IS_WELL else ()
    failure = failures.failure_of(
        expected.judged_as, seen.status, seen.headers, seen.body, accept=accept, host=_THE_SERVER, now=0.0
    )
    usual = " or ".join(str(status) for status in sorted(expected.statuses))
    if failure is not None:
        instead = "" if seen.status not in expected.statuses else ", but not of this service's making"
        code = f", errorCode {failure.error_code}" if failure.error_code in {101, 102, 103} else ""
        yield (
            f"The status is {seen.status}{code}{instead}; {usual} is usual.",
            bad,
            (f"It is read as: {plain(failure.title)}. {plain(failure.advice)}"),
        )
        return
    if seen.status not in expected.statuses and route is Route.PING:
        yield f"The status is {seen.status}; {usual} is usual.", COSTS, expected.fails
    elif seen.status not in expected.statuses:
        yield f"The status is {seen.status}; {usual} is usual.", NOTHING, "It is taken for a success."
    kind = header(seen.headers, "content-type").partition(";")[0].strip().lower()
    if seen.body.strip() and kind != _JSON:
        told = kind if kind in MEDIA else "another" if kind else "none"
        yield f"The content type is {told}, not {_JSON}.", NOTHING, "The body decides, but for a web page."
    if seen.status != _NOT_FOUND:
        yield from _body_differences(seen, route, expected, places, policy)


def _header_differences(seen: Exchange) -> Iterator[Found]:
    names = headers_shape(seen.headers)
    for name, lost in _READ_HEADERS.items():
        if name not in names:
            yield f"The header {name} is missing.", COSTS, lost
    if new := [name for name in names if name not in _USUAL_HEADERS]:
        yield f"New headers: {_few(new)}.", NOTHING, "Nobody reads them."


def _body_differences(
    seen: Exchange, route: Route, expected: Expected, places: Places, policy: Policy
) -> Iterator[Found]:
    if expected.reader is None:
        return
    bad = BREAKS if expected.needed else COSTS
    if not seen.body.strip():
        if expected.sample:
            broken = outcome(expected, b"") is _BROKEN
            yield "The answer is empty.", bad if broken else COSTS, expected.fails
        return
    try:
        value = read_json(seen.body, limit_bytes=wire.BODY_LIMIT_BYTES)
    except BadJsonError:
        value = _BROKEN
    if not isinstance(value, dict):
        yield "The answer is no JSON object.", bad, expected.fails
        return
    if route is Route.CATALOG and "hostCatalog" not in value and "serviceLinks" not in value:
        expected = CATALOG_V2
        yield "The catalog comes in the other format (U2CV2).", NOTHING, "Both are understood."
    found = list(_key_differences(value, expected))
    yield from found
    if outcome(expected, seen.body) is _BROKEN and not any(effect == bad for _, effect, _ in found):
        yield "A value is in a form that the program does not take.", bad, expected.fails
    yield from _extras(seen, route, places, policy)


def _key_differences(value: dict[str, Any], expected: Expected) -> Iterator[Found]:
    for key in expected.keys:
        parents, values = _at(value, key.path)
        if not parents:
            continue  # told of what is above it
        [usual, *_] = _at(expected.sample, key.path)[1]
        odd = next((one for one in values if _type(one) != _type(usual)), _MISSING)
        if values and odd is _MISSING:
            continue
        effect = _effect(expected, key.path, odd)
        where = (
            f"{key.path} is missing."
            if not values
            else (f"{key.path} is {_WORDS[_type(odd)]}, not {_WORDS[_type(usual)]}.")
        )
        means = {
            BREAKS: expected.fails,
            COSTS: key.lost or expected.fails,
            NOTHING: "It is read all the same." if values else "Nothing needs it.",
        }
        yield where, effect, means[effect]
    if new := sorted(set(_new_keys(value, expected, _paths(expected.sample)))):
        yield f"New keys: {_few(new)}.", NOTHING, "Nobody reads them."


def _effect(expected: Expected, path: str, odd: object) -> str:
    """Put what is odd into the sample and see what the program's own reader makes of it."""
    tried = copy.deepcopy(expected.sample)
    before, _, last = path.rpartition(".")
    for parent in _at(tried, before)[1] if before else [tried]:
        for holder in parent if isinstance(parent, list) else [parent]:
            if odd is _MISSING:
                holder.pop(last, None)
            else:
                holder[last] = odd
    after, good = outcome(expected, _dumped(tried)), outcome(expected, _dumped(expected.sample))
    if after is _BROKEN:
        return BREAKS if expected.needed else COSTS
    return NOTHING if after == good else COSTS


def outcome(expected: Expected, body: bytes) -> object:
    """Return what the reader makes of a body; `_BROKEN` when it refuses it."""
    assert expected.reader is not None  # noqa: S101 - asked only where there is one
    try:
        return expected.reader(body)
    except (wire.BrokenAnswerError, SoftphoneError):
        return _BROKEN


def _extras(seen: Exchange, route: Route, places: Places, policy: Policy) -> Iterator[Found]:
    """What no type tells: where an address leads, and a time beyond its bounds."""
    try:
        match route:
            case Route.CATALOG:
                catalog = wire.read_catalog(seen.body, seen.url)
                foreign = sum(not places.is_trusted(url) for url in catalog.cluster_urls)
                yield from _left_out(foreign, len(catalog.cluster_urls), "cluster")
                if catalog.wdm_url and not places.is_trusted(catalog.wdm_url):
                    yield "WDM lies on a host that is not trusted.", BREAKS, "Nothing is sent there."
            case Route.SERVERS:
                base = seen.url.partition("?")[0]
                servers, refused = wire.read_servers(seen.body, cluster_url=base, trusted=places.is_trusted)
                yield from _left_out(len(refused), len(refused) + len(servers.all), "server")
            case Route.REGISTER:
                yield from _granted(seen, wire.read_registration(seen.body), places, policy)
    except wire.BrokenAnswerError:
        return


def _left_out(foreign: int, of: int, what: str) -> Iterator[Found]:
    if foreign:
        effect = BREAKS if foreign == of else COSTS
        yield f"{foreign} of {of} addresses of a {what} are not trusted.", effect, "They are left out."


def _granted(seen: Exchange, granted: Registration, places: Places, policy: Policy) -> Iterator[Found]:
    where = places.kind_of(granted.device.uri, seen.url)
    if where in {"another trusted host", "a foreign host", "a host of the cloud file"}:
        yield (
            f"device.uri leads to {where}, which is no server of the lists.",
            BREAKS,
            (f"{failures.FOREIGN_DEVICE_ADDRESS.title}: the registration is given back."),
        )
    asked_s = granted.keepalive_interval_s
    if asked_s is not None and policy.keepalive_s(asked_s) != asked_s:
        used = f"{policy.keepalive_s(asked_s):g} s are used."
        yield "keepaliveInterval is outside of 5 to 300 s.", COSTS, used
    low, high = policy.rehoming_span_minutes
    for name, minutes in (
        ("rehomingIntervalMin", granted.rehoming_interval_min_minutes),
        ("rehomingIntervalMax", granted.rehoming_interval_max_minutes),
    ):
        if minutes is not None and not low <= minutes <= high:
            yield f"{name} is outside of {low:g} to {high:g} minutes.", COSTS, "It counts as none."


# ---- paths


def _at(value: Any, path: str) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the objects that could have the last key of a path, and the values that are there."""
    *above, last = path.split(".")
    holders: list[Any] = [value]
    for part in above:
        holders = [found for holder in holders for found in _below(holder, part)]
    parents = [holder for holder in holders if isinstance(holder, dict)][:ELEMENTS_AT_MOST]
    values = [found for parent in parents for found in _below(parent, last)]
    return parents, values


def _below(holder: Any, part: str) -> list[Any]:
    name, _, listed = part.partition("[")
    if not isinstance(holder, dict):
        return []
    found = (
        list(holder.values())[:ELEMENTS_AT_MOST] if name == "*" else [holder[name]] if name in holder else []
    )
    if not listed:
        return found
    return [each for one in found if isinstance(one, list) for each in one[:ELEMENTS_AT_MOST]]


def _paths(sample: Any, path: str = "") -> set[str]:
    """Return every path of a sample."""
    if isinstance(sample, list):
        return {path} | {one for each in sample for one in _paths(each, f"{path}[]")}
    if not isinstance(sample, dict):
        return {path}
    return {path} | {
        one
        for name, value in sample.items()
        for one in _paths(value, f"{path}.{'*' if '.' in name else name}".removeprefix("."))
    }


def _new_keys(value: Any, expected: Expected, known: set[str], path: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for each in value[:ELEMENTS_AT_MOST]:
            yield from _new_keys(each, expected, known, f"{path}[]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            child, any_child = (f"{path}.{one}".removeprefix(".") for one in (name, "*"))
            if child in known or any_child in known:
                yield from _new_keys(inner, expected, known, child if child in known else any_child)
            elif name not in expected.ignored and path not in expected.free:
                yield f"{path}.{told_key(name)}".removeprefix(".")


def _type(value: Any) -> str:
    return (
        str(shape_of(value, lambda _: "")["type"])
        if not isinstance(value, dict | list)
        else ("object" if isinstance(value, dict) else "list")
    )


_WORDS = {
    "text": "text",
    "number": "a number",
    "true or false": "true or false",
    "nothing": "null",
    "object": "an object",
    "list": "a list",
}


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:NEW_NAMES_AT_MOST])
    more = len(names) - NEW_NAMES_AT_MOST
    return f"{shown} and {more} more" if more > 0 else shown


def plain(text: str) -> str:
    """Return a text of ours without the values in it: they may be names of hosts."""
    return _SENTENCE.sub(lambda found: found[1] + found[2].upper(), _without_values(text))


def _without_values(text: str) -> str:
    if not isinstance(text, Phrase):
        return text
    values: dict[str, object] = {}
    for name, value in text.values.items():
        if isinstance(value, Phrase):
            values[name] = _without_values(value)
        else:
            number = isinstance(value, int | float)
            values[name] = value if number else _THE_SERVER if name == "host" else f"({name})"
    return text.template.format(**values) if values else text.template
