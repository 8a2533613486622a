"""What signing out did, part by part, and what it left behind (sign-in.md#signing-out)."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.auth.changes import Receipt, ReceiptItem
from softphone.i18n import tr
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.copyable import Copyable, copy
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.wording.presentation import Shape, Tone

SIZE = (520, 460)


class ReceiptDialog(PageDialog):
    """The receipts of one or several people; more may come while it is open. Show it with `open()`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Signed out"), parent, name="receiptDialog", size=SIZE)
        self._lines: list[str] = []
        copy_all = Button(tr("Copy"), name="copyReceiptButton")
        copy_all.setAccessibleName(tr("Copy the receipt"))
        copy_all.clicked.connect(lambda _=False: copy("\n".join(self._lines), copy_all))
        close = Button(tr("Close"), name="closeButton", kind=ButtonKind.PRIMARY)
        close.clicked.connect(lambda _=False: self.accept())
        for button in (copy_all, close):
            self.add_button(button)

    def add(self, name: str, receipt: Receipt) -> None:
        """Show how it went for this person."""
        title = (
            tr("{name}: something is left behind", name=name)
            if receipt.failed
            else tr("{name}: nothing is left behind", name=name)
        )
        self._lines.append(title)
        self.page.addWidget(Text(title, bold=True))
        for item in receipt.items:
            self.page.addWidget(_Row(item))
            state = tr("done") if item.done else tr("failed")
            self._lines.append(f"{tr(item.step.value)} ({state}): {tr(item.sentence)}")
        self.setAccessibleDescription("\n".join(self._lines))


class _Row(QWidget):
    """One part: its shape, its name, how it ended, and where the rest can be mended."""

    def __init__(self, item: ReceiptItem) -> None:
        super().__init__()
        state = tr("done") if item.done else tr("failed")
        self.setObjectName("receiptItem")
        self.setAccessibleName(f"{tr(item.step.value)}: {state}")
        self.setAccessibleDescription(tr(item.sentence))
        shape = StatusShape(16)
        shape.show_shape(*(_DONE if item.done else _FAILED))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(f"{tr(item.step.value)} · {state}", bold=True))
        words.addWidget(Text(tr(item.sentence)))
        if item.link:
            words.addWidget(Copyable(tr("Page where you can remove it"), item.link))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)


_DONE = (Shape.DISC_CHECK, Tone.GOOD)
_FAILED = (Shape.OCTAGON, Tone.BAD)
