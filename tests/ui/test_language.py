"""The window speaks the person's language: German in full, and no word escapes (interface.md#checks, 43)."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialogButtonBox

from softphone import i18n
from softphone.history.outages import Cause, CauseKind
from softphone.i18n import counted, decimal, own, phrase, tr
from softphone.line.model import Account, LineState, Role
from softphone.ui import language
from softphone.ui.commands import LOOKS
from softphone.values import replace
from softphone.wording import all_lines, timeline_words
from softphone.wording.presentation import card_title, phone, words_of
from tests import translations
from tests.ui.fakes import MOMENT, line, mixed


@pytest.fixture(autouse=True)
def _english_again(qapp) -> Iterator[None]:
    yield
    language.install(qapp, "en")
    i18n.speak(None)  # the region may still be that of the test


@pytest.fixture
def no_region(monkeypatch):
    """A system that speaks French."""
    monkeypatch.setattr(QLocale, "system", lambda: QLocale("fr_FR"))


def test_german_is_spoken_when_it_is_chosen(qapp):
    language.install(qapp, "de")
    assert words_of(line(LineState.REGISTERED), MOMENT).words == "Registriert"
    assert tr("Register") == "Registrieren"
    assert tr("Sign in with Webex") == "Bei Webex anmelden"
    assert {look.words for look in LOOKS.values() if tr(look.words) == look.words} == {"Details"}


def test_what_is_counted_has_its_german_form(qapp):
    language.install(qapp, "de")
    assert counted(1, "{n} account", "{n} accounts") == "1 Konto"
    assert counted(2, "{n} account", "{n} accounts") == "2 Konten"
    assert all_lines.summary(mixed(), MOMENT).sentence == "Webex erreicht 2 von 4 Leitungen"


def test_a_phrase_from_below_the_window_is_german_with_its_values(qapp):
    language.install(qapp, "de")
    assert (
        tr(phrase("The name {host} was not found.", host="a.example"))
        == "Der Name a.example wurde nicht gefunden."
    )


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


AT = datetime(2026, 11, 27, 14, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "clock", "seconds", "day"),
    [
        ("en_US", "2:03 PM", "2:03:07 PM", "11/27/26"),
        ("de_DE", "14:03", "14:03:07", "27.11.26"),
        ("en_GB", "14:03", "14:03:07", "27/11/2026"),
        ("fr_FR", "14:03", "14:03:07", "27/11/2026"),
        ("sv_SE", "14:03", "14:03:07", "2026-11-27"),
        ("fi_FI", "14.03", "14.03.07", "27.11.2026"),
        ("C", "14:03", "14:03:07", "2026-11-27"),
        ("ar_EG", "14:03", "14:03:07", "2026-11-27"),  # they run leftwards, our sentences do not
        ("he_IL", "14:03", "14:03:07", "27.11.2026"),
    ],
)
@pytest.mark.parametrize("choice", ["system", "en", "pseudo"])
def test_d14_times_are_written_as_the_region_writes_them(
    qapp, monkeypatch, choice: str, region: str, clock: str, seconds: str, day: str
):
    monkeypatch.setattr(QLocale, "system", lambda: QLocale(region))
    language.install(qapp, choice)
    said = [i18n.clock(AT), i18n.clock(AT, seconds=True), i18n.date(AT), i18n.when(AT, AT)]
    assert [" ".join(each.split()) for each in said] == [clock, seconds, day, clock]
    assert i18n.when(AT, AT + timedelta(days=1)) == f"{said[2]} {said[0]}"


def test_d14_without_a_region_german_times_are_german(qapp, monkeypatch):
    monkeypatch.setattr(QLocale, "system", QLocale.c)
    language.install(qapp, "de")
    assert i18n.date_and_time(AT) == "27.11.26 14:03"


def test_d14_no_region_on_earth_has_a_clock_without_seconds_or_with_a_zone(qapp, monkeypatch):
    everywhere = QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    )
    assert len(everywhere) > 300
    for region in everywhere:
        if region.language() is QLocale.Language.C:
            continue
        monkeypatch.setattr(QLocale, "system", lambda region=region: region)
        language.install(qapp, "en")
        one, other = (i18n.clock(AT.replace(second=second), seconds=True) for second in (7, 8))
        assert one != other, region.name()
        assert str(datetime.now().astimezone().tzname()) not in one, region.name()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"LANG": "en_US.UTF-8", "LC_TIME": "de_DE.UTF-8"}, "27.11.26 14:03 Register"),
        ({"LANG": "de_DE.UTF-8", "LC_TIME": "en_US.UTF-8"}, "11/27/26 2:03 PM Registrieren"),
        ({"LC_ALL": "en_GB.UTF-8", "LC_TIME": "de_DE.UTF-8"}, "27/11/2026 14:03 Register"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "C"}, "2026-11-27 14:03 Register"),
    ],
)
def test_d14_the_variables_of_the_desktop_say_how(variables: dict[str, str], said: str):
    code = (
        "from datetime import datetime; from softphone import i18n; from softphone.ui import language;"
        "from PySide6.QtWidgets import QApplication; app = QApplication([]); language.install(app, 'system');"
        "print(i18n.date_and_time(datetime(2026, 11, 27, 14, 3)), i18n.tr('Register'))"
    )
    names = ("LC_ALL", "LC_TIME", "LANG", "LANGUAGE", "LC_MESSAGES")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | variables | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert " ".join(done.stdout.split()) == said


def test_d14_nothing_in_the_window_writes_a_time_by_itself():
    package = translations.PACKAGE
    rooms = [path for room in ("ui", "wording") for path in (package / room).rglob("*.py")]
    for path in (*rooms, package / "history" / "outages.py"):
        in_names = r":%Y-%m-%d(-%H%M)?}\.(txt|zip)\""  # of files
        ours = re.sub(in_names, "", path.read_text(encoding="utf-8"))
        assert not re.search(r"%[HMSdYmyB]|strftime", ours), path


@pytest.mark.parametrize("name", ["Line", "Retry", "Register", "{n}", "Primary"])
def test_d18_what_a_person_is_called_is_never_translated(qapp, name: str):
    language.install(qapp, "de")
    identity = replace(line(LineState.REGISTERED).identity, account=Account(key="x", name=name))
    held = replace(line(LineState.REGISTERED), identity=identity)
    assert tr(phrase("{name} is signed in already; the sign-in was renewed.", name=name)).startswith(name)
    assert card_title(identity)[0] == name
    assert words_of(held, MOMENT).spoken.startswith(f"{name}: ")
    assert all_lines.row(held, MOMENT) == f"{name}: Registriert"
    assert tr(phrase("{file} cannot be written ({why}).", file=name, why=own("no answer"))).startswith(name)


def test_d18_our_own_text_is_translated_in_another_of_ours(qapp):
    language.install(qapp, "de")
    outage = Cause(kind=CauseKind.NO_ANSWER, times=3, role=Role.PRIMARY)
    assert timeline_words.cause_words(outage) == "Der Hauptserver antwortete nicht."
    refusal = Cause(kind=CauseKind.NEEDS_SOMEBODY, title=own("Too many devices on this line"))
    assert timeline_words.cause_words(refusal) == "Zu viele Geräte an dieser Leitung."
    assert tr(own("Register")) == "Registrieren"
    assert tr(phrase("Webex said: {title}.", title="Register")).endswith("Register.")


READINGS = {
    "the pseudo-locale at 420x320 and 200 %": (["pseudo"], {"QT_SCALE_FACTOR": "2"}),
    "from right to left": (["pseudo-rtl", "--wide"], {}),
    "from right to left at 420x320": (["pseudo-rtl"], {}),
    "German at 420x320": (["de"], {}),
    "German with the largest text": (["de", "--wide", "--text", "200"], {}),
}


@pytest.mark.slow
@pytest.mark.timeout(240)  # 40 screens, on a machine that may be busy
@pytest.mark.parametrize(("options", "variables"), READINGS.values(), ids=READINGS.keys())
def test_every_screen_is_translated_and_nothing_is_cut_off(options, variables):
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.gallery.reading", *options],
        env=os.environ | variables | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {}
