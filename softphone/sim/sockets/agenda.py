"""What the cloud will do later by itself: end a ringing call, hang up on who does not sign in."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

Act = Callable[[float], None]


class Agenda:
    """Acts by their nominal time; `run` is called whenever one may be due, jumps of the clock included.

    `on_sooner` is told when an act was added that comes before all others.
    """

    def __init__(self) -> None:
        self._acts: list[tuple[float, int, Act]] = []
        self._numbers = itertools.count()
        self.on_sooner: Callable[[], None] = lambda: None

    @property
    def next_s(self) -> float | None:
        """Return when the next act is due, or None."""
        return self._acts[0][0] if self._acts else None

    def at(self, due_s: float, act: Act) -> None:
        """Plan an act; it is called with the time it then is."""
        first = self.next_s
        heapq.heappush(self._acts, (due_s, next(self._numbers), act))
        if first is None or due_s < first:
            self.on_sooner()

    def run(self, now_s: float) -> None:
        """Do all that is due; what these acts plan comes at the next time."""
        due = []
        while self._acts and self._acts[0][0] <= now_s:
            due.append(heapq.heappop(self._acts)[2])
        for act in due:
            act(now_s)
