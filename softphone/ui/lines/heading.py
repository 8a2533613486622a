"""The heading of a group of rows."""

from collections.abc import Callable

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from softphone.i18n import counted, tr
from softphone.ui.kit.button import IconButton
from softphone.ui.kit.icons import Icon
from softphone.ui.kit.layout import in_row
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.lines.line_order import Section
from softphone.wording.all_lines import Group

HEADING_PX = 24


class Heading(QWidget):
    """The heading of a group: its name, how many lines it has, and a chevron when it can be folded."""

    def __init__(self, group: Group, fold: Callable[..., object], parent: QWidget) -> None:
        super().__init__(parent)
        self._fold = fold
        self._folded = False
        self._name = Text(tr(group.value), style=TextStyle.SMALL, bold=True, secondary=True, wraps=False)
        self._count = Text(style=TextStyle.SMALL, secondary=True, wraps=False)
        self._chevron = IconButton(Icon.CHEVRON_DOWN, self._turn, name="foldButton", size=HEADING_PX)
        in_row(self._name, self._count, self._chevron, 1, of=self, margins=(2, 0, 0, 0), spacing=8)

    def show_section(self, section: Section) -> None:
        """Show how many lines the group has, and whether they are hidden."""
        number_of = len(section.line_ids)
        self._count.say(str(number_of))
        self.setAccessibleName(tr("{word}, {n}", word=tr(section.group.value), n=number_of))
        self._folded = section.folded
        self._chevron.setVisible(section.folds)
        show = counted(number_of, "Show {n} line", "Show {n} lines")
        hide = counted(number_of, "Hide {n} line", "Hide {n} lines")
        self._chevron.show_icon(
            Icon.CHEVRON_RIGHT if section.folded else Icon.CHEVRON_DOWN, show if section.folded else hide
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._chevron.isVisible() and self.rect().contains(event.position().toPoint()):
            self._turn()

    def _turn(self) -> None:
        self._fold(folded=not self._folded)
