"""The figures of all lines for a monitor, by the library of Prometheus: loaded only where they are served.

A line is its account and its service: these labels are unique, and the same for ever. What may change of it,
its extension and its server, are labels of `softphone_line_info` alone.

Nothing is kept in the library's own counters: those ask the environment (PROMETHEUS_MULTIPROC_DIR) whether to
write files, and a registry of the process would be shared with whoever else uses the library.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec import Struct
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector, CollectorRegistry

from softphone import __version__
from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.headless.tally import Histogram, Tally
from softphone.line.model import REGISTERED_STATES, Account, LineSnapshot, LineState
from softphone.system.background import in_thread

Who = tuple[str, str]  # the account's label and the service
_LINE = ("account", "service")

_GAUGES: dict[str, tuple[str, Callable[[LineSnapshot, float], float | None]]] = {
    "softphone_line_up": (
        "1 while the line is registered and the proof is fresh",
        lambda line, now_s: line.state_at(now_s) in REGISTERED_STATES,
    ),
    "softphone_line_wanted": ("1 while the user wants the line registered", lambda line, _: line.wanted),
    "softphone_line_missed_checks": ("keepalives missed in a row", lambda line, _: line.misses),
    "softphone_line_attempt": ("tries since the line was last registered", lambda line, _: line.attempt),
    "softphone_line_round_trip_seconds": (
        "of the last keepalive that was answered",
        lambda line, _: line.round_trip_s,
    ),
    "softphone_line_proof_age_seconds": (
        "since the service last confirmed the line",
        lambda line, now_s: None if line.proved_at_s is None else max(0.0, now_s - line.proved_at_s),
    ),
    "softphone_line_proof_window_seconds": (
        "how old the proof may be while the line is up",
        lambda line, _: line.proof_window_s,
    ),
}
_COUNTERS: dict[str, tuple[str, Callable[[Tally], dict[str, int]]]] = {
    "softphone_line_keepalives": (
        "keepalives by result; an interval without proof is one that was missed",
        lambda tally: tally.keepalives,
    ),
    "softphone_line_attempts": (
        "tries to register by result, but for the way home from a backup",
        lambda tally: tally.attempts,
    ),
}
_HISTOGRAMS: dict[str, tuple[str, Callable[[Tally], Histogram]]] = {
    "softphone_line_keepalive_round_trip_seconds": (
        "round trips of the keepalives that were answered",
        lambda tally: tally.round_trips_s,
    ),
    "softphone_line_outage_seconds": (
        "how long the line was wanted and not proven, each time that is over",
        lambda tally: tally.outages_s,
    ),
}


class Figures:
    """Counts from now until `close`, and says what is. What has left the panel leaves the figures."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._loop = asyncio.get_running_loop()
        self._lines: dict[Who, Tally] = {}
        self._accounts: dict[str, AccountSnapshot] = {}
        self._renewals: dict[str, int] = {}
        panel.subscribe(self)
        self._look()

    def close(self) -> None:
        """Count no more."""
        self._panel.unsubscribe(self)

    async def text(self, accept: str = "") -> tuple[str, bytes]:
        """Return the content type, by what a request says that it takes, and the figures of this moment.

        Written in a thread: of a thousand lines it is a good part of a second's work.
        """
        content_type, write = _writer(accept)
        registry = CollectorRegistry()
        registry.register(self._now())
        return content_type, await in_thread(partial(write, registry), "metrics")

    # ---- from the panel

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """Count what happened to a line."""
        who = (label_of(snapshot.identity.account), snapshot.identity.service.value)
        tally = self._lines.get(who)
        if tally is None:
            tally = self._lines[who] = Tally()
        tally.see(snapshot, self._loop.time())

    def line_removed(self, line_id: str) -> None:
        """Forget a line: if it comes again, it is counted from nothing."""
        self._lines = {who: tally for who, tally in self._lines.items() if tally.line_id != line_id}

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """Count sign-ins that last longer than before."""
        before, self._accounts = self._accounts, {label_of(one.account): one for one in accounts}
        self._accounts.pop(_NOBODY, None)
        self._renewals = {
            label: self._renewals.get(label, 0) + _is_renewed(before.get(label), after)
            for label, after in self._accounts.items()
        }

    # ---- private

    def _look(self) -> None:
        """See what nobody has told: that time goes by, and what was there before the first news."""
        self.accounts_changed(self._panel.accounts)
        for line in self._panel.lines:
            self.line_changed(line)

    def _now(self) -> "_Moment":
        self._look()
        lines = ((label_of(line.identity.account), line) for line in self._panel.lines)
        shown = {(account, line.identity.service.value): line for account, line in lines}
        return _Moment(
            now_s=self._loop.time(),
            lines=[(who, line, self._lines[who]) for who, line in shown.items()],
            accounts=list(self._accounts.items()),
            renewals=self._renewals,
        )


