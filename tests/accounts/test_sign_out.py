"""Signing out through the panel, and its receipt (sign-in.md#signing-out)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from softphone.accounts import sign_out as module
from softphone.accounts.panel import Panel
from softphone.accounts.sign_out import receipt_text, traces_item
from softphone.auth.changes import Receipt, ReceiptItem, Step, keyring_item, tokens_item
from softphone.auth.refusals import TOKENS_PAGE
from softphone.errors import KeystoreLocked
from softphone.line.model import LineState
from softphone.line.policy import Policy
from softphone.settings.profile import Profile
from tests.accounts.fakes import FakeServices, FakeSignIn, running, sign_in, signed_in
from tests.calling.fake_provider import ADA, BUSY, REFUSED, FakeProvider


class RecordingSignIn(FakeSignIn):
    """A sign-in that answers as a session does."""

    def __init__(self, *, revoked: bool = True) -> None:
        super().__init__()
        self.revoked = revoked
        self.times = 0

    async def sign_out(self) -> Receipt:
        self.times += 1
        await asyncio.sleep(0)
        return Receipt((tokens_item(revoked=self.revoked), keyring_item([])))


def ended(receipt: Receipt) -> dict[Step, bool]:
    return {item.step: item.done for item in receipt.items}


PARTS = [step for step in Step if step is not Step.HISTORY]  # which is there where one is written
ALL_DONE = dict.fromkeys(PARTS, True)


async def test_signing_out_deregisters_revokes_and_forgets_and_lists_every_part_in_order(
    services: FakeServices, profile
):
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services, made := RecordingSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        receipt = await panel.sign_out("ada")
        assert (shown.lines, panel.accounts, profile.accounts()) == ({}, (), ())
    assert made.times == 1
    assert services.providers[0].devices_alive == []
    assert services.providers[0].wdm_deleted
    assert ended(receipt) == ALL_DONE
    assert [item.step for item in receipt.items] == PARTS
    assert receipt.items[0].sentence == "1 line was deregistered."


async def test_the_account_goes_together_with_its_lines_though_its_sign_in_takes_a_while_to_end(
    services: FakeServices, profile
):
    gone: list[bool] = []

    class Slow(RecordingSignIn):
        async def sign_out(self) -> Receipt:
            gone.append(panel.accounts == panel.lines == ())
            return await super().sign_out()

    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services, Slow())
        await shown.until_lines_are(LineState.REGISTERED)
        await panel.sign_out("ada")
    assert gone == [True]


async def test_an_account_is_gone_from_the_disk_when_the_receipt_comes(
    services: FakeServices, profile, tmp_path: Path
):
    async with signed_in(services, profile, RecordingSignIn()) as (panel, _, _):
        await panel.sign_out("ada")
        assert Profile(tmp_path / "default.toml", "cloud").accounts() == ()


@pytest.mark.parametrize("erase", [True, False])
async def test_s17_history_and_log_are_erased_or_it_is_said_as_the_person_has_chosen(
    services: FakeServices, profile, erase: bool
):
    asked: list[tuple[str, bool]] = []

    async def traces(account_key: str, wanted: bool) -> ReceiptItem:
        assert panel.accounts == (), "what is recorded of the end is erased, too"
        asked.append((account_key, wanted))
        return traces_item(erase=wanted, gone=True, kept=())

    async with running(services, profile) as (panel, shown):
        panel.traces = traces
        await sign_in(panel, services, RecordingSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        receipt = await panel.sign_out("ada", erase=erase)
    assert asked == [("ada", erase)]
    assert receipt.items[-1].step is Step.HISTORY
    assert ("were deleted" if erase else "stay on this computer") in receipt.items[-1].sentence


@pytest.mark.parametrize(
    ("erase", "gone", "kept", "words"),
    [
        (True, False, (), "could not be deleted"),
        (True, True, ("a.damaged-1.toml",), "a.damaged-1"),
        (False, False, (), "may still name who called"),
    ],
)
def test_s17_what_still_names_somebody_is_told_as_left_behind(
    erase: bool, gone: bool, kept: tuple[str, ...], words: str
):
    item = traces_item(erase=erase, gone=gone, kept=kept)
    assert not item.done
    assert words in item.sentence


async def test_u11_offline_everything_here_is_gone_and_the_receipt_says_what_is_left(
    services: FakeServices, profile, monkeypatch
):
    monkeypatch.setattr(module, "PART_DEADLINE_S", 0.05)
    async with signed_in(services, profile, RecordingSignIn(revoked=False)) as (panel, _, _):
        services.providers[0].fail("deregister", *[REFUSED] * 1000)
        services.providers[0].fail("delete_wdm_device", REFUSED)
        receipt = await panel.sign_out("ada")
        assert panel.accounts == ()
    assert profile.accounts() == ()
    assert [item.step for item in receipt.failed] == [Step.LINES, Step.DEVICE, Step.TOKENS]
    assert "did not confirm that 1 line is off" in receipt.items[0].sentence
    assert receipt.items[2].link == TOKENS_PAGE


async def test_a_service_that_does_not_answer_takes_its_time_for_each_part_and_no_more(
    services: FakeServices, profile, monkeypatch
):
    monkeypatch.setattr(module, "PART_DEADLINE_S", 0.05)
    async with signed_in(services, profile, RecordingSignIn()) as (panel, _, _):
        services.providers[0].held |= {"deregister", "delete_wdm_device"}
        async with asyncio.timeout(2):
            receipt = await panel.sign_out("ada")
    assert [item.step for item in receipt.failed] == [Step.LINES, Step.DEVICE]
    assert "no answer" in receipt.failed[1].sentence


async def test_asked_twice_it_is_done_once(services: FakeServices, profile):
    async with running(services, profile) as (panel, shown):
        made = RecordingSignIn()
        await sign_in(panel, services, made)
        await shown.until_lines_are(LineState.REGISTERED)
        first, second = await asyncio.gather(panel.sign_out("ada"), panel.sign_out("ada"))
    assert first is second
    assert made.times == 1


async def test_a_caller_that_goes_away_does_not_stop_it(services: FakeServices, profile):
    made = RecordingSignIn()
    async with signed_in(services, profile, made) as (panel, _, _):
        services.providers[0].held.add("delete_wdm_device")
        asking = asyncio.create_task(panel.sign_out("ada"))
        await services.providers[0].until_asked("delete_wdm_device")
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        services.providers[0].hold.set()
    assert made.times == 1
    assert profile.accounts() == ()


async def test_while_lines_are_still_fetched_it_ends_that_and_nothing_comes_back(
    services: FakeServices, profile
):
    async with running(services, profile) as (panel, shown):
        services.providers[0].held.add("discover")
        made = RecordingSignIn()
        await sign_in(panel, services, made)
        await services.providers[0].until_asked("discover")
        receipt = await panel.sign_out("")
        services.providers[0].hold.set()
        await asyncio.sleep(0.01)
        assert panel.accounts == ()
        assert shown.lines == {}
    assert ended(receipt) == ALL_DONE
    assert receipt.items[0].sentence == "No line was registered."
    assert profile.accounts() == ()


async def test_an_account_that_was_not_brought_back_is_signed_out_from_the_keyring(
    services: FakeServices, profile
):
    profile.remember_account(ADA)
    services.stored = {"ada": RecordingSignIn()}
    async with running(services, profile) as (panel, _):
        receipt = await panel.sign_out("ada")
    assert ended(receipt) == ALL_DONE
    assert services.providers[0].wdm_deleted
    assert "register primary" not in services.providers[0].requests
    assert profile.accounts() == ()


async def test_an_account_whose_saved_sign_in_is_gone_leaves_nothing_to_do(services: FakeServices, profile):
    profile.remember_account(ADA)
    async with running(services, profile) as (panel, shown):
        await panel.start()
        await shown.until(lambda: shown.accounts)
        receipt = await panel.sign_out("ada")
    assert ended(receipt) == ALL_DONE


async def test_a_locked_keyring_is_named_as_what_is_left(services: FakeServices, profile):
    profile.remember_account(ADA)
    services.stored = {"ada": KeystoreLocked("Unlock it.", title="Your keyring is locked")}
    async with running(services, profile) as (panel, _):
        await panel.start()
        receipt = await panel.sign_out("ada")
    assert [item.step for item in receipt.failed] == [Step.TOKENS, Step.KEYRING]
    assert "Your keyring is locked" in receipt.failed[1].sentence


async def test_signing_out_while_the_keyring_is_still_read_does_not_bring_the_account_back(
    services: FakeServices, profile, monkeypatch
):
    profile.remember_account(ADA)
    unlocked = asyncio.Event()
    made = RecordingSignIn()

    async def slow_restore(_: str) -> Any:
        await unlocked.wait()
        return made

    monkeypatch.setattr(services, "restore", slow_restore)
    services.providers = [FakeProvider() for _ in range(2)]
    panel = Panel(services, profile, policy=Policy(time_scale=0.001))
    try:
        starting = asyncio.create_task(panel.start())
        await asyncio.sleep(0)
        leaving = asyncio.create_task(panel.sign_out("ada"))
        await asyncio.sleep(0)
        unlocked.set()
        await asyncio.gather(starting, leaving)
        assert panel.accounts == ()
    finally:
        await panel.close()


async def test_other_accounts_stay(services: FakeServices, profile):
    async with signed_in(services, profile, RecordingSignIn()) as (panel, _, _):
        services.providers[1].fail("discover", *[BUSY] * 500)
        await sign_in(panel, services)
        await panel.sign_out("ada")
        assert len(panel.accounts) == 1


@pytest.mark.parametrize("revoked", [True, False])
def test_the_receipt_for_the_terminal_marks_what_failed(revoked: bool):
    text = receipt_text("ada@example.com", Receipt((tokens_item(revoked=revoked), keyring_item([]))))
    first, tokens, keyring = text.splitlines()
    assert first == "Signed out: ada@example.com"
    assert ("FAILED" in tokens) is not revoked
    assert (TOKENS_PAGE in tokens) is not revoked
    assert keyring.startswith("  done    Keyring ")
