"""A window for dialogs to stand above."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from tests.ui.conftest import settle


@pytest.fixture
def window(qtbot) -> Iterator[QWidget]:
    parent = QWidget()
    parent.show()
    yield parent
    for dialog in parent.findChildren(QDialog):
        dialog.reject()
    parent.close()
    parent.deleteLater()
    settle()
