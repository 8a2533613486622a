"""Who is signed in, all lines in one sentence, and what concerns all of them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import counted, tr
from softphone.ui.kit.button import RING_ROOM, Button
from softphone.ui.kit.layout import FlowLayout
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text
from softphone.wording.all_lines import RollUp

NAME_PX = 260  # with less beside the buttons, they stand under the name


class AccountHeader(QWidget):
    """The header of the window, on every page but sign-in.

    Signals:
        register_all_pressed(), deregister_all_pressed()
    """

    register_all_pressed = Signal()
    deregister_all_pressed = Signal()

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("accountHeader")
        self._menu = menu
        self._who = Text(tr("Not signed in"), factor=1.3, bold=True)
        self._shape = StatusShape(20)
        self._rollup = Text()
        self._rollup.setObjectName("rollup")
        self._register_all = Button(
            tr("Register all"), self.register_all_pressed.emit, name="registerAllButton"
        )
        self._deregister_all = Button(
            tr("Deregister all"), self.deregister_all_pressed.emit, name="deregisterAllButton"
        )
        self._menu_button = Button(tr("Menu"), self._open_menu, name="menuButton")
        self._lay_out()
        self.show_accounts(())

    def show_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Show whose lines these are."""
        if len(accounts) == 1:
            account = accounts[0].account
            who = account.label
            organisation = account.organisation
        else:
            number = len(accounts)
            who = counted(number, "{n} account", "{n} accounts") if number else tr("Not signed in")
            organisation = ""
        self._who.say(f"{who} · {organisation}" if organisation else who)
        self.setAccessibleName(self._who.text())

    def show_roll_up(self, roll_up: RollUp | None, *, some_off: bool = False, some_on: bool = False) -> None:
        """Show all lines in one sentence, None for no account; which of the two buttons make sense."""
        self._summary.setVisible(roll_up is not None)
        self._rollup.say("" if roll_up is None else roll_up.words)
        if roll_up is not None:
            self._shape.show_shape(roll_up.shape, roll_up.tone)
        for button, useful in ((self._register_all, some_off), (self._deregister_all, some_on)):
            if button.isHidden() == useful:
                button.setVisible(useful)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons beside or under the name (Qt override)."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self._buttons.sizeHint().width() + NAME_PX
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != direction:
            self._row.setDirection(direction)
            side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
            self._buttons.set_side(side)

    def _lay_out(self) -> None:
        self._summary = QWidget()  # a whole widget: a layout of hidden ones would squeeze the name
        words = QHBoxLayout(self._summary)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        words.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(self._rollup, 1)
        names = QVBoxLayout()
        names.setSpacing(4)
        names.addWidget(self._who)
        names.addWidget(self._summary)
        self._buttons = FlowLayout(side=Qt.AlignmentFlag.AlignRight, outset=(RING_ROOM, RING_ROOM))
        for button in (self._register_all, self._deregister_all, self._menu_button):
            self._buttons.addWidget(button)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 14, 20, 10)
        self._row.setSpacing(6)
        self._row.addLayout(names, 1)
        self._row.addLayout(self._buttons)

    def _open_menu(self) -> None:
        # popup(), not exec(): no second event loop.
        self._menu.popup(self._menu_button.mapToGlobal(self._menu_button.rect().bottomLeft()))
