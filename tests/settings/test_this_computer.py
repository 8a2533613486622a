import stat
import sys
from pathlib import Path

import pytest

from softphone.line.model import Service
from softphone.settings import this_computer
from softphone.settings.profile import Profile
from softphone.settings.this_computer import KEPT_ID_FILE_NAME, is_marked, machine_id, mark_of
from softphone.system.files import SIZE_LIMIT_BYTES
from tests.settings.test_profile import ADA, CLOUD, GRANTED, URL, path

__all__ = ["path"]  # a fixture


def test_a_mark_fits_one_computer_and_is_never_the_same_twice():
    first, second = mark_of("this computer"), mark_of("this computer")
    assert first != second
    for mark in (first, second):
        assert is_marked(mark, "this computer")
        assert not is_marked(mark, "another")
        assert "this computer" not in mark


def test_s12_a_mark_is_of_a_computer_and_a_folder_whose_name_is_no_text():
    mark = mark_of("id /srv/jos\udce9")
    assert is_marked(mark, "id /srv/jos\udce9")
    assert not is_marked(mark, "id /srv/jos\udce8")


@pytest.mark.parametrize("mark", ["", ":", "salt", "salt:é", "x" * 100_000])
def test_what_is_no_mark_fits_nobody(mark: str):
    assert not is_marked(mark, "this computer")


@pytest.mark.skipif(sys.platform != "linux", reason="files of Linux")
def test_the_first_file_with_an_id_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty, found = tmp_path / "empty", tmp_path / "found"
    empty.write_text("uninitialized\n")
    found.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    monkeypatch.setattr(this_computer, "ID_FILES", (tmp_path / "none", empty, found))
    assert machine_id(tmp_path) == "3d1219c7c4c5404aaa1f6d2a48adfda4"


def test_without_a_place_a_random_id_lasts_as_long_as_the_process(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(this_computer, "ID_FILES", ())
    (tmp_path / "file").write_text("")
    assert machine_id(tmp_path / "file") != ""


# ---- whose computer


class Computer:
    """This computer, which can become another one. `id_file` is where its system keeps its ID."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.id_file = folder / "machine-id"
        self.becomes("3d1219c7c4c5404aaa1f6d2a48adfda4")
        monkeypatch.setattr(this_computer, "ID_FILES", (self.id_file,))

    def becomes(self, content: str | None) -> None:
        self.id_file.unlink(missing_ok=True)
        if content is not None:
            self.id_file.write_text(content)


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


OTHER = "ffffffffffffffffffffffffffffffff"


async def used_profile(path: Path) -> None:
    profile = Profile(path, CLOUD)
    profile.remember_account(ADA)
    profile.remember_device("ada", URL)
    profile.want("ada", Service.CALLING, wanted=False)
    ledger = profile.ledger("ada", Service.CALLING)
    await ledger.granted(GRANTED)
    await ledger.asking()
    await ledger.supersede(True)
    await profile.close()


def own_devices(path: Path) -> tuple[bool, bool, bool, bool]:
    profile = Profile(path, CLOUD)
    ledger = profile.ledger("ada", Service.CALLING)
    has_url, knows = profile.device_url("ada") is not None, bool(profile.known_device_urls("ada"))
    return has_url, knows, bool(ledger.left()), ledger.unsure


def copy_of(path: Path) -> Path:
    copied = path.parent / "copy" / path.name
    copied.parent.mkdir()
    copied.write_text(path.read_text())
    return copied


def forget_the_folder(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    older = (line for line in lines if not line.startswith(("checksum = ", "place = ")))
    path.write_text("".join(older))


async def test_on_the_same_computer_the_devices_are_ours(path: Path, computer: Computer):
    await used_profile(path)
    assert own_devices(path) == (True, True, True, True)


def test_the_mark_does_not_tell_the_id(path: Path, computer: Computer):
    Profile(path, CLOUD).remember_account(ADA)
    assert "machine = " in path.read_text()
    assert computer.id_file.read_text() not in path.read_text()


@pytest.mark.parametrize("cloud", [CLOUD, "https://other.example.com/v1"])
async def test_the_devices_of_a_profile_copied_from_another_computer_are_not_ours(
    path: Path, computer: Computer, cloud: str
):
    await used_profile(path)
    computer.becomes(OTHER)
    profile = Profile(path, cloud)
    await profile.close()
    assert own_devices(path) == (False, False, False, False)
    profile = Profile(path, CLOUD)
    assert profile.accounts() == (ADA,)
    assert not profile.wanted("ada", Service.CALLING), "a wish is the person's"
    assert profile.ledger("ada", Service.CALLING).superseded, "only a person takes a line back"


async def test_a_copy_on_the_same_computer_has_devices_of_its_own_and_still_knows_those_of_the_first(
    path: Path, computer: Computer
):
    await used_profile(path)
    copied = copy_of(path)
    assert own_devices(copied) == (False, True, False, False)
    assert Profile(copied, CLOUD).ledger("ada", Service.CALLING).superseded
    assert own_devices(path) == (True, True, True, True), "the first is what it was"


async def test_a_profile_from_before_folders_were_marked_is_ours(path: Path, computer: Computer):
    await used_profile(path)
    forget_the_folder(path)
    assert own_devices(path) == (True, True, True, True)


async def test_a_folder_that_is_reached_by_another_name_is_the_same(path: Path, computer: Computer):
    await used_profile(path)
    other = path.parent.with_name("other name")
    other.symlink_to(path.parent)
    assert own_devices(other / path.name) == (True, True, True, True)


async def test_a_copied_profile_is_marked_anew_and_has_devices_of_its_own(path: Path, computer: Computer):
    await used_profile(path)
    computer.becomes(OTHER)
    await used_profile(path)
    assert own_devices(path) == (True, True, True, True)


def test_a_profile_without_a_mark_is_ours_and_is_marked(path: Path, computer: Computer):
    path.parent.mkdir(parents=True)
    path.write_text(f'version = 1\n[clouds."{CLOUD}".ada]\ndevice_url = "{URL}"\n')
    assert Profile(path, CLOUD).device_url("ada") == URL
    computer.becomes(OTHER)
    assert Profile(path, CLOUD).device_url("ada") is None


@pytest.mark.parametrize("content", [None, "", "uninitialized\n", "\0" * 40, "x" * 2 * SIZE_LIMIT_BYTES])
async def test_a_computer_without_an_id_has_one_kept_beside_the_profile(
    path: Path, computer: Computer, content: str | None
):
    computer.becomes(content)
    await used_profile(path)
    assert own_devices(path) == (True, True, True, True)
    kept = path.parent / KEPT_ID_FILE_NAME
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.unlink()
    assert own_devices(path) == (False, False, False, False)


async def test_an_id_that_cannot_be_read_is_none(path: Path, computer: Computer):
    computer.becomes(None)
    computer.id_file.mkdir()
    await used_profile(path)
    assert own_devices(path) == (True, True, True, True)


async def test_a_computer_that_gets_an_id_later_takes_no_risk(path: Path, computer: Computer):
    computer.becomes(None)
    await used_profile(path)
    computer.becomes(OTHER)
    assert own_devices(path) == (False, False, False, False)
