"""One try at a cloud: every step is told, what differs is told, and nothing is left behind."""

import asyncio
import re
from typing import Any

import pytest

from softphone.checks.first_contact.report import COMPLETE, REFUSED, STOPPED, words_of
from softphone.sim.server import CloudServer
from tests.checks.first_contact.contact import QUICK, contact_with, left_at, said
from tests.guides.blocks import BLOCKS

STEPS = ["Sign in", "Discover", "Names", "Discover again", "Ping", "Register"]
STEPS += [f"Keepalive {number} of 3" for number in (1, 2, 3)]
STEPS += ["List devices", "Deregister", "List again", "Leave nothing behind"]


async def test_the_simulated_cloud_is_as_the_guide_says_and_nothing_is_left() -> None:
    told: list[str] = []
    with CloudServer("calm", time_scale=QUICK) as cloud:
        contact = await contact_with(cloud, lambda step: told.append(step.name))
        assert left_at(cloud) == ([], [])
        assert not [entry["complaints"] for entry in cloud.journal() if entry["complaints"]]
    assert told == STEPS
    assert contact.outcome == COMPLETE
    assert all(step.well for step in contact.steps)
    assert said(contact) == []
    assert list(words_of(contact.watcher.differences)) == [
        "Every answer is as the guide (protocol.md) says: nothing differs."
    ]
    assert len(contact.watcher.entries) == 26


TEN: list[tuple[dict[str, Any], str]] = [
    ({"where": "register", "answer": {"patch": {
        "keepaliveInterval": "30", "callKeepaliveInterval": None, "keepaliveMethod": "x",
        "ada@example.com": 1, "device": {"lastSeen": 1767589726}}}},
     "register: keepaliveInterval is text, not a number. A keepalive goes out every 30 s"),
    ({}, "register: callKeepaliveInterval is missing. Nothing but a value in the details."),
    ({}, "register: device.lastSeen is a number, not text. When the device was seen is not shown."),
    ({}, "register: New keys: (e-mail), keepaliveMethod. Nobody reads them."),
    ({"where": "region", "times": 1, "answer": {"delay_s": 1.3 / QUICK}}, "region: It took "),
    ({"where": "catalog", "answer": {"gzip": 1}}, "catalog: The answer is encoded (gzip)"),
    ({"where": "keepalive", "answer": {"headers": {"Content-Type": "text/plain"}}},
     "keepalive: The content type is text/plain"),
    ({"where": "ping", "answer": {"status": 204, "form": "empty"}}, "ping: The status is 204; 200 is usual."),
    ({"where": "telephony", "answer": {"status": 302, "headers": {"Location": "https://x.example.com"}}},
     "numbers: The answer is a redirect (302)."),
    ({"where": "devices", "answer": {"patch": {"devices": None}, "headers": {"X-Request-Time": "3"}}},
     "devices: devices is missing. The list of devices stays empty"),
    ({}, "devices: New headers: x-request-time. Nobody reads them."),
    ({"where": "discovery", "answer": {"patch": {"backup": {"uris": ["https://evil.example.com/api/v1"]}}}},
     "servers: 1 of 3 addresses of a server are not trusted."),
]  # fmt: skip


async def test_a_cloud_that_differs_in_more_than_ten_ways_has_each_of_them_told() -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults([fault for fault, _ in TEN if fault])
        contact = await contact_with(cloud)
        assert left_at(cloud) == ([], [])
    found = said(contact)
    for _, words in TEN:
        assert [one for one in found if one.startswith(words)], words
    untold = [one for one in found if not any(one.startswith(words) for _, words in TEN)]
    assert untold == []
    assert contact.outcome == COMPLETE
    [shown] = [block.text for block in BLOCKS if block.below == "first-contact.md#what-differs"]
    assert untimed("\n".join(words_of(contact.watcher.differences))) == untimed(shown.rstrip())


def untimed(text: str) -> str:
    return re.sub(r"took [0-9.]+ s", "took a while", text)


