"""One page in the web engine: it refuses what a sign-in does not need, and says so.

All is answered inside the engine's hooks, at once and without a dialog: a loop in there is the engine's end,
and so is touching the page (sign-in.md#redirect). What there is to say goes to the view, which says it on a
later turn. A page that is asked for in silence (a part of another page) is refused in silence.
"""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
)

from softphone.auth.oauth import is_redirect
from softphone.auth.untrusted import plain_text
from softphone.i18n import phrase

if TYPE_CHECKING:
    from softphone.ui.sign_in.page import SignInView

PAGE_WORDS_CHARS = 200
NAME_CHARS = 60

_log = logging.getLogger(__name__)

_Permission = QWebEnginePermission.PermissionType
_Status = QWebEngineLoadingInfo.LoadStatus
_Domain = QWebEngineLoadingInfo.ErrorDomain

_ASKED_FOR: Mapping[_Permission, str] = {  # shown
    _Permission.Geolocation: "your location",
    _Permission.MediaAudioCapture: "the microphone",
    _Permission.MediaVideoCapture: "the camera",
    _Permission.MediaAudioVideoCapture: "camera and microphone",
    _Permission.DesktopVideoCapture: "a picture of your screen",
    _Permission.DesktopAudioVideoCapture: "a picture of your screen",
    _Permission.MouseLock: "the mouse pointer",
    _Permission.Notifications: "notifications",
    _Permission.ClipboardReadWrite: "the clipboard",
    _Permission.LocalFontsAccess: "your fonts",
}
_SOMETHING = "more than signing in needs"  # shown
_EXPLAINED = (_Domain.HttpStatusCodeDomain, _Domain.CertificateErrorDomain)
_LOADED_HERE = frozenset({"https", "http", "about", "data", "blob", "file", "javascript"})


