"""What a loss means and when it is tried again, without a socket (sockets.md#vectors, 08-15, 19, 22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.values import replace
from softphone.webex.messages.socket_rules import (
    Duty,
    Loss,
    Lost,
    Record,
    Step,
    back_off_s,
    meaning_of,
    next_step,
)

NEVER = None


def after(
    *losses: Loss, chance: float = 0.5, online_s: float = 0.0, apart_s: float = 1.0
) -> tuple[Record, Step]:
    """Return what is remembered and done after these, one after the other."""
    record, step = Record(), Step(wait_s=None, duty=Duty.NOTHING, cause="")
    for number, loss in enumerate(losses):
        now_s = number * apart_s
        record, step = next_step(record, loss, online_s=online_s, now_s=now_s, chance=chance)
    return record, step


def closed(code: int, *, ready: bool = True) -> Loss:
    return Loss(code=code, ready=ready)


def test_socket_08_when_the_service_goes_away_the_first_attempts_are_spread_over_five_seconds():
    for code in (1001, 1012):
        waits = [after(closed(code), chance=chance)[1].wait_s for chance in (0.0, 0.5, 1.0)]
        assert waits == [0.0, 2.5, 5.0]


def test_socket_09_waits_grow_to_a_minute_with_jitter_and_never_end():
    at_most = [after(*[closed(1006, ready=False)] * n, chance=1.0)[1].wait_s for n in range(1, 9)]
    at_least = [after(*[closed(1006, ready=False)] * n, chance=0.0)[1].wait_s for n in range(1, 9)]
    assert at_most == [2, 4, 8, 16, 32, 60, 60, 60]
    assert at_least == [0, 2, 4, 8, 16, 30, 30, 30]
    assert after(*[closed(1006)] * 10_000)[1].wait_s == 45


def test_waits_begin_anew_after_a_minute_online_and_not_before():
    grown, _ = after(*[closed(1006)] * 5)
    _, step = next_step(grown, closed(1006), online_s=59.0, now_s=9.0, chance=1.0)
    assert step.wait_s == 60
    _, step = next_step(grown, closed(1006), online_s=60.0, now_s=9.0, chance=1.0)
    assert step.wait_s == 2


@pytest.mark.parametrize("code", [1000, 1005, 1006, 1009, 1011, 1012, 3050, 4001, 4404, 4999])
def test_socket_10_11_whatever_else_closes_a_live_socket_it_is_tried_again_within_seconds(code: int):
    _, step = after(closed(code), chance=1.0)
    assert step.wait_s is not None
    assert step.wait_s <= 5


def test_socket_11_4404_asks_wdm_for_the_address_and_1003_rests_for_a_minute():
    assert after(closed(4404))[1].duty is Duty.REFRESH
    assert after(closed(1003), chance=0.0)[1].wait_s == 60


def test_socket_12_a_token_refused_on_a_live_socket_is_renewed_each_time():
    for _ in range(3):
        assert after(closed(4401))[1].duty is Duty.RENEW


def test_socket_13_a_token_refused_twice_before_it_was_ready_needs_a_sign_in():
    refused = closed(4401, ready=False)
    record, step = after(refused)
    assert (step.duty, step.wait_s) == (Duty.RENEW, 1.0)
    _, step = next_step(record, refused, online_s=0, now_s=1, chance=0.5)
    assert step.wait_s is NEVER
    assert "Sign in again" in step.cause
    _, step = after(refused, closed(1006), refused)  # it was online between
    assert step.wait_s is not NEVER


@pytest.mark.parametrize("code", [4400, 4403])
def test_socket_14_what_is_not_allowed_is_asked_hourly(code: int):
    _, step = after(closed(code, ready=False), chance=0.0)
    assert step.wait_s == 3600
    assert "does not allow" in step.cause
    assert after(closed(code))[1].wait_s == 1.0  # on a live socket it is a loss like others


def test_socket_15_a_device_in_use_elsewhere_is_tried_once_more_and_then_left_to_a_person():
    assert after(closed(4000), chance=0.0)[1].wait_s == 60
    _, step = after(closed(4000), closed(4000), apart_s=599)
    assert step.wait_s is NEVER
    assert "Another program" in step.cause
    assert after(closed(4000), closed(4000), apart_s=601)[1].wait_s is not NEVER


@pytest.mark.parametrize("loss", [closed(1008), closed(1008, ready=False), Loss(how=Lost.REFUSED, code=401)])
def test_a_doubtful_refusal_renews_once_and_then_waits_like_any_other(loss: Loss):
    loss = replace(loss, ready=False)
    assert after(loss)[1].duty is Duty.RENEW
    for times in (2, 3, 9):
        _, step = after(*[loss] * times)
        assert step.duty is Duty.NOTHING
        assert step.wait_s is not NEVER


@pytest.mark.parametrize("status", [404, 410])
def test_socket_19_an_address_that_is_gone_is_asked_of_wdm(status: int):
    assert after(Loss(how=Lost.REFUSED, code=status))[1].duty is Duty.REFRESH
    assert after(closed(1005, ready=False))[1].duty is Duty.REFRESH
    assert after(closed(1005))[1].duty is Duty.NOTHING


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_socket_22_what_the_service_asks_for_is_waited_and_a_little_more(status: int, chance: float):
    step = after(Loss(how=Lost.REFUSED, code=status, retry_after_s=30.0), chance=chance)[1]
    assert step.wait_s == pytest.approx(30 + 3 * chance)


def test_without_a_sign_in_nothing_is_tried():
    assert after(Loss(how=Lost.NO_SIGN_IN))[1].wait_s is NEVER


ANY = st.builds(
    Loss,
    how=st.sampled_from(Lost),
    code=st.sampled_from([0, 200, 302, 401, 404, 429, 503, 1000, 1001, 1005, 1006, 1008, 4000, 4401, 4403]),
    ready=st.booleans(),
    retry_after_s=st.none() | st.floats(0, 3600),
)


@given(st.lists(ANY, min_size=1, max_size=30), st.floats(0, 1))
def test_every_history_ends_in_words_and_in_a_wait_that_is_bounded(losses: list[Loss], chance: float):
    record, step = after(*losses, chance=chance)
    assert step.cause
    assert step.wait_s is None or 0 <= step.wait_s <= 3960
    assert record.failures <= len(losses)


@given(st.integers(0, 100_000), st.floats(0, 1))
def test_back_off_stays_within_its_bounds(failures: int, chance: float):
    assert 0 <= back_off_s(failures, chance) <= 60


@pytest.mark.parametrize("code", [300, 302, 308, 399])
def test_a_redirect_of_the_upgrade_is_told_as_what_diverts_it(code: int):
    assert "diverts" in meaning_of(Loss(how=Lost.REFUSED, code=code)).cause


@pytest.mark.parametrize("code", [0, 100, 200, 299, 400, 418, 500, 599, 600])
def test_any_other_refusal_of_the_upgrade_is_trouble_of_the_service(code: int):
    assert "has trouble" in meaning_of(Loss(how=Lost.REFUSED, code=code)).cause


CUT, MOVED, TROUBLE = "was cut", "has moved", "has trouble"
RENEWED, CLOSED, DENIED = "sign-in is renewed", "Webex closed", "does not allow"


@pytest.mark.parametrize(
    ("loss", "cause", "duty", "at_least_s", "at_most_s"),
    [
        (Loss(), CUT, Duty.NOTHING, 0, 2),
        (closed(1001), CLOSED, Duty.NOTHING, 0, 5),
        (closed(1001, ready=False), CLOSED, Duty.NOTHING, 0, 5),
        (closed(1012), CLOSED, Duty.NOTHING, 0, 5),
        (closed(1003), "did not understand", Duty.NOTHING, 60, 66),
        (closed(1008), RENEWED, Duty.RENEW, 0, 2),
        (closed(4000), "Another program", Duty.NOTHING, 60, 66),
        (closed(4401), RENEWED, Duty.RENEW, 0, 2),
        (closed(4401, ready=False), RENEWED, Duty.RENEW, 0, 2),
        (closed(4404), MOVED, Duty.REFRESH, 0, 2),
        (closed(1005), CUT, Duty.NOTHING, 0, 2),
        (closed(1005, ready=False), MOVED, Duty.REFRESH, 0, 2),
        (closed(4400), CUT, Duty.NOTHING, 0, 2),
        (closed(4400, ready=False), DENIED, Duty.NOTHING, 3600, 3960),
        (closed(4403, ready=False), DENIED, Duty.NOTHING, 3600, 3960),
        (Loss(how=Lost.REFUSED, code=401), RENEWED, Duty.RENEW, 0, 2),
        (Loss(how=Lost.REFUSED, code=404), MOVED, Duty.REFRESH, 0, 2),
        (Loss(how=Lost.REFUSED, code=410), MOVED, Duty.REFRESH, 0, 2),
        (Loss(how=Lost.REFUSED, code=503), TROUBLE, Duty.NOTHING, 0, 2),
        (Loss(how=Lost.REFUSED, code=302), "diverts", Duty.NOTHING, 0, 2),
        (Loss(how=Lost.FAILED, cause="ours"), "ours", Duty.NOTHING, 0, 2),
        (Loss(how=Lost.FAILED, retry_after_s=1.0), CUT, Duty.NOTHING, 1, 2),
        (Loss(how=Lost.SILENT), TROUBLE, Duty.NOTHING, 0, 2),
        (Loss(how=Lost.NO_PONG), "did not answer in time", Duty.NOTHING, 0, 2),
        (Loss(how=Lost.NONSENSE), TROUBLE, Duty.NOTHING, 0, 2),
        (Loss(how=Lost.FLOOD), "too many messages", Duty.NOTHING, 30, 33),
        (Loss(how=Lost.NO_SIGN_IN), "Sign in again", Duty.NOTHING, NEVER, NEVER),
        (Loss(how=Lost.NO_ADDRESS), "named no address", Duty.REFRESH, 0, 2),
    ],
)
def test_each_loss_has_its_words_its_duty_and_its_first_wait(
    loss: Loss, cause: str, duty: Duty, at_least_s: float | None, at_most_s: float | None
):
    soonest, latest = after(loss, chance=0.0)[1], after(loss, chance=1.0)[1]
    assert (soonest.wait_s, latest.wait_s) == (at_least_s, at_most_s and pytest.approx(at_most_s))
    assert soonest.duty is latest.duty is duty
    assert cause in soonest.cause


def test_what_is_remembered_is_forgotten_when_it_was_online():
    record, _ = after(closed(4401, ready=False))
    assert record == Record(failures=1, refused=1)
    record, _ = next_step(record, closed(1008, ready=False), online_s=0, now_s=5, chance=0)
    assert record == Record(failures=2, refused=1, renewed=True)
    record, _ = next_step(record, closed(4000), online_s=59.9, now_s=7, chance=0)
    assert record == Record(failures=3, replaced_at_s=7)
    record, _ = next_step(record, closed(1006), online_s=60, now_s=9, chance=0)
    assert record == Record(failures=1, replaced_at_s=7)


def test_socket_15_the_ten_minutes_of_a_device_in_use_elsewhere_end_with_them():
    assert after(closed(4000), closed(4000), apart_s=600)[1].wait_s is NEVER
    assert after(closed(4000), closed(4000), apart_s=600.1, chance=0)[1].wait_s == 60
