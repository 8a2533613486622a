"""What is said of the past: an entry in words, shape and tone, an outage as a story. Pure and Qt-free."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from softphone.history.entries import Entry, EntryKind
from softphone.history.intervals import PASSING
from softphone.history.outages import Cause, CauseKind, Ending, Outage
from softphone.i18n import counted, tr, when
from softphone.line.model import LineState, Role
from softphone.wording.presentation import LOOKS, Shape, Tone

# Shape, tone and words of a kind whose words need no more than the entry's values.
_KINDS = {  # shown
    EntryKind.WANTED: (Shape.RING, Tone.NEUTRAL, "Switched on by you"),
    EntryKind.UNWANTED: (Shape.RING, Tone.NEUTRAL, "Switched off by you"),
    EntryKind.SIGNED_IN: (Shape.RING, Tone.NEUTRAL, "Signed in"),
    EntryKind.SIGN_IN_ENDED: (Shape.DASHED, Tone.ASK, "The sign-in ended"),
    EntryKind.SIGNED_OUT: (Shape.DASHED, Tone.NEUTRAL, "Signed out"),
    EntryKind.NETWORK_LOST: (Shape.SLASH, Tone.NEUTRAL, "The network was lost"),
    EntryKind.NETWORK_BACK: (Shape.RING, Tone.NEUTRAL, "The network came back"),
    EntryKind.STARTED: (Shape.RING, Tone.NEUTRAL, "The program started"),
    EntryKind.STOPPED: (Shape.DASHED, Tone.NEUTRAL, "The program ended"),
    EntryKind.CUT_OFF: (Shape.DASHED, Tone.CAUTION, "The program was cut off"),
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
_CAUSES: dict[CauseKind, str | tuple[str, str]] = {  # shown
    CauseKind.NETWORK_LOST: "The network was lost.",
    CauseKind.SLEPT: "The computer had slept.",
    CauseKind.MISSED: ("One check was not answered.", "{n} checks were not answered."),
    CauseKind.NO_ANSWER: ("{server} did not answer.", "{server} did not answer {n} times."),
    CauseKind.REFUSED: ("{server} refused.", "{server} refused {n} times."),
    CauseKind.TROUBLE: ("{server} had trouble.", "{server} had trouble {n} times."),
    CauseKind.ASKED_TO_WAIT: "{server} asked to wait.",
    CauseKind.SIGN_IN_ENDED: "The sign-in had ended.",
    CauseKind.ELSEWHERE: "Another session took the line.",
    CauseKind.NEEDS_SOMEBODY: "Webex said: {title}.",
}
_ENDINGS = {  # shown
    Ending.ANSWERED: "Then the checks were answered again.",
    Ending.PRIMARY: "Then the primary server took the line again.",
    Ending.BACKUP: "Then the backup server took over.",
    Ending.SWITCHED_OFF: "Then you switched the line off.",
    Ending.SIGNED_OUT: "Then you signed out.",
    Ending.STOPPED: "Then the program ended.",
    Ending.SLEPT: "Then the computer slept.",
}
_SERVERS = {  # shown
    Role.PRIMARY: "The primary server",
    Role.BACKUP: "The backup server",
    None: "The server",
}
_TROUBLE = frozenset({Tone.CAUTION, Tone.BAD, Tone.ASK})


def look(entry: Entry) -> tuple[Shape, Tone]:
    """Return the shape and tone beside the words."""
    match entry.kind:
        case EntryKind.STATE if entry.state is not None:
            tone, shape, _ = LOOKS[entry.state]
            return shape, tone
        case EntryKind.MISSED:
            return Shape.TRIANGLE, Tone.CAUTION
        case EntryKind.ANSWERED:
            return Shape.DISC_CHECK, Tone.GOOD
        case EntryKind.TRY | EntryKind.SERVER:
            return Shape.ARC, Tone.BUSY
        case EntryKind.FAILURE:
            return Shape.CLOCK, Tone.CAUTION
        case EntryKind.SLEPT | EntryKind.CLOCK_SET:
            return Shape.ARC_DOT, Tone.BUSY
        case _ if entry.kind in _KINDS:
            shape, tone, _ = _KINDS[entry.kind]
            return shape, tone
        case _:
            return Shape.RING, Tone.NEUTRAL


def is_trouble(entry: Entry) -> bool:
    """Whether somebody who looks for trouble wants to see it."""
    return look(entry)[1] in _TROUBLE or entry.kind in {EntryKind.NETWORK_LOST, EntryKind.CUT_OFF}


def words(entry: Entry) -> str:
    """Return what happened, as one sentence without the line's name."""
    server = server_words(entry)
    match entry.kind:
        case EntryKind.STATE:
            return _with_why(_state_words(entry, server), entry)
        case EntryKind.TRY:
            return tr("Asking {server}, attempt {n}", server=server, n=max(1, entry.attempt))
        case EntryKind.MISSED:
            missed = tr("Keepalive missed ({n} of {limit})", n=entry.misses, limit=entry.miss_limit)
            return _with_why(missed, entry)
        case EntryKind.ANSWERED:
            return _answered(entry)
        case EntryKind.SERVER:
            return tr("Registered with {server} now", server=server)
        case EntryKind.FAILURE:
            return _with_why("", entry)
        case EntryKind.SLEPT:
            return tr("The computer slept for {time}", time=_lasted(entry.after_s or 0.0))
        case EntryKind.CLOCK_SET:
            return tr("The clock was set by {time}", time=_signed_span(entry.after_s or 0.0))
        case _:
            return tr(_KINDS[entry.kind][2])


