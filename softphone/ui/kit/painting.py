"""What widgets paint themselves: ground, focus ring, padlock, and the fourteen shapes of a status.

The shapes are vector paths on a grid of 32: they differ without any colour. Holes (the check in a disc) are
cut out of the path, so a shape sits on any ground and stays sharp at any scale. Font glyphs would depend on
the fonts of the computer.
"""

from functools import cache

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QDialog,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QStyle,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from softphone.wording.presentation import Shape

GRID = 32.0
_TAB_GAP_PX = 24  # behind the words of a tab, as theme.qss has it

_CENTRE = QPointF(16, 16)
_RING_WIDTH = 3.4
_RING = QRectF(1.9, 1.9, 28.2, 28.2)
_FINENESS = 8
_RING_REACH = 4  # a gap of 2 and a ring of 2
_RING_RADIUS = 8.0
_TYPED_IN = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})
_MOVES = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.EnabledChange}
)


def smooth(widget: QWidget) -> QPainter:
    """Return a painter for a paint event, with soft edges."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def paint_ground(
    painter: QPainter, where: QRectF, radius: float, fill: QColor | str, edge: QColor | str | None = None
) -> None:
    """Paint a rounded box; an edge is one pixel wide and lies inside it."""
    painter.setBrush(QColor(fill))
    painter.setPen(Qt.PenStyle.NoPen if edge is None else QPen(QColor(edge), 1))
    inset = 0.0 if edge is None else 0.5
    painter.drawRoundedRect(where.adjusted(inset, inset, -inset, -inset), radius, radius)


def paint_ring(painter: QPainter, where: QRectF, radius: float, colour: QColor | str) -> None:
    """Paint a ring of 2 pixels along the inside of a box."""
    painter.setPen(QPen(QColor(colour), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(where.adjusted(1, 1, -1, -1), radius, radius)


def round_corners(popup: QWidget) -> None:
    """Let a window without a frame, as a menu, have the round corners of its style; before it is shown."""
    popup.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    popup.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
    popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)


def paint_lock(painter: QPainter, shackle: QRectF, body: QRectF, ink: QColor, width: float) -> None:
    """Paint a closed padlock."""
    painter.setPen(QPen(ink, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(shackle, 0, 180 * 16)
    for x in (shackle.left(), shackle.right()):
        painter.drawLine(QPointF(x, shackle.center().y()), QPointF(x, body.top() + 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(body, 1.5, 1.5)


def paint_shape(
    painter: QPainter, where: QRectF, shape: Shape, colour: QColor, turned_degrees: float = 0.0
) -> None:
    """Fill `where` (a square) with a shape; `turned_degrees` turns the arc of a busy one clockwise."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.translate(where.topLeft())
    painter.scale(where.width() / GRID, where.height() / GRID)
    painter.drawPath(still_path(shape))
    turning = turning_path(shape)
    if not turning.isEmpty():
        painter.translate(_CENTRE)
        painter.rotate(turned_degrees)
        painter.translate(-_CENTRE)
        painter.drawPath(turning)
    painter.restore()


@cache
def turning_path(shape: Shape) -> QPainterPath:
    """Return the part that turns while the state is busy: empty for all but three shapes."""
    arc = QPainterPath()
    if shape in {Shape.ARC, Shape.ARC_DOT, Shape.ARC_MINUS}:
        arc.arcMoveTo(_RING, 45)
        arc.arcTo(_RING, 45, 270)
        return _stroked(arc, 4.0)
    return arc


