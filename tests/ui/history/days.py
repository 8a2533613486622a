"""Days of a line for the plots: intervals, keepalives and an interruption."""

from datetime import UTC, datetime, timedelta, timezone

from softphone.history.entries import Sample
from softphone.history.happenings import Interruption
from softphone.history.intervals import Interval
from softphone.history.outages import Cause, CauseKind, Ending
from softphone.line.model import LineState
from softphone.ui.history.history_reader import Day
from tests.ui.fakes import BACKUP, PRIMARY, WALL

NOW = WALL.astimezone(UTC)
ZONE = timezone(timedelta(hours=1))
DAY_MIN = 24 * 60


def day(*parts: tuple[float, LineState | None], end: datetime = NOW) -> tuple[Interval, ...]:
    """Intervals of these minutes, the last of which ends now."""
    began = end - timedelta(minutes=sum(minutes for minutes, _ in parts))
    intervals = []
    for minutes, state in parts:
        ended = began + timedelta(minutes=minutes)
        wanted = state is not LineState.IDLE
        intervals.append(Interval(began=began, ended=ended, state=state, wanted=wanted))
        began = ended
    return tuple(intervals)


MIXED = day(
    (443, LineState.REGISTERED),
    (200, None),
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


INTERRUPTION = Interruption(
    began=NOW - timedelta(minutes=20),
    ended=NOW - timedelta(minutes=15, seconds=10),
    worst=LineState.OFFLINE,
    causes=(Cause(kind=CauseKind.NETWORK_LOST),),
    ending=Ending.BACKUP,
    lines={"ada/calling": "Ada Lovelace"},
    events=(),
)
DAY = Day(intervals=MIXED, samples=samples(40, 42, None, 61, backup_from=3), interruptions=(INTERRUPTION,))
