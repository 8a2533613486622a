"""The icon in the system's tray: the worst line's shape, words for each, what can be done (ux.md 4.5).

A tray may come and go while the program runs, and many desktops have none: nothing depends on it. States
that pass within two seconds do not repaint it.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from softphone.ui import presentation, tray_words
from softphone.ui.line_model import LineModel
from softphone.ui.moment import Moment
from softphone.ui.presentation import RollUp, Shape, Tone
from softphone.ui.status_shapes import paint_shape
from softphone.ui.theme import DARK, LIGHT
from softphone.words import tr

LOOK_FOR_TRAY_MS = 3000
ICON_SIZES = (16, 22, 24, 32, 48, 64)
DAMPING_S = 2.0
SNOOZES = (  # shown
    ("30 minutes", timedelta(minutes=30)),
    ("2 hours", timedelta(hours=2)),
)


_NOBODY = RollUp(words="", tone=Tone.NEUTRAL, shape=Shape.DASHED)


class TrayIcon(QObject):
    """The icon and its menu.

    Signals:
        open_asked(str): show the window, at the line with this id if it is not empty.
        retry_asked(), register_all_asked(), settings_asked(), quit_asked()
        snoozed(datetime | None): no notifications until then; None: wake.
        availability_changed(bool): a tray came or went.
    """

    open_asked = Signal(str)
    retry_asked = Signal()
    register_all_asked = Signal()
    settings_asked = Signal()
    quit_asked = Signal()
    snoozed = Signal(object)
    availability_changed = Signal(bool)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        parent: QWidget,
        *,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._moment = moment
        self._is_available = available
        self._monochrome = False
        self._damping_ms = round(DAMPING_S * 1000)
        self._shown: tuple[Shape, Tone, bool] | None = None
        self._snoozed_until: datetime | None = None
        self._told_of = ""
        self._menu = QMenu(parent)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(lambda: self.open_asked.emit(self._told_of))
        self._damping = QTimer(self)
        self._damping.setSingleShot(True)
        self._damping.timeout.connect(self.refresh)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_FOR_TRAY_MS)
        self._look.timeout.connect(self._look_for_tray)
        self._menu.aboutToShow.connect(self._fill_menu)
        model.lines_changed.connect(lambda _: self._refresh_soon())
        model.rows_changed.connect(self._refresh_soon)
        self._fill_menu()
        self.refresh()
        self._look_for_tray()
        self._look.start()

    @property
    def available(self) -> bool:
        """There is a tray, and the icon is in it."""
        return self._icon.isVisible() and self._is_available()

    def use(self, *, monochrome: bool, damping_s: float) -> None:
        """Look like this, and repaint no state shorter than that."""
        self._monochrome = monochrome
        self._damping_ms = round(damping_s * 1000)
        self.refresh()

    def show_message(self, title: str, text: str, line_id: str) -> bool:
        """Show a notification beside the tray; False without one."""
        if not self.available or not QSystemTrayIcon.supportsMessages():
            return False
        self._told_of = line_id
        self._icon.showMessage(title, text, self._icon.icon())
        return True

    def close(self) -> None:
        """Take the icon away."""
        for timer in (self._look, self._damping):
            timer.stop()
        self._icon.hide()

    def refresh(self) -> None:
        """Show the present."""
        lines = self._model.every
        moment = self._moment()
        roll_up = presentation.roll_up(lines, moment) if lines else _NOBODY
        self._icon.setToolTip(tray_words.tooltip(lines, moment))
        looks = (roll_up.shape, roll_up.tone, self._monochrome)
        if looks != self._shown:
            self._shown = looks
            self._icon.setIcon(icon(roll_up.shape, self._ink(roll_up.tone)))

    def _refresh_soon(self) -> None:
        if not self._damping.isActive():
            self._damping.start(self._damping_ms)

    def _look_for_tray(self) -> None:
        there = self._is_available()
        if there != self._icon.isVisible():
            self._icon.setVisible(there)
            self.availability_changed.emit(there)

    def _ink(self, tone: Tone) -> QColor:
        # The panel of most desktops is dark, whatever the windows are; a light one says so.
        light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        colours = LIGHT if light else DARK
        return QColor(colours.text) if self._monochrome else colours.ink(tone)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        }:
            self.open_asked.emit("")

    # The menu

    def _fill_menu(self) -> None:
        self._menu.clear()
        self._add(tr("Open"), lambda: self.open_asked.emit(""))
        lines = self._model.every
        if lines:
            self._menu.addSeparator()
            for line_id, words in tray_words.rows(lines, self._moment()):
                self._add(words, partial(self.open_asked.emit, line_id))
            self._menu.addSeparator()
            self._add(tr("Retry now"), self.retry_asked.emit)
            self._add(tr("Register all"), self.register_all_asked.emit)
        self._menu.addSeparator()
        self._add_snooze()
        self._add(tr("Settings…"), self.settings_asked.emit)
        self._add(tr("Quit (lines stop receiving calls here)"), self.quit_asked.emit)

    def _add(self, words: str, does: Callable[[], object], menu: QMenu | None = None) -> QAction:
        action = (menu or self._menu).addAction(words)
        action.triggered.connect(lambda _=False: does())
        return action

    def _add_snooze(self) -> None:
        now = self._moment().wall
        if self._snoozed_until is not None and self._snoozed_until > now:
            until = self._snoozed_until.strftime("%H:%M")
            self._add(tr("Notifications snoozed until {time}: wake", time=until), lambda: self._snooze(None))
            return
        menu = self._menu.addMenu(tr("Snooze notifications"))
        for words, lasts in SNOOZES:
            self._add(tr(words), partial(self._snooze_for, lasts), menu)
        self._add(tr("Until tomorrow"), lambda: self._snooze(tomorrow(self._moment().wall)), menu)

    def _snooze_for(self, lasts: timedelta) -> None:
        self._snooze(self._moment().wall + lasts)

    def _snooze(self, until: datetime | None) -> None:
        self._snoozed_until = until
        self._fill_menu()
        self.snoozed.emit(until)


def tomorrow(now: datetime) -> datetime:
    """Return when the next working day may begin: seven in the morning."""
    return (now + timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)


def icon(shape: Shape, ink: QColor) -> QIcon:
    """Return a shape as an icon in every size a tray asks for."""
    made = QIcon()
    for size in ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_shape(painter, QRectF(0, 0, size, size), shape, ink, turned_degrees=0.0)
        painter.end()
        made.addPixmap(pixmap)
    return made


def monotonic_of(until: datetime | None, now: datetime) -> float:
    """Return a wall-clock time on the monotonic clock; None is long ago."""
    return float("-inf") if until is None else time.monotonic() + (until - now).total_seconds()
