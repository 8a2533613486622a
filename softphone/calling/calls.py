"""The calls that ring at one line: events and time in, what is shown and what is sent out. Pure.

A call is shown from its ring until half a minute after its end, and its end only as the service tells it:
never guessed. Nothing is sent unless that is chosen, and never anything that answers or rejects a call
(sockets.md#notices).
"""

from collections.abc import Iterator

from msgspec import Struct

from softphone.calling.messages import CallConnected, CallEnded, CallEvent, CallRinging, PastCall, PastCalls
from softphone.line.model import Call, CallPhase
from softphone.values import replace

OLDEST_S = 60.0  # by the service's clock: a ring that comes later is no news
ANSWER_KEPT_S = 10.0  # so long after its end the history of calls may say how a call ended
LOST_AFTER_S = 180.0  # no call rings longer
SHOWN_S = 30.0  # after its end
DEVICE_KEPT_S = 90.0  # events of the device before the present one
SAME_CALL_S = 90.0  # an item of the history that began so close to the ring is about it
KEPT_IDS = 200  # of calls that are over
AT_ONCE = 20  # calls of one line; no more are shown

_LEAST_DIGITS = 3
_PHASES = {
    "MISSED": CallPhase.MISSED,
    "CANCELED": CallPhase.MISSED,
    "CANCELLED": CallPhase.MISSED,
    "ANSWERED": CallPhase.ANSWERED_ELSEWHERE,
}


class CallPolicy(Struct, frozen=True, kw_only=True):
    """What is sent for a call, by default nothing.

    `alerting`: that it rings here; `release`: after its end, that we let go of it.
    """

    alerting: bool = False
    release: bool = False


SILENCE = CallPolicy()


class Alerting(Struct, frozen=True):
    """Tell the service that the call rings here; once, and whatever comes of it is ignored."""

    device_id: str
    call_id: str


class Release(Struct, frozen=True):
    """Tell the service that we let go of a call which has ended; likewise."""

    device_id: str
    call_id: str


Send = Alerting | Release


class _Known(Struct, kw_only=True):
    """A call and what is needed to find out how it ended. `began_at` is epoch seconds, by our clock."""

    call: Call
    began_at: float
    settled_at_s: float | None = None  # from then on its end is told as it is known
    told_ring: bool = False
    told_end: bool = False


