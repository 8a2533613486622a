"""A remedy is shown only where pressing it does something: each one of each scenario is pressed."""

from pathlib import Path

import pytest

from softphone.sim.scenarios import SCENARIOS
from softphone.ui.kit.theme import Theme
from tests.ui.checks.remedies import NOTHING, WANTED, press_all

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]


def test_every_scenario_is_pressed():
    assert set(WANTED) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", WANTED)
async def test_every_remedy_that_is_shown_has_an_effect(theme: Theme, tmp_path: Path, scenario: str):
    presses = await press_all(scenario, theme, tmp_path)
    assert {press.remedy for press in presses} >= WANTED[scenario]
    assert [press for press in presses if press.effect == NOTHING] == []
