"""A toast: what has just happened, at the foot of the window for five seconds, with a way to take it back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, Qt, QTimer
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import LOW_HEIGHT, Button, ButtonKind
from softphone.ui.kit.layout import in_row, remove
from softphone.ui.kit.text import Text, announce
from softphone.ui.kit.theme import motion

SHOWN_MS = 5000
FADE_MS = 150

_HEIGHT = 40
_ABOVE_EDGE = 16


class Toast(QFrame):
    """Stays while the pointer is over it or the keyboard in it."""

    def __init__(self, window: QWidget, words: str, undo: Callable[[], object] | None) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setProperty("kit", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._over = window
        row = in_row(Text(words, wraps=False), of=self, margins=(14, 0, 14, 0), spacing=8)
        if undo is not None:
            row.setContentsMargins(14, 0, 6, 0)
            self._undo = undo
            kind, height = ButtonKind.QUIET, LOW_HEIGHT
            row.addWidget(Button(tr("Undo"), self._take_back, name="undoButton", kind=kind, height=height))
        self._rest = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._rest.timeout.connect(self._leave)
        window.installEventFilter(self)

    def appear(self) -> None:
        """Show it, fading in unless less motion is wanted, and have it said."""
        self._stand()
        self.show()
        self.raise_()
        self._rest.start()
        if not motion.is_reduced(self):
            effect = QGraphicsOpacityEffect(self)
            effect.setOpacity(0.0)
            self.setGraphicsEffect(effect)
            fade = QPropertyAnimation(effect, b"opacity", self)
            fade.setDuration(FADE_MS)
            fade.setEndValue(1.0)
            fade.finished.connect(partial(effect.setEnabled, False))
            fade.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._stand()
        return super().eventFilter(watched, event)

    def _stand(self) -> None:
        self.adjustSize()
        width = min(self.width(), self._over.width() - 2 * _ABOVE_EDGE)
        height = max(_HEIGHT, self.sizeHint().height())
        left = (self._over.width() - width) // 2
        self.setGeometry(left, self._over.height() - height - _ABOVE_EDGE, width, height)

    def _take_back(self) -> None:
        undo = self._undo
        remove(self)
        undo()

    def _leave(self) -> None:
        if self.underMouse() or any(child.hasFocus() for child in self.findChildren(QWidget)):
            self._rest.start()
        else:
            remove(self)


def show_toast(window: QWidget, words: str, undo: Callable[[], object] | None = None) -> Toast:
    """Say what has just happened, in place of what was said before; `undo` takes it back."""
    remove_toasts(window)
    toast = Toast(window, words, undo)
    toast.appear()
    announce(window, words)
    return toast


def remove_toasts(window: QWidget) -> None:
    """Say no longer what has happened."""
    for toast in window.findChildren(Toast):
        remove(toast)
        toast.setObjectName("")
