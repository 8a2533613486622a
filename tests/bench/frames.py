"""`frames`: a window with a thousand lines that are scrolled while they change, and one with forty."""

import asyncio
import math
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.system import collector
from softphone.ui.bridge import Bridge
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.lines.line_row import LineRow
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.window.contents import now
from softphone.ui.window.main_window import MainWindow
from softphone.values import replace
from tests.bench.figures import Figure
from tests.ui.fakes import PanelSpy, line
from tests.ui.window_on import window_on

SECONDS = 10.0
CHANGES_PER_S = 200
SCROLLED_PX = 40  # with each frame
FRAME_S, TICK_S = 1 / 60, 0.001
STATES = (LineState.RECONNECTING, LineState.REGISTERED_BACKUP, LineState.REGISTERED)


class Frames:
    """The longest that the loop was held in each sixtieth of a second."""

    def __init__(self) -> None:
        self.held_ms: list[float] = []
        self._slot = -1
        self._began_s = time.perf_counter()

    async def watch(self) -> None:
        """Look, until cancelled."""
        before_s = time.perf_counter()
        while True:
            await asyncio.sleep(TICK_S)
            now_s = time.perf_counter()
            held_ms = max(0.0, now_s - before_s - TICK_S) * 1000
            slot = int((now_s - self._began_s) / FRAME_S)
            if slot == self._slot:
                self.held_ms[-1] = max(self.held_ms[-1], held_ms)
            else:
                self.held_ms.append(held_ms)
            self._slot, before_s = slot, now_s


class Badges(QObject):
    """How long a change takes until its badge is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.took_ms: list[float] = []
        self._badge: QObject | None = None  # that is to be drawn
        self._changed_at_s = 0.0

    def changed(self, row: LineRow) -> None:
        """A line changes whose row is in sight."""
        self._badge, self._changed_at_s = row._badge, time.perf_counter()
        for part in (row._badge, *row._badge.findChildren(QWidget)):
            part.removeEventFilter(self)
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that a badge, or a part of it, is drawn."""
        if event.type() == QEvent.Type.Paint and self._badge in (watched, watched.parent()):
            self.took_ms.append((time.perf_counter() - self._changed_at_s) * 1000)
            self._badge = None
        return False


def living_lines(number: int) -> list[LineSnapshot]:
    """Lines that are well."""
    now_s = time.monotonic()
    return [
        line(LineState.REGISTERED, f"Line {place:04}", f"{1000 + place}", proved_at_s=now_s, since_s=now_s)
        for place in range(number)
    ]


@contextmanager
def _shown(app: App, lines: list[LineSnapshot]) -> Iterator[tuple[MainWindow, PanelSpy]]:
    panel = PanelSpy(tuple(lines))
    bridge = Bridge(panel)
    window = window_on(bridge, theme=Theme(app, ThemeChoice.LIGHT), moment=now)
    window.show()
    try:
        yield window, panel
    finally:
        bridge.close()
        window.closing = True
        window.close()


def _changed(one: LineSnapshot, state: LineState) -> LineSnapshot:
    now_s = time.monotonic()
    return replace(one, state=state, proved_at_s=now_s, next_at_s=now_s + 30)


async def scrolled(app: App, number: int) -> list[float]:
    """Scroll and change a list of so many lines; return the frames."""
    lines, chance = living_lines(number), random.Random(1)
    with _shown(app, lines) as (window, panel):
        view = window.contents.page.lines.view
        window.contents.page.lines._order.unfolded = True
        await asyncio.sleep(1.5)
        frames, bar = Frames(), view.verticalScrollBar()
        watching = asyncio.ensure_future(frames.watch())
        began_s, done, scrolled_at_s, step = time.monotonic(), 0, 0.0, SCROLLED_PX
        while (passed_s := time.monotonic() - began_s) < SECONDS:
            while done < passed_s * CHANGES_PER_S:
                panel.put(_changed(chance.choice(lines), STATES[done % 3]))
                done += 1
            if passed_s - scrolled_at_s >= FRAME_S:
                scrolled_at_s = passed_s
                step = -SCROLLED_PX if bar.value() == bar.maximum() else step if bar.value() else SCROLLED_PX
                bar.setValue(bar.value() + step)
            await asyncio.sleep(0.002)
        watching.cancel()
        return frames.held_ms


async def until_drawn(app: App, number: int, changes: int = 200) -> list[float]:
    """Change one line in sight at a time; return how long each takes until it is drawn."""
    lines, badges = living_lines(number), Badges()
    with _shown(app, lines) as (window, panel):
        await asyncio.sleep(1.5)
        by_id = {one.identity.line_id: one for one in lines}
        for turn in range(changes):
            rows = [row for row in window.contents.page.lines.cards if not row.visibleRegion().isEmpty()]
            row = rows[turn % len(rows)]
            assert isinstance(row, LineRow)
            badges.changed(row)
            one = by_id[row.line_id]
            state = STATES[one.state is STATES[0]]
            by_id[row.line_id] = one = _changed(one, state)
            panel.put(one)
            await asyncio.sleep(0.1)
    return badges.took_ms


def frames(runs: int) -> tuple[Figure, ...]:
    """Compare a thousand lines with forty."""
    app = App([])
    collector.rest()  # as the program does
    collector.begin()
    found: dict[str, list[list[float]]] = {}
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        for _ in range(runs):
            for number in (1000, 40):
                found.setdefault(f"frame {number}", []).append(runner.run(scrolled(app, number)))
                found.setdefault(f"badge {number}", []).append(runner.run(until_drawn(app, number)))
    figures = []
    for what, name in (
        ("frame", "a frame of 1,000 lines, p99 / of 40"),
        ("badge", "a change until its badge is drawn, p95"),
    ):
        share = 0.99 if what == "frame" else 0.95
        ours, floor = (found[f"{what} {number}"] for number in (1000, 40))
        at = partial(_at, share=share)
        figures.append(
            Figure(
                name=name,
                unit="ms",
                ours=list(map(at, ours)),
                floor=list(map(at, floor)),
                more={"worst of all": max(map(max, ours)), "of": sum(map(len, ours))},
            )
        )
    return tuple(figures)


def _at(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(len(values) * share) - 1]
