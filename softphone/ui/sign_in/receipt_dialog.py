"""What signing out did, part by part, and what it left behind (sign-in.md#signing-out)."""

from PySide6.QtWidgets import QWidget

from softphone.auth.changes import Receipt, ReceiptItem
from softphone.i18n import tr
from softphone.ui.copyable import Copyable, copy
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, in_column, in_row
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
        copy_all = Button(
            tr("Copy"),
            lambda: copy("\n".join(self._lines), copy_all),
            name="copyReceiptButton",
            spoken=tr("Copy the receipt"),
            kind=ButtonKind.QUIET,
        )
        self.add_button(copy_all, aside=True)
        self.add_close("closeButton")

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
            self.page.addWidget(_Item(item))
            state = tr("done") if item.done else tr("failed")
            self._lines.append(f"{tr(item.step.value)} ({state}): {tr(item.sentence)}")
        self.setAccessibleDescription("\n".join(self._lines))


class _Item(QWidget):
    """One part: its shape, its name, how it ended, and where the rest can be mended."""

    def __init__(self, item: ReceiptItem) -> None:
        super().__init__()
        state = tr("done") if item.done else tr("failed")
        self.setObjectName("receiptItem")
        self.setAccessibleName(f"{tr(item.step.value)}: {state}")
        self.setAccessibleDescription(tr(item.sentence))
        shape = StatusShape(16, *((Shape.DISC_CHECK, Tone.GOOD) if item.done else (Shape.OCTAGON, Tone.BAD)))
        words = in_column(
            Text(f"{tr(item.step.value)} · {state}", bold=True), Text(tr(item.sentence)), spacing=2
        )
        if item.link:
            words.addWidget(Copyable(tr("Page where you can remove it"), item.link))
        in_row((shape, TOP), (words, 1), of=self, margins=NO_MARGINS, spacing=10)
