from pathlib import Path

import pytest

from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import KEYS, Choice, default_of
from softphone.wording.settings_words import CHOICES, IN_ROW_OF, LABELS, TABS, Tab, label, shown


def test_every_setting_of_the_window_is_a_key_with_a_label_of_its_own():
    names = [name for cards in TABS.values() for card in cards for name in card]
    names += [IN_ROW_OF[name] for name in names if name in IN_ROW_OF]
    assert set(TABS) == set(Tab)
    assert sorted(names) == sorted(LABELS)
    assert set(names) <= set(KEYS)
    assert len(set(LABELS.values())) == len(LABELS)
    assert not [words for words in LABELS.values() if words.endswith(".")]


def test_the_choices_of_the_files_have_words_and_there_are_no_others():
    choices = {name: key.kind for name, key in KEYS.items() if isinstance(key.kind, Choice)}
    assert set(CHOICES) == set(choices)
    for name, kind in choices.items():
        assert set(CHOICES[name]) == {*kind.words, *kind.quiet}


def test_a_person_meets_few_settings_and_no_machine_interval():
    assert len(LABELS) <= 19
    assert not [name for name in LABELS if name in Cloud().policy.__slots__]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("retry_cap_s", 60.0, "60"),
        ("notification_delay_s", 30.0, "30 s"),
        ("text_size_percent", 120, "120 %"),
        ("recheck_s", (2.0, 4.5), "2 4.5"),
        ("history_days", 1, "1 day"),
        ("history_days", 7, "7 days"),
        ("dead_host_misses", 5, "5"),
        ("always_on_top", True, "On"),
        ("always_on_top", False, "Off"),
        ("theme", "dark", "Dark"),
        ("proxy", "system", "System"),
        ("proxy", "none", "None"),
        ("proxy", "http://proxy.example.com:1", "http://proxy.example.com:1"),
        ("region", "automatic", "Automatic"),
        ("region", "US-EAST", "US-EAST"),
        ("extra_ca_file", None, "None"),
        ("extra_ca_file", Path("/etc/ssl/root.pem"), "root.pem"),
    ],
)
def test_values_are_read_with_their_unit(name: str, value: object, words: str):
    assert shown(name, value) == words  # type: ignore[arg-type]


@pytest.mark.parametrize("name", KEYS)
def test_every_default_can_be_read(name: str):
    assert shown(name, default_of(name, Cloud()))


def test_a_key_without_a_row_goes_by_its_name_in_the_files():
    assert label("theme") == "Theme"
    assert label("retry_cap_s") == "retry_cap_s"
