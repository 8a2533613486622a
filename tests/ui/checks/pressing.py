"""Pressing what a window offers, by objectName and kind only, whatever its widgets are."""

from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget


def buttons_in(widget: QWidget) -> list[QAbstractButton]:
    """Return the buttons of a window that can be pressed now, in no order."""
    found = widget.findChildren(QAbstractButton)
    return [one for one in found if one.isVisible() and one.isEnabled()]


def open_dialogs() -> list[QDialog]:
    """Return the dialogs that are on the screen."""
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]
    return [one for one in found if one.isVisible()]


def dismiss_dialogs() -> None:
    """Close every dialog without agreeing to anything."""
    for dialog in open_dialogs():
        dialog.reject()


def remedies_in(window: QWidget) -> list[QAbstractButton]:
    """Return the remedies that a window offers, wherever they stand."""
    return [one for one in buttons_in(window) if one.objectName() in {"retryButton", "remedyButton"}]
