"""The page of a signed-in person: the lines, the details of one beside them, or a page in their place."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import LineState
from softphone.ui.bridge import LineModel
from softphone.ui.history.activity_page import ActivityPage
from softphone.ui.history.history_reader import Day
from softphone.ui.kit.banner import BannerStack
from softphone.ui.kit.layout import NO_MARGINS, facing, in_column, in_row
from softphone.ui.lines.details import Details
from softphone.ui.lines.line_list import CARDS_AT_MOST, LineList
from softphone.ui.lines.stage import NARROW_BELOW_PX, is_flat
from softphone.wording import line_facts
from softphone.wording.forecast import forecast
from softphone.wording.moment import Moment

BESIDE_FROM_PX, WIDE_FROM_PX = 1200, 1600  # of the page: details stand beside the list, and are wider
DETAILS_PX, WIDE_DETAILS_PX = 440, 520
LIST_PX = (560, 960)
EDGE_PX, NARROW_EDGE_PX = 20, 12
PAGE_PX = 600  # details that stand alone are no wider
BANNER_PX = 1040  # it is no wider
OPENS_FROM = 4  # lines: the first in trouble is opened by itself


class PanelPage(QWidget):
    """The page.

    Signals:
        details_opened(str): of the line with this id.
        page_changed(): another page is shown; read `title`.
    """

    details_opened: Signal = Signal(str)
    page_changed: Signal = Signal()

    def __init__(self, model: LineModel, moment: Callable[[], Moment]) -> None:
        super().__init__()
        self._model = model
        self._moment = moment
        self._accounts: dict[str, AccountSnapshot] = {}
        self._days: dict[str, Day] = {}
        self._opens_by_itself = True
        self.banners: BannerStack = BannerStack()
        self.lines: LineList = LineList(model, moment)
        self.lines.opened.connect(self.open_details)
        self.details: Details = Details()
        self.details.closed.connect(self._details_closed)
        self.activity: ActivityPage = ActivityPage(now=lambda: moment().wall)
        self.activity.closed.connect(self._activity_closed)
        self._lay_out()
        model.lines_changed.connect(self._lines_changed)
        model.rows_changed.connect(self._rows_changed)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What F6 goes through, those that are hidden too."""
        return (*self.lines.parts, self.details, self.activity)

    @property
    def title(self) -> str:
        """What the page is called that stands in place of the lines; empty: none does."""
        return tr("Details") if self._details_alone else ""

    @property
    def current_id(self) -> str:
        """The line that the keyboard is at, the only one, or the one that is open; empty: none."""
        current = self.lines.current
        if current is not None and not self.details.isAncestorOf(self.focusWidget()):
            return current.line_id
        return "" if self.details.isHidden() else self.details.line_id

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Take these accounts into what is said of their lines."""
        self._accounts = {one.account.key: one for one in accounts}
        self.lines.show_accounts(accounts)

    def open_details(self, line_id: str, *, by_person: bool = True) -> None:
        """Open the details of a line."""
        line = self._model.line(line_id)
        if line is None:
            return
        self._opens_by_itself = False
        self.activity.put_away()
        self.details.open_for(line)
        if line_id in self._days:
            self.details.show_day(self._days[line_id])
        self._show_details()
        self._arrange()
        if by_person:
            self.details.take_focus()
        self.details_opened.emit(line_id)

    def show_day(self, line_id: str, day: Day) -> None:
        """Show what was of a line."""
        self._days[line_id] = day
        self.lines.show_day(line_id, day)
        if line_id == self.details.line_id:
            self.details.show_day(day)

    def open_activity(self) -> None:
        """Show the activity in place of the lines."""
        self.activity.open()
        self._arrange()

    def go_back(self) -> bool:
        """Leave the page or the details; False: there is neither."""
        if not self.activity.isHidden():
            self.activity.put_away()
        elif not self.details.isHidden():
            self.details.put_away()
        else:
            return False
        return True

    def set_past(self, *, past: bool) -> None:
        """Show lines of the past, on which nothing can be pressed; or of the present again."""
        self.lines.set_past(past=past)
        self.details.set_past(past=past)
        self._opens_by_itself = False  # the person looks at something else
        self._show_details()

    def tick(self, accounts: Callable[[], tuple[AccountSnapshot, ...]]) -> None:
        """Renew what tells the time. Cards say when messages were confirmed, of which nobody is told."""
        if len(self._model.lines) <= CARDS_AT_MOST:
            self.show_accounts(accounts())
        self.lines.tick()
        self._show_details()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the list or in its place (Qt override)."""
        super().resizeEvent(event)
        self._arrange()
        self._open_first_trouble()

    def showEvent(self, event: QShowEvent) -> None:
        """Open what is to be seen at once (Qt override)."""
        super().showEvent(event)
        self._open_first_trouble()

    @property
    def _has_room_beside(self) -> bool:
        return self.window().width() >= BESIDE_FROM_PX  # whatever stands round this page

    @property
    def _details_alone(self) -> bool:
        return not (self.details.isHidden() or self._has_room_beside)

    def _lay_out(self) -> None:
        self._home = QWidget()
        self._row = in_row(1, self.lines, self.details, 1, margins=NO_MARGINS, spacing=0)
        self._above = in_row(self.banners, margins=NO_MARGINS)
        in_column(self._above, (self._row, 1), of=self._home, margins=NO_MARGINS, spacing=0)
        in_column((self._home, 1), (self.activity, 1), of=self, margins=NO_MARGINS, spacing=0)

    def _arrange(self) -> None:
        width, alone = self.width(), self._details_alone
        edge = NARROW_EDGE_PX if width < NARROW_BELOW_PX else EDGE_PX
        details_px = WIDE_DETAILS_PX if width >= WIDE_FROM_PX else DETAILS_PX
        list_px = width
        if alone:
            details_px = min(PAGE_PX, width - 2 * edge)
        elif not self.details.isHidden():
            least, most = LIST_PX
            list_px = min(most, max(least, width - 3 * EDGE_PX - details_px)) + 2 * EDGE_PX
        self._home.setVisible(self.activity.isHidden())
        self.lines.setVisible(not alone)
        self.lines.setFixedWidth(list_px)
        self.details.setFixedWidth(details_px)
        self.details.show_as_page(as_page=alone, flat=is_flat(self))
        open_beside = not (alone or self.details.isHidden())
        below = 0 if self.details.isHidden() else edge
        self._row.setContentsMargins(*facing(self, (0, 0, EDGE_PX if open_beside else 0, below)))
        beside_px = max(0, (width - BANNER_PX) // 2)
        self._above.setContentsMargins(max(edge, beside_px), 0, max(edge, beside_px), 0)
        self.lines.show_open(self.details.line_id if open_beside else "")
        self.page_changed.emit()

    def _details_closed(self) -> None:
        self._arrange()
        self.lines.focus_line(self.details.line_id)

    def _activity_closed(self) -> None:
        self._arrange()
        self.lines.focus_first()

    def _rows_changed(self) -> None:
        if self._model.line(self.details.line_id) is None:
            self.details.put_away()
        self._open_first_trouble()

    def _lines_changed(self, line_ids: frozenset[str]) -> None:
        if self.details.line_id in line_ids:
            self._show_details()
        self._open_first_trouble()

    def _open_first_trouble(self) -> None:
        """Once, where there is room beside many lines, and only for what will not pass in a moment."""
        if self._opens_by_itself and self.isVisible() and self._has_room_beside:
            line = self._model.line(self.lines.first_trouble)
            if line is not None and len(self._model.lines) >= OPENS_FROM and line.state in _LASTING:
                self.open_details(line.identity.line_id, by_person=False)

    def _show_details(self) -> None:
        line = self._model.line(self.details.line_id)
        if line is None or self.details.isHidden():
            return
        moment = self._moment()
        account = self._accounts.get(line.identity.account.key)
        until = account.signed_in_until if account is not None else None
        facts = line_facts.facts(line, moment, until, forecast(line, account, moment))
        self.details.show_line(line, moment, line_facts.overview(line, moment), facts, account)


_LASTING = frozenset(
    {
        LineState.ACTION,
        LineState.ELSEWHERE,
        LineState.FAILED,
        LineState.SIGNED_OUT,
        LineState.RETRY_WAIT,
        LineState.OFFLINE,
    }
)
