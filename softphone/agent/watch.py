"""Prints each event of every line, for a terminal or as JSON: what `softphone watch` shows.

The JSON object is a stable interface (design.md 5): scripts and tests depend on it.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

from softphone.agent.accounts import AccountSnapshot, AccountState
from softphone.agent.line import Line, error_payload
from softphone.agent.panel import Panel
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineSnapshot


class Watch:
    """Prints to `out`, and knows when to stop.

    `met` is set when `until` was seen, `ended` when every account needs a person to sign in.
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
        snapshot, now_s = line.snapshot, self._loop.time()
        server = snapshot.server or snapshot.asking
        next_at_s = snapshot.next_at_s
        return {
            "time": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "mono": round(now_s - self._began_s, 3),
            "account": snapshot.identity.account.address or snapshot.identity.account.key,
            "line": line.line_id,
            "event": event.value,
            "state": snapshot.state_at(now_s).value,
            "status": line.status,
            "server": server.url if server else None,
            "role": server.role.value if server else None,
            "attempt": snapshot.attempt,
            "misses": snapshot.misses,
            "next_in_s": None if next_at_s is None else round(max(0.0, next_at_s - now_s), 1),
            "error": None if failure is None else _error(failure),
            "info": line.to_dict(),
        }

    def _sentence(self, snapshot: LineSnapshot, event: LineEvent, failure: Failure | None) -> str:
        identity = snapshot.identity
        extension = f" ext. {identity.extension}" if identity.extension else ""
        words = f"{self._clock()}  {identity.label}{extension}  {event.value}"
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
        self._out.write(text + "\n")
        self._out.flush()


def _error(failure: Failure) -> dict[str, Any]:
    return {
        **error_payload(failure),
        "http_status": failure.http_status,
        "error_code": failure.error_code,
        "tracking_id": failure.tracking_id or None,
        "title": failure.title,
        "advice": failure.advice,
    }
