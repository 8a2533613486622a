"""Prints each event of every line, for a terminal or as JSON: what `softphone watch` shows.

The JSON object is a stable interface (design.md 5): scripts and tests depend on it.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

from softphone.agent.accounts import AccountSnapshot, AccountState
from softphone.agent.line import Line
from softphone.agent.line_record import error_record, line_name, line_record
from softphone.agent.panel import Panel
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineSnapshot


class Watch:
    """Prints to `out`, and knows when to stop.

    `met` is set when `until` was seen, `ended` when every account needs a person to sign in, `unread` when
    whoever read `out` is gone, as `head -1` goes.
    """

    def __init__(
        self,
        panel: Panel,
        out: TextIO,
        *,
        as_json: bool,
        until: LineEvent | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.met = asyncio.Event()
        self.ended = asyncio.Event()
        self.unread = asyncio.Event()
        self._panel = panel
        self._out = out
        self._as_json = as_json
        self._until = until
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._troubles: dict[str, str] = {}
        panel.on_event(self._event)
        panel.subscribe(self)

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Events say what matters; snapshots are their content."""

    def line_removed(self, line_id: str) -> None:
        """Nothing to print: `unregistered` came before."""

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Say once what keeps an account from having lines."""
        for account in accounts:
            words = account.notice.sentence if account.notice else ""
            if words and words != self._troubles.get(account.account.key) and not self._as_json:
                self._print(f"{self._clock()}  {account.notice.title}: {words}" if account.notice else words)
            self._troubles[account.account.key] = words
        if accounts and all(account.state is AccountState.ENDED for account in accounts):
            self.ended.set()

    # ---- printing

    def _event(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        self._print(
            json.dumps(self._record(line, event, failure), ensure_ascii=False)
            if self._as_json
            else self._sentence(line.snapshot, event, failure)
        )
        if event is self._until:
            self.met.set()

    def _record(self, line: Line, event: LineEvent, failure: Failure | None) -> dict[str, Any]:
        now_s = self._loop.time()
        record = line_record(line.snapshot, now_s)
        return {
            "time": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "mono": round(now_s - self._began_s, 3),
            "account": record.pop("account"),
            "line": record.pop("line"),
            "event": event.value,
            **record,
            "error": error_record(failure),
            "info": line.to_dict(),
        }

    def _sentence(self, snapshot: LineSnapshot, event: LineEvent, failure: Failure | None) -> str:
        words = f"{self._clock()}  {line_name(snapshot)}  {event.value}"
        server = snapshot.server or snapshot.asking
        if failure is not None:
            words += f": {failure.title}. {failure.advice}"
            if failure.tracking_id:
                words += f" (tracking ID {failure.tracking_id})"
        elif event is LineEvent.RECONNECTING:
            words += f", {snapshot.misses} of {snapshot.miss_limit} checks missed"
        elif server is not None:
            words += f", {server.role.value} {server.url}"
        return words

    def _clock(self) -> str:
        return self._now().astimezone().strftime("%H:%M:%S")

    def _print(self, text: str) -> None:
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except BrokenPipeError:  # raised further, it would end the line's work half-way
            self.unread.set()
