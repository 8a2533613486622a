"""The page while nobody is signed in: how to sign in, or, without a client ID, who has to set the app up.

interface.md#start-page says what stands on it. Notices never take its place.
"""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QSizePolicy, QWidget

from softphone.i18n import tr
from softphone.ui.copyable import copy
from softphone.ui.kit.banner import BannerStack
from softphone.ui.kit.button import HIGH_HEIGHT, Button, ButtonKind
from softphone.ui.kit.icons import Icon, picture
from softphone.ui.kit.layout import CENTRE, FlowLayout, ScrollArea, gap, in_column, in_row
from softphone.ui.kit.text import Text, TextStyle, text_scale
from softphone.ui.kit.theme import resource, tokens

PICTURE_PX = 64
PICTURE_FROM_PX = 360  # the height from which there is room for it
COLUMN_PX = 400

_TITLE_LETTERS = 22  # in a row of the long one: two rows of one length
_ADMIN_MESSAGE = (  # shown
    "Hello, please set up Softphone for our Webex Calling lines. Create a Webex integration (10 minutes, "
    "once for everyone) and send me its client ID. The steps are in the app under “I am the administrator”."
)


class StartPage(ScrollArea):
    """The page. Its primary button has the focus whenever it appears.

    Signals:
        sign_in_pressed(), use_browser_pressed(), set_up_pressed(), demo_pressed()
    """

    sign_in_pressed: Signal = Signal()
    use_browser_pressed: Signal = Signal()
    set_up_pressed: Signal = Signal()
    demo_pressed: Signal = Signal()

    def __init__(self, *, with_demo: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.banners: BannerStack = BannerStack()  # on top: what went wrong
        self.notes: BannerStack = BannerStack()  # at the foot: what is good to know
        self._sign_in = _wide(
            Button(
                tr("Sign in with Webex"),
                self.sign_in_pressed.emit,
                name="signInButton",
                kind=ButtonKind.PRIMARY,
                height=HIGH_HEIGHT,
            )
        )
        self._copy = _wide(_CopyButton())
        self._picture = QLabel()
        self._picture.setPixmap(QIcon(str(resource("icons/softphone.svg"))).pixmap(PICTURE_PX, PICTURE_PX))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._ways_in = self._signed_out()
        self._set_up = self._without_set_up()
        demo = Button(tr("Try the demo"), self.demo_pressed.emit, name="tryDemoButton", kind=ButtonKind.QUIET)
        self._lay_out(demo)
        demo.setVisible(with_demo)  # not before it is laid out: that would open a window
        self.show_set_up(needed=False)

    def show_set_up(self, *, needed: bool) -> None:
        """Say that the organisation has to set the app up, or how to sign in."""
        focused = self.isAncestorOf(self.focusWidget())
        self._set_up.setVisible(needed)
        self._ways_in.setVisible(not needed)
        if focused:
            self._focus_primary()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_primary()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture.setVisible(event.size().height() >= PICTURE_FROM_PX)

    def _focus_primary(self) -> None:
        primary = self._sign_in if self._set_up.isHidden() else self._copy
        primary.setFocus(Qt.FocusReason.TabFocusReason)

    def _signed_out(self) -> QWidget:
        browser = Button(
            tr("Use my browser instead"),
            self.use_browser_pressed.emit,
            name="useBrowserButton",
            kind=ButtonKind.QUIET,
        )
        part = QWidget()
        in_column(
            *_heads(
                Text(tr("Register your Webex line"), style=TextStyle.TITLE),
                tr("Sign in once. It stays registered."),
            ),
            gap(24),
            self._sign_in,
            gap(8),
            FlowLayout(browser, side=CENTRE),
            gap(4),
            of=part,
            margins=(0, 0, 0, 0),
            spacing=0,
        )
        return part

    def _without_set_up(self) -> QWidget:
        message = QFrame()
        message.setObjectName("adminMessage")
        message.setProperty("kit", "card")
        in_column(
            Text(tr("Message for your administrator"), style=TextStyle.SMALL, bold=True, secondary=True),
            Text(tr(_ADMIN_MESSAGE)),
            of=message,
            margins=(15, 11, 15, 14),
            spacing=7,
        )
        guide = Button(
            tr("I am the administrator"), self.set_up_pressed.emit, name="setUpButton", height=HIGH_HEIGHT
        )
        title = Text(tr("Your organisation has to set this up first"), style=TextStyle.TITLE)
        title.setMaximumWidth(_TITLE_LETTERS * title.fontMetrics().averageCharWidth())
        part = QWidget()
        part.setObjectName("noSetUp")
        in_column(
            *_heads(
                title,
                tr("Once is enough, for everyone. Then you sign in here."),
            ),
            gap(24),
            message,
            gap(16),
            self._copy,
            gap(8),
            _wide(guide),
            gap(20),
            of=part,
            margins=(0, 0, 0, 0),
            spacing=0,
        )
        return part

    def _lay_out(self, demo: Button) -> None:
        column = QWidget()
        column.setMaximumWidth(round(COLUMN_PX * text_scale(self.font())))
        in_column(
            self._picture,
            gap(24),
            self._ways_in,
            self._set_up,
            FlowLayout(demo, side=CENTRE),
            of=column,
            margins=(0, 0, 0, 0),
            spacing=0,
        )
        content = QWidget()
        content.setBackgroundRole(QPalette.ColorRole.Window)
        middle = in_row(1, (column, 1000), 1, spacing=0)
        in_column(self.banners, 1, middle, 3, self.notes, of=content, margins=(20, 4, 20, 12), spacing=0)
        self.setWidget(content)


class _CopyButton(Button):
    """Copies the message, and says so."""

    def __init__(self) -> None:
        super().__init__(
            tr("Copy message for my admin"),
            lambda: copy(tr(_ADMIN_MESSAGE), self),
            name="copyAdminMessageButton",
            kind=ButtonKind.PRIMARY,
            height=HIGH_HEIGHT,
        )
        self.setIconSize(QSize(16, 16))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setIcon(picture(Icon.COPY, tokens(QApplication.palette()).on_accent))


def _wide(button: Button) -> Button:
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def _heads(title: Text, lead: str) -> tuple[QWidget, ...]:
    around = QWidget()
    in_row(1, (title, 1000), 1, of=around, margins=(0, 0, 0, 8), spacing=0)
    below = Text(lead, style=TextStyle.LEAD, secondary=True)
    for words in (title, below):
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return around, below
