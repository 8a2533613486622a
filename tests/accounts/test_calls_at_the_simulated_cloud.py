"""A call of the simulated cloud, from its ring to its end, at the lines of a running panel."""

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from softphone.accounts.panel import Panel
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.calling.calls import CallPolicy
from softphone.calling.line import Line
from softphone.line.model import Call, Caller, CallPhase
from softphone.settings.cloud_file import read_cloud
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.kit.message_server import MessageServer

until = MessageServer().until


@pytest.fixture
def cloud():
    with CloudServer("calm") as server:
        yield server


class Told:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, line: Line, call: Call) -> None:
        del line
        self.calls.append(call)

    @property
    def phases(self) -> list[CallPhase]:
        return [call.phase for call in self.calls]


@contextlib.asynccontextmanager
async def hearing(
    cloud: CloudServer, folder: Path, policy: CallPolicy | None = None
) -> AsyncIterator[tuple[Panel, Told]]:
    """A panel with Ada's registered line, which hears of calls."""
    cloud_value = read_cloud(cloud.cloud_file.read_text(), "cloud.toml")
    folders = Folders(config=folder, state=folder)
    services = Services(Program(cloud=cloud_value, folders=folders, keystore=MemoryKeystore()))
    panel, told = services.panel(), Told()
    panel.on_line_call(told)
    panel.hear_calls(wanted=True, policy=policy)
    panel.add(services.given_token(cloud.users[0].token))
    try:
        await until(lambda: any(one.messages_confirmed_at_s is not None for one in panel.accounts))
        await until(lambda: any(line.registration is not None for line in panel.lines))
        yield panel, told
    finally:
        await panel.close()
        await services.close()


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        ("elsewhere", CallPhase.ANSWERED_ELSEWHERE),
        ("answered", CallPhase.ANSWERED_ELSEWHERE),
        ("missed", CallPhase.MISSED),
        ("cancelled", CallPhase.MISSED),
    ],
)
async def test_a_call_rings_at_its_line_and_ends_as_the_service_tells(
    cloud: CloudServer, tmp_path: Path, end: str, phase: CallPhase
):
    async with hearing(cloud, tmp_path) as (panel, told):
        cloud.ring("ada", "+12145550100", name="Ann Example", end=end, ring_s=0.5, history_after_s=0.1)
        await until(lambda: told.phases == [CallPhase.RINGING])
        (line,) = panel.lines
        assert line.call is not None
        assert line.call.caller == Caller("Ann Example", "+12145550100")
        await until(lambda: told.phases == [CallPhase.RINGING, phase])
        assert panel.lines[0].call is not None
        assert panel.lines[0].call.phase is phase
        assert cloud.journal(place="call") == []  # silence


async def test_what_is_chosen_is_sent_once_and_nothing_that_answers_or_rejects(
    cloud: CloudServer, tmp_path: Path
):
    async with hearing(cloud, tmp_path, CallPolicy(alerting=True, release=True)) as (_, told):
        cloud.ring("ada", "5008", end="missed", ring_s=0.5, history_after_s=0.1)
        await until(lambda: told.phases == [CallPhase.RINGING, CallPhase.MISSED])
        await until(lambda: len(cloud.journal(place="call")) == 2)
        sent = cloud.journal(place="call")
        assert [entry["method"] for entry in sent] == ["PATCH", "DELETE"]
        assert [entry["complaints"] for entry in sent] == [[], []]


async def test_c05_a_refusal_of_what_is_sent_changes_nothing(cloud: CloudServer, tmp_path: Path):
    cloud.faults([{"where": "call", "answer": {"status": 500, "body": {"errorCode": 114}}}])
    async with hearing(cloud, tmp_path, CallPolicy(alerting=True)) as (panel, told):
        cloud.ring("ada", "5008", end="missed", ring_s=60)
        await until(lambda: len(cloud.journal(place="call")) == 1)
        assert told.phases == [CallPhase.RINGING]
        assert panel.lines[0].call is not None
        assert panel.lines[0].call.rings
        assert [entry["method"] for entry in cloud.journal(place="call")] == ["PATCH"]


async def test_c17_a_socket_that_is_lost_while_it_rings_leaves_the_line_registered(
    cloud: CloudServer, tmp_path: Path
):
    async with hearing(cloud, tmp_path) as (panel, told):
        before = panel.lines[0].state
        cloud.ring("ada", "5008", end="none", ring_s=60)
        await until(lambda: told.phases == [CallPhase.RINGING])
        cloud.sockets(close=1012)
        await until(
            lambda: panel.lines[0].call is not None and panel.lines[0].call.phase is CallPhase.UNCERTAIN
        )
        assert panel.lines[0].state is before


async def test_no_name_and_no_number_is_logged(
    cloud: CloudServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    async with hearing(cloud, tmp_path) as (_, told):
        cloud.ring("ada", "+12145550177", name="Ann Example", end="elsewhere", ring_s=0.5)
        await until(lambda: len(told.calls) == 2)
    assert "Ann Example" not in caplog.text
    assert "5550177" not in caplog.text
