"""The guides: documents that come with the program."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QTextBlock, QTextFragment
from PySide6.QtWidgets import QTextBrowser, QWidget

from softphone.ui.help.guide_dialog import GuideDialog, _anchor
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import resource

FIRST = QUrl.fromLocalFile(str(resource("docs/index.md")))
GUIDES = sorted(path.name for path in resource("docs").glob("*.md") if path.name != "index.md")


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def opened(qtbot, window: QWidget) -> tuple[GuideDialog, QTextBrowser, list[str]]:
    urls = list[str]()
    dialog = GuideDialog(urls.append, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    pages = dialog.findChild(QTextBrowser, "guidePages")
    assert isinstance(pages, QTextBrowser)
    return dialog, pages, urls


def test_the_list_of_guides_comes_first_and_every_guide_can_be_read(opened):
    _, pages, _ = opened
    assert pages.toPlainText().startswith("Guides")
    assert sorted(links(pages)) == sorted(GUIDES)
    for link in links(pages):
        pages.setSource(FIRST)
        pages.anchorClicked.emit(QUrl(link))
        assert pages.source().fileName() == link
        assert len(pages.toPlainText()) > 500


@pytest.mark.parametrize("guide", GUIDES)
def test_the_links_of_a_guide_lead_to_guides_and_to_headings(opened, guide: str):
    _, pages, urls = opened
    here = FIRST.resolved(QUrl(guide))
    pages.setSource(here)
    for link in links(pages):
        pages.setSource(here)
        pages.anchorClicked.emit(QUrl(link))
        assert pages.source().fileName() in GUIDES, link
        if pages.source().hasFragment():
            assert _anchor(pages.textCursor().block()) == pages.source().fragment(), link
    assert urls == []


def test_what_is_hidden_in_a_guide_is_not_shown(opened):
    _, pages, _ = opened
    pages.setSource(FIRST.resolved(QUrl("contributing.md")))
    assert "packaging/test --fast" in pages.toPlainText()
    assert "not run here: they install" not in pages.toPlainText()


def test_a_link_to_a_heading_shows_that_heading(opened, qtbot):
    _, pages, _ = opened
    pages.anchorClicked.emit(QUrl("reliability.md#way-home"))
    qtbot.waitUntil(lambda: pages.cursorForPosition(QPoint(30, 8)).block().text() == "Way home")


def test_back_leads_to_where_one_was_and_a_web_page_goes_to_the_browser(opened):
    dialog, pages, urls = opened
    back = dialog.findChild(Button, "backButton")
    assert not back.isEnabled()
    pages.anchorClicked.emit(QUrl("scripts.md"))
    assert back.isEnabled()
    back.click()
    assert pages.source().fileName() == "index.md"
    pages.anchorClicked.emit(QUrl("https://example.com/page"))
    assert urls == ["https://example.com/page"]
    assert pages.source().fileName() == "index.md"


def links(pages: QTextBrowser) -> list[str]:
    """Return where the links of the page lead, in their order."""
    formats = (fragment.charFormat() for block in blocks(pages) for fragment in fragments(block))
    return [each.anchorHref() for each in formats if each.isAnchor()]


def blocks(pages: QTextBrowser) -> Iterator[QTextBlock]:
    block = pages.document().begin()
    while block.isValid():
        yield block
        block = block.next()


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    at = block.begin()
    while not at.atEnd():
        yield at.fragment()
        at += 1
