"""What may be asked of a history, wherever it is: in the file of this profile, or in a recording."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from softphone.history.entries import Entry, Replay, Sample
from softphone.history.intervals import Interval
from softphone.history.past import Past

_T = TypeVar("_T")


class Questions(ABC):
    """The questions. What has no answer is answered as if nothing were known."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the moment up to which something is known (UTC)."""

    @abstractmethod
    async def clear(self, line_key: str | None = None) -> None:
        """Forget a line's past, or everything."""

    async def entries(
        self,
        line_key: str | None = None,
        *,
        since: datetime | None = None,
        before_id: int | None = None,
        limit: int | None = 500,
    ) -> tuple[Entry, ...]:
        """Return entries, newest first: all, or a line's with what concerns its account and everything.

        `before_id` is the id of the last entry of the page before; a `limit` of None returns all.
        """
        return await self._find(lambda past: past.entries(line_key, since, before_id, limit), ())

    async def intervals(self, line_key: str, began: datetime, ended: datetime) -> tuple[Interval, ...]:
        """Return the time from `began` to `ended` without a gap, oldest first."""
        nothing = (Interval(began=began, ended=ended, state=None),)
        return await self._find(lambda past: past.intervals(line_key, began, ended), nothing)

    async def first_registered(self, line_key: str) -> datetime | None:
        """Return the oldest moment that is known at which a line was registered."""
        return await self._find(lambda past: past.first_registered(line_key), None)

    async def samples(
        self, line_key: str, last: int = 60, *, until: datetime | None = None
    ) -> tuple[Sample, ...]:
        """Return the last keepalives of a line up to a moment, oldest first; they are kept for a day."""
        return await self._find(lambda past: past.samples(line_key, last, until), ())

    async def at(self, when: datetime) -> Replay:
        """Return what the window showed at that moment."""
        return await self._find(lambda past: past.replay(when), Replay(at=when, now_s=0.0, running=False))

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return the oldest and the newest moment there is anything of, None when there is nothing."""
        return await self._find(lambda past: past.span(), None)

    @abstractmethod
    async def _find(self, question: Callable[[Past], _T], nothing: _T) -> _T:
        """Return the answer of the past; `nothing` when it gives none."""
