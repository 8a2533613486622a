"""Each time in the offset of its own moment, whatever day the clocks are changed on (row D17)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from softphone.history.happenings import Interruption
from softphone.i18n import counted, when
from softphone.line.model import LineState
from softphone.ui.desktop.snooze import Snooze, tomorrow
from softphone.wording import timeline_words
from softphone.wording.moment import LOCAL, Moment, ago


@pytest.fixture(params=["Europe/Berlin"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The zone of this computer."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def moment(*utc: int) -> Moment:
    return Moment(1000.0, datetime(*utc, tzinfo=UTC).astimezone(LOCAL))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("zone", "at", "words"),
    [
        ("Europe/Berlin", datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01 14:00"),
        ("Europe/Berlin", datetime(2026, 12, 24, 12, tzinfo=UTC), "2026-12-24 13:00"),
        ("America/New_York", datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01 08:00"),
        ("America/New_York", datetime(2026, 12, 24, 12, tzinfo=UTC), "2026-12-24 07:00"),
        ("Australia/Lord_Howe", datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01 22:30"),
        ("Australia/Lord_Howe", datetime(2026, 12, 24, 12, tzinfo=UTC), "2026-12-24 23:00"),
        ("Asia/Kathmandu", datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01 17:45"),
    ],
    indirect=["zone"],
)
@pytest.mark.parametrize("month", [1, 10])
def test_d17_a_time_has_the_offset_of_its_own_moment_not_of_now(
    zone: str, at: datetime, words: str, month: int
):
    assert moment(2026, month, 5, 9).when(at) == words
    assert when(at, moment(2026, month, 5, 9).wall, seconds=True) == f"{words}:00"


def test_d17_what_happens_after_the_clocks_are_set_is_told_as_the_clock_will_show_it(zone: str):
    before = moment(2026, 10, 25, 0, 30)  # 02:30 in summer; at 03:00 it is 02:00 again
    assert before.clock(before.now_s) == "02:30"
    assert before.clock(before.now_s + 3600) == "02:30"
    assert before.clock(before.now_s + 2 * 3600) == "03:30"
    assert moment(2026, 3, 29, 0, 30).clock(1000.0 + 3600) == "03:30"
    until = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert before.when(until) == "13:00"


@pytest.mark.usefixtures("qapp")  # the snooze has a timer
@pytest.mark.parametrize(
    ("now", "offset_h"),
    [
        ((2026, 10, 24, 12), 1),  # the night to winter
        ((2026, 3, 28, 12), 2),  # the night to summer
        ((2026, 10, 25, 0, 30), 1),  # in that night: 02:30, for the first time
        ((2026, 7, 1, 12), 2),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_d17_until_tomorrow_is_seven_in_the_morning_on_every_day(
    zone: str, now: tuple[int, ...], offset_h: int
):
    morning = tomorrow(moment(*now).wall)
    assert (morning.hour, morning.minute, morning.utcoffset()) == (7, 0, timedelta(hours=offset_h))
    snooze = Snooze(lambda: moment(*now))
    snooze.begin_until_tomorrow()
    assert snooze.until is not None
    assert snooze.until.astimezone(UTC).hour == 7 - offset_h
    assert snooze.words(snooze.until).endswith(" 07:00")


@pytest.mark.usefixtures("qapp")
def test_d17_two_hours_of_quiet_are_two_hours_in_the_night_of_the_change(zone: str):
    moments = [moment(2026, 10, 25, 0, 30)]
    snooze = Snooze(lambda: moments[-1])
    snooze.begin_for(timedelta(hours=2))
    moments.append(moment(2026, 10, 25, 2, 20))
    assert snooze.until is not None
    assert snooze.words(snooze.until) == "03:30"
    moments.append(moment(2026, 10, 25, 2, 31))
    assert snooze.until is None


def test_d17_an_interruption_over_the_change_has_both_clocks(zone: str):
    interruption = Interruption(
        began=datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
        ended=datetime(2026, 10, 25, 2, 10, tzinfo=UTC),
        worst=LineState.OFFLINE,
        causes=(),
        ending=None,
        lines={"ada/calling": "Ada"},
        events=(),
    )
    for read_at in (moment(2026, 10, 25, 9).wall, moment(2026, 12, 1, 9).wall):
        assert timeline_words.spoken(interruption, read_at) == "02:50–03:10, Ada, Not reachable, 1 h 20 min"


def test_d19_days_ago_are_counted():
    assert ago(86_400 * 3) == "3 days ago"
    assert counted(1, "{n} day ago", "{n} days ago") == "1 day ago"


def test_a_file_has_times_as_rfc_3339_has_them(zone: str):
    from tests.ui.history.past import missed

    text = timeline_words.as_text([missed(30, 2)], LOCAL)
    assert text.startswith("2026-11-22T10:13:52+01:00  Ada Lovelace  ")


def test_the_zone_is_called_as_it_was_at_that_time(zone: str) -> None:
    assert datetime(2026, 1, 15, 12, tzinfo=LOCAL).tzname() == "CET"
    assert datetime(2026, 7, 15, 12, tzinfo=LOCAL).tzname() == "CEST"
    assert (LOCAL.tzname(None), LOCAL.utcoffset(None), LOCAL.dst(None)) == (None, None, None)
