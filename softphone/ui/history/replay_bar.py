"""The bar above a window that shows a moment of the past, with the way back (interface.md#replay)."""

from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QSlider, QWidget

from softphone.i18n import clock, date_and_time, tr
from softphone.ui.kit.button import Button
from softphone.ui.kit.layout import in_row
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens

HEIGHT = 44
NARROW_PX = 480  # below it the name is left out
SETTLE_MS = 60  # the slider may move faster than the past is read


class ReplayBar(QFrame):
    """The bar; hidden while the present is shown.

    Signals:
        moment_asked(datetime | None): show that moment (UTC) in the window; None: the present again.
    """

    moment_asked: Signal = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("replayBar")
        self.setProperty("kit", "replay")
        self.setAccessibleName(tr("Replay"))
        self._began = self._now = datetime.now().astimezone()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._title = Text(tr("Replay"), bold=True, wraps=False)
        self._moment = Text(name="replayMoment", wraps=False)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("replaySlider")
        self._slider.setAccessibleName(tr("Moment that the window shows"))
        self._slider.setMinimumWidth(60)
        self._slider.setPageStep(300)
        self._slider.setSingleStep(5)
        self._slider.valueChanged.connect(self._moved)
        self._back = Button(tr("Back to now"), self.end, name="backToNowButton")
        in_row(
            self._title,
            self._moment,
            (self._slider, 1),
            self._back,
            of=self,
            margins=(14, 6, 8, 6),
            spacing=12,
        )
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._colour_rings()
        self.hide()

    @property
    def replaying(self) -> bool:
        """The window shows a moment of the past."""
        return not self.isHidden()

    def begin(self, began: datetime, now: datetime, at: datetime | None = None) -> None:
        """Show a moment (None: the last one) between the oldest that is known and now, whose zone is told."""
        self._began, self._now = began, now
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(1, round((now - began).total_seconds())))
        self._slider.setValue(round(((at or now) - began).total_seconds()))
        self._slider.blockSignals(False)
        self.show()
        self._slider.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say_moment()
        self._ask()

    def show_running(self, *, running: bool) -> None:
        """Say whether the program ran at the moment that is shown."""
        self._say_moment(running=running)

    def end(self) -> None:
        """Go back to the present."""
        if self.replaying:
            self._settle.stop()
            self.hide()
            self.moment_asked.emit(None)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_rings()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(self.width() >= NARROW_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def _colour_rings(self) -> None:
        """Have the rings seen on this ground: they take their colour from the widget."""
        for widget in (self._slider, self._back):
            palette = widget.palette()
            palette.setColor(
                QPalette.ColorRole.Accent, QColor(tokens(self.window().palette()).link_on_inverse)
            )
            widget.setPalette(palette)

    def _at(self) -> datetime:
        return self._began + timedelta(seconds=self._slider.value())

    def _moved(self) -> None:
        self._say_moment()
        self._settle.start()

    def _ask(self) -> None:
        if self.replaying:
            self.moment_asked.emit(self._at())

    def _say_moment(self, *, running: bool = True) -> None:
        at = self._at().astimezone(self._now.tzinfo)
        days = (self._now.date() - at.date()).days
        time = clock(at, seconds=True)
        if days == 0:
            words = tr("Today {time}", time=time)
        elif days == 1:
            words = tr("Yesterday {time}", time=time)
        else:
            words = date_and_time(at, seconds=True)
        self._moment.say(words if running else tr("{time}: not running", time=words))
        self._slider.setAccessibleDescription(self._moment.text())
