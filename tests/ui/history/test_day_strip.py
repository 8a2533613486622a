import pytest

from softphone.line.model import LineState
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.kit.text import Text
from tests.ui.history.days import DAY_MIN, MIXED, day


@pytest.fixture
def strip(qtbot) -> DayStrip:
    made = DayStrip("Reception")
    qtbot.addWidget(made)
    return made


def words(strip: DayStrip) -> list[str]:
    return [label.text() for label in strip.findChildren(Text) if not label.isHidden()]


def test_it_tells_the_share_and_explains_it(strip: DayStrip):
    strip.show_intervals(MIXED)
    assert not strip.isHidden()
    assert words(strip) == ["24 h", "87.6 %"]
    [share] = [label for label in strip.findChildren(Text) if label.text() == "87.6 %"]
    assert share.toolTip() == "87.6 % · 2 drops · longest 1 h 0 min"
    assert strip.bar.accessibleDescription() == share.toolTip()


def test_a_line_that_nobody_wanted_has_a_bar_only(strip: DayStrip):
    strip.show_intervals(day((DAY_MIN, LineState.IDLE)))
    assert words(strip) == ["24 h"]


def test_it_takes_no_room_while_there_is_nothing_to_show(strip: DayStrip):
    assert strip.isHidden()
    strip.show_intervals(())
    assert strip.isHidden()
    strip.show_intervals(MIXED)
    strip.show_intervals(())
    assert strip.isHidden()
