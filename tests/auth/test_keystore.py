"""The entries of a keystore, and waiting for one that asks its person first (K04)."""

import asyncio
import re

import pytest

from softphone.auth.keystore import (
    Entry,
    EntryKind,
    Keystore,
    MemoryKeystore,
    client_entry_of,
    entry_of,
    locked,
    refused,
    secret_entry_of,
    silent,
)
from softphone.errors import KeystoreAbsent, KeystoreError
from softphone.line.failure import Remedy
from softphone.settings.cloud_file import Cloud

CLOUD = Cloud(client_id="client-1")
ENTRY = entry_of(CLOUD, EntryKind.REFRESH, "ada")


def test_entries_are_named_after_cloud_client_and_account():
    assert re.fullmatch(r"io\.github\.softphone\.panel/Webex/[0-9a-f]{8}/refresh/ada", ENTRY.service)
    names = {
        entry_of(cloud, kind, key).service
        for cloud in (CLOUD, Cloud(client_id="client-2"), Cloud(name="My cloud/x", client_id="client-1"))
        for kind in EntryKind
        for key in ("ada", "bob")
    }
    assert len(names) == 24
    assert "client-1" not in ENTRY.service
    assert secret_entry_of(CLOUD).kind is EntryKind.SECRET


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (EntryKind.REFRESH, "refresh"),
        (EntryKind.ACCESS, "access"),
        (EntryKind.SECRET, "secret"),
        (EntryKind.CLIENT, "client"),
    ],
)
def test_what_an_entry_holds_is_named_by_the_word_that_earlier_versions_stored_it_under(
    kind: EntryKind, word: str
):
    assert entry_of(CLOUD, kind, "ada").service.split("/")[3] == word


@pytest.mark.parametrize(
    ("error", "title", "mends"),
    [
        (locked(), "Your keyring is locked", (Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY)),
        (locked(storing=True), "Your keyring is locked", (Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY)),
        (refused(), "Your keyring was not unlocked", (Remedy.UNLOCK, Remedy.THIS_SESSION_ONLY)),
        (silent(), "Your keyring does not answer", (Remedy.CHECK_AGAIN, Remedy.THIS_SESSION_ONLY)),
    ],
    ids=["locked", "locked while storing", "refused", "silent"],
)
def test_a_keyring_that_cannot_be_had_names_what_mends_it(
    error: KeystoreError, title: str, mends: tuple[Remedy, ...]
):
    assert (error.title, error.remedies) == (title, mends)


def test_a_locked_keyring_says_what_becomes_of_the_sign_in():
    assert "lasts until you quit" in locked(storing=True).sentence
    assert "saved sign-in is safe" in locked().sentence


class Asking(MemoryKeystore):
    """Answers nothing before somebody has answered its question."""

    hint_s = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.answered = asyncio.Event()

    async def _read(self, entry: Entry) -> str | None:
        await self.answered.wait()
        return await super()._read(entry)

    async def _write(self, entry: Entry, value: str) -> None:
        await self.answered.wait()

    async def _delete(self, entry: Entry) -> None:
        await self.answered.wait()


def listened_to(keystore: Keystore) -> list[bool]:
    """What it tells about waiting."""
    told: list[bool] = []
    keystore.on_wait = told.append
    return told


async def test_a_keyring_that_answers_is_passed_through_without_a_word():
    keystore = MemoryKeystore()
    keystore.hint_s = 5.0
    told = listened_to(keystore)
    await keystore.write(ENTRY, "value")
    assert await keystore.read(ENTRY) == "value"
    await keystore.delete(ENTRY)
    assert await keystore.read(ENTRY) is None
    assert told == []
    keystore.close()


async def test_k04_a_long_wait_is_told_once_however_many_wait_and_its_end_too():
    keystore = Asking()
    told = listened_to(keystore)
    calls = [asyncio.create_task(keystore.read(ENTRY)) for _ in range(3)]
    while not told:
        await asyncio.sleep(0.005)
    assert keystore.waiting
    await asyncio.sleep(0.02)
    assert told == [True]
    keystore.answered.set()
    assert await asyncio.gather(*calls) == [None, None, None]
    assert told == [True, False]
    assert not keystore.waiting


async def test_k04_giving_up_ends_every_call_as_a_failure():
    keystore = Asking()
    told = listened_to(keystore)
    calls = [asyncio.create_task(call) for call in (keystore.read(ENTRY), keystore.write(ENTRY, "v"))]
    while not told:
        await asyncio.sleep(0.005)
    keystore.give_up()
    for answer in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(answer, KeystoreError)
    assert told == [True, False]


async def test_after_two_minutes_nobody_is_waited_for_any_more():
    keystore = Asking()
    keystore.deadline_s = 0.02
    with pytest.raises(KeystoreError):
        await keystore.delete(ENTRY)


async def test_a_caller_that_is_cancelled_is_cancelled_and_not_locked_out():
    keystore = Asking()
    told = listened_to(keystore)
    call = asyncio.create_task(keystore.read(ENTRY))
    while not told:
        await asyncio.sleep(0.005)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert told == [True, False]


async def test_the_keyrings_own_errors_pass():
    class Missing(MemoryKeystore):
        async def _read(self, entry: Entry) -> str | None:
            raise KeystoreAbsent("None here.")

    with pytest.raises(KeystoreAbsent):
        await Missing().read(ENTRY)


async def test_memory_forgets_on_close():
    memory = MemoryKeystore()
    await memory.write(ENTRY, "s3cret")
    assert await memory.read(ENTRY) == "s3cret"
    assert "s3cret" not in repr(memory)
    memory.close()
    assert await memory.read(ENTRY) is None


def test_the_secret_and_an_entered_client_belong_to_no_account():
    assert secret_entry_of(CLOUD).service.split("/")[3:] == ["secret", "client"]
    entered = client_entry_of(CLOUD)
    assert (entered.owner, entered.kind, entered.client_id) == ("client", EntryKind.CLIENT, "")
    assert entered.environment == CLOUD.name
    assert entered == client_entry_of(Cloud(client_id="client-2")), "it must be found before the ID is known"


async def test_what_was_answered_in_time_is_never_told_to_be_waited_for():
    keystore = MemoryKeystore()
    keystore.hint_s = 0.01
    told = listened_to(keystore)
    await keystore.read(ENTRY)
    await asyncio.sleep(0.03)
    assert told == []
    assert not keystore.waiting
    keystore.give_up()  # there is nothing


async def test_a_keyring_that_was_given_up_says_how_to_go_on():
    keystore = Asking()
    keystore.deadline_s = 0.01
    with pytest.raises(KeystoreError) as raised:
        await keystore.read(ENTRY)
    assert raised.value.title == silent().title
    assert raised.value.sentence == refused().sentence == silent().sentence
    keystore.give_up()
    assert not keystore.waiting


async def test_of_a_call_that_is_over_nothing_is_kept():
    keystore = MemoryKeystore()
    await keystore.read(ENTRY)
    assert keystore._calls == set()
