"""What the plots have in common: places that the pointer and the arrow keys visit, and calm painting."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from softphone.ui.kit.text import announce
from softphone.ui.kit.theme import Tokens, tokens

REST_MS = 1000  # new values are painted no more often (interface.md#round-trips)
RING_ROOM = 5  # round the plot, for the focus ring and the marker of the visited place


class Plot(QLabel):  # a label to a screen reader; it paints itself
    """A plot with places in a row, oldest first. Time runs from left to right in every language.

    Left and Right visit a place, with Ctrl a whole `stride` of them; Up, Down, Home and End belong to the
    list it stands in. What a place says is shown as a tooltip and announced.
    """

    def __init__(
        self,
        size: QSize,
        stride: int,
        parent: QWidget | None = None,
        announcer: Callable[[QWidget, str, bool], None] = announce,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._stride = stride
        self._announce = announcer
        self._visited: int | None = None
        self._summary = ""
        self._stale = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    # What a plot says of itself

    def place_count(self) -> int:
        """How many places there are."""
        raise NotImplementedError

    def place_words(self, place: int) -> str:
        """What a place says."""
        raise NotImplementedError

    def place_rect(self, place: int) -> QRectF:
        """Where a place is."""
        raise NotImplementedError

    def place_at(self, x: float) -> int | None:
        """The place at a distance from the left."""
        raise NotImplementedError

    def paint_plot(self, painter: QPainter, colours: Tokens) -> None:
        """Paint all but the marks of focus and keyboard."""
        raise NotImplementedError

    # What is common

    @property
    def visited(self) -> int | None:
        """The place that the arrow keys are at."""
        return self._visited

    @property
    def area(self) -> QRectF:
        """Where the plot is painted: all but the room for the focus ring."""
        return QRectF(self.rect()).adjusted(RING_ROOM, RING_ROOM, -RING_ROOM, -RING_ROOM)

    def describe(self, name: str, words: str) -> None:
        """Say this of the whole plot to a screen reader."""
        self._summary = words
        self.setAccessibleName(name)
        if self._visited is None:
            self.setAccessibleDescription(words)

    def renew(self) -> None:
        """Paint new values, at most once a second; nothing is painted while the plot is hidden."""
        if self._visited is not None and self._visited >= self.place_count():
            self._visited = None
        if self._rest.isActive():
            self._stale = True
        elif self.isVisible():
            self.update()
            self._rest.start()

    def visit(self, place: int) -> None:
        """Go to a place and say what is there."""
        self._visited = place
        words = self.place_words(place)
        self.setAccessibleDescription(words)
        self._announce(self, words, False)
        self._tell(place, self.mapToGlobal(self.place_rect(place).bottomLeft().toPoint()))
        self.update()

    def sizeHint(self) -> QSize:
        return self._size + QSize(2 * RING_ROOM, 2 * RING_ROOM)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.width() // 2, hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self.place_count():
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step *= self._stride
        last = self.place_count() - 1
        here = last + 1 if self._visited is None else self._visited
        self.visit(max(0, min(last, here + step)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().x())
        if place is not None:
            self._tell(place, event.globalPosition().toPoint())

    def event(self, event: QEvent) -> bool:
        """Leave tooltips to the pointer's moves."""
        return True if event.type() == QEvent.Type.ToolTip else super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._visited = None
        self.setAccessibleDescription(self._summary)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.stop()
        self._stale = False  # all of it is painted when it is shown again

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = QPainter(self)
        self.paint_plot(painter, colours)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._visited is not None:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.place_rect(self._visited).adjusted(-1.5, -1.5, 1.5, 1.5))

    def _rested(self) -> None:
        if self._stale:
            self._stale = False
            self.renew()

    def _tell(self, place: int, where: QPoint) -> None:
        QToolTip.showText(where, self.place_words(place), self, QRect())


def snapped(x: float, ratio: float) -> float:
    """Return a distance moved to the next edge of a pixel of the screen."""
    return round(x * ratio) / ratio
