"""What a line says: badge, title, sentence, remedy and proof, from a snapshot and a moment. Pure and Qt-free.

Every word, tone and shape of a state stands in `LOOKS`; every label of a button in `REMEDY_LABELS` and
`ACTION_LABELS`. What is returned is in the person's language; the tables hold the English. Voice
(interface.md#voice): whether Webex can reach the line, then why in one sentence; the rest stands in the
details (`line_facts`). `all_lines` sums the lines up.
"""

from enum import Enum
from urllib.parse import urlsplit

from msgspec import Struct

from softphone.i18n import counted, left_to_right, tr
from softphone.line.failure import ASKED_TO_WAIT, OWN_DEVICE_IN_THE_WAY, Disposition, Failure, Remedy
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot, LineState, Role, Server
from softphone.wording.moment import Moment, ago, minutes


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
    BELL = "bell"


BUSY_SHAPES = frozenset({Shape.ARC, Shape.ARC_DOT, Shape.ARC_MINUS})  # those whose arc turns


class Action(Enum):
    """What a line's own buttons do."""

    REGISTER = "register"
    DEREGISTER = "deregister"
    RETRY = "retry"


class LineWords(Struct, frozen=True, kw_only=True):
    """All that a hero, a card or a row says of a line.

    `tag` stands in an outline beside the badge. `row_badge` and `row_sentence` are the forms for a row.
    `remedy` is None where no press would help, `toggle` where nothing is to be switched. `spoken` is
    announced once when `state` begins, aloud at once if `assertive`.
    """

    state: LineState
    tone: Tone
    shape: Shape
    badge: str
    row_badge: str
    tag: str
    title: str
    sentence: str
    remedy: Action | Remedy | None
    toggle: Action | None
    spoken: str
    assertive: bool

    @property
    def words(self) -> str:
        """Badge and tag where nothing is drawn: in the tray, for a screen reader."""
        return beside(self.badge, self.tag)

    @property
    def row_sentence(self) -> str:
        """The sentence in a row, which has no full stop."""
        return self.sentence.removesuffix(".")


