"""The probes of 'Run check': from this computer's network over the region service to the line itself.

Nothing here disturbs a line: what a probe sends, it sends beside the line's own requests.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_service import Tokens
from softphone.calling.calling_client import CallingClient
from softphone.checks import reach
from softphone.checks.check import Check, CheckState, CheckStep, Finding, Probes, fault, run_checks
from softphone.errors import RequestError
from softphone.i18n import date_and_time, joined, own, phrase
from softphone.line.model import REGISTERED_STATES, LineSnapshot, Server
from softphone.settings.cloud_file import Cloud
from softphone.system.background import in_thread
from softphone.webex.client import Client
from softphone.webex.wire import BrokenAnswerError, read_region


async def check_line(
    panel: Panel, line_id: str, found: Callable[[Finding], None], *, outside: Probes
) -> None:
    """Look at everything between this computer and a line, in order; `found` gets each finding.

    `outside` are the probes that need no account; they are all there is without a line of this ID.
    """
    behind = panel.behind(line_id)
    await run_checks({**outside, **(line_probes(*behind, line_id) if behind is not None else {})}, found)


def outside_probes(cloud: Cloud, client: Client) -> Probes:
    """Return the probes that need no account.

    `client` is the one that everything else is sent with; no probe sends a token.
    """
    clocks_off_s: list[float | None] = []  # the connection tells the time that the clock is compared with

    async def connection() -> Check:
        look = partial(reach.connection_to, cloud.api_url, cloud.network, name_issuer=True)
        check = await in_thread(look)
        clocks_off_s.append(check.clock_off_s)
        return check

    async def clock() -> Check:
        return reach.clock(clocks_off_s)

    return {
        CheckStep.NETWORK: lambda: in_thread(lambda: reach.network_of(cloud.api_url)),
        CheckStep.NAME: lambda: in_thread(lambda: reach.name_of(cloud.api_url, cloud.network)),
        CheckStep.CONNECTION: connection,
        CheckStep.CLOCK: clock,
        CheckStep.REGION: lambda: _region(cloud, client),
    }


async def _region(cloud: Cloud, client: Client) -> Check:
    """Ask as discovery does; without a region calls work all the same (interface.md#messages)."""
    try:
        answer = await client.request("GET", cloud.region_url)
        region, country = read_region(answer.body) if answer.is_success else ("", "")
    except (RequestError, BrokenAnswerError):
        region = country = ""
    if region and country:
        return Check(phrase("You are in {region}, {country}.", region=region, country=country))
    return Check(
        "The region is unknown; the default is used.",
        CheckState.WARNING,
        "Calls work; the nearest server may not be used.",
    )


def line_probes(tokens: Tokens, client: CallingClient, line_id: str) -> Probes:
    """Return the probes of a signed-in account and of one of its lines."""
    return {
        CheckStep.SIGN_IN: lambda: _sign_in(tokens),
        CheckStep.DISCOVERY: lambda: _discovery(client),
        CheckStep.SERVERS: lambda: _servers(client),
        CheckStep.LINE: lambda: _line(client, line_id),
    }


async def _sign_in(tokens: Tokens) -> Check:
    await tokens.access_token()  # renews it when it is about to end
    until = tokens.sign_in.expires_at
    if until is None:
        return Check("There is a sign-in for this account.")
    at = datetime.fromtimestamp(until).astimezone()
    return Check(phrase("The sign-in is good until {time}.", time=date_and_time(at)))


async def _discovery(client: CallingClient) -> Check:
    found = await client.look_up()
    primaries, backups = len(found.servers.primaries), len(found.servers.backups)
    if found.warnings:
        return Check(joined(found.warnings), CheckState.WARNING, "Calls work all the same. Try again later.")
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
        return fault("No calling server answers.", remedy)
    return Check(
        phrase("No answer from {servers}; another one answers.", servers=", ".join(silent)),
        CheckState.WARNING,
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
    return Check(sentence, CheckState.WARNING, "The line shows this after its own next check.")


def _without_registration(line: LineSnapshot) -> Check:
    if line.failure is not None:
        return fault(phrase("Not registered: {why}.", why=own(line.failure.title)), line.failure.advice)
    if not line.wanted:
        return Check("This line is switched off here.", CheckState.WARNING, "Press Register to switch it on.")
    return Check("The line is not registered just now.", CheckState.WARNING, "It is tried again by itself.")


def _name(server: Server) -> str:
    return server.region or server.url.partition("://")[2].partition("/")[0]
