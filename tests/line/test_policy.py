"""Bounds and waits: what the numbers of line.policy mean at their edges."""

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.line.events import TimerFired
from softphone.line.policy import Policy
from softphone.line.seeking import asked_wait_s, retry_s
from softphone.line.states import Episode
from tests.line.failures import failure_for

POLICY = Policy()


@pytest.mark.parametrize(
    ("sent", "used"),
    [
        (None, 30.0),
        (math.nan, 30.0),
        (0.0, 30.0),
        (-1.0, 30.0),
        (-math.inf, 30.0),
        (0.001, 5.0),
        (5.0, 5.0),
        (30.0, 30.0),
        (300.0, 300.0),
        (1e9, 300.0),
        (math.inf, 300.0),
    ],
)
def test_the_keepalive_interval_is_clamped_and_30_s_when_missing_or_odd(sent: float | None, used: float):
    assert POLICY.keepalive_s(sent) == used


@pytest.mark.parametrize(
    ("interval_s", "deadline_s"), [(30.0, 10.0), (300.0, 10.0), (9.0, 3.0), (None, 10.0)]
)
def test_a_keepalive_may_take_ten_seconds_or_a_third_of_the_interval(
    interval_s: float | None, deadline_s: float
):
    assert POLICY.keepalive_answer_s(interval_s) == deadline_s


@pytest.mark.parametrize(
    ("interval_s", "slowest_s", "deadline_s"),
    [
        (30.0, 1.0, 10.0),
        (30.0, 12.0, 18.0),
        (30.0, 25.0, 30.0),
        (10.0, 4.0, 6.0),
        (5.0, 6.0, 7.5),
        (300.0, 40.0, 60.0),
    ],
)
def test_a_slow_host_is_given_half_as_much_again_as_it_needed_up_to_the_interval(
    interval_s: float, slowest_s: float, deadline_s: float
):
    assert POLICY.keepalive_answer_s(interval_s, slowest_s) == deadline_s


@pytest.mark.parametrize(
    ("interval_s", "apart_s"), [(None, 30.0), (5.0, 7.5), (7.0, 7.5), (7.5, 7.5), (30.0, 30.0), (1e9, 300.0)]
)
def test_keepalives_leave_room_for_other_requests(interval_s: float | None, apart_s: float):
    assert POLICY.keepalive_every_s(interval_s) == apart_s


@pytest.mark.parametrize(
    ("interval_s", "away", "window_s"),
    [(5.0, False, 11.25), (5.0, True, 22.5), (30.0, False, 45.0), (30.0, True, 45.0)],
)
def test_proof_stays_green_until_after_the_next_keepalive(interval_s: float, away: bool, window_s: float):
    assert POLICY.proof_window_s(interval_s, away=away) == window_s
    assert window_s < POLICY.expiry_intervals * interval_s


def test_a_lease_is_given_up_before_the_service_drops_the_device():
    assert POLICY.lease_intervals < POLICY.expiry_intervals


def test_rechecks_come_after_2_4_and_8_seconds():
    assert [POLICY.recheck_after_s(misses) for misses in (1, 2, 3, 4, 99)] == [2.0, 4.0, 8.0, 8.0, 8.0]


@pytest.mark.parametrize(("rounds", "widest_s"), [(0, 2), (1, 4), (2, 8), (3, 16), (4, 32)])
def test_back_off_doubles_and_is_drawn_from_the_upper_half(rounds: int, widest_s: float):
    episode = Episode(began_at_s=0.0, rounds=rounds)
    waits = [retry_s(episode, TimerFired(at_s=1.0, draw=draw), POLICY) for draw in (0.0, 0.5, 0.999)]
    assert waits == pytest.approx([widest_s / 2, widest_s * 0.75, widest_s * 0.9995])


@pytest.mark.parametrize("rounds", [5, 6, 10_000])
def test_at_its_cap_back_off_is_a_minute_or_a_little_less(rounds: int):
    episode = Episode(began_at_s=0.0, round_at_s=1.0, rounds=rounds)
    waits = [retry_s(episode, TimerFired(at_s=1.0, draw=draw), POLICY) for draw in (0.0, 0.5, 0.999)]
    assert waits == pytest.approx([54.0, 57.0, 59.994])


