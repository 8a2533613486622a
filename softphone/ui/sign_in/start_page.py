"""The signed-out page: one thing to do, and what else is possible below it (interface.md#start-page)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from softphone.i18n import tr
from softphone.ui.kit.banner import BannerStack
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.layout import CENTRE, FlowLayout, ScrollArea, gap, in_column
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import resource

PICTURE_PX = 64
PICTURE_FROM_PX = 360  # the height from which there is room for it


class StartPage(ScrollArea):
    """The page. The primary button has the focus whenever the page appears.

    Signals:
        sign_in_pressed(), use_browser_pressed(), demo_pressed()
    """

    sign_in_pressed = Signal()
    use_browser_pressed = Signal()
    demo_pressed = Signal()

    def __init__(
        self, *, with_browser: bool = True, with_demo: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.banners = BannerStack()  # on top: what went wrong
        self.notes = BannerStack()  # at the foot: what is good to know
        self._sign_in = Button(
            tr("Sign in with Webex"),
            self.sign_in_pressed.emit,
            name="signInButton",
            kind=ButtonKind.PRIMARY,
        )
        browser = Button(
            tr("Use my browser instead"),
            self.use_browser_pressed.emit,
            name="useBrowserButton",
            kind=ButtonKind.QUIET,
        )
        demo = Button(tr("Try the demo"), self.demo_pressed.emit, name="tryDemoButton", kind=ButtonKind.QUIET)
        self._lay_out(browser, demo)
        browser.setVisible(with_browser)  # not before they are laid out: that would open a window
        demo.setVisible(with_demo)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._sign_in.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture.setVisible(event.size().height() >= PICTURE_FROM_PX)

    def _lay_out(self, browser: Button, demo: Button) -> None:
        self._picture = picture = QLabel()
        picture.setPixmap(QIcon(str(resource("softphone.svg"))).pixmap(PICTURE_PX, PICTURE_PX))
        title = Text(tr("Get your Webex line registered"), factor=1.8, bold=True)
        sentence = Text(tr("Sign in once; this app keeps the line alive."), factor=1.1, secondary=True)
        for words in (picture, title, sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Window)
        in_column(
            self.banners,
            2,
            picture,
            gap(8),
            title,
            sentence,
            gap(14),
            (self._sign_in, CENTRE),
            FlowLayout(browser, demo, side=CENTRE),
            3,
            self.notes,
            of=content,
            margins=(20, 4, 20, 20),
            spacing=8,
        )
        self.setWidget(content)
