"""Too many devices, end to end: nothing goes without the person's word, and then only what they chose.

As a program, `python -m tests.end_to_end.test_device_limit CLOUD HOME OUT`, it is that person; the control
desk of the cloud and an access token are in the environment.
"""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton

from softphone.sim.server import CloudServer
from tests.end_to_end import person as persons
from tests.end_to_end.person import Person
from tests.kit.program import NEEDS_DISPLAY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
    NEEDS_DISPLAY,
]

IN_USE, OLD = "Webex on Front-desk PC", "Webex on an old laptop"


# ---- the person


async def deleted() -> list[str]:
    """Paths of every DELETE that the cloud has seen."""

    def ask() -> list[dict[str, Any]]:
        with build_opener(ProxyHandler({})).open(
            os.environ["CLOUD_CONTROL"] + "journal", timeout=10
        ) as answer:
            found: list[dict[str, Any]] = json.load(answer)
            return found

    return [entry["path"] for entry in await asyncio.to_thread(ask) if entry["method"] == "DELETE"]


async def device_limit_job(person: Person) -> None:
    """Look, cancel, look again, choose the one that is not marked as the oldest."""

    def rows() -> dict[str, QRadioButton]:
        found = person.window.findChildren(QRadioButton, "deviceRow")
        return {row.accessibleName(): row for row in found if row.isVisible()}

    await person.badge("Action needed")
    await asyncio.sleep(1)  # whatever would happen by itself has its time
    person.remember("action-needed")
    person.seen["opened by itself"] = person.find("deviceDialog") is not None
    person.seen["deleted before"] = await deleted()

    await person.click_on_card("remedyButton")
    await person.until("the list", lambda: len(rows()) == 2)
    person.seen["first list"] = list(rows())
    person.seen["chosen at first"] = [name for name, row in rows().items() if row.isChecked()]
    person.seen["could be pressed"] = person.find("removeAndRegisterButton").isEnabled()  # type: ignore[union-attr]
    person.remember("choice")
    await person.click("deviceCancelButton")
    await person.until("no dialog", lambda: person.find("deviceDialog") is None)
    await asyncio.sleep(0.5)
    await person.badge("Action needed")
    person.seen["deleted after cancelling"] = await deleted()

    await person.click_on_card("remedyButton")
    await person.until("the list", lambda: len(rows()) == 2)
    [chosen] = [row for name, row in rows().items() if name.startswith(IN_USE)]
    QTest.mouseClick(chosen, Qt.MouseButton.LeftButton)
    person.remember("chosen")
    person.seen["deleted after choosing"] = await deleted()
    remove = await person.until("the button", lambda: person.find("removeAndRegisterButton"))
    await person.until("it can be pressed", remove.isEnabled)
    QTest.keyClick(chosen, Qt.Key.Key_Return)
    person.seen["closed at once"] = person.find("deviceDialog") is None
    await person.badge("Registered")
    person.remember("registered")
    person.seen["deleted when registered"] = await deleted()


# ---- what is asserted


@dataclass
class Visit:
    """What one run of the program by this person left behind."""

    code: int
    output: str
    seen: dict[str, Any]
    journal: list[dict[str, Any]]
    devices_before: dict[str, str]  # name to id
    devices_after: set[str]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    folder = tmp_path_factory.mktemp("device-limit")
    with CloudServer("device-limit") as cloud:
        account = cloud._cloud.state.accounts["ada@example.com"]
        names = {wdm.url: str(wdm.facts.get("name")) for wdm in account.wdm_devices.values()}
        before = {names[one.client_device_uri]: one.device_id for one in account.devices.values()}
        token = cloud.user("ada@example.com").token
        code, output, seen = persons.run(
            "tests.end_to_end.test_device_limit",
            cloud,
            folder,
            CLOUD_CONTROL=cloud.control,
            PERSON_TOKEN=token,
        )
        return Visit(
            code=code,
            output=output,
            seen=seen,
            journal=cloud.journal(),
            devices_before=before,
            devices_after=set(account.devices),
        )


def test_the_person_gets_through_and_the_program_ends_well(visit: Visit):
    assert visit.code == 0, visit.output


def test_nothing_opens_and_nothing_goes_before_the_person_chose(visit: Visit):
    assert visit.seen["opened by itself"] is False
    assert visit.seen["deleted before"] == []
    assert visit.seen["deleted after cancelling"] == []
    assert visit.seen["deleted after choosing"] == []


def test_the_devices_are_named_with_their_age_and_the_oldest_is_marked_and_none_chosen(visit: Visit):
    old, in_use = visit.seen["first list"]  # newest last
    assert old == f"{OLD}, seen 3 h ago, oldest"
    assert in_use == f"{IN_USE}, seen just now"
    assert visit.seen["chosen at first"] == []
    assert visit.seen["could be pressed"] is False
    assert "Choose which device to remove for Ada Lovelace." in visit.seen["texts"]


def test_exactly_the_chosen_device_went_and_the_other_one_stayed(visit: Visit):
    [path] = visit.seen["deleted when registered"]
    assert path.endswith(f"/{visit.devices_before[IN_USE]}")
    assert visit.seen["closed at once"] is True
    assert visit.devices_after == {visit.devices_before[OLD]}  # our own left when the window closed


def test_the_line_registered_at_the_second_attempt(visit: Visit):
    answers = [
        (entry["place"], entry["status"])
        for entry in visit.journal
        if entry["place"] in {"register", "deregister"}
    ]
    assert answers == [("register", 403), ("deregister", 200), ("register", 200), ("deregister", 200)]
    assert [entry["complaints"] for entry in visit.journal if entry["complaints"]] == []


if __name__ == "__main__":
    token = os.environ.pop("PERSON_TOKEN")
    cloud_file, home, out = map(Path, sys.argv[1:])
    sys.exit(persons.main(cloud_file, home, out, device_limit_job, demo="device-limit", tokens=(token,)))
