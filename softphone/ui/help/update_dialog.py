"""'Check for updates': asks once it is open, and tells of a newer version, which the browser may get."""

from collections.abc import Callable, Coroutine
from datetime import datetime, time
from typing import Any

from PySide6.QtWidgets import QWidget

from softphone import __version__
from softphone.checks.updates import Update
from softphone.errors import SoftphoneError
from softphone.i18n import date, tr
from softphone.ui.bridge import Bridge
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text, announce, breakable

SIZE = (460, 260)

LookForUpdate = Callable[[], Coroutine[Any, Any, Update]]


class UpdateDialog(PageDialog):
    """Asks `look`, and offers to open the page of a newer version. Show it with `open()`."""

    def __init__(
        self, bridge: Bridge, look: LookForUpdate, open_url: Callable[[str], bool], parent: QWidget
    ) -> None:
        super().__init__(tr("Check for updates"), parent, name="updateDialog", size=SIZE)
        self._bridge = bridge
        self._look = look
        self._open_url = open_url
        self._address = ""
        self._verdict = Text(bold=True, name="updateVerdict")
        self._sentence = Text(name="updateSentence")
        self.page.addWidget(self._verdict)
        self.page.addWidget(self._sentence)
        self._again = Button(tr("Try again"), self._begin, name="updateAgainButton")
        self._open = Button(
            tr("Open the page"), self._open_page, name="updatePageButton", kind=ButtonKind.PRIMARY
        )
        for button in (self._again, self._open, Button(tr("Close"), self.accept, name="updateCloseButton")):
            self.add_button(button)
        self._begin()

    def done(self, result: int) -> None:
        self._asking.cancel()
        super().done(result)

    def _begin(self) -> None:
        self._show(tr("Looking…"), "")
        self._asking = self._bridge.ask(self, self._look(), self._told, self._failed)

    def _told(self, update: Update) -> None:
        words = {
            "own": __version__,
            "version": update.version,
            "date": date(datetime.combine(update.date, time())),
        }
        if update.is_newer:
            self._address = update.page
            sentence = tr("You have {own}. New in {version}, of {date}: {notes}", notes=update.notes, **words)
            self._show(tr("There is a newer version"), sentence, self._open)
        else:
            sentence = tr("This is {own}. The newest in the list is {version}, of {date}.", **words)
            self._show(tr("You have the newest version"), sentence)

    def _failed(self, error: SoftphoneError) -> None:
        self._show(tr(error.title), tr(error.sentence), self._again)

    def _open_page(self) -> None:
        if not self._open_url(self._address):
            words = tr("Your browser could not be opened. The page is {address}.", address=self._address)
            self.show_note(words)

    def _show(self, verdict: str, sentence: str, offered: Button | None = None) -> None:
        self._verdict.say(verdict)
        self._sentence.say(breakable(sentence))
        for button in (self._again, self._open):
            button.setHidden(button is not offered)
        announce(self, f"{verdict} {sentence}")
