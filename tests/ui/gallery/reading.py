"""Reads every screen of the gallery: `python -m tests.ui.gallery.reading LANGUAGE [--wide] [--text PERCENT]`.

Prints a JSON list of findings: words that are English whatever the language, and texts that are cut off. In a
process of its own, because language, direction and scale belong to a whole program.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import combinations, product
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct, structs
from PySide6.QtCore import QAbstractListModel, QLocale, QPoint, QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTextEdit,
    QToolButton,
    QWidget,
)

from softphone.ui import language
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.window.appearance import scale_text
from tests.translations import extract, without_pseudo
from tests.ui import fakes
from tests.ui.gallery.screens import DIALOGS, NARROW, WINDOWS, Gallery, at_rest

_ZERO_WIDTH_SPACE = "\u200b"  # where an address may be broken
_WORD = re.compile(r"[^\W\d_]{2,}")
# Names, keys, codes and addresses are the same in every language.
_SAME = re.compile(
    r"Webex|Softphone|English|Deutsch|Ctrl|Shift|Esc|Qt|PySide6?|Python|TLS|HTTP|JSON|UTC|MIT|"
    r"Line \d+|Linux\S+|\w+:\S+|[\w-]+(\.[\w-]+)+|[\w.-]*@[\w.-]+|\S*/\S+|\b[0-9a-f-]{8,}\b|\w+_\w+"
)


class Reader:
    """What is read off the screens, each finding once."""

    def __init__(self, screen_size: tuple[int, int], *, in_pseudo: bool) -> None:
        self.findings: dict[str, str] = {}
        self._size = screen_size
        self._in_pseudo = in_pseudo
        self._data = sorted(data(), key=len, reverse=True)

    def read(self, screen: str, window: QWidget) -> None:
        """Read a window and everything in it that is shown."""
        if window.width() > self._size[0] or window.height() > self._size[1]:
            self.findings[f"{screen} is larger than the screen: {window.width()}x{window.height()}"] = ""
        widgets = [window, *(child for child in window.findChildren(QWidget) if child.isVisibleTo(window))]
        for widget in widgets:
            where = f"{screen}: {type(widget).__name__} {widget.objectName()}"
            if self._in_pseudo:
                for text in texts(widget):
                    if rest := self._english(text):
                        self.findings.setdefault(f"not translated: {rest}", f"{where}: {text}")
            if widget is not window and (fault := cut(widget, window)):
                self.findings.setdefault(f"{where} {fault}", "")
        shown = [widget for widget in widgets if isinstance(widget, QLabel | QAbstractButton)]
        for fault in overlapping(shown, window):
            self.findings.setdefault(f"{screen}: {fault}", "")

    def _english(self, text: str) -> str:
        rest = without_pseudo(text).replace(_ZERO_WIDTH_SPACE, "")
        for value in self._data:
            rest = rest.replace(value, "")
        rest = _SAME.sub("", rest)
        return rest.strip() if _WORD.search(rest) else ""


def texts(widget: QWidget) -> Iterator[str]:
    """Every text of a widget that a person or a screen reader meets."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    if widget.isWindow():
        yield widget.windowTitle()
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QGroupBox() | QMenu():
            yield widget.title()
        case QComboBox():
            yield from (widget.itemText(place) for place in range(widget.count()))
        case QTextEdit():
            yield widget.toPlainText()
        case QAbstractItemView() if (model := widget.model()) is not None:
            columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
            for row, column in product(range(model.rowCount()), range(columns)):
                yield str(model.index(row, column).data() or "")
    for action in widget.actions():
        yield from _texts_of(action)


def _texts_of(action: QAction) -> Iterator[str]:
    yield from (action.text(), action.toolTip())


def cut(widget: QWidget, window: QWidget) -> str:
    """How a text does not fit its widget, or the widget its window; empty when all is well."""
    if not isinstance(widget, QLabel | QAbstractButton) or not widget.text() or widget.width() <= 1:
        return ""
    if isinstance(widget, QToolButton) and not widget.icon().isNull():
        return ""  # in a field: its words are for the ear
    left = widget.mapTo(window, QPoint(0, 0)).x()
    if left < 0 or left + widget.width() > window.width():
        return f"reaches out of its window: {widget.text()!r}"
    if isinstance(widget, QLabel) and widget.wordWrap():
        needed = widget.heightForWidth(widget.width())
        return (
            f"is too low by {needed - widget.height()} px: {widget.text()!r}"
            if needed > widget.height()
            else ""
        )
    needed = widget.minimumSizeHint().width()
    if needed > widget.width():
        return f"is too narrow by {needed - widget.width()} px: {widget.text()!r}"
    return ""


def overlapping(texts: list[QLabel | QAbstractButton], window: QWidget) -> Iterator[str]:
    """Every two texts that stand on each other; a button's ring may reach over its neighbour."""
    places = [(_inked(widget, window), widget) for widget in texts if widget.text() and widget.width() > 1]
    for (one, first), (other, second) in combinations(places, 2):
        if one.intersects(other) and not first.isAncestorOf(second) and not second.isAncestorOf(first):
            yield f"{first.text()!r} and {second.text()!r} stand on each other"


def _inked(widget: QLabel | QAbstractButton, window: QWidget) -> QRect:
    """Where a widget is drawn and not scrolled away."""
    seen = widget.visibleRegion().boundingRect()
    place = seen if isinstance(widget, QLabel) else seen.intersected(widget.rect())
    return place.translated(widget.mapTo(window, QPoint(0, 0)))


def data() -> set[str]:
    """What the fakes hold: names, servers and IDs; their copies of our own texts are no data."""
    found: set[str] = set()
    for value in vars(fakes).values():
        found |= set(_strings(value))
    found |= {text for snapshot in fakes.mixed() for text in _strings(snapshot)}
    found |= {host for text in found if (host := urlsplit(text).hostname)}
    found.add("".join(word[0] for word in fakes.ACCOUNT.name.split()))  # on the account chip
    found |= {QLocale.c().monthName(month) for month in range(1, 13)}  # Qt has no pseudo-locale
    found |= {QLocale.c().dayName(day) for day in range(1, 8)}
    return {text for text in found if len(text) > 1} - extract().keys()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, Struct):
        yield from _strings(structs.astuple(value))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _strings([getattr(value, field.name) for field in fields(value)])


async def read_all(gallery: Gallery, reader: Reader) -> None:
    """Open every screen and read it."""
    for name, (panel, demo, then) in WINDOWS.items():
        window, bridge, history = gallery._open(panel(), demo)
        then(window)
        await at_rest(window)
        reader.read(name, window)
        gallery._end(window, bridge, history)
    for name, make in DIALOGS.items():
        window, bridge, history = gallery._open(fakes.PanelSpy(fakes.mixed()), None)
        dialog = make(window, bridge)
        dialog.show()
        await at_rest(dialog)
        if gallery.size == NARROW:  # once it has found its own size
            dialog.resize(*NARROW)
            await at_rest(dialog)
        reader.read(name, dialog)
        dialog.close()
        gallery._end(window, bridge, history)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("language")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--text", type=int, default=100)
    options = parser.parse_args()
    app = App([])
    language.install(app, options.language)
    scale_text(app, options.text)
    gallery = Gallery(app, Path(tempfile.mkdtemp()), dark=False, narrow=not options.wide)
    reader = Reader(gallery.size, in_pseudo=options.language.startswith("pseudo"))
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        runner.run(read_all(gallery, reader))
    json.dump(reader.findings, sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
