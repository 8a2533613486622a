"""Who signs in, and what becomes of the accounts that are there (U14, interface.md#messages)."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState, NoticeKind, Purpose
from softphone.auth.changes import Change
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import MemoryKeystore, client_entry_of, locked
from softphone.errors import KeystoreAbsent, RenewalError, SignedOutError
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineState, Service
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from softphone.settings.profile import Profile
from tests.accounts.fakes import GRACE, FakeServices, FakeSignIn, Shown, running, sign_in, signed_in
from tests.calling.fake_provider import ADA, BUSY, FakeProvider


async def ada_ended(panel: Panel, services: FakeServices, shown: Shown) -> FakeSignIn:
    """Ada is signed in, and then her sign-in ends."""
    first = await sign_in(panel, services, FakeSignIn())
    await shown.until_lines_are(LineState.REGISTERED)
    first.on_change(Change.ENDED, SignedOutError("Over."))
    await shown.until_lines_are(LineState.SIGNED_OUT)
    return first


async def grace_instead(panel: Panel, services: FakeServices, shown: Shown) -> FakeSignIn:
    made = await sign_in(panel, services, FakeSignIn(), Purpose(account_key="ada"))
    await shown.until(lambda: shown.accounts[-1].state is AccountState.CHOICE)
    return made


@pytest.fixture
def two_people(services: FakeServices) -> FakeServices:
    services.providers = [FakeProvider(ADA), FakeProvider(GRACE), FakeProvider(GRACE), FakeProvider(ADA)]
    return services


async def test_u14_somebody_else_changes_nothing_before_the_person_has_chosen(two_people, profile):
    async with running(two_people, profile) as (panel, shown):
        await ada_ended(panel, two_people, shown)
        made = await grace_instead(panel, two_people, shown)
        ada, grace = shown.accounts
        assert (ada.account, ada.state) == (ADA, AccountState.ENDED)
        assert (grace.account, grace.instead_of) == (GRACE, ADA)
        assert made.kept == []
        assert len(panel.lines) == len(shown.lines) == 1
        assert "register primary" not in two_people.providers[1].requests
        assert [account.key for account in profile.accounts()] == ["ada"]
    assert made.signed_out, "nobody has wanted it when the program ended"


async def test_u14_accepted_she_is_signed_in_beside_the_other(two_people, profile):
    async with running(two_people, profile) as (panel, shown):
        await ada_ended(panel, two_people, shown)
        made = await grace_instead(panel, two_people, shown)
        panel.accept("grace")
        await shown.until_lines_are(LineState.SIGNED_OUT, LineState.REGISTERED)
        assert made.kept == ["grace"]
        assert [one.state for one in shown.accounts] == [AccountState.ENDED, AccountState.READY]
        assert shown.accounts[1].instead_of is None
        panel.accept("grace")
        panel.accept("nobody")
    assert [account.key for account in profile.accounts()] == ["ada", "grace"]


async def test_u14_refused_she_is_signed_out_again_and_no_line_was_ever_hers(two_people, profile):
    async with running(two_people, profile) as (panel, shown):
        await ada_ended(panel, two_people, shown)
        made = await grace_instead(panel, two_people, shown)
        await panel.sign_out("grace")
        assert made.signed_out
        assert [one.account for one in shown.accounts] == [ADA]
        assert next(iter(shown.lines.values())).state is LineState.SIGNED_OUT
    assert two_people.providers[1].wdm_deleted


async def test_u14_signing_in_twice_as_somebody_else_still_waits(two_people, profile):
    async with running(two_people, profile) as (panel, shown):
        await ada_ended(panel, two_people, shown)
        await grace_instead(panel, two_people, shown)
        second = await sign_in(panel, two_people, FakeSignIn(), Purpose(account_key="ada"))
        await shown.until(lambda: len(shown.accounts) == 2 and two_people.providers[2].closed)
        assert shown.accounts[1].state is AccountState.CHOICE
        second.on_change(Change.ENDED, SignedOutError("Over."))
        assert shown.accounts[1].state is AccountState.CHOICE
        panel.accept("grace")
        await shown.until(lambda: second.kept == ["grace"])


async def test_the_expected_person_needs_no_choice(services, profile):
    async with running(services, profile) as (panel, shown):
        await ada_ended(panel, services, shown)
        await sign_in(panel, services, FakeSignIn(), Purpose(account_key="ada"))
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.accounts[0].notice is None


async def test_signing_in_as_somebody_who_is_there_renews_and_says_so(services, profile):
    async with signed_in(services, profile, FakeSignIn()) as (panel, shown, _):
        second = await sign_in(panel, services, FakeSignIn())
        await shown.until(lambda: second.kept == ["ada"] and len(shown.accounts) == 1)
        await shown.until(lambda: shown.accounts[0].notice is not None)
        assert shown.notice.title == "Signed in already"
        assert shown.notice.sentence == "Ada Lovelace is signed in already; the sign-in was renewed."
        assert shown.notice.kind is NoticeKind.NEWS
        assert [line.state for line in panel.lines] == [LineState.REGISTERED]


async def test_an_access_token_of_somebody_who_is_there_is_not_used(services, profile):
    async with running(services, profile) as (panel, shown):
        first = await sign_in(panel, services, FakeSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        await panel.sign_in_with_token("token")
        await shown.until(lambda: shown.accounts[0].notice is not None)
        assert shown.notice.sentence.endswith("the access token was not used.")
        assert panel._accounts.entries[0].tokens.sign_in is cast("Any", first)


async def test_signing_in_again_while_lines_are_still_fetched_fetches_them_once(services, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": FakeSignIn()}
    services.providers = [FakeProvider(), FakeProvider()]
    services.providers[0].fail("discover", BUSY, BUSY)
    services.providers[0].held.add("discover")
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await services.providers[0].until_asked("discover")
        made = await sign_in(panel, services, FakeSignIn())
        await shown.until(lambda: made.kept == ["ada"])
        services.providers[0].hold.set()
        await shown.until_lines_are(LineState.REGISTERED)
        assert len(panel.lines) == 1


async def test_a_sign_in_for_this_session_is_not_stored(services, profile):
    async with signed_in(services, profile, FakeSignIn(), Purpose(keep=False)) as (_, shown, made):
        assert made.kept == []
        assert made.owner == "ada", "signing out must find what an earlier sign-in has stored"
        assert shown.accounts[0].session_only
        assert shown.accounts[0].by_choice
        assert shown.accounts[0].notice is None


async def test_a_keyring_that_is_unlocked_later_takes_the_sign_in(services, profile):
    made = FakeSignIn()
    made.keep_fails = cast("KeystoreAbsent", locked())
    async with signed_in(services, profile, made) as (panel, shown, _):
        assert shown.notice.title == "Your keyring is locked"
        made.keep_fails = None
        panel.check_again("ada")
        await shown.until(lambda: made.kept == ["ada"])
        assert shown.accounts[0].notice is None
        assert not shown.accounts[0].session_only


async def test_checking_again_renews_what_could_not_be_renewed(services, profile):
    async with signed_in(services, profile, FakeSignIn()) as (panel, shown, made):
        made.on_change(Change.TROUBLE, RenewalError("No answer."))
        assert shown.notice.kind is NoticeKind.RENEWAL
        panel.check_again("ada")
        assert made.asked_to_renew == 1


async def test_what_was_odd_in_the_token_answer_is_told_once(services, profile):
    made = FakeSignIn()
    made.notes, made.clock_off_s = ("First.", "Second."), 7200.0
    async with signed_in(services, profile, made) as (_, shown, _):
        assert shown.notice.sentence == "First. Second."
        assert shown.accounts[0].clock_off_s == 7200.0


async def test_unlocking_a_keyring_that_holds_nothing_says_that_no_sign_in_is_kept(services, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": locked()}
    async with running(services, profile) as (panel, shown):
        await panel.start()
        services.stored = {}
        await asyncio.sleep(0)
        panel.check_again("ada")
        await shown.until(lambda: shown.notice.title == "Signed out")
        assert "keeps no sign-in" in shown.notice.sentence, "nobody has asked Webex"
        assert shown.notice.remedies == (Remedy.SIGN_IN,)


async def test_a_token_from_the_environment_says_when_it_ends(services, profile):
    services.providers = [FakeProvider()]
    services.providers[0].token_ends_at = 1_800_000_000.0
    async with running(services, profile) as (panel, shown):
        panel.add(FixedToken("token"))
        await shown.until(lambda: shown.accounts and shown.accounts[0].signed_in_until is not None)
        assert shown.accounts[0].given_token
        assert not shown.accounts[0].renews_itself


async def test_a_client_id_that_was_entered_is_known_before_accounts_come_back(
    services, profile, monkeypatch
):
    cloud, keystore = Cloud(), MemoryKeystore()
    await keystore.write(client_entry_of(cloud), "C0123")
    services.identity = ClientIdentity(cloud, keystore, {})
    profile.remember_account(ADA)
    services.providers = [FakeProvider()]
    seen: list[str] = []

    async def restore(_: str) -> None:
        seen.append(services.identity.cloud.client_id)

    monkeypatch.setattr(services, "restore", restore)
    panel = Panel(services, profile, policy=Policy())
    try:
        await panel.start()
    finally:
        await panel.close()
    assert seen == ["C0123"]
    assert profile.wanted("ada", Service.CALLING)


async def test_the_account_is_on_disk_before_its_sign_in_is_in_the_keyring(
    services: FakeServices, profile, tmp_path: Path
):
    """The next start looks in the keyring for the accounts of the file: a secret of none is never found."""
    known: list[tuple[Account, ...]] = []

    class Looking(FakeSignIn):
        async def keep(self, account_key: str) -> None:
            known.append(Profile(tmp_path / "default.toml", "cloud").accounts())
            await super().keep(account_key)

    async with signed_in(services, profile, Looking()):
        pass
    assert [[one.key for one in accounts] for accounts in known] == [["ada"]]


async def test_a_name_that_nobody_tells_at_a_start_stays_as_it_was_known_before(services, profile):
    async with signed_in(services, profile):
        pass
    again = FakeServices()
    again.providers = [FakeProvider(ADA)]
    again.providers[0].untold = 1_000_000
    again.stored["ada"] = FakeSignIn()
    async with running(again, profile) as (panel, shown):
        await panel.start()
        await shown.until_lines_are(LineState.REGISTERED)
        assert shown.accounts[0].account == ADA
        assert next(iter(shown.lines.values())).identity.account == ADA
    assert profile.accounts() == (ADA,)


async def test_names_that_were_not_told_are_asked_for_until_they_are(services, profile):
    services.providers = [FakeProvider(ADA)]
    services.providers[0].untold = 3
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services)
        await shown.until(lambda: bool(shown.accounts) and shown.accounts[0].account == ADA)
        await shown.until(lambda: [line.identity.account for line in shown.lines.values()] == [ADA])
        assert services.providers[0].requests.count("find_details") == 3
    assert profile.accounts() == (ADA,)
