"""Days of a line for the plots: intervals, keepalives and the stories of outages."""

from datetime import UTC, datetime, timedelta

from softphone.history.entries import Sample
from softphone.history.intervals import Interval
from softphone.line.model import LineState
from softphone.ui.history.history_reader import Day
from tests.ui.fakes import BACKUP, PRIMARY, WALL

NOW = WALL.astimezone(UTC)
ZONE = WALL.tzinfo
DAY_MIN = 24 * 60


def day(*parts: tuple[float, LineState | None], end: datetime = NOW) -> tuple[Interval, ...]:
    """Intervals of these minutes, the last of which ends now; the first is preceded by not running."""
    began = end - timedelta(minutes=sum(minutes for minutes, _ in parts))
    intervals = []
    if began > end - timedelta(days=1):
        intervals.append(Interval(began=end - timedelta(days=1), ended=began, state=None))
    for minutes, state in parts:
        ended = began + timedelta(minutes=minutes)
        wanted = state is not LineState.IDLE
        intervals.append(Interval(began=began, ended=ended, state=state, wanted=wanted))
        began = ended
    return tuple(intervals)


MIXED = day(
    (300, LineState.REGISTERED),
    (2, LineState.RECONNECTING),
    (25, LineState.RETRY_WAIT),
    (120, LineState.REGISTERED_BACKUP),
    (90, LineState.IDLE),
    (60, LineState.OFFLINE),
    (200, LineState.REGISTERED),
)


def samples(*trips_ms: float | None, backup_from: int | None = None) -> tuple[Sample, ...]:
    """Keepalives 30 s apart, the last of them now."""
    return tuple(
        Sample(
            at=NOW - timedelta(seconds=30 * (len(trips_ms) - 1 - place)),
            round_trip_ms=trip_ms,
            server_url=(PRIMARY if backup_from is None or place < backup_from else BACKUP).url,
        )
        for place, trip_ms in enumerate(trips_ms)
    )


STORIES = (
    "Offline 10:14-10:19, 4 min 50 s. The network was lost. Then the backup server took over.",
    "Calls may have been missed 08:02-08:04, 2 min 1 s. One check was not answered.",
)
DAY = Day(intervals=MIXED, samples=samples(40, 42, None, 61, backup_from=3), stories=STORIES)
