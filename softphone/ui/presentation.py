"""What a line says: badge, reason, buttons and roll-up, from a snapshot and a moment. Pure and Qt-free.

Every word, tone and shape of a state stands in `LOOKS`; every label of a remedy in `REMEDY_LABELS`. Voice
(ux.md 4): what works, then why, then what happens next; codes only in the small print. The rows of the
details drawer are in `line_facts`, what an administrator gets in `admin_words`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit

from softphone.line.failure import Disposition, Failure, Remedy
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot, LineState, Role, Server
from softphone.ui.moment import Moment, minutes, span
from softphone.ui.phone_number import phone


class Tone(Enum):
    """What a colour means. The value names the colours in `theme.Tokens`."""

    GOOD = "good"
    CAUTION = "caution"
    BUSY = "busy"
    NEUTRAL = "neutral"
    BAD = "bad"
    ASK = "ask"


class Shape(Enum):
    """The drawn shape of a state: it tells all of them apart without colour."""

    DISC_CHECK = "disc, check"
    DISC_BACKUP = "disc, check, notched square"
    ARC = "arc"
    ARC_DOT = "arc and dot"
    TRIANGLE = "triangle"
    CLOCK = "clock"
    PAUSE = "ring, two bars"
    ARC_MINUS = "arc and minus"
    RING = "hollow ring"
    OCTAGON = "octagon, cross"
    DIAMOND = "diamond"
    DIAMOND_ARROW = "diamond, arrow"
    SLASH = "ring, slash"
    DASHED = "dashed ring"


BUSY_SHAPES = frozenset({Shape.ARC, Shape.ARC_DOT, Shape.ARC_MINUS})  # those whose arc turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A status badge. `spoken` is announced once when `state` begins, aloud at once if `assertive`."""

    state: LineState
    words: str
    tone: Tone
    shape: Shape
    tooltip: str
    spoken: str
    assertive: bool = False


class Action(Enum):
    """What a card's own buttons do."""

    REGISTER = "register"
    DEREGISTER = "deregister"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardButton:
    """A button that a card shows. A disabled one says why in its tooltip."""

    does: Action | Remedy
    label: str
    enabled: bool = True
    tooltip: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """All lines in one sentence, with the shape of the worst."""

    words: str
    tone: Tone
    shape: Shape


REMEDY_LABELS = {
    Remedy.SIGN_IN: "Sign in again",
    Remedy.USE_MY_BROWSER: "Use my browser instead",
    Remedy.RETRY: "Try again",
    Remedy.CHOOSE_DEVICE: "Choose device",
    Remedy.TAKE_BACK: "Take back",
    Remedy.UNLOCK: "Unlock and try again",
    Remedy.THIS_SESSION_ONLY: "Sign in for this session",
    Remedy.STOP_WAITING: "Cancel",
    Remedy.HOW_TO_FIX: "How to fix",
    Remedy.TRY_NOW: "Try now",
    Remedy.CHOOSE_ACCOUNT: "Choose…",
    Remedy.DATE_SETTINGS: "Open date settings",
    Remedy.RUN_CHECK: "Run check",
    Remedy.NETWORK_SETTINGS: "Proxy settings",
    Remedy.ADD_CERTIFICATE: "Add certificate…",
    Remedy.OPEN_WEB_PAGE: "Open page",
    Remedy.SERVICE_STATUS: "Webex service status",
    Remedy.CHECK_AGAIN: "Check again",
    Remedy.COPY_FOR_ADMIN: "Copy message for my admin",
    Remedy.COPY_DIAGNOSTICS: "Copy diagnostics",
}

# Tone, shape, and the words of a state that do not depend on the rest of the snapshot.
# These help to find out; they mend nothing themselves.
_NEVER_PRIMARY = frozenset(
    {
        Remedy.COPY_FOR_ADMIN,
        Remedy.COPY_DIAGNOSTICS,
        Remedy.RUN_CHECK,
        Remedy.SERVICE_STATUS,
    }
)