class LineCalls:
    """The calls of one line. It keeps no clock: `now_s` is seconds of the loop, `wall_s` epoch seconds.

    `time_scale` is the pace of the cloud, by which all limits but those of dates go.
    """

    def __init__(self, *, time_scale: float) -> None:
        self.policy: CallPolicy = SILENCE
        self.too_late: int = 0  # rings that came too late to be told
        self._scale = time_scale
        self._device_id = ""
        self._device_before: tuple[str, float] = ("", 0.0)  # and until when events of it are taken
        self._calls: dict[tuple[str, str], _Known] = {}
        self._over: dict[tuple[str, str], None] = {}  # ended, the oldest first: a late ring is none
        self._past: tuple[PastCall, ...] = ()  # the history as it was told last
        self._used: set[tuple[float | None, str]] = set()  # items of it that were some call's

    # ---- what is shown

    @property
    def shown(self) -> Call | None:
        """The call that rings, the latest of several; else the one that ended last."""
        calls = [known.call for known in self._calls.values()]
        ringing = [call for call in calls if call.rings]
        if ringing:
            return max(ringing, key=lambda call: call.began_at_s)
        return max(calls, key=lambda call: call.ended_at_s or 0.0, default=None)

    @property
    def next_at_s(self) -> float | None:
        """When time alone changes something: look again then; None: nothing waits."""
        return min((at_s for known in self._calls.values() for at_s in self._due(known)), default=None)

    # ---- what happens

    def hold(self, device_id: str, now_s: float) -> None:
        """The line has this device now; "": none."""
        if device_id != self._device_id:
            if self._device_id:
                self._device_before = (self._device_id, now_s + DEVICE_KEPT_S * self._scale)
            self._device_id = device_id

    def take(self, event: CallEvent, now_s: float, wall_s: float) -> tuple[Send, ...]:
        """Take an event; return what is to be sent, in order."""
        self._pass(now_s)
        match event:
            case PastCalls(calls=past):
                self._past = past
                self._used &= {_key(item) for item in self._past}
                self._explain(now_s)
            case CallRinging() | CallConnected() | CallEnded() if not self._is_ours(event.device_id, now_s):
                pass
            case CallRinging():
                return self._rings(event, now_s, wall_s)
            case CallConnected():
                if (key := (event.device_id, event.call_id)) not in self._calls:
                    self._note_end(key)  # its ring, when that comes late, is none
                self._end(event, CallPhase.ANSWERED_ELSEWHERE, now_s)
            case CallEnded(cause=cause):
                elsewhere = "elsewhere" in cause.casefold()
                return self._ended(event, CallPhase.ANSWERED_ELSEWHERE if elsewhere else None, now_s)
        return ()

    def socket_lost(self) -> None:
        """What rings now may end without our hearing of it."""
        for known in self._calls.values():
            if known.call.phase is CallPhase.RINGING:
                known.call = replace(known.call, phase=CallPhase.UNCERTAIN)

    def news(self, now_s: float) -> tuple[Call, ...]:
        """Let time pass; return each call when it rings, and once when its end is known for good."""
        self._pass(now_s)
        return tuple(self._untold(now_s))

    # ---- private

    def _pass(self, now_s: float) -> None:
        for key, known in tuple(self._calls.items()):
            call = known.call
            if call.rings and now_s >= call.began_at_s + LOST_AFTER_S * self._scale:
                known.call = replace(call, phase=CallPhase.LOST_TRACK, ended_at_s=now_s)
                known.settled_at_s = now_s
            elif call.ended_at_s is not None and now_s >= call.ended_at_s + SHOWN_S * self._scale:
                del self._calls[key]
                self._note_end(key)

    def _note_end(self, key: tuple[str, str]) -> None:
        self._over[key] = None
        if len(self._over) > KEPT_IDS:
            del self._over[next(iter(self._over))]

    def _is_ours(self, device_id: str, now_s: float) -> bool:
        before, until_s = self._device_before
        return device_id != "" and (device_id == self._device_id or (device_id == before and now_s < until_s))

    def _due(self, known: _Known) -> Iterator[float]:
        call = known.call
        if call.rings:
            yield call.began_at_s + LOST_AFTER_S * self._scale
        if call.ended_at_s is not None:
            yield call.ended_at_s + SHOWN_S * self._scale
        if known.settled_at_s is not None and not known.told_end:
            yield known.settled_at_s

    def _rings(self, event: CallRinging, now_s: float, wall_s: float) -> tuple[Send, ...]:
        key = (event.device_id, event.call_id)
        if key in self._over or key in self._calls or len(self._calls) >= AT_ONCE:
            return ()
        age_s = max(0.0, event.age_s or 0.0)
        if age_s > OLDEST_S:
            self.too_late += 1
            return ()
        call = Call(call_id=event.call_id, device_id=event.device_id, caller=event.caller, began_at_s=now_s)
        self._calls[key] = _Known(call=call, began_at=wall_s - age_s)
        return (Alerting(*key),) if self.policy.alerting else ()

    def _ended(self, event: CallEnded, phase: CallPhase | None, now_s: float) -> tuple[Send, ...]:
        key = (event.device_id, event.call_id)
        if key in self._over:
            return ()
        self._note_end(key)
        self._end(event, phase, now_s)
        return (Release(*key),) if self.policy.release and key in self._calls else ()

    def _end(self, event: CallConnected | CallEnded, phase: CallPhase | None, now_s: float) -> None:
        """A call rings no more; without `phase` the history may tell for a while how it ended."""
        known = self._calls.get((event.device_id, event.call_id))
        if known is None or not (known.call.rings or known.call.phase is CallPhase.LOST_TRACK):
            return
        known.call = replace(known.call, phase=phase or CallPhase.ENDED, ended_at_s=now_s)
        known.settled_at_s = now_s + (ANSWER_KEPT_S * self._scale if phase is None else 0.0)
        self._explain(now_s)

    def _explain(self, now_s: float) -> None:
        """Let the history of calls say how those ended of which nobody knows yet."""
        for known in self._calls.values():
            if known.call.phase is not CallPhase.ENDED or known.told_end:
                continue
            item = self._item_of(known)
            if item is not None and item.disposition in _PHASES:
                self._used.add(_key(item))
                known.call = replace(known.call, phase=_PHASES[item.disposition])
                known.settled_at_s = now_s

    def _item_of(self, known: _Known) -> PastCall | None:
        close = [
            item
            for item in self._past
            if item.session_type == "WEBEXCALLING"
            and item.direction == "INCOMING"
            and item.started_at is not None
            and abs(item.started_at - known.began_at) <= SAME_CALL_S
            and (item.ended_at is None or item.ended_at >= known.began_at - 1.0)  # else one before it
            and _key(item) not in self._used
        ]
        if len(close) > 1:
            close = [item for item in close if _fits(item.other.number, known.call.caller.number)]
        return close.pop() if len(close) == 1 else None

    def _untold(self, now_s: float) -> Iterator[Call]:
        for known in self._calls.values():
            if not known.told_ring:
                known.told_ring = True
                yield known.call
            elif known.settled_at_s is not None and not known.told_end and now_s >= known.settled_at_s:
                known.told_end = True
                yield known.call


def _key(item: PastCall) -> tuple[float | None, str]:
    return item.started_at, item.other.number


def _fits(one: str, other: str) -> bool:
    """Whether two ways to write a number may mean the same: an extension is the end of the whole one."""
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return len(short) >= _LEAST_DIGITS and long.endswith(short)


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdecimal())
