"""The stories in which the program is killed: each brings it to where counting begins, and goes on.

A story says as it goes what was promised: what the person was told must be so after the next start.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping

from tests.hostile.kills.scene import BY_TOKEN, Life, Scene
from tests.kit.browsing import walk

Story = Callable[[Scene], None]


def signed_in(scene: Scene) -> None:
    with asyncio.Runner() as runner:
        runner.run(scene.computer.sign_in(scene.account))


def registered(scene: Scene) -> Life:
    signed_in(scene)
    life = scene.begin("watch", "--json")
    life.until_registered(scene.account)
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")
    return life


def _off(scene: Scene) -> Life:
    life = registered(scene)
    life.told(verb="deregister", all=True)
    life.until(lambda: not scene.live, "no device")
    life.until(lambda: scene.computer.kept(scene.account).get("unwanted"), "the wish on disk")
    scene.wanted = False
    return life


def first_start(scene: Scene) -> None:
    """Nothing is there yet: folders, marks, files and the Webex device are made."""
    scene.comes_back = BY_TOKEN
    life = scene.begin(*scene.comes_back, counted=True)
    life.until_registered(scene.account)
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")


def start(scene: Scene) -> None:
    """A sign-in is stored: it is read, the lines are discovered and registered."""
    signed_in(scene)
    life = scene.begin("watch", "--json", counted=True)
    life.until_registered(scene.account)
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")


def start_after_a_crash(scene: Scene) -> None:
    """The device of the life before is still there: it is removed or adopted while the line registers."""
    registered(scene).end(signal.SIGKILL)
    life = scene.begin("watch", "--json", counted=True)
    life.until_registered(scene.account)
    life.until(lambda: len(scene.live) == 1, "one device")
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")


def sign_in(scene: Scene) -> None:
    """`softphone sign-in` in a terminal, where the person pastes the redirect."""
    scene.wanted, scene.signed_in = True, False
    life = scene.begin("sign-in", "--no-browser")
    link = life.until(lambda: [word for word in life.out.split() if word.startswith("http")], "a link")[0]
    redirect_url = walk(link, comes_back=False)
    life.steps.begin()
    scene.signed_in = None
    with (life.room / "in").open("w") as typed:
        typed.write(f"{redirect_url}\n")
    life.until(lambda: "Signed in: " in life.out, "who signed in")
    scene.signed_in = True
    life.until(lambda: False, "its end")


def adopt(scene: Scene) -> None:
    """Somebody signs in while the program runs for somebody else; their line is registered at once."""
    scene.signed_in = False
    other = scene.cloud.alter_user("grace@example.com", new_token=True)
    life = scene.begin("watch", "--json", "--token-env", "OTHER", OTHER=other["token"])
    life.until(lambda: life.status().get("registered") == "all", "the other line")
    attempt = life.told(verb="sign_in", by_code=False, limit_s=60)["attempt"]
    looked = {"verb": "sign_in_state", "attempt": attempt}
    link = life.until(lambda: life.told(**looked)["progress"].get("link"), "a link")
    redirect_url = walk(link, comes_back=False)
    life.steps.begin()
    scene.signed_in = None
    life.told(verb="sign_in_finish", attempt=attempt, redirect=redirect_url)
    life.until(lambda: life.told(**looked)["progress"]["stage"] == "done", "the end of the sign-in")
    scene.signed_in = True
    life.until(lambda: scene.live, "a registered line")
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")


def renew(scene: Scene) -> None:
    """The access token is refused: the sign-in is renewed, and each renewal ends the refresh token before."""
    life = registered(scene)
    before = scene.renewals()
    life.steps.begin()
    scene.cloud.alter_user(scene.account["name"], expire_tokens=True)
    life.until(lambda: scene.renewals() > before, "a renewal")
    life.until(lambda: scene.generation() >= scene.renewals(), "the new token in the keyring")
    kept = len(scene.cloud.journal(place="keepalive", status=200))
    life.until(lambda: len(scene.cloud.journal(place="keepalive", status=200)) > kept, "a keepalive")


def keepalive(scene: Scene) -> None:
    """Nothing happens but keepalives."""
    life = registered(scene)
    kept = len(scene.cloud.journal(place="keepalive", status=200))
    life.steps.begin()
    life.until(lambda: len(scene.cloud.journal(place="keepalive", status=200)) > kept + 1, "keepalives")


def register(scene: Scene) -> None:
    """The person wants the line again."""
    life = _off(scene)
    life.steps.begin()
    scene.wanted = None
    life.told(verb="register", all=True)
    scene.wanted = True
    life.until(lambda: scene.live, "a registered line")
    life.until(lambda: scene.computer.ledger(scene.account) == (scene.live, False), "a quiet ledger")


def deregister(scene: Scene) -> None:
    """The person does not want the line any more."""
    life = registered(scene)
    life.steps.begin()
    scene.wanted = None
    life.told(verb="deregister", all=True)
    scene.wanted = False
    life.until(lambda: not scene.live, "no device")
    life.until(lambda: scene.computer.ledger(scene.account) == ([], False), "an empty ledger")


def move_away(scene: Scene) -> None:
    """The primary dies: the line goes to the backup."""
    life = registered(scene)
    life.steps.begin()
    scene.cloud.faults([{"where": "any", "host": "P1", "answer": "refuse", "for_s": 60}])
    life.until(lambda: scene.cloud.journal(place="register", host="B1", status=200), "the backup")
    life.until(lambda: not scene.computer.ledger(scene.account)[1], "a quiet ledger")


def sign_out(scene: Scene) -> None:
    """The person signs out, and reads a receipt."""
    life = registered(scene)
    life.steps.begin()
    scene.signed_in = None
    life.told(verb="sign_out", all=True)
    life.until(lambda: life.told(verb="sign_out_state").get("done"), "a receipt")
    scene.signed_in = False


def quit_program(scene: Scene) -> None:
    """The person quits."""
    life = registered(scene)
    life.steps.begin()
    life.told(verb="quit")
    life.until(lambda: False, "its end")


def change_a_setting(scene: Scene) -> None:
    """`softphone config set`, while no program runs."""
    signed_in(scene)
    life = scene.begin("config", "set", "history_days", "9", counted=True)
    life.until(lambda: False, "its end")


# And about how many steps each has, as the command's column "points" says.
STORIES: Mapping[Story, int] = {
    first_start: 520,
    start: 545,
    start_after_a_crash: 590,
    sign_in: 385,
    adopt: 340,
    renew: 145,
    keepalive: 70,
    register: 67,
    deregister: 45,
    move_away: 290,
    sign_out: 227,
    quit_program: 147,
    change_a_setting: 6,
}
