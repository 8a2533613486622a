"""Now, and how far from it something is, in words. Pure and Qt-free."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta


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


def span(seconds: int) -> str:
    """Return a duration in its largest unit, as in `12 s`, `3 min`, `2 h`, `4 days`."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and unit != "days"):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
