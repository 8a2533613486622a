"""What is said of the past: an event in words, shape and tone, an interruption and its cause. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from softphone.history.entries import Entry, EntryKind
from softphone.history.happenings import Event, Happening, Interruption
from softphone.history.intervals import UNCERTAIN
from softphone.history.outages import Cause, CauseKind, Ending
from softphone.i18n import clock, counted, tr
from softphone.line.model import REGISTERED_STATES, LineState, Role
from softphone.wording.call_words import outcome_words
from softphone.wording.presentation import LOOKS, Shape, Tone, host_of

# Shape, tone and words of a kind whose words need no more than the entry's values.
_KINDS = {  # shown
    EntryKind.TRY: (Shape.ARC, Tone.BUSY, "Asking Webex"),
    EntryKind.MISSED: (Shape.TRIANGLE, Tone.CAUTION, "Check unanswered"),
    EntryKind.ANSWERED: (Shape.DISC_CHECK, Tone.GOOD, "Reachable again"),
    EntryKind.FAILURE: (Shape.CLOCK, Tone.BAD, ""),
    EntryKind.WANTED: (Shape.RING, Tone.NEUTRAL, "Register pressed"),
    EntryKind.UNWANTED: (Shape.RING, Tone.NEUTRAL, "Deregistered by you"),
    EntryKind.CALL: (Shape.BELL, Tone.NEUTRAL, ""),
    EntryKind.SIGNED_IN: (Shape.RING, Tone.NEUTRAL, "Signed in"),
    EntryKind.SIGN_IN_ENDED: (Shape.DASHED, Tone.BAD, "Sign-in ended"),
    EntryKind.SIGNED_OUT: (Shape.DASHED, Tone.NEUTRAL, "Signed out by you"),
    EntryKind.NETWORK_LOST: (Shape.SLASH, Tone.BAD, "Network lost"),
    EntryKind.NETWORK_BACK: (Shape.RING, Tone.NEUTRAL, "Network back"),
    EntryKind.SLEPT: (Shape.RING, Tone.NEUTRAL, "Computer slept for {time}"),
    EntryKind.CLOCK_SET: (Shape.RING, Tone.NEUTRAL, "Clock set by {time}"),
    EntryKind.STARTED: (Shape.RING, Tone.NEUTRAL, "Program started"),
    EntryKind.STOPPED: (Shape.DASHED, Tone.NEUTRAL, "Program ended"),
    EntryKind.CUT_OFF: (Shape.DASHED, Tone.CAUTION, "Program cut off"),
}
_STATES = {  # shown
    LineState.REGISTERED: "Registered",
    LineState.REGISTERED_BACKUP: "Registered on the backup server",
    LineState.REGISTERING: "Asking Webex",
    LineState.CHECKING: "Asking Webex",
    LineState.RECONNECTING: "Check unanswered",
    LineState.RETRY_WAIT: "Waiting for the next try",
    LineState.WAITING_CALL: "Waiting for the other call to end",
    LineState.DEREGISTERING: "Telling Webex",
    LineState.IDLE: "Not registered",
    LineState.FAILED: "Failed",
    LineState.ACTION: "Action needed",
    LineState.ELSEWHERE: "Taken by another session",
    LineState.OFFLINE: "Computer offline",
    LineState.SIGNED_OUT: "Signed out",
}
_SERVERS = {  # shown
    Role.PRIMARY: "Back on the primary server",
    Role.BACKUP: "Moved to the backup server",
    None: "Moved to another server",
}
# What an interruption is called once it is over, and while it lasts.
_CAUSES: dict[CauseKind, tuple[str, str]] = {  # shown
    CauseKind.NETWORK_LOST: ("The network was down.", "The network is down."),
    CauseKind.SLEPT: ("The computer slept.", "The computer slept."),
    CauseKind.NO_ANSWER: ("No server answered.", "No server answers."),
    CauseKind.REFUSED: ("Webex refused.", "Webex refuses."),
    CauseKind.TROUBLE: ("Webex had trouble.", "Webex has trouble."),
    CauseKind.ASKED_TO_WAIT: ("Webex was busy.", "Webex is busy."),
    CauseKind.SIGN_IN_ENDED: ("The sign-in had ended.", "The sign-in has ended."),
    CauseKind.ELSEWHERE: ("Taken by another session.", "Taken by another session."),
    CauseKind.NEEDS_SOMEBODY: ("{title}.", "{title}."),
}
_SILENT = {  # shown
    Role.PRIMARY: ("The primary server did not answer.", "The primary server does not answer."),
    Role.BACKUP: ("The backup server did not answer.", "The backup server does not answer."),
}
_ENDINGS = {  # shown
    Ending.BACKUP: "The backup server took over.",
    Ending.SWITCHED_OFF: "You deregistered it.",
    Ending.SIGNED_OUT: "You signed out.",
    Ending.STOPPED: "The program ended.",
    Ending.SLEPT: "The computer slept.",
}
_TAKEN_BACK = "You took it back."  # shown
_ROLES = {Role.PRIMARY: "primary {place}", Role.BACKUP: "backup {place}", None: "{place}"}  # shown


def look(happening: Happening) -> tuple[Shape, Tone]:
    """Return the shape and tone beside the words."""
    if isinstance(happening, Interruption):
        tone, shape, _ = LOOKS[happening.worst]
        return shape, tone
    entry = happening.entry
    if entry.kind in _KINDS:
        shape, tone, _ = _KINDS[entry.kind]
        return shape, tone
    state = entry.state or LineState.REGISTERED
    if entry.kind is EntryKind.SERVER and entry.role is Role.BACKUP:
        state = LineState.REGISTERED_BACKUP
    tone, shape, _ = LOOKS[state]
    return shape, tone


def time_words(happening: Happening, zone: tzinfo, *, within: bool = False) -> str:
    """Return when it was, as in `13:48-13:51`, `14:02-now`; `within` an interruption to the second."""
    if isinstance(happening, Event):
        return clock(happening.at.astimezone(zone), seconds=within)
    began = clock(happening.began.astimezone(zone))
    if happening.ended is None:
        return tr("{began}–now", began=began)
    return tr("{began}–{ended}", began=began, ended=clock(happening.ended.astimezone(zone)))


def sample_span(now: datetime) -> str:
    """Return a time as long as any, to measure how much room they need."""
    late = now.replace(hour=22, minute=58)
    return tr("{began}–{ended}", began=clock(late), ended=clock(late))


def whose(happening: Happening) -> str:
    """Return the line, how many lines, or what else it happened to."""
    if not happening.lines:
        label = happening.entry.line_label if isinstance(happening, Event) else ""
        return label or tr("This computer")
    if len(happening.lines) == 1:
        return next(iter(happening.lines.values()))
    return counted(len(happening.lines), "{n} line", "{n} lines")


def words(happening: Happening, *, within: bool = False) -> str:
    """Return what happened; an event `within` an interruption may be its end."""
    if isinstance(happening, Interruption):
        return _interruption_words(happening)
    said = _event_words(happening.entry, within=within)
    if happening.network_came:
        said = tr("Network back; asking Webex")
    return said if happening.times == 1 else tr("{what}, {n}x", what=said, n=happening.times)


def lasted_words(happening: Happening, now: datetime) -> str:
    """Return how long an interruption took, so far if it lasts; nothing for an event."""
    if isinstance(happening, Event):
        return ""
    return duration(max(timedelta(0), (happening.ended or now) - happening.began))


def spoken(happening: Happening, now: datetime, *, within: bool = False) -> str:
    """Return all of a row in one sentence; `now` carries the zone."""
    zone = now.tzinfo
    assert zone is not None  # noqa: S101 - the caller's duty
    parts = (
        time_words(happening, zone, within=within),
        whose(happening),
        words(happening, within=within).rstrip("."),
        lasted_words(happening, now),
    )
    return ", ".join(part for part in parts if part)


def small_print(entry: Entry) -> str:
    """Return whom it concerned, and the numbers for whoever supports this line; empty without any."""
    codes = " / ".join(str(code) for code in (entry.http_status, entry.error_code) if code is not None)
    parts = (
        _server(entry),
        tr("{n} of {limit}", n=entry.misses, limit=entry.miss_limit) if entry.misses else "",
        tr("attempt {n}", n=entry.attempt) if entry.attempt > 1 else "",
        "" if entry.round_trip_ms is None else tr("{n} ms", n=round(entry.round_trip_ms)),
        codes,
        tr("tracking ID {id}", id=entry.tracking_id) if entry.tracking_id else "",
    )
    return " · ".join(part for part in parts if part)


def as_text(entries: Iterable[Entry], zone: tzinfo) -> str:
    """Return entries for a file or the clipboard, a row for each: times as RFC 3339 has them, in the zone."""
    return "\n".join(
        _row(entry, entry.at.astimezone(zone).isoformat(timespec="seconds")) for entry in entries
    )


def duration(lasted: timedelta) -> str:
    """Return how long something took, as in `50 s`, `4 min 50 s`, `2 h 3 min`."""
    minutes, seconds = divmod(round(lasted.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr("{h} h {m} min", h=hours, m=minutes)
    if minutes:
        return tr("{m} min {s} s", m=minutes, s=seconds)
    return tr("{s} s", s=seconds)


def _interruption_words(interruption: Interruption) -> str:
    over = interruption.ended is not None
    taken = interruption.worst is LineState.ELSEWHERE
    said = [cause_words(interruption.causes[0], over=over)] if interruption.causes else []
    if not taken:
        unsure = interruption.worst in UNCERTAIN
        said.insert(0, tr("Uncertain.") if unsure else tr("Not reachable."))
    if taken and interruption.ending in {Ending.PRIMARY, Ending.BACKUP}:
        said.append(tr(_TAKEN_BACK))
    elif interruption.ending in _ENDINGS:
        said.append(tr(_ENDINGS[interruption.ending]))
    return " ".join(said)


def cause_words(cause: Cause, *, over: bool = True) -> str:
    """Return what led to an interruption, as a sentence."""
    if cause.kind is CauseKind.MISSED:
        return counted(cause.times, "One check was unanswered.", "{n} checks were unanswered.")
    if cause.kind is CauseKind.NO_ANSWER and cause.role is not None:
        return tr(_SILENT[cause.role][not over])
    return tr(_CAUSES[cause.kind][not over], title=tr(cause.title).rstrip("."))


def _event_words(entry: Entry, *, within: bool) -> str:
    match entry.kind:
        case EntryKind.STATE if entry.state is not None:
            if within and entry.state in REGISTERED_STATES:
                return tr(_KINDS[EntryKind.ANSWERED][2])
            return _with_why(_STATES[entry.state], entry)
        case EntryKind.SERVER:
            return tr(_SERVERS[entry.role])
        case EntryKind.CALL:
            return outcome_words(entry.outcome, entry.caller)
        case EntryKind.SLEPT:
            return tr(_KINDS[entry.kind][2], time=duration(timedelta(seconds=entry.after_s or 0.0)))
        case EntryKind.CLOCK_SET:
            seconds = entry.after_s or 0.0
            by = ("-" if seconds < 0 else "+") + duration(timedelta(seconds=abs(seconds)))
            return tr(_KINDS[entry.kind][2], time=by)
        case _ if entry.kind in _KINDS:
            return _with_why(_KINDS[entry.kind][2], entry)
        case _:
            return _with_why("", entry)


def _row(entry: Entry, time: str) -> str:
    parts = (time, entry.line_label, _event_words(entry, within=False), small_print(entry))
    return "  ".join(part for part in parts if part)


def _server(entry: Entry) -> str:
    place = entry.region or host_of(entry.server_url)
    return tr(_ROLES[entry.role], place=place) if place else ""


def _with_why(said: str, entry: Entry) -> str:
    return ". ".join(tr(part) for part in (said, entry.title) if part)
