"""The push button of this program: painted from the palette, with a focus ring that is always visible."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from softphone.ui.kit.painting import paint_ground, paint_ring, smooth
from softphone.ui.kit.theme import Tokens, resized, tokens

FACE_HEIGHT = 32
COMPACT_FACE_HEIGHT = 24  # the least that a finger or a shaky hand hits
RING_ROOM = 4  # a gap of 2 and a ring of 2 round the face: part of the widget, so rows need no spacing
PADDING = 12  # beside the words

_RADIUS = 6.0
_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class ButtonKind(Enum):
    """How much a button asks for attention."""

    PRIMARY = "primary"  # at most one in sight
    NORMAL = "normal"
    QUIET = "quiet"  # words only


class Button(QPushButton):
    """A button, and what it does. Enter presses it; Up, Down, Home and End belong to the list it stands in.

    In a dialog Enter presses the button that has the keyboard, or the one that was made the default.
    `spoken` is for a screen reader, where the words alone do not say enough.
    """

    def __init__(
        self,
        words: str,
        does: Callable[[], object] | None = None,
        *,
        name: str = "",
        spoken: str = "",
        kind: ButtonKind = ButtonKind.NORMAL,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self._kind = kind
        self._face_height = COMPACT_FACE_HEIGHT if compact else FACE_HEIGHT
        self._padding = PADDING // 2 if compact else PADDING
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # repaints when the pointer comes and goes
        self.setObjectName(name)
        self.setAccessibleName(spoken or words)
        self.setAutoDefault(False)
        if does is not None:
            self.clicked.connect(lambda _=False: does())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(resized(self.font(), 1.0, QFont.Weight.Medium))

    @property
    def kind(self) -> ButtonKind:
        """How it looks."""
        return self._kind

    def say(self, words: str, spoken: str = "") -> None:
        """Bear these words from now on."""
        self.setText(words)
        self.setAccessibleName(spoken or words)

    def set_kind(self, kind: ButtonKind) -> None:
        """Look like this from now on."""
        if kind is not self._kind:
            self._kind = kind
            self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        height = max(self._face_height, words.height() + self._padding)
        return QSize(words.width() + 2 * (self._padding + RING_ROOM), height + 2 * RING_ROOM)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():  # Enter held down must not press what comes next
                self.click()
        elif event.key() in _LIST_KEYS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        whole = QRectF(self.rect())
        face = whole.adjusted(RING_ROOM, RING_ROOM, -RING_ROOM, -RING_ROOM)
        self._paint_face(painter, face, colours)
        painter.setPen(self._ink(colours))
        painter.drawText(face, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic, self.text())
        if self.hasFocus():
            paint_ring(painter, whole, _RADIUS + RING_ROOM - 1, colours.accent)

    def _paint_face(self, painter: QPainter, face: QRectF, colours: Tokens) -> None:
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        quiet = self._kind is ButtonKind.QUIET
        if self._kind is ButtonKind.PRIMARY and self.isEnabled():
            fill = QColor(colours.accent)
            paint_ground(painter, face, _RADIUS, fill.darker(112) if lit else fill)
        elif lit or not quiet:
            edge = colours.border if self.isEnabled() else colours.subtle
            fill = QColor(colours.hover if lit else colours.card)
            paint_ground(painter, face, _RADIUS, fill, "transparent" if quiet else edge)

    def _ink(self, colours: Tokens) -> QColor:
        if not self.isEnabled():
            return QColor(colours.border)
        if self._kind is ButtonKind.PRIMARY:
            return QColor(colours.on_accent)
        return QColor(colours.accent if self._kind is ButtonKind.QUIET else colours.text)
