"""What the timeline says of each thing that happened: words, shape and tone. Pure and Qt-free."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from softphone.history.entries import Entry, Happening
from softphone.history.outages import duration
from softphone.i18n import tr, when
from softphone.line.model import LineState, Role
from softphone.wording.presentation import LOOKS, Shape, Tone

# Shape, tone and words of a kind whose words need no more than the entry's values.
_KINDS = {  # shown
    Happening.WANTED: (Shape.RING, Tone.NEUTRAL, "Switched on by you"),
    Happening.UNWANTED: (Shape.RING, Tone.NEUTRAL, "Switched off by you"),
    Happening.SIGNED_IN: (Shape.RING, Tone.NEUTRAL, "Signed in"),
    Happening.SIGN_IN_ENDED: (Shape.DASHED, Tone.ASK, "The sign-in ended"),
    Happening.SIGNED_OUT: (Shape.DASHED, Tone.NEUTRAL, "Signed out"),
    Happening.NETWORK_LOST: (Shape.SLASH, Tone.NEUTRAL, "The network was lost"),
    Happening.NETWORK_BACK: (Shape.RING, Tone.NEUTRAL, "The network came back"),
    Happening.STARTED: (Shape.RING, Tone.NEUTRAL, "The program started"),
    Happening.STOPPED: (Shape.DASHED, Tone.NEUTRAL, "The program ended"),
    Happening.CUT_OFF: (Shape.DASHED, Tone.CAUTION, "The program was cut off"),
}
_STATES = {  # shown
    LineState.REGISTERED: "Registered",
    LineState.REGISTERED_BACKUP: "Registered",
    LineState.REGISTERING: "Registering",
    LineState.CHECKING: "Checking",
    LineState.RECONNECTING: "Reconnecting",
    LineState.RETRY_WAIT: "Waiting for the next try",
    LineState.WAITING_CALL: "Waiting for the call to end",
    LineState.DEREGISTERING: "Deregistering",
    LineState.IDLE: "Not registered",
    LineState.FAILED: "Failed",
    LineState.ACTION: "Action needed",
    LineState.ELSEWHERE: "In use elsewhere",
    LineState.OFFLINE: "Offline",
    LineState.SIGNED_OUT: "Signed out",
}
_TROUBLE = frozenset({Tone.CAUTION, Tone.BAD, Tone.ASK})


def look(entry: Entry) -> tuple[Shape, Tone]:
    """Return the shape and tone beside the words."""
    match entry.kind:
        case Happening.STATE if entry.state is not None:
            tone, shape, _ = LOOKS[entry.state]
            return shape, tone
        case Happening.MISSED:
            return Shape.TRIANGLE, Tone.CAUTION
        case Happening.ANSWERED:
            return Shape.DISC_CHECK, Tone.GOOD
        case Happening.TRY | Happening.SERVER:
            return Shape.ARC, Tone.BUSY
        case Happening.FAILURE:
            return Shape.CLOCK, Tone.CAUTION
        case Happening.SLEPT | Happening.CLOCK_SET:
            return Shape.ARC_DOT, Tone.BUSY
        case _ if entry.kind in _KINDS:
            shape, tone, _ = _KINDS[entry.kind]
            return shape, tone
        case _:
            return Shape.RING, Tone.NEUTRAL


def is_trouble(entry: Entry) -> bool:
    """Whether somebody who looks for trouble wants to see it."""
    return look(entry)[1] in _TROUBLE or entry.kind in {Happening.NETWORK_LOST, Happening.CUT_OFF}


def words(entry: Entry) -> str:
    """Return what happened, as one sentence without the line's name."""
    server = server_words(entry)
    match entry.kind:
        case Happening.STATE:
            return _with_why(_state_words(entry, server), entry)
        case Happening.TRY:
            return tr("Asking {server}, attempt {n}", server=server, n=max(1, entry.attempt))
        case Happening.MISSED:
            missed = tr("Keepalive missed ({n} of {limit})", n=entry.misses, limit=entry.miss_limit)
            return _with_why(missed, entry)
        case Happening.ANSWERED:
            return _answered(entry)
        case Happening.SERVER:
            return tr("Registered with {server} now", server=server)
        case Happening.FAILURE:
            return _with_why("", entry)
        case Happening.SLEPT:
            return tr("The computer slept for {time}", time=_lasted(entry.after_s or 0.0))
        case Happening.CLOCK_SET:
            return tr("The clock was set by {time}", time=_signed_span(entry.after_s or 0.0))
        case _:
            return tr(_KINDS[entry.kind][2])


def small_print(entry: Entry) -> str:
    """Return code and tracking ID, empty without any."""
    codes = " / ".join(str(code) for code in (entry.http_status, entry.error_code) if code is not None)
    tracking = tr("tracking ID {id}", id=entry.tracking_id) if entry.tracking_id else ""
    return " · ".join(part for part in (codes, tracking) if part)


def clock(at: datetime, now: datetime) -> str:
    """Return the local time of day, with the day unless it is today. `now` carries the zone."""
    return when(at, now, seconds=True)


def row(entry: Entry, time: str) -> str:
    """Return an entry as one line of text that begins with its time."""
    parts = (time, entry.line_label, words(entry), small_print(entry))
    return "  ".join(part for part in parts if part)


def as_text(entries: Iterable[Entry], zone: tzinfo) -> str:
    """Return entries for a file or the clipboard, a row for each: times as RFC 3339 has them, in the zone."""
    return "\n".join(row(entry, entry.at.astimezone(zone).isoformat(timespec="seconds")) for entry in entries)


def server_words(entry: Entry) -> str:
    """Return the role and the place of the entry's server."""
    place = entry.region or urlsplit(entry.server_url).hostname or tr("Webex")
    match entry.role:
        case Role.PRIMARY:
            return tr("primary {place}", place=place)
        case Role.BACKUP:
            return tr("backup {place}", place=place)
        case None:
            return place


def _state_words(entry: Entry, server: str) -> str:
    state = tr(_STATES[entry.state]) if entry.state is not None else ""
    if entry.state in {LineState.REGISTERED, LineState.REGISTERED_BACKUP} and entry.server_url:
        return tr("{state}: {server}", state=state, server=server)
    return state


def _answered(entry: Entry) -> str:
    trip = "" if entry.round_trip_ms is None else tr("{n} ms", n=round(entry.round_trip_ms))
    if entry.after_s is None:
        said = tr("Keepalive answered")
    else:
        said = tr("Keepalive answered after {time}", time=_lasted(entry.after_s))
    return ", ".join(part for part in (said, trip) if part)


def _with_why(said: str, entry: Entry) -> str:
    why = tr(entry.title) if entry.title else ""
    return ". ".join(part for part in (said, why) if part)


def _signed_span(seconds: float) -> str:
    return ("-" if seconds < 0 else "+") + _lasted(abs(seconds))


def _lasted(seconds: float) -> str:
    return tr(duration(timedelta(seconds=seconds)))
