"""Client ID and secret: who gives them, who wins, and where they are kept."""

import asyncio
import os
from pathlib import Path

import pytest

from softphone.auth.client_identity import ClientIdentity, SetUp
from softphone.auth.keystore import Entry, MemoryKeystore, client_entry_of, locked, secret_entry_of
from softphone.errors import ConfigError, KeystoreLocked
from softphone.settings.cloud_file import CLIENT_SECRET_VARIABLE, Cloud

CLOUD = Cloud()
GIVEN = Cloud(client_id="C-file", source="/etc/cloud.toml")


class Locked(MemoryKeystore):
    async def read(self, entry: Entry) -> str | None:
        raise locked()

    async def write(self, entry: Entry, value: str) -> None:
        raise locked()


@pytest.fixture
def keystore() -> MemoryKeystore:
    return MemoryKeystore()


def identity(cloud: Cloud, keystore: MemoryKeystore, **environment: str) -> ClientIdentity:
    return ClientIdentity(cloud, keystore, environment)


async def test_what_is_entered_is_used_at_once_and_known_at_the_next_start(keystore: MemoryKeystore):
    first = identity(CLOUD, keystore)
    assert first.set_up == SetUp(
        redirect_uris=(CLOUD.redirect_uri, *CLOUD.spare_redirect_uris), scopes=CLOUD.scopes
    )
    await first.enter(" C0123\n", " s3cret ")
    assert first.cloud.client_id == first.set_up.client_id == "C0123"
    assert await first.secret() == "s3cret"
    later = identity(CLOUD, keystore)
    await later.load()
    assert later.cloud.client_id == "C0123"
    assert await later.secret() == "s3cret"


async def test_whoever_enters_one_is_noted_also_where_no_keyring_takes_it():
    noted: list[str] = []
    entered = ClientIdentity(CLOUD, Locked(), {}, on_enter=lambda: noted.append(entered.cloud.client_id))
    with pytest.raises(ConfigError):
        await entered.enter("two words", "s3cret")
    assert noted == []
    with pytest.raises(KeystoreLocked):
        await entered.enter("C0123", "s3cret")
    assert noted == [""], "before it is in use"


async def test_the_entries_are_named_as_all_others_and_the_name_holds_no_secret(keystore: MemoryKeystore):
    entered = identity(CLOUD, keystore)
    await entered.enter("C0123", "s3cret")
    names = [entry.service for entry in keystore._values]
    assert names == [secret_entry_of(entered.cloud).service, client_entry_of(CLOUD).service]
    assert all(name.startswith("io.github.softphone.panel/Webex/") for name in names)
    assert not any("s3cret" in name or "C0123" in name for name in names)


async def test_the_cloud_file_wins_over_the_keyring(keystore: MemoryKeystore):
    await keystore.write(client_entry_of(GIVEN), "C-keyring")
    given = identity(GIVEN, keystore)
    await given.load()
    assert given.cloud == GIVEN
    assert given.set_up.source == "/etc/cloud.toml"
    with pytest.raises(ConfigError):
        await given.enter("C-other", "s3cret")


async def test_the_environment_wins_over_the_keyring(keystore: MemoryKeystore):
    await keystore.write(secret_entry_of(GIVEN), "from-keyring")
    given = identity(GIVEN, keystore, **{CLIENT_SECRET_VARIABLE: "from-environment"})
    assert await given.secret() == "from-environment"
    assert not given.set_up.with_secret
    assert await identity(GIVEN, keystore).secret() == "from-keyring"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of root")
async def test_an_administrators_file_wins_over_the_keyring(keystore: MemoryKeystore, tmp_path: Path):
    await keystore.write(secret_entry_of(GIVEN), "from-keyring")
    path = tmp_path / "secret"
    path.write_text("from-file\n")
    path.chmod(0o640)
    managed = identity(Cloud(client_id="C1", client_secret_file=path), keystore)
    assert await managed.secret() == "from-file"
    assert not managed.set_up.with_secret


