"""What the loss of a message socket means, and when it is opened again. Pure.

Every way to lose one is a `Loss`; a row of the tables says what it means, and `next_step` what is done.
The numbers are nominal seconds: the keeper multiplies each wait by the cloud's time scale.
"""

from collections.abc import Mapping
from enum import Enum, auto

from msgspec import Struct

from softphone.i18n import phrase
from softphone.values import replace

PING_EVERY_S = 15.0  # after the pong before
PONG_WITHIN_S = 14.0
CHECK_WITHIN_S = 5.0  # of the ping after sleep or a change of the network
READY_WITHIN_S = 10.0
CLOSED_WITHIN_S = 1.0

FIRST_WAIT_S = 2.0  # the first new attempt comes within 0 to this
HERD_WAIT_S = 5.0  # and when the service itself went away, and everybody's socket with it
WAIT_CAP_S = 60.0
_WIDEST_S = (4.0, 8.0, 16.0, 32.0, WAIT_CAP_S)  # after one failure, two, ...
STEADY_S = 60.0  # online for so long, the waits begin anew
REPLACED_AGAIN_S = 600.0
HOURLY_S = 3600.0
JITTER = 0.1  # on top of what the service asked for

NORMAL, TOO_MANY = 1000, 1008
NO_STATUS, ABNORMAL = 1005, 1006  # what a lost connection counts as (RFC 6455 7.4.1)
NOT_TEXT = 1003


class Lost(Enum):
    """How a socket was lost, or why there was none."""

    CLOSED = auto()  # by the service, or cut; `code` is the close code
    REFUSED = auto()  # the upgrade was; `code` is the HTTP status
    FAILED = auto()  # no connection
    SILENT = auto()  # no message said that it is ready
    NO_PONG = auto()
    NONSENSE = auto()  # a pong that nobody asked for, or no text
    FLOOD = auto()
    NO_SIGN_IN = auto()
    NO_ADDRESS = auto()


class Loss(Struct, frozen=True, kw_only=True):
    """The end of one attempt. `ready`: it was online before. `cause`: in words, where we know better."""

    how: Lost = Lost.CLOSED
    code: int = ABNORMAL
    ready: bool = False
    retry_after_s: float | None = None
    cause: str = ""


class Duty(Enum):
    """What is done before the next attempt."""

    NOTHING = auto()
    RENEW = auto()  # the token that was refused
    REFRESH = auto()  # PUT WDM: its answer names the address


class Then(Enum):
    """Whether there is a next attempt."""

    RETRY = auto()
    RENEW_ONCE = auto()  # a second refusal of a renewed token waits like any other loss
    TOKEN_REFUSED = auto()  # and this one needs a sign-in
    REPLACED = auto()
    HOURLY = auto()
    SIGN_IN = auto()


class Meaning(Struct, frozen=True, kw_only=True):
    """A row of the tables."""

    cause: str
    then: Then = Then.RETRY
    duty: Duty = Duty.NOTHING
    least_s: float = 0.0
    first_s: float = FIRST_WAIT_S


class Step(Struct, frozen=True, kw_only=True):
    """What comes next. `wait_s` None: nothing, until a person has signed in."""

    wait_s: float | None
    duty: Duty
    cause: str


class Record(Struct, frozen=True, kw_only=True):
    """What earlier attempts have left.

    `failures` since it was last online for a while; `refused` tokens in a row; `renewed`: the token was,
    since it was last online; `replaced_at_s`: when another program had taken the device.
    """

    failures: int = 0
    refused: int = 0
    renewed: bool = False
    replaced_at_s: float | None = None


def next_step(
    record: Record, loss: Loss, *, online_s: float, now_s: float, chance: float
) -> tuple[Record, Step]:
    """Return what is remembered from now on, and what to do. `chance` is uniform in 0 to 1.

    `online_s` is how long the lost socket was online, `now_s` the nominal time.
    """
    if loss.ready:
        record = replace(record, refused=0, renewed=False)
    if online_s >= STEADY_S:
        record = replace(record, failures=0)
    meaning = meaning_of(loss)
    wait_s: float | None = back_off_s(record.failures, chance, meaning.first_s)
    least_s, duty, cause = loss.retry_after_s or meaning.least_s, meaning.duty, loss.cause or meaning.cause
    record = replace(record, failures=record.failures + 1)
    match meaning.then:
        case Then.RENEW_ONCE:
            duty = Duty.NOTHING if record.renewed else Duty.RENEW
            record = replace(record, renewed=True)
        case Then.TOKEN_REFUSED:
            duty = Duty.RENEW
            record = replace(record, refused=record.refused + 1)
            if record.refused > 1:
                wait_s, cause = None, SIGN_IN_NEEDED
        case Then.REPLACED:
            before_s = record.replaced_at_s
            record = replace(record, replaced_at_s=now_s)
            if before_s is not None and now_s - before_s <= REPLACED_AGAIN_S:
                wait_s = None
        case Then.HOURLY:
            least_s = HOURLY_S
        case Then.SIGN_IN:
            wait_s = None
        case Then.RETRY:
            pass
    if least_s and wait_s is not None:
        wait_s = max(wait_s, least_s * (1 + JITTER * chance))
    return record, Step(wait_s=wait_s, duty=duty, cause=cause)


