"""Accounts and lines never disagree about the sign-in."""

import asyncio
from typing import Any, cast

import pytest

from softphone.accounts.sign_in_service import Tokens
from softphone.accounts.snapshot import AccountState
from softphone.auth.changes import Change
from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.line.model import LineState
from tests.accounts.fakes import GRACE, FakeSignIn, Shown, running, sign_in, signed_in
from tests.accounts.test_account import grace_instead
from tests.calling.fake_provider import ADA, BUSY, TOKEN_ENDED, FakeProvider

TAKEN = Failure(
    disposition=Disposition.SUPERSEDED,
    error_type=ErrorType.SESSION_SUPERSEDED,
    title="Somebody took the line",
    advice="Take it back.",
    http_status=409,
)
NOT_ENTITLED = Failure(
    disposition=Disposition.GIVE_UP,
    error_type=ErrorType.FORBIDDEN,
    title="Calling is not switched on",
    advice="Ask your administrator.",
    http_status=403,
)
LAPSING = SignedOutError("Sign in soon.", title="It is about to end", remedies=(Remedy.SIGN_IN,))


class LivingSignIn(FakeSignIn):
    """A sign-in that knows whether it has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.has_ended = False

    def end(self) -> None:
        self.has_ended = True
        self.on_change(Change.ENDED, SignedOutError("Over."))

    async def access_token(self) -> str:
        await asyncio.sleep(0)
        if self.has_ended:
            raise SignedOutError("Over.")
        return "token"


def account_of(shown: Shown) -> Any:
    return shown.accounts[0]


# --- A new sign-in ---


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        pytest.param(None, LineState.SIGNED_OUT, id="signed out, the account with it"),
        pytest.param(BUSY, LineState.RETRY_WAIT, id="waiting to retry"),
        pytest.param(NOT_ENTITLED, LineState.FAILED, id="refused for good"),
    ],
)
async def test_l8_a_new_sign_in_revives_a_wanted_line_from_every_state(
    services, profile, failure: Failure | None, state: LineState
):
    provider = FakeProvider()
    services.providers = [provider, FakeProvider(), FakeProvider()]
    if failure is not None:
        provider.fail("register", *[failure] * 4)
    async with running(services, profile) as (panel, shown):
        made = LivingSignIn()
        await sign_in(panel, services, made)
        if failure is None:
            await shown.until_lines_are(LineState.REGISTERED)
            made.end()
        await shown.until_lines_are(state)
        provider.failures.clear()
        await sign_in(panel, services, LivingSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        assert account_of(shown).state is AccountState.READY


async def test_l8_a_line_that_was_taken_elsewhere_survives_a_new_sign_in(services, profile):
    services.providers = [FakeProvider(), FakeProvider(), FakeProvider()]
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, _):
        services.providers[0].fail("keepalive", TAKEN)
        await shown.until_lines_are(LineState.ELSEWHERE)
        await sign_in(panel, services, LivingSignIn())
        await shown.until(lambda: services.providers[1].closed)
        again = cast("LivingSignIn", panel._accounts.entries[0].tokens.sign_in)
        again.end()
        await sign_in(panel, services, LivingSignIn())
        await shown.until(lambda: account_of(shown).state is AccountState.READY)
        assert [line.state for line in panel.lines] == [LineState.ELSEWHERE]
        assert services.providers[0].requests.count("register primary") == 1


async def test_a_line_that_nobody_wants_stays_off_when_somebody_signs_in_again(services, profile):
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, _):
        panel.deregister_all()
        await shown.until_lines_are(LineState.IDLE)
        await sign_in(panel, services, LivingSignIn())
        await shown.until(lambda: services.providers[1].closed)
        assert [line.state for line in panel.lines] == [LineState.IDLE]


# --- A line says that the sign-in has ended ---


async def test_l8_a_line_signed_out_under_a_sign_in_that_lives_goes_on(services, profile):
    async with signed_in(services, profile, LivingSignIn()) as (_, shown, _):
        services.providers[0].fail("keepalive", TOKEN_ENDED)
        await shown.until_lines_are(LineState.SIGNED_OUT)
        await shown.until_lines_are(LineState.REGISTERED)
        assert AccountState.ENDED not in shown.states


async def test_l8_a_line_signed_out_under_a_sign_in_that_cannot_be_renewed_just_now_goes_on(
    services, profile
):
    async with signed_in(services, profile, LivingSignIn()) as (_, shown, made):

        async def no_answer() -> str:
            raise RenewalError("No answer.")

        made.access_token = no_answer
        services.providers[0].fail("keepalive", TOKEN_ENDED)
        await shown.until_lines_are(LineState.SIGNED_OUT)
        await shown.until_lines_are(LineState.REGISTERED)


async def test_l8_where_the_sign_in_says_so_too_the_account_has_ended(services, profile):
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, made):
        made.has_ended = True  # and nobody was told
        services.providers[0].fail("keepalive", TOKEN_ENDED)
        await shown.until(lambda: account_of(shown).state is AccountState.ENDED)
        assert [line.state for line in panel.lines] == [LineState.SIGNED_OUT]


# --- While the old one is asked ---


async def test_who_waits_for_a_sign_in_that_is_closed_goes_on_with_the_new_one():
    old, renewals = FakeSignIn(), asyncio.Queue[asyncio.Task[bool]]()

    async def waits(rejected: str = "") -> str:
        renewal = asyncio.ensure_future(asyncio.Event().wait())
        renewals.put_nowait(renewal)
        return str(await asyncio.shield(renewal))

    old.access_token = old.renew = waits  # type: ignore[method-assign]
    for ask, answer in ((Tokens.access_token, "token"), (lambda tokens: tokens.renew("rejected"), "other")):
        tokens = Tokens(cast("Any", old))
        waiting = asyncio.ensure_future(ask(tokens))
        renewal = await renewals.get()
        tokens.sign_in = cast("Any", FakeSignIn())
        renewal.cancel()  # as closing a session does with what is under way
        assert await waiting == answer


@pytest.mark.parametrize(
    "error", [SignedOutError("Over."), RenewalError("No answer.")], ids=["ended", "trouble"]
)
async def test_how_a_replaced_sign_in_fails_is_nobodys_business(error: Exception):
    old, new, gate = FakeSignIn(), FakeSignIn(), asyncio.Event()

    async def fail(rejected: str = "") -> str:
        await gate.wait()
        raise error

    old.access_token = old.renew = fail  # type: ignore[method-assign]
    tokens = Tokens(cast("Any", old))
    waiting = [asyncio.ensure_future(one) for one in (tokens.access_token(), tokens.renew("rejected"))]
    await asyncio.sleep(0)
    tokens.sign_in = cast("Any", new)
    gate.set()
    assert await asyncio.gather(*waiting) == ["token", "other"]
    tokens.sign_in = cast("Any", old)
    with pytest.raises(type(error)):
        await tokens.access_token()


async def test_who_is_cancelled_while_waiting_is_cancelled():
    old = FakeSignIn()

    async def never() -> str:
        return str(await asyncio.Event().wait())

    old.access_token = never  # type: ignore[method-assign]
    tokens = Tokens(cast("Any", old))
    waiting = asyncio.ensure_future(tokens.access_token())
    await asyncio.sleep(0)
    tokens.sign_in = cast("Any", FakeSignIn())
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_discovery_with_the_sign_in_of_before_does_not_end_the_new_one(services, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": LivingSignIn()}
    services.providers = [FakeProvider(), FakeProvider()]
    services.providers[0].held.add("discover")
    services.providers[0].fail("discover", TOKEN_ENDED)
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await services.providers[0].until_asked("discover")
        made = LivingSignIn()
        await sign_in(panel, services, made)
        await shown.until(lambda: made.kept == ["ada"])
        services.providers[0].hold.set()
        await shown.until_lines_are(LineState.REGISTERED)
        assert AccountState.ENDED not in shown.states


async def test_a_sign_in_that_ends_while_lines_are_fetched_is_not_fetched_for_any_more(services, profile):
    profile.remember_account(ADA)
    first = LivingSignIn()
    services.stored = {"ada": first}
    services.providers = [FakeProvider(), FakeProvider()]
    services.providers[0].fail("discover", *[BUSY] * 3)
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await shown.until(lambda: AccountState.TROUBLE in shown.states)
        first.end()
        (entry,) = panel._accounts.entries
        assert entry.work is not None
        await asyncio.wait({entry.work})
        assert account_of(shown).state is AccountState.ENDED
        services.providers[0].failures.clear()
        await sign_in(panel, services, LivingSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        assert len(panel.lines) == len(shown.lines) == 1
        assert len(services.providers[0].devices_alive) == 1


# --- Renewing has ended, access lives ---


async def test_t2_while_nothing_renews_it_the_lines_stay_and_the_person_is_asked_to_sign_in(
    services, profile
):
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, made):
        made.on_change(Change.LAPSING, LAPSING)
        assert account_of(shown).state is AccountState.READY
        assert shown.notice.remedies == (Remedy.SIGN_IN,)
        made.on_change(Change.NOT_SAVED, RenewalError("Trouble."))
        made.on_change(Change.SAVED, None)
        panel.check_again("ada")
        await asyncio.sleep(0.01)
        assert shown.notice.title == LAPSING.title, "it lasts as long as the sign-in"
        assert [line.state for line in panel.lines] == [LineState.REGISTERED]
        await sign_in(
            panel,
            services,
            LivingSignIn(),
        )
        await shown.until(lambda: account_of(shown).notice is None)
        assert [line.state for line in panel.lines] == [LineState.REGISTERED]
        assert services.providers[0].requests.count("register primary") == 1


async def test_t2_a_sign_in_that_was_lapsing_at_the_last_end_says_so_beside_the_remarks(services, profile):
    class Lapsing(LivingSignIn):
        def start(self) -> None:
            self.on_change(Change.LAPSING, LAPSING)

    profile.remember_account(ADA)
    made = Lapsing()
    made.notes = ("Odd.",)
    services.stored = {"ada": made}
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.notice.title == LAPSING.title
        made.end()
        assert shown.notice.title == "Your sign-in has ended"


async def test_t2_somebody_else_than_the_person_who_was_asked_waits_for_a_choice(services, profile):
    services.providers = [FakeProvider(ADA), FakeProvider(GRACE)]
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, made):
        made.on_change(Change.LAPSING, LAPSING)
        await grace_instead(panel, services, shown)
        assert shown.accounts[1].instead_of == ADA
