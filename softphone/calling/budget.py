"""What one line may send beside the requests of its machine: the bound on requests counts them all."""

from collections.abc import Callable

from softphone.line.policy import Policy
from softphone.line.states import Facts

# Requests beside the line's own way leave so many of the bound to it.
RESERVED_REQUESTS = 4


class Budget:
    """The bound on one line's requests. `now_s` is nominal; `note` has the machine count what goes out."""

    def __init__(
        self,
        policy: Policy,
        *,
        facts: Callable[[], Facts],
        now_s: Callable[[], float],
        note: Callable[[int], None],
    ) -> None:
        self._limit = policy.requests_per_minute
        self._facts = facts
        self._now_s = now_s
        self._note = note

    def room_s(self) -> float:
        """Return how long a request beside the line's own has to wait, in nominal seconds."""
        now_s = self._now_s()
        return self._facts().room_at_s(now_s, self._limit - RESERVED_REQUESTS) - now_s

    def has_room(self) -> bool:
        """Whether one more request keeps to the bound."""
        return self._facts().has_room(self._now_s(), 1, self._limit)

    def sent(self, times: int = 1) -> None:
        """Count requests that go on the wire beside those that the machine asked for."""
        self._note(times)

    def resent(self) -> bool:
        """Count a request that goes on the wire once more, if there is room for it."""
        if not self.has_room():
            return False
        self.sent()
        return True
