"""The page of the window while the person signs in with their own browser (sign-in.md#own-browser)."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget

from softphone.auth.oauth import ATTEMPT_LIFE_S
from softphone.i18n import tr
from softphone.ui.copyable import copy as put_on_clipboard
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import CENTRE, FlowLayout, ScrollArea, in_column
from softphone.ui.kit.text import Text, TextStyle
from softphone.wording.moment import minutes


def open_in_browser(address: str) -> bool:
    """Open a page in the person's own browser; whether the system could."""
    return QDesktopServices.openUrl(QUrl(address))


class BrowserPage(ScrollArea):
    """Says what happens in the browser, whose page it is, and how long it is waited for.

    Signals:
        cancelled()
        open_again_pressed()
    """

    cancelled: Signal = Signal()
    open_again_pressed: Signal = Signal()

    def __init__(self, *, limit_s: float = ATTEMPT_LIFE_S, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("browserSignIn")
        self.setAccessibleName(tr("Sign in with your browser"))
        self._limit_ms = round(limit_s * 1000)
        self._clock = QElapsedTimer()
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._address = ""
        self._lay_out()

    @property
    def address(self) -> str:
        """The address of the page, empty before it is known."""
        return self._address

    def begin(self) -> None:
        """Begin to wait; the page's address is on its way."""
        self._address = ""
        self._say(tr("Opening your browser…"), "")
        self._host.say("")
        self._link.hide()
        for button in (self._copy, self._again):
            button.setEnabled(False)
        self._clock.start()
        self._second.start()
        self._tick()
        self._cancel.setFocus()

    def show_address(self, address: str, *, opened: bool) -> None:
        """Show whose page it is, and its link: that a browser was started does not say that it shows it."""
        self._address = address
        self._host.say(QUrl(address).host(QUrl.ComponentFormattingOption.FullyEncoded))
        self._link.setText(address)
        self._link.setCursorPosition(0)
        self._link.show()
        if opened:
            title = tr("Continue in your browser")
            sentence = tr("This window goes on when you have signed in.")
        else:
            title = tr("Your browser could not be opened")
            sentence = tr("Open the link in a browser on this computer.")
        self._say(title, sentence)
        for button in (self._copy, self._again):
            button.setEnabled(True)
        (self._again if opened else self._copy).setFocus()

    def end(self) -> None:
        """Wait no longer, and forget the address."""
        self._second.stop()
        self._address = ""
        self._link.setText("")

    def _say(self, title: str, sentence: str) -> None:
        self._title.say(title)
        self._sentence.say(sentence)
        self.setAccessibleDescription(sentence)

    def _tick(self) -> None:
        left_s = max(0, -(-(self._limit_ms - self._clock.elapsed()) // 1000))
        self._left.say(tr("{time} left", time=minutes(left_s)))

    def _lay_out(self) -> None:
        self._title = Text(style=TextStyle.PAGE_TITLE)
        self._sentence = Text(secondary=True)
        self._host = Text(bold=True, name="signInHost")
        self._left = Text(style=TextStyle.SMALL, secondary=True, name="signInTimeLeft")
        self._link = QLineEdit()
        self._link.setObjectName("signInLink")
        self._link.setAccessibleName(tr("Link of the sign-in page"))
        self._link.setReadOnly(True)
        self._copy = Button(
            tr("Copy link"), lambda: put_on_clipboard(self._address, self._copy), name="copyLinkButton"
        )
        self._again = Button(tr("Open again"), self.open_again_pressed.emit, name="openAgainButton")
        self._cancel = Button(
            tr("Cancel"),
            self.cancelled.emit,
            name="signInCancel",
            spoken=tr("Cancel sign-in"),
            kind=ButtonKind.QUIET,
        )
        for words in (self._title, self._sentence, self._host, self._left):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Window)
        in_column(
            2,
            self._title,
            self._sentence,
            self._host,
            self._link,
            FlowLayout(self._copy, self._again, self._cancel, side=CENTRE),
            self._left,
            3,
            of=content,
            margins=(20, 12, 20, 12),
            spacing=10,
        )
        self.setWidget(content)
