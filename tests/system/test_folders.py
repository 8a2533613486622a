import itertools
import os
import stat
from pathlib import Path

import pytest

from softphone.errors import ConfigError
from softphone.line.model import Account
from softphone.settings.cloud_file import load_cloud
from softphone.settings.profile import Profile
from softphone.system.folders import APP_NAME, CLOUD_FILE_NAME, Folders, check_profile_name, find_folders

NOWHERE = Path("/dev/null/below-a-file")  # nobody can write below a file, root included
CLOUD = "https://example.com/v1"
ADA = Account(key="ada", address="ada@example.com")
NOBODY = 65534

needs_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(config=tmp_path / "config", state=tmp_path / "state")


# ---- names and places


@pytest.mark.parametrize("name", ["default", "a", "Ada.Work_2-x", "a" * 64])
def test_a_profile_name_can_be_a_file_name(name: str) -> None:
    assert check_profile_name(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "-x", ".x", "ä", "a b", "a\n", "a" * 65]
)
def test_a_profile_name_that_cannot_be_a_file_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"profile .*use letters"):
        check_profile_name(name)


def test_softphone_home_overrides_all_folders(tmp_path: Path) -> None:
    folders = find_folders({"SOFTPHONE_HOME": str(tmp_path)})
    assert folders == Folders(config=tmp_path / "config", state=tmp_path / "state")
    assert folders.profile_file("work") == tmp_path / "config" / "profiles" / "work" / "profile.toml"


def test_without_softphone_home_the_folders_are_the_users_own() -> None:
    folders = find_folders({})
    assert folders.config != folders.state
    assert APP_NAME in folders.config.parts
    assert APP_NAME in folders.state.parts


