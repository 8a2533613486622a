"""A journal in memory, and entries that look like real ones."""

from datetime import UTC, datetime, timedelta

from softphone.history.entries import Entry, Happening, Sample, Scene, Stretch
from softphone.line.model import LineState, Role
from tests.ui.fakes import BACKUP, MOMENT, NOW_S, PRIMARY, WALL, line

NOW = WALL.astimezone(UTC)
KEY = "ada/calling"


def entry(kind: Happening, ago_s: float, **values: object) -> Entry:
    standard: dict[str, object] = {"at": NOW - timedelta(seconds=ago_s), "kind": kind}
    if "line_key" not in values and kind not in {Happening.STARTED, Happening.NETWORK_LOST}:
        standard |= {"line_key": KEY, "line_label": "Ada Lovelace"}
    return Entry(**(standard | values))  # type: ignore[arg-type]


def missed(ago_s: float, misses: int) -> Entry:
    return entry(
        Happening.MISSED,
        ago_s,
        misses=misses,
        miss_limit=5,
        title="No answer from the server",
        tracking_id="WXC_7f3a9c1e",
        http_status=503,
        state=LineState.RECONNECTING,
    )


PRIMARY_VALUES = {"server_url": PRIMARY.url, "role": Role.PRIMARY, "region": PRIMARY.region}
BACKUP_VALUES = {"server_url": BACKUP.url, "role": Role.BACKUP, "region": BACKUP.region}
OUTAGE = (  # oldest first
    entry(Happening.STARTED, 7200),
    entry(Happening.TRY, 7198, attempt=1, **PRIMARY_VALUES),
    entry(Happening.STATE, 7190, state=LineState.REGISTERED, **PRIMARY_VALUES),
    entry(Happening.NETWORK_LOST, 700),
    missed(690, 1),
    missed(660, 2),
    entry(Happening.STATE, 640, state=LineState.REGISTERED_BACKUP, **BACKUP_VALUES),
    missed(90, 1),
    entry(Happening.ANSWERED, 60, after_s=52.0, round_trip_ms=310.0, **BACKUP_VALUES),
)


class MemoryJournal:
    """What `ui.history.history_reader.Journal` says, from lists a test may change."""

    def __init__(self) -> None:
        self.kept: tuple[Entry, ...] = OUTAGE
        self.asked: list[object] = []

    async def entries(self, line_key=None, *, since=None, before_id=None, limit=200) -> tuple[Entry, ...]:
        self.asked.append(("entries", line_key))
        return tuple(reversed(self.kept))[:limit]

    async def stretches(self, line_key: str, began: datetime, ended: datetime) -> tuple[Stretch, ...]:
        self.asked.append(("stretches", line_key))
        return (
            Stretch(began=began, ended=NOW - timedelta(hours=2), state=None),
            Stretch(
                began=NOW - timedelta(hours=2),
                ended=NOW - timedelta(seconds=700),
                state=LineState.REGISTERED,
            ),
            Stretch(
                began=NOW - timedelta(seconds=700),
                ended=NOW - timedelta(seconds=640),
                state=LineState.RECONNECTING,
            ),
            Stretch(
                began=NOW - timedelta(seconds=640), ended=max(ended, NOW), state=LineState.REGISTERED_BACKUP
            ),
        )

    async def samples(self, line_key: str, last: int = 60) -> tuple[Sample, ...]:
        return tuple(
            Sample(
                at=NOW - timedelta(seconds=30 * (last - place)),
                round_trip_ms=None if place in (30, 31) else 40.0 + place % 7 * 8,
                server_url=PRIMARY.url if place < 32 else BACKUP.url,
            )
            for place in range(last)
        )

    async def at(self, when: datetime) -> Scene:
        self.asked.append(("at", when))
        return Scene(at=when, now_s=NOW_S, lines=(line(LineState.RECONNECTING),))

    async def span(self) -> tuple[datetime, datetime] | None:
        return (self.kept[0].at, NOW) if self.kept else None

    async def clear(self, line_key: str | None = None) -> None:
        self.asked.append("clear")
        self.kept = ()


__all__ = ["KEY", "MOMENT", "NOW", "OUTAGE", "MemoryJournal", "entry", "missed"]
