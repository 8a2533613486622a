import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyle, QWidget

from softphone.line.model import LineState
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.theme import (
    DARK,
    LIGHT,
    Motion,
    MotionChoice,
    Theme,
    ThemeChoice,
    Tokens,
    resource,
    tokens,
)
from softphone.wording.presentation import Tone, words_of
from tests.ui.conftest import settle
from tests.ui.fakes import MOMENT, PanelSpy, line, mixed

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: QColor | str, second: QColor | str) -> float:
    high, low = sorted((luminance(QColor(first)), luminance(QColor(second))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@BOTH
@pytest.mark.parametrize("tone", Tone)
def test_every_tone_is_readable_on_its_tint_and_on_a_card(colours: Tokens, tone: Tone):
    assert contrast(colours.ink(tone), colours.tint(tone)) >= 5.5
    assert contrast(colours.ink(tone), colours.card) >= 4.5
    assert contrast(colours.text, colours.tint(tone)) >= 11.5
    assert contrast(colours.secondary, colours.tint(tone)) >= 5.75
    assert contrast(colours.border, colours.tint(tone)) >= 3.1


# What the document of the design measured: ink, ground, contrast in light and in dark.
MEASURED = [
    ("text", "card", 16.9, 13.9),
    ("secondary", "card", 6.9, 7.5),
    ("secondary", "pressed", 5.2, 5.4),
    ("border", "card", 3.8, 3.9),
    ("accent", "card", 6.7, 7.7),
    ("on_accent", "accent", 6.7, 9.1),
    ("on_accent", "accent_hover", 8.6, 10.9),
    ("on_accent", "accent_pressed", 10.9, 13.1),
    ("on_accent", "bad", 6.5, 9.3),
    ("on_accent", "danger_hover", 8.4, 10.9),
    ("on_accent", "danger_pressed", 10.7, 13.1),
    ("accent", "selected", 5.7, 7.0),
    ("accent", "window", 5.6, 5.6),
    ("accent", "hover", 5.6, 5.6),
    ("on_inverse", "inverse", 12.6, 14.5),
    ("link_on_inverse", "inverse", 7.9, 5.7),
    ("bar_good", "card", 3.4, 6.4),
    ("bar_caution", "card", 4.0, 8.8),
    ("bar_bad", "card", 6.5, 8.0),
    ("bar_off", "card", 3.8, 3.9),
]


@BOTH
@pytest.mark.parametrize(("ink", "ground", "light", "dark"), MEASURED, ids=str)
def test_every_pair_of_colours_has_its_contrast(
    colours: Tokens, ink: str, ground: str, light: float, dark: float
):
    least = light if colours is LIGHT else dark
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= least - 0.06


@BOTH
def test_the_style_sheet_knows_every_colour_it_names(colours: Tokens):
    names = set(re.findall(r"\$(\w+)", resource("theme.qss").read_text(encoding="utf-8")))
    assert names <= {*Tokens.__dataclass_fields__, "pictures"}
    assert all(re.fullmatch("#[0-9A-F]{6}", getattr(colours, name)) for name in Tokens.__dataclass_fields__)


def test_switching_changes_real_pixels_without_a_restart(open_window, theme: Theme):
    window = open_window(PanelSpy(mixed()))
    for choice, colours in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
        theme.choose(choice)
        settle()
        image = window.grab().toImage()
        assert image.pixelColor(4, image.height() - 4) == QColor(colours.window)
        card = window.findChild(QWidget, "lineCard")
        assert card.grab().toImage().pixelColor(card.width() // 2, 8) == QColor(colours.card)
        pill = window.findChild(StatusBadge)
        assert pill.grab().toImage().pixelColor(pill.width() // 2, 2) == colours.tint(Tone.ASK)


@BOTH
@pytest.mark.parametrize("state", LineState)
def test_sampled_badge_pixels_have_contrast(qtbot, theme: Theme, colours: Tokens, state: LineState):
    theme.choose(ThemeChoice.DARK if colours is DARK else ThemeChoice.LIGHT)
    words = words_of(line(state), MOMENT)
    pill = StatusBadge("x")
    qtbot.addWidget(pill)
    pill.show_state(words.badge, words.shape, words.tone, tag=words.tag)
    image = pill.grab().toImage()
    ground = image.pixelColor(pill.width() // 2, 2)
    found = {image.pixelColor(x, y).rgb() for x in range(10, 27) for y in range(4, pill.height() - 4)}
    assert max(contrast(QColor(pixel), ground) for pixel in found) >= 4.5


def test_a_widget_finds_its_colours_in_its_palette(qtbot, theme: Theme):
    widget = QWidget()
    qtbot.addWidget(widget)
    assert tokens(widget.palette()) is LIGHT
    theme.choose(ThemeChoice.DARK)
    settle()
    assert tokens(widget.palette()) is DARK


def test_system_is_offered_only_where_qt_knows_it(theme: Theme, qapp):
    known = qapp.styleHints().colorScheme() != Qt.ColorScheme.Unknown
    assert theme.system_is_known is known
    theme.choose(ThemeChoice.SYSTEM)
    assert theme.choice is ThemeChoice.SYSTEM


def test_choosing_the_same_again_changes_nothing(theme: Theme, qtbot):
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(True))
    theme.choose(ThemeChoice.LIGHT)
    assert told == []
    theme.choose(ThemeChoice.DARK)
    assert told == [True]


def test_resources_are_found():
    assert resource("icons/softphone.svg").is_file()
    assert not resource("no such file").exists()


# Whether things move


@pytest.fixture
def widget(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_the_choice_wins(widget: QWidget):
    motion = Motion()
    motion.choose(MotionChoice.REDUCED)
    assert motion.is_reduced(widget)
    motion.choose(MotionChoice.FULL)
    assert not motion.is_reduced(widget)


@pytest.mark.parametrize(("duration_ms", "reduced"), [(0, True), (200, False)])
def test_without_a_choice_the_system_is_asked(widget: QWidget, monkeypatch, duration_ms: int, reduced: bool):
    class Style:
        def styleHint(self, hint: QStyle.StyleHint, *_: object) -> int:  # noqa: N802
            assert hint is QStyle.StyleHint.SH_Widget_Animation_Duration
            return duration_ms

    monkeypatch.setattr(widget, "style", Style, raising=False)
    assert Motion().is_reduced(widget) is reduced


def test_a_change_is_told_once(qtbot):
    motion = Motion()
    told: list[MotionChoice] = []
    motion.changed.connect(lambda: told.append(motion.choice))
    motion.choose(MotionChoice.REDUCED)
    motion.choose(MotionChoice.REDUCED)
    assert told == [MotionChoice.REDUCED]


def test_the_choices_are_the_settings_own_words():
    assert [choice.value for choice in MotionChoice] == ["system", "on", "off"]
