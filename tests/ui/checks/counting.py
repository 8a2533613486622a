"""Counts the words that a person has to read; names, numbers and times are not counted."""

import re
from collections.abc import Iterable

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from softphone.ui.kit.status_badge import StatusBadge

# As in: Confirmed 8 s ago, Retry in 0:28, since 14:04, 97.8 %.
_TIME = re.compile(r"\d+[\d:,.\-]*(?:\s*(?:s|min|h|d|ms|%)\b)?(?:\s+ago\b)?")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def words_in(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return the words that count of texts."""
    found: list[str] = []
    for text in texts:
        rest = text.replace("\u200b", "").replace("&", "")
        for name in sorted(names, key=len, reverse=True):
            rest = rest.replace(name, " ")
        found += _WORD.findall(_TIME.sub(" ", rest))
    return found


def texts_on(widget: QWidget) -> list[str]:
    """Return the texts that are shown on a widget: labels, words of buttons, and painted badges."""
    shown = []
    for one in widget.findChildren(QWidget):
        if not one.isVisible() or one.visibleRegion().isEmpty():
            continue
        if isinstance(one, StatusBadge):  # it paints what it says
            shown += [one.words, one.tag]
        elif isinstance(one, QLabel | QAbstractButton):
            shown.append(one.text())
    return [text for text in shown if text]
