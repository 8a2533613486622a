"""A call comes in at the simulated cloud, and the window says so: the demo, and the drill."""

from pathlib import Path

import pytest

from softphone.checks.drills import Drill, Drills
from softphone.line.model import CallPhase
from softphone.ui.kit.theme import Theme
from tests.ui.real_window import Seat, cloud_of, opened

pytestmark = pytest.mark.slow


def phase(seat: Seat) -> CallPhase | None:
    call = seat.lines[0].call
    return call.phase if call else None


async def test_the_demo_of_calls_shows_one_that_is_answered_elsewhere(theme: Theme, tmp_path: Path):
    with cloud_of("calls", 0.25) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0], demo="calls") as seat:
            await seat.until_badges("Ringing")
            assert "Call from Grace Hopper" in seat.texts()
            assert any("this panel cannot answer" in text for text in seat.texts())
            await seat.until_badges("Registered")
            await seat.until(
                "the outcome", lambda: seat.text("lineReason") == "Answered elsewhere: Grace Hopper"
            )
            assert cloud.journal(place="call") == []


async def test_the_drill_lets_a_call_come_in_which_is_missed(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0], demo="calm") as seat:
            await seat.until(
                "a socket", lambda: seat.accounts and (state := seat.accounts[0].messages) and state.online
            )
            await seat.until_badges("Registered")
            await Drills(cloud.control).begin(Drill.CALL, lambda: seat.lines)
            await seat.until_badges("Ringing")
            assert "Call from Ann Example" in seat.texts()
            await seat.until("the outcome", lambda: seat.text("lineReason") == "Missed call: Ann Example")


async def test_a_lost_socket_pauses_notices_and_changes_no_badge(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 1.0) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered")
            await seat.until(
                "both halves of the proof", lambda: "messages confirmed" in seat.text("lineReason")
            )
            cloud.faults([{"where": "message-socket", "answer": {"status": 503}}])
            cloud.sockets(close=1012)
            await seat.until("the pause", lambda: "Call notices paused" in seat.text("lineReason"))
            assert seat.badges == {"Ada Lovelace": "Registered"}
