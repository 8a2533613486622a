"""Every JSON name that we read or write, to and from the values of `line.model`. Pure.

What a server sends is data of a stranger (protocol.md#limits): a field that must be there and is not, or is
of another type, makes the whole answer a BrokenAnswerError; an optional one becomes None. Text is cleaned and
cut, ids have a fixed alphabet, lists have an end.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec.structs import fields

from softphone.auth.untrusted import BadJsonError, is_id, moment_of, plain_text, read_json
from softphone.auth.untrusted import tracking_id as tracking_id_of
from softphone.calling.provider import ServiceRequest
from softphone.line.device import Device
from softphone.line.model import Registration, Role, Server, Servers, Service, vendor_name
from softphone.webex.address import read_address, socket_url
from softphone.webex.wss.wss_lists import over_wss

BODY_LIMIT_BYTES = 256 * 1024
SERVERS_LIMIT = 8  # per class
DEVICES_LIMIT = 64

_GRANT = re.compile(r'"device"\s{0,8}:\s{0,8}\{')
_GRANT_CHARS = 4096  # of a garbled grant, behind its beginning
_GRANTED_ID = re.compile(r'"deviceId"\s{0,8}:\s{0,8}"([A-Za-z0-9._~-]{1,128})"')
_GRANTED_FOR = re.compile(r'"clientDeviceUri"\s{0,8}:\s{0,8}"([^"\\]{0,2048})"')
_CALLING_PATH = "/calling/web/"
_SLASHES_OF_A_HOST = "https://host/api/v1".count("/")
_NUMBER_LIMIT = 1e9
_EPOCH_LIMIT_S = 1e11  # milliseconds would be more

_T = TypeVar("_T")


class BrokenAnswerError(ValueError):
    """The answer is not what the route promises. The message never quotes it."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Where the services live (protocol.md#catalog): the WDM base and the Mobius clusters, best first."""

    wdm_url: str
    cluster_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WdmDevice:
    """The device of this installation at WDM (protocol.md#wdm-device).

    `socket_url`: of its messages, or "". `over_wss`: whether lines may register so, None: not told.
    """

    url: str
    user_id: str
    socket_url: str = ""
    over_wss: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What `people/me` and `telephony/config/people/me` tell (protocol.md#names); all of it optional."""

    uuid: str = ""
    name: str = ""
    address: str = ""
    phone_number: str | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error body tells, whatever its form (protocol.md#refusals)."""

    error_code: int | None = None
    devices: tuple[Device, ...] = ()
    tracking_id: str = ""


# --- What we send ---


def wdm_body(name: str) -> dict[str, object]:
    """Return the body that describes this installation to WDM. No ttl: the device is kept and reused."""
    return {
        "name": name,
        "deviceType": "WEB",
        "model": "web-js-sdk",
        "localizedModel": "webex-js-sdk",
        "systemName": "WEBEX_JS_SDK",
        "systemVersion": "1.0.0",
    }


def register_body(user_id: str, device_uri: str, service: ServiceRequest) -> dict[str, object]:
    """Return the body of `POST device` (protocol.md#register). That of a guest holds a secret."""
    data = {"indicator": service.indicator.value, "domain": service.domain}
    if service.indicator is Service.GUEST:
        data |= {"guestName": service.guest_name, "jwe": service.jwe}
    return {"userId": user_id, "clientDeviceUri": device_uri, "serviceData": data}


# --- What we read ---


def read_catalog(body: bytes, u2c_url: str) -> Catalog:
    """Read a catalog in either format (hostmap or U2CV2). Clusters are sorted by priority, then as sent.

    A hostmap names hosts without a scheme: they get that of the Mobius service link, or of `u2c_url`.
    """
    catalog = _read(body, _CatalogJson)
    link = _url(catalog.service_links.get("mobius"))
    scheme = (link or u2c_url).partition(":")[0]
    clusters = [
        (_priority(entry), url)
        for entry in _service_urls(catalog, "mobius")
        if (url := _url(entry.get("baseUrl")))
    ]
    clusters += [
        (_priority(row), url)
        for rows in catalog.host_catalog.values()
        for row in _rows(rows)
        if str(row.get("id")).endswith(":mobius")
        and isinstance(host := row.get("host"), str)
        and (url := _url(f"{scheme}://{host}/api/v1"))
        and url.count("/") == _SLASHES_OF_A_HOST
    ]
    if link and not clusters:
        clusters.append((math.inf, link))
    clusters.sort(key=lambda cluster: cluster[0])
    wdm_urls = (_url(entry.get("baseUrl")) for entry in _service_urls(catalog, "wdm"))
    wdm_url = _url(catalog.service_links.get("wdm")) or next(filter(None, wdm_urls), "")
    return Catalog(wdm_url.rstrip("/"), _unique(calling_url(url) for _, url in clusters))


def read_servers(
    body: bytes, *, cluster_url: str, trusted: Callable[[str], bool]
) -> tuple[Servers, tuple[str, ...]]:
    """Read the answer of server discovery; return the lists and the addresses that were dropped.

    Duplicates go, inside a list and across both; the answering cluster closes the backups, or is the only
    primary when both lists are empty (protocol.md#server-lists).
    """
    answer = _read(body, _ServersJson) if body.strip() else _ServersJson()
    refused: list[str] = []

    def listed(group: "_GroupJson | None", role: Role, taken: Iterable[str]) -> tuple[Server, ...]:
        if group is None:
            return ()
        urls = _unique(calling_url(url) for url in map(_url, _list(group.uris)) if url)
        refused.extend(url for url in urls if not trusted(url))
        good = [url for url in urls if trusted(url) and url not in taken]
        return tuple(Server(url, role, plain_text(group.region)) for url in good[:SERVERS_LIMIT])

    primaries = listed(answer.primary, Role.PRIMARY, ())
    backups = listed(answer.backup, Role.BACKUP, [server.url for server in primaries])
    if not primaries and not backups:
        return Servers((Server(cluster_url, Role.PRIMARY),)), tuple(refused)
    if cluster_url not in [server.url for server in (*primaries, *backups)]:
        backups = (*backups[: SERVERS_LIMIT - 1], Server(cluster_url, Role.BACKUP))
    return Servers(primaries, backups), tuple(refused)


def read_wdm_device(body: bytes) -> WdmDevice:
    """Read the answer of WDM. Raises BrokenAnswerError without an address or a user."""
    device = _read(body, _WdmDeviceJson)
    url = _url(device.url)
    if not url or not is_id(device.user_id):
        raise BrokenAnswerError("the device has no address or no user")
    return WdmDevice(url, device.user_id, socket_url(device.socket_url), over_wss(device.features))


def read_wdm_rows(body: bytes) -> Mapping[str, tuple[str, str, float | None]]:
    """Read WDM's list of devices: address -> name and model, to tell them apart, and its making (epoch)."""
    value = _value(body)
    found = {}
    for row in _rows(value.get("devices") if isinstance(value, dict) else value):
        url = _url(row.get("url"))
        name, shown, model, system = (
            plain_text(row.get(key)) for key in ("name", "localizedModel", "model", "systemName")
        )
        if url and (name or model or system):
            found[url] = name or model or system, shown or model, moment_of(row.get("creationTime"))
    return found


def read_region(body: bytes) -> tuple[str, str]:
    """Return client region and country code; "" where one is missing (protocol.md#region)."""
    value = _object(body)
    return plain_text(value.get("clientRegion"), 64), plain_text(value.get("countryCode"), 64)


def read_token_expiry(body: bytes) -> float | None:
    """Return when the presented token ends, in seconds since the epoch (protocol.md#names)."""
    ends = _object(body).get("exp")
    if not isinstance(ends, int | float) or isinstance(ends, bool) or not 0 < ends < _EPOCH_LIMIT_S:
        return None
    return float(ends)


def read_person(body: bytes) -> Person:
    """Read `people/me`."""
    value = _object(body)
    numbers = _rows(value.get("phoneNumbers"))
    emails = _list(value.get("emails"))
    return Person(
        uuid=_uuid(value.get("id")),
        name=plain_text(value.get("displayName")),
        address=plain_text(emails[0] if emails else value.get("userName")),
        phone_number=_first(numbers, "value", kind="work"),
        extension=_optional(value.get("extension")) or _first(numbers, "value", kind="work_extension"),
    )


def read_own_numbers(body: bytes) -> Person:
    """Read `telephony/config/people/me`, the best source of numbers (protocol.md#names)."""
    value = _object(body)
    numbers = sorted(_rows(value.get("phoneNumbers")), key=lambda row: row.get("primary") is not True)
    return Person(
        phone_number=_first(numbers, "directNumber"),
        extension=_first(numbers, "extension"),
    )


def read_registration(body: bytes, *, answered_at: float | None = None) -> Registration:
    """Read the answer of `POST device` (protocol.md#register). `answered_at` is its moment (epoch).

    Raises BrokenAnswerError unless the device has an id and an address that ends in that id: without them
    the line would look registered and never beat (sdk.md#weaknesses, 41).
    """
    answer = _object(body)
    rows = _rows([answer.get("device")])
    device = _device(rows[0], answered_at) if rows else None
    address = read_address(device.uri) if device is not None else None
    if device is None or address is None:
        raise BrokenAnswerError("the device has no id or no address")
    if address.query or address.path.rstrip("/").rpartition("/devices/")[2] != device.device_id:
        raise BrokenAnswerError("the device's address is not that of its id")
    granted: dict[str, Any] = {
        one.name: _GRANTED[one.type](answer.get(vendor_name(one.name)))
        for one in fields(Registration)
        if one.name != "device"
    }
    return Registration(device=device, **granted)


def read_granted_device(body: bytes) -> Device | None:
    """Return the device that a garbled grant names, with only its id and whose it is; None: no telling.

    For giving it back: the id of no other device than the granted one is read.
    """
    text = body.decode("utf-8", "replace")
    begun = _GRANT.search(text)
    granted = text[begun.end() : begun.end() + _GRANT_CHARS].partition("}")[0] if begun else ""
    ids = _GRANTED_ID.findall(granted)
    if len(ids) != 1 or not is_id(ids[0]):
        return None
    owner = _GRANTED_FOR.search(granted)
    return Device(device_id=ids[0], client_device_uri=owner[1] if owner else "")


def read_confirmation(body: bytes) -> None:
    """Read the answer to a keepalive: nothing, or an object. Raises BrokenAnswerError for anything else."""
    if body.strip():
        _object(body)


def read_devices(body: bytes, *, answered_at: float | None = None) -> tuple[Device, ...]:
    """Read a list of devices, leaving out rows without a usable id. `answered_at`: of the answer (epoch)."""
    if not isinstance(listed := _object(body).get("devices"), list):  # that is not the same as none
        raise BrokenAnswerError("the devices are no list")
    return _devices(listed, answered_at)


def read_refusal(body: bytes, *, answered_at: float | None = None) -> Refusal:
    """Read an error body; HTML, nothing and nonsense tell nothing (protocol.md#refusals)."""
    try:
        value = _object(body)
    except BrokenAnswerError:
        return Refusal()
    code = value.get("errorCode")
    return Refusal(
        error_code=code if isinstance(code, int) and _number(code) is not None else None,
        devices=_devices(value.get("devices"), answered_at),
        tracking_id=tracking_id_of({}, value),
    )


def calling_url(url: str) -> str:
    """Return the Mobius base of a service URL: it ends in `/calling/web/`, with single slashes."""
    bare = url.rstrip("/")
    return f"{bare.removesuffix(_CALLING_PATH.rstrip('/'))}{_CALLING_PATH}"


# --- The shapes ---


class _CatalogJson(msgspec.Struct):
    service_links: dict[str, Any] = msgspec.field(name="serviceLinks", default_factory=dict)
    host_catalog: dict[str, Any] = msgspec.field(name="hostCatalog", default_factory=dict)
    services: list[Any] = msgspec.field(default_factory=list)


class _GroupJson(msgspec.Struct):
    uris: Any = None
    region: Any = None


class _ServersJson(msgspec.Struct):
    primary: _GroupJson | None = None
    backup: _GroupJson | None = None


class _WdmDeviceJson(msgspec.Struct):
    url: str
    user_id: str = msgspec.field(name="userId")
    socket_url: Any = msgspec.field(name="webSocketUrl", default="")
    features: Any = None


def _value(body: bytes) -> Any:
    try:
        return read_json(body, limit_bytes=BODY_LIMIT_BYTES)
    except BadJsonError as error:
        raise BrokenAnswerError(str(error)) from None


def _object(body: bytes) -> dict[str, Any]:
    value = _value(body)
    if not isinstance(value, dict):
        raise BrokenAnswerError("the answer is not an object")
    return value


def _read(body: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.convert(_object(body), shape, strict=True)
    except msgspec.ValidationError:
        # `from None`: the library's text may quote the value.
        raise BrokenAnswerError("a field is missing or of another type") from None


# --- Fields ---


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in _list(value) if isinstance(row, dict)]


def _unique(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urls))


def _url(value: object) -> str:
    """Return an address that the client can dial, as sent, or "". Whether it may is not decided here."""
    address = read_address(value)
    return str(value) if address is not None and not address.query else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_NUMBER_LIMIT <= value <= _NUMBER_LIMIT else None


def _priority(row: dict[str, Any]) -> float:
    priority = _number(row.get("priority"))
    return math.inf if priority is None else priority


def _positive(value: object) -> float | None:
    """Zero counts as absent (protocol.md#properties)."""
    number = _number(value)
    return number if number is not None and number > 0 else None


def _optional(value: object) -> str | None:
    return plain_text(value) or None


def _digits(value: object) -> str | None:
    """Voice portal numbers come as JSON numbers; text keeps leading zeros if they come as text."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return _optional(str(value) if is_number else value)


# How what a server grants is read, by the type of its field; its JSON name is the vendor's for the field.
_GRANTED: Mapping[object, Callable[[object], Any]] = {float | None: _positive, str | None: _digits}


def _first(rows: list[dict[str, Any]], key: str, *, kind: str | None = None) -> str | None:
    fitting = (row.get(key) for row in rows if kind is None or row.get("type") == kind)
    return next(filter(None, map(_optional, fitting)), None)


def _uuid(value: object) -> str:
    """Return the uuid inside a public id: base64 of `ciscospark://us/PEOPLE/<uuid>`, or the id itself."""
    if not isinstance(value, str) or not value.isascii():
        return ""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name = text.rpartition("/")[2] if text.startswith("ciscospark://") else value
    return name if is_id(name) else ""


def _device(row: dict[str, Any], answered_at: float | None) -> Device | None:
    device_id = row.get("deviceId")
    if not is_id(device_id):
        return None
    return Device(
        device_id=str(device_id),
        uri=_url(row.get("uri")),
        status=plain_text(row.get("status"), 64),
        last_seen=plain_text(row.get("lastSeen"), 64),
        seen_ago_s=_ago_s(row.get("lastSeen"), answered_at),
        sip_addresses=tuple(filter(None, map(plain_text, _list(row.get("addresses"))[:DEVICES_LIMIT]))),
        client_device_uri=_url(row.get("clientDeviceUri")),
    )


def _devices(value: object, answered_at: float | None) -> tuple[Device, ...]:
    rows = _rows(value)[:DEVICES_LIMIT]
    return tuple(device for row in rows if (device := _device(row, answered_at)) is not None)


def _ago_s(value: object, answered_at: float | None) -> float | None:
    """Return how long before the answer a moment was; one ahead of it counts as just now."""
    moment = moment_of(value)
    return None if moment is None or answered_at is None else max(answered_at - moment, 0.0)


def _service_urls(catalog: _CatalogJson, name: str) -> list[dict[str, Any]]:
    services = (row for row in _rows(catalog.services) if row.get("serviceName") == name)
    return [entry for row in services for entry in _rows(row.get("serviceUrls"))]
