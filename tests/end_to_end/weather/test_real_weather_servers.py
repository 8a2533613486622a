"""Servers that are slow, sick, busy or gone while a line registers or is registered."""

import pytest

from softphone.line.model import LineState
from tests.end_to_end.weather.weather import EXACT, EXACT_AT_10_S, ORIGINS, Scene, scene, together

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

EACH_MINUTE = "rehoming_min_minutes = 1\nrehoming_max_minutes = 1\n"
EACH_MINUTE_SAID = {"rehoming_min_minutes": 1, "rehoming_max_minutes": 1}
QUIET = ["connecting", "registered"]
KEPT = ["connecting", "registered", "reconnecting", "reconnected"]
NO_LOSS = {"unregistered", "error"}


def kept_one_registration(played: Scene, device_id: str) -> None:
    assert played.device_id == device_id
    assert played.devices == [device_id]
    assert len(played.asked("register")) == 1
    assert not NO_LOSS & set(played.names)


# ---- slow


@together
async def test_l1_every_server_takes_12_s_to_grant(devices_shared: bool):
    slow = {"where": "register", "answer": {"delay_s": 12}}
    async with scene(time_scale=EXACT, faults=[slow], settings={"devices_shared": devices_shared}) as played:
        await played.until_event("registered")
        await played.until_only()
        assert "error" not in played.names
        assert LineState.ACTION not in played.states
        assert len(played.asked("register")) <= 3


@together
async def test_l1_only_the_primary_is_slow_and_one_device_stays(devices_shared: bool):
    slow = {"where": "register", "host": "P1", "answer": {"delay_s": 12}}
    async with scene(time_scale=EXACT, faults=[slow], settings={"devices_shared": devices_shared}) as played:
        await played.until_event("registered")
        await played.until_only()
        assert LineState.ACTION not in played.states
        assert len(played.asked("register")) <= 3


@together
async def test_l1_a_grant_that_was_never_answered_is_found_and_removed(devices_shared: bool):
    lost = {"where": "register", "host": "P1", "answer": "hang", "acts": True, "times": 1}
    async with scene(
        time_scale=EXACT,
        faults=[lost],
        settings={"devices_shared": devices_shared, "keepalive_interval_s": 10},
        person={"device_limit": 5},
    ) as played:
        await played.until_event("registered")
        await played.until_only()
        assert LineState.ACTION not in played.states


@together
async def test_l1_what_another_server_granted_without_a_word_is_removed_there():
    lost = {"where": "register", "host": "P1", "answer": "reset", "acts": True, "times": 1}
    settings = {"devices_shared": False}
    async with scene(faults=[lost], settings=settings, person={"device_limit": 5}) as played:
        await played.registered()
        assert played.at == "B1", "which knows nothing of it"
        [orphan] = set(played.devices) - {played.device_id}
        await played.until_only()
        assert played.asked("deregister")[0]["path"].endswith(orphan), "before the service forgets it"


@together
async def test_l3_keepalives_take_12_s_of_30():
    async with scene(time_scale=EXACT) as played:
        device_id = await played.registered()
        played.fault("keepalive", {"delay_s": 12})
        await played.until_proved_again()
        await played.until_proved_again()
        assert played.outline in (QUIET, KEPT), "the second one is not even late"
        kept_one_registration(played, device_id)


@together
async def test_l3_keepalives_take_4_s_of_10():
    async with scene(time_scale=EXACT_AT_10_S, settings={"keepalive_interval_s": 10}) as played:
        device_id = await played.registered()
        played.fault("keepalive", {"delay_s": 4})
        await played.until_proved_again()
        await played.until_proved_again()
        assert played.outline in (QUIET, KEPT)
        kept_one_registration(played, device_id)


# ---- sick


@together
async def test_l2_the_primary_answers_503_for_a_minute():
    async with scene() as played:
        device_id = await played.registered()
        await played.until_asked("keepalive")
        played.fault("any", {"status": 503, "form": "empty"}, host="P1", for_s=60)
        await played.until_event("reconnected")
        assert played.outline == KEPT
        kept_one_registration(played, device_id)


