import tomllib
from pathlib import Path
from typing import Any

import pytest

from softphone.errors import ConfigError
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.keys import KEYS, Settings
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from tests.kit.certificates import certificate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "default.settings.toml"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_new_settings_are_the_defaults_and_write_nothing(path: Path):
    store = SettingsStore(path)
    assert store.settings == Settings()
    assert store.cloud == Cloud()
    assert store.notice is None
    assert not path.exists()


def written(path: Path) -> dict[str, Any]:
    """What is in the file below its checksum."""
    document = tomllib.loads(path.read_text())
    document.pop("checksum")
    return document


def test_a_choice_survives_a_restart_and_the_rest_stays_default(path: Path, tmp_path: Path):
    _, ca_file = certificate(tmp_path)
    before = SettingsStore(path)
    before.change(theme="dark", recheck_s=[1, 2.5], retry_cap_s=30, extra_ca_file=str(ca_file))
    after = SettingsStore(path)
    assert after.notice is None
    assert after.settings == before.settings
    assert after.settings.theme == "dark"
    assert after.cloud.policy == Policy(recheck_s=(1.0, 2.5), retry_cap_s=30.0)
    assert after.cloud.network == Network(extra_ca_file=ca_file)
    assert written(path) == {
        "version": 1,
        "settings": {
            "theme": "dark",
            "recheck_s": [1.0, 2.5],
            "retry_cap_s": 30.0,
            "extra_ca_file": str(ca_file),
        },
    }


def test_all_is_changed_or_nothing(path: Path):
    store = SettingsStore(path)
    with pytest.raises(ConfigError, match=r"text_size_percent must be a whole number from 100 to 200"):
        store.change(theme="dark", text_size_percent=500)
    assert store.settings == Settings()
    assert not path.exists()


def test_values_in_the_wrong_order_are_refused_together_and_taken_together(path: Path):
    store = SettingsStore(path)
    with pytest.raises(ConfigError, match=r"nudge_min_s must not be greater than nudge_max_s"):
        store.change(nudge_min_s=5)
    store.change(nudge_min_s=5, nudge_max_s=6)
    with pytest.raises(ConfigError, match=r"nudge_min_s must not be greater"):
        store.change(nudge_max_s=None)
    store.change(nudge_min_s=None, nudge_max_s=None)
    assert store.cloud.policy == Policy()


def test_the_order_that_a_cloud_file_has_is_its_own_affair(path: Path):
    store = SettingsStore(path, cloud=Cloud(policy=Policy(retry_base_s=50, retry_cap_s=10)))
    store.change(theme="dark")
    assert store.settings.theme == "dark"


def test_choosing_the_default_or_nothing_is_a_reset(path: Path):
    store = SettingsStore(path, cloud=Cloud(policy=Policy(dead_host_misses=4)))
    store.change(theme="dark", dead_host_misses=5)
    store.change(theme="system", dead_host_misses=4)
    assert store.chosen == {}
    store.change(theme="dark")
    store.change(theme=None)
    assert store.value("theme") == store.default("theme") == "system"
    assert tomllib.loads(path.read_text())["settings"] == {}


def test_what_somebody_wrote_by_hand_holds_and_is_said_until_it_is_written_anew(path: Path):
    SettingsStore(path).change(theme="dark", compact=True)
    path.write_text(path.read_text().replace("dark", "light"))
    store = SettingsStore(path)
    assert store.settings.theme == "light"
    assert store.notice == (
        "default.settings.toml was changed by hand, or damaged. What is understood in it holds."
    )
    store.change(compact=False)
    after = SettingsStore(path)
    assert (after.notice, after.settings.theme) == (None, "light")