@cache
def still_path(shape: Shape) -> QPainterPath:
    """Return the part that stands still."""
    match shape:
        case Shape.ARC:
            return QPainterPath()
        case Shape.ARC_DOT:
            return _disc(4.8)
        case Shape.ARC_MINUS:
            return _stroked(_line((11, 16), (21, 16)), 3.8)
        case Shape.DISC_CHECK:
            return _disc(16).subtracted(_check())
        case Shape.DISC_BACKUP:
            disc = _disc(16).subtracted(_check()).subtracted(_box(QRectF(18.2, 18.2, 14, 14)))
            return disc.united(_box(QRectF(21, 21, 11, 11)))
        case Shape.TRIANGLE:
            return _polygon((16, 1.5), (31.5, 30), (0.5, 30)).subtracted(_mark(11.5, 19.5, 25))
        case Shape.DIAMOND:
            return _polygon((16, 0), (32, 16), (16, 32), (0, 16)).subtracted(_mark(8.5, 17, 23))
        case Shape.DIAMOND_ARROW:
            arrow = _line((9, 16), (22.5, 16)).united(_line((17, 10.5), (22.5, 16), (17, 21.5)))
            diamond = _polygon((16, 0), (32, 16), (16, 32), (0, 16))
            return diamond.subtracted(_stroked(arrow, 3.4))
        case Shape.OCTAGON:
            cross = _stroked(_line((11, 11), (21, 21)), 3.8).united(_stroked(_line((21, 11), (11, 21)), 3.8))
            return _octagon().subtracted(cross)
        case Shape.CLOCK:
            return _ring().united(_stroked(_line((16, 8.5), (16, 16.5), (21, 19.3)), 3.2))
        case Shape.PAUSE:
            bars = _stroked(_line((12.6, 11), (12.6, 21)), 3.2).united(
                _stroked(_line((19.4, 11), (19.4, 21)), 3.2)
            )
            return _ring().united(bars)
        case Shape.RING:
            return _ring()
        case Shape.SLASH:
            return _ring().united(_stroked(_line((24.5, 7.5), (7.5, 24.5)), 3.4))
        case Shape.DASHED:
            return _dashed_ring()
        case Shape.BELL:
            return _bell()


def _disc(radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(_CENTRE, radius, radius)
    return path


def _box(where: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(where)
    return path


def _ring() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(_RING)
    return _stroked(path, _RING_WIDTH)


def _dashed_ring() -> QPainterPath:
    path = QPainterPath()
    for dash in range(8):
        start = dash * 45 + 8
        path.arcMoveTo(_RING, start)
        path.arcTo(_RING, start, 27)
    return _stroked(path, _RING_WIDTH, Qt.PenCapStyle.FlatCap)


def _bell() -> QPainterPath:
    body = QPainterPath(QPointF(3, 25))
    body.cubicTo(QPointF(7, 21), QPointF(5.5, 17), QPointF(6.5, 12.5))
    body.cubicTo(QPointF(8, 6.5), QPointF(12, 3.5), QPointF(16, 3.5))
    body.cubicTo(QPointF(20, 3.5), QPointF(24, 6.5), QPointF(25.5, 12.5))
    body.cubicTo(QPointF(26.5, 17), QPointF(25, 21), QPointF(29, 25))
    body.closeSubpath()
    knob, clapper = QPainterPath(), QPainterPath()
    knob.addEllipse(QPointF(16, 3), 2.4, 2.4)
    clapper.addEllipse(QPointF(16, 27.5), 4.2, 4.2)
    return body.united(knob).united(clapper.subtracted(_box(QRectF(8, 20, 16, 6.8))))


def _octagon() -> QPainterPath:
    corner = GRID * 0.293  # of a regular octagon in a square
    low, high = corner, GRID - corner
    return _polygon(
        (low, 0), (high, 0), (GRID, low), (GRID, high), (high, GRID), (low, GRID), (0, high), (0, low)
    )


def _check() -> QPainterPath:
    return _stroked(_line((9, 16.5), (14, 21.5), (23.2, 11)), 3.8)


def _mark(top: float, bottom: float, dot: float) -> QPainterPath:
    point = QPainterPath()
    point.addEllipse(QPointF(16, dot), 2.1, 2.1)
    return _stroked(_line((16, top), (16, bottom)), 3.6).united(point)


def _line(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    return path


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*point) for point in points]))
    path.closeSubpath()
    return path


