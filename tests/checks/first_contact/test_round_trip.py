"""What was learnt is kept as a test: a cloud in the likeness of a report is reported in the same shapes."""

import json
from typing import Any

import pytest

from softphone.sim.likeness.reader import read_likeness
from softphone.sim.server import CloudServer
from tests.checks.first_contact.contact import (
    QUICK,
    contact_with,
    left_at,
    report_of,
    said,
    seen_on_the_wire,
)
from tests.checks.first_contact.test_run import REFUSALS, TEN

OTHERS: dict[str, list[dict[str, Any]]] = {
    "calm": [],
    "more than ten differences": [fault for fault, _ in TEN if fault],
    "ids of another form": [
        {"where": "wdm", "answer": {"patch": {"orgId": "x", "features": None, "settings": {"a": [1, 2.5]}}}},
        {"where": "people", "answer": {"patch": {"id": "Y2lzY29zcGFyazovL3VzL1BFT1", "emails": None}}},
        {"where": "register", "answer": {"patch": {"keepaliveInterval": 45, "rehomingIntervalMin": 5}}},
    ],
    "no body, a page, no JSON": [
        {"where": "keepalive", "answer": {"status": 204, "form": "empty"}},
        {"where": "telephony", "answer": {"malformed": "html"}},
        {"where": "people", "answer": {"malformed": "not-json"}},
    ],
    "an encoding that is not understood": [
        {"where": "telephony", "answer": {"headers": {"Content-Encoding": "br"}}},
    ],
    "chunks": [{"where": "devices", "answer": {"chunk_bytes": 1024}}],
    **{row[3]: row[0] for row in REFUSALS},
}  # fmt: skip


@pytest.mark.parametrize("what", OTHERS)
async def test_a_cloud_like_the_report_is_reported_alike(what: str, caplog: pytest.LogCaptureFixture) -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        cloud.faults(OTHERS[what])
        first = await contact_with(cloud)
    report = report_of(first)
    with CloudServer("calm", time_scale=QUICK, likeness=read_likeness(report.encode())) as cloud:
        second = await contact_with(cloud)
        assert left_at(cloud) == ([], [])
    caplog.clear()  # "device address refused"
    assert set(map(untimed, said(second))) == set(map(untimed, said(first)))
    assert seen_on_the_wire(report_of(second)) == seen_on_the_wire(report)
    assert [step.name for step in second.steps] == [step.name for step in first.steps]


def untimed(words: str) -> str:
    return words.partition(" s, more than")[2] or words


async def test_ids_of_another_length_work_and_are_taken_back() -> None:
    with CloudServer("calm", time_scale=QUICK) as cloud:
        report = json.loads(report_of(await contact_with(cloud)))
    for exchange in report["exchanges"]:
        shape = json.dumps(exchange["body"])
        for name in ("deviceId", "userId"):
            shape = shape.replace(
                f'"{name}": {{"type": "text", "form": "uuid", "length": 36}}',
                f'"{name}": {{"type": "text", "form": "token", "length": 22}}',
            )
        exchange["body"] = json.loads(shape)
    likeness = read_likeness(json.dumps(report).encode())
    with CloudServer("calm", time_scale=QUICK, likeness=likeness) as cloud:
        contact = await contact_with(cloud)
        assert left_at(cloud) == ([], [])
        assert len(cloud.journal(place="keepalive", status=200)) == 3
    assert all(step.well for step in contact.steps), contact.steps
    [granted] = [one["body"] for one in contact.watcher.entries if one["route"] == "register"]
    assert granted["keys"]["device"]["keys"]["deviceId"] == {"type": "text", "form": "token", "length": 22}