REMEDY_LABELS = {  # shown
    Remedy.SIGN_IN: "Sign in again",
    Remedy.USE_MY_BROWSER: "Use my browser instead",
    Remedy.RESTART: "Restart this app",
    Remedy.RETRY: "Try again",
    Remedy.CHOOSE_DEVICE: "Choose device",
    Remedy.TAKE_BACK: "Take back",
    Remedy.UNLOCK: "Unlock",
    Remedy.THIS_SESSION_ONLY: "Sign in again",
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
LOOKS = {  # shown
    LineState.REGISTERED: (Tone.GOOD, Shape.DISC_CHECK, "Registered"),
    LineState.REGISTERED_BACKUP: (Tone.GOOD, Shape.DISC_BACKUP, "Registered"),
    LineState.REGISTERING: (Tone.BUSY, Shape.ARC, "Registering…"),
    LineState.CHECKING: (Tone.BUSY, Shape.ARC_DOT, "Checking…"),
    LineState.RECONNECTING: (Tone.CAUTION, Shape.TRIANGLE, "Reconnecting"),
    LineState.RETRY_WAIT: (Tone.BAD, Shape.CLOCK, "Retry"),
    LineState.WAITING_CALL: (Tone.BUSY, Shape.PAUSE, "Waiting for call to end"),
    LineState.DEREGISTERING: (Tone.NEUTRAL, Shape.ARC_MINUS, "Deregistering…"),
    LineState.IDLE: (Tone.NEUTRAL, Shape.RING, "Not registered"),
    LineState.FAILED: (Tone.BAD, Shape.OCTAGON, "Failed"),
    LineState.ACTION: (Tone.ASK, Shape.DIAMOND, "Action needed"),
    LineState.ELSEWHERE: (Tone.ASK, Shape.DIAMOND_ARROW, "In use elsewhere"),
    LineState.OFFLINE: (Tone.BAD, Shape.SLASH, "Offline"),
    LineState.SIGNED_OUT: (Tone.BAD, Shape.DASHED, "Signed out"),
}
_ASSERTIVE = frozenset({LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE})

_CAN = "Webex can reach this line"  # shown
_MAY = "Webex may not reach this line"  # shown
_NOT = "Webex cannot reach this line"  # shown
_NOT_YET = "Webex cannot reach this line yet"  # shown
_TITLES = {
    LineState.REGISTERED: _CAN,
    LineState.REGISTERED_BACKUP: _CAN,
    LineState.REGISTERING: _NOT_YET,
    LineState.WAITING_CALL: _NOT_YET,
    LineState.CHECKING: _MAY,
    LineState.RECONNECTING: _MAY,
}  # all others: _NOT

ACTION_LABELS = {  # shown
    Action.REGISTER: "Register",
    Action.DEREGISTER: "Deregister",
    Action.RETRY: "Retry now",
}

# Where the cause of a wait is on this side of Webex, asking again mends nothing.
_MENDING = (Remedy.OPEN_WEB_PAGE, Remedy.ADD_CERTIFICATE, Remedy.NETWORK_SETTINGS)
# These help to find out; they mend nothing themselves.
_LOOKING = frozenset({Remedy.COPY_DIAGNOSTICS, Remedy.RUN_CHECK, Remedy.SERVICE_STATUS})

_LEASE_INTERVALS = 5  # without a keepalive the service drops a device after these (protocol.md#keepalive)
_USUAL_INTERVAL_S = 30.0


def words_of(line: LineSnapshot, moment: Moment) -> LineWords:
    """Return what a line says at a moment, in the person's language."""
    state = line.state_at(moment.now_s)
    tone, shape, word = LOOKS[state]
    left_s, row_badge = _left_s(line, moment), ""
    match state:
        case LineState.RECONNECTING:
            badge = spoken = tr("Reconnecting · {n} of {limit} missed", n=line.misses, limit=line.miss_limit)
            row_badge = tr("Reconnecting · {n} of {limit}", n=line.misses, limit=line.miss_limit)
        case LineState.RETRY_WAIT if left_s:
            badge = tr("Retry in {time}", time=minutes(left_s))
            spoken = counted(left_s, "Retry in {n} second", "Retry in {n} seconds")
        case _:
            badge = spoken = tr("Retrying…" if state is LineState.RETRY_WAIT else word)
    tag = tr("backup") if state is LineState.REGISTERED_BACKUP else ""
    title, sentence = tr(_TITLES.get(state, _NOT)), _sentence_of(line, state, moment)
    said = _join(*(_sentence(part) for part in (beside(spoken, tag), title)))
    if state is not LineState.RECONNECTING:  # a countdown that is over before it is heard
        said = _join(said, _sentence(sentence))
    return LineWords(
        state=state,
        tone=tone,
        shape=shape,
        badge=badge,
        row_badge=row_badge or badge,
        tag=tag,
        title=title,
        sentence=sentence,
        remedy=_remedy(line, state, moment),
        toggle=_toggle(state),
        spoken=tr("{line}: {words}", line=line.identity.label, words=said),
        assertive=state in _ASSERTIVE,
    )


def label_of(does: Action | Remedy) -> str:
    """Return what a button says."""
    return tr(ACTION_LABELS[does] if isinstance(does, Action) else REMEDY_LABELS[does])


def cause(failure: Failure | None) -> str:
    """Return why it failed in one sentence, empty without a failure."""
    return "" if failure is None else _sentence(tr(failure.title))


def _sentence_of(line: LineSnapshot, state: LineState, moment: Moment) -> str:
    """Return the one sentence below the title: at most eight words, without host, code or attempt."""
    match state:
        case LineState.REGISTERED | LineState.REGISTERED_BACKUP:
            return tr("Confirmed {ago}", ago=ago(moment.age_s(line.proved_at_s or 0.0)))
        case LineState.REGISTERING:
            return tr("Asking Webex.")
        case LineState.CHECKING:
            if line.proved_at_s is None:
                return tr("No proof yet; asking now.")
            return tr("No proof since {time}; asking now.", time=moment.time(line.proved_at_s))
        case LineState.RECONNECTING:
            left_s = _left_s(line, moment)
            return tr("Next check in {time}", time=minutes(left_s)) if left_s else tr("Checking now.")
        case LineState.RETRY_WAIT:
            return _cause_of_wait(line, moment)
        case LineState.WAITING_CALL:
            return tr("Registers when the other call ends.")
        case LineState.DEREGISTERING:
            return tr("Telling Webex.")
        case LineState.IDLE:
            return _off(line, moment)
        case LineState.FAILED:
            return cause(line.failure) or tr("It failed for an unknown reason.")
        case LineState.ACTION:
            return cause(line.failure) or tr("Something has to be chosen first.")
        case LineState.ELSEWHERE:
            if line.since_s is None:
                return tr("Another session took it.")
            return tr("Another session took it at {time}.", time=moment.time(line.since_s))
        case LineState.OFFLINE:
            if line.since_s is None:
                return tr("This computer is offline.")
            return tr("This computer is offline since {time}.", time=moment.time(line.since_s))
        case LineState.SIGNED_OUT:
            return tr("Your sign-in has ended.")


def _cause_of_wait(line: LineSnapshot, moment: Moment) -> str:
    failure = line.failure
    if failure is None:
        return tr("No server answers.")
    if failure == OWN_DEVICE_IN_THE_WAY:
        return tr(
            "Webex releases this device in about {n} min.",
            n=max(1, _left_min(line, line.last_proof_at_s, moment)),
        )
    host_asked = failure.disposition is Disposition.THROTTLED and failure != ASKED_TO_WAIT
    if host_asked and line.next_at_s is not None:
        return tr("Webex is busy. Next try at {time}.", time=moment.time(line.next_at_s))
    return cause(failure)


def _off(line: LineSnapshot, moment: Moment) -> str:
    if line.wanted:
        return tr("Waiting to register.")
    if line.since_s is None:
        return tr("You deregistered it.")
    if line.unconfirmed and (left_min := _left_min(line, line.since_s, moment)):
        return tr("Not confirmed; Webex forgets it in about {n} min.", n=left_min)
    return tr("You deregistered it at {time}.", time=moment.time(line.since_s))


def _left_min(line: LineSnapshot, from_s: float | None, moment: Moment) -> int:
    """Return in how many minutes the service drops a device that it heard of last at `from_s`."""
    interval_s = (line.registration.keepalive_interval_s if line.registration else None) or _USUAL_INTERVAL_S
    heard_s = moment.now_s if from_s is None else from_s
    return -(-moment.left_s(heard_s + _LEASE_INTERVALS * interval_s) // 60)


def _remedy(line: LineSnapshot, state: LineState, moment: Moment) -> Action | Remedy | None:
    """Return the one press that mends it, None where none does."""
    wanted = () if line.failure is None else line.failure.remedies
    match state:
        case LineState.RETRY_WAIT:
            held_until_s = line.retry_held_until_s
            if line.failure == OWN_DEVICE_IN_THE_WAY:
                return None
            # One press may be tried against a wish to wait; then the button is gone until the time is over.
            if held_until_s is not None and moment.now_s < held_until_s:
                return None
            return next((remedy for remedy in wanted if remedy in _MENDING), Action.RETRY)
        case LineState.OFFLINE:
            return Remedy.CHECK_AGAIN
        case LineState.FAILED:
            return next((remedy for remedy in wanted if remedy not in _LOOKING), Remedy.RETRY)
        case LineState.ACTION:
            return Remedy.CHOOSE_DEVICE
        case LineState.ELSEWHERE:
            return Remedy.TAKE_BACK
        case LineState.SIGNED_OUT:
            return Remedy.SIGN_IN
        case _:
            return None


def _toggle(state: LineState) -> Action | None:
    match state:
        case LineState.IDLE:
            return Action.REGISTER
        case LineState.DEREGISTERING | LineState.SIGNED_OUT:
            return None
        case _:
            return Action.DEREGISTER


def _left_s(line: LineSnapshot, moment: Moment) -> int:
    return 0 if line.next_at_s is None else moment.left_s(line.next_at_s)


def sentences(line: LineSnapshot, moment: Moment) -> str:
    """Return the title and the sentence of a card as one text."""
    words = words_of(line, moment)
    return _join(_sentence(words.title), words.sentence)


def proof_left(line: LineSnapshot, moment: Moment) -> float | None:
    """Return which part of the time that the last proof counts is left, 0..1; None: nothing is proven."""
    proven = line.state_at(moment.now_s) in REGISTERED_STATES | {LineState.RECONNECTING}
    if line.proved_at_s is None or not proven:
        return None
    left_s = line.proved_at_s + line.proof_window_s - moment.now_s
    return min(1.0, max(0.0, left_s / line.proof_window_s))


def card_title(identity: LineIdentity) -> tuple[str, str]:
    """Return whose line, and its number and extension."""
    numbers = []
    if identity.phone_number:
        numbers.append(phone(identity.phone_number))
    if identity.extension:
        numbers.append(tr("ext. {n}", n=identity.extension))
    return identity.label, beside(*numbers)


def phone(number: str) -> str:
    """Return an E.164 number in groups; anything else as it is."""
    digits = number[1:]
    if not (number.startswith("+") and digits.isdigit()):
        return number
    country = 1 if digits[0] in {"1", "7"} else 3 if digits[:2] in _THREE_DIGIT_COUNTRIES else 2
    rest = digits[country:]
    groups = [rest[-4:]]
    rest = rest[:-4]
    while rest:
        groups.insert(0, rest[-3:] if len(rest) != 4 else rest[-2:])  # noqa: PLR2004 - 2 and 2, not 1 and 3
        rest = rest[: -len(groups[0])]
    return left_to_right(" ".join((f"+{digits[:country]}", *groups)).strip())


def server_name(server: Server | None) -> str:
    """Return the region of a server, or its host when it names none."""
    if server is None:
        return "Webex"
    return server.region or host_of(server.url) or server.url


def host_of(url: str) -> str:
    """Return the host of an address, empty for one that nobody can read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def why(failure: Failure | None) -> str:
    """Return a failure as sentences, empty without one."""
    if failure is None:
        return ""
    return _join(_sentence(tr(failure.title)), _sentence(tr(failure.advice)))


def codes(failure: Failure | None) -> str:
    """Return a failure's numbers for whoever supports this line, empty without any."""
    if failure is None:
        return ""
    return " / ".join(str(code) for code in (failure.http_status, failure.error_code) if code is not None)


def beside(*parts: str) -> str:
    """Return what is said in one row, without what is empty."""
    return " · ".join(part for part in parts if part)


# First two digits of the country codes that have three (ITU E.164); all others have two, 1 and 7 one.
_THREE_DIGIT_COUNTRIES = frozenset(
    {"21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80"}
    | {"85", "87", "88", "96", "97", "99"}
)
ROLES = {Role.PRIMARY: "Primary", Role.BACKUP: "Backup"}  # shown


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _join(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
