"""What happened as rows on cards, one for each day: an interruption is one row that unfolds its events.

A delegate paints the rows, so thousands of them cost no widget; the model says them to a screen reader.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from softphone.history.happenings import Happening, Interruption
from softphone.i18n import tr
from softphone.ui.history.activity_model import ROW, ActivityModel, Day, Index, key_of, moment_of
from softphone.ui.kit.icons import Icon, paint_icon
from softphone.ui.kit.painting import paint_shape
from softphone.ui.kit.text import TextStyle, styled
from softphone.ui.kit.theme import Tokens, resized, tokens
from softphone.wording import timeline_words

NARROW_PX = 600  # of the list; below it a row has two lines

_GAP = 12
_SHAPE = _CHEVRON = 16
_TIME, _LINE, _LASTED = 98, 150, 110
_ROW, _TWO_LINES, _DAY = 36, 56, 37
_RADIUS = 8.0
_END = 15  # after the last column
_SCROLL_BAR = 10
_AIR = 18  # above and below the words of a row together


class ActivityList(QTreeView):
    """The list. Rows unfold by a click, Enter, Left and Right.

    `fits`: it is as high as its rows, for a page that scrolls; else it scrolls, and its cards end `margin`
    px before its right edge.

    Signals:
        moment_chosen(datetime): the person wants to see that moment (UTC).
    """

    moment_chosen: Signal = Signal(object)

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        fits: bool = False,
        margin: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: ActivityModel = ActivityModel(now, self)
        self._fits = fits
        self._margin = margin
        self._laid_out_narrow: bool | None = None
        self._open: set[tuple[datetime, str]] = set()
        self.setObjectName("activityList")
        self.setProperty("kit", "activity")
        self.setProperty("ring", -1)  # the row shows where the keyboard is
        self.setAccessibleName(tr("What happened, newest first"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if fits:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(self))
        self.clicked.connect(self._fold)
        self.doubleClicked.connect(self._show_moment)
        self.expanded.connect(lambda index: self._note(index, is_open=True))
        self.collapsed.connect(lambda index: self._note(index, is_open=False))

    def show_happenings(self, happened: tuple[Happening, ...]) -> None:
        """Show this, newest first; what was unfolded stays so, and the place in the list too."""
        current, place = self.chosen, self.verticalScrollBar().value()
        if not self.rows.show(happened):
            self.viewport().update()
            return
        for number, row in enumerate(self.rows.rows):
            if isinstance(row, Day):
                continue
            if key_of(row) in self._open:
                self.setExpanded(self.rows.index(number, 0), True)
            if current is not None and key_of(row) == key_of(current):
                self.setCurrentIndex(self.rows.index(number, 0))
        self.verticalScrollBar().setValue(place)
        self.updateGeometry()

    @property
    def chosen(self) -> Happening | None:
        """The row that the keyboard is at."""
        row = self.currentIndex().data(ROW) if self.currentIndex().isValid() else None
        return None if row is None or isinstance(row, Day) else row

    def set_margin(self, margin: int) -> None:
        """Let the cards end so many px before the right edge."""
        if margin != self._margin:
            self._margin = margin
            self.viewport().update()

    @property
    def margin(self) -> int:
        """How many px the cards end before the viewport does."""
        return max(0, self._margin - (_SCROLL_BAR if self.verticalScrollBar().isVisible() else 0))

    @property
    def narrow(self) -> bool:
        """A row has two lines."""
        return self.width() - self._margin < NARROW_PX

    def sizeHint(self) -> QSize:
        if not self._fits:
            return super().sizeHint()
        return QSize(200, max(1, self.viewportSizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height() if self._fits else 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.narrow is not self._laid_out_narrow:
            self._laid_out_narrow = self.narrow
            self.scheduleDelayedItemsLayout()
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter unfolds an interruption and shows the moment of anything else."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            index = self.currentIndex()
            if index.isValid() and not event.isAutoRepeat():
                if self.rows.rowCount(index):
                    self._fold(index)
                elif event.key() != Qt.Key.Key_Space:
                    self._show_moment(index)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Leave the signs of the tree to the rows."""

    def _fold(self, index: QModelIndex) -> None:
        self.setExpanded(index, not self.isExpanded(index))

    def _note(self, index: QModelIndex, *, is_open: bool) -> None:
        row = self.rows.row(index)
        if isinstance(row, Interruption):
            (self._open.add if is_open else self._open.discard)(key_of(row))
        self.updateGeometry()

    def _show_moment(self, index: QModelIndex) -> None:
        row = self.rows.row(index)
        if not isinstance(row, Day | Interruption):
            self.moment_chosen.emit(moment_of(row))


