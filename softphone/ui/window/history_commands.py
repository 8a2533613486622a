"""The past in the window: the timeline, the day of each line, and replay.

What is shown of the past is read again a moment after something happened, and now and then, and only while
somebody can see it.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from softphone.history.entries import Entry, Replay, line_key
from softphone.i18n import tr, when
from softphone.ui.bridge import LineModel
from softphone.ui.commands import Command
from softphone.ui.history.history_reader import Day, History
from softphone.ui.placement import show_dialog
from softphone.ui.window.panel_page import PanelPage
from softphone.wording.moment import Moment

COMMANDS = frozenset({Command.TIMELINE, Command.FILTER})
WRITTEN_MS = 1300  # the journal writes within a second
DAY_MS = 60_000  # the bar of the day moves that slowly


class HistoryCommands(QObject):
    """Carries out what concerns the past.

    Signals:
        replay_shown(Replay | None): the window shows this moment of the past now; None: the present.
    """

    replay_shown = Signal(object)

    def __init__(
        self,
        history: History,
        model: LineModel,
        page: PanelPage,
        moment: Callable[[], Moment],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._history = history
        self._model = model
        self._page = page
        self._timeline = page.timeline
        self._moment = moment
        self._window = window
        self._stale: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=WRITTEN_MS)
        self._soon.timeout.connect(self._read)
        self._daily = QTimer(self, interval=DAY_MS)
        self._daily.timeout.connect(self.refresh)
        model.lines_changed.connect(self._lines_changed)
        model.rows_changed.connect(self._rows_changed)
        page.drawer_opened.connect(lambda _: self.refresh())
        history.entries_read.connect(self._entries_read)
        history.day_read.connect(self._day_read)
        history.replay_read.connect(self._replay_read)
        self._timeline.clear_asked.connect(self._ask_to_clear)
        self._timeline.moment_asked.connect(self._go_to)
        self._rows_changed()
        self._daily.start()

    def carry_out(self, command: Command) -> None:
        """Carry out one of `COMMANDS`."""
        if command is Command.TIMELINE and self._timeline.isVisible():
            self._timeline.put_away()
            return
        self._page.open_timeline()
        self._history.read_entries()
        if command is Command.FILTER:
            self._timeline.search()

    def refresh(self) -> None:
        """Read again whatever is shown."""
        self._stale |= {line_key(line.identity) for line in self._model.lines}
        self._read()

    def _lines_changed(self, line_ids: frozenset[str]) -> None:
        self._stale |= {
            line_key(line.identity) for line in self._model.lines if line.identity.line_id in line_ids
        }
        if not self._soon.isActive():
            self._soon.start()

    def _rows_changed(self) -> None:
        if not self._timeline.replaying:
            lines = tuple((line_key(line.identity), line.identity.label) for line in self._model.every)
            self._timeline.show_lines(tuple(dict(lines).items()))
            self.refresh()

    def _read(self) -> None:
        if not self._window.isVisible() or self._window.isMinimized():
            return
        if self._timeline.isVisible() and not self._timeline.replaying:
            self._history.read_entries()
        stale, self._stale = self._stale, set()
        for key in stale:
            self._history.read_day(key)

    def _entries_read(self, entries: tuple[Entry, ...], began: datetime | None) -> None:
        if not self._timeline.replaying or not self._timeline.has_entries:
            self._timeline.show_entries(entries, began, self._moment().wall)

    def _day_read(self, key: str, day: Day) -> None:
        for line in self._model.every:
            if line_key(line.identity) == key:
                self._page.show_day(line.identity.line_id, day)

    def _ask_to_clear(self) -> None:
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle(tr("Clear the history"))
        question.setText(tr("Forget everything that happened so far? It cannot be brought back."))
        agree = question.addButton(tr("Clear"), QMessageBox.ButtonRole.DestructiveRole)
        question.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        agree.clicked.connect(self._history.clear)
        show_dialog(question)

    # Replay

    def _go_to(self, when: datetime | None) -> None:
        if when is not None:
            self._history.read_replay(when)
        else:
            self._timeline.show_moment("")
            self.replay_shown.emit(None)
            self._model.show_past(None)
            self.refresh()

    def _replay_read(self, replay: Replay) -> None:
        if not self._timeline.replaying:
            return  # the person is back already
        now = self._moment().wall
        words = when(replay.at, now, seconds=True)
        if not replay.running:
            words = tr("{time}: the program did not run", time=words)
        self._timeline.show_moment(words)
        self.replay_shown.emit(replay)
        self._model.show_past(replay.lines)
