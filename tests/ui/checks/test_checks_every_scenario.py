"""Checks 20, 21, 27 and 28 of interface.md#checks: what must hold in every story of the simulated cloud."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.sim.scenarios import SCENARIOS
from softphone.ui.kit.button import Button
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.theme import Theme
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.line_row import LineRow
from tests.ui.checks.counting import words_in
from tests.ui.real_window import Seat, accessible_name, cloud_of, opened, told_by

pytestmark = pytest.mark.slow

# What every card says once the story is told; nominal seconds until then are few.
ENDS: dict[str, tuple[str, ...]] = {
    "calm": ("Registered",),
    "primary-down": ("Registered · backup",),
    "flapping": ("Reconnecting · [12] of 5 missed",),
    "token-expires": ("Signed out",),
    "device-limit": ("Action needed",),
    "throttled": (r"Retry in \d+:\d\d",),
    "all-down": (r"Retry in \d+:\d\d",),
    "elsewhere": ("In use elsewhere",),
    "mixed": ("Registered", "Registered · backup", "Action needed", r"Retry in \d+:\d\d"),
    "forty": ("Registered( · backup)?",) * 40,  # on a busy machine a primary may have looked slow
    "calls": ("Registered|Ringing",),
    "none": ("Failed",),
}
# Where something stands in the way of a call, and somebody may do something about it.
TROUBLED = frozenset(
    {
        *(LineState.RECONNECTING, LineState.RETRY_WAIT, LineState.FAILED),
        *(LineState.ACTION, LineState.ELSEWHERE, LineState.OFFLINE),
    }
)
CODES = re.compile(r"\b(400|401|403|404|409|429|500|503|101|102|103)\b|WXC_|SIM_")


CONTROLS = (QAbstractButton, QComboBox, QLineEdit, LineCard, LineRow, StatusBadge)
SENTENCE_WORDS = 8


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What a screen reader is told from now on, and whether at once."""
    heard: list[tuple[str, bool]] = []

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        heard.append((event.message(), event.politeness() is QAccessible.AnnouncementPoliteness.Assertive))

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    return heard


def test_every_scenario_is_looked_at():
    assert set(ENDS) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", ENDS)
async def test_checks_20_21_27_and_28_hold_in_every_scenario(
    theme: Theme, tmp_path: Path, said: list[tuple[str, bool]], scenario: str
):
    everybody = range(len(SCENARIOS[scenario].people) if len(ENDS[scenario]) > 1 else 1)
    with cloud_of(scenario, 0.15 if scenario == "forty" else 0.03) as cloud:  # forty need their time
        async with opened(cloud, tmp_path, theme, people=everybody, demo=scenario) as seat:
            changes: list[LineSnapshot] = []
            seat.window.contents._bridge.line_updated.connect(changes.append)
            await seat.until_badges(*ENDS[scenario])
            check_20_trouble_is_a_sentence_with_a_button(seat)
            check_27_everything_has_a_name(seat)
            await seat.rest(20)
            assert seat.dialogs == [], "check 21: nothing opens by itself"
            assert QApplication.activeModalWidget() is None
            assert "This sign-in lasts until you quit." not in seat.texts(), "it was given tokens"
            check_28_a_change_is_announced_once(said, changes)


def check_20_trouble_is_a_sentence_with_a_button(seat: Seat) -> None:
    now_s = time.monotonic()
    for card, line in zip(seat.cards, seat.lines, strict=True):
        if line.state_at(now_s) not in TROUBLED:
            continue
        sentence = seat.text("lineReason", card) or card.accessibleDescription()  # a narrow row
        # No full stop in rows and after figures.
        assert re.fullmatch("[A-Z].+[^.]" if isinstance(card, LineRow) else r"[A-Z].+[.\d]", sentence), (
            line.state
        )
        assert len(words_in([sentence])) <= SENTENCE_WORDS
        enabled = {one.text() for one in card.findChildren(Button) if one.isVisible() and one.isEnabled()}
        assert "Deregister" in enabled, line.state
        if line.state is not LineState.RECONNECTING:  # that is tried all the time
            assert enabled - {"", "Details", "Deregister"}, line.state
        for label in card.findChildren(QLabel):
            assert not CODES.search(label.text()), "codes stand in the details"


def check_27_everything_has_a_name(seat: Seat) -> None:
    for widget in seat.window.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, CONTROLS):
            assert accessible_name(widget), widget.objectName()
    for card in seat.cards:
        pill = seat.badge_of(card)
        told = f"{card.accessibleName()}: {told_by(pill)}"
        assert accessible_name(pill) in {told, f"{told} missed"}, "a row has less room"


def check_28_a_change_is_announced_once(said: list[tuple[str, bool]], changes: list[LineSnapshot]) -> None:
    turns = Counter(line.identity.label for line in changes)
    told = Counter(words.partition(":")[0] for words, _ in said)
    assert all(told[label] <= turns[label] + 1 for label in told), (told, turns)
    urgent = {words.partition(": ")[2].partition(".")[0] for words, at_once in said if at_once}
    urgent = {one for one in urgent if not one.startswith("Call from ")}
    assert urgent <= {"Failed", "Action needed", "In use elsewhere"}
    calm = " ".join(words for words, at_once in said if not at_once)
    assert not re.search("Failed|Action needed|In use elsewhere", calm)
