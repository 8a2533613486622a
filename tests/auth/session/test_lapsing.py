"""Renewing and access end apart, and no local clock ends either."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from softphone.auth import session as sessions
from softphone.auth.changes import Change
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import EntryKind, entry_of
from softphone.auth.session import Session
from softphone.auth.token_service import AskIdentity
from softphone.errors import RenewalError, RequestError, SignedOutError, SoftphoneError
from softphone.line.failure import Remedy
from tests.auth.endpoint import no_answer, settle
from tests.auth.session.bench import CLOUD, DAY_S, HOUR_S, INVALID_GRANT, Bench, started

YEAR_S = 365 * DAY_S


# --- Renewing has ended, access lives ---


async def lapse(bench: Bench) -> None:
    """The renewal ahead of expiry meets invalid_grant."""
    bench.endpoint.script = [INVALID_GRANT]
    await bench.hand.tick(HOUR_S - 500)
    assert bench.heard == [Change.LAPSING]


async def test_the_access_token_serves_until_a_server_refuses_it():
    async with started(life_s=HOUR_S) as bench:
        await lapse(bench)
        assert await bench.session.access_token() == "access-0"
        assert bench.session.renews_at is None
        with pytest.raises(SignedOutError):
            await bench.session.renew("access-0")
        assert bench.heard == [Change.LAPSING, Change.ENDED]
        with pytest.raises(SignedOutError):
            await bench.session.access_token()


async def test_the_person_is_told_why_and_what_to_do():
    async with started(life_s=HOUR_S) as bench:
        await lapse(bench)
        error = bench.changes[0][1]
        assert isinstance(error, SignedOutError)
        assert error.remedies == (Remedy.SIGN_IN,)


async def test_only_the_refresh_entry_goes_and_the_next_start_uses_the_access_token():
    async with started(life_s=HOUR_S) as bench:
        await lapse(bench)
        assert await bench.stored(EntryKind.REFRESH) is None
        again = await bench.restored()
        heard: list[Change] = []
        again.on_change = lambda change, error: heard.append(change)
        again.start()
        await again.keep("ada")
        assert heard == [Change.LAPSING]
        assert await again.access_token() == "access-0"
        with pytest.raises(SignedOutError):
            await again.renew("access-0")
        assert await bench.stored(EntryKind.ACCESS) is None
        assert await bench.restore() is None
        await again.close()


async def test_an_access_token_alone_that_looks_over_is_still_tried():
    async with started(life_s=HOUR_S) as bench:
        await lapse(bench)
        bench.hand.wall_s += YEAR_S
        again = await bench.restored()
        assert await again.access_token() == "access-0"


async def test_a_save_that_is_still_tried_does_not_put_the_dead_refresh_token_back():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.life_s = int(HOUR_S)
        bench.keystore.failing_writes = 3
        await bench.session.renew("access-0")
        bench.hand.mono_s += 61
        bench.endpoint.script = [INVALID_GRANT]
        bench.hand.wall_s += HOUR_S - 30
        assert await bench.session.access_token() == "access-1"
        await bench.hand.tick(300, step_s=1)
        assert await bench.stored(EntryKind.REFRESH) is None
        assert bench.endpoint.renewals == 2, "the older one in the keyring is not tried"


async def test_after_a_401_that_started_the_renewal_invalid_grant_ends_access_at_once():
    async with started() as bench:
        bench.endpoint.script = [INVALID_GRANT]
        calls = [bench.session.renew("access-0") for _ in range(3)]
        assert all(
            isinstance(one, SignedOutError) for one in await asyncio.gather(*calls, return_exceptions=True)
        )
        assert bench.heard == [Change.ENDED]


async def test_a_401_of_a_token_that_was_replaced_meanwhile_says_nothing_of_the_new_one():
    async with started() as bench:
        fresh = await bench.session.renew("access-0")
        bench.hand.wall_s += YEAR_S  # the new one looks over, and may not be renewed again so soon
        assert await bench.session.renew("access-0") == fresh
        assert bench.endpoint.renewals == 1


async def test_a_fault_of_ours_while_renewing_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture):
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [ValueError("Port could not be cast to integer value")]
        await bench.hand.tick(HOUR_S - 400)
        assert bench.heard == [Change.TROUBLE, Change.RENEWED]
        assert "renewing the sign-in failed unexpectedly" in caplog.text
        caplog.clear()


async def test_a_token_endpoint_that_hangs_does_not_hold_up_a_token_that_still_serves(monkeypatch):
    monkeypatch.setattr(sessions, "RENEWAL_PATIENCE_S", 0.01)
    bench = Bench()
    bench.endpoint.gate = asyncio.Event()
    bench.hand.wall_s += YEAR_S
    assert await bench.session.access_token() == "access-0"
    bench.endpoint.gate.set()
    await settle()
    assert await bench.session.access_token() == "access-1"


# --- Clocks ---


@pytest.mark.parametrize(
    "second_s", [YEAR_S, -YEAR_S, 100 * DAY_S, -10 * YEAR_S], ids=lambda s: f"{s / DAY_S:g} d"
)
@pytest.mark.parametrize("first_s", [YEAR_S, -10 * YEAR_S, 60.0], ids=lambda s: f"{s / DAY_S:g} d")
async def test_s10_a_second_jump_within_a_minute_of_a_renewal_stops_no_call(first_s: float, second_s: float):
    async with started() as bench:
        bench.hand.wall_s += first_s
        await bench.session.renew("access-0")
        await bench.hand.tick(10)
        bench.hand.wall_s += second_s
        for _ in range(20):
            assert (await bench.session.access_token()).startswith("access-")
            await bench.hand.tick(10)
        assert bench.endpoint.renewals <= 4
        assert set(bench.heard) == {Change.RENEWED}


async def test_s10_a_clock_ten_years_back_at_a_renewal_and_then_right_costs_nothing():
    async with started() as bench:
        bench.hand.wall_s -= 10 * YEAR_S
        await bench.session.renew("access-0")
        bench.hand.wall_s += 10 * YEAR_S
        await bench.hand.tick(120)
        again = await bench.restored()
        assert (await again.access_token()).startswith("access-")
        assert Change.ENDED not in bench.heard
        assert await bench.stored(EntryKind.REFRESH) is not None


async def test_s10_while_the_clock_is_wrong_and_nobody_renews_the_token_goes_on_serving():
    async with started() as bench:
        bench.endpoint.script = [(503, b"")] * 500
        bench.hand.wall_s += YEAR_S
        for _ in range(50):
            assert await bench.session.access_token() == "access-0"
            await bench.hand.tick(60)


async def test_a_clock_that_jumps_to_and_fro_every_second_renews_once_a_minute_at_most():
    async with started() as bench:
        for second in range(300):
            bench.hand.wall_s += YEAR_S * (-1) ** second
            assert (await bench.session.access_token()).startswith("access-")
            await bench.hand.tick(1, step_s=1)
        assert bench.endpoint.renewals <= 6


# --- Without a refresh token: identity has the last word ---


class Identity:
    """What `people/me` says; `asked` is with which tokens it was asked."""

    def __init__(self, *answers: tuple[int, bytes] | RequestError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def ask(self, access_token: str) -> tuple[int, bytes]:
        self.asked.append(access_token)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if self.answers else (200, b"{}")
        if isinstance(answer, RequestError):
            raise answer
        return answer


REFUSES = (401, b'{"message":"no"}')
Made = FixedToken | Session


def given(ask: AskIdentity) -> tuple[Made, Callable[[], None]]:
    return FixedToken("access-0", ask_identity=ask, time_scale=0), lambda: None


def without_refresh(ask: AskIdentity) -> tuple[Made, Callable[[], None]]:
    bench = Bench(refresh_token=None, ask_identity=ask)

    def a_minute_later() -> None:
        bench.hand.mono_s += 61

    return bench.session, a_minute_later


def lapsed(ask: AskIdentity) -> tuple[Made, Callable[[], None]]:
    made, a_minute_later = without_refresh(ask)
    assert isinstance(made, Session)
    made._is_lapsing = True
    return made, a_minute_later


@pytest.fixture(params=[given, without_refresh, lapsed], ids=lambda maker: maker.__name__)
def make(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_l18_a_stray_401_is_asked_about_and_the_token_serves_on(make: Any):
    identity = Identity()
    sign_in, _ = make(identity.ask)
    assert await sign_in.renew("access-0") == "access-0"
    assert await sign_in.access_token() == "access-0"
    assert identity.asked == ["access-0"]


async def test_l18_it_ends_when_identity_refuses_too(make: Any):
    identity = Identity((200, b"{}"), REFUSES)
    sign_in, a_minute_later = make(identity.ask)
    heard: list[tuple[Change, SoftphoneError | None]] = []
    sign_in.on_change = lambda change, error: heard.append((change, error))
    await sign_in.renew("access-0")
    a_minute_later()
    for call in (sign_in.renew("access-0"), sign_in.access_token(), sign_in.renew("access-0")):
        with pytest.raises(SignedOutError):
            await call
    assert [change for change, _ in heard if change is not Change.LAPSING] == [Change.ENDED]
    assert len(identity.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(no_answer(), id="no answer"),
        pytest.param((503, b""), id="503"),
        pytest.param((429, b"{}"), id="429"),
        pytest.param((401, b"<html>Blocked</html>"), id="a firewall's 401"),
        pytest.param((401, b""), id="an empty 401"),
    ],
)
async def test_l18_without_a_clear_word_of_identity_it_lives_and_is_asked_again(make: Any, answer: Any):
    sign_in, _ = make(Identity(answer).ask)
    with pytest.raises(RenewalError):
        await sign_in.renew("access-0")
    assert await sign_in.access_token() == "access-0"


async def test_identity_without_the_scope_for_it_has_accepted_the_token(make: Any):
    sign_in, _ = make(Identity((403, b"{}")).ask)
    assert await sign_in.renew("access-0") == "access-0"


async def test_who_signs_out_while_identity_is_asked_hands_no_token_out_any_more():
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def ask(_token: str) -> tuple[int, bytes]:
        asked.set()
        await go_on.wait()
        return 200, b"{}"

    bench = Bench(refresh_token=None, ask_identity=ask)
    renewing = asyncio.ensure_future(bench.session.renew("access-0"))
    await asked.wait()
    leaving = asyncio.ensure_future(bench.session.sign_out())
    await settle()
    go_on.set()
    with pytest.raises(SignedOutError) as caught:
        await renewing
    assert (caught.value.title, caught.value.remedies) == ("Signed out", (Remedy.SIGN_IN,))
    await leaving


async def test_twenty_callers_ask_identity_once(make: Any):
    identity = Identity()
    sign_in, _ = make(identity.ask)
    if isinstance(sign_in, FixedToken):
        sign_in._confirmed_for_s = 60.0
    assert set(await asyncio.gather(*(sign_in.renew("access-0") for _ in range(20)))) == {"access-0"}
    assert len(identity.asked) == 1


async def test_a_given_token_that_identity_accepted_a_moment_ago_is_not_asked_about_again():
    identity = Identity()
    fixed = FixedToken("access-0", ask_identity=identity.ask)
    assert await fixed.renew("access-0") == "access-0"
    for _ in range(3):
        with pytest.raises(RenewalError, match="a moment ago"):
            await fixed.renew("access-0")
    assert await fixed.access_token() == "access-0"
    assert len(identity.asked) == 1


async def test_a_token_that_outlives_what_was_said_of_it_serves_as_long_as_identity_accepts_it():
    identity = Identity((200, b"{}"), REFUSES)
    bench = Bench(life_s=60, refresh_token=None, ask_identity=identity.ask)
    bench.session.start()
    await bench.hand.tick(1800)
    assert await bench.session.access_token() == "access-0"
    await bench.hand.tick(2 * HOUR_S)
    assert bench.heard[-1] is Change.ENDED
    assert len(identity.asked) == 2
    await bench.session.close()


async def test_another_process_that_signed_in_afresh_is_found_when_ours_lapses():
    async with started(life_s=HOUR_S) as bench:
        await lapse(bench)
        other = Bench(access_token="theirs", refresh_token="their-refresh", keystore=bench.keystore)
        await other.session.keep("ada")
        assert await bench.session.renew("access-0") == "theirs"
        assert bench.heard == [Change.LAPSING, Change.RENEWED]
        assert bench.session.renews_at is not None


async def test_a_refresh_entry_that_somebody_deleted_does_not_end_a_sign_in_that_is_in_memory():
    async with started() as bench:
        await bench.keystore.delete(entry_of(CLOUD, EntryKind.REFRESH, "ada"))
        assert await bench.session.renew("access-0") == "access-1"
        assert await bench.stored(EntryKind.REFRESH) is not None


async def test_an_entry_of_a_newer_version_is_left_though_the_access_token_beside_it_ends():
    async with started() as bench:
        entry = entry_of(CLOUD, EntryKind.REFRESH, "ada")
        await bench.keystore.write(entry, '{"version":2}')
        again = await bench.restored()
        with pytest.raises(SignedOutError):
            await again.renew("access-0")
        assert await bench.keystore.read(entry) == '{"version":2}'