class _RowPainter(QStyledItemDelegate):
    """Paints a day's heading, a row of its card, or an event below a row."""

    def __init__(self, view: ActivityList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option
        letters = QFontMetrics(self._view.font()).height()
        row = self._view.rows.row(index)
        if isinstance(row, Day):
            return QSize(100, max(_DAY, letters + _AIR))
        height = max(_TWO_LINES, 2 * letters + _AIR) if self._view.narrow else max(_ROW, letters + _AIR)
        return QSize(100, height + (not index.internalId()))  # and the line between two rows

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view, row = self._view, self._view.rows.row(index)
        colours = tokens(view.window().palette())  # its own has no ground
        whole: QRect = option.rect
        card = QStyle.visualRect(view.layoutDirection(), whole, whole.adjusted(0, 0, -view.margin, 0))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(whole)
        if isinstance(row, Day):
            self._paint_day(painter, card, row, colours)
        else:
            self._paint_card(painter, card, option, index, colours)
            cells = _Cells(painter, card, view, colours, top_px=0 if index.internalId() else 1)
            self._paint_row(cells, row, index)
        painter.restore()

    def _paint_day(self, painter: QPainter, card: QRect, day: Day, colours: Tokens) -> None:
        font = self._view.font()
        where = card.adjusted(0, 0, 0, -5)
        flags = Qt.AlignmentFlag.AlignBottom
        painter.setFont(styled(font, TextStyle.LEAD, bold=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(where, flags | Qt.AlignmentFlag.AlignLeading, day.name)
        painter.setFont(styled(font, TextStyle.SMALL))
        painter.setPen(QColor(colours.secondary))
        painter.drawText(where, flags | Qt.AlignmentFlag.AlignTrailing, day.date)

    def _paint_card(
        self, painter: QPainter, card: QRect, option: QStyleOptionViewItem, index: Index, colours: Tokens
    ) -> None:
        """Paint this row's piece of the card: the card goes on where the day does."""
        rows, above = self._view.rows, index.parent() if index.internalId() else index
        first = not index.internalId() and isinstance(rows.rows[index.row() - 1], Day)
        ends = above.row() + 1 == len(rows.rows) or isinstance(rows.rows[above.row() + 1], Day)
        unfolded = self._view.isExpanded(above)
        last = ends and (index.row() + 1 == rows.rowCount(above) if index.internalId() else not unfolded)
        ground = colours.window if index.internalId() else colours.card
        current = self._view.hasFocus() and index == self._view.currentIndex()
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and rows.rowCount(index)
        if current or hovered:
            ground = colours.selected if current else colours.hover
        beyond = round(_RADIUS) + 2
        edge = QRectF(card).adjusted(0.5, 0.5 if first else -beyond, -0.5, -0.5 if last else beyond)
        painter.setPen(QColor(colours.subtle))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        if current:
            painter.setPen(QColor(colours.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(card).adjusted(1.5, 1.5, -1.5, -1.5), _RADIUS - 1, _RADIUS - 1)
        if not index.internalId() and not first:
            line = card.adjusted(1 + _GAP + _CHEVRON + _GAP, 0, -1, 1 - card.height())
            painter.fillRect(
                QStyle.visualRect(self._view.layoutDirection(), card, line), QColor(colours.subtle)
            )

    def _paint_row(self, cells: "_Cells", row: Happening, index: Index) -> None:
        within = bool(index.internalId())
        colours, model = cells.colours, self._view.rows
        now = model.now
        assert now.tzinfo is not None  # noqa: S101 - it carries the zone of the times
        time = timeline_words.time_words(row, now.tzinfo, within=within)
        lasted = timeline_words.lasted_words(row, now)
        words = timeline_words.words(row, within=within)
        quiet = colours.secondary if within else colours.text
        if model.rowCount(index):
            sign = Icon.CHEVRON_DOWN if self._view.isExpanded(index) else Icon.CHEVRON_RIGHT
            cells.icon(_GAP + 1, sign, colours.secondary)
        after = 1 + _GAP + _CHEVRON + _GAP
        if self._view.narrow:
            cells.shape(after, row)
            left = after + _SHAPE + _GAP
            cells.two_lines = True
            cells.words(
                left,
                cells.width(time) + _GAP + _END,
                timeline_words.whose(row),
                colours.text,
                bold=not within,
            )
            cells.words(left, _END, time, colours.secondary, trailing=True)
            cells.below = True
            cells.words(left, cells.width(lasted) + _GAP + _END, words, quiet)
            cells.words(left, _END, lasted, colours.secondary, trailing=True)
            return
        wide = max(_TIME, cells.width(timeline_words.sample_span(now)))
        cells.words(after, cells.card.width() - after - wide, time, quiet)
        after += wide + _GAP
        cells.shape(after, row)
        after += _SHAPE + _GAP
        cells.words(
            after,
            cells.card.width() - after - _LINE,
            timeline_words.whose(row),
            colours.text,
            bold=not within,
        )
        after += _LINE + _GAP
        end = max(_LASTED, cells.width(lasted)) + _END
        cells.words(after, end + _GAP, words, quiet)
        cells.words(after, _END, lasted, colours.secondary, trailing=True)


class _Cells:
    """Paints into a row at distances from the side where reading begins, and from the other one."""

    def __init__(
        self, painter: QPainter, card: QRect, view: QWidget, colours: Tokens, *, top_px: int
    ) -> None:
        self.card = card
        self.colours = colours
        self.two_lines = self.below = False
        self._painter = painter
        self._direction = view.layoutDirection()
        self._font = view.font()
        self._top_px = top_px

    def width(self, words: str) -> int:
        """Return the room that words need."""
        return QFontMetrics(self._font).horizontalAdvance(words)

    def words(
        self, begin: int, end: int, words: str, ink: str, *, bold: bool = False, trailing: bool = False
    ) -> None:
        """Paint words, cut short where they have no room."""
        font = resized(self._font, 1.0, QFont.Weight.DemiBold) if bold else self._font
        where = self._within(begin, self.card.width() - end - begin)
        if self.two_lines:
            half = (where.height() - 6) // 2
            where.adjust(0, 3 + half if self.below else 4, 0, -4 if self.below else -3 - half)
        self._painter.setFont(font)
        self._painter.setPen(QColor(ink))
        side = Qt.AlignmentFlag.AlignTrailing if trailing else Qt.AlignmentFlag.AlignLeading
        cut = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, where.width())
        self._painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, cut)

    def icon(self, begin: int, icon: Icon, ink: str) -> None:
        """Paint an icon of 16 px."""
        mirrored = self._direction is Qt.LayoutDirection.RightToLeft
        paint_icon(self._painter, self._square(begin), icon, ink, mirrored=mirrored)

    def shape(self, begin: int, row: Happening) -> None:
        """Paint the shape of what happened."""
        shape, tone = timeline_words.look(row)
        paint_shape(self._painter, self._square(begin), shape, self.colours.ink(tone))

    def _square(self, begin: int) -> QRectF:
        where = self._within(begin, _SHAPE)
        return QRectF(where.left(), where.top() + (where.height() - _SHAPE) // 2, _SHAPE, _SHAPE)

    def _within(self, begin: int, width: int) -> QRect:
        left = self.card.left() + begin
        top = self.card.top() + self._top_px
        where = QRect(left, top, max(0, width), self.card.bottom() + 1 - top)
        return QStyle.visualRect(self._direction, self.card, where)
