"""Above the rows: the worst shape, the sentence of all lines, the search, and chips that narrow the list."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from softphone.i18n import tr
from softphone.ui.fields import SearchField
from softphone.ui.kit.chip import Chip
from softphone.ui.kit.layout import NO_MARGINS, FlowLayout, in_column, in_row, turn
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text, TextStyle, text_scale
from softphone.wording.all_lines import FILTER_LOOKS, Filter, Summary
from softphone.wording.presentation import Tone

CHIPS_FROM, SEARCH_FROM = 4, 8  # lines
SEARCH_PX = 200  # beside the sentence where there is room, else below it

_SHAPE_PX, _GAP_PX = 24, 12


class ListHead(QWidget):
    """Shows what it is told; it narrows nothing itself.

    Signals:
        filter_chosen(Filter)
        sought(str): the words of the search, after each letter.
    """

    filter_chosen: Signal = Signal(object)
    sought: Signal = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = StatusShape(_SHAPE_PX)
        self._sentence = Text(style=TextStyle.SUMMARY, name="rollup")
        self._search = SearchField("lineSearch", tr("Search lines"))
        self._search.textChanged.connect(self.sought)
        said = in_row(self._shape, (self._sentence, 1), spacing=_GAP_PX)
        self._upper = in_row((said, 1), self._search, spacing=_GAP_PX)
        self._chips = {kind: self._chip(kind) for kind in Filter}
        self._group = QButtonGroup(self)  # one is chosen, and arrow keys go from one to the next
        for chip in self._chips.values():
            self._group.addButton(chip)
        self._chips[Filter.ALL].setChecked(True)
        self._row = QWidget()
        chips = FlowLayout(*self._chips.values(), spacing=8)
        self._row.setLayout(chips)
        in_column(self._upper, self._row, of=self, margins=NO_MARGINS, spacing=_GAP_PX)
        self._fit()

    @property
    def search(self) -> QLineEdit:
        """The field of the search."""
        return self._search

    def show_summary(self, summary: Summary, *, past: bool = False) -> None:
        """Say how all lines are, or were: no tone of the past alarms or calms."""
        self._shape.show_shape(summary.shape, Tone.NEUTRAL if past else summary.tone)
        for chip in self._chips.values():
            chip.set_quiet(quiet=past)
        if summary.sentence != self._sentence.text():
            self._sentence.say(summary.sentence)
            self._fit()

    def show_counts(self, counts: Mapping[Filter, int], chosen: Filter) -> None:
        """Say how many lines each chip lets through; offer chips and search where there are lines enough."""
        self.setVisible(counts[Filter.ALL] > 1)
        self._shape.setVisible(counts[Filter.ALL] >= CHIPS_FROM)
        self._search.setVisible(counts[Filter.ALL] >= SEARCH_FROM)
        self._row.setVisible(counts[Filter.ALL] >= CHIPS_FROM)
        self._chips[chosen].setChecked(True)
        for kind, chip in self._chips.items():
            chip.set_count(counts[kind])
            chip.setVisible(counts[kind] > 0 or kind is chosen)  # or nobody would see why the list is empty

    def clear(self) -> None:
        """Let all lines through again, and tell so."""
        self._search.clear()
        self._chips[Filter.ALL].click()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        shape_px = round(_SHAPE_PX * text_scale(self.font()))
        self._shape.setFixedSize(shape_px, shape_px)
        said_px = self._sentence.fontMetrics().horizontalAdvance(self._sentence.text())
        beside = self.contentsRect().width() > shape_px + said_px + SEARCH_PX + 2 * _GAP_PX
        turn(self._upper, below=not beside)
        self._search.setMinimumWidth(SEARCH_PX if beside else 0)
        self._search.setMaximumWidth(SEARCH_PX if beside else self.maximumWidth())

    def _chip(self, kind: Filter) -> Chip:
        tone, shape = FILTER_LOOKS.get(kind, (Tone.NEUTRAL, None))
        chosen = partial(self.filter_chosen.emit, kind)
        return Chip(shape, tone, tr(kind.value), lambda _: chosen(), name="filterChip")
