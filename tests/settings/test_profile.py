import asyncio
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from softphone.errors import ConfigError
from softphone.line.device import Device
from softphone.line.model import Account, Service
from softphone.settings.ledger import Granted
from softphone.settings.profile import KNOWN_DEVICES_AT_MOST, Profile, accounts_in

ADA = Account(key="ada", address="ada@example.com", name="Ada Lovelace", organisation="Example Ltd")
CLOUD = "https://example.com/v1"
URL = "https://wdm.example.com/devices/1"
GRANTED = Granted(
    device=Device(device_id="d1", uri="https://m1.example.com/calling/web/devices/d1", client_device_uri=URL),
    server_url="https://m1.example.com/calling/web/",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "default.toml"


def test_a_new_profile_is_empty_and_writes_nothing(path: Path):
    profile = Profile(path, CLOUD)
    assert profile.accounts() == ()
    assert profile.notice is None
    assert not path.exists()


def test_accounts_wishes_and_devices_survive_a_restart(path: Path):
    before = Profile(path, CLOUD)
    before.remember_account(ADA)
    before.want("ada", Service.CALLING, wanted=False)
    before.remember_device("ada", "https://wdm.example.com/devices/1")
    after = Profile(path, CLOUD)
    assert after.accounts() == (ADA,)
    assert not after.wanted("ada", Service.CALLING)
    assert after.wanted("ada", Service.CONTACT_CENTER)
    assert after.device_url("ada") == "https://wdm.example.com/devices/1"


def test_a_line_never_seen_is_wanted(path: Path):
    assert Profile(path, CLOUD).wanted("nobody", Service.CALLING)


def test_a_forgotten_device_stays_known_as_our_own(path: Path):
    profile = Profile(path, CLOUD)
    profile.remember_device("ada", "https://wdm.example.com/devices/1")
    profile.forget_device("ada", "https://wdm.example.com/devices/1")
    assert profile.device_url("ada") is None
    assert profile.known_device_urls("ada") == {"https://wdm.example.com/devices/1"}


def test_each_service_has_a_device_of_its_own(path: Path):
    before = Profile(path, CLOUD)
    before.remember_device("ada", "https://wdm.example.com/devices/1")
    before.remember_device("ada", "https://wdm.example.com/devices/2", Service.CONTACT_CENTER)
    after = Profile(path, CLOUD)
    assert after.device_url("ada") == "https://wdm.example.com/devices/1"
    assert after.device_url("ada", Service.CONTACT_CENTER) == "https://wdm.example.com/devices/2"
    assert after.device_url("ada", Service.GUEST) is None
    after.forget_device("ada", "https://wdm.example.com/devices/2")
    assert after.device_url("ada", Service.CONTACT_CENTER) is None
    assert after.device_url("ada")
    assert len(after.known_device_urls("ada")) == 2


def test_only_the_last_known_devices_are_kept(path: Path):
    profile = Profile(path, CLOUD)
    for number in range(KNOWN_DEVICES_AT_MOST + 5):
        profile.remember_device("ada", f"https://wdm.example.com/devices/{number}")
    known = profile.known_device_urls("ada")
    assert len(known) == KNOWN_DEVICES_AT_MOST
    assert "https://wdm.example.com/devices/0" not in known


def test_forgetting_an_account_forgets_its_wishes_and_devices(path: Path):
    profile = Profile(path, CLOUD)
    profile.remember_account(ADA)
    profile.remember_device("ada", "https://wdm.example.com/devices/1")
    profile.forget_account("ada")
    after = Profile(path, CLOUD)
    assert after.accounts() == ()
    assert after.known_device_urls("ada") == frozenset()
    assert after.is_used, "a client ID may be in the keyring still"


def test_that_something_was_entered_is_known_without_any_account(path: Path):
    profile = Profile(path, CLOUD)
    assert not profile.is_used
    profile.note_use()
    after = Profile(path, CLOUD)
    assert after.is_used
    assert after.accounts() == ()
    assert not Profile(path, "https://other.example.com/v1").is_used
    after.remember_account(ADA)
    after.note_use()
    assert Profile(path, CLOUD).accounts() == (ADA,)


def test_accounts_of_different_clouds_do_not_mix(path: Path):
    Profile(path, CLOUD).remember_account(ADA)
    assert Profile(path, "https://other.example.com/v1").accounts() == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('version = "one"', "was damaged"),
        ("version = 1\n[clouds.x.ada]\naddress = 5", "was damaged"),
        ("version = 2\n", "newer version"),
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_and_the_person_is_told(path: Path, text: str, why: str):
    path.parent.mkdir(parents=True)
    path.write_text(text)
    profile = Profile(path, CLOUD)
    assert profile.accounts() == ()
    (aside,) = path.parent.iterdir()
    assert aside.read_text() == text
    assert f"It was kept as {aside.name}; sign in again" in (profile.notice or "")
    assert why in (profile.notice or "")


def test_a_name_that_somebody_wrote_into_the_file_turns_no_words_around(path: Path):
    path.parent.mkdir()
    path.write_text(f'[clouds.cloud.ada]\nname = "\\u202eAda\\u001b[31m"\norganisation = "{"x" * 5000}"\n')
    path.chmod(0o600)
    for account in (*Profile(path, "cloud").accounts(), *accounts_in(path)):
        assert account.key == "ada"
        assert account.name == r"\u202eAda\x1b[31m"
        assert len(account.organisation) == 300


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"default\.toml: cannot be read"):
        Profile(tmp_path / "file" / "default.toml", CLOUD)


