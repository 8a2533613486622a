"""Words on the window, and aloud: they may come from a server, so they are always plain text."""

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from softphone.ui.kit.theme import resized


def with_ampersands(words: str) -> str:
    """Return words for a button or a menu, where one `&` alone would underline a letter and make it a key."""
    return words.replace("&", "&&")


def tooltip(words: str) -> str:
    """Return words for a tooltip, which takes what looks like HTML for HTML."""
    return f"<p>{escape(words)}</p>" if "<" in words else words


def breakable(words: str, every: int = 20) -> str:
    """Return words that may go on in the next row after so many letters of a part that is too long."""
    return re.sub(rf"\S{{{every}}}(?=\S)", "\\g<0>\u200b", words)


class Text(QLabel):
    """Words on the window. `secondary` ones are quieter; `factor` scales the point size."""

    def __init__(
        self,
        words: str = "",
        *,
        name: str = "",
        factor: float = 1.0,
        bold: bool = False,
        secondary: bool = False,
        wraps: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
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


def announce(widget: QWidget, words: str, assertive: bool = False) -> None:
    """Have a screen reader say `words`; at once when `assertive`."""
    event = QAccessibleAnnouncementEvent(widget, words)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if assertive else politeness.Polite)
    QAccessible.updateAccessibility(event)
