"""One life that is killed at a step, the start after it, and what both were held to."""

import random
import signal
import sqlite3
from dataclasses import dataclass, field

from softphone.auth.session import RENEWAL_GAP_S
from softphone.exit_codes import EXIT_OK, EXIT_SIGN_IN_NEEDED
from tests.hostile.kills.scene import BY_TOKEN, REGISTERED, KilledError, Life, Scene
from tests.hostile.kills.steps import Plan
from tests.hostile.kills.stories import Story

NOBODY, ENDS_SOON = "nobody is signed in", "Your sign-in"  # said of one that ended, or will
LAST_REQUESTS = 12
LOG_BYTES = 2 * 1024 * 1024  # a longer one was made by a test


@dataclass
class Outcome:
    """What came of a life. `faults` is empty when every promise was kept."""

    steps: int = 0
    last: str = ""
    orphans: int = 0
    lost: list[str] = field(default_factory=list)
    in_the_window: bool = False  # the service had renewed, and nobody could have stored that yet
    later: int = 0  # nobody was told of the sign-in yet, so its device waits for the next one
    told: bool = False  # in a sentence
    spare: int = 0  # WDM devices that nobody uses: they carry no calls
    faults: list[str] = field(default_factory=list)
    requests: str = ""  # the last ones, as the cloud saw them

    @property
    def broken(self) -> list[str]:
        """Everything that should not be."""
        orphans = [f"{self.orphans} orphans"] if self.orphans else []
        return [*orphans, *self.lost, *self.faults]


def played(story: Story, seed: object, end_at: int) -> Outcome:
    """Return what came of a life that is killed at a step; 0: at none."""
    outcome = Outcome()
    with Scene(random.Random(f"{story.__name__} {seed} {end_at}"), Plan(end_at)) as scene:
        try:
            story(scene)
        except KilledError:
            pass
        except AssertionError as error:
            outcome.faults.append(f"the story: {error}")
        life = scene.life
        assert life is not None
        life.steps.end()
        outcome.steps, outcome.last = life.steps.count, life.steps.last
        life.end(signal.SIGKILL)
        look_at_words(life, outcome)
        start_again(scene, outcome)
    return outcome


def start_again(scene: Scene, outcome: Outcome) -> None:
    """Start the program on what is left, and hold it to what was promised."""
    try:
        _start_again(scene, outcome)
    except (AssertionError, KilledError) as error:
        outcome.faults.append(f"the next start: {error}")
    if outcome.broken:
        asked = [
            f"{one['time_s']:.1f} {one['host']} {one['place']} {one['status']} {one['device'] or ''}"
            for one in scene.cloud.journal()
            if one["place"] != "message-socket"
        ]
        outcome.requests = "\n      ".join(asked[-LAST_REQUESTS:])


def _start_again(scene: Scene, outcome: Outcome) -> None:
    scene.cloud.clear_faults()
    if scene.signed_in and scene.renewals() > scene.generation() >= 0:
        outcome.in_the_window, scene.signed_in = True, None
    again = scene.life = scene.computer.begin(*scene.comes_back)
    try:
        state = again.until(lambda: _settled(scene, again), "its lines")
    except KilledError:
        state = "nobody"
    here = state in ("on", "off")
    if scene.signed_in is not None and here is not scene.signed_in:
        outcome.lost.append(f"the sign-in: {state}")
    if here and scene.wanted is not None and (state == "on") is not scene.wanted:
        outcome.lost.append(f"the wish: the line is {state}")
    if state == "on":
        _renew_once_more(scene, again, outcome)
    code = again.end()
    if here and code != EXIT_OK:
        outcome.faults.append(f"the next start ended with {code}")
    if not here and (code != EXIT_SIGN_IN_NEEDED or NOBODY not in again.said):
        outcome.faults.append(f"it ended with {code} and did not say why: {again.said}")
    if not here and scene.live and not outcome.in_the_window:
        again = _come_back_with_a_token(scene, outcome)
    look_at_what_is_left(scene, again, outcome)


def _come_back_with_a_token(scene: Scene, outcome: Outcome) -> Life:
    """Without a sign-in nobody can remove what is left: the person comes back, and it is."""
    again = scene.life = scene.computer.begin(*BY_TOKEN)
    again.until(lambda: _settled(scene, again), "its lines")
    outcome.later += 1
    again.end()
    return again


def _settled(scene: Scene, life: Life) -> str | None:
    """Return how the line is once nothing moves any more: on or off."""
    line = life.of(scene.account)[1]
    if not line:
        return None
    granted, unsure = scene.computer.ledger(scene.account)
    quiet = not unsure and sorted(granted) == sorted(scene.live)
    if line["wanted"]:
        return "on" if quiet and line["state"] in REGISTERED and len(granted) == 1 else None
    return "off" if quiet and not granted else None


def _renew_once_more(scene: Scene, life: Life, outcome: Outcome) -> None:
    """The sign-in still serves: it can be renewed. One that was lost is said before it ends."""
    before, me = scene.renewals(), scene.account
    if scene.generation() < 0:
        return  # a token without a sign-in
    life.until(lambda: scene.since_renewal_s() > RENEWAL_GAP_S, "a while: it renews at most once a minute")
    scene.cloud.alter_user(me["name"], expire_tokens=True)
    life.until(
        lambda: scene.renewals() > before or ENDS_SOON in (life.of(me)[0].get("notice") or ""),
        "a renewal, or a word",
    )
    if scene.renewals() > before:
        life.until_registered(me)
    elif not outcome.in_the_window:
        outcome.lost.append("the sign-in")


def look_at_what_is_left(scene: Scene, life: Life, outcome: Outcome) -> None:
    """After the end: no device, nobody else's removed, files whole, nothing set aside."""
    if not outcome.in_the_window:  # without a sign-in nobody can remove it: the service forgets it
        outcome.orphans += len(scene.live)
    outcome.spare = max(0, len(scene.webex_devices) - 1)
    if scene._devices(others=True) != scene.others:
        outcome.faults.append("somebody else's device was removed")
    look_at_words(life, outcome)
    home = scene.computer.home
    for path in home.rglob("*"):
        if ".damaged-" in path.name or ".newer-" in path.name:
            outcome.faults.append(f"set aside: {path.name}")
    for path in home.rglob("history.sqlite"):
        base = sqlite3.connect(path)
        if base.execute("PRAGMA quick_check").fetchone() != ("ok",):
            outcome.faults.append("the history is damaged")
        base.close()


def look_at_words(life: Life, outcome: Outcome) -> None:
    logs = [
        path.read_text(errors="replace")
        for path in life.computer.home.rglob("softphone.log*")
        if path.is_file() and not path.is_symlink() and path.stat().st_size < LOG_BYTES
    ]
    if "Traceback" in "".join((life.said, *logs)):
        outcome.faults.append(f"a traceback: {life.said}{logs}")
