import os
import stat
import tomllib
from pathlib import Path

import pytest

from softphone.errors import ConfigError
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.settings.transfer import exported, read_import, write_export
from tests.kit.certificates import certificate


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "default.settings.toml")


def test_an_export_is_imported_elsewhere(store: SettingsStore, tmp_path: Path):
    store.change(theme="dark", recheck_s=[1, 2], proxy="http://proxy.example.com:3128")
    file = tmp_path / "export.toml"
    write_export(store, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    other = SettingsStore(tmp_path / "other.settings.toml")
    found = read_import(other, file)
    assert found.changes == store.chosen
    assert found.locked == ()
    assert other.chosen == {}, "reading alone changes nothing"
    other.change(**found.changes)
    assert other.settings == store.settings


def test_an_export_holds_settings_and_nothing_else(store: SettingsStore, tmp_path: Path):
    _, ca_file = certificate(tmp_path)
    store.change(compact=True, extra_ca_file=str(ca_file))
    file = tmp_path / "export.toml"
    write_export(store, file)
    text = file.read_text()
    assert tomllib.loads(text) == {"version": 1, "settings": {"compact": True}}
    assert "Accounts, sign-ins, devices and secrets are not in it." in text
    assert exported(store) == {"compact": True}, "a path means nothing on another computer"


def test_what_is_the_same_is_no_change_and_what_is_locked_is_named(tmp_path: Path):
    file = tmp_path / "import.toml"
    file.write_text('version = 1\n[settings]\ntheme = "light"\ncompact = true\nalways_on_top = false\n')
    store = SettingsStore(tmp_path / "a.settings.toml", managed=Managed(values={"theme": "dark"}))
    found = read_import(store, file)
    assert found.changes == {"compact": True}
    assert found.locked == ("theme",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version = 1\n[settings]\ncompact = true\ntheme = 'blue'\n", "i.toml: theme must be one of"),
        (b"version = 1\n[settings]\nno_such = 1\n", "i.toml: no_such is no setting"),
        (b"version = 1\n[settings]\nnudge_min_s = 50\n", "nudge_min_s must not be greater than nudge_max_s"),
        (b"version = 2\n[settings]\n", "i.toml was written by a newer version"),
        (b"[settings]\ncompact = true\n", "i.toml is no file of settings"),
        (b"version = 1\n", "i.toml is no file of settings"),
        (b"version = 1\n[settings]\n[clouds]\n", "i.toml is no file of settings"),
        (b"version = ", "i.toml is no file of settings"),
        (b"\xff\xfe", "i.toml is no file of settings"),
        (b"#" * 300_000, "i.toml is no file of settings"),
    ],
    ids=["value", "key", "order", "newer", "no version", "no table", "profile", "syntax", "not text", "huge"],
)
def test_a_file_with_anything_wrong_changes_nothing_and_is_told(
    store: SettingsStore, tmp_path: Path, content: bytes, said: str
):
    file = tmp_path / "i.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_import(store, file)
    assert said in str(caught.value)
    assert store.chosen == {}


def test_a_missing_file_a_folder_and_a_pipe_are_told(store: SettingsStore, tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path / "none.toml", tmp_path, pipe):
        with pytest.raises(ConfigError, match=r"cannot be read|is no file of settings"):
            read_import(store, path)


def test_an_export_that_cannot_be_written_says_so(store: SettingsStore, tmp_path: Path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(ConfigError, match=r"cannot be written"):
        write_export(store, in_the_way / "export.toml")
