"""What a recording tells, as text: how the lines were, when they were not reachable, and why. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from softphone.history.happenings import Interruption, happenings
from softphone.history.intervals import uptime
from softphone.history.recording import Recording
from softphone.i18n import counted
from softphone.line.model import LineIdentity
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


def figures(identity: LineIdentity, share: float | None, times: Sequence[timedelta]) -> str:
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


def interruption_row(interruption: Interruption, now: datetime) -> str:
    """Return when a line was not reachable, how long, and why."""
    ended = "now" if interruption.ended is None else _written(interruption.ended)
    took = duration(lasted(interruption, now))
    return f"  {_written(interruption.began)} – {ended}  {took}  {words(interruption)}"


def _written(at: datetime) -> str:
    """Return a moment for a file or a terminal: RFC 3339, in the computer's zone."""
    return at.astimezone(LOCAL).isoformat(sep=" ", timespec="seconds")


def line_name(identity: LineIdentity) -> str:
    """Return whose line it is, as a terminal shows it."""
    return f"{identity.label} ext. {identity.extension}" if identity.extension else identity.label


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
        first = recording.past.first_registered(key)
        if first is None:
            yield f"{line_name(identity)}: it was never registered"
            continue
        entries = recording.past.entries(key, None, None, None)[::-1]
        found = [one for one in reversed(happenings(entries, now)) if isinstance(one, Interruption)]
        share = uptime(recording.past.intervals(key, first, now)).share
        yield figures(identity, share, [lasted(one, now) for one in found])
        yield from (interruption_row(one, now) for one in found)


def _time(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat(timespec="seconds", sep=" ")


def _plain(text: str) -> str:
    """Return a row without what a terminal would obey: a recording may be anybody's."""
    return "".join(c for c in text if c == "\t" or not unicodedata.category(c).startswith("C"))
