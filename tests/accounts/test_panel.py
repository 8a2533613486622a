import asyncio
import os
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from softphone.accounts import account
from softphone.accounts.account import SignedIn
from softphone.accounts.all_accounts import GATHERED_ABOVE
from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState, Purpose
from softphone.auth.changes import Change
from softphone.auth.keystore import MemoryKeystore, locked
from softphone.checks.diagnostics import report_of
from softphone.errors import (
    KeystoreAbsent,
    RenewalError,
    SignedOutError,
    SignInError,
    SignInOutcome,
)
from softphone.line.failure import Remedy
from softphone.line.model import LineState, Service
from softphone.line.policy import Policy
from tests.accounts.fakes import GRACE, FakeSignIn, Shown, running, sign_in, signed_in
from tests.calling.fake_provider import ADA, BUSY, LIMIT_MET, TOKEN_ENDED, FakeProvider


async def test_after_signing_in_the_lines_are_fetched_and_register_by_themselves(services, profile):
    async with running(services, profile) as (panel, shown):
        made = await sign_in(panel, services)
        assert shown.accounts[0].state is AccountState.LOADING
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.accounts[0].account == ADA
        assert shown.accounts[0].state is AccountState.READY
        assert made.kept == ["ada"]
        assert made.started
    assert profile.accounts() == (ADA,)


async def test_an_attempt_serves_once(services, profile):
    async with running(services, profile) as (panel, _shown):
        attempt = panel.begin_sign_in()
        services.by_redirect["redirect"] = FakeSignIn()
        await panel.finish_sign_in(attempt, "redirect")
        with pytest.raises(SignInError) as caught:
            await panel.finish_sign_in(attempt, "redirect")
        assert caught.value.outcome is SignInOutcome.EXPIRED
        assert len(panel.accounts) == 1


async def test_a_cancelled_attempt_takes_no_redirect(services, profile):
    async with running(services, profile) as (panel, _shown):
        attempt = panel.begin_sign_in()
        panel.cancel_sign_in(attempt)
        with pytest.raises(SignInError):
            await panel.finish_sign_in(attempt, "redirect")
        assert panel.accounts == ()


async def test_a_sign_in_that_fails_leaves_earlier_accounts_alone(services, profile):
    async with signed_in(services, profile) as (panel, _, _):
        services.by_redirect["denied"] = SignInError("No.", outcome=SignInOutcome.DENIED)
        with pytest.raises(SignInError):
            await panel.finish_sign_in(panel.begin_sign_in(), "denied")
        assert [account.state for account in panel.accounts] == [AccountState.READY]


async def test_u04_the_own_browser_uses_the_same_address_with_a_state_of_its_own(services, profile):
    async with running(services, profile) as (panel, _shown):
        embedded, opened = panel.begin_sign_in(), asyncio.Event()
        addresses: list[str] = []
        signing_in = asyncio.create_task(
            panel.sign_in_with_browser(lambda address: (addresses.append(address), opened.set()))
        )
        await opened.wait()
        fields = [dict(parse_qsl(urlsplit(url).query)) for url in (embedded.authorize_url, addresses[0])]
        assert fields[0]["redirect_uri"] == fields[1]["redirect_uri"]
        assert fields[0]["state"] != fields[1]["state"]
        signing_in.cancel()
        await asyncio.gather(signing_in, return_exceptions=True)
        assert panel._attempts.keys() == {embedded.state}
        assert panel.accounts == ()


async def test_discovery_that_fails_says_why_and_is_tried_again(services, profile):
    services.providers = [FakeProvider()]
    services.providers[0].fail("discover", BUSY, BUSY)
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until(lambda: AccountState.TROUBLE in shown.states)
        await shown.until_lines_are(LineState.REGISTERED)
        assert services.providers[0].requests.count("discover") == 3


async def test_why_discovery_failed_is_said_until_it_succeeds(services, profile, monkeypatch):
    services.providers = [FakeProvider()]
    services.providers[0].fail("discover", BUSY, BUSY)
    said: list[tuple[AccountState, str]] = []
    async with running(services, profile) as (panel, shown):
        monkeypatch.setattr(
            shown,
            "accounts_changed",
            lambda accounts: said.append(
                (accounts[0].state, accounts[0].notice.title if accounts[0].notice else "")
            ),
        )
        await sign_in(panel, services)
        await shown.until_lines_are(LineState.REGISTERED)
    tries = [title for state, title in said if state in {AccountState.LOADING, AccountState.TROUBLE}]
    assert set(tries[tries.index(BUSY.title) :]) == {BUSY.title}
    assert said[-1] == (AccountState.READY, "")


async def test_check_again_does_not_wait_for_the_next_try(services, profile):
    services.providers = [FakeProvider()]
    services.providers[0].fail("discover", BUSY)
    panel, shown = Panel(services, profile, policy=Policy(time_scale=1.0)), Shown()
    panel.subscribe(shown)
    try:
        await sign_in(panel, services)
        await shown.until(lambda: AccountState.TROUBLE in shown.states)
        assert shown.notice.title == BUSY.title
        panel.check_again("")
        await shown.until_lines_are(LineState.REGISTERED)
    finally:
        await panel.close()