LOOKS = {
    LineState.REGISTERED: (Tone.GOOD, Shape.DISC_CHECK, "Registered"),
    LineState.REGISTERED_BACKUP: (Tone.CAUTION, Shape.DISC_BACKUP, "Registered · backup"),
    LineState.REGISTERING: (Tone.BUSY, Shape.ARC, "Registering…"),
    LineState.CHECKING: (Tone.BUSY, Shape.ARC_DOT, "Checking…"),
    LineState.RECONNECTING: (Tone.CAUTION, Shape.TRIANGLE, "Reconnecting"),
    LineState.RETRY_WAIT: (Tone.CAUTION, Shape.CLOCK, "Retry"),
    LineState.WAITING_CALL: (Tone.BUSY, Shape.PAUSE, "Waiting for call to end"),
    LineState.DEREGISTERING: (Tone.NEUTRAL, Shape.ARC_MINUS, "Deregistering…"),
    LineState.IDLE: (Tone.NEUTRAL, Shape.RING, "Not registered"),
    LineState.FAILED: (Tone.BAD, Shape.OCTAGON, "Failed"),
    LineState.ACTION: (Tone.ASK, Shape.DIAMOND, "Action needed"),
    LineState.ELSEWHERE: (Tone.ASK, Shape.DIAMOND_ARROW, "In use elsewhere"),
    LineState.OFFLINE: (Tone.NEUTRAL, Shape.SLASH, "Offline"),
    LineState.SIGNED_OUT: (Tone.NEUTRAL, Shape.DASHED, "Signed out"),
}
_ASSERTIVE = frozenset({LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE})

# The roll-up names these, worst first; what it calls them stands beside it.
_TROUBLES = (
    (frozenset({LineState.ELSEWHERE, LineState.ACTION}), "need you", "needs you"),
    (frozenset({LineState.SIGNED_OUT}), "signed out", "signed out"),
    (frozenset({LineState.FAILED}), "failed", "failed"),
    (frozenset({LineState.OFFLINE}), "offline", "offline"),
    (frozenset({LineState.RETRY_WAIT}), "retrying", "retrying"),
    (frozenset({LineState.RECONNECTING}), "reconnecting", "reconnecting"),
    (frozenset({LineState.REGISTERING}), "registering", "registering"),
    (frozenset({LineState.CHECKING}), "being checked", "being checked"),
    (frozenset({LineState.WAITING_CALL}), "waiting for a call to end", "waiting for a call to end"),
    (frozenset({LineState.DEREGISTERING}), "deregistering", "deregistering"),
    (frozenset({LineState.IDLE}), "switched off", "switched off"),
    (frozenset({LineState.REGISTERED_BACKUP}), "on backup", "on backup"),
)


def badge(line: LineSnapshot, moment: Moment) -> Badge:
    """Return the badge of a line at a moment."""
    state = line.state_at(moment.now_s)
    tone, shape, words = LOOKS[state]
    if state is LineState.RECONNECTING:
        words = f"Reconnecting · {line.misses} of {line.miss_limit} missed"
    elif state is LineState.RETRY_WAIT:
        left_s = 0 if line.next_at_s is None else moment.left_s(line.next_at_s)
        words = f"Retry in {minutes(left_s)}" if left_s else "Retrying…"
    return Badge(
        state=state,
        words=words,
        tone=tone,
        shape=shape,
        tooltip=_tooltip(line, state, moment),
        spoken=f"{line.identity.label}: {_spoken(line, state, moment)}",
        assertive=state in _ASSERTIVE,
    )