@together
async def test_l2_a_gateway_answers_with_pages_for_two_intervals():
    async with scene() as played:
        device_id = await played.registered()
        played.fault("any", {"status": 403, "form": "html"}, host="P1", for_s=75)
        await played.until_event("reconnected")
        assert played.outline == KEPT
        kept_one_registration(played, device_id)


@together
async def test_l7_a_page_with_200_is_no_proof():
    async with scene() as played:
        device_id = await played.registered()
        began = len(played.cloud.journal())
        played.fault("keepalive", {"malformed": "html"}, times=3)
        await played.until_event("reconnecting")
        assert len(played.cloud.journal(began, place="keepalive")) == 1, "at the first one"
        await played.until_event("reconnected")
        assert len(played.asked("keepalive")) >= 4
        kept_one_registration(played, device_id)


@together
async def test_l7_an_error_with_200_is_no_proof():
    error = {"status": 200, "body": {"message": "Upstream unavailable", "errorCode": 5000}}
    async with scene() as played:
        device_id = await played.registered()
        played.fault("keepalive", error, times=3)
        await played.until_event("reconnected")
        assert len(played.asked("keepalive")) >= 4
        assert played.outline == KEPT
        kept_one_registration(played, device_id)


@together
async def test_l7_while_pages_come_the_line_is_given_up_before_the_service_does_it():
    async with scene() as played:
        await played.until_event("registered")
        held = played.devices
        played.fault("keepalive", {"malformed": "html"})
        await played.until_event("unregistered")
        await played.until_asked("deregister")
        assert played.asked("deregister")[0]["path"].endswith(held[0])
        assert played.asked("deregister")[0]["status"] == 200, "it was there still"
        played.cloud.clear_faults()
        await played.until_event("registered", times=2)
        await played.until_only()


@together
async def test_l8_one_node_refuses_a_good_token_for_5_s():
    async with scene() as played:
        device_id = await played.registered()
        played.fault("keepalive", {"status": 401}, host="P1", for_s=5, from_first=True)
        await played.until_event("reconnected")
        assert LineState.SIGNED_OUT not in played.states
        assert played.outline == KEPT
        kept_one_registration(played, device_id)


@together
async def test_l8_a_node_that_refuses_every_token_is_left_for_another():
    async with scene() as played:
        await played.until_event("registered")
        played.fault("any", {"status": 401}, host="P1")
        await played.until_event("registered", times=2)
        assert played.at == "B1"
        assert LineState.SIGNED_OUT not in played.states
        played.cloud.clear_faults()
        await played.until_only()


@together
@pytest.mark.parametrize(
    "answer",
    [{"status": 401}, {"malformed": "html"}, "reset", {"status": 429}],
    ids=["401", "a page", "reset", "429"],
)
async def test_l8_a_node_that_grants_twice_and_never_confirms_is_left_for_another(answer: object):
    async with scene() as played:
        await played.registered()
        played.fault("keepalive", answer, host="P1")
        await played.until_event("registered", times=3)
        assert played.at == "B1"
        granted = [one["host"] for one in played.asked("register", status=200)]
        assert granted == ["P1", "P1", "B1"]
        await played.until_only()


# ---- busy


@together
@pytest.mark.parametrize(
    "headers",
    [{}, {"Retry-After": "0"}, {"Retry-After": "-5"}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}],
    ids=["none", "0", "-5", "past"],
)
async def test_l10_a_wish_to_wait_that_makes_no_sense_gets_our_own_growing_pause(headers: dict[str, str]):
    busy = {"status": 429, "form": "html", "headers": headers}
    # A busy computer adds 12 nominal seconds to an answer: beside these the lease has room for three pauses.
    async with scene(settings={"keepalive_interval_s": 60}) as played:
        device_id = await played.registered()
        played.fault("keepalive", busy, times=2)
        await played.until_event("reconnected")
        first, second, third = [entry["time_s"] for entry in played.asked("keepalive")][:3]
        assert second - first > 50, "never faster than the interval"
        assert third - second > second - first
        kept_one_registration(played, device_id)


