"""Answers that are odd, foreign, packed or missing, and what a person does meanwhile."""

import time

import pytest

from softphone.accounts.takeover import TakeOverOldest
from softphone.line.model import LineState
from tests.end_to_end.weather.weather import EXACT, scene, together
from tests.kit.program import asked_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

HANG = "hang"


# ---- a grant that cannot be used


@together
async def test_l11_a_grant_at_a_host_that_nobody_named_is_given_back_once(devices_shared: bool):
    foreign = {"where": "register", "host": "P1", "answer": {"moved_to": "S1"}, "times": 1}
    async with scene(faults=[foreign], settings={"devices_shared": devices_shared}) as played:
        await played.registered()
        await played.until_only()
        given_back = played.asked("deregister")
        assert [(one["host"], one["status"]) for one in given_back] == [("P1", 200)]
        assert not [one for one in played.cloud.journal() if one["host"] == "S1"], "trusted or not"
        assert LineState.ACTION not in played.states


@together
async def test_l11_every_grant_of_every_server_is_foreign_and_no_device_piles_up(devices_shared: bool):
    foreign = {"where": "register", "answer": {"moved_to": "S1"}}
    settings = {"devices_shared": devices_shared}
    person = {"device_limit": 5}
    async with scene(time_scale=0.1, faults=[foreign], settings=settings, person=person) as played:
        await played.until_event("error")
        await played.until("nothing", lambda: not played.devices)
        granted = [one for one in played.asked("register") if one["status"] == 200]
        assert len(played.asked("deregister", status=200)) >= len(granted) - 1, "each is given back"
        played.cloud.clear_faults()
        await played.registered()
        await played.until_only()


@together
@pytest.mark.parametrize(
    "garbling",
    [
        {"patch": {"device": {"uri": "nonsense"}}},
        {"patch": {"device": {"uri": 5}}},
        {"patch": {"device": {"addresses": "none"}, "keepaliveInterval": "soon"}},
        {"malformed": "cut-short"},
        {"gzip": 2},
    ],
    ids=["no address", "a number for an address", "odd fields", "cut short", "packed twice"],
)
async def test_s7_a_garbled_grant_leaves_no_device(garbling: dict[str, object]):
    fault = {"where": "register", "host": "P1", "answer": garbling, "times": 1}
    settings = {"keepalive_interval_s": 10}
    async with scene(faults=[fault], person={"device_limit": 5}, settings=settings) as played:
        await played.registered()
        await played.until_only()
        assert LineState.ACTION not in played.states
        assert not [one for one in played.cloud.journal() if one["host"] == "S1"]


@together
async def test_l1_at_the_shortest_interval_a_lost_grant_is_still_found_and_removed():
    lost = {"where": "register", "host": "P1", "answer": "reset", "acts": True, "times": 1}
    settings = {"keepalive_interval_s": 5}
    async with scene(faults=[lost], settings=settings, person={"device_limit": 5}) as played:
        await played.registered()
        await played.until_only()


# ---- packed, in pieces, hostile


@together
async def test_l12_every_answer_comes_packed():
    async with scene(faults=[{"where": "any", "answer": {"gzip": 1}}]) as played:
        device_id = await played.registered()
        await played.until_asked("keepalive", 2, status=200)
        await played.until_proved_again()
        assert played.outline == ["connecting", "registered"]
        assert played.devices == [device_id]


@together
async def test_s6_every_answer_comes_in_single_bytes():
    async with scene(faults=[{"where": "any", "answer": {"chunk_bytes": 1}}]) as played:
        await played.registered()
        await played.until_proved_again()
        assert played.outline == ["connecting", "registered"]


@together
@pytest.mark.parametrize("how", ["unclosed", "endless-103", "huge", "wrong-length", "not-http"])
async def test_s1_s6_a_hostile_answer_to_a_keepalive_costs_one_check(how: str):
    async with scene(time_scale=EXACT) as played:
        device_id = await played.registered()
        played.fault("keepalive", {"malformed": how, "slow": 0.02}, times=1)
        await played.until_event("reconnected")
        assert played.outline == ["connecting", "registered", "reconnecting", "reconnected"]
        assert played.devices == [device_id]