def reason(line: LineSnapshot, moment: Moment) -> str:
    """Return the card's sentences: can this line receive calls, why, what happens next."""
    match line.state_at(moment.now_s):
        case LineState.REGISTERED:
            return f"Can receive calls. {_proof(line, moment)}"
        case LineState.REGISTERED_BACKUP:
            back_s = line.rehome_at_s
            back = "" if back_s is None else f" · back to primary at {moment.clock(back_s)}"
            return f"Can receive calls on the backup server. {_proof(line, moment)}{back}"
        case LineState.REGISTERING:
            attempt = f", attempt {line.attempt}" if line.attempt > 1 else ""
            return f"Cannot receive calls yet. Asking {server_name(line.asking or line.server)}{attempt}."
        case LineState.CHECKING:
            return f"No recent proof; asking Webex now. {_last_proof(line, moment)}"
        case LineState.RECONNECTING:
            proof = f"{_last_proof(line, moment)}{_next_check(line, moment)}"
            return _join("May miss calls.", why(line.failure), proof)
        case LineState.RETRY_WAIT:
            return _join("Cannot receive calls.", why(line.failure), _next_try(line, moment))
        case LineState.WAITING_CALL:
            return "Registers again when the call ends."
        case LineState.DEREGISTERING:
            return "Telling Webex to stop calls here."
        case LineState.IDLE:
            return _switched_off(line, moment)
        case LineState.FAILED:
            return _join("Cannot receive calls.", why(line.failure))
        case LineState.ACTION:
            return _join("Cannot receive calls.", why(line.failure) or "Something has to be chosen first.")
        case LineState.ELSEWHERE:
            return f"Cannot receive calls. Another session took this line at {moment.clock(line.since_s)}."
        case LineState.OFFLINE:
            proof = "" if line.proved_at_s is None else _last_proof(line, moment)
            return _join("Cannot receive calls while this computer is offline.", proof)
        case LineState.SIGNED_OUT:
            return "Cannot receive calls. Sign in and this line comes back by itself."


def small_print(line: LineSnapshot) -> str:
    """Return code and shortened tracking ID of the last failure, empty when there is neither."""
    failure = line.failure
    if failure is None or line.state in REGISTERED_STATES:
        return ""
    tracking = f"tracking ID {_shortened(failure.tracking_id)}" if failure.tracking_id else ""
    return " · ".join(part for part in (codes(failure), tracking) if part)


def server_line(line: LineSnapshot) -> str:
    """Return role and place of the server that holds the registration, empty when none does."""
    if line.server is None or line.state_at(line.since_s) is LineState.IDLE:
        return ""
    return f"{_ROLES[line.server.role]} · {server_name(line.server)}"


def buttons(line: LineSnapshot, moment: Moment, offered: frozenset[Remedy]) -> tuple[CardButton, ...]:
    """Return the card's buttons, the most useful first. Only `offered` remedies become buttons.

    A line that needs somebody always has at least one: "Try again" stands in when no remedy is offered.
    Signing in again has one place for all lines, the account's banner.
    """
    state = line.state_at(moment.now_s)
    off = CardButton(does=Action.DEREGISTER, label="Deregister")
    match state:
        case LineState.IDLE:
            return (CardButton(does=Action.REGISTER, label="Register"),)
        case LineState.DEREGISTERING:
            return (CardButton(does=Action.REGISTER, label="Register"),)
        case LineState.RECONNECTING | LineState.RETRY_WAIT:
            return (*_remedies(line, offered - {Remedy.RETRY}, most=1), _retry(line, moment), off)
        case LineState.OFFLINE:
            return (CardButton(does=Action.RETRY, label="Check again"), off)
        case LineState.ELSEWHERE:
            label = REMEDY_LABELS[Remedy.TAKE_BACK]
            take_back = CardButton(does=Remedy.TAKE_BACK, label=label, primary=True)
            return (take_back, CardButton(does=Action.DEREGISTER, label="Leave it"))
        case LineState.FAILED | LineState.ACTION:
            found = _remedies(line, offered, most=2)
            return (*(found or (CardButton(does=Action.RETRY, label="Try again"),)), off)
        case _:
            return (off,)


def roll_up(lines: Iterable[LineSnapshot], moment: Moment) -> RollUp:
    """Return all lines in one sentence, worst first; green only when every wanted line is proven."""
    lines = tuple(lines)
    if not lines:
        return RollUp(words="0 lines", tone=Tone.NEUTRAL, shape=Shape.RING)
    states = [line.state_at(moment.now_s) for line in lines]
    counts = Counter(states)
    up = sum(counts[state] for state in REGISTERED_STATES)
    words = [f"{up} of {len(lines)} registered"]
    for members, several, one in _TROUBLES:
        if number := sum(counts[state] for state in members):
            words.append(f"{number} {one if number == 1 else several}")
    # What the user switched off does not count against the rest.
    counted = {state for line, state in zip(lines, states, strict=True) if line.wanted} or set(states)
    worst = next((members & counted for members, _, _ in _TROUBLES if members & counted), None)
    tone, shape, _ = LOOKS[min(worst, key=lambda state: state.value) if worst else LineState.REGISTERED]
    return RollUp(words=" · ".join(words), tone=tone, shape=shape)