def test_what_is_not_understood_stays_in_the_file_and_is_named(path: Path):
    write(
        path,
        'from_the_future = "x"\n[settings]\nnew_key = 5\ntheme = "blue"\ncompact = true\n'
        "nudge_min_s = 50\n[other]\na = 1\n",
    )
    store = SettingsStore(path)
    assert store.settings == Settings(compact=True)
    assert store.notice == (
        "Some settings in default.settings.toml are not understood and not used: "
        "new_key, theme, nudge_min_s. They stay in the file."
    )
    store.change(always_on_top=True)
    assert written(path) == {
        "from_the_future": "x",
        "version": 1,
        "settings": {
            "new_key": 5,
            "theme": "blue",
            "nudge_min_s": 50,
            "compact": True,
            "always_on_top": True,
        },
        "other": {"a": 1},
    }
    store.change(theme="dark")
    store.change(**dict.fromkeys(("theme", "compact", "always_on_top", "nudge_min_s")))
    assert tomllib.loads(path.read_text())["settings"] == {"new_key": 5}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not = [toml", "was damaged"),
        ("settings = 5", "was damaged"),
        ('version = "one"', "was damaged"),
        ("version = 2\n[settings]\ncompact = true\n", "newer version"),
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_and_the_defaults_hold(path: Path, text: str, why: str):
    write(path, text)
    store = SettingsStore(path)
    assert store.settings == Settings()
    (aside,) = path.parent.iterdir()
    assert aside.read_text() == text
    assert why in (store.notice or "")
    assert f"so the defaults hold. It was kept as {aside.name}." in (store.notice or "")
    store.change(theme="dark")
    assert SettingsStore(path).settings.theme == "dark"


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot be read"):
        SettingsStore(tmp_path / "file" / "settings.toml")


def test_a_change_that_cannot_be_written_holds_all_the_same_and_says_so(tmp_path: Path):
    in_the_way = tmp_path / "folder"
    store = SettingsStore(in_the_way / "default.settings.toml")
    in_the_way.write_text("")
    heard: list[frozenset[str]] = []
    store.subscribe(heard.append)
    with pytest.raises(ConfigError, match="cannot be written"):
        store.change(theme="dark")
    assert store.settings.theme == "dark"
    assert heard == [{"theme"}]
    in_the_way.unlink()
    store.change(theme="dark")  # asked again when there is room
    assert SettingsStore(in_the_way / "default.settings.toml").settings.theme == "dark"


def test_listeners_hear_what_has_changed_and_only_that(path: Path):
    store = SettingsStore(path)
    heard: list[frozenset[str]] = []
    others: list[frozenset[str]] = []
    end = store.subscribe(heard.append)
    store.subscribe(others.append)
    store.change(theme="dark", compact=False)
    store.change(theme="dark")
    store.change(theme=None)
    end()
    end()
    store.change(theme="light")
    assert heard == [{"theme"}, {"theme"}]
    assert others == [{"theme"}, {"theme"}, {"theme"}]


def test_a_listener_that_fails_keeps_nobody_else_from_hearing(path: Path, caplog: pytest.LogCaptureFixture):
    store = SettingsStore(path)
    heard: list[frozenset[str]] = []

    def fails(_: frozenset[str]) -> None:
        raise RuntimeError

    store.subscribe(fails)
    store.subscribe(heard.append)
    store.change(theme="dark")
    assert heard == [{"theme"}]
    assert "a listener to the settings failed" in caplog.text
    caplog.clear()


def test_what_the_organisation_has_set_comes_first_and_stays(path: Path):
    SettingsStore(path).change(theme="light", compact=True, retry_cap_s=40)
    managed = Managed(values={"theme": "dark", "retry_cap_s": 30.0})
    store = SettingsStore(path, managed=managed)
    assert store.settings.theme == store.value("theme") == "dark"
    assert store.cloud.policy.retry_cap_s == 30.0
    assert store.is_locked("theme")
    assert not store.is_locked("compact")
    with pytest.raises(ConfigError, match=r"theme is set by your organisation"):
        store.change(compact=False, theme="light")
    assert store.settings.compact
    heard: list[frozenset[str]] = []
    store.subscribe(heard.append)
    store.change(compact=None)
    assert heard == [{"compact"}]
    assert store.settings.theme == "dark"


def test_the_own_choice_is_back_when_the_organisation_lets_go(path: Path):
    SettingsStore(path).change(theme="light")
    SettingsStore(path, managed=Managed(values={"theme": "dark"})).change(compact=True)
    assert SettingsStore(path).settings.theme == "light"


def test_a_choice_that_the_organisation_has_made_impossible_is_not_used(path: Path):
    SettingsStore(path).change(nudge_min_s=2.5)
    store = SettingsStore(path, managed=Managed(values={"nudge_max_s": 1.0}))
    assert store.value("nudge_min_s") == Policy().nudge_min_s
    assert "nudge_min_s" in (store.notice or "")


def test_what_was_read_at_start_waits_for_the_next_one_until_it_is_taken_back(path: Path):
    SettingsStore(path).change(history_days=30)
    store = SettingsStore(path)
    store.change(theme="dark", history_days=14, proxy="none")
    waiting = {name for name in KEYS if store.waits_for_start(name)}
    assert waiting == {"history_days", "proxy"}, "the theme changes at once"
    store.change(history_days=30, proxy=None)
    assert not any(map(store.waits_for_start, KEYS))
