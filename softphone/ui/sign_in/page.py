"""The embedded sign-in page, and the only module that loads the web engine.

One attempt is one view with its own off-the-record profile. The redirect is captured where a navigation is
asked for, before anything of it is sent: the address is noted, the navigation refused, and all else
happens on a later turn of the loop, because the engine dies when its page is touched in there
(sign-in.md#redirect). What is refused and why: sign-in.md#page.
"""

import logging

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QWidget

from softphone.auth.oauth import SignInAttempt, is_redirect
from softphone.auth.untrusted import plain_text
from softphone.errors import SignInError, SignInOutcome
from softphone.i18n import phrase, tr
from softphone.system import engine
from softphone.ui.kit.layout import NO_MARGINS, in_column, remove
from softphone.ui.kit.theme import tokens
from softphone.ui.language import accepted
from softphone.ui.sign_in.bars import AddressBar, WaitingBar
from softphone.ui.sign_in.blocked_page import BlockedPage
from softphone.ui.sign_in.page_look import PageZoom, look_options
from softphone.ui.sign_in.page_network import PageNetwork, closed_port, is_loopback
from softphone.ui.sign_in.web_page import NAME_CHARS, WebPage, encoded, host_of

POPUP_LIMIT = 3
POPUP_SIZE = (480, 600)
PAPER = QColor(Qt.GlobalColor.white)  # what a page takes for granted that names no colour of its own

_log = logging.getLogger(__name__)

_NEVER_STARTED = 1002  # instead of a page's exit code: it could not be started
_Attribute = QWebEngineSettings.WebAttribute
_SETTINGS_OFF = (
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.PdfViewerEnabled,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.ErrorPageEnabled,
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.PluginsEnabled,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.BackForwardCacheEnabled,
    _Attribute.WebGLEnabled,
)


