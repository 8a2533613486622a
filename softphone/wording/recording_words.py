"""What a recording tells, as text: how the lines were, when they were not reachable, and why. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from softphone.history.happenings import Interruption, happenings
from softphone.history.intervals import uptime
from softphone.history.past import Past
from softphone.history.recording import Recording
from softphone.i18n import counted
from softphone.line.model import LineIdentity
from softphone.wording.command_words import line_name
from softphone.wording.moment import LOCAL, Moment
from softphone.wording.plots import percent
from softphone.wording.presentation import server_name, words_of
from softphone.wording.timeline_words import as_text, duration, words


def summary(recording: Recording, trouble: Iterable[str] = (), *, with_events: bool = False) -> str:
    """Return all of it, ending in a line feed; `trouble` says what could not be had."""
    rows = [f"Recorded until {_time(recording.now())}", *(f"Note: {sentence}" for sentence in trouble)]
    rows += ["", *(list(_lines(recording)) or ["No line was shown at that moment."])]
    rows += ["", *_interruptions(recording)]
    if with_events:
        rows += ["", as_text(recording.entries_of_all(), LOCAL)]
    return "\n".join(map(_plain, "\n".join(rows).rstrip().split("\n"))) + "\n"


def interruptions(
    past: Past, key: str, now: datetime, since: datetime | None = None, limit: int | None = None
) -> list[Interruption]:
    """Return when a line was not reachable, oldest first; of so many entries, the newest ones, at most."""
    entries = past.entries(key, since, None, limit)[::-1]
    return [one for one in reversed(happenings(entries, now)) if isinstance(one, Interruption)]


def line_rows(
    past: Past,
    key: str,
    identity: LineIdentity,
    now: datetime,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[str]:
    """Yield the figures of a line, and its interruptions below."""
    first = past.first_registered(key)
    if first is None:
        yield f"{line_name(identity)}: it was never registered"
        return
    found = interruptions(past, key, now, since, limit)
    began = first if since is None else max(first, since)
    share = uptime(past.intervals(key, began, now)).share
    yield _figures(identity, share, [lasted(one, now) for one in found])
    yield from (_row(one, now) for one in found)


def _figures(identity: LineIdentity, share: float | None, times: Sequence[timedelta]) -> str:
    """Return how much of the time a line was reachable, and what its interruptions were together."""
    parts = [f"{percent(share)} reachable"] if share is not None else []
    if times:
        number = counted(len(times), "{n} interruption", "{n} interruptions")
        parts.append(f"{number}, {duration(sum(times, timedelta(0)))} in all, longest {duration(max(times))}")
    else:
        parts.append("no interruption")
    return f"{line_name(identity)}: {'; '.join(parts)}"


def lasted(interruption: Interruption, now: datetime) -> timedelta:
    """Return how long it took, so far if it lasts."""
    return (interruption.ended or now) - interruption.began


def _row(interruption: Interruption, now: datetime) -> str:
    """Return when a line was not reachable, how long, and why."""
    ended = "now" if interruption.ended is None else _time(interruption.ended)
    took = duration(lasted(interruption, now))
    return f"  {_time(interruption.began)} – {ended}  {took}  {words(interruption)}"


def _lines(recording: Recording) -> Iterator[str]:
    present = recording.present
    moment = Moment(present.now_s, present.at.astimezone(LOCAL))
    for line in present.lines:
        looks = words_of(line, moment)
        server = server_name(line.server) if line.server else ""
        said = ", ".join(part for part in (looks.badge, looks.sentence.rstrip("."), server) if part)
        yield f"{line_name(line.identity)}: {said}"


def _interruptions(recording: Recording) -> Iterator[str]:
    now = recording.now()
    for key, identity in recording.past.lines().items():
        yield from line_rows(recording.past, key, identity, now)


def _time(at: datetime) -> str:
    """Return a moment for a file or a terminal: RFC 3339, in the computer's zone."""
    return at.astimezone(LOCAL).isoformat(timespec="seconds", sep=" ")


def _plain(text: str) -> str:
    """Return a row without what a terminal would obey: a recording may be anybody's."""
    return "".join(c for c in text if c == "\t" or not unicodedata.category(c).startswith("C"))
