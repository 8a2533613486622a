"""What is said of the past, a row for each situation."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from softphone.history.entries import Entry, EntryKind
from softphone.history.happenings import Event, Happening, Interruption
from softphone.history.outages import Cause, CauseKind, Ending
from softphone.history.recording import Recording
from softphone.line.model import Account, LineIdentity, LineState, Role
from softphone.values import replace
from softphone.wording import plots as plot_words
from softphone.wording import recording_words, timeline_words
from softphone.wording.plots import DayPlot, day_plot, fill_of, trip_plot
from tests.kit.recorded import OUT_S, OUTAGE_S, RAN_S, rows_of_history
from tests.ui.fakes import BACKUP, PRIMARY, WALL, line
from tests.ui.history.days import DAY_MIN, ZONE, day, samples

NOW = WALL.astimezone(UTC)
ONE, TWO = {"a": "Ada"}, {"a": "Ada", "b": "Bob"}
STANDARD: dict[str, Any] = {"at": NOW, "line_key": "a", "line_label": "Ada"}
BACKUP_VALUES: dict[str, Any] = {"server_url": BACKUP.url, "role": Role.BACKUP, "region": BACKUP.region}


def of(kind: EntryKind, **values: Any) -> Entry:
    return Entry(**(STANDARD | {"kind": kind} | values))


def entries() -> Iterator[tuple[str, Entry]]:
    for kind in EntryKind:
        yield kind.value, of(kind)
        yield f"{kind.value}, because", of(kind, state=LineState.OFFLINE, title="Because")
    yield "no state, because", of(EntryKind.STATE, title="Because")
    yield "offline, from the backup", of(EntryKind.STATE, state=LineState.OFFLINE, role=Role.BACKUP)
    for state in LineState:
        yield f"state {state.value}", of(EntryKind.STATE, state=state)
    for role in (*Role, None):
        yield f"server {role and role.value}", of(EntryKind.SERVER, role=role, state=LineState.REGISTERED)
    for kind in (EntryKind.SLEPT, EntryKind.CLOCK_SET):
        for after_s in (-3600.0, -1.0, 0.0, 1.0, 59.4, 59.6, 60.0, 3599.0, 3600.0, 90_061.0):
            yield f"{kind.value} {after_s:g} s", of(kind, after_s=after_s)
    for outcome in ("missed", "answered_elsewhere", "?"):
        yield f"call {outcome}", of(EntryKind.CALL, outcome=outcome, caller="Ann")


def interruptions() -> Iterator[tuple[str, Interruption]]:
    def over(*causes: Cause, **values: Any) -> Interruption:
        standard: dict[str, Any] = {
            "began": NOW - timedelta(minutes=10),
            "ended": NOW - timedelta(minutes=5, seconds=10),
            "worst": LineState.RETRY_WAIT,
            "causes": causes,
            "ending": Ending.PRIMARY,
            "lines": ONE,
            "events": (),
        }
        return Interruption(**(standard | values))

    silent = Cause(kind=CauseKind.NO_ANSWER)
    for kind in CauseKind:
        for role in (None, *Role):
            cause = Cause(kind=kind, role=role, title="Too much.")
            if role is not None and kind not in {CauseKind.NO_ANSWER, CauseKind.REFUSED}:
                continue
            yield f"{kind.value}, {role and role.value}", over(cause)
            yield f"{kind.value}, {role and role.value}, lasting", over(cause, ended=None, ending=None)
    for times in (0, 1, 2):
        yield f"missed {times} times", over(Cause(kind=CauseKind.MISSED, times=times))
    for ending in (*Ending, None):
        for worst in (LineState.RETRY_WAIT, LineState.ELSEWHERE):
            name = f"{worst.value}, ending {ending and ending.value}"
            yield name, over(silent, worst=worst, ending=ending)
    for state in LineState:
        yield f"worst {state.value}", over(worst=state)
    yield "two lines, two causes", over(silent, Cause(kind=CauseKind.SLEPT), lines=TWO)
    yield "no lines", over(lines={})
    yield "three lines", over(lines=TWO | {"c": "Cem"})


def timeline() -> Iterator[str]:
    """The activity: what happened, who, how long; and the same for a file."""
    for name, entry in entries():
        event = Event(at=entry.at, entries=[entry], lines=ONE)
        shape, tone = timeline_words.look(event)
        said = timeline_words.words(event)
        within = timeline_words.words(event, within=True)
        yield f"{name}: {tone.value}, {shape.value} | {said}" + (
            f" | within: {within}" if within != said else ""
        )
    entry = of(EntryKind.NETWORK_BACK)
    came = Event(
        at=NOW, entries=[of(EntryKind.STATE, state=LineState.REGISTERING), entry], lines=TWO, times=2
    )
    computer = of(EntryKind.SLEPT, line_key="", line_label="", after_s=60.0)
    account = of(EntryKind.SIGNED_IN, line_key="", line_label="Grace")
    events = {
        "twice": Event(at=NOW, entries=[entry], lines=ONE, times=2),
        "network came": came,
        "network came first": Event(at=NOW, entries=[entry], lines=TWO),
        "of the computer": Event(at=NOW, entries=[computer]),
        "of an account": Event(at=NOW, entries=[account]),
    }
    happenings: list[tuple[str, Happening]] = [*events.items(), *interruptions()]
    for name, happening in happenings:
        shape, tone = timeline_words.look(happening)
        yield f"{name}: {tone.value}, {shape.value} | {timeline_words.spoken(happening, WALL)}"
        if isinstance(happening, Event):
            lasted = timeline_words.lasted_words(happening, WALL)
            yield f"    within: {timeline_words.spoken(happening, WALL, within=True)} | {lasted!r}"
    lasting = Interruption(
        began=NOW, ended=None, worst=LineState.OFFLINE, causes=(), ending=None, lines=ONE, events=()
    )
    for now_s in (-5, 0, 5):
        now = WALL + timedelta(seconds=now_s)
        yield f"lasts for {now_s} s: {timeline_words.lasted_words(lasting, now)}"
    for kind in CauseKind:
        cause = Cause(kind=kind, title="Why.")
        lasts = timeline_words.cause_words(cause, over=False)
        yield f"cause {kind.value}: {timeline_words.cause_words(cause)} / {lasts}"
    for seconds in (0, 0.4, 0.6, 59.4, 59.6, 60, 61, 3599.4, 3599.6, 3600, 3660, 86_400):
        yield f"{seconds} s: {timeline_words.duration(timedelta(seconds=seconds))}"
    yield f"sample: {timeline_words.sample_span(WALL)}"
    small = {
        "nothing": {},
        "server": BACKUP_VALUES,
        "primary": {"server_url": PRIMARY.url, "role": Role.PRIMARY},
        "no role": {"server_url": PRIMARY.url},
        "odd server": {"server_url": "odd", "role": Role.BACKUP},
        "misses": {"misses": 1, "miss_limit": 5},
        "attempt 0": {"attempt": 0},
        "attempt 1": {"attempt": 1},
        "attempt 2": {"attempt": 2},
        "trip": {"round_trip_ms": 0.0},
        "trip rounded": {"round_trip_ms": 41.6},
        "status": {"http_status": 503},
        "code": {"error_code": 0},
        "all": BACKUP_VALUES
        | {"misses": 2, "miss_limit": 5, "attempt": 3, "round_trip_ms": 9, "http_status": 403}
        | {"error_code": 102, "tracking_id": "T1"},
    }
    for name, values in small.items():
        yield f"small print, {name}: {timeline_words.small_print(of(EntryKind.MISSED, **values))}"
    rows = [of(EntryKind.MISSED, **small["all"]), computer, of(EntryKind.STATE, state=LineState.REGISTERED)]
    yield timeline_words.as_text(rows, ZONE)


UP, OFF = LineState.REGISTERED, LineState.IDLE
END = datetime(2026, 11, 22, 10, 12, tzinfo=UTC)


def plot_of(*parts: tuple[float, LineState | None], end: datetime = END) -> DayPlot:
    plot = day_plot(day(*parts, end=end))
    assert plot is not None
    return plot


def plots() -> Iterator[str]:
    """The bar of a day and the chart of the checks."""
    for state in (None, *LineState):
        plot = plot_of((30, UP), (30, state), (30, UP))
        column = plot.columns[36]
        yield f"{state and state.value}: {fill_of(column).value} | {plot.words(36, UTC)} | {plot.header(UTC)}"
    days: dict[str, tuple[tuple[float, LineState | None], ...]] = {
        "a minute": ((1, UP),),
        "an hour": ((60, UP),),
        "an hour with a drop": ((30, UP), (1, LineState.OFFLINE), (29, UP)),
        "a minute less than an hour with a drop": ((30, UP), (1, LineState.OFFLINE), (28, UP)),
        "a day": ((DAY_MIN, UP),),
        "a day with drops": ((600, UP), (5, LineState.OFFLINE), (800, UP), (2, LineState.OFFLINE), (33, UP)),
        "a minute less than a day": ((600, UP), (5, LineState.OFFLINE), (DAY_MIN - 606, UP)),
        "never": ((DAY_MIN, OFF),),
        "a moment": ((DAY_MIN - 0.1, UP), (0.1, LineState.OFFLINE)),
        "half": ((300, UP), (300, LineState.OFFLINE)),
        "in minutes": ((143, UP),),
        "in seconds": ((144, UP),),
        "whole columns": ((72, UP), (1, LineState.RECONNECTING), (71, UP)),
    }
    for name, parts in days.items():
        plot = plot_of(*parts)
        figures = f"{plot.caption} / {plot.longest} / {plot.period(ZONE)} / {plot.share}"
        yield f"{name}: {plot.span} in {len(plot.columns)} | {figures}"
        yield f"    {plot.words(0, UTC)} | {plot.words(-1, ZONE)}"
    for minutes in (20, 60, 90, 91, 240, 241, 600, 601, DAY_MIN):
        plot = plot_of((minutes, UP))
        for width_px, scale in ((240, 1.0), (399, 1.0), (400, 1.0), (478, 1.0), (478, 2.0), (1000, 1.0)):
            ticks = plot.ticks(width_px, UTC, scale=scale)
            at = " ".join(f"{words}@{place * width_px:.0f}" for place, words in ticks)
            yield f"ticks of {minutes} min in {width_px} px, x{scale:g}: {at}"
    for width_px in (255, 256):
        yield f"ticks in {width_px} px: {[words for _, words in plot_of((60, UP)).ticks(width_px, UTC)]}"
    for end in ("10:11:24", "10:11:25", "10:03:35", "10:03:36"):  # 36 px from an end, or a second less
        ended = datetime.fromisoformat(f"2026-11-22 {end}+00:00")
        yield f"ticks until {end}: {[words for _, words in plot_of((60, UP), end=ended).ticks(600, UTC)]}"
    mixed = plot_of(
        (20, UP), (0.5, LineState.RECONNECTING), (5, OFF), (1, None), (1.01, LineState.FAILED), (45, UP)
    )
    for table in (mixed.table("Reception", ZONE), trips_table()):
        yield f"{table.title} | {table.summary} | {' | '.join(table.columns)}"
        yield from (f"    {' | '.join(row)}" for row in table.rows)
    yield repr(mixed.table("Reception", ZONE).tsv((20, 0)))
    for trips in (
        (40.0,),
        (None,),
        (None, None),
        (1.5, 2.5, None),
        tuple(float(n) for n in range(1, 21)),
        tuple(float(n) for n in range(1, 22)),
        tuple(float(n) for n in range(1, 66)),
        *((slowest,) for slowest in (133.0, 134.0, 666.0, 667.0, 3333.0, 3334.0, 8300.0, 9000.0)),
    ):
        chart = trip_plot(samples(*trips))
        assert chart is not None
        yield (
            f"{len(trips)} checks, last {trips[-1]}: {chart.header} | top {chart.top_ms:g} | "
            f"{len(chart.samples)} shown, {chart.missed} missed, {chart.p50_ms} {chart.p95_ms}"
        )
    chart = trip_plot(samples(41.6, None, 40, backup_from=1))
    assert chart is not None
    yield f"checks: {chart.words(0, ZONE)} | {chart.words(1, ZONE)} | changes {chart.changes}"
    first, middle, last = samples(40, None, 41, backup_from=2)
    unknown = trip_plot((first, replace(middle, server_url=""), last))
    assert unknown is not None
    yield f"unknown server: {unknown.words(1, ZONE)} | changes {unknown.changes}"
    yield f"nothing: {day_plot(())} {trip_plot(())} | {plot_words.NO_DAY} | {plot_words.NO_CHECKS}"
    for share in (0.0, 0.001, 0.5, 0.97849, 0.9999, 1.0):
        yield f"share {share}: {plot_words.percent(share)}"


def trips_table() -> plot_words.Table:
    chart = trip_plot(samples(41.6, None, 88))
    assert chart is not None
    return chart.table("Reception", ZONE)


@contextmanager
def zone(name: str) -> Iterator[None]:
    """Put this computer into a zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def recordings() -> Iterator[str]:
    """A recording as text."""
    with zone("Europe/Berlin"):
        yield from _recordings()