async def test_a_sign_in_the_service_refuses_at_once_is_shown_as_ended(services, profile):
    services.providers = [FakeProvider()]
    services.providers[0].fail("discover", TOKEN_ENDED)
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until(lambda: AccountState.ENDED in shown.states)
        assert shown.notice.remedies == (Remedy.SIGN_IN,)


async def test_stored_accounts_come_back_with_their_wishes(services, profile):
    profile.remember_account(ADA)
    profile.remember_account(GRACE)
    profile.want("grace", Service.CALLING, wanted=False)
    services.stored = {"ada": FakeSignIn(), "grace": FakeSignIn()}
    services.providers = [FakeProvider(ADA), FakeProvider(GRACE)]
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await shown.until(lambda: len(shown.lines) == 2)
        await shown.until(lambda: LineState.REGISTERED in {line.state for line in shown.lines.values()})
        by_name = {line.identity.account.key: line.state for line in panel.lines}
        assert by_name == {"ada": LineState.REGISTERED, "grace": LineState.IDLE}
    assert [key for _, key in services.made] == ["ada", "grace"]


async def test_known_accounts_are_shown_as_loading_before_the_keyring_is_read(services, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": FakeSignIn()}
    async with running(services, profile) as (panel, shown):
        panel.expect()
        assert [(one.account, one.state) for one in panel.accounts] == [(ADA, AccountState.LOADING)]
        await panel.start()
        await shown.until_lines_are(LineState.REGISTERED)
        assert len(panel.accounts) == 1


async def test_wishes_outlive_closing(services, profile):
    async with signed_in(services, profile):
        pass
    assert profile.wanted("ada", Service.CALLING)
    assert services.providers[0].devices_alive == []


async def test_deregister_is_remembered_as_the_users_wish(services, profile):
    async with signed_in(services, profile) as (panel, shown, _):
        panel.deregister_all()
        await shown.until_lines_are(LineState.IDLE)
        assert not profile.wanted("ada", Service.CALLING)
        panel.register_all()
        await shown.until_lines_are(LineState.REGISTERED)
        assert profile.wanted("ada", Service.CALLING)


async def test_deregister_acts_although_nothing_can_be_kept(services, profile, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    heard: list[str | None] = []
    profile.on_notice(heard.append)
    async with signed_in(services, profile) as (panel, shown, _):
        monkeypatch.setattr(os, "fsync", full)
        panel.deregister_all()
        await shown.until_lines_are(LineState.IDLE)
        await profile.kept()
        assert not profile.wanted("ada", Service.CALLING)
        panel.register_all()
        await shown.until_lines_are(LineState.REGISTERED)
    assert len(heard) == 1
    assert "No space left on device" in (heard[0] or "")


async def test_the_end_of_the_sign_in_signs_the_lines_out_and_signing_in_again_restores_them(
    services, profile
):
    async with running(services, profile) as (panel, shown):
        first = await sign_in(panel, services)
        await shown.until_lines_are(LineState.REGISTERED)
        line_ids = set(shown.lines)
        first.on_change(Change.ENDED, SignedOutError("Over."))
        assert shown.accounts[0].state is AccountState.ENDED
        await shown.until_lines_are(LineState.SIGNED_OUT)
        second = await sign_in(panel, services)
        await shown.until_lines_are(LineState.REGISTERED)
        assert set(shown.lines) == line_ids
        assert [account.state for account in panel.accounts] == [AccountState.READY]
        assert services.made[0][0].sign_in is cast("Any", second)
        await shown.until(lambda: first.closed)


async def test_the_same_person_signing_in_twice_is_one_account(services, profile):
    async with signed_in(services, profile) as (panel, shown, _):
        await sign_in(panel, services)
        await shown.until(lambda: len(panel.accounts) == 1 and services.providers[1].closed)
        assert len(shown.lines) == 1


async def test_trouble_with_renewing_is_told_and_forgotten_when_it_works_again(services, profile):
    async with signed_in(services, profile) as (_, shown, made):
        made.on_change(Change.TROUBLE, RenewalError("The sign-in server did not answer."))
        assert shown.notice.sentence == "The sign-in server did not answer."
        assert shown.accounts[0].state is AccountState.READY
        made.on_change(Change.RENEWED, None)
        assert shown.accounts[0].notice is None


async def test_trouble_with_renewing_that_was_told_while_lines_were_fetched_is_not_forgotten(
    services, profile
):
    made, services.providers = FakeSignIn(), [FakeProvider()]
    services.providers[0].fail("discover", BUSY)
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services, made)
        await shown.until(lambda: AccountState.TROUBLE in shown.states)
        made.on_change(Change.TROUBLE, RenewalError("The sign-in server did not answer."))
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.notice.sentence == "The sign-in server did not answer."
        made.on_change(Change.RENEWED, None)
        assert shown.accounts[0].notice is None


@pytest.mark.parametrize("press", [Panel.retry, Panel.register])
async def test_whoever_presses_for_a_line_tries_to_renew_its_sign_in_too(services, profile, press):
    async with signed_in(services, profile) as (panel, shown, made):
        asked = made.asked_to_renew
        press(panel, next(iter(shown.lines)))
        assert made.asked_to_renew == asked + 1


async def test_without_a_keyring_the_account_works_and_says_so(services, profile):
    made = FakeSignIn()
    made.keep_fails = KeystoreAbsent("It lasts until you quit.", title="This sign-in lasts until you quit.")
    async with signed_in(services, profile, made) as (_, shown, _):
        assert shown.accounts[0].session_only
        assert shown.notice.title == "This sign-in lasts until you quit."


async def test_a_locked_keyring_keeps_the_account_and_unlocking_brings_it_back(services, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": locked()}
    async with running(services, profile) as (panel, shown):
        await panel.start()
        assert shown.notice.title == "Your keyring is locked"
        assert shown.notice.remedies == (Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY)
        services.stored = {"ada": FakeSignIn()}
        await asyncio.sleep(0)
        panel.check_again("ada")
        await shown.until_lines_are(LineState.REGISTERED)
        assert len(panel.accounts) == 1


class Prompting(MemoryKeystore):
    """Counts how often its person was to unlock it."""

    prompts = 0

    async def unlock(self, *, make: bool = False) -> None:
        self.prompts += 1


async def test_d3_a_locked_keyring_asks_its_person_when_they_press_unlock_and_not_before(
    services, profile, monkeypatch
):
    monkeypatch.setattr(account, "LOOK_EVERY_S", 0.01)
    services.keyring = keyring = Prompting()
    profile.remember_account(ADA)
    services.stored = {"ada": locked()}
    async with running(services, profile) as (panel, shown):
        await panel.start()
        asked = len(services.asked)
        while len(services.asked) < asked + 3:  # looked at, quietly
            await asyncio.sleep(0.005)
        assert keyring.prompts == 0
        assert shown.notice.title == "Your keyring is locked"
        panel.check_again("ada")
        while not keyring.prompts:
            await asyncio.sleep(0)
        services.stored = {"ada": FakeSignIn()}
        await shown.until_lines_are(LineState.REGISTERED)
    assert keyring.prompts == 1


async def test_a_keyring_that_somebody_else_unlocks_brings_the_account_back_by_itself(
    services, profile, monkeypatch
):
    monkeypatch.setattr(account, "LOOK_EVERY_S", 0.01)
    profile.remember_account(ADA)
    services.stored = {"ada": locked()}
    async with running(services, profile) as (panel, shown):
        await panel.start()
        services.stored = {"ada": FakeSignIn()}
        await shown.until_lines_are(LineState.REGISTERED)


async def test_diagnostics_name_states_but_no_whole_address(services, profile):
    async with signed_in(services, profile) as (panel, _, _):
        text = report_of(panel)
    assert "registered" in text
    assert "\nThis program was " in text
    assert "ada@example.com" not in text
    assert "a...@example.com" in text


async def test_closing_while_discovery_hangs_ends(services, profile):
    services.providers = [FakeProvider()]
    services.providers[0].held.add("discover")
    async with running(services, profile) as (panel, _shown):
        await sign_in(panel, services)
        await services.providers[0].until_asked("discover")
    assert services.providers[0].closed


async def test_news_of_many_accounts_is_gathered_and_the_last_is_told(services, profile):
    async with running(services, profile) as (panel, shown):
        told: list[int] = []
        listener = Shown()
        listener.accounts_changed = lambda accounts: told.append(len(accounts))  # type: ignore[method-assign]
        panel.subscribe(listener)
        many = 3 * GATHERED_ABOVE
        services.providers = [FakeProvider() for _ in range(many)]
        for _ in range(many):
            SignedIn(panel._accounts, services.given_token("token"), Purpose())
            panel._accounts.tell()
        assert told == list(range(1, GATHERED_ABOVE + 2)), "few are told at once"
        async with asyncio.timeout(20):
            while len(shown.accounts) != many:
                await asyncio.sleep(0.01)
        assert told[-1] == many
        assert len(told) == GATHERED_ABOVE + 2


async def test_a_device_that_is_chosen_after_the_line_was_switched_off_does_not_switch_it_on(
    services, profile
):
    services.providers = [FakeProvider()]
    services.providers[0].fail("register", LIMIT_MET)
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until_lines_are(LineState.ACTION)
        [line_id] = shown.lines
        panel.deregister_all()
        await shown.until_lines_are(LineState.IDLE)
        panel.remove_device(line_id, LIMIT_MET.devices[0])
        assert not profile.wanted("ada", Service.CALLING), "nor at the next start"
        panel.register_all()
        await shown.until_lines_are(LineState.REGISTERED)
