"""Now, and how far from it something is, in words. Pure and Qt-free."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from softphone.words import tr

MONTHS = (  # shown
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, on the two clocks a label needs: monotonic seconds, and local time with its zone."""

    now_s: float
    wall: datetime

    def age_s(self, at_s: float) -> int:
        """Whole seconds since a monotonic time, never negative."""
        return max(0, math.floor(self.now_s - at_s))

    def left_s(self, at_s: float) -> int:
        """Whole seconds until a monotonic time, rounded up, never negative."""
        return max(0, math.ceil(at_s - self.now_s))

    def clock(self, at_s: float, *, seconds: bool = False) -> str:
        """A monotonic time as local time of day."""
        at = self.wall + timedelta(seconds=at_s - self.now_s)
        return at.strftime("%H:%M:%S" if seconds else "%H:%M")


def minutes(seconds: int) -> str:
    """Return whole seconds as m:ss."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def ago(seconds: int) -> str:
    """Return how long ago something was, in the largest unit: `12 s ago`, `3 min ago`, `4 days ago`."""
    if seconds >= 2 * _DAY_S:
        return tr("{n} days ago", n=seconds // _DAY_S)
    if seconds >= _HOUR_S:
        return tr("{n} h ago", n=seconds // _HOUR_S)
    if seconds >= _MINUTE_S:
        return tr("{n} min ago", n=seconds // _MINUTE_S)
    return tr("{n} s ago", n=seconds)


def day(at: datetime) -> str:
    """Return day and month of a local time, as in `23 November`."""
    return tr("{day} {month}", day=at.day, month=tr(MONTHS[at.month - 1]))