def _recordings() -> Iterator[str]:
    odd = line(LineState.RETRY_WAIT, "", "2", server=BACKUP)
    bob = Account(key="bob", name="Bob\x1b[2J\u202e")
    odd = replace(odd, identity=replace(odd.identity, account=bob))
    lost = line(LineState.IDLE, "Eve", "3")
    lost = replace(lost, identity=replace(lost.identity, account=Account(key="eve", name="Eve")))
    recording = Recording(rows_of_history(line(LineState.REGISTERED), odd, lost), WALL)
    past, now, (first, second, _) = recording.past, recording.now(), tuple(recording.past.lines())
    identity = recording.past.lines()[first]
    yield from recording_words.summary(recording, ("One thing", "two\tthings")).split("\n")
    events = recording_words.summary(recording, with_events=True).split("\n")
    yield from events[-9:]
    yield from recording_words.summary(Recording((), WALL)).split("\n")
    unknown = LineIdentity(line_id="x", account=Account(key="k"))
    yield from recording_words.line_rows(past, "never/seen", unknown, now)
    for ago_s in (RAN_S * 2, OUTAGE_S + 60, OUTAGE_S - 30, OUTAGE_S - OUT_S - 1, 60.0, 0.0):
        yield f"since {ago_s:g} s:"
        since = NOW - timedelta(seconds=ago_s)
        yield from recording_words.line_rows(past, first, identity, now, since)
        yield from recording_words.line_rows(past, second, identity, now, since)
    for limit in (1, 2, 3, 100):
        found = recording_words.interruptions(past, second, now, limit=limit)
        yield f"of {limit} entries: " + ", ".join(
            f"{one.worst.value} {timeline_words.duration(recording_words.lasted(one, now))}" for one in found
        )
        yield from recording_words.line_rows(past, second, identity, now, limit=limit)
