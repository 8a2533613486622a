"""What the program promises, in one sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from softphone.i18n import tr
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text

SIZE = (360, 240)


class PromiseDialog(PageDialog):
    """One sentence. Show it with `open()`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Our promise"), parent, name="promiseDialog", size=SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page.addWidget(Text(tr("A line is shown green only while Webex has just confirmed it.")))
        self.add_close("promiseClose")
