import pytest
from PySide6.QtWidgets import QStyle, QWidget

from softphone.ui.kit.theme import Motion, MotionChoice


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
