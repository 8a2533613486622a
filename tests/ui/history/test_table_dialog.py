"""A plot's numbers as a table: the way of a screen reader and of a spreadsheet."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget, QWidget

from softphone.ui.history.table_dialog import TableDialog, open_table
from softphone.wording.plots import Table
from tests.ui.conftest import find

TABLE = Table(
    title="Last 24 hours of Reception",
    summary="99.6 % · no drops",
    columns=("From", "Worst state"),
    rows=tuple((f"10:{number:02d}", "registered") for number in range(60)),
)


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(window: QWidget, qtbot) -> TableDialog:
    window.show()
    opened = open_table(TABLE, window)
    qtbot.waitUntil(opened.isActiveWindow)
    return opened


def rows(dialog: TableDialog) -> QTableWidget:
    table: QTableWidget = find(dialog, "plotTable")
    return table


def test_it_stands_in_nobodys_way(dialog: TableDialog):
    assert not dialog.isModal()
    assert dialog.windowTitle() == "Last 24 hours of Reception"


def test_the_newest_row_is_in_sight_and_has_the_focus(dialog: TableDialog):
    table = rows(dialog)
    assert table.hasFocus()
    assert table.currentRow() == 59
    newest = table.visualRect(table.model().index(59, 0))
    assert table.viewport().rect().contains(newest.center())


def test_it_is_a_table_to_a_screen_reader(dialog: TableDialog):
    interface = QAccessible.queryAccessibleInterface(rows(dialog))
    assert interface.role() is QAccessible.Role.Table
    assert interface.text(QAccessible.Text.Name) == "Last 24 hours of Reception"
    assert interface.text(QAccessible.Text.Description) == "99.6 % · no drops"
    assert interface.childCount() == (60 + 1) * (2 + 1)  # cells, and the heads of columns and rows
    table = rows(dialog)
    model = table.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(2)]
    assert heads == ["From", "Worst state"]
    assert [model.index(7, column).data() for column in range(2)] == ["10:07", "registered"]


def test_all_of_it_is_copied(dialog: TableDialog):
    find(dialog, "tableCopyButton").click()
    assert QGuiApplication.clipboard().text() == TABLE.tsv()


def test_chosen_rows_are_copied_by_key(dialog: TableDialog):
    table = rows(dialog)
    QTest.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "From\tWorst state\n10:58\tregistered\n10:59\tregistered"


def test_tab_leaves_the_table(dialog: TableDialog):
    QTest.keyClick(rows(dialog), Qt.Key.Key_Tab)
    assert find(dialog, "tableCopyButton").hasFocus()


def test_escape_closes_and_nothing_stays(window: QWidget, dialog: TableDialog, qtbot):
    QTest.keyClick(rows(dialog), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(TableDialog))


def test_opening_it_again_shows_the_newer_one_alone(window: QWidget, dialog: TableDialog, qtbot):
    again = open_table(TABLE, window)
    qtbot.waitUntil(lambda: window.findChildren(TableDialog) == [again])


def test_nothing_can_be_changed(dialog: TableDialog):
    assert rows(dialog).editTriggers() == QTableWidget.EditTrigger.NoEditTriggers