@together
@pytest.mark.parametrize("url", ["https://[::1", "https://[::1]:99999/api/v1", "http://", "\\x00"])
async def test_s2_a_broken_address_in_the_catalog_is_retried(url: str):
    services = [{"id": "x", "serviceName": "wdm", "serviceUrls": [{"baseUrl": url, "priority": 1}]}]
    broken = {"services": services, "serviceLinks": {"wdm": url}, "hostCatalog": None}
    fault = {"where": "catalog", "answer": {"patch": broken}, "times": 1}
    async with scene(faults=[fault]) as played:
        await played.until("a line", lambda: played.panel.lines)
        await played.registered()
        assert len(played.asked("catalog")) >= 2


# ---- optional look-ups, and connections


@together
@pytest.mark.parametrize("place", ["people", "telephony", "region"])
async def test_l13_a_look_up_that_hangs_holds_no_registration_up(place: str):
    began_s = time.monotonic()
    async with scene(faults=[{"where": place, "answer": HANG}]) as played:
        await played.until("a line", lambda: played.panel.lines)
        await played.registered()
        assert time.monotonic() - began_s < 6.0, "2 s for the region; what is given up after is 10 s"
        assert len(played.asked("register")) == 1
        if place != "region":  # without it nobody says which servers are near
            assert played.at == "P1"


@together
async def test_l14_a_kept_connection_that_is_reset_costs_one_resend_to_the_same_server():
    async with scene(bounded=False) as played:
        await played.registered()
        played.panel.deregister(played.line_id)
        await played.until("nothing", lambda: not played.devices)
        played.fault("register", "reset", reused=True, times=1)
        played.panel.register(played.line_id)
        await played.until_event("registered", times=2)
        assert played.at == "P1"
        assert {one["host"] for one in played.asked("register")} == {"P1"}
        assert "error" not in played.names
        await played.until_only()


@together
async def test_s5_connections_that_are_closed_unanswered_do_not_break_the_bound():
    fault = {"where": "any", "answer": "refuse", "reused": True}
    # At this scale the service's patience with a device, 25 s, is longer than this process is ever held.
    async with scene(settings={"keepalive_interval_s": 5}, time_scale=0.2) as played:
        device_id = await played.registered()
        played.cloud.faults([fault])
        await played.pass_s(100)
        assert played.devices == [device_id]
        assert len([one for one in played.asked("keepalive") if one["status"] is None]) >= 1
        assert len(played.asked("keepalive", status=200)) >= 10


# ---- tokens


@together
@pytest.mark.parametrize("place", ["discovery", "register", "wdm", "catalog", "keepalive"])
async def test_l18_one_stray_401_ends_no_sign_in(place: str):
    async with scene(faults=[{"where": place, "answer": {"status": 401}, "times": 1}]) as played:
        await played.until("a line", lambda: played.panel.lines)
        await played.registered()
        await played.until_asked("keepalive", status=200)
        assert LineState.SIGNED_OUT not in played.states
        await played.until_only()


@together
async def test_l18_when_identity_refuses_too_the_sign_in_has_ended():
    async with scene() as played:
        await played.registered()
        played.fault("any", {"status": 401})
        await played.until("signed out", lambda: played.line.state is LineState.SIGNED_OUT)
        asked = len(asked_for(played.cloud))
        await played.pass_s(100)
        assert len(asked_for(played.cloud)) <= asked + 3, "nothing by itself any more"
        played.cloud.clear_faults()
        await played.until("expiry", lambda: not played.devices)


# ---- what a person does