class WebPage(QWebEnginePage):
    """A page of an attempt, or of a window that such a page opened."""

    def __init__(self, profile: QWebEngineProfile, redirect_uri: str, view: "SignInView") -> None:
        super().__init__(profile, view)
        self.redirect_uri = redirect_uri
        self._view = view
        self.certificateError.connect(self._refuse_certificate)
        self.permissionRequested.connect(
            lambda permission: self._refuse(permission.deny, permission.permissionType())
        )
        self.desktopMediaRequested.connect(
            lambda request: self._refuse(request.cancel, _Permission.DesktopVideoCapture)
        )
        self.fileSystemAccessRequested.connect(lambda request: self._refuse(request.reject))
        self.registerProtocolHandlerRequested.connect(lambda request: self._refuse(request.reject))
        self.fullScreenRequested.connect(lambda request: self._refuse(request.reject))
        self.authenticationRequired.connect(lambda url, _: view.refuse_password(url))
        self.proxyAuthenticationRequired.connect(view.answer_proxy)
        self.selectClientCertificate.connect(self._select_none)
        self.webAuthUxRequested.connect(lambda request: request.cancel())
        self.printRequested.connect(lambda: self._cannot("The page wanted to print. This window cannot."))
        self.loadingChanged.connect(self._loading)

    # The engine's hooks (Qt overrides): answer, and touch nothing

    def acceptNavigationRequest(self, url: QUrl | str, _type: object, main_frame: bool, /) -> bool:
        """Note the redirect, answer, and touch nothing; a fault of ours lets nothing out."""
        try:
            return self._accepts(QUrl(url), main_frame=main_frame)
        except Exception:  # noqa: BLE001 - whatever it is: the code must not leave
            _log.exception("sign-in: a navigation was stopped by a fault")
            self._view.note_refusal(
                "Something went wrong inside this program. Nothing was sent; reload the page."
            )
            return False

    def createWindow(self, _type: object, /) -> QWebEnginePage | None:  # type: ignore[override]
        """A window of the same attempt, or none."""
        return self._view.open_popup()

    def chooseFiles(self, *_: object) -> list[str]:
        """No files."""
        self._cannot("The page asked for a file. This window gives none.")
        return []

    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:  # noqa: N803
        """In the bar."""
        self._quote("{host} says: “{words}”", securityOrigin, msg)

    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:  # noqa: N803
        """No; but whoever leaves a page has chosen so."""
        if msg == _leaving():
            return True
        self._quote("{host} asked: “{words}” The answer was No.", securityOrigin, msg, browser_first=True)
        return False

    def javaScriptPrompt(self, origin: QUrl | str, msg: str, _default: str, /) -> tuple[bool, str]:
        """No answer."""
        self._quote("{host} asked: “{words}” It got no answer.", origin, msg, browser_first=True)
        return (False, "")

    def javaScriptConsoleMessage(self, *_: object) -> None:
        """Not logged: it may hold addresses with codes."""

    def _accepts(self, url: QUrl, *, main_frame: bool) -> bool:
        address = encoded(url)
        if is_redirect(self.redirect_uri, address):
            if main_frame:
                self._view.note_redirect(address)
            return False
        if self._view.may_open(url, main_frame=main_frame):
            return True
        if main_frame:
            self._view.note_refusal("The page wanted to go to an address of another kind. It was stopped.")
        return False

    def _quote(self, template: str, origin: QUrl | str, words: str, *, browser_first: bool = False) -> None:
        host = host_of(QUrl(origin)) or host_of(self.url())
        quoted = plain_text(words, PAGE_WORDS_CHARS)
        self._view.note_page_words(phrase(template, host=host, words=quoted), browser_first=browser_first)

    def _cannot(self, words: str) -> None:
        self._view.note_refusal(words, browser_first=True)

    def _refuse(self, refuse: Callable[[], object], asked: _Permission | None = None) -> None:
        refuse()
        what = _SOMETHING if asked is None else _ASKED_FOR.get(asked, _SOMETHING)
        self._view.note_refusal(phrase("The page asked for {what}. It was refused.", what=phrase(what)))

    def _select_none(self, selection: QWebEngineClientCertificateSelection) -> None:
        selection.selectNone()
        host = host_of(selection.host())
        self._cannot(phrase("{host} asks for a certificate of yours. This window has none.", host=host))

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        if error.isMainFrame():
            host, chain = host_of(error.url()), error.certificateChain()
            issuer = chain[0].issuerDisplayName()[:80] if chain else ""
            words = phrase("The connection to {host} is not trusted. Nothing was sent.", host=host)
            if issuer and issuer.isprintable():
                words = phrase(
                    "The connection to {host} is not trusted. Nothing was sent. "
                    "Its certificate was issued by {issuer}.",
                    host=host,
                    issuer=issuer,
                )
            self._view.note_refusal(words)

    def _loading(self, info: QWebEngineLoadingInfo) -> None:
        """Say why a page did not come. What was answered with an error has its own words, or is blank."""
        scheme = info.url().scheme()
        if info.status() is _Status.LoadStoppedStatus and scheme not in _LOADED_HERE:
            self._cannot(
                phrase(
                    "The page wanted another program for a link ({scheme}:). This window opens none.",
                    scheme=plain_text(scheme, NAME_CHARS),
                )
            )
        elif info.status() is _Status.LoadFailedStatus and info.errorDomain() not in _EXPLAINED:
            self._view.note_failure()


def host_of(url: QUrl) -> str:
    """The host as it is sent: look-alike letters show as xn--."""
    return url.host(QUrl.ComponentFormattingOption.FullyEncoded)


def encoded(url: QUrl) -> str:
    """The address as it is sent."""
    return bytes(url.toEncoded().data()).decode("ascii", "replace")


def _leaving() -> str:
    """The engine's own question before a page is left that would rather stay."""
    question = "Are you sure you want to leave this page? Changes that you made may not be saved."
    return QCoreApplication.translate("QWebEnginePage", question)
