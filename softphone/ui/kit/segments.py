"""A choice of a few, all of them in sight: one button each in a common frame. The arrow keys choose."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QSizePolicy, QWidget

from softphone.ui.kit.layout import in_row

Value = TypeVar("Value")


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
        row = in_row(of=self, margins=(3, 3, 3, 3), spacing=0)
        for place, (_, words) in enumerate(choices):
            # One that is chosen is drawn bolder: all of them keep the room for it.
            segment = QRadioButton(words)
            segment.setProperty("kit", "segment")
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
