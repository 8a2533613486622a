"""Checks 7 to 16, 23 and 40 (interface.md#checks): the real window, one story a test."""

import asyncio
import re
from datetime import datetime
from functools import partial
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage

from softphone.line.model import LineState
from softphone.ui.commands import Command
from softphone.ui.kit.button import Button
from softphone.ui.kit.status_badge import StatusBadge, StatusShape
from softphone.ui.kit.theme import Theme
from softphone.wording.presentation import Tone
from tests.kit.program import asked_for
from tests.ui.conftest import find
from tests.ui.real_window import Seat, cloud_of, opened

pytestmark = pytest.mark.slow

MIXED = ("Registered", "Registered · backup", "Action needed", r"Retry in \d+:\d\d|Retrying…|Registering…")


# ---- four people in four states


async def test_check_07_a_greyscale_picture_tells_the_four_states_apart(theme: Theme, tmp_path: Path):
    with cloud_of("mixed", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(4)) as seat:
            await seat.until_badges(*MIXED[:3], r"Retry in \d+:\d\d|Retrying…")
            for card in seat.cards:
                assert seat.badge_of(card).words
            pictures = [grey(seat.badge_of(card)) for card in seat.cards]
    for one, other in combinations(pictures, 2):
        assert differing(one, other) > 0.05  # the square of the backup is the smallest difference


def grey(badge: StatusBadge) -> QImage:
    """The badge's shape without colour."""
    shape = badge.shape.geometry()
    return badge.grab(shape).toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def differing(one: QImage, other: QImage) -> float:
    """The part of the pixels that differ by more than an eye overlooks."""
    places = [(x, y) for x in range(one.width()) for y in range(one.height())]
    far = [abs(one.pixelColor(*at).red() - other.pixelColor(*at).red()) > 40 for at in places]
    return sum(far) / len(far)


async def test_check_12_the_roll_up_is_not_green_while_a_wanted_line_is_not_registered(
    theme: Theme, tmp_path: Path
):
    with cloud_of("mixed", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(4)) as seat:
            await seat.until_badges(*MIXED)
            assert seat.text("rollup") == "Webex can reach 2 of 4 lines"
            assert roll_up_tone(seat) is Tone.ASK
            await deregister(seat, "Linus Pauling")
            await seat.until("the next trouble", lambda: roll_up_tone(seat) is Tone.BAD)
            await deregister(seat, "Radia Perlman")
            await seat.until("green", lambda: roll_up_tone(seat) is Tone.GOOD)
            await deregister(seat, "Grace Hopper")
            await seat.until("all counted", lambda: seat.text("rollup") == "Webex can reach 1 of 4 lines")


def roll_up_tone(seat: Seat) -> Tone:
    shape: StatusShape = find(seat.window.contents.page.lines.head, "", StatusShape)
    tone: Tone = shape._tone._tone
    return tone


async def deregister(seat: Seat, name: str) -> None:
    [card] = [card for card in seat.cards if card.accessibleName() == name]
    card.setFocus()
    seat.command(Command.DEREGISTER)
    await seat.until(f"{name} switched off", lambda: seat.badges[name] == "Not registered")


async def test_check_40_the_status_command_tells_what_the_badges_say(theme: Theme, tmp_path: Path):
    with cloud_of("mixed", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(4)) as seat:
            await seat.until_badges(*MIXED)
            while True:  # a state may change while the question is on its way
                before = [line.state.value for line in seat.lines]
                status = await seat.status()
                if before == [line.state.value for line in seat.lines]:
                    break
            assert [line["state"] for line in status["lines"]] == before
            assert before[:3] == ["registered", "registered_backup", "action"]
            assert status["window"] is True
            assert status["registered"] == "some"
            for name in ("Linus Pauling", "Radia Perlman"):
                await deregister(seat, name)
            assert (await seat.status())["registered"] == "all"
            seat.command(Command.DEREGISTER_ALL)
            await seat.click("confirmButton")
            await seat.until("all off", lambda: set(seat.badges.values()) == {"Not registered"})
            assert (await seat.status())["registered"] == "none"


