"""Fields for what a person types: text and numbers."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

Spin = TypeVar("Spin", bound=QAbstractSpinBox)

_TEXT_MARGIN = 7


def labelled_field(name: str, label: str) -> QLineEdit:
    """Return a field for text that says what belongs in it."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setPlaceholderText(label)
    return field


def indented(spin: Spin) -> Spin:
    """Return a field for numbers with room before its text: in these, style sheets do nothing for it."""
    spin.lineEdit().setTextMargins(_TEXT_MARGIN, 0, _TEXT_MARGIN, 0)
    return spin


def hide_what_is_typed(field: QLineEdit) -> None:
    """Show dots, and have no keyboard on the screen learn what is typed."""
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