def severity(state: LineState) -> int:
    """Return the place of a state among all, the worst first."""
    return next(
        (place for place, (members, _, _) in enumerate(_TROUBLES) if state in members), len(_TROUBLES)
    )


def card_title(identity: LineIdentity) -> tuple[str, str]:
    """Return whose line, and its number and extension."""
    numbers = []
    if identity.phone_number:
        numbers.append(phone(identity.phone_number))
    if identity.extension:
        numbers.append(f"ext. {identity.extension}")
    return identity.label, " · ".join(numbers)


def offline_since(lines: Iterable[LineSnapshot], moment: Moment) -> str | None:
    """Return the time of day since which the computer is offline, None when it is not."""
    began = [line.since_s for line in lines if line.state is LineState.OFFLINE]
    return moment.clock(min(began)) if began else None


def signed_in(until: datetime | None, *, renews_itself: bool, moment: Moment) -> str:
    """Return how long the sign-in lasts, empty when that is not known."""
    if until is None:
        return ""
    local = until.astimezone(moment.wall.tzinfo)
    day = "" if local.date() == moment.wall.date() else f"{local.day} {local.strftime('%B')}, "
    return f"Signed in until {day}{local:%H:%M}{', renews itself' if renews_itself else ''}"


def server_name(server: Server | None) -> str:
    """Return the region of a server, or its host when it names none."""
    if server is None:
        return "Webex"
    return server.region or urlsplit(server.url).hostname or server.url


def why(failure: Failure | None) -> str:
    """Return a failure as sentences, empty without one."""
    if failure is None:
        return ""
    return _join(_sentence(failure.title), _sentence(failure.advice))


def codes(failure: Failure | None) -> str:
    """Return a failure's numbers for whoever supports this line, empty without any."""
    if failure is None:
        return ""
    return " / ".join(str(code) for code in (failure.http_status, failure.error_code) if code is not None)


_ROLES = {Role.PRIMARY: "Primary", Role.BACKUP: "Backup"}


def _tooltip(line: LineSnapshot, state: LineState, moment: Moment) -> str:
    match state:
        case LineState.REGISTERED:
            return f"Can receive calls. Confirmed {_ago(line, moment)} on {server_name(line.server)}."
        case LineState.REGISTERED_BACKUP:
            back_s = line.rehome_at_s
            back = "" if back_s is None else f"; next return try at {moment.clock(back_s)}"
            return f"Can receive calls. Primary is down{back}."
        case LineState.REGISTERING:
            return f"Asking {server_name(line.asking or line.server)}, attempt {max(1, line.attempt)}."
        case LineState.CHECKING:
            return "No recent proof; asking Webex now (after sleep or a late check)."
        case LineState.RECONNECTING:
            return f"May miss calls. {_last_proof(line, moment)}"
        case LineState.RETRY_WAIT:
            title = "" if line.failure is None else _sentence(line.failure.title)
            return _join(title, f"Attempt {max(1, line.attempt)}.")
        case LineState.WAITING_CALL:
            return "Will register again when the call ends."
        case LineState.OFFLINE:
            return f"Computer offline since {moment.clock(line.since_s)}."
        case LineState.SIGNED_OUT:
            return "Sign in to register."
        case LineState.ELSEWHERE:
            return f"Another session took this line at {moment.clock(line.since_s)}."
        case LineState.FAILED | LineState.ACTION:
            return why(line.failure) or LOOKS[state][2]
        case LineState.DEREGISTERING | LineState.IDLE:
            return reason(line, moment)


