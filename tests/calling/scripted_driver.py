"""The driver of a line whose bound on requests a test opens and closes."""

from collections.abc import Callable
from typing import Any

from softphone.calling.driver import Driver
from softphone.line.events import AnyEvent, Discarded, Sent
from softphone.line.failure import Failure
from softphone.line.model import Servers
from softphone.line.policy import Policy
from softphone.line.states import Facts, Idle


class ScriptedDriver(Driver):
    """Has room when a test says so; notes what it is told of removals, and tells what goes out."""

    def __init__(self, room_s: Callable[[], float], sent: Callable[[], None] = lambda: None) -> None:
        state = Idle(facts=Facts(servers=Servers()))
        super().__init__(state, Policy(), label=lambda: "line", took=lambda _before, _effects: None)
        self._scripted_room_s = room_s
        self._on_sent = sent
        self.told: list[Failure | None] = []

    def tell(self, kind: type[AnyEvent], **fields: Any) -> None:
        event = self.happened(kind, **fields)
        if isinstance(event, Discarded):
            self.told.append(event.failure)
        elif isinstance(event, Sent):
            self._on_sent()

    def _room_s(self) -> float:
        return self._scripted_room_s()

    def has_room(self) -> bool:
        return self._room_s() <= 0
