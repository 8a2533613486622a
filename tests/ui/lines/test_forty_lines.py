"""Forty lines: a tick paints what is in sight and nothing else (check 31 of interface.md#checks)."""

from collections.abc import Callable
from typing import Any

import pytest

from softphone.line.model import LineState
from softphone.ui.history.day_bar import DayBar
from softphone.ui.kit.status_badge import ProofRing
from softphone.ui.lines.line_card import LineCard
from softphone.ui.window.main_window import MainWindow
from softphone.wording.moment import Moment
from tests.ui.conftest import settle
from tests.ui.fakes import NOW_S, WALL, PanelSpy, line
from tests.ui.history.days import MIXED


@pytest.fixture
def moments() -> list[Moment]:
    return [Moment(NOW_S, WALL)]


@pytest.fixture
def window(open_window: Callable[..., MainWindow], moments: list[Moment]) -> MainWindow:
    panel = PanelSpy(tuple(line(LineState.REGISTERED, f"Line {n}", f"{n}") for n in range(40)))
    window = open_window(panel, moment=lambda: moments[-1])
    window._tick.stop()
    for card in window.page.lines.cards:
        card.show_day(MIXED)
    settle()
    return window


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> set[Any]:
    seen: set[Any] = set()
    for kind, method in ((ProofRing, "_paint"), (DayBar, "paint_plot")):
        monkeypatch.setattr(kind, method, lambda self, *_: seen.add(self))
    return seen


def card_of(part: Any) -> LineCard:
    while not isinstance(part, LineCard):
        part = part.parentWidget()
    return part


def test_a_tick_moves_the_rings_in_sight_and_no_bar(
    window: MainWindow, moments: list[Moment], painted: set[Any]
):
    moments.append(Moment(NOW_S + 1, WALL))
    window._on_tick()
    settle()
    in_sight = {card for card in window.page.lines.cards if not card.visibleRegion().isEmpty()}
    assert {type(part) for part in painted} == {ProofRing}
    assert {card_of(part) for part in painted} <= in_sight
    assert 3 <= len(painted) <= len(in_sight) <= 8


def test_a_new_day_is_painted_in_sight_only(window: MainWindow, painted: set[Any]):
    for card in window.page.lines.cards:
        card.findChildren(DayBar)[0]._rest.stop()  # the second since the last picture has passed
        card.show_day(MIXED[2:])
    settle()
    in_sight = {card for card in window.page.lines.cards if not card.visibleRegion().isEmpty()}
    assert painted
    assert {card_of(part) for part in painted} <= in_sight
