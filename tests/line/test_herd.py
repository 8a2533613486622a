"""The herd of tests/line/herd.py in the small: 300 panels, one server, ten minutes without it.

A second of 300 panels holds some 12 requests, give or take 3 or 4 by chance, so the peak on return is
judged over 10 s (120, give or take 11); a single second may hold twice the share. 100,000 panels need no
such allowance: `python -m tests.line.herd`.
"""

import pytest

from tests.line.herd import Outcome, ours, sdk

PANELS = 300
OUTAGE_S = 600
PEAK = 0.05  # of the lines a second


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return ours(PANELS, OUTAGE_S, seed=1)


def on_return(outcome: Outcome, window_s: int) -> float:
    """The most requests in so many seconds after the return, as a share of the lines a second."""
    seconds = range(OUTAGE_S, max(outcome.requests) + 2 - window_s)
    windows = (sum(outcome.requests[begin + n] for n in range(window_s)) for begin in seconds)
    return max(windows) / window_s / outcome.panels


def test_an_outage_costs_at_most_two_requests_a_line_and_minute(outcome: Outcome):
    sent = sum(count for second, count in outcome.requests.items() if 0 <= second < OUTAGE_S)
    assert 0 < sent <= 2 * PANELS * OUTAGE_S / 60


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
