"""Lists of lines that go when the test ends."""

from collections.abc import Callable, Iterator

import pytest

from softphone.line.model import LineSnapshot
from tests.ui.conftest import settle
from tests.ui.fakes import PanelSpy
from tests.ui.lines.shown_list import Shown


@pytest.fixture
def show(qtbot, theme) -> Iterator[Callable[..., Shown]]:
    made: list[Shown] = []

    def make(*lines: LineSnapshot) -> Shown:
        shown = Shown(PanelSpy(lines))
        made.append(shown)
        qtbot.addWidget(shown.window)
        shown.window.show()
        shown.window.activateWindow()
        qtbot.waitUntil(shown.window.isActiveWindow)
        settle()
        return shown

    yield make
    for shown in made:
        shown.bridge.close()
