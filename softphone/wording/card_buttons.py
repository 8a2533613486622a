"""Which buttons a line's card shows, from a snapshot and a moment. Pure and Qt-free."""

from dataclasses import dataclass

from softphone.i18n import tr
from softphone.line.failure import OWN_DEVICE_IN_THE_WAY, Remedy
from softphone.line.model import LineSnapshot, LineState
from softphone.wording.moment import Moment
from softphone.wording.presentation import REMEDY_LABELS, Action

__all__ = ["Action", "CardButton", "buttons"]  # until `presentation` is asked for Action


@dataclass(frozen=True, slots=True, kw_only=True)
class CardButton:
    """A button that a card shows: pressing it has an effect."""

    does: Action | Remedy
    label: str
    primary: bool = False


# These help to find out; they mend nothing themselves.
_NEVER_PRIMARY = frozenset(
    {
        Remedy.COPY_FOR_ADMIN,
        Remedy.COPY_DIAGNOSTICS,
        Remedy.RUN_CHECK,
        Remedy.SERVICE_STATUS,
    }
)

# Without effect while a line tries by itself, or there already.
_OF_OTHER_STATES = frozenset({Remedy.RETRY, Remedy.CHOOSE_DEVICE, Remedy.TAKE_BACK})


def buttons(line: LineSnapshot, moment: Moment, offered: frozenset[Remedy]) -> tuple[CardButton, ...]:
    """Return the card's buttons, the most useful first. Only `offered` remedies become buttons.

    A line that needs somebody always has at least one: "Try again" stands in when no remedy is offered.
    Signing in again has one place for all lines, the account's banner.
    """
    state = line.state_at(moment.now_s)
    off = CardButton(does=Action.DEREGISTER, label=tr("Deregister"))
    match state:
        case LineState.IDLE | LineState.DEREGISTERING:
            return (CardButton(does=Action.REGISTER, label=tr("Register")),)
        case LineState.RETRY_WAIT if line.failure == OWN_DEVICE_IN_THE_WAY:
            return (off,)  # it runs out by itself, and no press makes that sooner
        case LineState.RECONNECTING | LineState.RETRY_WAIT:
            return (*_remedies(line, offered - _OF_OTHER_STATES, most=1), *_retry(line, moment), off)
        case LineState.OFFLINE:
            return (CardButton(does=Action.RETRY, label=tr("Check again")), off)
        case LineState.ELSEWHERE:
            label = tr(REMEDY_LABELS[Remedy.TAKE_BACK])
            take_back = CardButton(does=Remedy.TAKE_BACK, label=label, primary=True)
            return (take_back, CardButton(does=Action.DEREGISTER, label=tr("Leave it")))
        case LineState.FAILED | LineState.ACTION:
            found = _remedies(line, offered, most=2)
            return (*(found or (CardButton(does=Action.RETRY, label=tr("Try again")),)), off)
        case _:
            return (off,)


def _retry(line: LineSnapshot, moment: Moment) -> tuple[CardButton, ...]:
    """One press may be tried against a wish to wait; then the button is gone until the time is over."""
    held_until_s = line.retry_held_until_s
    if held_until_s is not None and moment.now_s < held_until_s:
        return ()
    return (CardButton(does=Action.RETRY, label=tr("Retry now")),)


def _remedies(line: LineSnapshot, offered: frozenset[Remedy], most: int) -> tuple[CardButton, ...]:
    wanted = () if line.failure is None else line.failure.remedies
    found = [remedy for remedy in wanted if remedy in offered][:most]
    return tuple(
        CardButton(
            does=Action.RETRY if remedy is Remedy.RETRY else remedy,
            label=tr(REMEDY_LABELS[remedy]),
            primary=place == 0 and remedy not in _NEVER_PRIMARY,
        )
        for place, remedy in enumerate(found)
    )
