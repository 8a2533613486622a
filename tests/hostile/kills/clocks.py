"""The computer's clock is wrong, or set while the program runs: by an hour or ten years, either way.

The line stays on one device, keepalives keep their pace, the sign-in is renewed and kept, and a start under
yet another clock finds everything.
"""

import itertools
import random

from softphone.exit_codes import EXIT_OK
from tests.hostile.kills.judging import Outcome, look_at_words, start_again
from tests.hostile.kills.program import CLOCK_FILE
from tests.hostile.kills.scene import KilledError, Life, Scene
from tests.hostile.kills.stories import signed_in

HOUR_S, TEN_YEARS_S = 3600, 315_576_000
OFFSETS_S = (0, HOUR_S, -HOUR_S, TEN_YEARS_S, -TEN_YEARS_S)
SETTINGS = tuple(itertools.product(OFFSETS_S, repeat=2))  # at the start, and then
KEEPALIVES_A_MINUTE = 4  # one in 30 s, and what is due a moment early
CLOCK_WORDS = "Your clock is wrong"
RENEWALS_A_SETTING = 2  # one for each jump, and one for the 401


def set_to(scene: Scene, offset_s: float) -> None:
    """Set the clock of the first computer."""
    new = scene.computer.folder / f"{CLOCK_FILE}.new"
    new.write_text(str(offset_s))
    new.replace(scene.computer.folder / CLOCK_FILE)


def clock_set(before_s: float, then_s: float, *, seed: object) -> Outcome:
    """Return what came of a life that began under one clock and went on under another."""
    outcome = Outcome(told=True)
    with Scene(random.Random(f"{before_s} {then_s} {seed}")) as scene:
        signed_in(scene)
        set_to(scene, before_s)
        life = scene.begin("watch", "--json")
        try:
            _go_through(scene, life, then_s)
        except (KilledError, AssertionError) as error:
            outcome.faults.append(f"under a wrong clock: {error}")
        if (code := life.end()) != EXIT_OK:
            outcome.faults.append(f"it ended with {code}: {life.said}")
        outcome.orphans += len(scene.live)
        _look_at_pace(scene, outcome)
        look_at_words(life, outcome)
        set_to(scene, before_s if scene.chance.random() < 0.5 else -then_s)
        start_again(scene, outcome)
    return outcome


def _go_through(scene: Scene, life: Life, then_s: float) -> None:
    """Register, set the clock, renew, set it back within the minute, and renew once more."""
    me = scene.account
    life.until_registered(me)
    held = scene.live
    for offset_s in (then_s, 0.0, then_s):
        set_to(scene, offset_s)
        _until_kept_alive(scene, life)
    before = scene.renewals()
    scene.cloud.alter_user(me["name"], expire_tokens=True)
    life.until(lambda: scene.renewals() > before, "a renewal")
    if then_s:
        life.until(lambda: CLOCK_WORDS in (life.of(me)[0].get("notice") or ""), "a word about the clock")
    set_to(scene, 0.0)
    life.until(lambda: scene.generation() >= scene.renewals(), "the new token in the keyring")
    _until_kept_alive(scene, life)
    life.until_registered(me)
    assert scene.live == held, "the line is on another device"


def _until_kept_alive(scene: Scene, life: Life) -> None:
    kept = len(scene.cloud.journal(place="keepalive", status=200))
    life.until(lambda: len(scene.cloud.journal(place="keepalive", status=200)) > kept, "a keepalive")


def _look_at_pace(scene: Scene, outcome: Outcome) -> None:
    times_s = [one["time_s"] for one in scene.cloud.journal(place="keepalive", status=200)]
    most = max((sum(at_s <= one < at_s + 60 for one in times_s) for at_s in times_s), default=0)
    if most > KEEPALIVES_A_MINUTE:
        outcome.faults.append(f"{most} keepalives in a minute")
    if scene.renewals() > RENEWALS_A_SETTING * 5:
        outcome.faults.append(f"{scene.renewals()} renewals")
