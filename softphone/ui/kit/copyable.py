"""To the clipboard: a sign that it happened, and a row for a value that a person takes elsewhere."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import RING_ROOM, Button
from softphone.ui.kit.text import Text, announce, breakable

COPIED = "Copied to the clipboard"  # shown


def copy(words: str, beside: QWidget) -> None:
    """Put words on the clipboard and say so beside what was pressed."""
    QGuiApplication.clipboard().setText(words)
    QToolTip.showText(beside.mapToGlobal(beside.rect().center()), tr(COPIED), beside)
    announce(beside, tr(COPIED))


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
