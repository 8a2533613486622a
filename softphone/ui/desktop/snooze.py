"""No notifications for a while: until when, and the choices for it in a menu (interface.md#notifications).

The tray has them, and so can any other menu: where there is no tray, notifications still come.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from softphone.i18n import tr
from softphone.wording.moment import Moment

SNOOZES = (  # shown
    ("30 minutes", timedelta(minutes=30)),
    ("2 hours", timedelta(hours=2)),
)
LOOK_AT_CLOCK_MS = 15_000
_MORNING_HOUR = 7


class Snooze(QObject):
    """Until when nothing is told, by the clock on the wall: a computer that slept has not lengthened it.

    Signals:
        changed(): it began, ended or ran out.
    """

    changed: Signal = Signal()

    def __init__(self, moment: Callable[[], Moment], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moment = moment
        self._until: datetime | None = None
        self._clock = QTimer(self, interval=LOOK_AT_CLOCK_MS)
        self._clock.timeout.connect(self._look_at_clock)

    @property
    def until(self) -> datetime | None:
        """When it ends, local time with its zone; None: it is not on."""
        moment = self._moment()
        if self._until is None or self._until <= moment.wall.astimezone(UTC):
            return None
        return moment.local(self._until)

    def begin(self, until: datetime) -> None:
        """Tell nothing until then."""
        self._until = until.astimezone(UTC)  # hours of it are hours, whatever the clocks are set to
        self._clock.start()
        self.changed.emit()

    def begin_for(self, lasts: timedelta) -> None:
        """Tell nothing for so long."""
        self.begin(self._moment().wall.astimezone(UTC) + lasts)

    def begin_until_tomorrow(self) -> None:
        """Tell nothing until tomorrow morning."""
        self.begin(tomorrow(self._moment().wall))

    def wake(self) -> None:
        """Tell everything again."""
        self._until = None
        self._clock.stop()
        self.changed.emit()

    def words(self, until: datetime) -> str:
        """Say until when, with the day unless it is today."""
        return self._moment().when(until)

    def offer_in(self, menu: QMenu, above: QAction | None = None) -> "SnoozeChoices":
        """Put the choices above an entry of a menu or at its end; while it is on, the way to end it."""
        return SnoozeChoices(self, menu, above)

    def _look_at_clock(self) -> None:
        if self.until is None:
            self.wake()


class SnoozeChoices(QObject):
    """What one menu offers; it ends with the menu."""

    def __init__(self, snooze: Snooze, menu: QMenu, above: QAction | None) -> None:
        super().__init__(menu)
        self._snooze = snooze
        self._offered = True
        choices = menu.addMenu(tr("Snooze notifications"))
        for words, lasts in SNOOZES:
            add_action(choices, tr(words), partial(snooze.begin_for, lasts))
        add_action(choices, tr("Until tomorrow"), snooze.begin_until_tomorrow)
        self._begin = choices.menuAction()
        self._wake = add_action(menu, "", snooze.wake)
        if above is not None:
            menu.insertActions(above, [self._begin, self._wake])
        snooze.changed.connect(self._show)
        self._show()

    def offer(self, *, offered: bool) -> None:
        """Be in the menu, or not."""
        self._offered = offered
        self._show()

    def _show(self) -> None:
        until = self._snooze.until
        if until is not None:
            self._wake.setText(tr("Notifications snoozed until {time}: wake", time=self._snooze.words(until)))
        self._wake.setVisible(self._offered and until is not None)
        self._begin.setVisible(self._offered and until is None)


def tomorrow(now: datetime) -> datetime:
    """Return when the next working day may begin: seven in the morning, by the zone of `now`."""
    return (now + timedelta(days=1)).replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)


def add_action(menu: QMenu, words: str, does: Callable[[], object]) -> QAction:
    """Put an entry at the end of a menu."""
    action = menu.addAction(words)
    action.triggered.connect(lambda _=False: does())
    return action
