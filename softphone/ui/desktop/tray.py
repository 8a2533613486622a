"""The icon in the system's tray: the worst line's shape, words for each, what to do (interface.md#tray).

A tray may come and go while the program runs, and many desktops have none: nothing depends on it. The icon
is repainted only when what it shows has been wrong for two seconds without a pause.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from softphone.i18n import tr
from softphone.ui.bridge import LineModel
from softphone.ui.desktop.snooze import Snooze, add_action
from softphone.ui.kit.painting import paint_shape
from softphone.ui.kit.text import with_ampersands
from softphone.ui.kit.theme import DARK, LIGHT
from softphone.wording import all_lines
from softphone.wording.all_lines import Summary
from softphone.wording.call_words import line_words, ringing
from softphone.wording.moment import Moment
from softphone.wording.presentation import Shape, Tone

LOOK_MS = 3000  # for a tray, and at the clock: proof grows old without any event
ICON_SIZES = (16, 22, 24, 32, 48, 64)
DAMPING_S = 2.0

_NOBODY = Summary(sentence="", tone=Tone.NEUTRAL, shape=Shape.DASHED)


class TrayIcon(QObject):
    """The icon and its menu. `window` is what is hidden in the tray: it comes back when the tray goes.

    `snooze` is how long the person wants no notifications.

    Signals:
        open_asked(str): show the window, at the line with this id if it is not empty.
        retry_asked(), register_all_asked(), settings_asked(), quit_asked()
        availability_changed(bool): a tray came or went.
    """

    open_asked: Signal = Signal(str)
    retry_asked: Signal = Signal()
    register_all_asked: Signal = Signal()
    settings_asked: Signal = Signal()
    quit_asked: Signal = Signal()
    availability_changed: Signal = Signal(bool)

    def __init__(
        self,
        model: LineModel,
        moment: Callable[[], Moment],
        window: QWidget,
        *,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__(window)
        self._model = model
        self._moment = moment
        self._window = window
        self._is_available = available
        self._monochrome = False
        self._shown: tuple[Shape, str] | None = None
        self._picture = QIcon()
        self._words = ""
        self._told_of = ""
        self._icon: QSystemTrayIcon | None = None
        self.snooze: Snooze = Snooze(moment, self)
        self._build_menu()
        self._damping = QTimer(self, singleShot=True, interval=round(DAMPING_S * 1000))
        self._damping.timeout.connect(self.refresh)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_round)
        model.lines_changed.connect(self._compare)
        model.rows_changed.connect(self._compare)
        model.rows_changed.connect(self._show_words)
        self.refresh()
        self._look_for_tray()
        self._look.start()

    @property
    def available(self) -> bool:
        """There is a tray, and the icon is in it."""
        return self._icon is not None and self._is_available()

    def use(self, *, monochrome: bool, damping_s: float, quit_deregisters: bool) -> None:
        """Look like this, repaint no state shorter than that, and say what quitting does."""
        self._monochrome = monochrome
        self._quit.setText(tr("Quit and deregister") if quit_deregisters else tr("Quit"))
        self._damping.setInterval(round(damping_s * 1000))
        self.refresh()

    def show_message(self, title: str, text: str, line_id: str) -> bool:
        """Show a notification beside the tray; False without one."""
        if self._icon is None or not self._is_available() or not QSystemTrayIcon.supportsMessages():
            return False
        self._told_of = line_id
        self._icon.showMessage(title, text, self._picture)
        return True

    def close(self) -> None:
        """Take the icon away."""
        for timer in (self._look, self._damping):
            timer.stop()
        self._take_icon_away()

    def refresh(self) -> None:
        """Show the present."""
        self._damping.stop()
        self._show_words()
        looks = self._looks()
        if looks == self._shown:
            return
        self._shown = looks
        shape, ink = looks
        self._picture = icon(shape, QColor(ink))
        if self._icon is not None:
            self._icon.setIcon(self._picture)

    # Keeping up

    def _compare(self) -> None:
        looks, bell = self._looks(), Shape.BELL
        if looks == self._shown:
            self._damping.stop()
        elif bell in (looks[0], self._shown[0] if self._shown else None):
            self.refresh()  # a call does not wait
        elif not self._damping.isActive():
            self._damping.start()

    def _look_round(self) -> None:
        self._look_for_tray()
        self._compare()
        self._show_words()

    def _look_for_tray(self) -> None:
        there = self._is_available()
        if there == (self._icon is not None):
            return
        if there:
            self._put_icon_up()
        else:
            self._take_icon_away()
            if self._window.isHidden():
                self._window.showMinimized()  # nothing else would lead to it
        self.availability_changed.emit(there)

    def _put_icon_up(self) -> None:
        # Made anew for each tray: one that Qt made before the tray was there never gets into it.
        made = QSystemTrayIcon(self._picture, self)
        made.setToolTip(self._words)
        made.setContextMenu(self._menu)
        made.activated.connect(self._activated)
        made.messageClicked.connect(lambda: self.open_asked.emit(self._told_of))
        made.show()
        self._icon = made

    def _take_icon_away(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _looks(self) -> tuple[Shape, str]:
        lines = self._model.every
        summary = all_lines.summary(lines, self._moment()) if lines else _NOBODY
        called = ringing(lines)
        if called is not None:
            words = line_words(called, self._moment())
            summary = Summary(sentence="", tone=words.tone, shape=words.shape)
        # The panel of most desktops is dark, whatever the windows are; a light one says so.
        light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        colours = LIGHT if light else DARK
        ink = QColor(colours.text) if self._monochrome else colours.ink(summary.tone)
        return summary.shape, ink.name()

    def _show_words(self) -> None:
        self._fill_menu()
        # Some trays take what looks like HTML for HTML, others show it as it is: no way to escape suits both.
        words = all_lines.tooltip(self._model.every, self._moment()).replace("<", "\u2039")
        if words != self._words:
            self._words = words
            if self._icon is not None:
                self._icon.setToolTip(words)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        }:
            self.open_asked.emit("")

    # The menu

    def _build_menu(self) -> None:
        # Built once: a panel that has read it clicks on what it has read, so rows keep their identity.
        self._menu = QMenu(self._window)
        self._menu.aboutToShow.connect(self._fill_menu)
        add_action(self._menu, tr("Open"), lambda: self.open_asked.emit(""))
        self._rows: list[QAction] = []
        self._below_rows = self._menu.addSeparator()
        self._of_lines = (
            self._menu.insertSeparator(self._below_rows),
            add_action(self._menu, tr("Retry now"), self.retry_asked.emit),
            add_action(self._menu, tr("Register all"), self.register_all_asked.emit),
            self._menu.addSeparator(),
        )
        self.snooze.offer_in(self._menu)
        add_action(self._menu, tr("Settings…"), self.settings_asked.emit)
        self._quit = add_action(self._menu, tr("Quit and deregister"), self.quit_asked.emit)

    def _fill_menu(self) -> None:
        rows = all_lines.rows(self._model.every, self._moment())
        while len(self._rows) > len(rows):
            self._rows.pop().deleteLater()
        while len(self._rows) < len(rows):
            self._rows.append(self._new_row())
        for action, (line_id, words) in zip(self._rows, rows, strict=True):
            action.setData(line_id)
            action.setText(with_ampersands(words))
        for action in self._of_lines:
            action.setVisible(bool(rows))
            action.setEnabled(self._model.acts)

    def _new_row(self) -> QAction:
        action = QAction(self._menu)
        action.triggered.connect(lambda _=False: self.open_asked.emit(action.data()))
        self._menu.insertAction(self._below_rows, action)
        return action


def icon(shape: Shape, ink: QColor) -> QIcon:
    """Return a shape as an icon in every size a tray asks for."""
    made = QIcon()
    for size in ICON_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_shape(painter, QRectF(0, 0, size, size), shape, ink)
        painter.end()
        made.addPixmap(pixmap)
    return made
