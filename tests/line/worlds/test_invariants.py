"""Random histories against a model of the service: reliability.md#invariants.

The invariants are checked in world.py after every step; `python -m tests.line.worlds.soak` plays more.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from softphone.line.states import ActionNeeded
from tests.line.failures import FAULTS, FINAL_FAULTS
from tests.line.worlds.beside import BOUND
from tests.line.worlds.soak import HEALTHY_S, soak
from tests.line.worlds.world import World

SECONDS = st.sampled_from((0.01, 0.1, 0.5, 2.0, 5.0, 12.0, 31.0, 61.0, 160.0, 700.0, 3700.0))


class LineHistory(RuleBasedStateMachine):
    """Everything that can happen to one line, in an order of Hypothesis' choice."""

    @initialize(
        primaries=st.sampled_from((0, 1, 2, 8)),
        backups=st.sampled_from((1, 2, 8)),
        device_limit=st.sampled_from((1, 5)),
        known=st.booleans(),
        draw=st.sampled_from((0.0, 0.5, 0.999_999)),
        backups_only=st.booleans(),
    )
    def begin(
        self,
        primaries: int,
        backups: int,
        device_limit: int,
        known: bool,
        draw: float,
        backups_only: bool,
    ) -> None:
        self.world = World(
            primaries=primaries,
            backups=backups if backups_only or not primaries else 0,
            device_limit=device_limit,
            known_at_start=known,
        )
        self.world.draw = lambda: draw

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule()
    def the_user_registers(self) -> None:
        self.world.register()

    @rule()
    def the_user_deregisters(self) -> None:
        self.world.deregister()

    @rule()
    def the_user_tries_now(self) -> None:
        self.world.retry_now()

    @precondition(lambda self: isinstance(self.world.state, ActionNeeded))
    @rule()
    def the_user_picks_a_device(self) -> None:
        self.world.remove_a_device()

    @rule()
    def the_sign_in_ends(self) -> None:
        self.world.sign_in_ends()

    @rule()
    def the_user_signs_in(self) -> None:
        self.world.sign_in()

    @rule(words=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=8))
    def answers_go_wrong(self, words: list[str]) -> None:
        self.world.will_answer(*words)

    @rule(word=st.sampled_from(FINAL_FAULTS))
    def an_answer_is_final(self, word: str) -> None:
        self.world.will_answer(word)

    @rule(alive=st.integers(0, 3))
    def hosts_die(self, alive: int) -> None:
        every = self.world.servers.primaries + self.world.servers.backups
        self.world.dead = set(every[alive:])

    @rule(hinted=st.booleans())
    def the_network_goes(self, hinted: bool) -> None:
        self.world.network = False
        if hinted:
            self.world.hint_lost()

    @rule(hinted=st.booleans())
    def the_network_comes(self, hinted: bool) -> None:
        self.world.network = True
        if hinted:
            self.world.hint_back()

    @rule()
    def a_hint_is_wrong(self) -> None:
        self.world.hint_lost()

    @rule()
    def the_computer_wakes(self) -> None:
        self.world.wake()

    @rule()
    def the_program_is_killed_and_starts_again(self) -> None:
        self.world.crash_and_start()

    @rule()
    def another_client_registers(self) -> None:
        self.world.somebody_registers()

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
