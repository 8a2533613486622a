"""Icons of buttons and fields: strokes on a grid of 20, so that they stay sharp and take any colour."""

from enum import Enum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from softphone.ui.kit.theme import tokens

ICON_SIZE = 20
_STROKE = 1.6
_PIXEL_RATIO = 3  # of the pictures for Qt's own parts: sharp on every screen


class Icon(Enum):
    """What can be drawn."""

    ACTIVITY = "activity"
    SETTINGS = "settings"
    MORE = "more"
    BACK = "back"
    CLOSE = "close"
    CHEVRON_RIGHT = "chevron right"
    CHEVRON_DOWN = "chevron down"
    COPY = "copy"
    SEARCH = "search"
    PADLOCK = "padlock"
    INFO = "info"
    RELOAD = "reload"
    PLAY = "play"


_DIRECTED = frozenset({Icon.BACK, Icon.CHEVRON_RIGHT, Icon.PLAY})  # mirrored where one reads from the right


def paint_icon(
    painter: QPainter, where: QRectF, icon: Icon, colour: QColor | str, *, mirrored: bool = False
) -> None:
    """Paint an icon into a square; `mirrored` is for people who read from the right."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(where.topLeft())
    painter.scale(where.width() / ICON_SIZE, where.height() / ICON_SIZE)
    if mirrored and icon in _DIRECTED:
        painter.setTransform(QTransform(-1, 0, 0, 1, ICON_SIZE, 0), combine=True)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(QColor(colour), _STROKE, Qt.PenStyle.SolidLine, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_strokes(icon))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPath(_dots(icon))
    painter.restore()


def picture(icon: Icon, colour: QColor | str, size_px: int = 16, *, mirrored: bool = False) -> QIcon:
    """Return an icon for a part of Qt's that takes a picture, as the search sign in a field."""
    pixmap = QPixmap(size_px * _PIXEL_RATIO, size_px * _PIXEL_RATIO)
    pixmap.setDevicePixelRatio(_PIXEL_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, QRectF(0, 0, size_px, size_px), icon, colour, mirrored=mirrored)
    painter.end()
    return QIcon(pixmap)


class IconPicture(QWidget):
    """An icon that is no button, in the colour of secondary words."""

    def __init__(self, icon: Icon, size_px: int, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setObjectName(name)
        self.setFixedSize(size_px, size_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        colour = tokens(self.palette()).secondary
        paint_icon(QPainter(self), QRectF(self.rect()), self._icon, colour, mirrored=mirrored)


@cache
def _strokes(icon: Icon) -> QPainterPath:
    path = QPainterPath()
    match icon:
        case Icon.ACTIVITY:
            _line(path, (2, 10.5), (5.5, 10.5), (8.2, 4.5), (11.8, 15.5), (14, 10.5), (18, 10.5))
        case Icon.SETTINGS:
            _line(path, (2.5, 6.5), (9.7, 6.5))
            _line(path, (14.3, 6.5), (17.5, 6.5))
            path.addEllipse(QPointF(12, 6.5), 2.3, 2.3)
            _line(path, (2.5, 13.5), (5.7, 13.5))
            _line(path, (10.3, 13.5), (17.5, 13.5))
            path.addEllipse(QPointF(8, 13.5), 2.3, 2.3)
        case Icon.BACK:
            _line(path, (12.5, 4), (6.5, 10), (12.5, 16))
        case Icon.CLOSE:
            _line(path, (4.5, 4.5), (15.5, 15.5))
            _line(path, (15.5, 4.5), (4.5, 15.5))
        case Icon.CHEVRON_RIGHT:
            _line(path, (7.5, 4.5), (13, 10), (7.5, 15.5))
        case Icon.CHEVRON_DOWN:
            _line(path, (4.5, 7.5), (10, 13), (15.5, 7.5))
        case Icon.COPY:
            path.addRoundedRect(QRectF(7.5, 7.5, 9.5, 9.5), 2, 2)
            _line(path, (4.2, 12.5), (3.9, 12.5))
            path.moveTo(4.5, 12.5)
            path.arcTo(QRectF(3, 9.5, 3, 3), 270, -90)
            path.lineTo(3, 5)
            path.arcTo(QRectF(3, 3, 4, 4), 180, -90)
            path.lineTo(11, 3)
            path.arcTo(QRectF(9.5, 3, 3, 3), 90, -90)
        case Icon.SEARCH:
            path.addEllipse(QPointF(8.6, 8.6), 5.4, 5.4)
            _line(path, (12.7, 12.7), (17, 17))
        case Icon.PADLOCK:
            path.addRoundedRect(QRectF(4, 9, 12, 8), 2, 2)
            path.moveTo(6.5, 9)
            path.lineTo(6.5, 6.5)
            path.arcTo(QRectF(6.5, 3, 7, 7), 180, -180)
            path.lineTo(13.5, 9)
        case Icon.INFO:
            path.addEllipse(QPointF(10, 10), 7.5, 7.5)
            _line(path, (10, 9.3), (10, 13.8))
        case Icon.RELOAD:
            path.arcMoveTo(QRectF(3.5, 3.5, 13, 13), 30)
            path.arcTo(QRectF(3.5, 3.5, 13, 13), 30, 300)
            _line(path, (16.2, 3), (16.2, 6.9), (12.3, 6.9))
        case Icon.PLAY:
            _line(path, (6, 4), (15.5, 10), (6, 16), (6, 4))
            path.closeSubpath()
        case Icon.MORE:
            pass
    return path


@cache
def _dots(icon: Icon) -> QPainterPath:
    path = QPainterPath()
    if icon is Icon.MORE:
        for x in (4, 10, 16):
            path.addEllipse(QPointF(x, 10), 1.5, 1.5)
    elif icon is Icon.INFO:
        path.addEllipse(QPointF(10, 6.4), 1.05, 1.05)
    return path


def _line(path: QPainterPath, *points: tuple[float, float]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
