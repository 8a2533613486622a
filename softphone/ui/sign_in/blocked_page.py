"""Whether a sign-in page keeps this window out: some rules work only in the person's own browser.

No script of ours runs in a page: there are its title and its words (sign-in.md#blocked-pages).
"""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtWebEngineCore import QWebEngineLoadingInfo, QWebEnginePage

BLANK_MS = 5_000  # a page that still has no word after that is taken for blank
TEXT_LIMIT_CHARS = 4_000  # a notice stands at the top; further down, help pages speak of browsers, too

_REFUSALS = re.compile(
    r"disallowed_useragent"
    r"|AADSTS5(?:3\d{3}|30\d{3}|0097)"  # Microsoft: the device is not managed, or not known
    r"|(?:browser|user agent|webview)\W[^.\n]{0,60}(?:\b(?:not|no longer)|n['\u2019]t)\W[^.\n]{0,20}\b"
    r"(?:support|secure|allow|compatible)"
    r"|(?:unsupported|outdated|incompatible)\W[^.\n]{0,20}\b(?:browser|user agent)"
    r"|embedded (?:browser|web ?view)",
    re.IGNORECASE,
)


def refuses_this_window(words: str) -> bool:
    """Whether the words of a page say that its browser will not do."""
    return _REFUSALS.search(words[:TEXT_LIMIT_CHARS]) is not None


class BlockedPage(QObject):
    """Watches one page.

    Signals:
        noticed(): the page refuses this window, stays blank, or wants a passkey.
        empty_error(int): an HTTP status of failure, without a word on the page.
    """

    noticed: Signal = Signal()
    empty_error: Signal = Signal(int)

    def __init__(self, page: "QWebEnginePage", parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._stopped = False
        self._error = 0
        self._blank = QTimer(self, singleShot=True, interval=BLANK_MS)
        self._blank.timeout.connect(self._look_again)
        page.loadStarted.connect(self._blank.stop)
        page.loadingChanged.connect(self._loading)
        page.webAuthUxRequested.connect(lambda _: self.noticed.emit())

    def stop(self) -> None:
        """Look no more: the page goes."""
        self._stopped = True
        self._blank.stop()

    def _loading(self, info: "QWebEngineLoadingInfo") -> None:
        """Look at what came; a page may come with an error, as the refusals of some services do."""
        succeeded = info.status() is info.LoadStatus.LoadSucceededStatus
        answered = info.errorDomain() is info.ErrorDomain.HttpStatusCodeDomain
        if (succeeded or answered) and info.status() is not info.LoadStatus.LoadStartedStatus:
            self._error = 0 if succeeded else info.errorCode()
            if not self._stopped:
                self._page.toPlainText(self._judge)

    def _judge(self, text: str) -> None:
        if self._stopped:
            return
        if refuses_this_window(f"{self._page.title()}\n{text}"):
            self.noticed.emit()
        elif not text.strip() and self._error:
            self.empty_error.emit(self._error)
        elif not text.strip():
            self._blank.start()

    def _look_again(self) -> None:
        self._page.toPlainText(self._judge_blank)

    def _judge_blank(self, text: str) -> None:
        if not self._stopped and not text.strip():
            self.noticed.emit()
