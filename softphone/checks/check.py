"""What a check finds, and 'Run check': one probe after the other (interface.md#run-check).

A probe ends in a `Check`, whatever happens: one that raises or takes too long is a fault with its words.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from softphone.errors import SoftphoneError
from softphone.i18n import own, phrase

ALL_LIMIT_S = 30.0
PROBE_LIMIT_S = 12.0


class CheckState(Enum):
    """How a check ended. A warning leaves the program usable."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Check(Struct, frozen=True):
    """One finding: a plain sentence, and what mends it (empty when nothing has to be mended).

    `clock_off_s` is how far our clock is ahead of that of a host that answered and told the time.
    """

    sentence: str
    state: CheckState = CheckState.OK
    remedy: str = ""
    clock_off_s: float | None = None


def fault(sentence: str, remedy: str) -> Check:
    """Return what is broken, and what mends it."""
    return Check(sentence, CheckState.FAULT, remedy)


TOO_LATE = fault("This check did not end in time.", "See whether something waits for an answer.")


class CheckStep(Enum):  # shown
    """What is looked at, in this order; the value is its name."""

    NETWORK = "Network"
    NAME = "Proxy and name"
    CONNECTION = "Secure connection"
    CLOCK = "Clock"
    SIGN_IN = "Sign-in"
    REGION = "Region"
    DISCOVERY = "Discovery"
    SERVERS = "Calling servers"
    LINE = "Line"


OUTSIDE = frozenset(
    {CheckStep.NETWORK, CheckStep.NAME, CheckStep.CONNECTION, CheckStep.CLOCK, CheckStep.REGION}
)
"""The steps that need no account."""


class Finding(Struct, frozen=True):
    """What a probe found and how long it took, in seconds."""

    step: CheckStep
    check: Check
    took_s: float

    @property
    def record(self) -> dict[str, Any]:
        """What a script is told of it (scripts.md#check)."""
        return {
            "step": self.step.value,
            "state": self.check.state.value,
            "sentence": self.check.sentence,
            "remedy": self.check.remedy or None,
            "took_ms": round(1000 * self.took_s),
        }


Probe = Callable[[], Awaitable[Check]]
Probes = Mapping[CheckStep, Probe]


async def run_checks(
    probes: Probes, found: Callable[[Finding], None], *, limit_s: float = ALL_LIMIT_S
) -> None:
    """Make each probe in its turn and call `found` with each finding; all end within `limit_s` seconds."""
    now_s = asyncio.get_running_loop().time
    until_s = now_s() + limit_s
    for step in sorted(probes, key=list(CheckStep).index):
        began_s = now_s()
        check = await _within(probes[step], min(PROBE_LIMIT_S, until_s - began_s))
        found(Finding(step, check, now_s() - began_s))


async def _within(probe: Probe, limit_s: float) -> Check:
    if limit_s <= 0:
        return Check(
            "Not looked at: the time for all checks was over.", CheckState.WARNING, "Run the check again."
        )
    try:
        async with asyncio.timeout(limit_s):
            return await probe()
    except SoftphoneError as error:
        return fault_of(error)
    except TimeoutError:
        return TOO_LATE


def fault_of(error: SoftphoneError) -> Check:
    """Return an error as a finding: what is wrong, then what the error advises."""
    return fault(phrase("{what}.", what=own(error.title)), error.sentence)
