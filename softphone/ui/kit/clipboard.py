"""To the clipboard, and a sign that it happened."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip, QWidget

from softphone.i18n import tr
from softphone.ui.kit.announce import announce

COPIED = "Copied to the clipboard"  # shown


def copy(words: str, beside: QWidget) -> None:
    """Put words on the clipboard and say so beside what was pressed."""
    QGuiApplication.clipboard().setText(words)
    QToolTip.showText(beside.mapToGlobal(beside.rect().center()), tr(COPIED), beside)
    announce(beside, tr(COPIED))
