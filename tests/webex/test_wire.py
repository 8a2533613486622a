"""JSON to values and back: the shapes of protocol.md, and protocol.md#limits."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.calling.provider import ServiceRequest
from softphone.line.model import Role, Server, Service
from softphone.webex import wire
from softphone.webex.wire import BrokenAnswerError

C1 = "https://c1.webex.com/api/v1/calling/web/"
C2 = "https://c2.webex.com/api/v1/calling/web/"
P1 = "https://p1.webex.com/api/v1/calling/web/"
B1 = "https://b1.webex.com/api/v1/calling/web/"
U2C = "https://u2c.wbx2.com/u2c/api/v1"
UUID = "8a67806f-fc4d-446b-a131-31e71ea5b0e9"
DEVICE = {
    "deviceId": "beb3c025",
    "uri": f"{P1}devices/beb3c025",
    "status": "active",
    "lastSeen": "2026-01-05T05:08:46Z",
    "addresses": ["sip:a@b.webex.com", 7, "sip:c@d"],
    "clientDeviceUri": "https://wdm-a.wbx2.com/wdm/api/v1/devices/5f0b",
}
REGISTRATION = {
    "userId": UUID,
    "device": DEVICE,
    "keepaliveInterval": 30,
    "callKeepaliveInterval": 600,
    "rehomingIntervalMin": 60,
    "rehomingIntervalMax": 120,
    "voicePortalNumber": 9725550199,
    "voicePortalExtension": 9000,
}


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


# --- Catalog ---


def row(host: str, priority: Any = 5, service: str = "mobius") -> dict[str, Any]:
    return {"host": host, "ttl": -1, "priority": priority, "id": f"urn:TEAM:us-east-2_a:{service}"}


def hostmap(*rows: Any, **links: str) -> bytes:
    names = {"wdm": "https://wdm-a.wbx2.com/wdm/api/v1", "mobius": "https://c1.webex.com/api/v1"} | links
    return body({"serviceLinks": names, "hostCatalog": {"a": list(rows[:1]), "b": list(rows[1:])}})


def test_a_hostmap_names_wdm_and_the_clusters_once_each_best_first():
    catalog = wire.read_catalog(
        hostmap(row("c2.webex.com", 10), row("c1.webex.com", 5), row("c2.webex.com", 7), row("x", 1, "wdm")),
        U2C,
    )
    assert catalog.wdm_url == "https://wdm-a.wbx2.com/wdm/api/v1"
    assert catalog.cluster_urls == (C1, C2)


def test_equal_priorities_keep_the_order_and_odd_ones_come_last():
    rows = [row("c.webex.com", "x"), row("b.webex.com", 0), row("a.webex.com", 0), row("d.webex.com", True)]
    hosts = [url.split("/")[2][0] for url in wire.read_catalog(hostmap(*rows), U2C).cluster_urls]
    assert hosts == ["b", "a", "c", "d"]


def test_the_scheme_of_hosts_is_that_of_the_service_link_or_of_the_catalog():
    local = hostmap(row("127.0.0.1:81"), mobius="http://127.0.0.1:80/api/v1")
    assert wire.read_catalog(local, U2C).cluster_urls == ("http://127.0.0.1:81/api/v1/calling/web/",)
    without = body({"serviceLinks": {}, "hostCatalog": {"a": [row("127.0.0.1:81")]}})
    assert wire.read_catalog(without, "http://127.0.0.1:1/u2c").cluster_urls[0].startswith("http://")
    assert wire.read_catalog(without, U2C).cluster_urls[0].startswith("https://")


def test_without_hosts_the_service_link_is_the_cluster():
    assert wire.read_catalog(hostmap(), U2C).cluster_urls == (C1,)


def test_the_second_format_says_the_same():
    services = [
        {
            "serviceName": "mobius",
            "serviceUrls": [
                {"baseUrl": "https://c2.webex.com/api/v1/", "priority": 10},
                {"baseUrl": "https://c1.webex.com/api/v1", "priority": 5},
            ],
        },
        {"serviceName": "wdm", "serviceUrls": [{"baseUrl": "https://wdm-a.wbx2.com/wdm/api/v1/"}]},
        "odd",
        {"serviceName": "wdm", "serviceUrls": 7},
    ]
    catalog = wire.read_catalog(body({"services": services, "format": "U2CV2"}), U2C)
    assert catalog == wire.Catalog("https://wdm-a.wbx2.com/wdm/api/v1", (C1, C2))


@pytest.mark.parametrize(
    "value", [[], "x", None, {"serviceLinks": []}, {"hostCatalog": 7}, {"services": {"mobius": 1}}]
)
def test_a_catalog_of_another_shape_is_broken(value: Any):
    with pytest.raises(BrokenAnswerError):
        wire.read_catalog(body(value), U2C)


@pytest.mark.parametrize("host", ["a/b", "a b", "u@h", "", 7, None, "h?x", "x" * 300])
def test_a_host_of_another_shape_is_left_out(host: Any):
    catalog = wire.read_catalog(body({"hostCatalog": {"a": [row(host), 7]}}), U2C)
    assert catalog.cluster_urls == ()


# --- Server lists ---


def lists(primary: Any = (), backup: Any = ()) -> bytes:
    return body({"primary": {"region": "us-east-1", "uris": list(primary)}, "backup": {"uris": list(backup)}})


def read_lists(answer: bytes, refused: str = "") -> tuple[list[str], list[str], tuple[str, ...]]:
    servers, dropped = wire.read_servers(
        answer, cluster_url=C1, trusted=lambda url: not refused or refused not in url
    )
    assert all(server.role is Role.PRIMARY for server in servers.primaries)
    assert all(server.role is Role.BACKUP for server in servers.backups)
    return [s.url for s in servers.primaries], [s.url for s in servers.backups], dropped


@pytest.mark.parametrize("ending", ["", "/", "//", "/calling/web", "/calling/web/"])
def test_v94_the_answering_cluster_closes_the_backups(ending: str):
    answer = lists([f"https://p1.webex.com/api/v1{ending}"], [f"https://b1.webex.com/api/v1{ending}"])
    assert read_lists(answer) == ([P1], [B1, C1], ())


def test_v93_duplicates_go_inside_a_list_and_across_both():
    p1, c1 = "https://p1.webex.com/api/v1", "https://c1.webex.com/api/v1"
    assert read_lists(lists([p1, p1], [c1, p1])) == ([P1], [C1], ())
    assert read_lists(lists([p1, c1], [])) == ([P1, C1], [], ())


@pytest.mark.parametrize("answer", [b"", b" \n", b"{}", lists(), b'{"primary":null,"backup":{"uris":null}}'])
def test_v100_without_lists_the_cluster_is_the_only_primary(answer: bytes):
    assert read_lists(answer) == ([C1], [], ())


def test_servers_that_are_not_trusted_are_dropped_and_reported():
    answer = lists(["https://evil.example/api/v1", "https://p1.webex.com/api/v1"], ["https://evil.example/2"])
    primaries, backups, dropped = read_lists(answer, refused="evil")
    assert (primaries, backups) == ([P1], [C1])
    assert len(dropped) == 2
    assert read_lists(lists(["https://evil.example/api/v1"]), refused="evil")[:2] == ([C1], [])


def test_there_are_at_most_eight_of_a_class():
    primaries, backups, _ = read_lists(
        lists([f"https://p{n}.webex.com" for n in range(20)], [f"https://b{n}.webex.com" for n in range(20)])
    )
    assert (len(primaries), len(backups)) == (8, 8)
    assert backups[-1] == C1


def test_only_backups_are_backups():
    assert read_lists(lists([], ["https://b1.webex.com/api/v1"])) == ([], [B1, C1], ())


def test_odd_addresses_in_a_list_are_left_out():
    odd = [
        7,
        None,
        "",
        "p1.webex.com",
        "ftp://p1.webex.com",
        "https://p1.webex.com/a b",
        "https://ä.webex.com",
    ]
    assert read_lists(lists([*odd, "https://p1.webex.com/api/v1"])) == ([P1], [C1], ())


def test_the_region_of_a_group_is_on_its_servers():
    servers, _ = wire.read_servers(lists(["https://p1.webex.com/api/v1"]), cluster_url=C1, trusted=bool)
    assert servers.primaries == (Server(P1, Role.PRIMARY, "us-east-1"),)


@pytest.mark.parametrize("answer", [b"[]", b'{"primary":[]}', b'{"backup":7}', b"<html>"])
def test_lists_of_another_shape_are_broken(answer: bytes):
    with pytest.raises(BrokenAnswerError):
        read_lists(answer)


# --- Registration ---


def test_a_registration_is_read_whole():
    registration = wire.read_registration(body(REGISTRATION))
    assert registration.device.device_id == "beb3c025"
    assert registration.device.sip_addresses == ("sip:a@b.webex.com", "sip:c@d")
    assert registration.device.last_seen == "2026-01-05T05:08:46Z"
    assert registration.keepalive_interval_s == 30
    assert registration.call_keepalive_interval_s == 600
    assert registration.rehoming_interval_min_minutes == 60
    assert registration.rehoming_interval_max_minutes == 120
    assert (registration.voice_portal_number, registration.voice_portal_extension) == ("9725550199", "9000")


def test_what_was_not_sent_is_none():
    registration = wire.read_registration(body({"device": DEVICE}))
    assert registration.keepalive_interval_s is None
    assert registration.voice_portal_number is None


@pytest.mark.parametrize("value", [0, -1, "30", None, True, [30], {}, 1e300])
def test_an_odd_interval_counts_as_none(value: Any):
    registration = wire.read_registration(body(REGISTRATION | {"keepaliveInterval": value}))
    assert registration.keepalive_interval_s is None


def test_leading_zeros_of_a_portal_stay():
    registration = wire.read_registration(body(REGISTRATION | {"voicePortalExtension": "0090"}))
    assert registration.voice_portal_extension == "0090"


def test_a_portal_of_any_length_is_cut_as_every_text():
    registration = wire.read_registration(body(REGISTRATION | {"voicePortalNumber": 10**390}))
    assert len(registration.voice_portal_number or "") == 300


BROKEN_REGISTRATIONS = [
    pytest.param(b"", id="V116"),
    pytest.param(b"{}", id="V118"),
    pytest.param({"device": DEVICE | {"uri": ""}}, id="V119"),
    pytest.param({"device": {k: v for k, v in DEVICE.items() if k != "uri"}}, id="V119 missing"),
    pytest.param([], id="list"),
    pytest.param({"device": []}, id="device is a list"),
    pytest.param({"device": None}, id="no device"),
    *(
        pytest.param({"device": DEVICE | {"deviceId": value}}, id=f"id {value!r:.20}")
        for value in (None, 7, "", "../x", "a/b", "a b", "ä", "x" * 129, "a\r\nb")
    ),
    *(
        pytest.param({"device": DEVICE | {"uri": value}}, id=f"uri {value!r:.40}")
        for value in (
            7,
            "/devices/beb3c025",
            f"{P1}devices/other",
            f"{P1}beb3c025",
            f"{P1}devices/beb3c025?x",
        )
    ),
    pytest.param(b'{"device":{"deviceId":"a","deviceId":"b"}}', id="twice"),
    pytest.param(json.dumps(REGISTRATION)[:-1].encode() + b',"x":NaN}', id="NaN"),
    pytest.param(b"<html>", id="HTML"),
]


@pytest.mark.parametrize("value", BROKEN_REGISTRATIONS)
def test_a_registration_without_a_usable_device_is_broken(value: Any):
    with pytest.raises(BrokenAnswerError) as raised:
        wire.read_registration(value if isinstance(value, bytes) else body(value))
    assert "beb3c025" not in str(raised.value)


def test_text_is_cleaned_and_cut():
    device = DEVICE | {"status": "act\u202eive\n", "addresses": ["sip:" + "x" * 999]}
    registration = wire.read_registration(body({"device": device}))
    assert registration.device.status == "active"
    assert len(registration.device.sip_addresses[0]) == 300


# --- The rest ---


def test_wdm_devices():
    url = "https://wdm-a.wbx2.com/wdm/api/v1/devices/5f0b"
    assert wire.read_wdm_device(body({"url": url, "userId": UUID, "x": 1})) == wire.WdmDevice(url, UUID)
    for odd in ({"url": url}, {"url": "x", "userId": UUID}, {"url": url, "userId": "a b"}, {"url": 1}):
        with pytest.raises(BrokenAnswerError):
            wire.read_wdm_device(body(odd))


def test_wdm_names_and_models_join_by_address():
    rows = [
        {"url": "https://w/1", "name": "Desk\u202e app", "model": "m", "localizedModel": "Model M"},
        {"url": "https://w/2", "model": "m", "creationTime": "2026-11-28T21:51:43Z"},
        {"url": "https://w/3", "systemName": "s", "name": 1},
        *(7, {}, {"url": "https://w/4", "localizedModel": "nothing to call it by"}),
    ]
    names = {
        "https://w/1": ("Desk app", "Model M", None),
        "https://w/2": ("m", "m", 1795902703.0),
        "https://w/3": ("s", "", None),
    }
    assert wire.read_wdm_rows(body({"devices": rows})) == names
    assert wire.read_wdm_rows(body(rows)) == names


def test_a_region_may_be_missing():
    assert wire.read_region(body({"clientRegion": "US-EAST", "countryCode": "US"})) == ("US-EAST", "US")
    assert wire.read_region(b"{}") == ("", "")
    assert wire.read_region(body({"clientRegion": 7})) == ("", "")


def test_a_person_is_read():
    public_id = base64.b64encode(f"ciscospark://us/PEOPLE/{UUID}".encode()).decode().rstrip("=")
    person = wire.read_person(
        body(
            {
                "id": public_id,
                "displayName": "Ann Example",
                "emails": ["ann@example.com"],
                "phoneNumbers": [
                    {"type": "work_extension", "value": "815100"},
                    {"type": "work", "value": "+12145550100"},
                ],
                "extension": "5100",
            }
        )
    )
    assert person == wire.Person(
        uuid=UUID,
        name="Ann Example",
        address="ann@example.com",
        phone_number="+12145550100",
        extension="5100",
    )


@pytest.mark.parametrize("value", [{}, {"id": 7, "emails": "x", "phoneNumbers": {}}, {"emails": [7]}])
def test_a_person_may_say_nothing(value: Any):
    assert wire.read_person(body(value)) == wire.Person()


@pytest.mark.parametrize(("value", "uuid"), [(UUID, UUID), ("a/b", ""), ("ä", ""), ("!!", "")])
def test_an_id_that_is_not_encoded_is_taken_as_it_is(value: str, uuid: str):
    assert wire.read_person(body({"id": value})).uuid == uuid


def test_the_primary_number_comes_first():
    rows = [{"directNumber": "1", "extension": "11"}, {"directNumber": "2", "primary": True}]
    numbers = wire.read_own_numbers(body({"phoneNumbers": rows}))
    assert (numbers.phone_number, numbers.extension) == ("2", "11")


def test_lists_of_devices_leave_out_what_has_no_id():
    devices = wire.read_devices(body({"devices": [DEVICE, {"deviceId": "a/b"}, 7]}))
    assert [device.device_id for device in devices] == ["beb3c025"]
    assert len(wire.read_devices(body({"devices": [{"deviceId": "a"}] * 1000}))) == 64


@pytest.mark.parametrize("answer", [{}, {"devices": None}, {"devices": {}}, {"devices": "none"}])
def test_an_answer_without_a_list_of_devices_says_nothing_about_them(answer: dict[str, object]):
    with pytest.raises(BrokenAnswerError):
        wire.read_devices(body(answer))


def test_v88_the_body_of_a_guest_names_the_guest_and_carries_its_token():
    guest = ServiceRequest(Service.GUEST, guest_name="Ann", jwe="JWE")
    data = wire.register_body("u", "w", guest)["serviceData"]
    assert data == {"indicator": "guestcalling", "domain": "", "guestName": "Ann", "jwe": "JWE"}


def test_only_a_guest_sends_a_guests_token():
    calling = ServiceRequest(Service.CALLING, guest_name="Ann", jwe="JWE")
    assert wire.register_body("u", "w", calling)["serviceData"] == {"indicator": "calling", "domain": ""}


def test_what_we_send():
    contact_center = ServiceRequest(Service.CONTACT_CENTER, domain="rtw.example.net")
    assert wire.register_body("u", "w", contact_center) == {
        "userId": "u",
        "clientDeviceUri": "w",
        "serviceData": {"indicator": "contactcenter", "domain": "rtw.example.net"},
    }
    assert wire.wdm_body("softphone on desk") == {
        "name": "softphone on desk",
        "deviceType": "WEB",
        "model": "web-js-sdk",
        "localizedModel": "webex-js-sdk",
        "systemName": "WEBEX_JS_SDK",
        "systemVersion": "1.0.0",
    }


NAMES = ["device", "deviceId", "uri", "url", "userId", "primary", "uris", "serviceLinks", "hostCatalog", "id"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=15,
)


@given(JSON | st.binary(max_size=100))
def test_no_answer_breaks_a_reader_in_another_way(value: Any):
    answer = value if isinstance(value, bytes) else body(value)
    for read in (
        lambda: wire.read_catalog(answer, U2C),
        lambda: wire.read_servers(answer, cluster_url=C1, trusted=bool),
        lambda: wire.read_registration(answer),
        lambda: wire.read_wdm_device(answer),
        lambda: wire.read_wdm_rows(answer),
        lambda: wire.read_region(answer),
        lambda: wire.read_person(answer),
        lambda: wire.read_own_numbers(answer),
        lambda: wire.read_devices(answer),
        lambda: wire.read_refusal(answer),
    ):
        try:
            read()
        except BrokenAnswerError:
            continue
