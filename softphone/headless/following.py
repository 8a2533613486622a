"""What one follower has not been told of yet: of each line the latest only, so that it never piles up."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from softphone.accounts.snapshot import AccountSnapshot
from softphone.headless.records import Change
from softphone.line.model import LineSnapshot
from softphone.system.tasks import first_of

BEAT_S = 10.0  # nothing changed: the sum is told all the same, for proof grows old


class Teller(Protocol):
    """Who words what has changed."""

    def changed(self, line_ids: frozenset[str], *, accounts: bool) -> Mapping[str, Any]:
        """Return the fields of a `Sum`: of these lines and, if so, the accounts."""
        ...


class Following:
    """A listener of the panel. `missed` counts the changes that a later one of their line has overtaken."""

    def __init__(self) -> None:
        self._lines: set[str] = set()
        self._gone: list[str] = []
        self._accounts = False
        self._missed = 0
        self._changed = asyncio.Event()

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Tell of the line, as it is when the follower reads."""
        self._missed += snapshot.identity.line_id in self._lines
        self._lines.add(snapshot.identity.line_id)
        self._changed.set()

    def line_removed(self, line_id: str) -> None:
        """Tell that the line is gone."""
        self._lines.discard(line_id)
        self._gone.append(line_id)
        self._changed.set()

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Tell of all accounts."""
        del accounts
        self._accounts = True
        self._changed.set()

    # ---- to the follower

    async def next(self, teller: Teller) -> Change:
        """Wait for a change, or for the next beat, and return what to tell."""
        await first_of(self._changed.wait(), asyncio.sleep(BEAT_S))
        lines, gone, accounts, missed = frozenset(self._lines), self._gone, self._accounts, self._missed
        self._lines, self._gone, self._accounts, self._missed = set(), [], False, 0
        self._changed.clear()
        return Change(**teller.changed(lines, accounts=accounts), gone=gone, missed=missed)
