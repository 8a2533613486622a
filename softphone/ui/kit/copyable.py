"""A value that a person takes elsewhere: its name, the value, and a button that copies it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import RING_ROOM, Button
from softphone.ui.kit.clipboard import copy
from softphone.ui.kit.device_row import breakable
from softphone.ui.kit.text import Text


class Copyable(QWidget):
    """The row. `shown` stands for the value where that is better read, as one item a line is."""

    def __init__(self, label: str, value: str, *, shown: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QVBoxLayout()
        words.setSpacing(2)
        if label:
            words.addWidget(Text(label, secondary=True))
        words.addWidget(Text(breakable(shown or value)))
        button = Button(tr("Copy"), name="copyButton", compact=True)
        button.setAccessibleName(tr("Copy {what}", what=label or value))
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: copy(value, button))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, -RING_ROOM, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
