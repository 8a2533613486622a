"""Who is signed in, at the left of the top bar; its menu signs in and out (interface.md#keys)."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QStyle, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import counted, tr
from softphone.line.model import LineSnapshot
from softphone.ui.commands import Command, Commands
from softphone.ui.kit.icons import Icon, paint_icon
from softphone.ui.kit.layout import facing, in_row
from softphone.ui.kit.painting import paint_shape
from softphone.ui.kit.text import Text, TextStyle, text_scale, with_ampersands
from softphone.ui.kit.theme import tokens
from softphone.ui.lines.line_row import Elided
from softphone.wording import all_lines
from softphone.wording.moment import Moment

_INITIALS = 2
_SHAPE_PX = 14
_CHEVRON_PX = 16
_AVATAR_PX = 24
_MARGINS = (4, 4, 30, 4)  # the chevron stands at the end


class AccountChip(QPushButton):
    """The initials and name of the one account, or how many there are. Pressed, it opens its menu.

    Signals:
        sign_out_chosen(str): of the account with this key.
    """

    sign_out_chosen: Signal = Signal(str)

    def __init__(
        self,
        commands: Commands,
        lines: Callable[[], Iterable[LineSnapshot]],
        moment: Callable[[], Moment],
        parent: QWidget | None = None,
    ) -> None:
        """`lines` are those of all accounts, as they are at the `moment`."""
        super().__init__(parent)
        self.setObjectName("accountHeader")  # its ground and its parts: theme.qss
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._commands = commands
        self._lines = lines
        self._moment = moment
        self._accounts: tuple[AccountSnapshot, ...] = ()
        self._menu = QMenu(self)
        self._avatar = Text(style=TextStyle.TICK, bold=True, secondary=True, wraps=False, name="avatar")
        self._avatar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        avatar_px = round(_AVATAR_PX * text_scale(self.font()))
        self._avatar.setMinimumSize(avatar_px, avatar_px)
        self._name = Elided(bold=True)
        in_row(self._avatar, (self._name, 1), of=self, margins=facing(self, _MARGINS), spacing=8)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(self._open_menu)

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Show whose lines these are; without any account there is nothing to show."""
        self._accounts = accounts
        number = len(accounts)
        name = counted(number, "{n} account", "{n} accounts")
        if number == 1:
            name = accounts[0].account.label or tr("Signing in…")
        self._avatar.say(_initials(accounts[0].account.label) if number == 1 else str(number))
        self._name.say(name)
        self.setAccessibleName(name)
        self.updateGeometry()

    @property
    def has_accounts(self) -> bool:
        """Somebody is signed in."""
        return bool(self._accounts)

    def filled_menu(self) -> QMenu:
        """The menu as it is now: each account with the shape of its lines, and a way out and in."""
        self._menu.clear()
        several = len(self._accounts) > 1
        for account in self._accounts:
            name = with_ampersands(account.account.label)
            menu = self._menu.addMenu(self._icon_of(account), name) if several else self._menu
            out = menu.addAction(tr("Sign out…"))
            out.setEnabled(self._commands.action(Command.SIGN_OUT).isEnabled())  # not in the past
            out.triggered.connect(lambda _=False, key=account.account.key: self.sign_out_chosen.emit(key))
            if not several:
                out.setShortcuts(self._commands.action(Command.SIGN_OUT).shortcuts())
        self._menu.addSeparator()
        self._menu.addAction(self._commands.action(Command.SIGN_IN))
        return self._menu

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None  # noqa: S101 - made with it
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None  # noqa: S101 - made with it
        return layout.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        top = (self.height() - _CHEVRON_PX) // 2
        place = QRect(self.width() - _CHEVRON_PX - 6, top, _CHEVRON_PX, _CHEVRON_PX)
        place = QStyle.visualRect(self.layoutDirection(), self.rect(), place)
        paint_icon(QPainter(self), QRectF(place), Icon.CHEVRON_DOWN, tokens(self.palette()).secondary)

    def _open_menu(self) -> None:
        self.filled_menu().popup(self.mapToGlobal(QPoint(0, self.height())))  # not exec(): no second loop

    def _icon_of(self, account: AccountSnapshot) -> QIcon:
        lines = [line for line in self._lines() if line.identity.account.key == account.account.key]
        summary = all_lines.summary(lines, self._moment())
        ratio = self.devicePixelRatioF()
        picture = QPixmap(QSize(_SHAPE_PX, _SHAPE_PX) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        where = QRectF(0, 0, _SHAPE_PX, _SHAPE_PX)
        paint_shape(painter, where, summary.shape, tokens(self.palette()).ink(summary.tone))
        painter.end()
        return QIcon(picture)


def _initials(name: str) -> str:
    words = name.split()
    chosen = words if len(words) <= _INITIALS else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()
