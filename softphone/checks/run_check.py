"""'Run check': one look after the other, from the network to the line itself (interface.md#run-check).

A look ends in a `Check`, whatever happens: a look that raises or takes too long is a fault with its words.
Nothing here disturbs a line: what a look sends, it sends beside the line's own requests.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_service import Tokens
from softphone.calling.calling_client import CallingClient
from softphone.calling.provider import Discovery
from softphone.errors import SoftphoneError
from softphone.i18n import date_and_time, joined, own, phrase
from softphone.line.model import REGISTERED_STATES, LineSnapshot, Server

ALL_LIMIT_S = 30.0
LOOK_LIMIT_S = 12.0


class State(Enum):
    """How a check ended. A warning leaves the program usable."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: a plain sentence, and what mends it (empty when nothing has to be mended).

    `clock_off_s` is how far our clock is ahead of that of a host that answered and told the time.
    """

    sentence: str
    state: State = State.OK
    remedy: str = ""
    clock_off_s: float | None = None


class Step(Enum):  # shown
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


OUTSIDE = frozenset({Step.NETWORK, Step.NAME, Step.CONNECTION, Step.CLOCK, Step.REGION})
"""The steps that need no account."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found and how long it took, in seconds."""

    step: Step
    check: Check
    took_s: float


Look = Callable[[], Awaitable[Check]]
Looks = Mapping[Step, Look]


async def run_checks(looks: Looks, found: Callable[[Finding], None], *, limit_s: float = ALL_LIMIT_S) -> None:
    """Take each look in its turn and call `found` with each finding; all end within `limit_s` seconds."""
    now_s = asyncio.get_running_loop().time
    until_s = now_s() + limit_s
    for step in sorted(looks, key=list(Step).index):
        began_s = now_s()
        check = await _within(looks[step], min(LOOK_LIMIT_S, until_s - began_s))
        found(Finding(step, check, now_s() - began_s))


async def _within(look: Look, limit_s: float) -> Check:
    if limit_s <= 0:
        return Check(
            "Not looked at: the time for all checks was over.", State.WARNING, "Run the check again."
        )
    try:
        async with asyncio.timeout(limit_s):
            return await look()
    except SoftphoneError as error:
        return fault_of(error)
    except TimeoutError:
        return Check(
            "This check did not end in time.", State.FAULT, "See whether something waits for an answer."
        )


def fault_of(error: SoftphoneError) -> Check:
    """Return an error as a finding: what is wrong, then what the error advises."""
    return Check(phrase("{what}.", what=own(error.title)), State.FAULT, error.sentence)


# ---- the account and its line


async def check_line(panel: Panel, line_id: str, found: Callable[[Finding], None], *, outside: Looks) -> None:
    """Look at everything between this computer and a line, in order; `found` gets each finding.

    `outside` are the looks that need no account; they are all there is without a line of this ID.
    """
    behind = panel.behind(line_id)
    await run_checks({**outside, **(line_looks(*behind, line_id) if behind is not None else {})}, found)


def line_looks(tokens: Tokens, client: CallingClient, line_id: str) -> Looks:
    """Return the looks at a signed-in account and at one of its lines."""
    return {
        Step.SIGN_IN: lambda: _sign_in(tokens),
        Step.DISCOVERY: lambda: _discovery(client),
        Step.SERVERS: lambda: _servers(client),
        Step.LINE: lambda: _line(client, line_id),
    }


async def _sign_in(tokens: Tokens) -> Check:
    await tokens.access_token()  # renews it when it is about to end
    until = tokens.sign_in.expires_at
    if until is None:
        return Check("There is a sign-in for this account.")
    at = datetime.fromtimestamp(until).astimezone()
    return Check(phrase("The sign-in is good until {time}.", time=date_and_time(at)))


async def _discovery(client: CallingClient) -> Check:
    found: Discovery = await client.look_up()
    primaries, backups = len(found.servers.primaries), len(found.servers.backups)
    if found.warnings:
        return Check(joined(found.warnings), State.WARNING, "Calls work all the same. Try again later.")
    return Check(
        phrase(
            "Webex knows this account and named its servers. Primary: {primaries}, backup: {backups}.",
            primaries=primaries,
            backups=backups,
        )
    )


async def _servers(client: CallingClient) -> Check:
    servers = client.discovery.servers.all
    answers = await asyncio.gather(*(client.ping(server) for server in servers))
    silent = [_name(server) for server, up in zip(servers, answers, strict=True) if not up]
    if not silent:
        return Check(phrase("All calling servers answer: {number}.", number=len(servers)))
    remedy = "Check the network; a firewall may be in the way. Webex itself may be in trouble."
    if len(silent) == len(servers):
        return Check("No calling server answers.", State.FAULT, remedy)
    return Check(
        phrase("No answer from {servers}; another one answers.", servers=", ".join(silent)),
        State.WARNING,
        "The line uses one that answers. Nothing has to be done.",
    )


async def _line(client: CallingClient, line_id: str) -> Check:
    line = client.get_lines()[line_id].snapshot
    if line.registration is None or line.server is None:
        return _without_registration(line)
    began_s = time.monotonic()
    await client.prove(line_id)
    sentence = phrase(
        "{server} confirmed the registration in {ms} ms: calls reach this computer.",
        server=_name(line.server),
        ms=round(1000 * (time.monotonic() - began_s)),
    )
    if line.state in REGISTERED_STATES:
        return Check(sentence)
    return Check(sentence, State.WARNING, "The line shows this after its own next check.")


def _without_registration(line: LineSnapshot) -> Check:
    if line.failure is not None:
        return Check(
            phrase("Not registered: {why}.", why=own(line.failure.title)), State.FAULT, line.failure.advice
        )
    if not line.wanted:
        return Check("This line is switched off here.", State.WARNING, "Press Register to switch it on.")
    return Check("The line is not registered just now.", State.WARNING, "It is tried again by itself.")


def _name(server: Server) -> str:
    return server.region or server.url.partition("://")[2].partition("/")[0]
