"""What support may ask for first: a text of what the panel shows, without secrets. More: `gathering`."""

import asyncio
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from softphone import __version__
from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.checks.stand_ins import LOCAL_PART, hide_secrets
from softphone.i18n import phrase
from softphone.line.model import LineSnapshot
from softphone.system.loop_time import WORTH_TELLING_S, Lateness, lateness

_ADDRESS = re.compile(rf"{LOCAL_PART}(?P<at>@|%40)(?=[A-Za-z0-9-]++\.)")


def report_of(panel: Panel) -> str:
    """Return the text for what is shown at this moment."""
    return report(panel.accounts, panel.lines, asyncio.get_running_loop().time(), lateness())


def report(
    accounts: Iterable[AccountSnapshot], lines: Iterable[LineSnapshot], now_s: float, late: Lateness
) -> str:
    """Return the text. `now_s` is the loop's clock, for ages; e-mail addresses are shortened.

    `late` says how this program itself was held up: what looks like a slow server may be a busy computer.
    """
    rows = [
        f"softphone {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"Written {datetime.now(UTC).isoformat(timespec='seconds')}",
        _held_up(late),
    ]
    for account in accounts:
        rows += ["", f"Account {account.account.address or account.account.key}: {account.state.value}"]
        if account.region:
            rows.append(f"  Region: {account.region}")
        if account.notice:
            rows.append(f"  {account.notice.title}: {account.notice.sentence}")
            rows += _tracking(account.notice.tracking_id)
    for line in lines:
        rows += ["", *_line_rows(line, now_s)]
    return without_secrets("\n".join(rows)) + "\n"


def without_secrets(text: str) -> str:
    """Return the text as it may leave this computer: nothing secret in it, e-mail addresses shortened."""
    return _ADDRESS.sub(lambda one: f"{one['before']}{one['local'][0]}...{one['at']}", hide_secrets(text))


def _held_up(late: Lateness) -> str:
    if not late.worst_late_s:
        return phrase("This program was never held up while it waited for a server.")
    return phrase(
        "This program was held up: worst {worst} ms; holds over {limit} ms: {n}",
        worst=f"{1000 * late.worst_late_s:.0f}",
        n=late.long_holds,
        limit=f"{1000 * WORTH_TELLING_S:.0f}",
    )


def _line_rows(line: LineSnapshot, now_s: float) -> list[str]:
    identity = line.identity
    rows = [
        f"Line {identity.line_id} ({identity.service.value}, extension {identity.extension or 'unknown'})",
        f"  Shown as {line.state_at(now_s).value}, wanted: {'yes' if line.wanted else 'no'}, "
        f"status: {line.status.value}, attempt {line.attempt}, missed {line.misses}",
    ]
    if line.server:
        rows.append(f"  Server: {line.server.url} ({line.server.role.value})")
    if line.registration:
        rows.append(f"  Device: {line.registration.device.device_id}")
    if line.proved_at_s is not None:
        rows.append(f"  Last confirmed {now_s - line.proved_at_s:.0f} s ago")
    if line.failure:
        code = "" if line.failure.error_code is None else f" / {line.failure.error_code}"
        rows.append(f"  Trouble: {line.failure.title} (HTTP {line.failure.http_status or '-'}{code})")
        rows += _tracking(line.failure.tracking_id)
    return rows


def _tracking(tracking_id: str) -> list[str]:
    return [f"  Tracking ID: {tracking_id}"] if tracking_id else []
