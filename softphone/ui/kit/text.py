"""Words on the window, and aloud: they may come from a server, so they are always plain text."""

import re
from enum import Enum
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QFontInfo, QPalette
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


class TextStyle(Enum):
    """What words are for; size and weight follow from it."""

    TITLE = "title"
    SUMMARY = "summary"
    FLAT = "flat"  # the title of a stage that lies flat
    PAGE_TITLE = "page title"
    NUMBER = "number"
    WORD = "word"  # of a state, on a stage
    LEAD = "lead"
    BODY = "body"
    SMALL = "small"
    TICK = "tick"


_BODY_PX = 13
_SIZES_PX = {
    TextStyle.TITLE: 24,
    TextStyle.SUMMARY: 20,
    TextStyle.FLAT: 18,
    TextStyle.PAGE_TITLE: 16,
    TextStyle.NUMBER: 15,
    TextStyle.WORD: 15,
    TextStyle.LEAD: 14,
    TextStyle.BODY: 13,
    TextStyle.SMALL: 12,
    TextStyle.TICK: 11,
}
_LIGHT = frozenset({TextStyle.LEAD, TextStyle.BODY, TextStyle.SMALL, TextStyle.TICK})


def styled(font: QFont, style: TextStyle, *, bold: bool = False) -> QFont:
    """Return the font of a style, in proportion to the body's."""
    weight = QFont.Weight.DemiBold if bold or style not in _LIGHT else None
    return resized(font, _SIZES_PX[style] / _BODY_PX, weight)


def text_scale(font: QFont) -> float:
    """Return by how much measures grow with the text."""
    return max(1.0, QFontInfo(font).pixelSize() / _BODY_PX)


class Text(QLabel):
    """Words on the window in a style, DemiBold where it is `bold`; `secondary` ones are quieter."""

    def __init__(
        self,
        words: str = "",
        *,
        style: TextStyle = TextStyle.BODY,
        name: str = "",
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
        self.setFont(styled(self.font(), style, bold=bold))
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
