"""The numbers of a plot as a table: the way of a screen reader, and of a spreadsheet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from softphone.i18n import tr
from softphone.ui.copyable import copy
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import FlowLayout, in_column
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.placement import fit, give_size
from softphone.wording.plots import Table

SIZE = (600, 440)
MINIMUM_SIZE = (300, 220)

_MARGIN = 20


class TableDialog(QDialog):
    """The table as it was when it was opened. Show it with `show()`: it does not stand in anybody's way."""

    def __init__(self, table: Table, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._rows = QTableWidget(len(table.rows), len(table.columns))
        self.setObjectName("tableDialog")
        self.setWindowTitle(table.title)
        self.setAccessibleName(table.title)
        self.setAccessibleDescription(table.summary)
        give_size(self, SIZE, MINIMUM_SIZE)
        self._fill()
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.activateWindow()  # without a window manager nobody else gives it the keyboard
        self._rows.setFocus()
        self._rows.setCurrentCell(self._rows.rowCount() - 1, 0)
        self._rows.scrollToBottom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen rows by the system's own key; Esc closes."""
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted({index.row() for index in self._rows.selectedIndexes()})
            copy(self._table.tsv(tuple(chosen) or None), self._rows)
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        rows = self._rows
        rows.setObjectName("plotTable")
        rows.setAccessibleName(self._table.title)
        rows.setAccessibleDescription(self._table.summary)
        rows.setHorizontalHeaderLabels(self._table.columns)
        rows.verticalHeader().hide()
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows.setTabKeyNavigation(False)  # Tab leaves the table
        rows.setShowGrid(False)
        rows.setAlternatingRowColors(True)
        rows.setWordWrap(False)
        for number, row in enumerate(self._table.rows):
            for column, words in enumerate(row):
                rows.setItem(number, column, QTableWidgetItem(words))
        header = rows.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(self._table.columns) - 1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        copy_all = Button(
            tr("Copy"),
            lambda: copy(self._table.tsv(), copy_all),
            name="tableCopyButton",
            spoken=tr("Copy the table"),
        )
        close = Button(tr("Close"), self.reject, name="tableCloseButton", kind=ButtonKind.QUIET)
        in_column(
            Text(self._table.title, style=TextStyle.NUMBER),
            Text(self._table.summary, secondary=True),
            (self._rows, 1),
            FlowLayout(copy_all, close, side=Qt.AlignmentFlag.AlignRight),
            of=self,
            margins=(_MARGIN, _MARGIN - 4, _MARGIN, _MARGIN - 4),
            spacing=8,
        )


def open_table(table: Table, beside: QWidget) -> TableDialog:
    """Open the table in place of an older one; it goes with its window."""
    window = beside.window()
    for older in window.findChildren(TableDialog):
        if older.windowTitle() == table.title:
            older.reject()
    dialog = TableDialog(table, window)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()
    fit(dialog)
    return dialog