class _Moment(Struct, frozen=True, kw_only=True, eq=False):
    """What is written at one request; a collector of the library. Each line and account stands in it once."""

    now_s: float
    lines: Sequence[tuple[Who, LineSnapshot, Tally]]
    accounts: Sequence[tuple[str, AccountSnapshot]]
    renewals: dict[str, int]

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with the rows of all lines."""
        yield InfoMetricFamily("softphone_build", "always 1; the program", {"version": __version__})
        info = InfoMetricFamily(
            "softphone_line", "always 1; its extension, and the server it is registered at", labels=_LINE
        )
        for who, _, tally in self.lines:
            info.add_metric(who, tally.place)
        yield info
        for name, (words, value_of) in _GAUGES.items():
            gauge = GaugeMetricFamily(name, words, labels=_LINE)
            for who, line, _ in self.lines:
                if (value := value_of(line, self.now_s)) is not None:
                    gauge.add_metric(who, value)
            yield gauge
        yield self._states()
        yield from self._counts()
        yield from self._of_accounts()

    def _states(self) -> Metric:
        states = GaugeMetricFamily(
            "softphone_line_state", "1 for the state the line is in", labels=(*_LINE, "state")
        )
        for who, line, _ in self.lines:
            shown = line.state_at(self.now_s)
            for state in LineState:
                states.add_metric((*who, state.value), state is shown)
        return states

    def _counts(self) -> Iterator[Metric]:
        for name, (words, counts_of) in _COUNTERS.items():
            counter = CounterMetricFamily(name, words, labels=(*_LINE, "result"))
            for who, _, tally in self.lines:
                for result, count in counts_of(tally).items():
                    counter.add_metric((*who, result), count)
            yield counter
        superseded = CounterMetricFamily(
            "softphone_line_superseded", "times that another device took the line", labels=_LINE
        )
        for who, _, tally in self.lines:
            superseded.add_metric(who, tally.superseded)
        yield superseded
        for name, (words, histogram_of) in _HISTOGRAMS.items():
            histogram = HistogramMetricFamily(name, words, labels=_LINE)
            for who, _, tally in self.lines:
                values = histogram_of(tally)
                histogram.add_metric(who, values.buckets, values.sum)
            yield histogram

    def _of_accounts(self) -> Iterator[Metric]:
        signed_in = GaugeMetricFamily(
            "softphone_account_signed_in", "1 while the account's sign-in is accepted", labels=("account",)
        )
        renewals = CounterMetricFamily(
            "softphone_account_renewals",
            "times that the sign-in was renewed, by itself or by a person",
            labels=("account",),
        )
        for label, account in self.accounts:
            signed_in.add_metric((label,), account.state is not AccountState.ENDED)
            renewals.add_metric((label,), self.renewals[label])
        yield signed_in
        yield renewals


def label_of(account: Account) -> str:
    """Return what stands for an account: the same at every start, and not its name."""
    return hashlib.sha256(account.key.encode(errors="replace")).hexdigest()[:12]


_NOBODY = label_of(Account(key=""))  # of accounts that are still being looked up


def _is_renewed(before: AccountSnapshot | None, after: AccountSnapshot) -> bool:
    if before is None or before.signed_in_until is None or after.signed_in_until is None:
        return False
    return after.signed_in_until > before.signed_in_until


def _writer(accept: str) -> tuple[str, Callable[[Collector], bytes]]:
    """Choose the format that stands first in the list; the older text for whoever asks for neither."""
    for part in accept.split(","):
        match part.partition(";")[0].strip().lower():
            case "application/openmetrics-text":
                return openmetrics.CONTENT_TYPE_LATEST, openmetrics.generate_latest
            case "text/plain" | "*/*":
                break
            case _:
                pass
    return "text/plain; version=0.0.4; charset=utf-8", generate_latest