@together
async def test_l17_against_a_wish_to_wait_an_hour_one_press_tries_once():
    busy = {"where": "register", "answer": {"status": 429, "headers": {"Retry-After": "3600"}}}
    async with scene(faults=[busy]) as played:
        await played.until("a line", lambda: played.panel.lines)
        await played.until("waiting", lambda: played.line.state is LineState.RETRY_WAIT)
        asked = len(played.asked("register"))
        await played.pass_s(100)
        assert len(played.asked("register")) == asked, "the program itself waits"
        played.panel.retry(played.line_id)
        await played.until_asked("register", asked + 1)
        await played.until("the answer", lambda: played.line.asking is None)
        assert played.line.retry_held_until_s, "the press is used up"
        played.panel.retry(played.line_id)
        await played.pass_s(20)
        assert len(played.asked("register")) == asked + 1


@together
async def test_l17_the_press_helps_when_the_server_is_well_again():
    busy = {"where": "register", "answer": {"status": 429, "headers": {"Retry-After": "3600"}}}
    async with scene(faults=[busy]) as played:
        await played.until("a line", lambda: played.panel.lines)
        await played.until("waiting", lambda: played.line.state is LineState.RETRY_WAIT)
        played.cloud.clear_faults()
        played.panel.register(played.line_id)
        await played.registered()


@together
async def test_l19_a_delete_that_hangs_is_off_at_once_and_confirmed_later():
    async with scene(bounded=False) as played:
        await played.registered()
        played.fault("deregister", HANG, times=1)
        played.panel.deregister(played.line_id)
        await played.until("off", lambda: played.line.state is LineState.IDLE, within_s=5.0)
        assert played.line.unconfirmed
        assert played.devices, "it is there still"
        assert played.names[-1] == "unregistered"
        await played.until("its end", lambda: not played.line.unconfirmed)
        assert played.devices == []
        assert played.line.state is LineState.IDLE


@together
async def test_l19_registered_again_while_the_delete_hangs(devices_shared: bool):
    async with scene(bounded=False, settings={"devices_shared": devices_shared}) as played:
        await played.registered()
        played.fault("deregister", HANG, times=1)
        played.panel.deregister(played.line_id)
        await played.until("off", lambda: played.line.state is LineState.IDLE)
        played.panel.register(played.line_id)
        await played.until_event("registered", times=2)
        await played.until_only()
        assert LineState.ACTION not in played.states


@together
async def test_l20_the_device_that_nobody_knows_the_age_of_is_not_taken_for_the_oldest():
    others = [
        {"name": "Known and old", "in_use": False, "seen_ago_s": 3600.0},
        {"name": "Unknown", "in_use": False, "seen_ago_s": 7200.0},
    ]
    async with scene(person={"device_limit": 2, "other_devices": others}, bounded=False) as played:
        await played.until("a choice", lambda: LineState.ACTION in played.states)
        listed = await played.panel.devices(played.line_id)
        named = {one.name: one for one in listed}
        rows = [
            {"deviceId": one.device_id, "uri": one.uri, "clientDeviceUri": one.client_device_uri}
            for one in (named["Unknown"], named["Known and old"])
        ]
        rows[1]["lastSeen"] = named["Known and old"].last_seen
        played.fault("devices", {"patch": {"devices": rows}})
        takeover = TakeOverOldest(played.panel, time_scale=played.cloud.time_scale)
        try:
            takeover.line_changed(played.line)
            await played.registered()
        finally:
            await takeover.close()
        [gone] = played.asked("deregister")
        assert gone["path"].endswith(named["Known and old"].device_id)


@together
async def test_s3_our_own_device_goes_late_and_nobody_is_asked():
    settings = {"deletion_delay_s": 3.0}
    async with scene(time_scale=0.3, settings=settings, bounded=False, clean=False) as played:
        first = await played.registered()
        played.panel.deregister(played.line_id)
        await played.until("off", lambda: played.line.state is LineState.IDLE)
        played.panel.register(played.line_id)
        await played.until_event("registered", times=2)
        assert played.device_id != first
        assert LineState.ACTION not in played.states
        assert [one["status"] for one in played.asked("register")].count(403) >= 1
        await played.until_only()
