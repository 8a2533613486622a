"""When a sign-in renews itself, for the forecast: what it says is when it happens."""

import pytest

from tests.auth.session.bench import DAY_S, HOUR_S, Bench, started


@pytest.mark.parametrize("life_s", [HOUR_S, 14 * DAY_S, 400 * DAY_S])
async def test_a_sign_in_renews_when_it_said(life_s: float):
    async with started(life_s=life_s) as bench:
        renews_at = bench.session.renews_at
        assert renews_at is not None
        await bench.hand.tick(renews_at - bench.hand.wall_s - 1, step_s=life_s / 1000)
        assert bench.endpoint.renewals == 0
        await bench.hand.tick(120)
        assert bench.endpoint.renewals == 1
        assert (bench.session.renews_at or 0) > renews_at


async def test_after_trouble_it_is_the_next_try():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(503, b"")]
        first = bench.session.renews_at
        assert first is not None
        await bench.hand.tick(first - bench.hand.wall_s + 1)
        assert first < (bench.session.renews_at or 0) <= bench.hand.wall_s + 300


def test_what_cannot_be_renewed_says_so():
    assert Bench(refresh_token=None).session.renews_at is None


async def test_a_sign_in_that_has_ended_renews_no_more():
    bench = Bench()
    await bench.session.sign_out()
    assert bench.session.renews_at is None
