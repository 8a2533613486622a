"""The people, lines and past of the nine pictures: four accounts with twelve lines, a little after 14."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.history.entries import Entry, EntryKind
from softphone.history.intervals import Interval
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState, Role
from softphone.ui.history.history_reader import Day
from softphone.values import replace
from softphone.wording.moment import Moment
from tests.ui.fakes import DEVICE_LIMIT, NOW_S, SIGNED_IN, PanelSpy, failure, line

ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 27, 14, 6, 43, tzinfo=ZONE)
MOMENT = Moment(NOW_S, NOW)
NO_ANSWER = failure(title="No server answers", advice="", http_status=None)


def at_s(hour: int, minute: int, second: int = 0) -> float:
    """A time of this day on the clock of the lines."""
    return NOW_S - (NOW - NOW.replace(hour=hour, minute=minute, second=second)).total_seconds()


def sample(state: LineState, name: str, number: int, account: str = "", **changes: Any) -> LineSnapshot:
    """A line of a person, whose number and extension end alike."""
    identity = LineIdentity(
        line_id=f"line-{number}",
        account=Account(
            key=account or name, address=f"{name.split(maxsplit=1)[0].lower()}@example.com", name=name
        ),
        phone_number=f"+1214555{number:04}",
        extension=f"5{number}",
        voicemail="+12145550190",
    )
    return line(state, name, f"5{number}", **({"identity": identity} | changes))


def confirmed(ago_s: float) -> dict[str, Any]:
    """What is known of a proof that is so old."""
    return {"proved_at_s": NOW_S - ago_s, "next_at_s": NOW_S + 30 - ago_s, "last_proof_at_s": NOW_S - ago_s}


ADA = sample(LineState.REGISTERED, "Ada Lovelace", 101, **confirmed(8))
GRACE = sample(LineState.REGISTERED_BACKUP, "Grace Hopper", 102, **confirmed(3))
LINUS = sample(
    LineState.ACTION,
    "Linus Pauling",
    103,
    failure=replace(DEVICE_LIMIT, title="Too many devices on this line"),
)
RADIA = sample(
    LineState.RETRY_WAIT,
    "Radia Perlman",
    104,
    failure=NO_ANSWER,
    attempt=5,
    next_at_s=NOW_S + 28,
    last_proof_at_s=at_s(14, 2, 1),
    unreachable_since_s=at_s(14, 2, 31),
)
RECONNECTING: dict[str, Any] = {"misses": 2, "proved_at_s": NOW_S - 39, "next_at_s": NOW_S + 9}
RECEPTION = sample(LineState.RECONNECTING, "Reception", 110, "Grace Hopper", **RECONNECTING)
LAB = sample(LineState.IDLE, "Lab phone", 118, "Ada Lovelace", since_s=at_s(13, 32))
OTHERS = (("Front desk", 111, 21), ("Sales", 112, 14), ("Support", 113, 2), ("Lobby", 114, 5))
MORE = (("Night desk", 115, 17), ("Warehouse", 116, 9))
TWELVE = (
    *(ADA, GRACE, LINUS, RADIA, RECEPTION, LAB),
    *(
        sample(LineState.REGISTERED, name, number, "Radia Perlman", **confirmed(ago))
        for name, number, ago in (*OTHERS, *MORE)
    ),
)
NARROW = sample(LineState.RECONNECTING, "Grace Hopper", 102, **RECONNECTING)


def panel(*lines: LineSnapshot) -> PanelSpy:
    """A panel of these lines and their accounts; an account is called like the first of its lines."""
    accounts: dict[str, AccountSnapshot] = {}
    for one in lines:
        key = one.identity.account.key
        account = replace(one.identity.account, name=key)
        accounts.setdefault(key, replace(SIGNED_IN, account=account, state=AccountState.READY))
    return PanelSpy(lines, tuple(accounts.values()))


def day(*parts: tuple[str, LineState], began: str = "08:12") -> Day:
    """A day of states, each up to a time, the last up to now."""
    intervals: list[Interval] = []
    start = _time(began)
    for until, state in parts:
        ended = _time(until) if until else NOW.astimezone(UTC)
        intervals.append(Interval(began=start, ended=ended, state=state))
        start = ended
    return Day(intervals=tuple(intervals))


def _time(words: str) -> datetime:
    hour, minute = map(int, words.split(":")[:2])
    second = int(words.split(":")[2]) if words.count(":") > 1 else 0
    return NOW.replace(hour=hour, minute=minute, second=second).astimezone(UTC)


CALM = day(("", LineState.REGISTERED))
TROUBLED = day(
    ("10:42", LineState.REGISTERED),
    ("10:43", LineState.RECONNECTING),
    ("10:45:06", LineState.RETRY_WAIT),
    ("14:02:01", LineState.REGISTERED),
    ("14:02:31", LineState.RECONNECTING),
    ("", LineState.RETRY_WAIT),
)
MOVED = day(
    ("13:00", LineState.REGISTERED),
    ("13:50", LineState.REGISTERED_BACKUP),
    ("14:00", LineState.REGISTERED),
    ("", LineState.RECONNECTING),
)
DAYS = {"line-104": TROUBLED, "line-102": MOVED}


def entries() -> Sequence[Entry]:
    """What happened on this day and the one before, oldest first."""
    found: list[Entry] = []

    def tell(
        kind: EntryKind, clock: str, lines: Sequence[LineSnapshot] = (), days: int = 0, **values: Any
    ) -> None:
        at = _time(clock) - timedelta(days=days)
        steady_s = (at - NOW).total_seconds() + 200_000
        for one in lines or (None,):
            whose: dict[str, Any] = {}
            if one is not None:
                whose = {"line_key": one.identity.line_id, "line_label": one.identity.label}
            found.append(Entry(at=at, kind=kind, id=len(found) + 1, steady_s=steady_s, **(whose | values)))

    up: dict[str, Any] = {"state": LineState.REGISTERED}
    tell(EntryKind.STARTED, "08:08", days=1)
    tell(EntryKind.STATE, "08:09", TWELVE, 1, **up)
    backup: dict[str, Any] = {"state": LineState.REGISTERED_BACKUP, "role": Role.BACKUP}
    tell(EntryKind.SERVER, "11:05", [GRACE], 1, **backup)
    tell(EntryKind.STATE, "16:40", [LINUS], 1, state=LineState.ELSEWHERE)
    tell(EntryKind.WANTED, "16:44:48", [LINUS], 1)
    tell(EntryKind.STATE, "16:44:50", [LINUS], 1, **up)
    tell(EntryKind.STARTED, "08:11:50")
    tell(EntryKind.STATE, "08:12", TWELVE, **up)
    tell(EntryKind.UNWANTED, "13:32", [LAB], wanted=False, state=LineState.IDLE)
    tell(EntryKind.MISSED, "13:48:20", [ADA], misses=1, miss_limit=5, state=LineState.RECONNECTING)
    tell(EntryKind.NETWORK_LOST, "13:48:22")
    tell(EntryKind.STATE, "13:48:22", [ADA, GRACE], state=LineState.OFFLINE)
    tell(EntryKind.NETWORK_BACK, "13:50:58")
    tell(EntryKind.STATE, "13:50:58", [ADA, GRACE], state=LineState.REGISTERING)
    tell(EntryKind.STATE, "13:51:01", [ADA, GRACE], **up)
    silent: dict[str, Any] = {"title": "No server answers", "role": Role.PRIMARY}
    tell(EntryKind.FAILURE, "14:02:31", [RADIA], **(silent | {"role": Role.BACKUP}))
    tell(EntryKind.STATE, "14:02:31", [RADIA], state=LineState.RETRY_WAIT, **silent)
    return found
