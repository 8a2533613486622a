"""A first contact with a simulated cloud, as tests have it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from softphone.app import Program, Services
from softphone.checks.first_contact.report import Step, report_text
from softphone.checks.first_contact.run import FirstContact
from softphone.settings import cloud_file as config
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.system.folders import find_folders

QUICK = 0.01


def nobody_listens(_: Step) -> None:
    pass


async def contact_with(
    cloud: CloudServer, say: Callable[[Step], None] = nobody_listens, stop: asyncio.Event | None = None
) -> FirstContact:
    """Run it to its end."""
    program = Program(cloud=config.load_cloud(cloud.cloud_file, find_folders()), folders=find_folders())
    services = Services(program, Profile(None, program.cloud.api_url))
    contact = services.first_contact(services.given_token(cloud.users[0].token), say)
    try:
        await contact.run(stop or asyncio.Event())
    finally:
        await services.close()
    return contact


def report_of(contact: FirstContact) -> str:
    return report_text(
        outcome=contact.outcome,
        steps=contact.steps,
        entries=contact.watcher.entries,
        differences=contact.watcher.differences,
        system="Linux",
        day="2026-01-05",
    )


def said(contact: FirstContact) -> list[str]:
    return [str(one) for one in contact.watcher.differences]


def left_at(cloud: CloudServer) -> tuple[list[Any], list[Any]]:
    """Return the registrations and the WDM devices of the first person."""
    user = cloud.state()["users"][0]
    return user["devices"], user["wdm_devices"]


def seen_on_the_wire(report: str) -> list[dict[str, Any]]:
    """Return what two reports of the same cloud have in common, in an order of its own."""
    exchanges = json.loads(report)["exchanges"]
    for each in exchanges:
        del each["took_ms"], each["body_bytes"], each["sent"]
        each["headers"] = {
            name: value if "/" in value or name == "content-encoding" else ""
            for name, value in each["headers"].items()
        }
    return sorted(exchanges, key=lambda each: [each["step"], each["route"], each["host"]])
