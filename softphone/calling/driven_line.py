"""A line as its client drives it: what a developer's `Line` does not show.

A listener that raises is logged and never stops the line or other listeners; an `error` without listeners is
nothing special (sdk.md#weaknesses, 43).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from softphone.calling.line import (
    EndedCall,
    EventName,
    IncomingCall,
    Keepalive,
    Line,
    error_payload,
    not_connected,
)
from softphone.line.failure import Failure
from softphone.line.model import Call, LineEvent, LineSnapshot

_log = logging.getLogger(__name__)


class DrivenLine(Line):
    """Told by a `LineRunner` what there is to show and to say."""

    def connect(self, register: Callable[[], None], deregister: Callable[[], None]) -> None:
        """Join the line to what drives it."""
        self._register = register
        self._deregister = deregister
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Nothing happens any more; whoever waits is told."""
        self._closed = True
        self._register = not_connected
        self._wake()

    def show(self, snapshot: LineSnapshot) -> None:
        """Take over a new snapshot."""
        before, self._snapshot = self._snapshot, snapshot
        held = snapshot.registration
        if held is not None and held is not before.registration:
            self._granted, self._proved_at_s = held, None
        if self._waiting:
            self._wake()
        if held is before.registration and snapshot.proved_at_s != before.proved_at_s:
            self._proved_at_s = time.time()
            if self._listeners["keepalive"]:
                at = datetime.fromtimestamp(self._proved_at_s, UTC)
                self._tell("keepalive", Keepalive(self, at, snapshot.round_trip_s or 0.0))

    def emit(self, event: LineEvent, failure: Failure | None) -> None:
        """Call the listeners of the event."""
        match event:
            case LineEvent.REGISTERED:
                self._tell(event.value, self)
            case LineEvent.ERROR if failure is not None:
                self._tell(event.value, error_payload(failure, self._next_in_s()))
            case _:
                self._tell(event.value)

    def tell_call(self, call: Call) -> None:
        """Call the listeners of a call that rings, or whose end is known."""
        if call.rings:
            caller = call.caller
            self._tell("incoming", IncomingCall(self, call.call_id, caller.name, caller.number))
        else:
            self._tell("call_ended", EndedCall(self, call.call_id, call.phase.value, call.rang_s))

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    def _tell(self, event: EventName, *payload: object) -> None:
        for listener in tuple(self._listeners[event]):  # they may be added and removed meanwhile
            try:
                listener(*payload)
            except Exception:  # noqa: BLE001 - a developer's listener must never stop the line
                _log.exception("A listener of %s raised", event)
