"""A journal in memory, and entries that look like real ones."""

from datetime import UTC, datetime, timedelta

from softphone.history.entries import Entry, EntryKind, Replay, Sample
from softphone.history.intervals import Interval
from softphone.history.journal import Journal
from softphone.line.model import LineState, Role
from tests.ui.fakes import BACKUP, MOMENT, NOW_S, PRIMARY, WALL, line

NOW = WALL.astimezone(UTC)
KEY = "ada/calling"


def entry(kind: EntryKind, ago_s: float, **values: object) -> Entry:
    standard: dict[str, object] = {"at": NOW - timedelta(seconds=ago_s), "kind": kind}
    if "line_key" not in values and kind not in {EntryKind.STARTED, EntryKind.NETWORK_LOST}:
        standard |= {"line_key": KEY, "line_label": "Ada Lovelace"}
    return Entry(**(standard | values))  # type: ignore[arg-type]


def missed(ago_s: float, misses: int) -> Entry:
    return entry(
        EntryKind.MISSED,
        ago_s,
        misses=misses,
        miss_limit=5,
        title="No server answers",
        tracking_id="WXC_7f3a9c1e",
        http_status=503,
        state=LineState.RECONNECTING,
    )


PRIMARY_VALUES = {"server_url": PRIMARY.url, "role": Role.PRIMARY, "region": PRIMARY.region}
BACKUP_VALUES = {"server_url": BACKUP.url, "role": Role.BACKUP, "region": BACKUP.region}
OUTAGE = (  # oldest first
    entry(EntryKind.STARTED, 7200),
    entry(EntryKind.TRY, 7198, attempt=1, **PRIMARY_VALUES),
    entry(EntryKind.STATE, 7190, state=LineState.REGISTERED, **PRIMARY_VALUES),
    entry(EntryKind.NETWORK_LOST, 700),
    missed(690, 1),
    missed(660, 2),
    entry(EntryKind.STATE, 640, state=LineState.REGISTERED_BACKUP, **BACKUP_VALUES),
    missed(90, 1),
    entry(
        EntryKind.ANSWERED,
        60,
        state=LineState.REGISTERED_BACKUP,
        after_s=52.0,
        round_trip_ms=310.0,
        **BACKUP_VALUES,
    ),
)


class MemoryJournal(Journal):
    """A journal that answers from lists a test may change."""

    def __init__(self) -> None:
        self.kept: tuple[Entry, ...] = OUTAGE
        self.asked: list[object] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def entries(self, line_key=None, *, since=None, before_id=None, limit=200) -> tuple[Entry, ...]:
        self.asked.append(("entries", line_key))
        return tuple(reversed(self.kept))[:limit]

    async def intervals(self, line_key: str, began: datetime, ended: datetime) -> tuple[Interval, ...]:
        self.asked.append(("intervals", line_key))
        lost, back = ended - timedelta(seconds=700), ended - timedelta(seconds=640)
        return (
            Interval(began=min(began, lost), ended=lost, state=LineState.REGISTERED),
            Interval(began=lost, ended=back, state=LineState.RECONNECTING),
            Interval(began=back, ended=ended, state=LineState.REGISTERED_BACKUP),
        )

    async def first_registered(self, line_key: str) -> datetime | None:
        return NOW - timedelta(hours=2)

    async def samples(
        self, line_key: str, last: int = 60, *, until: datetime | None = None
    ) -> tuple[Sample, ...]:
        return tuple(
            Sample(
                at=NOW - timedelta(seconds=30 * (last - place)),
                round_trip_ms=None if place in (30, 31) else 40.0 + place % 7 * 8,
                server_url=PRIMARY.url if place < 32 else BACKUP.url,
            )
            for place in range(last)
        )

    async def at(self, when: datetime) -> Replay:
        self.asked.append(("at", when))
        return Replay(at=when, now_s=NOW_S, lines=(line(LineState.RECONNECTING),))

    async def span(self) -> tuple[datetime, datetime] | None:
        return (self.kept[0].at, NOW) if self.kept else None

    async def clear(self, line_key: str | None = None) -> None:
        self.asked.append("clear")
        self.kept = ()


__all__ = ["KEY", "MOMENT", "NOW", "OUTAGE", "MemoryJournal", "entry", "missed"]