def back_off_s(failures: int, chance: float, first_s: float = FIRST_WAIT_S) -> float:
    """Return the wait after so many failures before this one: soon at first, then equal jitter up to 60 s."""
    if failures == 0:
        return first_s * chance
    widest_s = _WIDEST_S[min(failures, len(_WIDEST_S)) - 1]
    return widest_s / 2 * (1 + chance)


def meaning_of(loss: Loss) -> Meaning:
    """Return the row for a loss."""
    match loss.how:
        case Lost.CLOSED if loss.ready:
            return _CLOSES.get(loss.code, _CUT)
        case Lost.CLOSED:
            return _EARLY_CLOSES.get(loss.code) or _CLOSES.get(loss.code, _CUT)
        case Lost.REFUSED:
            return _UPGRADES.get(loss.code) or (_REDIRECTED if loss.code in _REDIRECTS else _UNWELL)
        case _:
            return _OTHERS[loss.how]


SIGN_IN_NEEDED = phrase("Webex does not take this sign-in for call notices. Sign in again.")

_CUT = Meaning(cause=phrase("The connection for call notices was cut."))
_RESTARTING = Meaning(cause=phrase("Webex closed the connection for call notices."), first_s=HERD_WAIT_S)
_TOKEN_OLD = Meaning(cause=phrase("The sign-in is renewed for call notices."), then=Then.RENEW_ONCE)
_ADDRESS_OLD = Meaning(cause=phrase("Webex has moved the connection for call notices."), duty=Duty.REFRESH)
_NOT_ALLOWED = Meaning(
    cause=phrase("Webex does not allow call notices for this sign-in. Ask your administrator."),
    then=Then.HOURLY,
)
_UNWELL = Meaning(cause=phrase("Webex's message service has trouble."))
_REDIRECTED = Meaning(cause=phrase("Something in the network diverts call notices. Nothing was sent there."))
_REDIRECTS = range(300, 400)

# How the service closes an open socket; whatever is not here is a cut (sockets.md#closes).
_CLOSES: Mapping[int, Meaning] = {
    1001: _RESTARTING,
    1003: Meaning(cause=phrase("Webex did not understand this program."), least_s=WAIT_CAP_S),
    1008: _TOKEN_OLD,
    1012: _RESTARTING,
    4000: Meaning(
        cause=phrase("Another program uses this sign-in's device for call notices."),
        then=Then.REPLACED,
        least_s=60.0,
    ),
    4401: Meaning(cause=phrase("The sign-in is renewed for call notices."), duty=Duty.RENEW),
    4404: _ADDRESS_OLD,
}
# And before it said that it is ready.
_EARLY_CLOSES: Mapping[int, Meaning] = {
    NO_STATUS: _ADDRESS_OLD,
    4400: _NOT_ALLOWED,
    4401: Meaning(cause=phrase("The sign-in is renewed for call notices."), then=Then.TOKEN_REFUSED),
    4403: _NOT_ALLOWED,
}
# Answers to the upgrade that are no 101.
_UPGRADES: Mapping[int, Meaning] = {401: _TOKEN_OLD, 404: _ADDRESS_OLD, 410: _ADDRESS_OLD}
_OTHERS: Mapping[Lost, Meaning] = {
    Lost.FAILED: _CUT,
    Lost.SILENT: _UNWELL,
    Lost.NO_PONG: Meaning(cause=phrase("The message service did not answer in time.")),
    Lost.NONSENSE: _UNWELL,
    Lost.FLOOD: Meaning(cause=phrase("Webex sent too many messages at once."), least_s=WAIT_CAP_S / 2),
    Lost.NO_SIGN_IN: Meaning(cause=SIGN_IN_NEEDED, then=Then.SIGN_IN),
    Lost.NO_ADDRESS: Meaning(
        cause=phrase("Webex named no address for call notices that is trusted."), duty=Duty.REFRESH
    ),
}
