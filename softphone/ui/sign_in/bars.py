"""Above and below the embedded sign-in page: whose page it is, how long it waits, and the ways out."""

from time import monotonic

from msgspec import Struct
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from softphone.i18n import tr
from softphone.ui.copyable import copy as put_on_clipboard
from softphone.ui.kit.button import Button, ButtonKind, IconButton
from softphone.ui.kit.icons import Icon, IconPicture, picture
from softphone.ui.kit.layout import in_column, in_row
from softphone.ui.kit.text import Text, TextStyle, announce
from softphone.ui.kit.theme import tokens
from softphone.wording.moment import minutes

TOP_PX, FOOT_PX = 48, 44
WIDE_PX = 560  # with less, the last two ways stand in a menu
NOTICES_LIMIT = 3
READING_S = 8.0  # so long the words of a page stand when it goes on by itself


class CancelButton(Button):
    """*Cancel*, with an arrow back to where the person was."""

    def __init__(self) -> None:
        super().__init__(
            tr("Cancel"), name="signInCancel", spoken=tr("Cancel sign-in"), kind=ButtonKind.QUIET
        )
        self.setIconSize(QSize(16, 16))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.LayoutDirectionChange}:
            self._draw()

    def _draw(self) -> None:
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self.setIcon(picture(Icon.BACK, tokens(QApplication.palette()).secondary, mirrored=mirrored))


class AddressBar(QWidget):
    """*Cancel*, and the true host of the page, read-only.

    Signals:
        cancel_pressed()
    """

    cancel_pressed: Signal = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TOP_PX)
        cancel = CancelButton()
        cancel.clicked.connect(lambda _=False: self.cancel_pressed.emit())
        self._padlock = IconPicture(Icon.PADLOCK, 16)
        self._host = Text(bold=True, name="signInHost")
        in_row(cancel, self._padlock, (self._host, 1), of=self, margins=(10, 8, 20, 8), spacing=8)
        self.show_page(QUrl())

    def show_page(self, url: QUrl) -> None:
        """Show where the page is from: host and, where it is not the usual one, port."""
        port = f":{url.port()}" if url.port() != -1 else ""
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)  # look-alike letters show as xn--
        where = f"{host}{port}" if host else tr("Opening the sign-in page…")
        self._host.say(where)
        secure = url.scheme() == "https"
        self._padlock.setVisible(secure)  # the page came encrypted; it promises no more than that
        self._host.setAccessibleName(
            tr("Sign-in page of {host}, encrypted", host=where)
            if secure
            else tr("Sign-in page of {host}", host=where)
        )


class _Notice(Struct, frozen=True):
    words: str
    browser_first: bool
    of_page: bool  # the page's own words
    said_at_s: float


class WaitingBar(QWidget):
    """How long the attempt still waits, what went wrong or what the page says, and what else can be done.

    Signals:
        reload_pressed(), use_browser_pressed()
    """

    reload_pressed: Signal = Signal()
    use_browser_pressed: Signal = Signal()

    def __init__(self, link: str, *, with_browser: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices: list[_Notice] = []
        self._message = Text(bold=True, name="signInMessage")
        self._left = Text(style=TextStyle.SMALL, secondary=True, wraps=False, name="signInTimeLeft")
        self._browser = Button(
            tr("Use my browser instead"),
            self.use_browser_pressed.emit,
            name="useBrowserButton",
            kind=ButtonKind.QUIET,
        )
        self._more = IconButton(Icon.MORE, self._open_menu, name="signInMore", tooltip=tr("More"))
        self._menu = QMenu(self)
        self._others: list[Button] = []
        ways = [
            (tr("Copy link"), "copyLinkButton", lambda: put_on_clipboard(link, self)),
            (tr("Reload"), "reloadButton", self.reload_pressed.emit),
        ]
        for words, name, does in ways if with_browser else ways[1:]:
            self._others.append(Button(words, does, name=name, kind=ButtonKind.QUIET))
            self._menu.addAction(words).triggered.connect(lambda _=False, does=does: does())
        row = in_row((self._left, 1), self._browser, *self._others, self._more, spacing=4)
        row.setContentsMargins(0, 6, 0, 6)
        in_column(self._message, row, of=self, margins=(20, 0, 10, 0), spacing=0)
        self._browser.setVisible(with_browser)
        self._arrange()

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
        self._browser.set_kind(ButtonKind.PRIMARY if first else ButtonKind.QUIET)

    def _arrange(self) -> None:
        wide = self.width() >= WIDE_PX
        for button in self._others:
            button.setVisible(wide)
        self._more.setVisible(not wide)

    def _open_menu(self) -> None:
        corner = self._more.mapToGlobal(self._more.rect().topLeft())
        self._menu.popup(corner - QPoint(0, self._menu.sizeHint().height()))  # above

    def show_time_left(self, left_s: int) -> None:
        """Show the time that is left."""
        self._left.say(tr("{time} left", time=minutes(left_s)))