def test_folders_are_made_for_the_user_alone_and_nothing_is_left_in_them(tmp_path: Path) -> None:
    folders = find_folders({"SOFTPHONE_HOME": str(tmp_path / "new" / "home")})
    folders.make()
    folders.make()
    for folder in (folders.config, folders.state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named_with_a_remedy() -> None:
    folders = Folders(config=NOWHERE, state=NOWHERE)
    with pytest.raises(ConfigError, match=rf"The folder {NOWHERE} cannot be written .*SOFTPHONE_HOME"):
        folders.make()


# ---- what others could write


@pytest.mark.skipif(os.name != "posix", reason="rights of Unix")
@pytest.mark.parametrize("mode", [0o777, 0o707, 0o1777, 0o770])
def test_s14_a_home_that_others_may_write_is_refused_but_for_a_sticky_one(tmp_path: Path, mode: int):
    (home := tmp_path / "home").mkdir()
    home.chmod(mode)
    folders = find_folders({"SOFTPHONE_HOME": str(home)})
    if mode in (0o1777, 0o770):  # as /tmp is, where ours is ours alone; and a user's own group
        folders.make()
        return
    with pytest.raises(ConfigError, match=rf"{home} can be written by other users"):
        folders.make()


@needs_root
@pytest.mark.parametrize("place", ["home", "home/config", "home/state"])
def test_s14_a_folder_of_another_user_is_refused(tmp_path: Path, place: str):
    (tmp_path / place).mkdir(parents=True)
    os.chown(tmp_path / place, NOBODY, NOBODY)
    with pytest.raises(ConfigError, match=rf"{tmp_path / place} belongs to another user"):
        find_folders({"SOFTPHONE_HOME": str(tmp_path / "home")}).make()


@pytest.mark.skipif(os.name != "posix", reason="rights of Unix")
def test_s14_a_profiles_folder_that_leads_to_where_all_may_write_is_refused(folders: Folders, tmp_path: Path):
    (shared := tmp_path / "shared").mkdir()
    shared.chmod(0o1777)
    (folders.config / "profiles").mkdir(parents=True, mode=0o700)
    (folders.config / "profiles" / "default").symlink_to(shared)
    with pytest.raises(ConfigError, match=rf"{shared} can be written by other users"):
        folders.make("default")
    folders.make("other")


@needs_root
def test_s14_a_link_of_another_user_is_refused_and_one_of_ones_own_is_followed(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (home := tmp_path / "home").symlink_to(tmp_path / "elsewhere")
    folders = find_folders({"SOFTPHONE_HOME": str(home)})
    folders.make()
    os.lchown(home, NOBODY, NOBODY)
    with pytest.raises(ConfigError, match=rf"{home} is a link of another user"):
        folders.make()


@pytest.mark.skipif(os.name != "posix", reason="groups of Unix")
@needs_root
def test_s14_a_folder_that_a_foreign_group_may_write_is_refused(folders: Folders):
    folders.config.mkdir()
    os.chown(folders.config, 0, NOBODY)
    folders.config.chmod(0o770)
    with pytest.raises(ConfigError, match=rf"{folders.config} can be written by other users"):
        folders.make()


# ---- a folder for each profile


def files_of(folders: Folders, profile: str) -> list[Path]:
    return [
        folders.profile_file(profile),
        folders.settings_file(profile),
        folders.history_file(profile),
        folders.window_file(profile),
        folders.lock_file(profile),
    ]


def test_d16_no_name_of_a_profile_is_another_files_name(folders: Folders):
    names = (
        "cloud",
        "default",
        "Default",
        "softphone.log",
        "crash.log",
        "run",
        "profiles",
        "a.settings.x",
        "a",
    )
    paths = list(itertools.chain.from_iterable(files_of(folders, name) for name in names))
    others = [
        folders.config / CLOUD_FILE_NAME,
        folders.state / "softphone.log",
        folders.state / "crash.log",
    ]
    assert len({str(path).casefold() for path in (*paths, *others)}) == len(paths) + len(others)


def old_layout(folders: Folders, profile: str) -> None:
    """Write the files of a profile where all profiles shared one folder."""
    folders.make()
    Profile(folders.config / f"{profile}.toml", CLOUD).remember_account(ADA)
    Profile(folders.config / f"{profile}.toml", CLOUD).remember_device("ada", "https://wdm.example.com/1")
    (folders.config / f"{profile}.settings.toml").write_text('version = 1\n[settings]\ntheme = "dark"\n')
    for end in ("history.sqlite", "history.sqlite-wal", "history.sqlite-shm", "tip-seen"):
        (folders.state / f"{profile}.{end}").write_text(end)


def opened(folders: Folders, profile: str) -> Profile:
    return Profile(
        folders.profile_file(profile),
        CLOUD,
        formerly=folders.old_profile_file(profile),
        machine_folder=folders.config,
    )


@pytest.mark.parametrize("name", ["default", "Work", "a.b", "cloud"])
def test_d16_what_is_in_the_old_places_is_moved_and_its_devices_stay_ours(folders: Folders, name: str):
    old_layout(folders, name)
    folders.move_in(name)
    own = folders.profile_file(name).parent
    assert folders.profile_file(name) == own / "profile.toml"
    assert folders.history_file(name).with_name("history.sqlite-wal").read_text() == "history.sqlite-wal"
    assert "dark" in folders.settings_file(name).read_text()
    assert [path.name for path in folders.config.iterdir()] == ["profiles"]
    assert [path.name for path in folders.state.iterdir()] == ["profiles"]
    profile = opened(folders, name)
    assert profile.accounts() == (ADA,)
    assert profile.device_url("ada") == "https://wdm.example.com/1", "moved by us is not copied"
    assert opened(folders, name).device_url("ada"), "and is marked anew"


def test_d16_a_second_start_moves_nothing_and_the_old_places_never_win(folders: Folders):
    old_layout(folders, "default")
    folders.move_in("default")
    folders.old_profile_file("default").write_text("an older program was here again")
    folders.move_in("default")
    assert opened(folders, "default").accounts() == (ADA,)
    assert folders.old_profile_file("default").exists(), "nothing is lost"


def test_d16_what_cannot_be_moved_is_used_where_it_is(folders: Folders):
    old_layout(folders, "default")
    for home in (folders.config, folders.state):
        (home / "profiles").write_text("in the way")
    folders.move_in("default")
    assert opened(folders, "default").accounts() == (ADA,)
    assert folders.history_file("default").read_text() == "history.sqlite"


def test_d16_the_cloud_file_is_not_taken_for_the_profile_called_cloud(folders: Folders):
    folders.make()
    file = folders.config / CLOUD_FILE_NAME
    file.write_text('[cloud]\nclient_id = "here"')
    folders.move_in("cloud")
    Profile(folders.profile_file("cloud"), CLOUD).remember_account(ADA)
    assert load_cloud(None, folders).client_id == "here"
    assert file.read_text() == '[cloud]\nclient_id = "here"'


def test_d16_a_profile_that_was_written_over_the_cloud_file_is_not_taken_for_one(folders: Folders):
    old_layout(folders, "cloud")
    assert load_cloud(None, folders).client_id == ""
    assert opened(folders, "cloud").accounts() == (ADA,), "before it is moved, too"