REFUSALS: list[tuple[list[dict[str, Any]], str, str, str]] = [
    # faults, the last step but one, what it says, what is broken
    ([{"where": "register", "answer": {"status": 403, "body": {"errorCode": 101, "devices": []}}}],
     "Register", "Sign this person out on one of their other devices", "errorCode 101"),
    ([{"where": "register", "answer": {"status": 403, "body": {"errorCode": 102}}}],
     "Register", "An administrator must enable Webex (browser) calling.", "errorCode 102"),
    ([{"where": "register", "answer": {"status": 503}}],
     "Register", "Try again later", "The status is 503"),
    ([{"where": "wdm", "answer": {"patch": {"userId": 7}}}],
     "Discover", "makes no sense", "userId is a number, not text"),
    ([{"where": "catalog", "answer": {"status": 403, "form": "html"}}],
     "Discover", "web sign-in", "The status is 403"),
    ([{"where": "catalog", "answer": {"patch": {"serviceLinks": {"wdm": None}}}}],
     "Discover", "named no calling server", "serviceLinks.wdm is missing"),
    ([{"where": "people", "answer": {"status": 401, "body": {"message": "no"}}}],
     "Sign in", "Take a fresh access token", "The status is 401"),
    ([{"where": "keepalive", "answer": {"status": 409, "body": {"message": "no"}}}],
     "Keepalive 1 of 3", "In use elsewhere", "The status is 409"),
    ([{"where": "register", "answer": {"moved_to": "S1"}}],
     "Register", "address of somebody else", "device.uri leads to another trusted host"),
    ([{"where": "register", "answer": {"patch": {"device": {"uri": 7}}}}],
     "Register", "makes no sense", "device.uri is a number, not text"),
    ([{"where": "deregister", "times": 1, "answer": {"status": 503}}],
     "Deregister", "Try again later", "The status is 503"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "step", "remedy", "broken"), REFUSALS, ids=[row[3] for row in REFUSALS])
async def test_a_refusal_ends_it_with_the_remedy_and_leaves_nothing_behind(
    faults: list[dict[str, Any]], step: str, remedy: str, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults(faults)
        contact = await contact_with(cloud)
        cloud.clear_faults()
        assert left_at(cloud) == ([], [])
    caplog.clear()  # "device address refused"
    assert not contact.is_left
    assert contact.outcome == REFUSED
    assert contact.steps[-2].name == step
    assert remedy in contact.steps[-2].told
    assert [one for one in said(contact) if broken in one]
    assert contact.needs_sign_in == (step == "Sign in")


async def test_a_keepalive_that_fails_once_does_not_end_it() -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults([{"where": "keepalive", "nth": 2, "answer": {"status": 503}}])
        contact = await contact_with(cloud)
        assert len(cloud.journal(place="keepalive")) == 3
    assert [step.name for step in contact.steps] == STEPS
    assert [step.name for step in contact.steps if not step.well] == ["Keepalive 2 of 3"]
    assert contact.outcome == COMPLETE


async def test_a_grant_whose_answer_is_lost_is_found_and_taken_away() -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults([{"where": "register", "acts": True, "answer": {"malformed": "cut-short"}}])
        contact = await contact_with(cloud)
        assert cloud.journal(place="deregister", status=200)
        assert left_at(cloud) == ([], [])
    assert not contact.is_left


@pytest.mark.parametrize("place", ["catalog", "register", "keepalive"])
async def test_whoever_ends_it_leaves_nothing_behind(place: str) -> None:
    stop = asyncio.Event()
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults([{"where": place, "acts": True, "answer": {"delay_s": 30 / QUICK}}])
        running = asyncio.ensure_future(contact_with(cloud, stop=stop))
        await asyncio.to_thread(cloud.wait_for, 1, place=place)
        began_s = asyncio.get_running_loop().time()
        stop.set()
        contact = await running
        assert asyncio.get_running_loop().time() - began_s < 3
        assert left_at(cloud) == ([], [])
    assert contact.outcome == STOPPED


async def test_what_cannot_be_taken_away_is_said() -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults([{"where": "deregister", "answer": {"status": 503}}])
        contact = await contact_with(cloud)
    assert contact.is_left
    assert "A registration may be left" in contact.steps[-1].told
    assert contact.outcome == REFUSED
