"""A disk that fails at each change of a file: full, broken or only read, once or from there on.

The line is registered, obeys and is taken off all the same; what cannot be kept is said, in a sentence; and
on a disk that works again the next start finds everything in order.
"""

import errno
import random

from softphone.exit_codes import EXIT_OK
from tests.hostile.kills.judging import Outcome, look_at_words, start_again
from tests.hostile.kills.scene import KilledError, Life, Scene
from tests.hostile.kills.steps import FOR_EVER, Plan
from tests.hostile.kills.stories import signed_in

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
SAID = "Nothing can be kept for the next start"
WORDS_AT_MOST = 5  # sentences on stderr


def failed_at(error: int, times: int, seed: object, step: int) -> Outcome:
    """Return what came of a life whose disk fails at a change of a file; 0: at none."""
    outcome = Outcome()
    chance = random.Random(f"{error} {times} {seed} {step}")
    with Scene(chance, Plan(step, -error, times)) as scene:
        signed_in(scene)
        life = scene.begin("watch", "--json", counted=True)
        try:
            _obey(scene, life)
        except (KilledError, AssertionError) as problem:
            outcome.faults.append(f"a disk that fails: {problem}: {life.said}")
        life.steps.end()
        outcome.steps, outcome.last = life.steps.count, life.steps.last
        if (code := life.end()) != EXIT_OK:
            outcome.faults.append(f"it ended with {code}: {life.said}")
        outcome.orphans += len(scene.live)
        look_at_words(life, outcome)
        if times == FOR_EVER and 0 < step <= outcome.steps and life.said.count(SAID) != 1:
            outcome.faults.append(f"said {life.said.count(SAID)} times: {life.said}")
        if SAID in life.said:
            outcome.told, scene.wanted = True, None
        if len(life.said.splitlines()) > WORDS_AT_MOST:
            outcome.faults.append(f"too many words: {life.said}")
        start_again(scene, outcome)
    return outcome


def _obey(scene: Scene, life: Life) -> None:
    """A person uses it."""
    life.until_registered(scene.account)
    life.told(verb="deregister", all=True)
    life.until(lambda: not scene.live, "no device")
    life.told(verb="register", all=True)
    life.until_registered(scene.account)
