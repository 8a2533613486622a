"""How long the window holds its loop up: `python -m tests.ui.stalls [--lines 40] [--seconds 10]`.

Forty lines change and tick as they do in life. A ticker notes how late each turn of the loop comes; beside it
runs the same loop with an empty window, so that the machine's own hiccups are told apart.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QWidget

from softphone.line.model import LineState
from softphone.ui.bridge import Bridge
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.window.contents import now
from softphone.values import replace
from tests.bench.frames import living_lines
from tests.ui.fakes import PanelSpy
from tests.ui.window_on import window_on

TURN_S = 0.002
SLOT_LIMIT_MS = 16.0


async def lateness_ms(seconds: float, each_turn: Callable[[int], object]) -> list[float]:
    late = []
    deadline_s = time.monotonic() + seconds
    turn = 0
    while (began_s := time.monotonic()) < deadline_s:
        each_turn(turn)
        await asyncio.sleep(TURN_S)
        late.append(max(0.0, (time.monotonic() - began_s - TURN_S) * 1000))
        turn += 1
    return late


async def measure(app: App, number: int, seconds: float) -> None:
    theme = Theme(app, ThemeChoice.LIGHT)
    empty = QWidget()
    empty.resize(920, 640)
    empty.show()
    await asyncio.sleep(0.5)
    base = await lateness_ms(seconds, lambda _: None)
    empty.close()

    lines = living_lines(number)
    panel = PanelSpy(tuple(lines))
    window = window_on(Bridge(panel), theme=theme, moment=now)
    window.show()
    await asyncio.sleep(1)
    states = (LineState.RECONNECTING, LineState.REGISTERED_BACKUP, LineState.REGISTERED)

    def live(turn: int) -> None:
        if turn % 25 == 0:  # twenty changes a second: far more than 40 lines have
            place = turn // 25 % number
            now_s = time.monotonic()
            state = states[turn // 25 % len(states)]
            panel.put(replace(lines[place], state=state, proved_at_s=now_s, next_at_s=now_s + 30))

    busy = await lateness_ms(seconds, live)
    ticks = []
    for _ in range(30):
        began_s = time.perf_counter()
        window.contents._on_tick()
        ticks.append((time.perf_counter() - began_s) * 1000)
        await asyncio.sleep(0)
    window.closing = True
    window.close()
    for name, late in (("empty window", base), (f"{number} lines", busy)):
        late.sort()
        over = sum(each > SLOT_LIMIT_MS for each in late)
        sys.stdout.write(
            f"{name:14}  turns {len(late):5}  median {statistics.median(late):5.2f} ms  "
            f"p99 {late[int(len(late) * 0.99)]:6.2f} ms  worst {late[-1]:6.2f} ms  over 16 ms: {over}\n"
        )
    sys.stdout.write(
        f"one tick        median {statistics.median(ticks):.2f} ms  worst {max(ticks):.2f} ms (1 a second)\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    application = App([])
    with asyncio.Runner(loop_factory=lambda: AppLoop(application)) as runner:
        runner.run(measure(application, options.lines, options.seconds))
