"""The past in the window: the activity, the day of each line, and replay.

What is shown of the past is read again a moment after something happened, and now and then, and only while
somebody can see it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from softphone.errors import SoftphoneError
from softphone.history.entries import Replay, line_key
from softphone.i18n import phrase, tr
from softphone.system.background import in_thread
from softphone.system.files import replace_file
from softphone.system.tasks import Tasks
from softphone.ui.bridge import LineModel
from softphone.ui.commands import Command
from softphone.ui.history.history_reader import Day, History
from softphone.ui.history.replay_bar import ReplayBar
from softphone.ui.kit import confirm
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
        failed(SoftphoneError): the activity could not be exported.
    """

    replay_shown: Signal = Signal(object)
    failed: Signal = Signal(object)

    def __init__(
        self,
        history: History,
        model: LineModel,
        page: PanelPage,
        bar: ReplayBar,
        moment: Callable[[], Moment],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._history = history
        self._model = model
        self._page = page
        self._activity = page.activity
        self._bar = bar
        self._moment = moment
        self._window = window
        self._tasks = Tasks()
        self._shown_at: datetime | None = None  # in replay
        self._stale: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=WRITTEN_MS)
        self._soon.timeout.connect(self._read)
        self._daily = QTimer(self, interval=DAY_MS)
        self._daily.timeout.connect(self.refresh)
        model.lines_changed.connect(self._lines_changed)
        model.rows_changed.connect(self._rows_changed)
        page.details_opened.connect(lambda _: self.refresh())
        history.past_read.connect(self._activity.show_past)
        history.day_read.connect(self._day_read)
        history.replay_read.connect(self._replay_read)
        self._activity.clear_asked.connect(self._ask_to_clear)
        self._activity.export_asked.connect(self._ask_where)
        self._activity.moment_asked.connect(self._begin_replay)
        page.details.moment_chosen.connect(self._begin_replay)
        bar.moment_asked.connect(self._go_to)
        self._rows_changed()
        self._daily.start()

    def carry_out(self, command: Command) -> None:
        """Carry out one of `COMMANDS`."""
        if command is Command.TIMELINE and self._activity.isVisible():
            self._activity.put_away()
            return
        if command is Command.FILTER and self._page.lines.focus_search():
            return
        self._page.open_activity()
        self._history.read_entries()
        if command is Command.FILTER:
            self._activity.search()

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
        if not self._bar.replaying:
            lines = tuple((line_key(line.identity), line.identity.label) for line in self._model.every)
            self._activity.show_lines(tuple(dict(lines).items()))
            self.refresh()

    def _read(self) -> None:
        if not self._window.isVisible() or self._window.isMinimized():
            return
        if self._activity.isVisible():
            self._history.read_entries()
        stale, self._stale = self._stale, set()
        for key in stale:
            self._history.read_day(key, self._shown_at)

    def _day_read(self, key: str, day: Day) -> None:
        if day.until != self._shown_at:
            return  # the person is at another moment already
        for line in self._model.every:
            if line_key(line.identity) == key:
                self._page.show_day(line.identity.line_id, day)

    def _ask_to_clear(self) -> None:
        confirm.ask(
            self._window,
            tr("Clear all activity?"),
            tr("It cannot be brought back."),
            tr("Clear activity"),
            self._history.clear,
            name="clearDialog",
        )

    def _ask_where(self, text: str) -> None:
        dialog = QFileDialog(self._window, tr("Export activity"))
        dialog.setObjectName("exportActivityDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(f"softphone-activity-{self._moment().wall:%Y-%m-%d}.txt")
        dialog.fileSelected.connect(lambda chosen: self._tasks.start(self._save(Path(chosen), text)))
        show_dialog(dialog)

    async def _save(self, file: Path, text: str) -> None:
        try:
            await in_thread(partial(replace_file, file, text))
        except OSError:
            sentence = phrase("{file} cannot be written.", file=file)
            self.failed.emit(SoftphoneError(sentence, title="The activity was not exported"))

    # Replay

    def _begin_replay(self, at: datetime | None) -> None:
        began = self._activity.began
        if began is not None:
            self._activity.put_away()
            self._bar.begin(began, self._moment().wall, at)

    def _go_to(self, at: datetime | None) -> None:
        if at is not None:
            self._history.read_replay(at)
            return
        self._shown_at = None
        self._model.show_past(None)
        self.replay_shown.emit(None)
        self.refresh()

    def _replay_read(self, replay: Replay) -> None:
        if not self._bar.replaying:
            return  # the person is back already
        self._shown_at = replay.at
        self._bar.show_running(running=replay.running)
        self._model.show_past(replay.lines)
        self.replay_shown.emit(replay)  # after the lines: who hears of it shows them at this moment
        self.refresh()
