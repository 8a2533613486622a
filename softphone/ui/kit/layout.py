"""How widgets stand: below or beside each other, in rows that go on in the next, on a page that scrolls."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QStyle,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)

TOP = Qt.AlignmentFlag.AlignTop
CENTRE = Qt.AlignmentFlag.AlignHCenter
NO_MARGINS = (0, 0, 0, 0)

Placed = QWidget | QLayout | QSpacerItem | int | tuple[QWidget | QLayout, int | Qt.AlignmentFlag]
Margins = tuple[int, int, int, int]


def in_column(
    *items: Placed, of: QWidget | None = None, margins: Margins | None = None, spacing: int | None = None
) -> QVBoxLayout:
    """Return these items below each other: as the layout `of` a widget, or as a part of another layout.

    A number is room that takes so great a share of what is left. A pair is an item and its share, or the
    side at which it stands. Margins and spacing are pixels; None: as the style has them.
    """
    layout = QVBoxLayout() if of is None else QVBoxLayout(of)
    _fill(layout, items, margins, spacing)
    return layout


def in_row(
    *items: Placed, of: QWidget | None = None, margins: Margins | None = None, spacing: int | None = None
) -> QHBoxLayout:
    """Return these items beside each other, as `in_column` does."""
    layout = QHBoxLayout() if of is None else QHBoxLayout(of)
    _fill(layout, items, margins, spacing)
    return layout


def turn(layout: QBoxLayout, *, below: bool) -> None:
    """Let items stand below each other from now on, or beside each other."""
    way = QBoxLayout.Direction
    layout.setDirection(way.TopToBottom if below else way.LeftToRight)


def gap(px: int) -> QSpacerItem:
    """Return so much more room between two items of a column."""
    return QSpacerItem(0, px, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


def facing(widget: QWidget, margins: Margins) -> Margins:
    """Return margins for the side where people begin to read in a widget: no layout mirrors its own."""
    left, top, right, bottom = margins
    mirrored = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return (right, top, left, bottom) if mirrored else margins


def _fill(
    layout: QBoxLayout, items: tuple[Placed, ...], margins: Margins | None, spacing: int | None
) -> None:
    if margins is not None:
        layout.setContentsMargins(*margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    for each in items:
        item, how = each if isinstance(each, tuple) else (each, 0)
        # A side is a number, too.
        side = how if isinstance(how, Qt.AlignmentFlag) else Qt.AlignmentFlag(0)
        share = 0 if isinstance(how, Qt.AlignmentFlag) else how
        if isinstance(item, QWidget):
            layout.addWidget(item, share, side)
        elif isinstance(item, QLayout):
            layout.addLayout(item, share)
        elif isinstance(item, QSpacerItem):
            layout.addSpacerItem(item)
        else:
            layout.addStretch(item)


def remove(widget: QWidget, layout: QLayout | None = None) -> None:
    """Let a widget go for good: at once for whoever looks, and for Qt when nothing calls it any more."""
    if layout is not None:
        layout.removeWidget(widget)
    widget.hide()
    widget.deleteLater()


def empty(layout: QLayout) -> None:
    """Let all widgets of a layout go for good."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            remove(widget)


class ScrollArea(QScrollArea):
    """Scrolls its content from top to bottom, on the ground of a `role`, and is no stop of the Tab key."""

    def __init__(
        self,
        content: QWidget | None = None,
        role: QPalette.ColorRole = QPalette.ColorRole.Base,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if content is not None:
            self.setBackgroundRole(role)
            content.setBackgroundRole(role)
            self.setWidget(content)


class FlowLayout(QLayout):
    """A row of widgets that goes on in the next row when it is full: buttons stay whole in a narrow window.

    It stands at the left, at the right or in the middle. All is mirrored for people who read from the
    right.
    """

    def __init__(
        self,
        *widgets: QWidget,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        spacing: int = 8,
    ) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._side = side
        self._heights: dict[int, int] = {}  # by width: Qt asks again and again
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def set_side(self, side: Qt.AlignmentFlag) -> None:
        """Stand at this side from now on."""
        self._side = side
        self.invalidate()

    def insert(self, index: int, widget: QWidget) -> None:
        """Put a widget before the one at `index`."""
        self.addChildWidget(widget)
        self._items.insert(index, QWidgetItem(widget))
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            rows = self._rows(width)
            gaps = self.spacing() * max(0, len(rows) - 1)
            self._heights[width] = sum(_height(row) for row in rows) + gaps
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, _height(shown))

    def minimumSize(self) -> QSize:
        shown = self._shown()
        widest = max((item.minimumSize().width() for item in shown), default=0)
        return QSize(widest, _height(shown))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        top = rect.top()
        for row in self._rows(rect.width()):
            height = _height(row)
            used = sum(item.sizeHint().width() for item in row) + self.spacing() * (len(row) - 1)
            free = max(0, rect.width() - used)
            shares = {Qt.AlignmentFlag.AlignRight: free, Qt.AlignmentFlag.AlignHCenter: free // 2}
            along = shares.get(self._side, 0)
            for item in row:
                size = item.sizeHint()
                place = QRect(QPoint(rect.left() + along, top + (height - size.height()) // 2), size)
                item.setGeometry(self._mirrored(place, rect))
                along += size.width() + self.spacing()
            top += height + self.spacing()

    def _mirrored(self, place: QRect, within: QRect) -> QRect:
        """Where a place is for people who read from the right."""
        parent = self.parentWidget()
        reads = Qt.LayoutDirection.LeftToRight if parent is None else parent.layoutDirection()
        return QStyle.visualRect(reads, within, place)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = 0
        for item in self._shown():
            wanted = item.sizeHint().width()
            if rows and used + self.spacing() + wanted <= width:
                rows[-1].append(item)
                used += self.spacing() + wanted
            else:
                rows.append([item])
                used = wanted
        return rows


def _height(row: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in row), default=0)
