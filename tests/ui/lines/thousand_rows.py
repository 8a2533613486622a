"""What a thousand lines cost: `python -m tests.ui.lines.thousand_rows [--lines 1000]`.

Prints how long the list takes to be shown, to change, to tick and to scroll, and how many widgets live.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.lines.line_list import LineList
from softphone.ui.lines.line_row import LineRow
from softphone.ui.opening import App
from softphone.ui.window.contents import now
from softphone.values import replace
from tests.ui.fakes import PanelSpy, line

SIZE = (960, 680)


def timed(what: str, does: Callable[[int], object], times: int = 1) -> None:
    """Do something so often, painted each time, and print how long the processor worked for it."""
    took = []
    for turn in range(times):
        began_s = time.process_time()
        does(turn)
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        took.append((time.process_time() - began_s) * 1000)
    worst = f"   worst {max(took):6.1f} ms" if times > 1 else ""
    sys.stdout.write(f"{what:34} {statistics.median(took):7.1f} ms{worst}\n")


def living_lines(number: int) -> list[LineSnapshot]:
    """Lines of which one in five is not well."""
    now_s = time.monotonic()
    states = (LineState.REGISTERED, LineState.RETRY_WAIT, LineState.REGISTERED, LineState.IDLE)
    return [
        line(
            states[place % 20] if place % 20 < len(states) else LineState.REGISTERED,
            f"Line {place:04}",
            f"{1000 + place}",
            proved_at_s=now_s,
            next_at_s=now_s + 30,
            since_s=now_s,
        )
        for place in range(number)
    ]


def measure(number: int) -> None:
    """Show so many lines and do with them what happens in life."""
    lines = living_lines(number)
    panel = PanelSpy(tuple(lines))
    bridge = Bridge(panel)
    model = LineModel(bridge)
    shown: list[LineList] = []

    def show(_: int) -> None:
        shown.append(LineList(model, now))
        shown[0].resize(*SIZE)
        shown[0].show()

    timed(f"show {number} lines", show)
    rows, view = shown[0], shown[0].view
    rows._order.unfolded = True
    timed("unfold", lambda _: rows.tick())

    def change(turn: int) -> None:
        place = turn * 37 % number
        now_s = time.monotonic()
        state = (LineState.RECONNECTING, LineState.REGISTERED)[turn % 2]
        panel.put(replace(lines[place], state=state, proved_at_s=now_s, next_at_s=now_s + 30))
        model._tell()  # without the wait that gathers a burst

    timed("a change", change, 50)

    def all_change(_: int) -> None:
        for each in lines:
            panel.put(replace(each, state=LineState.OFFLINE, since_s=time.monotonic()))
        model._tell()

    timed("a second passes", lambda _: rows.tick(), 20)
    bar = view.verticalScrollBar()
    timed("scroll by a notch", lambda _: bar.setValue(bar.value() + 60), 200)
    timed("scroll by a page", lambda _: bar.setValue(bar.value() + view.viewport().height()), 40)
    timed("jump", lambda turn: bar.setValue(bar.maximum() * (turn % 7) // 7), 20)
    rows.focus_first()
    timed("Down", lambda _: QTest.keyClick(rows.current or rows, Qt.Key.Key_Down), 100)
    timed("a letter of the search", lambda turn: rows.head.search.setText("line 0"[: turn + 1]), 6)
    rows.head.search.clear()
    timed("all lines change", all_change)
    widgets = view.findChildren(QWidget)
    alive = [row for row in view.findChildren(LineRow) if row.isVisible()]
    sys.stdout.write(
        f"{'rows with a widget':34} {len(alive):7}\n{'widgets in the list':34} {len(widgets):7}\n"
    )
    [outline] = view.findChildren(QListView)
    told = QAccessible.queryAccessibleInterface(outline)
    sys.stdout.write(f"{'rows a screen reader finds':34} {told.childCount():7}\n")

    def ask_all(_: int) -> None:
        for place in range(told.childCount()):
            told.child(place).text(QAccessible.Text.Name)

    timed("a screen reader asks for all", ask_all)
    bridge.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=1000)
    options = parser.parse_args()
    application = App([])
    Theme(application, ThemeChoice.LIGHT)
    measure(options.lines)
