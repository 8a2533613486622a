"""When a renewal is due, to the second, and how far apart two are, by hand (sign-in.md#renewal)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from softphone.auth.changes import Change
from softphone.auth.renewal import Renewal
from softphone.auth.token_answer import Token
from softphone.errors import RenewalError, SoftphoneError
from softphone.line.failure import Remedy
from tests.auth.endpoint import HandClock

DAY_S = 86_400.0


class Bench:
    """One renewal; half of each random part is taken."""

    def __init__(self, life_s: float, *, scale: float = 1.0, **changes: Any) -> None:
        self.hand = HandClock()
        self.told: list[tuple[Change, SoftphoneError | None]] = []
        self.error: RenewalError | None = None
        self.began_s = self.hand.wall_s
        fields: dict[str, Any] = {
            "access_token": "a",
            "expires_at": self.began_s + life_s,
            "refresh_token": "r",
            "obtained_at": self.began_s,
        }
        self.token = Token(**(fields | changes))
        newest: Callable[[], Awaitable[Token]] = self._newest
        self.renewal = Renewal(
            self.token,
            self.hand.clock,
            time_scale=scale,
            newest=newest,
            tell=lambda change, error: self.told.append((change, error)),
        )

    async def _newest(self) -> Token:
        if self.error is not None:
            raise self.error
        return self.token

    def later(self, delay_s: float) -> None:
        self.hand.wall_s += delay_s
        self.hand.mono_s += delay_s

    async def failed(self) -> float:
        """Fail once more, as soon as it may; return how long the next try has to wait."""
        self.later(max(0.0, self.renewal._waited_s()))
        with pytest.raises(RenewalError):
            await self.renewal.renewed()
        return self.renewal._waited_s()


@pytest.mark.parametrize(
    ("life_s", "lead_s"),
    [
        (600.0, 300.0),  # short: half-way
        (3600.0, 600.0 - 90.0),
        (6000.0, 600.0 - 150.0),
        (10 * DAY_S, DAY_S - 0.25 * DAY_S),
        (0.0, 0.0),
        (-5.0, 0.0),
    ],
)
def test_it_is_due_so_long_before_the_end(life_s: float, lead_s: float):
    bench = Bench(life_s)
    due_at = bench.renewal.due_at
    assert due_at is not None
    expected = bench.token.expires_at - lead_s
    assert due_at == pytest.approx(expected)
    assert bench.renewal._due_in_s() == pytest.approx(expected - bench.began_s)


def test_it_is_due_at_least_every_thirty_days():
    bench = Bench(400 * DAY_S)
    assert bench.renewal.due_at == bench.began_s + 30 * DAY_S
    assert bench.renewal._due_in_s() == 30 * DAY_S
    bench.later(31 * DAY_S)
    assert bench.renewal._due_in_s() == -DAY_S


@pytest.mark.parametrize(("life_s", "leeway_s"), [(3600.0, 60.0), (300.0, 30.0)])
def test_it_is_stale_within_a_minute_of_its_end_or_a_tenth_of_a_short_life(life_s: float, leeway_s: float):
    bench = Bench(life_s)
    bench.later(life_s - leeway_s - 0.5)
    assert not bench.renewal.is_stale()
    bench.later(0.5)
    assert bench.renewal.is_stale()
    assert not bench.renewal.has_run_out()
    bench.later(leeway_s - 0.5)
    assert not bench.renewal.has_run_out()
    bench.later(0.5)
    assert bench.renewal.has_run_out()


def test_it_has_run_out_only_by_both_clocks_and_is_stale_by_either():
    bench = Bench(3600.0)
    bench.hand.wall_s += 3600
    assert bench.renewal.is_stale()
    assert not bench.renewal.has_run_out()
    bench.hand.mono_s += 3600
    assert bench.renewal.has_run_out()
    bench = Bench(3600.0)
    bench.hand.mono_s += 3600
    assert bench.renewal.is_stale()
    assert not bench.renewal.has_run_out()


def test_a_clock_that_went_back_by_more_than_five_minutes_makes_it_stale_and_due():
    bench = Bench(3600.0)
    bench.hand.wall_s -= 300
    assert not bench.renewal.is_stale()
    bench.hand.wall_s -= 0.5
    assert bench.renewal.is_stale()
    assert bench.renewal._due_in_s() < 0


def test_without_a_refresh_token_it_serves_to_its_end_and_is_due_then():
    bench = Bench(3600.0, refresh_token=None)
    assert bench.renewal.due_at is None
    assert bench.renewal._due_in_s() == 3600.0
    bench.later(3599.5)
    assert not bench.renewal.is_stale()
    bench.later(0.5)
    assert bench.renewal.is_stale()
    assert Bench(3600.0, access_token="").renewal.has_run_out()


def test_another_token_is_live_when_it_has_more_than_a_minute():
    bench = Bench(3600.0)
    assert not bench.renewal.is_live(Token(access_token="b", expires_at=bench.began_s + 60))
    assert bench.renewal.is_live(Token(access_token="b", expires_at=bench.began_s + 60.5))


@pytest.mark.parametrize("scale", [1.0, 0.5])
async def test_tries_are_spread_over_a_doubled_span_up_to_five_minutes(scale: float):
    bench = Bench(3600.0, scale=scale)
    bench.error = RenewalError("Later.", remedies=(Remedy.RETRY,))
    waits = [await bench.failed() for _ in range(20)]
    assert waits[:9] == [scale * wait for wait in (1, 2, 4, 8, 16, 32, 64, 128, 150)]
    assert set(waits[8:]) == {150 * scale}
    assert bench.told == [(Change.TROUBLE, bench.error)] * 20
    assert bench.renewal.trouble is bench.error
    bench.error = None
    bench.later(bench.renewal._waited_s())
    assert await bench.renewal.renewed() == "a"
    assert bench.renewal.trouble is None
    bench.error = RenewalError("Later.", remedies=(Remedy.RETRY,))
    assert await bench.failed() == scale


@pytest.mark.parametrize(
    ("error", "wait_s"),
    [
        (RenewalError("Never.", remedies=(Remedy.SIGN_IN,)), 3600.0),
        (RenewalError("Later.", remedies=(Remedy.RETRY,), retry_after_s=9.0), 9.0),
        (RenewalError("Later.", remedies=(Remedy.RETRY,), retry_after_s=0.5), 1.0),
    ],
)
async def test_the_next_try_waits_for_what_was_asked_and_an_hour_where_asking_is_hopeless(
    error: RenewalError, wait_s: float
):
    bench = Bench(3600.0)
    bench.error = error
    assert await bench.failed() == wait_s
    assert bench.renewal.due_at == max(bench.token.expires_at - 510, bench.hand.wall_s + wait_s)
    with pytest.raises(RenewalError) as sooner:
        await bench.renewal.renewed()
    assert sooner.value is error


async def test_a_fault_of_ours_is_said_to_be_ours(caplog: pytest.LogCaptureFixture):
    bench = Bench(3600.0)
    bench.error = ValueError("ours")  # type: ignore[assignment]
    with pytest.raises(RenewalError) as raised:
        await bench.renewal.renewed()
    assert raised.value.sentence == "This is a fault in the program, not yours. It is tried again."
    assert bench.renewal.trouble is raised.value
    caplog.clear()


async def test_it_begins_once_and_not_where_nothing_is_left_to_renew():
    bench = Bench(3600.0)
    assert bench.renewal.start()
    assert not bench.renewal.start()
    await bench.renewal.stop(after_s=0)
    with pytest.raises(RenewalError, match="only a moment ago"):
        await bench.renewal.renewed()
    over = Bench(3600.0)
    over.renewal.end()
    assert not over.renewal.start()
    assert over.renewal.due_at is None
    over.error = RenewalError("Later.")
    with pytest.raises(RenewalError):
        await over.renewal.renewed()
    assert over.told == []


async def test_a_pause_keeps_the_next_one_away_and_trying_now_ends_it_only_after_trouble():
    bench = Bench(3600.0, scale=0.5)
    bench.renewal.pause(60)
    assert bench.renewal._waited_s() == 30
    bench.renewal.try_now()
    assert bench.renewal._waited_s() == 30
    bench.renewal.lapse()
    assert bench.renewal._waited_s() == float("-inf")
    assert bench.renewal.token.refresh_token is bench.renewal.token.refresh_expires_at is None
