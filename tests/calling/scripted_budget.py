"""A bound on requests that a test opens and closes."""

from collections.abc import Callable

from softphone.calling.budget import Budget
from softphone.line.model import Servers
from softphone.line.policy import Policy
from softphone.line.states import Facts


class ScriptedBudget(Budget):
    """Has room when a test says so, and tells it what goes out."""

    def __init__(self, room_s: Callable[[], float], sent: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            Policy(), facts=lambda: Facts(servers=Servers()), now_s=lambda: 0.0, note=lambda _: sent()
        )
        self._scripted_room_s = room_s

    def room_s(self) -> float:
        return self._scripted_room_s()

    def has_room(self) -> bool:
        return self.room_s() <= 0
