"""The ways through sign-in, inside the window: the embedded page or the person's browser, then the session.

Importing this loads no web engine; beginning with the embedded page does.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from softphone.accounts.snapshot import Purpose
from softphone.auth.oauth import SignInAttempt
from softphone.checks.missing_library import debian_package, missing_library, packages_in_words
from softphone.errors import SignInError, SignInOutcome, SoftphoneError
from softphone.i18n import phrase
from softphone.line.failure import Remedy
from softphone.ui.bridge import Bridge
from softphone.ui.lines.placeholders import Waiting
from softphone.ui.sign_in.browser import BrowserPage, open_in_browser

if TYPE_CHECKING:
    from softphone.ui.sign_in.page import SignInView


class SignInFlow(QStackedWidget):
    """One attempt at a time.

    Signals:
        ended(SoftphoneError | None): the attempt is over; None: signed in, or cancelled by the person.
    """

    ended: Signal = Signal(object)

    def __init__(
        self,
        bridge: Bridge,
        *,
        limit_s: float,
        browser_sign_in_available: bool = True,
        open_url: Callable[[str], bool] = open_in_browser,
        parent: QWidget | None = None,
    ) -> None:
        """`open_url` opens an address in the person's browser and says whether it could."""
        super().__init__(parent)
        self._bridge = bridge
        self._limit_s = limit_s
        self._with_browser = browser_sign_in_available
        self._open_url = open_url
        self._active = False
        self._purpose = Purpose()
        self._attempt: SignInAttempt | None = None
        self._asked: asyncio.Task[None] | None = None
        self._view: SignInView | None = None
        self._waiting = Waiting()
        self._waiting.cancelled.connect(self.cancel)
        self._browser = BrowserPage()
        self._browser.cancelled.connect(self.cancel)
        self._browser.open_again_pressed.connect(lambda: self._open(self._browser.address))
        self.addWidget(self._waiting)
        self.addWidget(self._browser)
        bridge.keyring_waits.connect(self._waiting.show_keyring)

    @property
    def active(self) -> bool:
        """An attempt is under way."""
        return self._active

    def begin(self, purpose: Purpose | None = None) -> None:
        """Show the sign-in page; a second call while an attempt is under way changes nothing."""
        if self._active:
            return
        self._active, self._purpose = True, purpose or Purpose()
        try:
            self._attempt = self._bridge.panel.begin_sign_in(self._purpose)
            self._view = self._new_view(self._attempt)
        except SoftphoneError as error:
            self._fail(error)
            return
        self.addWidget(self._view)
        self.setCurrentWidget(self._view)
        self._view.setFocus()

    def begin_in_browser(self, purpose: Purpose | None = None) -> None:
        """Open the sign-in page in the person's browser and wait for it to come back."""
        if self._active:
            return
        self._active, self._purpose = True, purpose or Purpose()
        self.setCurrentWidget(self._browser)
        self._browser.begin()
        self._ask(self._bridge.panel.sign_in_with_browser(self._open, self._purpose))

    def cancel(self) -> None:
        """Stop the attempt, if there is one: nothing was changed."""
        self._fail(None)

    def _new_view(self, attempt: SignInAttempt) -> "SignInView":
        try:
            from softphone.ui.sign_in.page import SignInView  # noqa: PLC0415 - the web engine loads here
        except ImportError as fault:
            raise SignInError(
                _why_no_page(str(fault)),
                outcome=SignInOutcome.PAGE_STOPPED,
                title="The sign-in page cannot be shown",
                remedies=(Remedy.USE_MY_BROWSER, Remedy.COPY_DIAGNOSTICS),
            ) from fault
        view = SignInView(attempt, limit_s=self._limit_s, browser_sign_in_available=self._with_browser)
        view.captured.connect(self._finish)
        view.cancelled.connect(self.cancel)
        view.failed.connect(self._fail)
        view.use_browser_requested.connect(self._leave_for_browser)
        return view

    def _finish(self, redirect_url: str) -> None:
        if self._attempt is not None:
            self._waiting.show_keyring(self._bridge.panel.keyring.waiting)
            self.setCurrentWidget(self._waiting)
            self._drop_view()
            self._ask(self._bridge.panel.finish_sign_in(self._attempt, redirect_url))

    def _ask(self, question: Coroutine[Any, Any, None]) -> None:
        self._asked = self._bridge.ask(self, question, lambda _: self._end(None), self._end, mistake=_MISTAKE)

    def _open(self, address: str) -> None:
        self._browser.show_address(address, opened=self._open_url(address))

    def _leave_for_browser(self) -> None:
        purpose = self._purpose
        self._give_up()
        self.begin_in_browser(purpose)

    def _fail(self, error: SoftphoneError | None) -> None:
        if self._active:
            self._give_up()
            self.ended.emit(error)

    def _give_up(self) -> None:
        if self._attempt is not None:
            self._bridge.panel.cancel_sign_in(self._attempt)
        if self._asked is not None:
            self._asked.cancel()  # late tokens are revoked (T29)
        self._leave()

    def _end(self, error: SoftphoneError | None) -> None:
        # What a cancelled attempt still answers is nobody's.
        if self._active:
            if self.currentWidget() is self._browser:
                self._come_to_front()
            self._leave()
            self.ended.emit(error)

    def _leave(self) -> None:
        self._active = False
        self._attempt = self._asked = None
        self._browser.end()
        self._drop_view()

    def _drop_view(self) -> None:
        view, self._view = self._view, None
        if view is not None:
            self.removeWidget(view)
            view.tear_down()

    def _come_to_front(self) -> None:
        """The person is in the browser: bring the window back before it."""
        window = self.window()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


# A fault of ours must not leave a person before a page that waits for ever.
_MISTAKE = SignInError(
    "This app made a mistake. Nothing was changed; please try again.", outcome=SignInOutcome.BAD_ANSWER
)


def _why_no_page(said: str) -> str:
    library = missing_library(said)
    if library is None or (package := debian_package(library)) is None:
        return phrase("The part of Qt that shows the sign-in page is missing or cannot be loaded.")
    return phrase(
        "It needs the library {library}, which is missing here. "
        "Install {package} (its name on Debian and Ubuntu) and sign in then.",
        library=library,
        package=packages_in_words(package),
    )
