"""The last 24 hours on a card: the bar, and how much of them the line was proven."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from softphone.history.entries import Stretch
from softphone.i18n import tr
from softphone.ui.history.day_bar import DayBar
from softphone.ui.kit.text import Text
from softphone.wording import day_plot


class DayStrip(QWidget):
    """The strip of one line. Hidden while there is nothing to show."""

    def __init__(self, line: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setObjectName("dayStrip")
        self.bar = DayBar()
        self._share = Text(secondary=True, factor=0.95, wraps=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(3)
        row.addWidget(Text(tr("24 h"), secondary=True, factor=0.95, wraps=False))
        row.addWidget(self.bar)
        row.addWidget(self._share)
        row.addStretch(1)
        self.hide()

    def show_stretches(self, stretches: Sequence[Stretch]) -> None:
        """Show the states of the last 24 hours, without gaps, oldest first."""
        plot = day_plot.day_plot(stretches)
        self.bar.show_plot(self._line, plot)
        if plot is not None:
            self._share.say(day_plot.share(plot.uptime))
            self._share.setToolTip(day_plot.header(plot.uptime))
        if self.isHidden() is (plot is not None):
            self.setVisible(plot is not None)
