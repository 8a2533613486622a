"""A line as the JSON object of `watch --json` and `status --json` (scripts.md#watch)."""

from typing import Any

from softphone.calling.line import error_payload
from softphone.line.failure import Failure
from softphone.line.model import LineSnapshot


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
    """Return what both objects say of an error."""
    if failure is None:
        return None
    return {
        **error_payload(failure),
        "http_status": failure.http_status,
        "error_code": failure.error_code,
        "tracking_id": failure.tracking_id or None,
        "title": failure.title,
        "advice": failure.advice,
    }


def line_name(snapshot: LineSnapshot) -> str:
    """Return whose line it is, as a terminal shows it."""
    identity = snapshot.identity
    return f"{identity.label} ext. {identity.extension}" if identity.extension else identity.label
