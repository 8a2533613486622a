"""A choice of a few, all of them in sight: one button each in a common frame. The arrow keys choose."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QSizePolicy, QWidget

from softphone.ui.kit.layout import in_row
from softphone.ui.kit.text import TextStyle, styled
from softphone.ui.kit.theme import resized

Value = TypeVar("Value")

_PADDING = 13  # with the edge
_HEIGHT = 26


class _Segment(QRadioButton):
    """One that is chosen is drawn bolder; it always has the room for it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setProperty("kit", "segment")
        self.setProperty("ring", 6)
        self.toggled.connect(self._embolden)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(styled(self.font(), TextStyle.BODY, bold=True)).horizontalAdvance(self.text())
        return QSize(words + 2 * _PADDING, max(_HEIGHT, self.fontMetrics().height() + 8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # a new style sheet brings the font of before back
            self._embolden(self.isChecked())

    def _embolden(self, chosen: bool) -> None:
        weight = QFont.Weight.DemiBold if chosen else QFont.Weight.Normal
        if self.font().weight() != weight:
            self.setFont(resized(self.font(), 1.0, weight))


class Segments(QFrame, Generic[Value]):
    """The choices are values with their words; `does` is told the value that a person chose."""

    def __init__(
        self,
        choices: Sequence[tuple[Value, str]],
        does: Callable[[Value], object] | None = None,
        *,
        chosen: Value | None = None,
        name: str = "",
        spoken: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kit", "segments")
        self.setAccessibleName(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._values = [value for value, _ in choices]
        row = in_row(of=self, margins=(2, 2, 2, 2), spacing=0)
        for place, (_, words) in enumerate(choices):
            segment = _Segment(words)
            segment.setAccessibleName(f"{spoken}: {words}" if spoken else words)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(segment, place)
            row.addWidget(segment)
        if chosen is not None:
            self.choose(chosen)
        if does is not None:
            self._group.idClicked.connect(lambda place: does(self._values[place]))

    @property
    def chosen(self) -> Value | None:
        """What is chosen; None: nothing yet."""
        place = self._group.checkedId()
        return None if place < 0 else self._values[place]

    def choose(self, value: Value) -> None:
        """Have this one chosen; `does` is not told."""
        self._group.button(self._values.index(value)).setChecked(True)