async def test_with_a_secret_from_elsewhere_only_the_id_is_asked_for(keystore: MemoryKeystore):
    entered = identity(CLOUD, keystore, **{CLIENT_SECRET_VARIABLE: "s3cret"})
    await entered.enter("C0123", "")
    assert entered.cloud.client_id == "C0123"
    assert list(keystore._values) == [client_entry_of(CLOUD)]


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("", "s"), ("two words", "s"), ("ü", "s"), ("C1", ""), ("C1", "a b"), ("C" * 201, "s")],
)
async def test_what_can_be_no_id_or_secret_changes_nothing(
    keystore: MemoryKeystore, client_id: str, secret: str
):
    entered = identity(CLOUD, keystore)
    with pytest.raises(ConfigError):
        await entered.enter(client_id, secret)
    assert entered.cloud == CLOUD
    assert keystore._values == {}


async def test_a_locked_keyring_says_so_and_the_entered_one_serves_until_the_end():
    entered = identity(CLOUD, Locked())
    with pytest.raises(KeystoreLocked):
        await entered.load()
    with pytest.raises(KeystoreLocked):
        await entered.enter("C0123", "s3cret")
    assert entered.cloud.client_id == "C0123"
    assert await entered.secret() == "s3cret"


async def test_d3_a_locked_keyring_is_unlocked_for_a_person_who_wants_to_sign_in(keystore: MemoryKeystore):
    asked: list[bool] = []

    async def unlock(*, make: bool = False) -> None:
        asked.append(make)

    keystore.unlock = unlock  # type: ignore[method-assign]
    await keystore.write(client_entry_of(CLOUD), "C0123")
    entered = identity(CLOUD, keystore)
    await entered.load()
    assert asked == []
    await identity(CLOUD, keystore).load(by_person=True)
    assert asked == [False]
    await entered.enter("C0124", "s3cret")
    assert asked == [False, True]


async def test_a_slow_keyring_holds_up_no_sign_in_for_a_secret_that_few_have_there():
    class Slow(MemoryKeystore):
        async def read(self, entry: Entry) -> str | None:
            await asyncio.Event().wait()
            return None

    assert await identity(GIVEN, Slow()).secret(patience_s=0.01) == ""


async def test_a_locked_keyring_holds_no_secret_to_be_had():
    assert await identity(GIVEN, Locked()).secret() == ""


async def test_a_damaged_entry_is_no_client_id(keystore: MemoryKeystore):
    await keystore.write(client_entry_of(CLOUD), "two words")
    damaged = identity(CLOUD, keystore)
    await damaged.load()
    assert damaged.cloud.client_id == ""


def test_no_representation_holds_a_secret(keystore: MemoryKeystore):
    entered = identity(CLOUD, keystore)
    entered._secret = "s3cret"
    assert "s3cret" not in repr(entered)


async def test_a_keyring_that_could_not_be_read_is_no_news_any_more_once_it_was(keystore: MemoryKeystore):
    locked_keystore, changes = Locked(), list[bool]()
    entered = identity(CLOUD, locked_keystore)
    entered.on_change = lambda: changes.append(entered.unread)
    for _ in range(2):
        with pytest.raises(KeystoreLocked):
            await entered.load()
    assert (entered.unread, changes) == (True, [True])
    entered._keystore = keystore
    for _ in range(2):
        await entered.load()
    assert (entered.unread, changes) == (False, [True, False])


async def test_an_id_that_comes_into_use_is_told(keystore: MemoryKeystore):
    told: list[str] = []
    entered = identity(CLOUD, keystore)
    entered.on_change = lambda: told.append(entered.cloud.client_id)
    await entered.enter("C0123", "s3cret")
    assert told == ["C0123"]
    later = identity(CLOUD, keystore)
    later.on_change = lambda: told.append(later.cloud.client_id)
    await later.load()
    await later.load()
    assert told == ["C0123"] * 2


@pytest.mark.parametrize(
    ("client_id", "is_one"), [("x" * 200, True), ("x" * 201, False), ("!~", True), ("\u00e9", False)]
)
async def test_an_id_has_at_most_so_many_plain_letters(
    client_id: str, is_one: bool, keystore: MemoryKeystore
):
    entered = identity(CLOUD, keystore)
    if not is_one:
        with pytest.raises(ConfigError) as raised:
            await entered.enter(client_id, "s3cret")
        assert raised.value.title == "No client ID"
        with pytest.raises(ConfigError) as raised:
            await entered.enter("C", client_id)
        assert raised.value.title == "No client secret"
        return
    await entered.enter(client_id, client_id)
    assert (entered.cloud.client_id, await entered.secret()) == (client_id, client_id)
    with pytest.raises(ConfigError) as raised:
        await identity(GIVEN, keystore).enter("C", "s")
    assert raised.value.title == "Already set up"
