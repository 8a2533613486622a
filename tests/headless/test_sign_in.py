"""The conversation of a sign-in in a terminal, on a desk whose progress a test decides."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from softphone.accounts.sign_in_desk import Progress, Stage
from softphone.errors import SignInError, SignInOutcome
from softphone.headless.sign_in import sign_in

LINK = "https://login.example.com/authorize?state=s"
WAITING = Progress(stage=Stage.WAITING, link=LINK)
DONE = Progress(stage=Stage.DONE, name="ada@example.com")


class FakeDesk:
    """Tells one progress after the other; the last waits for a redirect where `wants` one."""

    def __init__(self, *told: Progress, wants: str = "") -> None:
        self._told = list(told)
        self._wants = wants
        self._taken = asyncio.Event()
        self.cancelled = False
        self.refused: list[str] = []

    async def begin(self, *, by_code: bool | None, limit_s: float) -> None:
        pass

    async def take(self, redirect_url: str) -> None:
        if redirect_url != self._wants:
            self.refused.append(redirect_url)
            raise SignInError("It is another address.", outcome=SignInOutcome.BAD_CALLBACK)
        self._taken.set()

    async def changed(self) -> Progress:
        if len(self._told) == 1 and self._wants:
            await self._taken.wait()
        if not self._told:
            await asyncio.Event().wait()
        return self._told.pop(0)

    async def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Screen:
    said: list[str] = field(default_factory=list)
    complained: list[str] = field(default_factory=list)

    async def show(self, desk: FakeDesk, *typed: str, opens: bool | None = None) -> int:
        async def lines() -> AsyncIterator[str]:
            for line in typed:
                yield line

        return await sign_in(
            desk,
            by_code=None,
            limit_s=600.0,
            open_page=None if opens is None else lambda _: opens,
            lines=lines() if typed else None,
            say=self.said.append,
            complain=self.complained.append,
            next_step="Now go on.",
        )


async def test_the_link_is_printed_who_came_is_said_and_what_to_do_then():
    screen = Screen()
    assert await screen.show(FakeDesk(WAITING, DONE)) == 0
    assert LINK in screen.said[0]
    assert screen.said[-1] == "Signed in: ada@example.com\nNow go on."
    assert screen.complained == []


@pytest.mark.parametrize(
    ("opens", "words"),
    [
        (True, "open in your browser now"),
        (False, "No browser could be opened"),
        (None, "Open it in a browser"),
    ],
)
async def test_it_is_said_whether_a_browser_was_opened(opens: bool | None, words: str):
    screen = Screen()
    await screen.show(FakeDesk(WAITING, DONE), opens=opens)
    assert words in screen.said[0]


async def test_a_wrong_paste_is_asked_for_again_and_empty_lines_are_nothing():
    screen, desk = Screen(), FakeDesk(WAITING, DONE, wants="right")
    assert await screen.show(desk, "", "wrong", "  right ") == 0
    assert desk.refused == ["wrong"]
    assert screen.complained == [
        "that is not it. It is another address. Paste the address that you see after signing in."
    ]


async def test_a_code_is_shown_with_its_page():
    screen = Screen()
    code = Progress(stage=Stage.WAITING, user_code="123456", page_url="https://x.example.com", link=LINK)
    assert await screen.show(FakeDesk(code, DONE), "never read") == 0
    assert "https://x.example.com" in screen.said[0]
    assert "123456" in screen.said[0]
    assert LINK in screen.said[1]


@pytest.mark.parametrize(
    ("outcome", "exit_code"),
    [("expired", 5), ("denied", 1), ("no keyring", 4), ("set-up", 4), ("wrong file", 2), ("keyring", 1)],
)
async def test_each_end_has_its_exit_code(outcome: str, exit_code: int):
    screen = Screen()
    failed = Progress(stage=Stage.FAILED, title="No", sentence="It was not.", outcome=outcome)
    assert await screen.show(FakeDesk(WAITING, failed)) == exit_code
    assert screen.complained == ["No: It was not."]


async def test_trouble_is_said_once_and_giving_up_stops_the_attempt():
    screen = Screen()
    trouble = Progress(stage=Stage.FETCHING, trouble="No answer: it is tried again.")
    desk = FakeDesk(WAITING, trouble, trouble)
    showing = asyncio.create_task(screen.show(desk))
    async with asyncio.timeout(20):
        while not screen.complained:
            await asyncio.sleep(0)
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)
    assert screen.complained == ["No answer: it is tried again."]
    assert desk.cancelled