def _spoken(line: LineSnapshot, state: LineState, moment: Moment) -> str:
    match state:
        case LineState.REGISTERED:
            seconds = 0 if line.proved_at_s is None else moment.age_s(line.proved_at_s)
            return f"registered, confirmed {seconds} seconds ago"
        case LineState.REGISTERED_BACKUP:
            return "registered on the backup server"
        case LineState.REGISTERING:
            return "registering"
        case LineState.CHECKING:
            return "checking whether the line is still registered"
        case LineState.RECONNECTING:
            checks = "1 check" if line.misses == 1 else f"{line.misses} checks"
            return f"reconnecting, {checks} missed, calls may be missed"
        case LineState.RETRY_WAIT:
            left_s = 0 if line.next_at_s is None else moment.left_s(line.next_at_s)
            return f"not registered, retrying in {left_s} seconds"
        case LineState.WAITING_CALL:
            return "waiting for the call to end"
        case LineState.DEREGISTERING:
            return "deregistering"
        case LineState.IDLE:
            return (
                "not registered, waiting to register"
                if line.wanted
                else "not registered, switched off by you"
            )
        case LineState.FAILED:
            return _join("failed.", why(line.failure))
        case LineState.ACTION:
            return _join("action needed.", why(line.failure))
        case LineState.ELSEWHERE:
            return "another session took this line"
        case LineState.OFFLINE:
            return f"offline since {moment.clock(line.since_s)}"
        case LineState.SIGNED_OUT:
            return "signed out"


def _ago(line: LineSnapshot, moment: Moment) -> str:
    return "never" if line.proved_at_s is None else f"{span(moment.age_s(line.proved_at_s))} ago"


def _proof(line: LineSnapshot, moment: Moment) -> str:
    trip = "" if line.round_trip_s is None else f" · {round(line.round_trip_s * 1000)} ms"
    return f"Confirmed {_ago(line, moment)}{_next_check(line, moment)}{trip}"


def _last_proof(line: LineSnapshot, moment: Moment) -> str:
    if line.proved_at_s is None:
        return "Not confirmed yet."
    return f"Last confirmed at {moment.clock(line.proved_at_s, seconds=True)}"


def _next_check(line: LineSnapshot, moment: Moment) -> str:
    if line.next_at_s is None:
        return ""
    left_s = moment.left_s(line.next_at_s)
    return f" · next check in {left_s} s" if left_s else " · checking now"


def _next_try(line: LineSnapshot, moment: Moment) -> str:
    attempt = f"Attempt {line.attempt}." if line.attempt > 1 else ""
    until_s = _held_until_s(line, moment)
    if until_s is None:
        return attempt
    return _join(f"Next try at {moment.clock(until_s, seconds=True)}, as Webex asked.", attempt)


def _switched_off(line: LineSnapshot, moment: Moment) -> str:
    if line.wanted:
        return "Waiting to register."
    if not line.unconfirmed:
        return "You switched this line off here."
    # The service drops a line after five keepalive intervals (protocol.md 1.9).
    interval_s = (line.registration.keepalive_interval_s if line.registration else None) or 30.0
    left_min = -(-moment.left_s(line.since_s + 5 * interval_s) // 60)
    ends = f"it will time out there in about {left_min} min" if left_min else "by now it has timed out there"
    return f"Switched off here. Webex did not confirm; {ends}."


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _shortened(tracking_id: str) -> str:
    shown = 16
    return tracking_id if len(tracking_id) <= shown else f"{tracking_id[:shown]}…"


def _join(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _held_until_s(line: LineSnapshot, moment: Moment) -> float | None:
    # A host that said Retry-After is not asked sooner, whoever presses.
    failure = line.failure
    if failure is None or failure.retry_after_s is None or failure.disposition is Disposition.DEAD_HOST:
        return None
    until_s = line.since_s + failure.retry_after_s
    if line.next_at_s is not None:
        until_s = max(until_s, line.next_at_s)
    return until_s if moment.now_s < until_s else None


def _retry(line: LineSnapshot, moment: Moment) -> CardButton:
    until_s = _held_until_s(line, moment) if line.state is LineState.RETRY_WAIT else None
    if until_s is None:
        return CardButton(does=Action.RETRY, label="Retry now")
    tooltip = f"Webex asked us to wait until {moment.clock(until_s, seconds=True)}."
    return CardButton(does=Action.RETRY, label="Retry now", enabled=False, tooltip=tooltip)


def _remedies(line: LineSnapshot, offered: frozenset[Remedy], most: int) -> tuple[CardButton, ...]:
    wanted = () if line.failure is None else line.failure.remedies
    found = [remedy for remedy in wanted if remedy in offered][:most]
    return tuple(
        CardButton(
            does=Action.RETRY if remedy is Remedy.RETRY else remedy,
            label=REMEDY_LABELS[remedy],
            primary=place == 0 and remedy not in _NEVER_PRIMARY,
        )
        for place, remedy in enumerate(found)
    )
