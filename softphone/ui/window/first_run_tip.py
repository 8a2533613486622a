"""Said once, after the first line is registered: two choices most people make (interface.md#first-run)."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from softphone.errors import ConfigError
from softphone.i18n import tr
from softphone.settings.store import SettingsStore
from softphone.system.files import is_there, make_folder
from softphone.ui.kit.button import Button
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import tokens
from softphone.ui.outlined import Outlined, Tick
from softphone.wording.presentation import Tone

_RADIUS = 8.0
_CHOICES = {  # shown
    "start_at_login": "Start when I log in",
    "notifications": "Tell me when a line cannot receive calls",
}


class FirstRunTip(QWidget):
    """Two choices that are in the settings, too.

    Signals:
        dismissed(): put away, for ever.
        failed(ConfigError): a choice could not be kept.
    """

    dismissed = Signal()
    failed = Signal(object)

    def __init__(self, store: SettingsStore) -> None:
        super().__init__()
        self._store = store
        self.setObjectName("firstRunTip")
        self.setAccessibleName(tr("Your line is registered"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(2)
        column.addWidget(Text(tr("Your line is registered"), bold=True))
        column.addWidget(Text(tr("From now on it comes back by itself. Two things you may want to choose:")))
        for name, words in _CHOICES.items():
            column.addLayout(self._choice(name, tr(words)))
        done = Button(tr("Dismiss"), self.dismissed.emit, name="firstRunTipDismiss")
        column.addWidget(done)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tinted ground (Qt override)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens(self.palette()).tint(Tone.BUSY))
        painter.drawRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)

    def _choice(self, name: str, words: str) -> QHBoxLayout:
        tick = Tick()
        tick.setObjectName(f"{name}Tick")
        tick.setAccessibleName(words)
        tick.setChecked(self._store.value(name) is True)
        tick.setEnabled(not self._store.is_locked(name))
        tick.toggled.connect(lambda on: self._choose(tick, name, on=on))
        row = QHBoxLayout()
        row.addWidget(Outlined(tick))
        row.addWidget(Text(words), 1)
        return row

    def _choose(self, tick: Tick, name: str, *, on: bool) -> None:
        try:
            self._store.change(**{name: on})
        except ConfigError as error:
            with QSignalBlocker(tick):
                tick.setChecked(self._store.value(name) is True)
            self.failed.emit(error)


class TipOnce:
    """Remembers in an empty file that the tip was put away."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def is_due(self) -> bool:
        """It was not put away yet."""
        return not is_there(self._file)

    def seen(self) -> None:
        """Never again; a folder that cannot be written shows it once more at the next start."""
        try:
            make_folder(self._file.parent)
            self._file.touch(mode=0o600)
        except OSError:
            return