def _stroked(path: QPainterPath, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap) -> QPainterPath:
    # Outlines are flattened to polygons at the size at which they are made: make them large.
    stroker = QPainterPathStroker()
    stroker.setWidth(width * _FINENESS)
    stroker.setCapStyle(cap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    large = QTransform.fromScale(_FINENESS, _FINENESS).map(path)
    return QTransform.fromScale(1 / _FINENESS, 1 / _FINENESS).map(stroker.createStroke(large).simplified())


_MARGIN_PX = 12  # left round what is scrolled to


def show_where_the_keyboard_is(app: QApplication) -> None:
    """Let every widget of the program have the ring, and be scrolled to; twice is harmless."""
    if app.findChild(FocusRing) is None:
        FocusRing(app)
        app.focusChanged.connect(_bring_into_sight)


def _bring_into_sight(_: QWidget | None, focused: QWidget | None) -> None:
    """Scroll to what the keyboard has moved to; Qt does so only where it comes from the same scroll area."""
    if focused is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return  # what is pressed must not move from under the pointer
    place = focused.parentWidget()
    while place is not None:
        if isinstance(place, QScrollArea):
            place.ensureWidgetVisible(focused, 0, _MARGIN_PX)
        place = place.parentWidget()


class FocusRing(QObject):
    """The one ring that shows where the keyboard is, round whatever widget of the program has it.

    It is seen from the first key on, until the pointer chooses something; where one types, and in dialogs,
    always. It stands above the neighbours, so no widget keeps room for a ring of its own. The property `ring`
    of a widget is the radius of its corners in px, 8 without it; a negative one: it shows in its own way
    where the keyboard is.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._by_keys = False
        self._frame: _RingFrame | None = None
        app.focusChanged.connect(self._move)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch what has the keyboard, and all that moves it."""
        kind = event.type()
        if kind in _KEYS or kind == QEvent.Type.MouseButtonPress:
            if self._frame is not None and watched is self._frame.around:
                self._by_keys = kind in _KEYS
                self._follow()
        elif kind in _MOVES:
            self._follow()
        return super().eventFilter(watched, event)

    def _move(self, _: QWidget | None, now: QWidget | None) -> None:
        if self._frame is not None and isValid(self._frame):  # a window takes its ring with it
            self._frame.leave(self)
        self._frame = None
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_keys = False
        if now is not None and _may_have_ring(now):
            self._frame = _RingFrame(now, self)
            if isinstance(now, QTabBar):
                now.currentChanged.connect(self._follow)
            self._follow()

    def _follow(self, *_: object) -> None:
        if self._frame is not None and isValid(self._frame) and isValid(self._frame.around):
            around = self._frame.around
            always = isinstance(around, _TYPED_IN) or isinstance(around.window(), QDialog)
            self._frame.follow(shown=self._by_keys or always)


def _may_have_ring(widget: QWidget) -> bool:
    own = widget.property("ring")
    popup = widget.window().windowType() == Qt.WindowType.Popup
    page = widget.inherits("QQuickWidget")  # the web engine's
    return not (widget.isWindow() or popup or page or (own is not None and own < 0))


class _RingFrame(QFocusFrame):  # hidden from screen readers, as every frame of this kind
    """The ring round one widget; it lives in the window or in what scrolls."""

    def __init__(self, around: QWidget, watcher: QObject) -> None:
        self.around = around
        self._watched = [around]
        host = around.parentWidget()
        while host is not None and not (host.isWindow() or _scrolls(host)):
            self._watched.append(host)
            host = host.parentWidget()
        self._host = around.window() if host is None else host
        super().__init__(self._host)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for widget in self._watched:
            widget.installEventFilter(watcher)

    def follow(self, *, shown: bool) -> None:
        """Be where the widget is, and be seen if it is and the ring is to be `shown`."""
        shown = shown and self.around.isVisible()
        if shown:
            place = _ringed_part(self.around)
            place.moveTopLeft(self.around.mapTo(self._host, place.topLeft()))
            reach = self._reach()
            self.setGeometry(place.adjusted(-reach, -reach, reach, reach))
            self.raise_()
        self.setVisible(shown)

    def leave(self, watcher: QObject) -> None:
        """Go for good."""
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(watcher)
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        radius = self.around.property("ring")
        outer = (_RING_RADIUS if radius is None else radius) + self._reach() - 1
        paint_ring(smooth(self), QRectF(self.rect()), outer, self.around.palette().accent().color())

    def _reach(self) -> int:
        # What scrolls fills its window to the edge: there the ring stands inside.
        return 0 if isinstance(self.around, QAbstractScrollArea) else _RING_REACH


def _scrolls(widget: QWidget) -> bool:
    viewport = widget.parentWidget()
    return viewport is not None and isinstance(viewport.parentWidget(), QScrollArea)


def _ringed_part(widget: QWidget) -> QRect:
    whole = widget.rect()
    if isinstance(widget, QTabBar):
        tab = widget.tabRect(widget.currentIndex())
        words = QStyle.visualRect(widget.layoutDirection(), tab, tab.adjusted(0, 0, -_TAB_GAP_PX, 0))
        return words if tab.width() > 2 * _TAB_GAP_PX else tab
    if isinstance(widget, QCheckBox | QRadioButton) and widget.layout() is None:  # no wider than its words
        used = QRect(whole.topLeft(), QSize(min(whole.width(), widget.sizeHint().width()), whole.height()))
        return QStyle.visualRect(widget.layoutDirection(), whole, used)
    return whole
