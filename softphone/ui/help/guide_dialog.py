"""The guides: the documents that come with the program, read in a window of their own."""

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from softphone.i18n import tr
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.theme import resource

SIZE = (760, 620)


class GuideDialog(PageDialog):
    """Begins with the list of guides; links to the web go to `open_url`. Show it with `show()`."""

    def __init__(self, open_url: Callable[[str], object], parent: QWidget) -> None:
        self._pages = QTextBrowser()
        super().__init__(tr("Guides"), parent, name="guideDialog", size=SIZE, content=self._pages)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open_url = open_url
        self._pages.setObjectName("guidePages")
        self._pages.setAccessibleName(tr("Guides"))
        self._pages.setFrameShape(QFrame.Shape.NoFrame)
        self._pages.setOpenLinks(False)
        self._pages.document().setDocumentMargin(20)
        self._pages.anchorClicked.connect(self._follow)
        self._pages.sourceChanged.connect(self._show_heading)
        back = Button(tr("Back"), self._pages.backward, name="backButton", kind=ButtonKind.QUIET)
        back.setEnabled(False)
        self._pages.backwardAvailable.connect(back.setEnabled)
        self.add_button(back, aside=True)
        self.add_close("closeButton")
        self._first = self._pages
        self._pages.setSource(QUrl.fromLocalFile(str(resource("docs/index.md"))))

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in ("http", "https"):
            self._open_url(link.toString())
        else:
            self._pages.setSource(self._pages.source().resolved(link))

    def _show_heading(self, source: QUrl) -> None:
        """Scroll to the heading that the fragment names: Qt knows no anchors of Markdown."""
        block = self._pages.document().begin()
        while source.hasFragment() and block.isValid():
            if block.blockFormat().headingLevel() and _anchor(block) == source.fragment():
                self._pages.setTextCursor(QTextCursor(block))
                bar = self._pages.verticalScrollBar()
                bar.setValue(bar.value() + self._pages.cursorRect().top())
                return
            block = block.next()


def _anchor(heading: QTextBlock) -> str:
    return re.sub(r"[^\w\- ]", "", heading.text().lower()).strip().replace(" ", "-")