class SignInView(QWidget):
    """The page of one attempt, with its bars. Call `tear_down` when it has ended, whichever way.

    Signals:
        captured(str): the redirect's URL, fully encoded. Nothing was sent to it.
        cancelled(): the person stopped.
        failed(SignInError): the time ran out, or the page cannot be shown.
        use_browser_requested(): the person would rather use the system's browser.
    """

    captured: Signal = Signal(str)
    cancelled: Signal = Signal()
    failed: Signal = Signal(object)
    use_browser_requested: Signal = Signal()

    def __init__(
        self,
        attempt: SignInAttempt,
        *,
        limit_s: float = 300.0,
        browser_sign_in_available: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Load the page. Raises SignInError when it must not be shown here, or would not live."""
        start = QUrl(attempt.authorize_url)
        engine.check(loopback=is_loopback(start))
        super().__init__(parent)
        self.setObjectName("signInView")
        self.setAccessibleName(tr("Sign in"))
        self._start = start
        self._redirect = ""
        self._gone = False
        self._limit_ms = round(limit_s * 1000)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)

        self._net = _Net(attempt.redirect_uri)
        self._network = PageNetwork(attempt.network)
        with engine.starting(closed_port(QUrl(attempt.redirect_uri), start), *look_options(self)):
            self._profile = _new_profile(self._network, self._net, self)
        self._profile.downloadRequested.connect(self._refuse_download)
        self._popups: list[tuple[WebPage, QWebEngineView]] = []
        self.page: WebPage = WebPage(self._profile, attempt.redirect_uri, self)
        self.view: _View = _View(self)
        self.view.setPage(self.page)
        PageZoom(self.view, self)
        self._address = AddressBar()
        self._waiting = WaitingBar(attempt.authorize_url, with_browser=browser_sign_in_available)
        in_column(self._address, (self.view, 1), self._waiting, of=self, margins=NO_MARGINS, spacing=0)

        self.page.setBackgroundColor(QColor(tokens(self.palette()).card))
        self.page.urlChanged.connect(self._show_address)
        self.page.loadStarted.connect(self._waiting.begin_page)
        self.page.renderProcessTerminated.connect(self._page_stopped)
        self._address.cancel_pressed.connect(self.cancelled)
        self._waiting.reload_pressed.connect(self.reload)
        self._waiting.use_browser_pressed.connect(self.use_browser_requested)
        self._blocked = BlockedPage(self.page, self)
        self._blocked.noticed.connect(self._waiting.say_blocked)
        self._blocked.empty_error.connect(self._say_error)
        self.setFocusProxy(self.view)
        self._tick()
        self._second.start()
        QTimer.singleShot(0, self, self._load)  # once it has its size: one drawn before flashes
        if QAccessible.isActive():
            # The engine listens for this, and misses what was said before it was loaded: without it a
            # screen reader finds an empty page.
            QAccessible.setActive(True)

    @property
    def message(self) -> str:
        """What is wrong with the page, empty when nothing is."""
        return self._waiting.message

    def reload(self) -> None:
        """Load the sign-in page from its beginning."""
        self._waiting.clear()
        try:
            engine.check(loopback=is_loopback(self._start))
        except SignInError as error:
            self._waiting.say(f"{tr(error.title)}. {tr(error.sentence)}")
        else:
            self.page.load(self._start)

    def tear_down(self) -> None:
        """Hide at once; page, view and profile are deleted on the loop's next turn. Twice is harmless."""
        if not self._gone:
            self._gone = True
            self._second.stop()
            self._blocked.stop()
            self._network.restore()  # now: the next page may be made before this one is deleted
            self.hide()
            QTimer.singleShot(0, self, self._delete)

    # Asked by the pages, inside the engine's hook: note and answer, nothing else

    def note_redirect(self, url: str) -> None:
        """Remember the first redirect and report it on a later turn."""
        if not self._redirect and not self._gone:
            self._redirect = url
            QTimer.singleShot(0, self, self._report_redirect)

    def note_refusal(self, words: str, *, browser_first: bool = False) -> None:
        """Say on a later turn that something was refused; the English words, or a phrase.

        `browser_first`: the person's own browser can do what this window cannot.
        """
        QTimer.singleShot(0, self, lambda: self._waiting.say(tr(words), browser_first=browser_first))

    def note_page_words(self, words: str, *, browser_first: bool = False) -> None:
        """Say on a later turn what the page wants to be read, even if it goes on at once."""
        say = self._waiting.say
        QTimer.singleShot(0, self, lambda: say(tr(words), browser_first=browser_first, of_page=True))

    def note_failure(self) -> None:
        """Say on a later turn that nothing came, unless it has been said why."""
        QTimer.singleShot(0, self, self._say_failure)

    def answer_proxy(self, url: QUrl, answer: QAuthenticator, proxy_host: str) -> None:
        """Give a proxy what the system knows for it, or else stop: the engine would ask for ever."""
        if not self._network.may_answer_proxy(url.host(), proxy_host, answer):
            words = phrase(
                "The proxy wants a sign-in. {proxy} refused us; ask who runs it.", proxy=proxy_host
            )
            self._stop_with(words)

    def refuse_password(self, url: QUrl) -> None:
        """Stop a page that wants a password in a box of the browser's.

        A dialog would be a loop inside the engine's hook, and an empty answer is sent again and again.
        """
        words = phrase(
            "{host} asks for a password outside its page. Use your browser for that.", host=host_of(url)
        )
        self._stop_with(words)

    def may_open(self, url: QUrl, *, main_frame: bool) -> bool:
        """Whether a page may go there: any https host, and the demo's own computer in the demo.

        A name or password in the address only serves to make it look like another one.
        """
        if url.userInfo():
            return False
        if url.scheme() == "https":
            return True
        if url.scheme() == "about":
            return url.path() == "blank" or (url.path() == "srcdoc" and not main_frame)
        return url.scheme() == "http" and is_loopback(url) and is_loopback(self._start)

    def open_popup(self) -> QWebEnginePage | None:
        """Return the page of a new window on the same profile, None when there are enough."""
        if self._gone or len(self._popups) >= POPUP_LIMIT:
            self.note_refusal("The page wanted yet another window. It was refused.")
            return None
        try:
            engine.check(loopback=is_loopback(self._start))
        except SignInError as error:
            self.note_refusal(error.sentence)
            return None
        page = WebPage(self._profile, self.page.redirect_uri, self)
        window = _View()
        window.setPage(page)
        PageZoom(window, window)
        window.resize(*POPUP_SIZE)
        window.setWindowTitle(tr("Sign in"))
        page.urlChanged.connect(lambda url: window.setWindowTitle(tr("Sign in · {host}", host=host_of(url))))
        page.windowCloseRequested.connect(lambda: self._close_popup(page))
        page.renderProcessTerminated.connect(self._page_stopped)
        page.renderProcessTerminated.connect(
            lambda *_: QTimer.singleShot(0, self, lambda: self._close_popup(page))
        )
        self._popups.append((page, window))
        window.show()
        return page

    # On later turns

    def _load(self) -> None:
        if not self._gone:
            self.page.load(self._start)

    def _stop_with(self, words: str) -> None:
        self.note_refusal(words, browser_first=True)
        QTimer.singleShot(0, self, self.view.stop)

    def _report_redirect(self) -> None:
        if not self._gone:
            self.captured.emit(self._redirect)

    def _close_popup(self, closing: WebPage) -> None:
        for page, window in [popup for popup in self._popups if popup[0] is closing]:
            self._popups.remove((page, window))
            page.deleteLater()
            remove(window)

    def _show_address(self, url: QUrl) -> None:
        self._address.show_page(url)
        self.page.setBackgroundColor(PAPER)

    def _refuse_download(self, download: QWebEngineDownloadRequest) -> None:
        download.cancel()
        name = plain_text(download.suggestedFileName(), NAME_CHARS)
        words = phrase("The page wanted to save a file ({name}). This window saves none.", name=name)
        self.note_refusal(words, browser_first=True)

    def _say_failure(self) -> None:
        if not self._redirect and not self._gone and not self._waiting.explains:
            self._waiting.say(tr("The sign-in page did not load. Check your connection, then reload."))

    def _say_error(self, status: int) -> None:
        self._waiting.say(
            tr("{host} answered with an error ({status}).", host=host_of(self.page.url()), status=status)
        )

    def _page_stopped(self, _: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        # Whatever the status: the page of a zygote that died is said to have ended normally.
        if self._gone:
            return
        self._waiting.say(tr("The sign-in page stopped. Nothing was lost."))
        if code == _NEVER_STARTED:
            QTimer.singleShot(0, self, self._give_up)

    def _give_up(self) -> None:
        if not self._gone:
            self.failed.emit(engine.ended())

    def _tick(self) -> None:
        left_ms = self._limit_ms - self._clock.elapsed()
        self._waiting.show_time_left(max(0, -(-left_ms // 1000)))
        if left_ms <= 0:
            self._second.stop()
            self.failed.emit(
                SignInError(
                    "The time for signing in ran out. Nothing was changed.",
                    outcome=SignInOutcome.EXPIRED,
                )
            )

    def _delete(self) -> None:
        # Pages first: a profile that goes before its pages takes the engine down.
        for page, window in self._popups:
            page.deleteLater()
            remove(window)
        self._popups.clear()
        self.page.deleteLater()
        self.view.deleteLater()
        self._profile.deleteLater()
        self.deleteLater()


def _new_profile(network: PageNetwork, net: "_Net", parent: QWidget) -> QWebEngineProfile:
    profile = network.new_profile(parent)
    profile.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setHttpAcceptLanguage(accepted())
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    profile.setUrlRequestInterceptor(net)
    settings = profile.settings()
    for attribute in _SETTINGS_OFF:
        settings.setAttribute(attribute, False)
    settings.setUnknownUrlSchemePolicy(QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes)
    return profile


class _Net(QWebEngineUrlRequestInterceptor):
    """Blocks any request to the redirect URI, should one ever get past the pages (an image, a socket)."""

    def __init__(self, redirect_uri: str) -> None:
        super().__init__()
        self._redirect_uri = redirect_uri

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if url.scheme() in {"ws", "wss"}:
            url.setScheme(QUrl(self._redirect_uri).scheme())
        if is_redirect(self._redirect_uri, encoded(url)):
            info.block(True)
            _log.warning("sign-in: a page asked for the redirect address itself; blocked")


class _View(QWebEngineView):
    """A view whose context menu holds editing only."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        for action in (
            QWebEnginePage.WebAction.Cut,
            QWebEnginePage.WebAction.Copy,
            QWebEnginePage.WebAction.Paste,
            QWebEnginePage.WebAction.SelectAll,
        ):
            menu.addAction(self.pageAction(action))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
