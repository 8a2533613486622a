"""The page of a signed-in person: the lines, details beside them, the activity in their place."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.line.failure import Remedy
from softphone.ui.bridge import LineModel
from softphone.ui.history.activity_page import ActivityPage
from softphone.ui.history.history_reader import Day
from softphone.ui.history.replay_bar import ReplayBar
from softphone.ui.lines.details import DRAWER_PX, DetailsDrawer
from softphone.ui.lines.line_list import LineList
from softphone.wording import line_facts, notices, presentation
from softphone.wording.forecast import forecast
from softphone.wording.moment import Moment
from softphone.wording.presentation import proof

LIST_MINIMUM_PX = 380  # with less beside it, the drawer covers the list


class PanelPage(QWidget):
    """The page.

    Signals:
        drawer_opened(str): for the line with this id.
    """

    drawer_opened = Signal(str)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        offered: frozenset[Remedy],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._moment = moment
        self._accounts: tuple[AccountSnapshot, ...] = ()
        self._days: dict[str, Day] = {}
        self.lines = LineList(model, moment, offered)
        self.lines.opened.connect(self.open_details)
        self.drawer = DetailsDrawer()
        self.drawer.closed.connect(self._drawer_closed)
        self.timeline = ActivityPage(now=lambda: moment().wall)
        self.replay_bar = ReplayBar()
        self.timeline.closed.connect(self._share_room)
        self._upper = QWidget()
        row = QHBoxLayout(self._upper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.lines, 1)
        row.addWidget(self.drawer, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.replay_bar)
        column.addWidget(self._upper, 1)
        column.addWidget(self.timeline, 1)
        model.lines_changed.connect(self._show_changed)
        model.rows_changed.connect(self._close_if_gone)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What F6 goes through, those that are hidden too."""
        return (self.lines, self.drawer, self.timeline)

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Show what the foot says of them."""
        self._accounts = accounts
        self.lines.show_accounts(accounts)
        self._show_foot()

    def open_details(self, line_id: str) -> None:
        """Open the drawer for a line."""
        line = self._model.line(line_id)
        if line is not None:
            name, numbers = presentation.card_title(line.identity)
            self.drawer.open_for(line_id, name, numbers)
            self._show_details()
            if line_id in self._days:
                self.drawer.show_history(self._days[line_id])
            self._share_room()
            self.drawer_opened.emit(line_id)

    def show_day(self, line_id: str, day: Day) -> None:
        """Show the last 24 hours of a line."""
        self._days[line_id] = day
        self.lines.show_day(line_id, day)
        if line_id == self.drawer.line_id:
            self.drawer.show_history(day)

    def open_timeline(self) -> None:
        """Open the activity in place of the lines."""
        self.timeline.open()
        self._share_room()

    def tick(self) -> None:
        """Renew what tells the time."""
        self.lines.tick()
        self._show_foot()
        self._show_details()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the drawer beside the list or over it (Qt override)."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        beside = self.width() >= DRAWER_PX + LIST_MINIMUM_PX
        self.drawer.setMinimumWidth(DRAWER_PX if beside else 0)
        self.drawer.setMaximumWidth(DRAWER_PX if beside else self.maximumWidth())
        self.lines.setVisible(beside or self.drawer.isHidden())
        self._upper.setVisible(self.timeline.isHidden())

    def _drawer_closed(self) -> None:
        self._share_room()
        self.lines.focus_line(self.drawer.line_id)

    def _close_if_gone(self) -> None:
        if self._model.line(self.drawer.line_id) is None:
            self.drawer.put_away()

    def _show_changed(self, line_ids: frozenset[str]) -> None:
        if self.drawer.line_id in line_ids:
            self._show_details()

    def _show_details(self) -> None:
        line = self._model.line(self.drawer.line_id)
        if line is None or self.drawer.isHidden():
            return
        moment = self._moment()
        account = next((one for one in self._accounts if one.account.key == line.identity.account.key), None)
        until = account.signed_in_until if account is not None else None
        facts = line_facts.facts(line, moment, until, forecast(line, account, moment))
        self.drawer.show_facts(presentation.badge(line, moment), facts, proof(line, moment))

    def _show_foot(self) -> None:
        moment = self._moment()
        words = [
            part
            for account in self._accounts
            for part in (
                notices.signed_in(account, moment),
                account.region,
            )
            if part
        ]
        self.lines.foot.say("  ·  ".join(dict.fromkeys(words)))  # many people may share them
