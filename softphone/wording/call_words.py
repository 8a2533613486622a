"""What is said of calls that ring, and of the account's ear for them. Pure and Qt-free.

Every word and look of a call stands in the tables here; what a line says beside is `presentation.words_of`,
which knows of no call: so tickets, logs and scripts that use it hold no caller (sockets.md#privacy).
"""

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.model import REGISTERED_STATES, Call, CallPhase, LineSnapshot, LineState
from softphone.values import replace
from softphone.wording.moment import Moment, ago
from softphone.wording.notifications import Notification
from softphone.wording.presentation import LineWords, Shape, Tone, phone, words_of

PAUSED_AFTER_S = 10.0  # a socket that is away no longer is no news

# Tone, shape, badge, and the sentence that says what can be done.
RINGING_LOOKS = {  # shown
    CallPhase.RINGING: (Tone.BUSY, Shape.BELL, "Ringing", "Ringing on your phones: this panel cannot answer"),
    CallPhase.UNCERTAIN: (
        *(Tone.CAUTION, Shape.BELL, "May be ringing"),
        "May still be ringing: call notices paused",
    ),
}
OUTCOMES = {  # shown
    CallPhase.ANSWERED_ELSEWHERE: "Answered elsewhere: {caller}",
    CallPhase.MISSED: "Missed call: {caller}",
    CallPhase.ENDED: "Call ended: {caller}",
    CallPhase.LOST_TRACK: "Lost track of the call: {caller}",
}
_UNNAMED = {  # shown
    CallPhase.RINGING: "A call for {line}",
    CallPhase.UNCERTAIN: "A call for {line}",
    CallPhase.ANSWERED_ELSEWHERE: "A call for {line} was answered elsewhere",
    CallPhase.MISSED: "A missed call for {line}",
    CallPhase.ENDED: "A call for {line} has ended",
    CallPhase.LOST_TRACK: "Lost track of a call for {line}",
}
# Webex may not let go of a device while it rings there.
_LEAVING = frozenset({LineState.DEREGISTERING, LineState.IDLE})


def line_words(
    line: LineSnapshot, moment: Moment, account: AccountSnapshot | None = None, *, brief: bool = False
) -> LineWords:
    """Return what a line says with the call that rings there, and whether its account hears of calls.

    A ring takes the place of all but the buttons; its end, for a while, that of the sentence. `brief`, for
    rows: the sentence leaves out when messages were confirmed.
    """
    words, call = words_of(line, moment), line.call
    if call is not None and call.rings:
        return _ringing(words, line, call, brief=brief)
    if words.state not in REGISTERED_STATES:
        return words
    if call is not None:
        said = tr(OUTCOMES[call.phase], caller=caller(call))
    else:
        said = _joined(words.sentence, hearing(account, moment, brief=brief))
    return replace(words, sentence=said)


def _ringing(words: LineWords, line: LineSnapshot, call: Call, *, brief: bool) -> LineWords:
    tone, shape, badge, _ = RINGING_LOOKS[call.phase]
    (title, cannot), number = _told(call, caller(call)), _second(call)
    if words.state in _LEAVING:
        cannot = tr("A call is ringing; deregistered when it ends.")
    said = _joined(title, number) if brief else _joined(number, cannot)
    return replace(
        words,
        tone=tone,
        shape=shape,
        badge=tr(badge),
        row_badge=tr(badge),
        tag="",
        title=title,
        sentence=said,
        spoken=spoken(line, call),
    )


def hearing(account: AccountSnapshot | None, moment: Moment, *, brief: bool = False) -> str:
    """Return whether an account hears of its calls, empty where nobody wants to know or there is no news."""
    state = None if account is None else account.messages
    if account is None or state is None:
        return ""
    if not state.online:
        return tr("Call notices paused") if moment.now_s - state.since_s >= PAUSED_AFTER_S else ""
    if brief or account.messages_confirmed_at_s is None:
        return ""
    return tr("messages confirmed {ago}", ago=ago(moment.age_s(account.messages_confirmed_at_s)))


def caller(call: Call) -> str:
    """Return who calls: the name, else the number, else that nobody says."""
    return call.caller.name or phone(call.caller.number) or tr("unknown caller")


def ringing(lines: tuple[LineSnapshot, ...]) -> LineSnapshot | None:
    """Return the line at which the latest call rings; None when none does."""
    calls = [line for line in lines if line.call is not None and line.call.rings]
    return max(calls, key=lambda line: line.call.began_at_s if line.call else 0.0, default=None)


def sentences(line: LineSnapshot, moment: Moment) -> str:
    """Return what a line says as one text, with its name."""
    words = line_words(line, moment)
    said = ". ".join((words.title, words.sentence))
    return tr("{line}: {words}", line=line.identity.label, words=said)


def outcome_words(outcome: str, caller_told: str) -> str:
    """Return how a call ended that is kept, in the words of its time."""
    known = {phase.value: words for phase, words in OUTCOMES.items()}
    return tr(known.get(outcome, OUTCOMES[CallPhase.ENDED]), caller=caller_told or tr("unknown caller"))


def spoken(line: LineSnapshot, call: Call) -> str:
    """Return what is said aloud of a call that rings or has ended."""
    said = ". ".join(_told(call, caller(call)))
    return tr("{line}: {words}", line=line.identity.label, words=said)


def notification(line: LineSnapshot, call: Call) -> Notification:
    """Return what is told of a call that rings or has ended, with and without who calls."""
    title, *cannot = _told(call, caller(call))
    called = name = line.identity.label
    if line.identity.extension:
        called = tr("{line}, extension {n}", line=name, n=line.identity.extension)
    named = Notification(
        title=title,
        text="\n".join((_joined(name, _second(call)), *cannot)),
        line_id=line.identity.line_id,
        about=f"{call.device_id}/{call.call_id}",
    )
    unnamed = replace(named, title=tr(_UNNAMED[call.phase], line=called), text="".join(cannot))
    return replace(named, unnamed=unnamed)


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _told(call: Call, who: str) -> tuple[str, ...]:
    """Return what happened, and what cannot be done about it while it rings."""
    if not call.rings:
        return (tr(OUTCOMES[call.phase], caller=who),)
    *_, sentence = RINGING_LOOKS[call.phase]
    return tr("Call from {caller}", caller=who), tr(sentence)


def _second(call: Call) -> str:
    """Return the number beside a name, empty where it stands in the name's place."""
    return phone(call.caller.number) if call.caller.name else ""
