"""Prints each event of every line, for a terminal or as JSON: what `softphone watch` shows.

The JSON object is a stable interface (scripts.md#watch): scripts and tests depend on it. `status` shows
the same of a line.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

from msgspec import Struct

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.calling.line import Line, error_payload
from softphone.i18n import tr
from softphone.line.failure import Failure, Remedy
from softphone.line.model import LineEvent, LineSnapshot
from softphone.system import live_secrets


class WatchOptions(Struct, frozen=True, kw_only=True):
    """What `softphone watch` was asked for. `for_s`: None means until stopped.

    `take_over_oldest`: when there are too many devices, the one seen longest ago goes. `metrics_port`: serve
    the metrics there; None leaves that to the settings.
    """

    as_json: bool = False
    until: LineEvent | None = None
    for_s: float | None = None
    deregister_on_exit: bool = True
    take_over_oldest: bool = False
    metrics_port: int | None = None


def line_record(snapshot: LineSnapshot, now_s: float) -> dict[str, Any]:
    """Return what both objects say of a line. `now_s` is the loop's clock."""
    server = snapshot.server or snapshot.asking
    next_at_s = snapshot.next_at_s
    return {
        "account": snapshot.identity.account.address or snapshot.identity.account.key,
        "line": snapshot.identity.line_id,
        "state": snapshot.state_at(now_s).value,
        "status": snapshot.status.value,
        "server": server.url if server else None,
        "role": server.role.value if server else None,
        "attempt": snapshot.attempt,
        "misses": snapshot.misses,
        "next_in_s": None if next_at_s is None else round(max(0.0, next_at_s - now_s), 1),
    }


def error_record(failure: Failure | None) -> dict[str, Any] | None:
    """Return what both objects say of an error; when it is tried again the line's `next_in_s` says."""
    if failure is None:
        return None
    payload = error_payload(failure)
    return {name: value for name, value in payload.items() if name not in ("remedies", "next_in_s")}


def line_name(snapshot: LineSnapshot) -> str:
    """Return whose line it is, as a terminal shows it."""
    identity = snapshot.identity
    return f"{identity.label} ext. {identity.extension}" if identity.extension else identity.label


class Watch:
    """Prints to `out`, and knows when to stop.

    `met` is set when `until` was seen, `ended` when every account needs a person to sign in. Printing must
    not wait nor fail (`softphone.system.streams`): the lines' work goes on around it.
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
        self.met: asyncio.Event = asyncio.Event()
        self.ended: asyncio.Event = asyncio.Event()
        self._panel = panel
        self._out = out
        self._as_json = as_json
        self._until = until
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._keys: tuple[str, ...] = ()  # of the JSON objects
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

    def gap(self, lines: int) -> str:
        """Return what stands in the place of lines that could not be printed; called in any thread."""
        if not self._as_json:
            return f"{self._clock()}  lines missing here: {lines}"
        told = {"time": self._time(), "event": "missing", "info": {"lines": lines}}
        return json.dumps(dict.fromkeys(self._keys) | told)

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
        facts = line_record(line.snapshot, now_s)
        record = {
            "time": self._time(),
            "mono": round(now_s - self._began_s, 3),
            "account": facts.pop("account"),
            "line": facts.pop("line"),
            "event": event.value,
            **facts,
            "error": error_record(failure),
            "info": line.to_dict(),
        }
        self._keys = tuple(record)
        return record

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

    def _time(self) -> str:
        return self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _clock(self) -> str:
        return self._now().astimezone().isoformat(timespec="seconds")

    def _print(self, text: str) -> None:
        self._out.write(live_secrets.hide(text) + "\n")
        self._out.flush()


def say(sentence: str | None) -> None:
    """Say on stderr what a banner of the window would say, where somebody reads it."""
    if sentence is not None:
        sys.stderr.write(f"softphone: {tr(sentence)}\n")


def say_of_history(sentence: str | None) -> None:
    """Say that the file was set aside; that it is not kept matters only where it can be looked at."""
    from softphone.history.journal import NOT_KEPT  # noqa: PLC0415 - brings the database along

    if sentence != NOT_KEPT:
        say(sentence)


def say_who_can_sign_in(panel: Panel) -> None:
    """Say why there is nobody, and what helps."""
    for notice in (account.notice for account in panel.accounts):
        if notice is not None and Remedy.THIS_SESSION_ONLY in notice.remedies:  # the keyring's
            say(f"{notice.title}. {notice.sentence} The window asks for it.")
            return
    say("nobody is signed in. 'softphone sign-in' signs somebody in; or give a token (--token-command).")
