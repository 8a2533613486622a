"""Whether things may move: the one place that everything animated asks."""

from enum import Enum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyle, QWidget


class MotionChoice(Enum):
    """What a person may choose; the value is what the setting "reduced motion" holds."""

    SYSTEM = "system"
    REDUCED = "on"
    FULL = "off"


class Motion(QObject):
    """The choice of this process.

    Signals:
        changed(): ask again.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = MotionChoice.SYSTEM

    @property
    def choice(self) -> MotionChoice:
        """What was chosen."""
        return self._choice

    def choose(self, choice: MotionChoice) -> None:
        """Move, or keep still, from now on."""
        if choice is not self._choice:
            self._choice = choice
            self.changed.emit()

    def is_reduced(self, widget: QWidget) -> bool:
        """Whether a widget keeps still; the system's wish comes from Qt as an animation time of nothing."""
        if self._choice is not MotionChoice.SYSTEM:
            return self._choice is MotionChoice.REDUCED
        duration_ms = widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)
        return duration_ms <= 0


motion = Motion()
