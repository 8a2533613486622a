"""Two programs on one profile, the first one held still at each step of its start; and copies of a profile.

One registers and the other says who runs, whoever was first. A copy has devices of its own, and leaves those
of the first one alone.
"""

import random
import shutil
import signal
from collections.abc import Callable

from softphone.exit_codes import EXIT_OK, EXIT_PROFILE_IN_USE
from tests.hostile.kills.judging import Outcome, look_at_what_is_left, look_at_words
from tests.hostile.kills.scene import BY_TOKEN, Computer, KilledError, Life, Scene
from tests.hostile.kills.steps import Plan
from tests.hostile.kills.stories import registered, signed_in

IN_USE = "in use by"


def met_at(seed: object, step: int) -> Outcome:
    """Return what came of a second program that starts while the first stands still at a step; 0: never."""
    outcome = Outcome()
    with Scene(random.Random(f"met {seed} {step}"), Plan(step, signal.SIGSTOP)) as scene:
        signed_in(scene)
        first = scene.begin("watch", "--json", counted=True)
        try:
            first.until(lambda: first.steps.last or _is_on(scene, first), "the step")
            second = scene.computer.begin("watch", "--json")
            goes_on = _goes_on(scene, second)
            outcome.told = True
            first.steps.end()
            outcome.steps, outcome.last = first.steps.count, first.steps.last
            first.process.send(signal.SIGCONT)
            runs, refused = (second, first) if goes_on else (first, second)
            runs.until_registered(scene.account)
            _look_at_refused(refused, outcome)
            if len(scene.live) != 1:
                outcome.faults.append(f"{len(scene.live)} devices")
            if (code := runs.end()) != EXIT_OK:
                outcome.faults.append(f"it ended with {code}: {runs.said}")
            look_at_what_is_left(scene, runs, outcome)
        except (AssertionError, KilledError) as error:
            outcome.faults.append(f"two programs: {error}")
    return outcome


def _is_on(scene: Scene, life: Life) -> bool:
    status = life.status()  # of whoever has the socket
    return bool(scene.live) and (status.get("registered"), status.get("process")) == ("all", life.process.id)


def _goes_on(scene: Scene, second: Life) -> bool:
    """Whether the second one registers; else it has ended."""
    try:
        second.until(lambda: _is_on(scene, second), "its line")
    except KilledError:
        return False
    return True


def _look_at_refused(life: Life, outcome: Outcome) -> None:
    code = life.process.code(20)
    if code != EXIT_PROFILE_IN_USE or IN_USE not in life.said:
        outcome.faults.append(f"the other one ended with {code}: {life.said}")
    look_at_words(life, outcome)


# ---- copies


def _copy_of(scene: Scene, *, same_computer: bool) -> Computer:
    copy = scene.another_computer(same=same_computer)
    shutil.copytree(scene.computer.home / "config", copy.home / "config")
    return copy


def copied_while_it_runs(scene: Scene, *, same_computer: bool, outcome: Outcome) -> None:
    """The first one stays registered on its device, whatever the copy does."""
    first = registered(scene)
    held = scene.live
    second = _copy_of(scene, same_computer=same_computer).begin(*BY_TOKEN)
    _until_it_stands(scene, second)
    if not set(held) <= set(scene.live):
        outcome.faults.append("the copy removed the device of the first one")
    _end(second, outcome)
    if scene.live != held:
        outcome.faults.append(f"after the copy there are {scene.live}, not {held}")
    first.until_registered(scene.account)
    _end(first, outcome)


def copied_after_a_crash(scene: Scene, *, same_computer: bool, outcome: Outcome) -> None:
    """The first one finds and removes what its crash left, also when a copy of it ran meanwhile."""
    registered(scene).end(signal.SIGKILL)
    second = _copy_of(scene, same_computer=same_computer).begin(*BY_TOKEN)
    _until_it_stands(scene, second)
    _end(second, outcome)
    again = scene.computer.begin("watch", "--json")
    again.until_registered(scene.account)
    again.until(lambda: len(scene.live) == 1, "one device")
    _end(again, outcome)


def _until_it_stands(scene: Scene, life: Life) -> None:
    """Wait until the line is registered, or asks a person because there are too many devices."""
    life.until(
        lambda: life.of(scene.account)[1].get("state") in ("registered", "registered_backup", "action")
    )


def _end(life: Life, outcome: Outcome) -> None:
    if (code := life.end()) != EXIT_OK:
        outcome.faults.append(f"it ended with {code}: {life.said}")
    look_at_words(life, outcome)


COPIES: tuple[Callable[..., None], ...] = (copied_while_it_runs, copied_after_a_crash)


def copied(copy: Callable[..., None], same_computer: bool, *, seed: object) -> Outcome:
    """Return what came of a copy."""
    outcome = Outcome(told=True)
    with Scene(random.Random(f"{copy.__name__} {seed} {same_computer}")) as scene:
        try:
            copy(scene, same_computer=same_computer, outcome=outcome)
        except (AssertionError, KilledError) as error:
            outcome.faults.append(f"{copy.__name__}: {error}")
        outcome.orphans += len(scene.live)
    return outcome
