"""The herd of tests/line/worlds/herd.py in the small: 300 panels, one server, ten minutes without it.

A second of 300 panels holds some 12 requests, give or take 3 or 4 by chance, so the peak on return is
judged over 10 s (120, give or take 11); a single second may hold twice the share. 100,000 panels need no
such allowance: `python -m tests.line.worlds.herd`.
"""

import pytest

from tests.line.worlds.herd import Outcome, ours, sdk

PANELS = 300
OUTAGE_S = 600
LEASE_S = 180  # five intervals, and one in which the trouble is not seen yet
PEAK = 0.05  # of the lines a second


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return ours(PANELS, OUTAGE_S, seed=1)


def on_return(outcome: Outcome, window_s: int) -> float:
    """The most requests in so many seconds after the return, as a share of the lines a second."""
    seconds = range(OUTAGE_S, max(outcome.requests) + 2 - window_s)
    windows = (sum(outcome.requests[begin + n] for n in range(window_s)) for begin in seconds)
    return max(windows) / window_s / outcome.panels


def sent_each_minute(outcome: Outcome, begin_s: int, end_s: int) -> float:
    """Requests of a line in a minute, on average over this part of the outage."""
    sent = sum(count for second, count in outcome.requests.items() if begin_s <= second < end_s)
    return sent / outcome.panels * 60 / (end_s - begin_s)


def test_an_outage_costs_at_most_two_requests_a_line_and_minute_once_the_lease_is_over(outcome: Outcome):
    assert 0 < sent_each_minute(outcome, LEASE_S, OUTAGE_S) <= 2


def test_to_keep_its_lease_a_line_asks_less_often_than_the_bound_allows(outcome: Outcome):
    """Nothing answers at all, so it may be our network: looked at every 10 s as long as it is of use."""
    assert sent_each_minute(outcome, 0, LEASE_S) <= 8


def test_the_return_is_no_rush(outcome: Outcome):
    assert on_return(outcome, window_s=10) <= PEAK
    assert on_return(outcome, window_s=1) <= 2 * PEAK


def test_every_line_is_back_within_75_seconds(outcome: Outcome):
    assert len(outcome.back_after_s) == PANELS
    assert max(outcome.back_after_s) <= 75.0


def test_the_sdks_policy_never_comes_back():
    gone = sdk(PANELS, OUTAGE_S, seed=1)
    assert sum(gone.requests.values()) > 0
    assert gone.back_after_s == []


def test_the_report_says_what_was_counted(outcome: Outcome):
    report = "\n".join(outcome.rows())
    assert f"back                                      {PANELS} of {PANELS}" in report
    assert "requests a line and minute in the outage" in report
