"""Now, and how far from it something is, in words. Pure and Qt-free."""

import math
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from softphone import i18n
from softphone.i18n import counted, tr

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


class _ComputersZone(tzinfo):
    """The zone of this computer, which has another offset in winter than in summer.

    `datetime.astimezone()` alone gives the offset of one moment, and with it every other moment is wrong.
    """

    def fromutc(self, at: datetime) -> datetime:
        """Return the local time of a moment."""
        naive = datetime.fromtimestamp(at.replace(tzinfo=UTC).timestamp())  # noqa: DTZ006 - with its fold
        return naive.replace(tzinfo=self)

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        """Return the offset that held at a local time."""
        return None if at is None else at.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, at: datetime | None) -> timedelta | None:
        """Return nothing: nobody needs to know which part of the offset is for the summer."""
        del at
        return None

    def tzname(self, at: datetime | None) -> str | None:
        """Return what the zone was called at a local time."""
        return None if at is None else at.replace(tzinfo=None).astimezone().tzname()


LOCAL = _ComputersZone()


class Moment(Struct, frozen=True):
    """Now, on the two clocks a label needs: monotonic seconds, and local time with its zone."""

    now_s: float
    wall: datetime

    def age_s(self, at_s: float) -> int:
        """Whole seconds since a monotonic time, never negative."""
        return max(0, math.floor(self.now_s - at_s))

    def left_s(self, at_s: float) -> int:
        """Whole seconds until a monotonic time, rounded up, never negative."""
        return max(0, math.ceil(at_s - self.now_s))

    def local(self, at: datetime) -> datetime:
        """A moment as the clock on the wall shows it then, not as today's offset would have it.

        At the ends of the calendar, where a zone would lead out of it, it stays as it is.
        """
        try:
            return at.astimezone(self.wall.tzinfo)
        except (OverflowError, ValueError, OSError):
            return at

    def after(self, seconds: float) -> datetime:
        """The local time so many seconds from now."""
        return self.local(self.wall.astimezone(UTC) + timedelta(seconds=seconds))

    def clock(self, at_s: float, *, seconds: bool = False) -> str:
        """A monotonic time as local time of day."""
        return i18n.clock(self.after(at_s - self.now_s), seconds=seconds)

    def time(self, at_s: float) -> str:
        """A monotonic time as local time of day, with its day unless that is today."""
        return self.when(self.after(at_s - self.now_s))

    def when(self, at: datetime, *, seconds: bool = False) -> str:
        """A moment as local time of day, with its day unless that is today."""
        return i18n.when(at, self.wall, seconds=seconds)


def minutes(seconds: int) -> str:
    """Return whole seconds as m:ss."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def ago(seconds: int) -> str:
    """Return how long ago something was, in the largest unit: `12 s ago`, `3 min ago`, `4 days ago`."""
    if seconds >= 2 * _DAY_S:
        return counted(seconds // _DAY_S, "{n} day ago", "{n} days ago")
    if seconds >= _HOUR_S:
        return tr("{n} h ago", n=seconds // _HOUR_S)
    if seconds >= _MINUTE_S:
        return tr("{n} min ago", n=seconds // _MINUTE_S)
    return tr("{n} s ago", n=seconds)
