"""The phases: how each is led up to, provoked, and when all is well again. One row a phase."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.matrix.sight import Sight

TIME_SCALE = 0.05
WATCHED_S = 62.0  # nominal; how long the fault stays once it was met
BACK_WITHIN_S = 80.0  # nominal: the longest wait is 66 s
RENEWED_WITHIN_S = 330.0  # nominal: a renewal waits up to 300 s
EACH_MINUTE: Mapping[str, Any] = {"rehoming_min_minutes": 1, "rehoming_max_minutes": 1}
LIFE_S = 6.0  # real; of a token that is to be renewed


@dataclass(frozen=True, slots=True)
class Phase:
    """How a phase is played. `begins_after`: see Chaos; without it the fault begins after `rehearse`."""

    begins_after: str = ""
    at_once: bool = False  # the fault is there from the start
    not_everywhere: bool = False  # one that hits all hosts waits for the registration
    by_sign_in: bool = False
    person: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()
    rehearse: Callable[[Sight], Awaitable[None]] | None = None
    provoke: Callable[[Sight], None] = lambda _: None
    is_well: Callable[[Sight], bool] = lambda sight: sight.is_registered
    back_within_s: float = BACK_WITHIN_S
    watched_s: float = WATCHED_S
    time_scale: float = TIME_SCALE


# ---- how each phase is played


async def registered(sight: Sight) -> None:
    await sight.scene.until("registered", lambda: sight.line is not None and sight.is_registered, 60)


async def _on_the_backup(sight: Sight) -> None:
    await registered(sight)
    sight.cloud.clear_faults()


async def _heard(sight: Sight) -> None:
    await registered(sight)
    if sight.fault.way is not None and sight.fault.way.half_open:
        sight.panel.hear_calls(wanted=True)
        await sight.scene.until("messages", lambda: sight.hears, 60)


def _renewing(sight: Sight) -> None:
    if sight.line is not None:  # registered, so it may have renewed before the fault began
        sight.cloud.alter_user(sight.cloud.users[0].name, expire_tokens=True)


PHASES: Mapping[str, Phase] = {
    "catalog": Phase(at_once=True),
    "wdm": Phase(begins_after="catalog"),
    "region": Phase(at_once=True),
    "discovery": Phase(begins_after="wdm"),
    "token": Phase(at_once=True, by_sign_in=True),
    "refresh": Phase(
        by_sign_in=True,
        begins_after="token",
        not_everywhere=True,
        faults=({"where": "token", "answer": {"patch": {"expires_in": LIFE_S}}},),
        provoke=_renewing,
        is_well=lambda sight: sight.is_renewed,
        back_within_s=RENEWED_WITHIN_S,
    ),
    "register": Phase(begins_after="discovery"),
    "keepalive": Phase(rehearse=registered, watched_s=140.0),
    "ping": Phase(
        settings=EACH_MINUTE,
        faults=({"where": "any", "host": "P1", "answer": "refuse"},),
        rehearse=_on_the_backup,
        is_well=lambda sight: sight.is_home,
        back_within_s=200.0,
        time_scale=0.1,  # a ping has half the time to the next keepalive, also on a busy machine
    ),
    "devices": Phase(
        begins_after="register",
        person={"device_limit": 5},
        settings={"devices_shared": False},
        faults=({"where": "register", "answer": "reset", "acts": True, "times": 1},),
        is_well=lambda sight: sight.is_tidied,
    ),
    "deregister": Phase(
        rehearse=registered,
        provoke=lambda sight: sight.panel.deregister(sight.panel.lines[0].identity.line_id),
        is_well=lambda sight: sight.is_off,
    ),
    "message socket": Phase(
        rehearse=_heard,
        provoke=lambda sight: sight.panel.hear_calls(wanted=True),
        is_well=lambda sight: sight.hears,
    ),
}