def small_print(entry: Entry) -> str:
    """Return code and tracking ID, empty without any."""
    codes = " / ".join(str(code) for code in (entry.http_status, entry.error_code) if code is not None)
    tracking = tr("tracking ID {id}", id=entry.tracking_id) if entry.tracking_id else ""
    return " · ".join(part for part in (codes, tracking) if part)


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


def story(outage: Outage, now: datetime) -> str:
    """Return an outage in sentences: when it was, what led to it, how it ended. `now` carries the zone."""
    short = outage.lasted < timedelta(minutes=1)  # "10:14-10:14" would say nothing
    values = {"began": when(outage.began, now, seconds=short), "lasted": duration(outage.lasted)}
    unsure = outage.worst in PASSING or outage.worst is LineState.RECONNECTING
    if outage.ended is not None:
        values["ended"] = when(outage.ended, now, seconds=short)
        if unsure:
            head = tr("Calls may have been missed {began}-{ended}, {lasted}.", **values)
        else:
            head = tr("Offline {began}-{ended}, {lasted}.", **values)
    elif unsure:
        head = tr("Calls may be missed since {began}, {lasted} so far.", **values)
    else:
        head = tr("Offline since {began}, {lasted} so far.", **values)
    ending = () if outage.ending is None else (tr(_ENDINGS[outage.ending]),)
    return " ".join((head, *map(cause_words, outage.causes), *ending))


def cause_words(cause: Cause) -> str:
    """Return what led to an outage, as a sentence."""
    values = {"server": tr(_SERVERS[cause.role]), "title": tr(cause.title)}
    match _CAUSES[cause.kind]:
        case (one, several):
            return counted(cause.times, one, several, **values)
        case words:
            return tr(words, **values)


def duration(lasted: timedelta) -> str:
    """Return how long something took, as in `50 s`, `4 min 50 s`, `2 h 3 min`."""
    minutes, seconds = divmod(round(lasted.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr("{h} h {m} min", h=hours, m=minutes)
    if minutes:
        return tr("{m} min {s} s", m=minutes, s=seconds)
    return tr("{s} s", s=seconds)


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
    return duration(timedelta(seconds=seconds))
