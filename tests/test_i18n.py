"""Texts reach a person in their language, and everybody else in English."""

from collections.abc import Iterator

import pytest

from softphone import i18n
from softphone.i18n import counted, counted_phrase, own, phrase, tr, visible

GERMAN = {
    "Off by {n} min": "Um {n} min falsch",
    "{n} lines": ("{n} Leitung", "{n} Leitungen"),
    "Asking {who}": "Frage {who}",
    "the backup": "den Ersatz",
}


@pytest.fixture
def german() -> Iterator[None]:
    def translate(text: str, number: int | None) -> str:
        found = GERMAN.get(text, text)
        return found if isinstance(found, str) else found[number != 1]

    i18n.speak(translate)
    yield
    i18n.speak(None)


def test_a_phone_number_is_not_turned_over_among_words_from_right_to_left(german):
    assert i18n.left_to_right("+44 20") == "+44 20"
    i18n.speak(None, right_to_left=True)
    assert i18n.left_to_right("+44 20") == "\u2066+44 20\u2069"


def test_a_text_without_a_translation_stays_english():
    assert tr("Good") == "Good"
    assert tr("Asking {who}", who="Webex") == "Asking Webex"


def test_braces_in_a_text_without_values_are_left_alone():
    assert tr("{") == "{"


def test_a_phrase_is_its_english_text_for_everybody_below_the_window():
    assert phrase("Off by {n} min", n=3) == "Off by 3 min"


def test_a_phrase_is_translated_with_its_values_where_it_is_shown(german):
    assert tr(phrase("Off by {n} min", n=3)) == "Um 3 min falsch"
    assert tr(phrase("Asking {who}", who=phrase("the backup"))) == "Frage den Ersatz"


def test_d18_a_value_is_data_whatever_it_says(german):
    assert tr(phrase("Asking {who}", who="the backup")) == "Frage the backup"
    assert tr(phrase("Asking {who}", who=own("the backup"))) == "Frage den Ersatz"
    assert tr(phrase("Asking {who}", who=own("a } of {ours}"))) == "Frage a } of {ours}"


def test_a_counted_phrase_is_counted_where_it_is_shown(german):
    assert counted_phrase(1, "{n} line", "{n} lines") == "1 line"
    assert counted_phrase(0, "{n} line", "{n} lines") == "0 lines"
    assert tr(counted_phrase(1, "{n} line", "{n} lines")) == "1 Leitung"
    assert tr(phrase("Asking {who}", who=counted_phrase(2, "{n} line", "{n} lines"))) == "Frage 2 Leitungen"


def test_d19_a_part_of_one_is_several(german):
    assert counted(0.5, "{n} line", "{n} lines", n="0,5") == "0,5 Leitungen"
    assert counted(1.0, "{n} line", "{n} lines", n="1") == "1 Leitung"


def test_what_is_counted_has_the_form_of_its_number(german):
    assert counted(1, "{n} line", "{n} lines") == "1 Leitung"
    assert counted(2, "{n} line", "{n} lines") == "2 Leitungen"


def test_a_number_has_the_point_of_the_language():
    assert i18n.decimal(99.94) == "99.9"
    i18n.speak(None, point=",")
    assert i18n.decimal(99.94) == "99,9"
    i18n.speak(None)


def test_english_has_two_forms():
    assert counted(1, "{n} line", "{n} lines") == "1 line"
    assert counted(0, "{n} line", "{n} lines") == "0 lines"


def test_another_language_can_be_left_for_a_while(german):
    with i18n.in_english():
        assert tr(phrase("Off by {n} min", n=3)) == "Off by 3 min"
    assert tr(phrase("Off by {n} min", n=3)) == "Um 3 min falsch"


@pytest.mark.parametrize("length", [4, 5, 6, 100])
def test_a_text_that_is_cut_is_no_longer_than_it_may_be_and_says_that_it_was_cut(length: int):
    shown = visible("a" * length, 5)
    assert len(shown) == min(length, 5)
    assert shown.endswith("…") is (length > 5)
