"""Prints each event of every line, for a terminal or as JSON: what `softphone watch` shows.

The JSON object is a stable interface (scripts.md#json): scripts and tests depend on it. `status` shows the
same of a line.
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from msgspec import Struct

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.calling.line import Line
from softphone.headless.records import (
    Record,
    account_words,
    call_record,
    error_record,
    json_text,
    line_record,
    rfc3339,
)
from softphone.i18n import tr
from softphone.line.failure import Failure, Remedy
from softphone.line.model import Call, LineEvent, LineSnapshot
from softphone.system import live_secrets
from softphone.values import replace
from softphone.wording.command_words import line_name
from softphone.wording.moment import Moment


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
        self._troubles: dict[str, str] = {}
        panel.on_event(self._event)
        panel.on_line_call(self._call)
        panel.subscribe(self)

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Events say what matters; snapshots are their content."""

    def line_removed(self, line_id: str) -> None:
        """Nothing to print: `unregistered` came before."""

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Say once what a person should know of an account."""
        for account in accounts:
            words = account_words(account)
            if words and words != self._troubles.get(account.account.key) and not self._as_json:
                self._print(f"{self._clock()}  {words}")
            self._troubles[account.account.key] = words
        if accounts and all(account.state is AccountState.ENDED for account in accounts):
            self.ended.set()

    # ---- printing

    def gap(self, lines: int) -> str:
        """Return what stands in the place of lines that could not be printed; called in any thread."""
        if not self._as_json:
            return f"{self._clock()}  lines missing here: {lines}"
        return _as_json(Record(time=rfc3339(self._now()), event="missing", info={"lines": lines}))

    def _event(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        self._print(
            _as_json(self._record(line, event.value, failure))
            if self._as_json
            else self._sentence(line.snapshot, event, failure)
        )
        if event is self._until:
            self.met.set()

    def _call(self, line: Line, call: Call) -> None:
        """Print a call; in words without who calls, for they may end in the system's log."""
        event = "incoming" if call.rings else "call_ended"
        if self._as_json:
            record = replace(self._record(line, event, None), call=call_record(call))
            self._print(_as_json(record))
        else:
            how = "" if call.rings else f", {call.phase.value.replace('_', ' ')}"
            self._print(f"{self._clock()}  {line_name(line.snapshot.identity)}  {event}{how}")

    def _record(self, line: Line, event: str, failure: Failure | None) -> Record:
        now_s = self._loop.time()
        return replace(
            line_record(line.snapshot, Moment(now_s, self._now())),
            mono=round(now_s - self._began_s, 3),
            event=event,
            error=error_record(failure),
            info=line.to_dict(),
        )

    def _sentence(self, snapshot: LineSnapshot, event: LineEvent, failure: Failure | None) -> str:
        words = f"{self._clock()}  {line_name(snapshot.identity)}  {event.value}"
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
        return self._now().astimezone().isoformat(timespec="seconds")

    def _print(self, text: str) -> None:
        self._out.write(live_secrets.hide(text) + "\n")
        self._out.flush()


def _as_json(record: Record) -> str:
    return json_text(record)


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