def test_s12_what_can_be_neither_used_nor_renamed_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch):
    path.parent.mkdir(parents=True)
    path.write_text("damaged")

    def busy(*_: object) -> Path:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr("softphone.settings.toml_file.set_aside", busy)
    profile = Profile(path, CLOUD)
    profile.remember_account(ADA)
    assert profile.accounts() == (ADA,)
    assert "Device or resource busy" in (profile.notice or "")
    assert path.read_text() == "damaged"


def test_s12_a_hundred_thousand_unknown_keys_are_no_reason_not_to_start(path: Path):
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"k{number} = 1\n" for number in range(90_000)))
    assert Profile(path, CLOUD).notice is None


# ---- written behind


class Disk:
    """Counts the writes, and can be slow or full. `free` lets one through that hangs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: list[threading.Thread] = []
        self.error: OSError | None = None
        self.free = threading.Event()
        self.free.set()
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, file: int) -> None:
        self.threads.append(threading.current_thread())
        self.free.wait(20)
        if self.error is not None:
            raise self.error
        self._fsync(file)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def test_forty_changes_in_a_row_are_one_or_two_writes_and_none_on_the_loop(path: Path, disk: Disk):
    profile = Profile(path, CLOUD)
    disk.free.clear()  # however busy this computer is, no write ends between two changes
    for number in range(40):
        profile.want(f"person {number}", Service.CALLING, wanted=False)
    disk.free.set()
    await profile.close()
    assert len(disk.threads) <= 2
    assert threading.current_thread() not in disk.threads
    assert len(Profile(path, CLOUD).accounts()) == 40


async def test_a_change_holds_before_it_is_written(path: Path, disk: Disk):
    disk.free.clear()
    profile = Profile(path, CLOUD)
    profile.want("ada", Service.CALLING, wanted=False)
    assert not profile.wanted("ada", Service.CALLING)
    assert Profile(path, CLOUD).wanted("ada", Service.CALLING)
    disk.free.set()
    await profile.close()
    assert not Profile(path, CLOUD).wanted("ada", Service.CALLING)


async def test_a_change_during_a_write_is_written_too(path: Path, disk: Disk):
    disk.free.clear()
    profile = Profile(path, CLOUD)
    profile.want("ada", Service.CALLING, wanted=False)
    while not disk.threads:
        await asyncio.sleep(0.001)
    profile.want("ada", Service.CALLING, wanted=True)
    disk.free.set()
    await profile.close()
    assert Profile(path, CLOUD).wanted("ada", Service.CALLING)


async def test_a_full_disk_is_said_once_and_stops_nobody(path: Path, disk: Disk):
    heard: list[str | None] = []
    profile = Profile(path, CLOUD)
    profile.on_notice(heard.append)
    disk.error = OSError(28, "No space left on device")
    for number in range(3):
        profile.want(f"person {number}", Service.CALLING, wanted=False)
        await profile.ledger("ada", Service.CALLING).asking()
        await profile.ledger("ada", Service.CALLING).granted(GRANTED)
    assert not profile.wanted("person 2", Service.CALLING)
    [sentence] = heard
    assert "No space left on device" in (sentence or "")
    assert str(path) in (sentence or "")
    disk.error = None
    await profile.close()
    assert heard == [sentence, None]
    assert profile.notice is None
    assert Profile(path, CLOUD).ledger("ada", Service.CALLING).left() == (GRANTED,)


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path):
    profile = Profile(tmp_path / "folder" / "default.toml", CLOUD)
    (tmp_path / "folder").write_text("")
    profile.want("ada", Service.CALLING, wanted=False)
    assert "cannot be written" in (profile.notice or "")
    assert not profile.wanted("ada", Service.CALLING)
    profile.forget_account("ada")
    assert profile.accounts() == ()


async def test_a_disk_that_hangs_holds_nobody_up_and_is_waited_for_once(path: Path, disk: Disk):
    disk.free.clear()
    heard: list[str | None] = []
    profile = Profile(path, CLOUD)
    profile.on_notice(heard.append)
    ledger = profile.ledger("ada", Service.CALLING)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    for _ in range(20):
        await ledger.asking()
        await ledger.granted(GRANTED)
    assert loop.time() - began_s < 5.0, "1 s on a quiet computer"
    assert "does not answer" in (heard[0] or "")
    disk.free.set()
    while profile.notice is not None:
        await asyncio.sleep(0.001)
    assert len(heard) == 2
    await profile.close()
    assert Profile(path, CLOUD).ledger("ada", Service.CALLING).left() == (GRANTED,)


async def test_closing_waits_for_a_disk_that_hangs_no_longer_than_that(path: Path, disk: Disk):
    disk.free.clear()
    profile = Profile(path, CLOUD)
    profile.want("ada", Service.CALLING, wanted=False)
    began_s = asyncio.get_running_loop().time()
    await profile.close()
    assert asyncio.get_running_loop().time() - began_s < 5.0, "1 s on a quiet computer"
    disk.free.set()


def test_what_was_wrong_with_the_file_is_told_to_who_listens_later(path: Path):
    path.parent.mkdir(parents=True)
    path.write_text("damaged")
    heard: list[str | None] = []
    profile = Profile(path, CLOUD)
    profile.on_notice(heard.append)
    profile.remember_account(ADA)
    assert heard == [profile.notice]


async def test_without_a_file_all_is_kept_in_memory_and_nothing_is_written(disk: Disk):
    profile = Profile(None, CLOUD)
    profile.remember_account(ADA)
    profile.remember_device("ada", URL)
    await profile.ledger("ada", Service.CALLING).granted(GRANTED)
    await profile.close()
    assert profile.device_url("ada") == URL
    assert profile.ledger("ada", Service.CALLING).left() == (GRANTED,)
    assert disk.threads == []


# ---- what a line was granted


async def test_a_granted_device_is_on_disk_when_granted_returns(path: Path):
    await Profile(path, CLOUD).ledger("ada", Service.CALLING).granted(GRANTED)
    assert Profile(path, CLOUD).ledger("ada", Service.CALLING).left() == (GRANTED,)


async def test_a_question_is_on_disk_before_it_is_asked_and_unsure_until_answered(path: Path):
    ledger = Profile(path, CLOUD).ledger("ada", Service.CALLING)
    await ledger.asking()
    after = Profile(path, CLOUD)
    assert after.ledger("ada", Service.CALLING).unsure, "the crash came between asking and granted"
    await after.ledger("ada", Service.CALLING).answered()
    await after.close()
    assert not Profile(path, CLOUD).ledger("ada", Service.CALLING).unsure


async def test_each_line_has_a_ledger_of_its_own_that_survives(path: Path):
    before = Profile(path, CLOUD)
    calling, beside = (before.ledger("ada", service) for service in (Service.CALLING, Service.CONTACT_CENTER))
    await calling.granted(GRANTED)
    await calling.supersede(True)
    await beside.asking()
    await before.close()
    after = Profile(path, CLOUD)
    calling, beside = (after.ledger("ada", service) for service in (Service.CALLING, Service.CONTACT_CENTER))
    assert (calling.left(), calling.superseded, calling.unsure) == ((GRANTED,), True, False)
    assert (beside.left(), beside.superseded, beside.unsure) == ((), False, True)
    await calling.gone("d1")
    await calling.supersede(False)
    await after.close()
    calling = Profile(path, CLOUD).ledger("ada", Service.CALLING)
    assert (calling.left(), calling.superseded) == ((), False)


async def test_a_late_word_about_a_line_does_not_bring_a_forgotten_account_back(path: Path):
    profile = Profile(path, CLOUD)
    profile.remember_account(ADA)
    ledger = profile.ledger("ada", Service.CALLING)
    await ledger.granted(GRANTED)
    profile.forget_account("ada")
    await ledger.gone("d1")
    await ledger.asking()
    await profile.close()
    assert Profile(path, CLOUD).accounts() == ()


def test_an_account_that_did_not_change_is_not_put_in_words_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    profile = Profile(path, CLOUD)
    for number in range(30):
        profile.remember_account(Account(key=f"person {number}", address=f"{number}@example.com"))
    written: list[object] = []
    dumps = tomli_w.dumps

    def noted(document: Mapping[str, Any]) -> str:
        written.append(document)
        return dumps(document)

    monkeypatch.setattr(tomli_w, "dumps", noted)
    profile.want("person 7", Service.CALLING, wanted=False)
    head, account = written
    assert "machine" in str(head)
    assert "person 7" in str(account)
    after = Profile(path, CLOUD)
    assert after.accounts() == profile.accounts()
    assert not after.wanted("person 7", Service.CALLING)
    assert after.wanted("person 8", Service.CALLING)
