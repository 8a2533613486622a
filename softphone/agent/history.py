"""What happened to a line, as values: for the timeline, the plots and the story of an outage. Pure."""

from dataclasses import dataclass
from datetime import datetime

from softphone.line.model import LineIdentity, LineState


def line_key(identity: LineIdentity) -> str:
    """Return what names a line from one start of the program to the next; its `line_id` does not."""
    return f"{identity.account.key}/{identity.service.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time in one state. `state` is None while the program did not run; times are UTC."""

    began: datetime
    ended: datetime
    state: LineState | None
    wanted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One keepalive. `round_trip_ms` is None for a miss; `at` is UTC."""

    at: datetime
    round_trip_ms: float | None
    server_url: str = ""
