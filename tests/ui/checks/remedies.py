"""Presses every remedy in every state of every scenario: `python -m tests.ui.checks.remedies [SCENARIO ...]`.

Prints a table: scenario, state, remedy, effect. An effect is a request, a dialog or page, another state, or
words on the clipboard. In a process of its own for the table; the test beside it presses the same.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.sim.scenarios import SCENARIOS
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from tests.ui.checks.pressing import dismiss_dialogs, open_dialogs, remedies_in
from tests.ui.real_window import Seat, cloud_of, opened

NOTHING = "NOTHING"
SHOWN_S = 0.15  # real: until a card shows what has changed
SETTLED_S = 0.15  # real: what a press does to this program; a request may take longer
ANSWER_S = 6.0
# The remedies that a scenario leads to, at least.
WANTED: dict[str, frozenset[str]] = {
    "calm": frozenset({"Check again"}),  # after a hint that the network is gone
    "primary-down": frozenset(),
    "flapping": frozenset(),
    "token-expires": frozenset({"Sign in again"}),
    "device-limit": frozenset({"Choose device"}),
    "throttled": frozenset({"Retry now"}),
    "all-down": frozenset({"Retry now"}),
    "elsewhere": frozenset({"Take back"}),
    "mixed": frozenset({"Choose device", "Retry now"}),
    "forty": frozenset(),
    "calls": frozenset(),
    "none": frozenset({"Copy message for my admin"}),
}
WATCHED_S = 12.0  # nominal seconds in which each story is looked at, and longer for what it leads to


@dataclass(frozen=True, slots=True)
class Press:
    """One remedy that was pressed, and what came of it."""

    scenario: str
    state: str
    remedy: str
    effect: str


class Browser(QObject):
    """Takes the addresses that the program opens in the person's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


class Presser:
    """Watches one running scenario and presses each remedy once for each state in which it is shown."""

    def __init__(self, seat: Seat, scenario: str, browser: Browser) -> None:
        self.presses: list[Press] = []
        self._seat = seat
        self._scenario = scenario
        self._browser = browser

    @property
    def remedies(self) -> set[str]:
        """What was pressed so far."""
        return {press.remedy for press in self.presses}

    async def look(self) -> None:
        """Press one remedy that was not pressed in its state yet, if there is one."""
        known = {(press.state, press.remedy) for press in self.presses}
        for button in remedies_in(self._seat.window):
            line, words = self._line_of(button), button.text()
            if (_state(line), words) in known or _moves_by_itself_soon(line):
                continue
            await asyncio.sleep(SHOWN_S)  # the card may still show what was before
            if not shiboken6.isValid(button) or not button.isVisible():
                return
            if _state(self._line_of(button)) == _state(line):
                effect = await self._press(button, line)
                self.presses.append(Press(self._scenario, _state(line), words, effect))
            return

    async def _press(self, button: QAbstractButton, line: LineSnapshot | None) -> str:
        """Press it and say what comes of it; a banner's may concern any line."""
        seat, clipboard = self._seat, QGuiApplication.clipboard()
        clipboard.clear()
        lines, opened, requests = seat.lines, len(self._browser.opened), seat.cloud.state()["requests"]
        button.click()
        ends_s = time.monotonic() + ANSWER_S
        while time.monotonic() < ends_s:
            await asyncio.sleep(SETTLED_S)
            if found := [dialog.objectName() or dialog.windowTitle() for dialog in open_dialogs()]:
                dismiss_dialogs()
                return f"dialog {found[0]}"
            if seat.window.contents._sign_in.active:
                seat.window.contents._sign_in.cancel()
                return "sign-in page"
            if clipboard.text():
                return f"clipboard: {clipboard.text().splitlines()[0]}…"
            if len(self._browser.opened) > opened:
                return f"browser: {self._browser.opened[-1]}"
            # Registered lines beat by themselves; what is not registered sends nothing before its time.
            beats = {"keepalive", "ping"} if line is None or line.state in REGISTERED_STATES else {"ping"}
            journal = seat.cloud.journal(since=requests)
            if asked := [entry["place"] for entry in journal if entry["place"] not in beats]:
                return f"request {asked[0]}"
            for before, now in zip(lines, seat.lines, strict=True):
                if line in (None, before) and _differs(before, now):
                    return f"state {now.state.value}"
        return NOTHING

    def _line_of(self, button: QWidget) -> LineSnapshot | None:
        """The line whose card, row or details the button stands in; None: a banner's."""
        lines = self._seat.lines
        place: QWidget | None = button
        while place is not None and place.objectName() not in {"lineCard", "detailsDrawer"}:
            place = place.parentWidget()
        if place is None:
            return None
        if len(lines) == 1:
            return lines[0]
        return next((line for line in lines if line.identity.label in place.accessibleName()), None)


