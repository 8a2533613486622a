"""The drills: a button for each thing that can go wrong, and how long lines needed (interface.md#drills).

The panel stands beside the window, which goes on as ever: what happens to the lines is seen there. It
exists only where somebody hands over a control desk (`softphone.checks.drills`).
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.checks.drills import Drill, Drills, Recovery
from softphone.errors import SoftphoneError
from softphone.i18n import counted, decimal, tr
from softphone.line.model import LineSnapshot, camel
from softphone.system.tasks import Tasks
from softphone.ui.bridge import Bridge
from softphone.ui.kit.button import Button
from softphone.ui.kit.layout import FlowLayout, in_column
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text, TextStyle, announce
from softphone.wording import all_lines
from softphone.wording.moment import Moment

SIZE = (440, 620)
TICK_MS = 200
NAMED_AT_MOST = 4  # more lines are counted
LISTED_AT_MOST = 20

_WHAT = {  # shown
    Drill.KILL_PRIMARY: "The primary server refuses every connection. The line should go to the backup.",
    Drill.ALL_DOWN: "No calling server answers. The line should say so and go on trying.",
    Drill.OFFLINE: "This computer has no network. The line should wait and come back by itself.",
    Drill.THROTTLE: "Every server asks for a minute's rest. The line should wait that long, and no less.",
    Drill.EXPIRE_TOKEN: "The next request is refused. The program should renew the token, and nobody notice.",
    Drill.ELSEWHERE: "Another session takes every line. It should stay taken until you press Take back.",
    Drill.CALL: "Ann Example calls every line for 20 s. Nobody answers. Each should ring once and say so.",
}
_BRING_BACK = {  # shown
    Drill.KILL_PRIMARY: "Bring the primary back",
    Drill.ALL_DOWN: "Bring the servers back",
    Drill.OFFLINE: "Go online",
}


class DrillPanel(PageDialog):
    """The drills of one simulated cloud. Show it with `show()`: the window stays usable beside it.

    Make it once and show it as often as wanted: it measures while nobody looks, too.
    """

    def __init__(self, desk: Drills, bridge: Bridge, moment: Callable[[], Moment], parent: QWidget) -> None:
        super().__init__(tr("Drills"), parent, name="drillPanel", size=SIZE)
        self._desk = desk
        self._bridge = bridge
        self._moment = moment
        self._tasks = Tasks()
        self._announced = len(desk.stopwatch.recoveries)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_now)
        self._lay_out()
        bridge.line_updated.connect(self._line_updated)
        bridge.line_gone.connect(self._line_gone)
        self._show_all()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enable()
        self._show_all()

    def done(self, result: int) -> None:
        """Close; what goes wrong in the cloud goes on."""
        self._tick.stop()
        self._tasks.cancel()
        super().done(result)

    # What comes

    def _line_updated(self, line: LineSnapshot) -> None:
        if self._desk.stopwatch.rounds:
            self._desk.stopwatch.saw(line)
            self._show_all()

    def _line_gone(self, line_id: str) -> None:
        self._desk.stopwatch.gone(line_id)
        self._show_all()

    # What is pressed

    def _pressed(self, drill: Drill) -> None:
        if drill in self._desk.lasting:
            self._start(self._desk.end(drill))
        else:
            self._start(self._desk.begin(drill, lambda: self._bridge.panel.lines))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(self._do(work), "drill").add_done_callback(self._done)
        self._enable()

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except SoftphoneError as error:
            self.show_note(tr(error.sentence))
        else:
            self.show_note("")

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._enable()
            self._show_all()

    def _enable(self) -> None:
        for button in (*self._buttons_of.values(), self._heal):
            button.setEnabled(not self._tasks)  # one after the other

    # What is shown

    def _show_all(self) -> None:
        for drill, button in self._buttons_of.items():
            button.say(tr(_BRING_BACK[drill] if drill in self._desk.lasting else drill.value))
        recoveries = self._desk.stopwatch.recoveries
        self._list.say("\n".join(_told(each) for each in recoveries[:LISTED_AT_MOST]))
        self._list_title.setVisible(bool(recoveries))
        if len(recoveries) > self._announced:
            announce(self, _told(recoveries[0]))
        self._announced = len(recoveries)
        self._show_now()

    def _show_now(self) -> None:
        rounds = self._desk.stopwatch.rounds
        if not rounds or not self.isVisible():
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()
        newest = max(rounds.values(), key=lambda each: each.began_s, default=None)
        if newest is not None:
            began_s, label = newest.began_s, tr(newest.drill.value)
            self._time.say(_seconds(self._moment().now_s - began_s))
            self._now.say(f"{label}\n{self._waiting_words(newest.waiting)}")
        elif self._desk.stopwatch.recoveries:
            last = self._desk.stopwatch.recoveries[0]
            self._time.say(_seconds(last.took_s))
            self._now.say(_told(last))
        else:
            self._time.say("")
            self._now.say(tr("Nothing was measured yet. A drill measures the lines that are registered."))

    def _waiting_words(self, waiting: Iterable[str]) -> str:
        moment = self._moment()
        lines = [line for line in self._bridge.panel.lines if line.identity.line_id in set(waiting)]
        if len(lines) > NAMED_AT_MOST:
            return counted(
                len(lines), "{n} line is not proved again yet", "{n} lines are not proved again yet"
            )
        return "\n".join(all_lines.row(line, moment) for line in lines)

    # How it stands

    def _lay_out(self) -> None:
        self._time = Text(style=TextStyle.TITLE, name="drillTime")
        self._now = Text(name="drillNow")
        self._list_title = Text(tr("Measured, newest first"), bold=True)
        self._list = Text(secondary=True, name="drillList")
        self.page.addWidget(Text(tr("Break the simulated cloud, and see how long the lines need.")))
        self.page.addWidget(self._time)
        self.page.addWidget(self._now)
        self._buttons_of: dict[Drill, Button] = {}
        for drill in Drill:
            self.page.addLayout(self._make_row(drill))
        self.page.addWidget(self._list_title)
        self.page.addWidget(self._list)
        self._heal = Button(tr("Heal everything"), lambda: self._start(self._desk.heal()), name="healButton")
        self.add_button(self._heal)
        self.add_close("drillsCloseButton")

    def _make_row(self, drill: Drill) -> QVBoxLayout:
        button = Button(
            tr(drill.value), partial(self._pressed, drill), name=f"{camel(drill.name.lower())}Drill"
        )
        button.setAccessibleDescription(tr(_WHAT[drill]))
        self._buttons_of[drill] = button
        flow = FlowLayout(button)
        return in_column(flow, Text(tr(_WHAT[drill]), secondary=True, style=TextStyle.SMALL), spacing=1)


def _told(recovery: Recovery) -> str:
    values = {
        "drill": tr(recovery.drill.value),
        "line": recovery.label,
        "time": _seconds(recovery.took_s),
    }
    if recovery.interrupted:
        return tr("{drill}: {line} was back after {time}", **values)
    return tr("{drill}: {line} was not interrupted; proved again after {time}", **values)


def _seconds(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004
        return tr("{s} s", s=decimal(seconds))
    return tr("{m} min {s} s", m=int(seconds // 60), s=int(seconds % 60))
