"""Above and below the embedded sign-in page: whose page it is, how long it waits, and the ways out."""

from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from softphone.i18n import tr
from softphone.ui.copyable import copy as put_on_clipboard
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import FlowLayout, in_column, in_row
from softphone.ui.kit.painting import paint_lock, smooth
from softphone.ui.kit.text import Text, announce
from softphone.ui.kit.theme import tokens
from softphone.wording.moment import minutes

NOTICES_LIMIT = 3
READING_S = 8.0  # so long the words of a page stand when it goes on by itself
TIME_PX, WORDS_PX = 200, 400  # the time alone, and with words; with less beside the buttons they go below


class AddressBar(QWidget):
    """The true host of the page, read-only, and Cancel.

    Signals:
        back_pressed(), cancel_pressed()
    """

    back_pressed = Signal()
    cancel_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._back = Button(tr("Back"), self.back_pressed.emit, name="signInBack", kind=ButtonKind.QUIET)
        self._lock = _Lock()
        self._host = Text(bold=True, name="signInHost")
        cancel = Button(
            tr("Cancel"), self.cancel_pressed.emit, name="signInCancel", spoken=tr("Cancel sign-in")
        )
        in_row(self._back, self._lock, (self._host, 1), cancel, of=self, margins=(20, 6, 16, 6), spacing=8)
        self.show_page(QUrl(), can_go_back=False)

    def show_page(self, url: QUrl, *, can_go_back: bool) -> None:
        """Show where the page is from: host and, where it is not the usual one, port."""
        port = f":{url.port()}" if url.port() != -1 else ""
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)  # look-alike letters show as xn--
        where = f"{host}{port}" if host else tr("Opening the sign-in page…")
        self._host.say(where)
        secure = url.scheme() == "https"
        self._lock.setVisible(secure)
        self._host.setAccessibleName(
            tr("Sign-in page of {host}, encrypted", host=where)
            if secure
            else tr("Sign-in page of {host}", host=where)
        )
        self._back.setVisible(can_go_back)


@dataclass(frozen=True, slots=True)
class _Notice:
    words: str
    browser_first: bool
    of_page: bool  # the page's own words
    said_at_s: float


class WaitingBar(QWidget):
    """How long the attempt still waits, what went wrong or what the page says, and what else can be done.

    Signals:
        reload_pressed(), use_browser_pressed()
    """

    reload_pressed = Signal()
    use_browser_pressed = Signal()

    def __init__(self, link: str, *, with_browser: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[_Notice] = []
        self._message = Text(bold=True, name="signInMessage")
        self._left = Text(secondary=True, name="signInTimeLeft")
        browser = Button(tr("Use my browser instead"), self.use_browser_pressed.emit, name="useBrowserButton")
        copy = Button(tr("Copy link"), lambda: put_on_clipboard(link, copy), name="copyLinkButton")
        again = Button(
            tr("Reload"),
            self.reload_pressed.emit,
            name="reloadButton",
            spoken=tr("Reload the sign-in page"),
        )
        self._browser = browser
        self._buttons = FlowLayout(browser, copy, again, side=Qt.AlignmentFlag.AlignRight)
        words = in_column(self._message, self._left, spacing=2)
        self._row = in_row((words, 1), self._buttons, of=self, margins=(20, 6, 16, 6), spacing=8)
        browser.setVisible(with_browser)
        copy.setVisible(with_browser)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def message(self) -> str:
        """What there is to say, a line each; empty when there is nothing."""
        return self._message.text()

    @property
    def explains(self) -> bool:
        """It is said what went wrong; the page's own words do not explain that."""
        return any(not notice.of_page for notice in self._notices)

    def say(self, words: str, *, browser_first: bool = False, of_page: bool = False) -> None:
        """Say something more, aloud too. What a page wants to be read stands for a while if it goes on."""
        said = [notice for notice in self._notices if notice.words != words]
        new = _Notice(words, browser_first, of_page, monotonic())
        self._show([*said, new][-NOTICES_LIMIT:])
        announce(self, words)

    def say_blocked(self) -> None:
        """Say that this window may keep people out, and put the other way first (interface.md#signing-in)."""
        title = tr("Your organisation may block this window")
        self.say(f"{title}. {tr('Some sign-in rules work only in your own browser.')}", browser_first=True)

    def begin_page(self) -> None:
        """Another page comes: what was said of the last one is over."""
        now = monotonic()
        self._show([one for one in self._notices if one.of_page and now - one.said_at_s < READING_S])

    def clear(self) -> None:
        """Say nothing any more."""
        self._show([])

    def _show(self, notices: list["_Notice"]) -> None:
        self._notices = notices
        self._message.say("\n".join(notice.words for notice in notices))
        first = any(notice.browser_first for notice in notices)
        self._browser.set_kind(ButtonKind.PRIMARY if first else ButtonKind.NORMAL)
        self._arrange()

    def _arrange(self) -> None:
        beside_px = self._buttons.sizeHint().width() + (WORDS_PX if self._notices else TIME_PX)
        narrow = self.width() < beside_px
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != direction:
            self._row.setDirection(direction)
            self._row.setSpacing(0 if narrow else 8)

    def show_time_left(self, left_s: int) -> None:
        """Show the time that is left."""
        self._left.say(tr("Waiting for you · {time} left", time=minutes(left_s)))


class _Lock(QWidget):
    """A padlock: the page came encrypted. It promises no more than that."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(14, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        ink = QColor(tokens(self.palette()).secondary)
        paint_lock(smooth(self), QRectF(3.5, 1.5, 7, 10), QRectF(1.5, 7, 11, 8), ink, 1.6)
