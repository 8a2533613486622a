"""Random histories against a model of the service: reliability.md#invariants.

The invariants are checked in world.py after every step; `python -m tests.line.worlds.soak` plays more.
"""

import random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.line.worlds.beside import BOUND
from tests.line.worlds.soak import DEEDS, HEALTHY_S, Deed, soak
from tests.line.worlds.world import World


class LineHistory(RuleBasedStateMachine):
    """Everything that can happen to one line, in an order of Hypothesis' choice."""

    @initialize(
        primaries=st.sampled_from((0, 1, 2, 8)),
        backups=st.sampled_from((1, 2, 8)),
        device_limit=st.sampled_from((1, 5)),
        known_at_start=st.booleans(),
        draw=st.sampled_from((0.0, 0.5, 0.999_999)),
        backups_too=st.booleans(),
    )
    def begin(self, primaries: int, backups: int, *, draw: float, backups_too: bool, **options: Any) -> None:
        self.world = World(
            primaries=primaries, backups=backups if backups_too or not primaries else 0, **options
        )
        self.world.draw = lambda: draw

    @rule(deed=st.sampled_from([deed for deed, _ in DEEDS]), dice=st.randoms(use_true_random=False))
    def happens(self, deed: Deed, dice: random.Random) -> None:
        deed(self.world, dice)

    def teardown(self) -> None:
        """After any history: ten minutes in which everything works."""
        if not hasattr(self, "world"):
            return
        self.world.heal()
        self.world.pass_time(HEALTHY_S)
        assert not self.world.broken_liveness()


LineHistory.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_any_history_keeps_the_invariants_and_ends_registered = LineHistory.TestCase


def test_twenty_thousand_random_steps_break_nothing():
    report = soak(steps=20_000, seed=1)
    assert not report.broken, "\n\n".join(report.broken[:3])
    assert report.worst_in_60_s <= BOUND


def test_a_world_without_faults_needs_no_second_request():
    world = World()
    world.register()
    world.pass_time(20.0)
    assert world.requests == 1
    assert not world.broken_liveness()
