"""What protocol.md promises of each exchange: one table. Pure.

A sample is an answer as the guide shows it; a key of it that is missing or odd is put so into the sample, and
the program's own reader says what that breaks. A test holds the samples against the guide.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from softphone.auth.token_answer import read_token_answer
from softphone.checks.first_contact.routes import Route
from softphone.webex import failures, wire

Reader = Callable[[bytes], object]


class Key(Struct, frozen=True):
    """A key that the program reads: its path, and what is lost without it when the answer still serves.

    `[]` is each element of a list, `*` each key of an object whose keys are data. Without `lost` nothing is.
    """

    path: str
    lost: str = ""


class Expected(Struct, frozen=True):
    """One kind of exchange. `fails` says what cannot be done when its answer is of no use.

    `ignored` are keys that are known to come and that nobody reads; below the paths `free` all keys are data.
    `needed`: without it no line registers.
    From `slow_s` on an answer is late: `slow` says what that costs.
    """

    fails: str
    reader: Reader | None = None
    sample: Any = None
    keys: tuple[Key, ...] = ()
    ignored: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset({200})
    judged_as: failures.Route = failures.Route.OTHER
    needed: bool = False
    slow_s: float = 7.5
    slow: str = "after 15 s it would count as no answer"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WDM_URL = "https://wdm-a.wbx2.com/wdm/api/v1/devices/5f0b7a5e-0f6d-4f5e-9c0a-1f6a0c2d7b11"
_USER_ID = "8a67806f-fc4d-446b-a131-31e71ea5b0e9"
_DEVICE_ID = "beb3c025-8c6a-3c44-8f3d-9b7d65363ac1"
_DEVICE = {
    "deviceId": _DEVICE_ID,
    "uri": f"https://mobius-dfw.webex.com/api/v1/calling/web/devices/{_DEVICE_ID}",
    "status": "active",
    "lastSeen": "2026-01-05T05:08:46Z",
    "addresses": ["sip:line@example.webex.com"],
    "clientDeviceUri": _WDM_URL,
}
_U2C = "https://u2c.wbx2.com/u2c/api/v1"
_CLUSTER = "https://mobius-us.webex.com/api/v1/calling/web/"
_URN = "urn:TEAM:us-east-2_a:mobius"


def _usable_catalog(body: bytes) -> wire.Catalog:
    """Read as discovery does, which can do nothing without a cluster and WDM."""
    catalog = wire.read_catalog(body, _U2C)
    if not catalog.cluster_urls or not catalog.wdm_url:
        raise wire.BrokenAnswerError("no cluster or no WDM")
    return catalog


_CATALOG = Expected(
    fails="Discovery fails: no calling server is known.",
    reader=_usable_catalog,
    sample={
        "serviceLinks": {
            "wdm": "https://wdm-a.wbx2.com/wdm/api/v1",
            "mobius": "https://mobius-us.webex.com/api/v1",
        },
        "hostCatalog": {
            "mobius-us.webex.com": [
                {"host": "mobius-eu.webex.com", "ttl": -1, "priority": 10, "id": _URN},
                {"host": "mobius-us.webex.com", "ttl": -1, "priority": 5, "id": _URN},
            ]
        },
    },
    keys=(
        Key("serviceLinks", "Discovery fails: neither WDM nor a cluster is named."),
        Key("serviceLinks.wdm", "Discovery fails: no WDM device can be made."),
        Key("serviceLinks.mobius", "A cluster is dialled with the scheme of the catalog's own address."),
        Key("hostCatalog", "Only the cluster of serviceLinks is known."),
        Key("hostCatalog.*[].host", "That cluster is not known."),
        Key("hostCatalog.*[].id", "That cluster is not known."),
        Key("hostCatalog.*[].priority", "Clusters are asked in another order."),
    ),
    ignored=_names("ttl format orgId timestamp services activeServices"),
    free=frozenset({"serviceLinks"}),
    needed=True,
)
# The other format (protocol.md#catalog).
CATALOG_V2 = Expected(
    fails=_CATALOG.fails,
    reader=_CATALOG.reader,
    sample={
        "activeServices": {"mobius": _URN},
        "services": [
            {
                "id": _URN,
                "serviceName": "mobius",
                "serviceUrls": [
                    {"baseUrl": "https://mobius-eu.webex.com/api/v1", "priority": 10},
                    {"baseUrl": "https://mobius-us.webex.com/api/v1", "priority": 5},
                ],
            },
            {
                "id": "urn:TEAM:us-east-2_a:wdm",
                "serviceName": "wdm",
                "serviceUrls": [{"baseUrl": "https://wdm-a.wbx2.com/wdm/api/v1", "priority": 5}],
            },
        ],
        "format": "U2CV2",
    },
    keys=(
        Key("services", "Discovery fails: no cluster is named."),
        Key("services[].serviceName", "That cluster is not known."),
        Key("services[].serviceUrls", "That cluster is not known."),
        Key("services[].serviceUrls[].baseUrl", "That cluster is not known."),
        Key("services[].serviceUrls[].priority", "Clusters are asked in another order."),
    ),
    ignored=_names("activeServices id format orgId timestamp"),
    needed=True,
)
_DEVICE_KEYS = _names("userId device devices deviceId uri status lastSeen addresses clientDeviceUri")
_WDM = Expected(
    fails="No WDM device: nothing can be registered.",
    reader=wire.read_wdm_device,
    sample={"url": _WDM_URL, "userId": _USER_ID},
    keys=(Key("url"), Key("userId")),
    ignored=_names(
        "webSocketUrl orgId name deviceName deviceType model localizedModel systemName systemVersion ttl "
        "features callingBehavior intranetInactivityDuration intranetInactivityCheckUrl settings "
        "creationTime modificationTime services serviceHostMap"
    ),
    needed=True,
)

EXPECTED: dict[Route, Expected] = {
    Route.SIGN_IN: Expected(
        fails="Nobody can sign in, or stay signed in.",
        reader=lambda body: read_token_answer(200, {}, body, requested_scopes=(), now=0.0),
        sample={
            "access_token": "sample",
            "expires_in": 1209599,
            "refresh_token": "sample",
            "refresh_token_expires_in": 7775999,
            "token_type": "Bearer",
        },
        keys=(
            Key("access_token"),
            Key("token_type"),
            Key("expires_in", "One hour is assumed for the life of the token."),
            Key("refresh_token", "Nobody stays signed in: nothing renews the sign-in."),
            Key("refresh_token_expires_in", "It is not told when one has to sign in again."),
        ),
        ignored=_names("scope"),
        needed=True,
        slow_s=10.0,
        slow="after 20 s it would count as no answer",
    ),
    Route.REVOKE: Expected(fails="Signing out leaves the token to end by itself.", slow_s=2.5),
    Route.TOKEN_EXPIRY: Expected(
        fails="When a token that was given ends is not known beforehand.",
        reader=wire.read_token_expiry,
        sample={"exp": 1790000000},
        keys=(Key("exp", "When a token that was given ends is not known beforehand."),),
    ),
    Route.CATALOG: _CATALOG,
    Route.REGION: Expected(
        fails="The region is unknown: the first cluster serves, and no lists are asked for.",
        reader=wire.read_region,
        sample={
            "clientRegion": "US-EAST",
            "countryCode": "US",
            "clientAddress": "203.0.113.7",
            "timezone": "America/New_York",
        },
        keys=(
            Key("clientRegion", "The region is unknown: the first cluster serves."),
            Key("countryCode", "The region is unknown: the first cluster serves."),
        ),
        ignored=_names("clientAddress timezone attribution disclaimer regionCode"),
        slow_s=1.0,
        slow="after 2 s the region counts as unknown",
    ),
    Route.PERSON: Expected(
        fails="The person's name is not shown.",
        reader=wire.read_person,
        sample={
            "id": _USER_ID,
            "displayName": "Line",
            "emails": ["line@example.com"],
            "phoneNumbers": [{"type": "work", "value": "+12145550100"}],
            "extension": "5100",
        },
        keys=(
            Key("id", "The first start on another computer makes a WDM device and deletes it again."),
            Key("displayName", "The person's name is not shown."),
            Key("emails", "The person's address is not shown."),
            Key("phoneNumbers", "The number is taken from elsewhere, or not shown."),
            Key("phoneNumbers[].type", "The number is taken from elsewhere, or not shown."),
            Key("phoneNumbers[].value", "The number is taken from elsewhere, or not shown."),
            Key("extension", "The extension is taken from elsewhere, or not shown."),
        ),
        ignored=_names(
            "userName firstName lastName orgId type status licenses locationId sipAddresses primary"
        ),
    ),
    Route.NUMBERS: Expected(
        fails="The number is taken from people/me, or not shown.",
        reader=wire.read_own_numbers,
        sample={
            "phoneNumbers": [
                {"directNumber": "+12145550101", "extension": "5101", "primary": False},
                {"directNumber": "+12145550100", "extension": "5100", "primary": True},
            ]
        },
        keys=(
            Key("phoneNumbers", "The number is taken from people/me, or not shown."),
            Key("phoneNumbers[].directNumber", "The number is taken from people/me, or not shown."),
            Key("phoneNumbers[].extension", "The extension is taken from people/me, or not shown."),
            Key("phoneNumbers[].primary", "The first number is shown, whichever it is."),
        ),
        ignored=_names("id name email owner location locationDialingCode state routingPrefix esn"),
    ),
    Route.WDM_CREATE: _WDM,
    Route.WDM_REFRESH: Expected(
        fails="The known WDM device is used as it is, without knowing whether it still lives.",
        reader=_WDM.reader,
        sample=_WDM.sample,
        keys=_WDM.keys,
        ignored=_WDM.ignored,
        slow_s=2.5,
        slow="after 5 s the device is used as it is",
    ),
    Route.WDM_NAMES: Expected(
        fails="Devices have no names in the window.",
        reader=wire.read_wdm_rows,
        sample={
            "devices": [
                {
                    "url": _WDM_URL,
                    "name": "softphone",
                    "model": "web-js-sdk",
                    "localizedModel": "webex-js-sdk",
                    "systemName": "WEBEX_JS_SDK",
                }
            ]
        },
        keys=(
            Key("devices", "Devices have no names in the window."),
            Key("devices[].url", "Devices have no names in the window."),
            Key("devices[].name", "Devices are told apart by their model only."),
            Key("devices[].localizedModel", "Devices are shown with another model."),
        ),
        ignored=_WDM.ignored | _names("userId"),
    ),
    Route.WDM_DELETE: Expected(
        fails="An entry of this program stays in the person's list of apps.",
        statuses=frozenset({200, 204}),
    ),
    Route.SERVERS: Expected(
        fails="The next cluster is asked, then the lists of before serve; the first time there are none.",
        reader=lambda body: wire.read_servers(body, cluster_url=_CLUSTER, trusted=lambda _: True),
        sample={
            "primary": {"region": "us-east-1", "uris": ["https://mobius-dfw.webex.com/api/v1"]},
            "backup": {"region": "us-west-2", "uris": ["https://mobius-sjc.webex.com/api/v1"]},
        },
        keys=(
            Key("primary", "There is no primary: a backup or the cluster holds the line."),
            Key("primary.region", "The region of a server is not shown."),
            Key("primary.uris", "There is no primary: a backup or the cluster holds the line."),
            Key("backup", "When the primary fails there is only the cluster."),
            Key("backup.region", "The region of a server is not shown."),
            Key("backup.uris", "When the primary fails there is only the cluster."),
        ),
        ignored=_names("wss"),
        needed=True,
    ),
    Route.REGISTER: Expected(
        fails="The line cannot be registered; what was granted is given back.",
        reader=wire.read_registration,
        sample={
            "userId": _USER_ID,
            "device": _DEVICE,
            "keepaliveInterval": 30,
            "callKeepaliveInterval": 600,
            "rehomingIntervalMin": 60,
            "rehomingIntervalMax": 120,
        },
        keys=(
            Key("device"),
            Key("device.deviceId"),
            Key("device.uri"),
            Key("device.status", "Nothing but a word in the details."),
            Key("device.lastSeen", "When the device was seen is not shown."),
            Key("device.addresses", "SIP addresses are not shown."),
            Key("device.clientDeviceUri", "Later requests name this computer's own WDM device."),
            Key("keepaliveInterval", "A keepalive goes out every 30 s, whatever the service wants."),
            Key("callKeepaliveInterval", "Nothing but a value in the details."),
            Key("rehomingIntervalMin", "The way home is looked for after 60 to 120 minutes."),
            Key("rehomingIntervalMax", "The way home is looked for after 60 to 120 minutes."),
        ),
        ignored=_names("userId voicePortalNumber voicePortalExtension"),
        judged_as=failures.Route.REGISTER,
        needed=True,
        slow_s=10.0,
        slow="after 10 s the next server is asked beside this one, after 30 s it counts as no answer",
    ),
    Route.KEEPALIVE: Expected(
        fails="The registration is not proven: the line shows 'Reconnecting', and is lost in the end.",
        reader=wire.read_confirmation,
        sample={},
        judged_as=failures.Route.KEEPALIVE,
        needed=True,
        slow_s=5.0,
        slow="a late keepalive shows the line as 'Reconnecting' meanwhile",
    ),
    Route.PING: Expected(
        fails="A server that lives is taken for one that does not serve: nobody goes home to it.",
        ignored=_names("status"),
        slow_s=2.5,
        slow="after 5 s the host counts as silent",
    ),
    Route.DEVICES: Expected(
        fails="The list of devices stays empty: who has to go cannot be chosen.",
        reader=wire.read_devices,
        sample={"devices": [_DEVICE]},
        keys=(
            Key("devices", "The list of devices stays empty: who has to go cannot be chosen."),
            Key("devices[].deviceId", "That device is not listed, and cannot be chosen."),
            Key("devices[].uri", "Which server has the device is not known."),
            Key("devices[].status", "Nothing but a word in the list."),
            Key("devices[].lastSeen", "Whether the device is alive cannot be told: a person is asked."),
            Key("devices[].addresses", "SIP addresses are not shown."),
            Key("devices[].clientDeviceUri", "The device has no name, and ours is not told from others."),
        ),
        ignored=_names("userId"),
    ),
    Route.DEREGISTER: Expected(
        fails="The registration is not taken away: the service forgets it by itself, after about 150 s.",
        ignored=_DEVICE_KEYS,
        statuses=frozenset({200, 204}),
    ),
}