# ---- proof


async def test_check_08_the_proof_counts_up_until_the_next_keepalive(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.07) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered")
            told: list[int] = []

            def two_cycles() -> bool:
                words = re.search(r"Confirmed (\d+) s ago", seat.text("lineReason"))
                if words is not None and (not told or told[-1] != int(words[1])):
                    told.append(int(words[1]))
                return sum(later < sooner for sooner, later in pairwise(told)) >= 2

            await seat.until("two keepalives", two_cycles)
            assert len(seat.requests("keepalive")) >= 2
            assert sum(later > sooner for sooner, later in pairwise(told)) >= 2, told


async def test_check_09_and_10_misses_are_counted_to_the_end_and_then_the_next_try_is_told(
    theme: Theme, tmp_path: Path
):
    with cloud_of("calm", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered")
            down = {"status": 503, "form": "empty"}
            cloud.faults([{"where": place, "answer": down} for place in ("keepalive", "register", "ping")])
            seen: list[str] = []

            def watch() -> bool:
                words = next(iter(seat.badges.values()))
                if not seen or words != seen[-1]:
                    seen.append(words)
                return words.startswith("Retry in")

            await seat.until("the next try", watch)
            assert seen[0] == "Registered", "green until the first miss"
            misses = [words for words in seen if "missed" in words]
            assert misses[0] == "Reconnecting · 1 of 5 missed"
            assert misses == sorted(set(misses))
            assert misses[-1].startswith(("Reconnecting · 3", "Reconnecting · 4"))
            assert re.fullmatch(r"Retry in \d+:\d\d", seen[-1])
            assert "Webex cannot reach this line" in seat.texts()
            assert seat.text("lineReason") == "Webex has trouble."

            def unanswered() -> int:
                return sum("Check unanswered" in row for row in seat.timeline_rows())

            await seat.timeline()
            await seat.until("every miss in a row of its own", lambda: unanswered() == len(misses))
            numbered = [row for row in seat.activity() if "Check unanswered" in row]
            assert all(f"{number} of 5" in row for number, row in enumerate(numbered, 1))


async def test_check_09_without_an_answer_green_ends_with_the_proof(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered")
            cloud.faults([{"where": "keepalive", "answer": "hang"}])
            await seat.until("not green", lambda: next(iter(seat.badges.values())) != "Registered")
            [line] = seat.lines
            assert line.misses <= 1
            await seat.until_badges(r"Reconnecting · \d of 5 missed")


# ---- each story of the cloud


async def test_check_11_and_23_the_backup_is_shown_with_the_way_home_and_the_timeline_outlives_a_restart(
    theme: Theme, tmp_path: Path, devices_shared: bool
):
    with cloud_of("calm", 0.03) as cloud:
        cloud.change_settings(devices_shared=devices_shared)
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered")
            cloud.faults([{"where": "any", "host": "P1", "answer": "refuse"}])
            await seat.until_badges("Registered · backup")
            await seat.until("the way home", lambda: "back to primary about" in " ".join(seat.texts()))

            def named() -> bool:
                told = " ".join(seat.activity())
                return "primary us-east-1" in told and "backup us-west-2" in told

            assert await seat.timeline()
            await seat.until("both servers", named)
            before = seat.activity()
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("Registered.*")
            assert await seat.timeline()
            assert seat.activity()[: len(before)] == before


@pytest.mark.parametrize(
    ("answer", "badge"),
    [
        ("hang", "Registering…"),
        ({"status": 503, "form": "empty"}, r"Retry in \d+:\d\d|Retrying…"),
        ({"status": 429, "headers": {"Retry-After": "40"}, "form": "html"}, r"Retry in \d+:\d\d|Retrying…"),
    ],
    ids=["registering", "retry", "429"],
)
async def test_check_13_deregister_stops_all_activity_for_two_minutes(
    theme: Theme, tmp_path: Path, answer: object, badge: str
):
    with cloud_of("calm", 0.02) as cloud:
        cloud.faults([{"where": "register", "answer": answer}])
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until("the first try", lambda: seat.requests("register") or badge == "Registering…")
            await seat.until_badges(badge)
            await seat.click("deregisterButton")
            await seat.until_badges("Not registered")
            await seat.timeline()
            await seat.until("the last row", lambda: "Deregistered by you" in seat.timeline_rows()[0])
            rows = seat.timeline_rows()
            await seat.until(
                "what was under way when it was pressed", lambda: cloud.state() and not on_their_way()
            )
            asked = seat.requests("register", "keepalive", "ping", "discovery")
            await seat.rest(120)
            assert seat.requests("register", "keepalive", "ping", "discovery") == asked
            assert seat.timeline_rows() == rows
            seat.command(Command.ESCAPE)
            assert seat.badges == {"Ada Lovelace": "Not registered"}


async def test_check_14_retry_now_is_tried_once_against_a_wish_to_wait_and_is_gone(
    theme: Theme, tmp_path: Path
):
    with cloud_of("calm", 0.06) as cloud:
        busy = {"status": 429, "headers": {"Retry-After": "3600"}, "form": "html"}
        cloud.faults([{"where": "register", "answer": busy}])
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:

            def tries() -> list[dict[str, Any]]:
                return cloud.journal(place="register")

            def is_refused_again(before: int) -> bool:
                [line] = seat.lines
                return line.attempt > before and line.state is LineState.RETRY_WAIT

            await seat.until_badges(r"Retry in \d+:\d\d")
            [line], asked = seat.lines, len(tries())
            await seat.click_on_card("retryButton")
            await seat.until("the try", partial(is_refused_again, line.attempt))
            assert len(tries()) == asked + 1
            words = r"Webex is busy. Next try at \d\d:\d\d."
            await seat.until("the words", lambda: re.search(words, seat.text("lineReason")))
            assert not seat.find("retryButton")


async def test_check_16_a_line_that_was_taken_stays_taken_until_it_is_taken_back(
    theme: Theme, tmp_path: Path
):
    with cloud_of("elsewhere", 0.01) as cloud:
        async with opened(cloud, tmp_path, theme, people=[0]) as seat:
            await seat.until_badges("In use elsewhere")
            asked = len(asked_for(cloud))
            await seat.rest(300)
            assert len(asked_for(cloud)) == asked, "no retry by itself in five minutes"
            assert seat.badges == {"Ada Lovelace": "In use elsewhere"}
            assert find(seat.cards[0], "remedyButton", Button).text() == "Take back"
            await seat.click_on_card("remedyButton")
            await seat.until_badges("Registered")


# ---- the timeline


async def test_check_23_the_timeline_is_searched_and_what_is_shown_is_copied(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(2)) as seat:
            await seat.until_badges("Registered", "Registered")
            rows = await seat.timeline()
            seat.command(Command.FILTER)
            for letter in "grace":
                seat.keys(getattr(Qt.Key, f"Key_{letter.upper()}"))
            await seat.until("fewer rows", lambda: 0 < len(seat.timeline_rows()) < len(rows))
            shown = seat.timeline_rows()
            assert all("Grace" in row or "2 lines" in row for row in shown)
            [copy] = seat.window.findChildren(QAction, "activityCopy")
            copy.trigger()
            copied = [row.split("  ") for row in QGuiApplication.clipboard().text().splitlines()]
            moments = [datetime.fromisoformat(row[0]) for row in copied]
            assert moments == sorted(moments), "oldest first"
            assert all(moment.tzinfo for moment in moments)
            told = [tuple(row[1:3]) for row in copied]
            assert {("Grace Hopper", "Signed in"), ("Grace Hopper", "Registered")} <= set(told)
            assert ("Ada Lovelace", "Signed in") not in told


def on_their_way() -> list[str]:
    """The requests that the program has not got rid of yet."""
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "request"]