def _moves_by_itself_soon(line: LineSnapshot | None) -> bool:
    """Whether what happens next may be the program's own doing."""
    if line is None or line.next_at_s is None:
        return False
    return line.next_at_s - time.monotonic() < 4 * SETTLED_S


def _state(line: LineSnapshot | None) -> str:
    return "-" if line is None else line.state.value


def _differs(before: LineSnapshot, now: LineSnapshot) -> bool:
    """Another state, try or time of the next one: where nobody answers, no request is on record."""
    return (before.state, before.attempt, before.next_at_s) != (now.state, now.attempt, now.next_at_s)


@asynccontextmanager
async def running(scenario: str, theme: Theme, home: Path) -> AsyncIterator[Presser]:
    """The program on the scenario, everybody signed in."""
    browser = Browser()
    for scheme in ("http", "https"):
        QDesktopServices.setUrlHandler(scheme, browser, "take")  # type: ignore[arg-type] # the stub has it wrong
    everybody = range(len(SCENARIOS[scenario].people) if scenario in {"mixed", "forty"} else 1)
    scale = 0.4 if scenario in {"calm", "throttled"} else 0.15
    try:
        with cloud_of(scenario, scale) as cloud:
            async with opened(cloud, home, theme, people=everybody, demo=scenario) as seat:
                yield Presser(seat, scenario, browser)
    finally:
        for scheme in ("http", "https"):
            QDesktopServices.unsetUrlHandler(scheme)


async def press_all(scenario: str, theme: Theme, home: Path) -> list[Press]:
    """Press what the scenario shows until every state it leads to was met."""
    async with running(scenario, theme, home) as presser:
        seat = presser._seat
        await seat.until("lines", lambda: seat.lines)
        if scenario == "calm":
            await seat.until_badges("Registered")
            seat.cloud.faults([{"where": "any", "answer": "reset"}])
            seat.window.contents._bridge.panel.network_changed(online=False)
        wanted, ends_s = WANTED[scenario], time.monotonic() + 30.0
        quiet_s = time.monotonic() + WATCHED_S * seat.cloud.time_scale
        while time.monotonic() < ends_s and not (presser.remedies >= wanted and time.monotonic() > quiet_s):
            await presser.look()
            await asyncio.sleep(0.02)
        return presser.presses


def table(presses: Sequence[Press]) -> Iterator[str]:
    """The table as lines of Markdown."""
    yield "| scenario | state | remedy | effect |"
    yield "|---|---|---|---|"
    for press in presses:
        yield f"| {press.scenario} | {press.state} | {press.remedy} | {press.effect} |"


async def _print(app: App, scenarios: Sequence[str]) -> bool:
    theme = Theme(app, ThemeChoice.LIGHT)
    presses: list[Press] = []
    for scenario in scenarios or tuple(SCENARIOS):
        presses += await press_all(scenario, theme, Path(tempfile.mkdtemp()))
    sys.stdout.write("\n".join(table(presses)) + "\n")
    return all(press.effect != NOTHING for press in presses)


def main() -> None:
    app = App([])
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        good = runner.run(_print(app, sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0 if good else 1)


if __name__ == "__main__":
    main()
