"""Buttons: with words, which the style sheet draws, and with an icon alone, which is painted."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from softphone.ui.kit.icons import ICON_SIZE, Icon, paint_icon
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.text import TextStyle, styled
from softphone.ui.kit.theme import restyle, tokens

CONTROL_HEIGHT = 32
LOW_HEIGHT = 28  # in chips and narrow rows
HIGH_HEIGHT = 40  # the primary one of the hero

_AIR = 10  # above and below the words together, where the text is large
_RADIUS = 8.0
_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class ButtonKind(Enum):
    """How much a button asks for attention; the style sheet goes by the value."""

    PRIMARY = "primary"  # at most one in a card or dialog
    SECONDARY = "secondary"
    QUIET = "quiet"  # words only
    DANGER = "danger"  # only in a dialog that confirms


def _pressed_by(event: QKeyEvent, button: QAbstractButton) -> bool:
    """Do what the keys do on every button; False: it is a key of the base class."""
    if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
        if not event.isAutoRepeat():  # Enter held down must not press what comes next
            button.click()
    elif event.key() in _LIST_KEYS:
        event.ignore()
    else:
        return False
    return True


class OncePressed(QWidget if TYPE_CHECKING else object):  # type: ignore[misc]
    """Takes the second press of a double click only after the first one.

    What the first one has done may put another widget under the pointer, in place of what was meant.
    """

    _was_pressed = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._was_pressed = True
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._was_pressed:
            super().mouseDoubleClickEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._was_pressed = False
        super().hideEvent(event)


class Button(OncePressed, QPushButton):
    """A button, and what it does. Enter presses it; Up, Down, Home and End belong to the list it stands in.

    In a dialog Enter presses the button that has the keyboard, or the one that was made the default.
    `spoken` is for a screen reader, where the words alone do not say enough. `height` (px) grows with the
    text.
    """

    def __init__(
        self,
        words: str,
        does: Callable[[], object] | None = None,
        *,
        name: str = "",
        spoken: str = "",
        kind: ButtonKind = ButtonKind.SECONDARY,
        height: int = CONTROL_HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self._kind = kind
        self._height = height
        self.setProperty("kind", kind.value)
        self.setProperty("low", self._height == LOW_HEIGHT)
        self.setProperty("high", self._height == HIGH_HEIGHT)
        if self._height == HIGH_HEIGHT:
            self.setFont(styled(self.font(), TextStyle.LEAD))
        self.setObjectName(name)
        self.setAccessibleName(spoken or words)
        self.setAutoDefault(False)
        if does is not None:
            self.clicked.connect(lambda _=False: does())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

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
            restyle(self, kind=kind.value)

    def set_height(self, height: int) -> None:
        """Be so many pixels high from now on; a low one has less beside its words."""
        if height != self._height:
            self._height = height
            restyle(self, low=height == LOW_HEIGHT)

    def sizeHint(self) -> QSize:
        self.ensurePolished()  # the weight of the words is the style sheet's
        height = max(self._height, self.fontMetrics().height() + _AIR)
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by(event, self):
            super().keyPressEvent(event)


class IconButton(OncePressed, QAbstractButton):
    """A button of 32x32 with an icon alone; its tooltip is its name, unless `spoken` says more."""

    def __init__(
        self,
        icon: Icon,
        does: Callable[[], object] | None = None,
        *,
        name: str = "",
        tooltip: str = "",
        spoken: str = "",
        size: int = CONTROL_HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # repaints when the pointer comes and goes
        self.setObjectName(name)
        self.setToolTip(tooltip)
        self.setAccessibleName(spoken or tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(size, size)
        if does is not None:
            self.clicked.connect(lambda _=False: does())

    @property
    def icon_shown(self) -> Icon:
        """What is drawn."""
        return self._icon

    def show_icon(self, icon: Icon, tooltip: str | None = None) -> None:
        """Draw this from now on, and be named like this."""
        self._icon = icon
        if tooltip is not None:
            self.setToolTip(tooltip)
            self.setAccessibleName(tooltip)
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by(event, self):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        painter = smooth(self)
        lit = self.isEnabled() and (self.isDown() or self.isChecked() or self.underMouse())
        if lit:
            ground = colours.pressed if self.isDown() else colours.hover
            paint_ground(painter, QRectF(self.rect()), _RADIUS, ground)
        ink = colours.disabled if not self.isEnabled() else colours.text if lit else colours.secondary
        corner = QPointF((self.width() - ICON_SIZE) / 2, (self.height() - ICON_SIZE) / 2)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        paint_icon(
            painter, QRectF(corner.x(), corner.y(), ICON_SIZE, ICON_SIZE), self._icon, ink, mirrored=mirrored
        )
