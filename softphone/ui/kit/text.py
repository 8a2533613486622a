"""A label for words that may come from a server: always plain text, set only when it differs."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from softphone.ui.kit.theme import resized


def with_ampersands(words: str) -> str:
    """Return words for a button or a menu, where one `&` alone would underline a letter and make it a key."""
    return words.replace("&", "&&")


def tooltip(words: str) -> str:
    """Return words for a tooltip, which takes what looks like HTML for HTML."""
    return f"<p>{escape(words)}</p>" if "<" in words else words


class Text(QLabel):
    """Words on the window. `secondary` ones are quieter; `factor` scales the point size."""

    def __init__(
        self,
        words: str = "",
        *,
        factor: float = 1.0,
        bold: bool = False,
        secondary: bool = False,
        wraps: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if wraps:
            self.setMinimumWidth(1)  # a long word must not widen the window
        if bold or factor != 1.0:
            self.setFont(resized(self.font(), factor, QFont.Weight.DemiBold if bold else None))
        if secondary:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty = False
        self.say(words)

    def say(self, words: str) -> None:
        """Show these words; without any the label takes no room. The same words again cost nothing."""
        if words != self.text():
            self.setText(words)
        # Not by isHidden(): a label is hidden, too, until it is laid out, and to show it then opens a window.
        if self._empty == bool(words):
            self._empty = not words
            self.setHidden(self._empty)
