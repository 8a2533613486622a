"""'Run check': each step from this computer's network to the line, what it found and how long it took.

The looks run as one task of the loop. Closing the dialog ends it, and nothing that was found is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from PySide6.QtWidgets import QWidget

from softphone.checks.check import OUTSIDE, CheckState, CheckStep, Finding
from softphone.checks.diagnostics import without_secrets
from softphone.i18n import tr
from softphone.line.model import LineSnapshot
from softphone.system.tasks import Tasks
from softphone.ui.copyable import copy
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, in_column, in_row
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text, announce, breakable
from softphone.wording.moment import Moment
from softphone.wording.presentation import Shape, Tone

SIZE = (560, 560)

RunCheck = Callable[[str, Callable[[Finding], None]], Awaitable[None]]

_LOOKS: Mapping[CheckState, tuple[Shape, Tone, str]] = {  # shown
    CheckState.OK: (Shape.DISC_CHECK, Tone.GOOD, "Good"),
    CheckState.WARNING: (Shape.TRIANGLE, Tone.CAUTION, "With a remark"),
    CheckState.FAULT: (Shape.OCTAGON, Tone.BAD, "Faulty"),
}


class CheckDialog(PageDialog):
    """The check of one line, or, without any, of the way to the service. Show it with `open()`.

    `run` looks, calling its second argument with each finding; its first is the ID of the line, or empty.
    """

    def __init__(
        self, run: RunCheck, line: LineSnapshot | None, moment: Callable[[], Moment], parent: QWidget
    ) -> None:
        super().__init__(tr("Run check"), parent, name="checkDialog", size=SIZE)
        self._run = run
        self._line = line
        self._moment = moment
        self._findings: list[Finding] = []
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._verdict = Text(bold=True, name="checkVerdict")
        self.page.addWidget(Text(self._about()))
        self.page.addWidget(self._verdict)
        self._rows = {step: _StepRow(step) for step in CheckStep if line is not None or step in OUTSIDE}
        for row in self._rows.values():
            self.page.addWidget(row)
        self._copy = Button(
            tr("Copy"), lambda: copy(self.report(), self._copy), name="checkCopyButton", kind=ButtonKind.QUIET
        )
        self._again = Button(tr("Run again"), self._begin, name="checkAgainButton")
        self._close = Button(
            tr("Close"), self._close_pressed, name="checkCloseButton", kind=ButtonKind.PRIMARY
        )
        self.add_button(self._copy, aside=True)
        for button in (self._again, self._close):
            self.add_button(button)
        self._begin()

    def report(self) -> str:
        """Return everything found as text for support, without secrets."""
        rows = [
            f"{tr('Run check')} - {self._about()}",
            self._moment().wall.isoformat(" ", "seconds"),
            self._verdict.text(),
        ]
        for finding in self._findings:
            check = finding.check
            took = round(1000 * finding.took_s)
            rows.append(f"{check.state.value:<7}  {tr(finding.step.value)}  {took} ms  {tr(check.sentence)}")
            if check.remedy:
                rows.append(f"{'':<7}  {tr(check.remedy)}")
        return without_secrets("\n".join(rows)) + "\n"

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    # Looking

    def _begin(self) -> None:
        self._findings = []
        for row in self._rows.values():
            row.show_waiting()
        next(iter(self._rows.values())).show_looking()
        self._verdict.say(tr("Looking… This takes half a minute at most."))
        self._show_running(running=True)
        line_id = "" if self._line is None else self._line.identity.line_id
        self._task = self._tasks.start(self._look(line_id), "run check")
        self._task.add_done_callback(self._looked)

    async def _look(self, line_id: str) -> None:
        await self._run(line_id, self._found)

    def _found(self, finding: Finding) -> None:
        row = self._rows.get(finding.step)
        if row is None:
            return
        self._findings.append(finding)
        row.show_finding(finding)
        waiting = [each for each in self._rows.values() if each.waits]
        if waiting:
            waiting[0].show_looking()
            self.reveal(waiting[0])

    def _looked(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return  # stopped by the person
        self._task = None
        if not task.cancelled() and task.exception() is not None:
            self._end(tr("The check ended early: this app made a mistake."))
        else:
            self._end(self._judged())

    def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _end(self, verdict: str) -> None:
        for row in self._rows.values():
            row.show_unasked()
        self._verdict.say(breakable(verdict))
        self._show_running(running=False)
        announce(self, verdict)

    def _judged(self) -> str:
        faults = [finding for finding in self._findings if finding.check.state is CheckState.FAULT]
        if faults:
            self.reveal(self._rows[faults[0].step])
            return tr("It fails at: {step}.", step=tr(faults[0].step.value))
        if any(finding.check.state is CheckState.WARNING for finding in self._findings):
            return tr("Nothing is broken; there is a remark.")
        if self._line is None:
            return tr("The way to Webex is free. Sign in to check a line, too.")
        return tr("All is well: Webex can reach this line.")

    # What is pressed and shown

    def _close_pressed(self) -> None:
        if self._task is None:
            self.accept()
        else:
            self._stop()
            self._end(tr("You stopped the check."))

    def _show_running(self, *, running: bool) -> None:
        self._close.say(tr("Cancel") if running else tr("Close"))
        self._again.setEnabled(not running)
        self._copy.setEnabled(not running)
        self.take_focus()

    def _about(self) -> str:
        if self._line is None:
            return tr("From this computer to Webex. Nobody is signed in.")
        return tr("From this computer to the line of {line}.", line=self._line.identity.label)


class _StepRow(QWidget):
    """One step: shape, name and time, what was found, what mends it."""

    def __init__(self, step: CheckStep) -> None:
        super().__init__()
        self.setObjectName("checkStep")
        self.waits = False
        self._name = tr(step.value)
        self._shape = StatusShape(20)
        self._time = Text(secondary=True, wraps=False)
        self._words = Text()
        self._remedy = Text(secondary=True)
        title = in_row((Text(self._name, bold=True), 1), self._time, spacing=8)
        words = in_column(title, self._words, self._remedy, spacing=1)
        in_row((self._shape, TOP), (words, 1), of=self, margins=NO_MARGINS, spacing=10)

    def show_waiting(self) -> None:
        """Its turn has not come."""
        self.waits = True
        self._show(Shape.RING, Tone.NEUTRAL, tr("Not yet"))

    def show_looking(self) -> None:
        """It is its turn."""
        self.waits = False
        self._show(Shape.ARC, Tone.BUSY, tr("Looking…"))

    def show_unasked(self) -> None:
        """Its turn will not come any more, if it has not come or did not end."""
        if self.waits or not self._time.text():
            self.waits = False
            self._show(Shape.DASHED, Tone.NEUTRAL, tr("Not looked at"))

    def show_finding(self, finding: Finding) -> None:
        """Show what was found."""
        self.waits = False
        shape, tone, state = _LOOKS[finding.check.state]
        took = tr("{ms} ms", ms=round(1000 * finding.took_s))
        remedy = tr(finding.check.remedy) if finding.check.remedy else ""
        self._show(shape, tone, tr(finding.check.sentence), took, remedy, tr(state))

    def _show(
        self, shape: Shape, tone: Tone, words: str, took: str = "", remedy: str = "", state: str = ""
    ) -> None:
        self._shape.show_shape(shape, tone)
        self._time.say(took)
        self._words.say(breakable(words))
        self._remedy.say(breakable(remedy))
        self.setAccessibleName(", ".join(filter(None, (self._name, state, words, remedy, took))))