@pytest.mark.parametrize(("spent_s", "wait_s"), [(5.0, 55.0), (30.0, 30.0), (90.0, 2.0)])
def test_at_its_cap_back_off_counts_the_time_that_hosts_took_to_say_nothing(spent_s: float, wait_s: float):
    episode = Episode(began_at_s=0.0, round_at_s=100.0, rounds=9)
    assert retry_s(episode, TimerFired(at_s=100.0 + spent_s, draw=1.0), POLICY) == pytest.approx(wait_s)


def test_after_an_hour_a_try_comes_every_three_to_five_minutes():
    episode = Episode(began_at_s=0.0, rounds=40)
    waits = [retry_s(episode, TimerFired(at_s=3600.0, draw=draw), POLICY) for draw in (0.0, 0.5, 1.0)]
    assert waits == pytest.approx([192.0, 240.0, 288.0])


@given(rounds=st.integers(0, 10**6), draw=st.floats(0, 1, exclude_max=True), age_s=st.floats(0, 1e7))
def test_no_back_off_is_shorter_than_a_second_or_longer_than_five_minutes(
    rounds: int, draw: float, age_s: float
):
    episode = Episode(began_at_s=0.0, rounds=rounds)
    assert 1.0 <= retry_s(episode, TimerFired(at_s=age_s, draw=draw), POLICY) <= 300.0


@pytest.mark.parametrize(
    ("asked", "draw", "wait_s"),
    [
        ("429", 0.9, 0.0),
        ("429:40", 0.0, 40.0),
        ("429:40", 0.5, 42.0),
        ("429:3590", 0.0, 3590.0),
        ("429:3590", 0.9, 3600.0),
        ("429:1e9", 0.0, 3600.0),
        ("429:1e9", 0.9, 3600.0),
        ("503", 0.5, 0.0),
    ],
)
def test_a_host_is_waited_for_as_long_as_it_asked_a_little_longer_and_an_hour_at_most(
    asked: str, draw: float, wait_s: float
):
    failure = failure_for("post", asked)
    assert asked_wait_s(failure, TimerFired(at_s=0.0, draw=draw), POLICY) == pytest.approx(wait_s)


def test_each_default_is_what_the_documents_state():
    assert {field.name: field.default for field in fields(Policy)} == {
        "time_scale": 1.0,
        "keepalive_default_s": 30.0,
        "keepalive_min_s": 5.0,
        "keepalive_max_s": 300.0,
        "keepalive_spacing_s": 7.5,
        "home_spacing_s": 15.0,
        "keepalive_jitter": 0.1,
        "keepalive_deadline_s": 10.0,
        "keepalive_patience": 1.5,
        "recheck_s": (2.0, 4.0, 8.0),
        "recheck_jitter": 0.25,
        "dead_host_misses": 3,
        "servers_looked_at": 3,
        "alone_recheck_s": 10.0,
        "proof_window": 1.5,
        "lease_intervals": 4.0,
        "expiry_intervals": 5.0,
        "next_server_s": 10.0,
        "register_deadline_s": 30.0,
        "answer_deadline_s": 20.0,
        "next_list_max_s": 5.0,
        "retry_base_s": 2.0,
        "retry_cap_s": 60.0,
        "retry_cap_jitter": 0.1,
        "primary_window_s": 30.0,
        "long_outage_s": 3600.0,
        "slow_retry_s": 240.0,
        "slow_retry_jitter": 0.2,
        "retry_after_max_s": 3600.0,
        "retry_after_jitter": 0.1,
        "rediscover_every_s": 300.0,
        "fresh_lists_s": 120.0,
        "requests_per_minute": 12,
        "requests_of_discovery": 3,
        "alive_intervals": 2.0,
        "removals_at_most": 4,
        "rehoming_min_minutes": 60.0,
        "rehoming_max_minutes": 120.0,
        "rehoming_span_minutes": (1.0, 1440.0),
        "pings_at_most": 3,
        "nudge_min_s": 0.5,
        "nudge_max_s": 3.0,
        "nudge_every_s": 30.0,
        "deregister_shown_s": 1.0,
    }
