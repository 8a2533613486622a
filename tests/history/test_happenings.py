"""Entries of all lines as what a person reads: interruptions, and what else happened."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from softphone.history.entries import Entry, EntryKind
from softphone.history.happenings import Event, Happening, Interruption, happenings
from softphone.history.outages import CauseKind
from softphone.line.model import LineState, Role
from softphone.values import replace

BEGAN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UP, RETRY, ASKING, OFFLINE = (
    LineState.REGISTERED,
    LineState.RETRY_WAIT,
    LineState.REGISTERING,
    LineState.OFFLINE,
)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def line(
    who: str, state: LineState, at_s: float, kind: EntryKind = EntryKind.STATE, **values: object
) -> Entry:
    key = {"line_key": f"{who}/calling", "line_label": who.title(), "account_key": who}
    return whole(kind, at_s, **{**key, "state": state, **values})


def whole(kind: EntryKind, at_s: float, **values: object) -> Entry:
    return Entry(**{"at": after(at_s), "kind": kind, "steady_s": at_s, **values})  # type: ignore[arg-type]


def told(*entries: Entry, until_s: float = 10_000) -> tuple[Happening, ...]:
    numbered = [replace(entry, id=number + 1) for number, entry in enumerate(entries)]
    return happenings(numbered, after(until_s))


NETWORK = (
    line("ada", UP, 0),
    line("bob", UP, 1),
    line("ada", LineState.RECONNECTING, 100, EntryKind.MISSED, misses=1, miss_limit=5),
    whole(EntryKind.NETWORK_LOST, 102),
    line("ada", OFFLINE, 102),
    line("bob", OFFLINE, 102),
    whole(EntryKind.NETWORK_BACK, 258),
    line("ada", ASKING, 258),
    line("bob", ASKING, 258),
    line("ada", UP, 261),
    line("bob", UP, 262),
)


def test_one_interruption_of_two_lines_is_one_row_with_its_events():
    interruption, registered = told(*NETWORK)
    assert isinstance(interruption, Interruption)
    assert list(interruption.lines.values()) == ["Ada", "Bob"]
    assert (interruption.began, interruption.ended) == (after(100), after(262))
    assert (interruption.worst, interruption.causes[0].kind) == (OFFLINE, CauseKind.NETWORK_LOST)
    events = [(event.entry.state, len(event.lines), event.network_came) for event in interruption.events]
    assert events == [
        (LineState.RECONNECTING, 1, False),
        (OFFLINE, 2, False),
        (ASKING, 2, True),
        (UP, 2, False),
    ]
    assert isinstance(registered, Event)
    assert [*registered.lines.values()] == ["Ada", "Bob"]


def test_what_goes_on_stands_first():
    first, *_ = told(line("ada", UP, 0), line("ada", RETRY, 50), line("bob", UP, 100))
    assert isinstance(first, Interruption)
    assert (first.ended, [*first.lines.values()]) == (None, ["Ada"])


def test_interruptions_that_are_not_of_one_cause_or_time_are_apart():
    apart = told(
        line("ada", UP, 0),
        line("bob", UP, 0),
        line("ada", RETRY, 100, title="No answer", role=Role.PRIMARY),
        line("bob", OFFLINE, 100),
        line("ada", UP, 200),
        line("bob", UP, 500),
        line("bob", OFFLINE, 1000),
        line("bob", UP, 1100),
    )
    rows = [[*one.lines.values()] for one in apart if isinstance(one, Interruption)]
    assert rows == [["Bob"], ["Bob"], ["Ada"]]


def test_a_long_one_says_once_what_it_repeats():
    cycle = [
        entry
        for n in range(50)
        for entry in (
            line("ada", ASKING, 100 + 60 * n),
            line("ada", ASKING, 100.5 + 60 * n, EntryKind.TRY, role=Role.PRIMARY),
            line("ada", RETRY, 101 + 60 * n, title="No answer", role=Role.PRIMARY),
        )
    ]
    (interruption, _) = told(line("ada", UP, 0), *cycle)
    assert isinstance(interruption, Interruption)
    assert [event.times for event in interruption.events] == [50, 50]


def test_a_normal_start_is_one_event_and_asking_on_the_way_is_none():
    [registered] = told(
        whole(EntryKind.STARTED, 0),
        line("ada", ASKING, 1),
        line("ada", ASKING, 1, EntryKind.TRY, role=Role.PRIMARY),
        line("bob", ASKING, 1),
        line("ada", UP, 3),
        line("bob", UP, 4),
    )
    assert isinstance(registered, Event)
    assert len(registered.lines) == 2


def test_what_a_person_did_is_told_without_what_followed():
    rows = told(
        line("ada", UP, 0),
        line("ada", UP, 100, EntryKind.UNWANTED, wanted=False),
        line("ada", LineState.DEREGISTERING, 100, wanted=False),
        line("ada", LineState.IDLE, 101, wanted=False),
    )
    assert [one.entry.kind for one in rows if isinstance(one, Event)] == [EntryKind.UNWANTED, EntryKind.STATE]


def test_the_order_is_kept_whatever_the_clock_did():
    earlier = timedelta(hours=2)
    rows = told(
        line("ada", UP, 0),
        whole(EntryKind.CLOCK_SET, 10, at=after(10) - earlier, after_s=-7200.0),
        line("ada", UP, 20, EntryKind.UNWANTED, at=after(20) - earlier, wanted=False),
    )
    assert [one.entry.kind for one in rows if isinstance(one, Event)] == [
        EntryKind.UNWANTED,
        EntryKind.CLOCK_SET,
        EntryKind.STATE,
    ]


def test_a_thousand_lines_that_lose_the_network_are_one_row():
    names = [f"p{n}" for n in range(1000)]
    entries = [line(name, UP, 0) for name in names] + [whole(EntryKind.NETWORK_LOST, 99)]
    entries += [line(name, OFFLINE, 100) for name in names] + [line(name, UP, 130) for name in names]
    rows = told(*entries)
    assert [len(one.lines) for one in rows] == [1000, 1000]


_whats = st.sampled_from([*LineState, *(kind for kind in EntryKind if kind is not EntryKind.STATE)])


@given(st.lists(st.tuples(st.floats(0, 100), _whats, st.sampled_from(["ada", "bob"])), max_size=40))
def test_every_entry_is_told_at_most_once_and_rows_name_their_lines(happened):
    at_s, entries = 0.0, []
    for gap_s, what, who in happened:
        at_s += gap_s
        if isinstance(what, LineState):
            entries.append(line(who, what, at_s))
        else:
            entries.append(whole(what, at_s, after_s=gap_s / 2))
    rows = told(*entries, until_s=at_s + 5)
    for one in rows:
        if isinstance(one, Interruption):
            assert one.lines
            assert one.events
            assert one.ended is None or one.began < one.ended
    seen = [id(entry) for one in rows if isinstance(one, Event) for entry in one.entries]
    assert len(seen) == len(set(seen))