# ---- gone


@together
async def test_l6_the_internet_is_lost_for_100_s_and_nobody_says_so():
    async with scene() as played:
        device_id = await played.registered()
        await played.until_asked("keepalive", status=200)
        lost = len(played.cloud.journal())
        played.faults_at(played.cloud.hosts, "any", "refuse", for_s=100)
        await played.until_event("reconnected")
        assert played.outline == KEPT
        kept_one_registration(played, device_id)
        after = [entry for entry in played.cloud.journal(lost) if entry["place"] not in {"ping"}]
        assert after[0]["place"] == "keepalive", "before anything else"


@together
async def test_l6_nothing_answers_any_more_for_60_s_and_nobody_says_so():
    async with scene(time_scale=0.1) as played:
        device_id = await played.registered()
        await played.until_asked("keepalive", status=200)
        played.faults_at(played.cloud.hosts, "any", "hang", for_s=60)
        await played.until_event("reconnected")
        assert played.outline == KEPT
        kept_one_registration(played, device_id)


@together
@pytest.mark.parametrize("death", ["refuse", "hang"])
async def test_a_dead_primary_is_left_for_the_backup_without_a_question(death: str, devices_shared: bool):
    async with scene(settings={"devices_shared": devices_shared}) as played:
        await played.until_event("registered")
        await played.until_asked("keepalive", status=200)
        played.fault("any", death, host="P1")
        await played.until_event("registered", times=2)
        assert played.at == "B1"
        assert played.line.state is LineState.REGISTERED_BACKUP
        assert LineState.ACTION not in played.states
        assert "error" not in played.names
        assert played.device_id in played.devices
        played.cloud.clear_faults()
        await played.until_only()


# ---- the way home


@together
@pytest.mark.parametrize("interval_s", [5, 7])
async def test_l4_at_a_short_interval_a_line_goes_home_in_time(interval_s: int):
    down = {"where": "any", "host": "P1", "answer": "refuse"}
    settings = {"keepalive_interval_s": interval_s}
    async with scene(time_scale=EXACT, faults=[down], settings=settings, policy=EACH_MINUTE) as played:
        await played.until_event("registered")
        assert played.at == "B1"
        played.cloud.clear_faults()
        began_s = played.now_s
        await played.until("home", lambda: played.at == "P1" and played.line.state is LineState.REGISTERED)
        assert played.now_s - began_s < 130, "one rehoming interval, generously"
        await played.until_only()


@together
async def test_l9_a_primary_that_was_retired_is_replaced_by_the_one_that_discovery_names():
    async with scene(time_scale=EXACT, settings=EACH_MINUTE_SAID) as played:
        await played.until_event("registered")
        played.cloud.change_settings(primary_hosts=["S1"])
        played.fault("any", "refuse", host="P1")
        await played.until("the backup", lambda: played.at == "B1")
        began_s = played.now_s
        await played.until("home", lambda: played.at == "S1" and played.line.state is LineState.REGISTERED)
        assert played.now_s - began_s < 200, "a rehoming interval, generously"
        await played.until_only()


@together
async def test_l9_a_line_at_a_retired_primary_that_still_serves_moves_too():
    async with scene(settings=EACH_MINUTE_SAID) as played:
        await played.until_event("registered")
        played.cloud.change_settings(primary_hosts=["S1"])
        await played.until("home", lambda: played.at == "S1" and played.line.state is LineState.REGISTERED)
        await played.until_only()


@together
async def test_every_server_gone_and_back_is_one_registration_again():
    async with scene() as played:
        await played.until_event("registered")
        played.faults_at(ORIGINS, "any", {"status": 503, "form": "html"}, for_s=160)
        await played.until_event("unregistered")
        await played.until_event("registered", times=2)
        await played.until_only()
        assert LineState.ACTION not in played.states
