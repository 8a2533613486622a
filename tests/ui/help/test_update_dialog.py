"""'Check for updates', as a person meets it."""

import asyncio
from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from softphone import __version__
from softphone.checks.updates import Update
from softphone.errors import UpdateError
from softphone.i18n import phrase
from softphone.ui.bridge import Bridge
from softphone.ui.help.update_dialog import UpdateDialog
from softphone.ui.kit.button import Button
from tests.ui.conftest import buttons_of, check_nothing_is_clipped, find, until
from tests.ui.fakes import PanelSpy

PAGE = "https://updates.example.com/99.0.0"
NEWER = Update("99.0.0", date(2026, 12, 24), "Lines come back <b>faster</b>.", PAGE)
SAME = Update(__version__, date(2026, 11, 28), "This one.", PAGE)
FAULT = UpdateError(phrase("{host} cannot be reached.", host="updates.example.com"))


class Looking:
    """Gives one answer after the other, once it may."""

    def __init__(self, *answers: Update | UpdateError) -> None:
        self.answers = list(answers)
        self.cancelled = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self) -> Update:
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        answer = self.answers.pop(0)
        if isinstance(answer, UpdateError):
            raise answer
        return answer


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge(PanelSpy())
    yield bridge
    bridge.close()


def opened(bridge: Bridge, look: Looking, window: QWidget, urls: list[str] | None = None) -> UpdateDialog:
    def open_url(url: str) -> bool:
        if urls is not None:
            urls.append(url)
        return urls is not None

    dialog = UpdateDialog(bridge, look, open_url, window)
    dialog.open()
    return dialog


def verdict(dialog: UpdateDialog) -> str:
    label: QLabel = find(dialog, "updateVerdict", QLabel)
    return label.text()


def sentence(dialog: UpdateDialog) -> str:
    label: QLabel = find(dialog, "updateSentence", QLabel)
    return label.text().replace("\u200b", "")


async def test_a_newer_version_is_told_in_a_sentence_and_its_page_opens_in_the_browser(
    bridge: Bridge, window: QWidget
):
    urls: list[str] = []
    dialog = opened(bridge, Looking(NEWER), window, urls)
    assert verdict(dialog) == "Looking…"
    assert buttons_of(dialog) == ["Close"]
    await until(lambda: verdict(dialog) == "There is a newer version")
    assert sentence(dialog) == (
        f"You have {__version__}. New in 99.0.0, of 2026-12-24: Lines come back <b>faster</b>."
    )
    label: QLabel = find(dialog, "updateSentence", QLabel)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert buttons_of(dialog) == ["Open the page", "Close"]
    assert urls == []
    find(dialog, "updatePageButton", Button).click()
    assert urls == [PAGE]
    dialog.reject()


async def test_without_a_browser_the_page_is_named(bridge: Bridge, window: QWidget):
    dialog = opened(bridge, Looking(NEWER), window)
    await until(lambda: buttons_of(dialog) == ["Open the page", "Close"])
    find(dialog, "updatePageButton", Button).click()
    note: QLabel = find(dialog, "updateDialogNote", QLabel)
    assert PAGE in note.text().replace("\u200b", "")
    dialog.reject()


async def test_the_newest_version_is_said_to_be_that(bridge: Bridge, window: QWidget):
    dialog = opened(bridge, Looking(SAME), window)
    await until(lambda: verdict(dialog) == "You have the newest version")
    assert sentence(dialog) == (
        f"This is {__version__}. The newest in the list is {__version__}, of 2026-11-28."
    )
    assert buttons_of(dialog) == ["Close"]
    dialog.reject()


async def test_a_fault_is_said_in_words_and_can_be_tried_again(bridge: Bridge, window: QWidget):
    dialog = opened(bridge, Looking(FAULT, SAME), window)
    await until(lambda: verdict(dialog) == "No list of versions came")
    assert sentence(dialog) == "updates.example.com cannot be reached."
    assert buttons_of(dialog) == ["Try again", "Close"]
    for size in ((460, 260), (320, 220)):
        dialog.resize(*size)
        await asyncio.sleep(0.05)
        check_nothing_is_clipped(dialog)
    again: Button = find(dialog, "updateAgainButton", Button)
    again.setFocus()
    again.click()
    assert verdict(dialog) == "Looking…"
    assert find(dialog, "updateCloseButton", Button).hasFocus()
    await until(lambda: verdict(dialog) == "You have the newest version")
    dialog.reject()


async def test_closing_ends_the_look(bridge: Bridge, window: QWidget):
    look = Looking(NEWER)
    look.may_answer.clear()
    dialog = opened(bridge, look, window)
    await asyncio.sleep(0)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: look.cancelled)
    assert dialog.isHidden()
