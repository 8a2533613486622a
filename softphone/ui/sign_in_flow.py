"""The way through sign-in, inside the window: the embedded page, then the wait for the session.

Importing this loads no web engine; beginning does.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from softphone.errors import SignInError, SignInOutcome, SoftphoneError
from softphone.line.failure import Remedy
from softphone.ui.bridge import Bridge, SignInAttempt
from softphone.ui.placeholders import Waiting

if TYPE_CHECKING:
    from softphone.ui.sign_in import SignInView


class SignInFlow(QStackedWidget):
    """One attempt at a time.

    Signals:
        ended(SoftphoneError | None): the attempt is over; None: signed in, or cancelled by the person.
        use_browser_requested(): the person would rather use the system's browser.
    """

    ended = Signal(object)
    use_browser_requested = Signal()

    def __init__(
        self,
        bridge: Bridge,
        *,
        limit_s: float,
        browser_sign_in_available: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._limit_s = limit_s
        self._browser = browser_sign_in_available
        self._attempt: SignInAttempt | None = None
        self._view: SignInView | None = None
        self._waiting = Waiting()
        self._waiting.cancelled.connect(self.cancel)
        self.addWidget(self._waiting)
        bridge.sign_in_done.connect(lambda: self._end(None))
        bridge.sign_in_failed.connect(self._end)

    @property
    def active(self) -> bool:
        """An attempt is under way."""
        return self._attempt is not None

    def begin(self) -> None:
        """Show the sign-in page; a second call while one is shown changes nothing."""
        if self._attempt is not None:
            return
        try:
            self._attempt = self._bridge.begin_sign_in()
            self._view = self._new_view(self._attempt)
        except SoftphoneError as error:
            self._forget_attempt()
            self.ended.emit(error)
            return
        self.addWidget(self._view)
        self.setCurrentWidget(self._view)
        self._view.setFocus()

    def cancel(self) -> None:
        """Stop the attempt, if there is one: nothing was changed."""
        if self._attempt is not None:
            self._forget_attempt()
            self._end(None, even_without=True)

    def _new_view(self, attempt: SignInAttempt) -> "SignInView":
        try:
            from softphone.ui.sign_in import SignInView  # noqa: PLC0415 - the web engine loads here
        except ImportError as fault:
            raise SignInError(
                "The part of Qt that shows the sign-in page is missing or cannot be loaded.",
                outcome=SignInOutcome.PAGE_STOPPED,
                title="The sign-in page cannot be shown",
                remedies=(Remedy.USE_MY_BROWSER, Remedy.COPY_DIAGNOSTICS),
            ) from fault
        view = SignInView(attempt, limit_s=self._limit_s, browser_sign_in_available=self._browser)
        view.captured.connect(self._finish)
        view.cancelled.connect(self.cancel)
        view.failed.connect(self._fail)
        view.use_browser_requested.connect(self._leave_for_browser)
        return view

    def _finish(self, redirect_url: str) -> None:
        if self._attempt is not None:
            self.setCurrentWidget(self._waiting)
            self._drop_view()
            self._bridge.finish_sign_in(self._attempt, redirect_url)

    def _fail(self, error: SoftphoneError) -> None:
        self._forget_attempt()
        self._end(error, even_without=True)

    def _leave_for_browser(self) -> None:
        self.cancel()
        self.use_browser_requested.emit()

    def _forget_attempt(self) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            self._bridge.cancel_sign_in(attempt)

    def _end(self, error: SoftphoneError | None, *, even_without: bool = False) -> None:
        # What a cancelled attempt still answers is nobody's.
        if self._attempt is not None or even_without:
            self._attempt = None
            self._drop_view()
            self.ended.emit(error)

    def _drop_view(self) -> None:
        view, self._view = self._view, None
        if view is not None:
            self.removeWidget(view)
            view.tear_down()
