"""What happens next by itself: with the sign-in, the server and the next check. Pure and Qt-free."""

from datetime import datetime, timedelta

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.i18n import clock, date_and_time, tr
from softphone.line.model import LineSnapshot, LineState
from softphone.wording.moment import Moment, minutes

_SOON = timedelta(hours=24)  # later than that the day is said too

_CHECKED = frozenset({LineState.REGISTERED, LineState.REGISTERED_BACKUP, LineState.RECONNECTING})


def forecast(line: LineSnapshot, account: AccountSnapshot | None, moment: Moment) -> str:
    """Return what is to come, as in `Sign-in renews about 02:10 · next check in 18 s`; empty: nothing is."""
    state = line.state_at(moment.now_s)
    parts = (_sign_in(account, moment), _way_home(line, state, moment), _next(line, state, moment))
    words = " · ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _sign_in(account: AccountSnapshot | None, moment: Moment) -> str:
    if account is None or account.state is AccountState.ENDED:
        return ""
    if account.renews_at is not None:
        return tr("sign-in renews about {time}", time=_clock(account.renews_at, moment))
    if account.signed_in_until is not None and account.signed_in_until > moment.wall:
        return tr("sign-in ends at {time}", time=_clock(account.signed_in_until, moment))
    return ""


def _way_home(line: LineSnapshot, state: LineState, moment: Moment) -> str:
    if state is not LineState.REGISTERED_BACKUP or line.rehome_at_s is None:
        return ""
    return tr("back to primary about {time}", time=moment.clock(line.rehome_at_s))


def _next(line: LineSnapshot, state: LineState, moment: Moment) -> str:
    match state:
        case LineState.OFFLINE:
            return tr("registers again when the network is back")
        case LineState.SIGNED_OUT:
            return tr("registers again when you have signed in")
        case LineState.WAITING_CALL:
            return tr("registers again when the call ends")
        case LineState.CHECKING:
            return tr("checking now")
        case _ if line.next_at_s is None:
            return ""
        case LineState.RETRY_WAIT:
            left_s = moment.left_s(line.next_at_s)
            return tr("next try in {time}", time=minutes(left_s)) if left_s else tr("trying now")
        case _ if state in _CHECKED:
            left_s = moment.left_s(line.next_at_s)
            return tr("next check in {n} s", n=left_s) if left_s else tr("checking now")
        case _:
            return ""


def _clock(at: datetime, moment: Moment) -> str:
    local = moment.local(at)
    return clock(local) if at - moment.wall < _SOON else date_and_time(local)
