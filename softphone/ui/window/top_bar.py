"""What stands above everything: the ribbon of the demo, and the bar with the ways to everywhere."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QWidget

from softphone.i18n import tr
from softphone.ui.commands import LOOKS, Command, Commands
from softphone.ui.kit.button import IconButton
from softphone.ui.kit.icons import Icon
from softphone.ui.kit.layout import CENTRE, NO_MARGINS, FlowLayout, in_row
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.window.account_chip import AccountChip

BAR_PX = 48
RIBBON_PX = 24


class TopBar(QWidget):
    """At the left who is signed in, or the way back from a page; at the right what can be opened.

    Signals:
        back_pressed(): leave the page.
    """

    back_pressed: Signal = Signal()

    def __init__(self, chip: AccountChip, commands: Commands, more: QMenu) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setMinimumHeight(BAR_PX)
        self._more = more
        self._chip = chip
        self._with_activity = self._on_page = False
        self._back = IconButton(Icon.BACK, self.back_pressed.emit, name="backButton", tooltip=tr("Back"))
        self._title = Text(style=TextStyle.PAGE_TITLE, wraps=False)
        self._activity = _opens(commands, Command.TIMELINE, Icon.ACTIVITY)
        self._settings = _opens(commands, Command.SETTINGS, Icon.SETTINGS)
        self._more_button = IconButton(Icon.MORE, self._open_more, name="moreButton", tooltip=tr("More"))
        begin = in_row(self._back, self._title, chip, margins=NO_MARGINS, spacing=4)
        end = in_row(self._activity, self._settings, self._more_button, margins=NO_MARGINS, spacing=4)
        in_row(begin, 1, end, of=self, margins=(12, 8, 12, 8), spacing=8)
        self.show_page("")

    def offer_activity(self, *, offered: bool) -> None:
        """Show the way to the activity, or that there is nothing to see."""
        self._with_activity = offered
        self._show()

    def show_page(self, title: str) -> None:
        """Show the bar of a page in place of the lines, or without a title that of the lines."""
        self._on_page = bool(title)
        self._title.say(title)
        self._show()

    def _show(self) -> None:
        self._back.setVisible(self._on_page)
        self._chip.setVisible(self._chip.has_accounts and not self._on_page)
        self._activity.setVisible(self._with_activity and not self._on_page)
        self._settings.setVisible(not self._on_page)

    def _open_more(self) -> None:
        menu, button = self._more, self._more_button
        corner = QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)
        menu.popup(button.mapToGlobal(corner))  # not exec(): no second event loop


def _opens(commands: Commands, command: Command, icon: Icon) -> IconButton:
    action, words = commands.action(command), tr(LOOKS[command].words)
    keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
    name = f"{command.name.lower()}Button"
    return IconButton(icon, action.trigger, name=name, tooltip=f"{words} ({keys})", spoken=words)


def demo_ribbon() -> QWidget:
    """Return the strip that says that nothing here is real."""
    ribbon = QFrame()
    ribbon.setObjectName("demoRibbon")  # coloured by theme.qss
    ribbon.setMinimumHeight(RIBBON_PX)
    sentences = (tr("Simulated service."), tr("No real line is touched."))
    ribbon.setAccessibleName(tr("Demo. {words}", words=" ".join(sentences)))
    tag = QLabel(tr("DEMO"))
    tag.setObjectName("demoTag")
    row = FlowLayout(tag, *(QLabel(words) for words in sentences), side=CENTRE, spacing=6)
    in_row((row, 1), of=ribbon, margins=(8, 3, 8, 3))
    return ribbon
