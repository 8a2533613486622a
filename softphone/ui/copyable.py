"""To the clipboard: a sign that it happened, and a row for a value that a person takes elsewhere."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QToolTip, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import LOW_HEIGHT, Button
from softphone.ui.kit.layout import NO_MARGINS, TOP, in_column, in_row
from softphone.ui.kit.text import Text, announce, breakable
from softphone.ui.kit.toast import show_toast

COPIED = "Copied"  # shown


def copy(words: str, beside: QWidget) -> None:
    """Put words on the clipboard and say so: in a dialog, where a toast would cover buttons, beside it."""
    QGuiApplication.clipboard().setText(words)
    if isinstance(beside.window(), QDialog):
        QToolTip.showText(beside.mapToGlobal(beside.rect().center()), tr(COPIED), beside)
        announce(beside, tr(COPIED))
    else:
        show_toast(beside.window(), tr(COPIED))


class Copyable(QWidget):
    """The row. `shown` stands for the value where that is better read, as one item a line is."""

    def __init__(self, label: str, value: str, *, shown: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = in_column(Text(breakable(shown or value)), spacing=2)
        if label:
            words.insertWidget(0, Text(label, secondary=True))
        button = Button(
            tr("Copy"),
            lambda: copy(value, button),
            name="copyButton",
            spoken=tr("Copy {what}", what=label or value),
            height=LOW_HEIGHT,
        )
        in_row((words, 1), (button, TOP), of=self, margins=NO_MARGINS, spacing=8)
