from pathlib import Path

import pytest

from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import KEYS, Choice, Number, Numbers, Page, default_of
from softphone.wording.settings_words import (
    CHOICES,
    INTRODUCTIONS,
    PAGES,
    WORDS,
    Unit,
    found,
    from_unit,
    in_unit,
    shown,
)


def test_every_key_page_and_choice_has_its_words_and_there_are_no_others():
    assert list(WORDS) == [name for name in WORDS if name in KEYS]
    assert set(WORDS) == set(KEYS)
    assert set(PAGES) == set(Page)
    assert set(INTRODUCTIONS) <= set(Page)
    choices = {name: key.kind for name, key in KEYS.items() if isinstance(key.kind, Choice)}
    assert set(CHOICES) == set(choices)
    for name, kind in choices.items():
        assert set(CHOICES[name]) == {*kind.words, *kind.quiet}


def test_no_two_settings_are_called_the_same():
    labels = [words.label for words in WORDS.values()]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if label.endswith(".")]
    assert not [words.help for words in WORDS.values() if words.help and not words.help.endswith(".")]


@pytest.mark.parametrize("name", KEYS)
def test_a_unit_in_a_name_is_the_unit_in_the_words(name: str):
    units = {
        "_s": Unit.SECONDS,
        "_minutes": Unit.MINUTES,
        "_days": Unit.DAYS,
        "_percent": Unit.PERCENT,
        "_jitter": Unit.PART,
    }
    wanted = next((unit for end, unit in units.items() if name.endswith(end)), None)
    if wanted is not None:
        assert WORDS[name].unit is wanted
    elif not isinstance(KEYS[name].kind, Number | Numbers):
        assert WORDS[name].unit is Unit.NONE


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("retry_cap_s", 60.0, "60 s"),
        ("rehoming_min_minutes", 90.0, "90 min"),
        ("text_size_percent", 120, "120 %"),
        ("keepalive_jitter", 0.1, "± 10 %"),
        ("recheck_s", (2.0, 4.5), "2 4.5 s"),
        ("proof_window", 1.5, "1.5 intervals"),
        ("proof_window", 1.0, "1 interval"),
        ("history_days", 1, "1 day"),
        ("history_days", 7, "7 days"),
        ("requests_per_minute", 12, "12 a minute"),
        ("dead_host_misses", 5, "5"),
        ("compact", True, "On"),
        ("compact", False, "Off"),
        ("theme", "dark", "Dark"),
        ("proxy", "system", "Like the system"),
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


def test_parts_are_percent_and_come_back_as_parts():
    assert in_unit("keepalive_jitter", 0.1) == 10
    assert from_unit("keepalive_jitter", 10) == 0.1
    assert from_unit("retry_cap_s", in_unit("retry_cap_s", 60.0)) == 60.0


def test_a_search_finds_every_word_anywhere_in_what_a_person_reads():
    assert found("proxy") == ("proxy",)
    assert "theme" in found("DARK")
    assert "extra_ca_file" in found("gateway security")
    assert found("retry_cap_s") == ("retry_cap_s",)
    assert set(found("notifications")) >= {"notifications", "notification_delay_s", "notify_recovery"}
    assert found("xyzzy") == ()
