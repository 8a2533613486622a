import os
import stat
from pathlib import Path

import pytest

from softphone.agent.profile import KNOWN_DEVICES_AT_MOST, Profile
from softphone.errors import ConfigError
from softphone.line.model import Account, Service

ADA = Account(key="ada", address="ada@example.com", name="Ada Lovelace", organisation="Example Ltd")
CLOUD = "https://example.com/v1"


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


def test_accounts_of_different_clouds_do_not_mix(path: Path):
    Profile(path, CLOUD).remember_account(ADA)
    assert Profile(path, "https://other.example.com/v1").accounts() == ()


def test_the_file_is_the_users_alone(path: Path):
    Profile(path, CLOUD).remember_account(ADA)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "text",
    ["not = [toml", 'version = "one"', "version = 1\n[clouds.x.ada]\naddress = 5", b"\xff\xfe\x00"],
    ids=["syntax", "type", "nested type", "not text"],
)
def test_a_damaged_file_is_set_aside_with_a_message_and_nothing_is_lost(path: Path, text: str | bytes):
    path.parent.mkdir(parents=True)
    content = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(content)
    profile = Profile(path, CLOUD)
    assert profile.accounts() == ()
    assert "damaged" in (profile.notice or "")
    (aside,) = path.parent.iterdir()
    assert aside.read_bytes() == content
    assert aside.name in (profile.notice or "")


def test_a_file_of_a_newer_program_is_set_aside(path: Path):
    path.parent.mkdir(parents=True)
    path.write_text("version = 2\n")
    profile = Profile(path, CLOUD)
    assert "newer version" in (profile.notice or "")
    assert not path.exists()


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path):
    folder = tmp_path / "default.toml"
    folder.mkdir()
    with pytest.raises(ConfigError, match=r"default\.toml: cannot be read"):
        Profile(folder, CLOUD)


def test_a_change_that_cannot_be_written_says_so(tmp_path: Path):
    file_in_the_way = tmp_path / "file"
    file_in_the_way.write_text("")
    profile = Profile(tmp_path / "default.toml", CLOUD)
    profile._path = file_in_the_way / "default.toml"
    with pytest.raises(ConfigError, match="cannot be written"):
        profile.remember_account(ADA)


def test_what_a_crash_left_half_written_is_swept_away(path: Path):
    Profile(path, CLOUD).want("ada", Service.CALLING, wanted=False)
    left, fresh = (path.with_name(f".{path.name}-{name}") for name in ("left", "fresh"))
    for file in (left, fresh):
        file.write_text("version = ")
    os.utime(left, (0, 0))
    assert Profile(path, CLOUD).notice is None
    assert not left.exists()
    assert fresh.exists(), "another program may be writing it"
