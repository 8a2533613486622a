"""Drives one line's machine: one state, one inbox, one timer, one bound on requests.

The `State` held here is the only one there is; everything else shows copies of it. Nothing is awaited between
reading and storing it. Seconds inside the machine are nominal: `policy.time_scale` turns them into seconds of
the loop and back, here and where a snapshot is made.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from softphone.line.effects import CancelTimer, Effect, StartDeadline, StartTimer
from softphone.line.events import AnyEvent, Event, Sent, TimerFired
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import State
from softphone.system.loop_time import Deadline, call_after

EventT = TypeVar("EventT", bound=Event)

_log = logging.getLogger(__name__)
_CHANCE = random.Random()  # nosec B311 # noqa: S311 - jitter, not a secret; one for all, as each takes 2.5 KiB

# Network time does not shrink with `time_scale`: a host is not dead for not answering within 0.1 s.
LEAST_DEADLINE_S = 2.0

# Requests beside the line's own way leave so many of the bound to it.
RESERVED_REQUESTS = 4


class Driver:
    """The machine of one line, on the running loop.

    `label` names the line in the log. `took` hears of each event taken, with the state before it and what is
    to be done, in order; the timer is kept here. It may tell more: that waits for its turn.
    """

    def __init__(
        self,
        state: State,
        policy: Policy,
        *,
        label: Callable[[], str],
        took: Callable[[State, tuple[Effect, ...]], None],
        chance: random.Random | None = None,
    ) -> None:
        self.state = state
        self.policy = policy
        self.label = label
        self.next_at_s: float | None = None  # of the loop's clock; None while a request is under way
        self._took = took
        self._chance = chance or _CHANCE
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | Deadline | None = None
        self._inbox: deque[AnyEvent] = deque()
        self._working = False
        self._stopped = False

    def now_s(self) -> float:
        """Return nominal seconds."""
        return self._loop.time() / self.policy.time_scale

    def deadline_s(self, nominal_s: float) -> float:
        """Return the loop's seconds of a deadline for somebody else's answer."""
        return max(nominal_s * self.policy.time_scale, min(nominal_s, LEAST_DEADLINE_S))

    def happened(self, kind: type[EventT], **fields: Any) -> EventT:
        """Return an event of now."""
        return kind(at_s=self.now_s(), draw=self._chance.random(), **fields)

    def tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        """Feed an event of now to the machine."""
        self.feed(self.happened(kind, **fields))

    def feed(self, event: AnyEvent) -> None:
        """Take the event now, or after the ones being worked on: listeners may call us."""
        if self._stopped:
            return
        self._inbox.append(event)
        if self._working:
            return
        self._working = True
        try:
            while self._inbox:
                self._take(self._inbox.popleft())
        finally:
            self._working = False

    def stop(self) -> None:
        """Take no event any more."""
        self._stopped = True
        self._cancel_timer()

    # ---- what goes out beside the machine's own requests: the bound counts all of them

    async def until_room(self) -> None:
        """Wait until there is room for a request beside the line's own."""
        while (room_s := self._room_s()) > 0:  # noqa: ASYNC110 - the line itself may have taken it
            await asyncio.sleep(room_s * self.policy.time_scale)

    def rings_s(self) -> float:
        """Return for how long a call may still ring at the line; 0 or less: none does."""
        return self.state.facts.rings_until_s - self.now_s()

    def has_room(self) -> bool:
        """Whether one more request keeps to the bound."""
        return self.state.facts.has_room(self.now_s(), 1, self.policy.requests_per_minute)

    def sent(self, times: int = 1) -> None:
        """Count requests that go on the wire beside those that the machine asked for."""
        self.tell(Sent, times=times)

    def resent(self) -> bool:
        """Count a request that goes on the wire once more, if there is room for it."""
        if not self.has_room():
            return False
        self.sent()
        return True

    # ---- private

    def _room_s(self) -> float:
        now_s, limit = self.now_s(), self.policy.requests_per_minute - RESERVED_REQUESTS
        return self.state.facts.room_at_s(now_s, limit) - now_s

    def _take(self, event: AnyEvent) -> None:
        before = self.state
        self.state, effects = step(before, event, self.policy)
        if type(self.state) is not type(before):
            names = (type(one).__name__ for one in (before, self.state, event))
            _log.debug("%s: %s -> %s by %s", self.label(), *names)
        for effect in effects:
            self._set_timer(effect)
        self._took(before, effects)

    def _set_timer(self, effect: Effect) -> None:
        match effect:
            case StartTimer(delay_s=delay_s):
                self._cancel_timer()
                delay_s *= self.policy.time_scale
                self._timer = self._loop.call_later(delay_s, self._timer_fired)
                self.next_at_s = self._loop.time() + delay_s
            case StartDeadline(delay_s=delay_s):
                self._cancel_timer()
                self._timer = call_after(self.deadline_s(delay_s), self._timer_fired)
            case CancelTimer():
                self._cancel_timer()
            case _:
                pass

    def _cancel_timer(self) -> None:
        self.next_at_s = None
        if self._timer is not None:
            self._timer.cancel()

    def _timer_fired(self) -> None:
        self._timer = self.next_at_s = None
        self.tell(TimerFired)
