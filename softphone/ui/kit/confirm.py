"""A question before something that cannot be taken back: one sentence, *Cancel* and the verb."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import FlowLayout, gap, in_column
from softphone.ui.kit.page_dialog import Dialog
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.placement import show_dialog

_WIDTH = 400


class Confirm(Dialog):
    """The dialog; *Cancel* has the keyboard, and Esc is the same."""

    def __init__(
        self,
        parent: QWidget,
        question: str,
        sentence: str,
        verb: str,
        *,
        danger: bool,
        name: str,
        extra: QWidget | None,
    ) -> None:
        super().__init__(question, parent, name=name, size=(_WIDTH, 0), minimum=(280, 0))
        self.setAccessibleDescription(sentence)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        cancel = Button(tr("Cancel"), self.reject, name="cancelButton")
        cancel.setDefault(True)
        kind = ButtonKind.DANGER if danger else ButtonKind.PRIMARY
        agree = Button(verb, self.accept, name="confirmButton", kind=kind)
        column = in_column(
            Text(question, style=TextStyle.PAGE_TITLE),
            Text(sentence, secondary=True),
            of=self,
            margins=(20, 20, 20, 20),
            spacing=8,
        )
        if extra is not None:
            column.addWidget(extra)
        column.addSpacerItem(gap(8))
        column.addLayout(FlowLayout(cancel, agree, side=Qt.AlignmentFlag.AlignRight, spacing=8))
        self._first = cancel


def ask(
    parent: QWidget,
    question: str,
    sentence: str,
    verb: str,
    does: Callable[[], object],
    *,
    danger: bool = True,
    name: str = "confirmDialog",
    extra: QWidget | None = None,
) -> Confirm:
    """Ask, and do it when the person agrees. `extra` is one more control, as a box to tick."""
    dialog = Confirm(parent, question, sentence, verb, danger=danger, name=name, extra=extra)
    dialog.accepted.connect(does)
    show_dialog(dialog)
    return dialog
