"""Fields for what a person types: text, numbers, what is searched."""

from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from softphone.i18n import tr
from softphone.ui.kit.icons import Icon, picture
from softphone.ui.kit.theme import tokens

Spin = TypeVar("Spin", bound=QAbstractSpinBox)

_TEXT_MARGIN = 7


def labelled_field(name: str, label: str) -> QLineEdit:
    """Return a field for text that says what belongs in it."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(label)
    field.setPlaceholderText(label)
    return field


class SearchField(QLineEdit):
    """A field for a search, with a glass and a cross that empties it; both have names for a screen reader."""

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setPlaceholderText(tr("Search"))
        self.setClearButtonEnabled(True)
        for cross in self.findChildren(QAction):
            cross.setText(tr("Clear"))
        self._glass = self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._glass.setText(tr("Search"))
        self._show_glass()

    def event(self, event: QEvent) -> bool:
        """Have Esc for itself while there is something to empty, before the window's key takes it."""
        asked = event.type() == QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and self._empties(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._empties(event):
            self.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_glass()

    def _empties(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())

    def _show_glass(self) -> None:
        self._glass.setIcon(picture(Icon.SEARCH, tokens(self.palette()).secondary))


def indented(spin: Spin) -> Spin:
    """Return a field for numbers with room before its text: in these, style sheets do nothing for it."""
    spin.lineEdit().setTextMargins(_TEXT_MARGIN, 0, _TEXT_MARGIN, 0)
    return spin


def hide_what_is_typed(field: QLineEdit) -> None:
    """Show dots, and have no keyboard on the screen learn what is typed."""
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
