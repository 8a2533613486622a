"""The window speaks the person's language: German in full, and no word escapes the translation (check 43)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialogButtonBox

from softphone.line.model import LineState
from softphone.ui import language
from softphone.ui.phone_number import phone
from softphone.ui.presentation import badge, roll_up
from softphone.words import counted, decimal, phrase, tr
from tests.ui.fakes import MOMENT, line, mixed


@pytest.fixture(autouse=True)
def _english_again(qapp) -> Iterator[None]:
    yield
    language.install(qapp, "en")


@pytest.fixture
def no_region(monkeypatch):
    """A system that speaks French."""
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("fr_FR"))


def test_german_is_spoken_when_it_is_chosen(qapp):
    language.install(qapp, "de")
    assert badge(line(LineState.REGISTERED), MOMENT).words == "Registriert"
    assert tr("Register") == "Registrieren"
    assert tr("Sign in…") == "Anmelden…"


def test_what_is_counted_has_its_german_form(qapp):
    language.install(qapp, "de")
    assert counted(1, "{n} account", "{n} accounts") == "1 Konto"
    assert counted(2, "{n} account", "{n} accounts") == "2 Konten"
    assert roll_up(mixed(), MOMENT).words.startswith("2 von 4 registriert · 1 braucht Sie")


def test_a_phrase_from_below_the_window_is_german_with_its_values(qapp):
    language.install(qapp, "de")
    assert tr(phrase("No answer from {host}", host="mobius.example")) == "Keine Antwort von mobius.example"


def test_the_words_and_numbers_of_qt_are_german_too(qapp, qtbot):
    language.install(qapp, "de")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    assert QLocale().toString(0.5) == decimal(0.5) == "0,5"


def test_a_language_that_nobody_translated_is_english(qapp, no_region):
    language.install(qapp, "system")
    assert tr("Register") == "Register"
    assert QLocale().language() is QLocale.Language.English


def test_the_language_of_the_system_is_taken_with_its_country(qapp, monkeypatch):
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("de_CH"))
    language.install(qapp, "system")
    assert tr("Register") == "Registrieren"
    assert QLocale().name() == "de_CH"


def test_english_comes_back(qapp):
    language.install(qapp, "pseudo-rtl")
    assert qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert phone("+442079460001") == "\u2066+44 207 946 0001\u2069"
    language.install(qapp, "en")
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight
    assert phone("+442079460001") == "+44 207 946 0001"
    assert tr("Register") == "Register"


READINGS = {
    "the pseudo-locale at 420x320 and 200 %": (["pseudo"], {"QT_SCALE_FACTOR": "2"}),
    "from right to left": (["pseudo-rtl", "--wide"], {}),
    "from right to left at 420x320": (["pseudo-rtl"], {}),
    "German at 420x320": (["de"], {}),
}


@pytest.mark.slow
@pytest.mark.timeout(240)  # 40 screens, on a machine that may be busy
@pytest.mark.parametrize(("options", "variables"), READINGS.values(), ids=READINGS.keys())
def test_every_screen_is_translated_and_nothing_is_cut_off(options, variables):
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.reading", *options],
        env=os.environ | variables | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {}
