"""The cloud's time.

All rules are written in *nominal* seconds: a keepalive interval is 30, whatever the pace of the run. A
client multiplies its waits by `time_scale`, so the nominal second lasts `time_scale` wall seconds on
both sides. `now_s` everywhere in this folder is nominal seconds since the cloud began, jumps included.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


class Clock:
    """Turns the server's steady seconds into the cloud's time, and that into dates for people.

    Dates are the wall's: a device seen 300 nominal seconds ago at a scale of 0.1 was seen 30 seconds
    ago on the user's watch, and after a jump nothing on the wire lies in the future.
    """

    def __init__(self, started_at_s: float, time_scale: float) -> None:
        self.time_scale = time_scale
        self._started_at_s = started_at_s
        self._jumped_s = 0.0

    def read(self, steady_s: float) -> float:
        """Return the cloud's time: nominal seconds since the start plus all jumps."""
        return steady_s + self._jumped_s

    def jump(self, seconds: float) -> None:
        """Move the cloud's time forward at once."""
        self._jumped_s += seconds

    def of_wall(self, wall_s: float) -> float:
        """Return the nominal seconds that pass in `wall_s`: for what a person does, such as typing."""
        return wall_s / self.time_scale

    def epoch(self, at_s: float) -> int:
        """Return a moment as seconds since 1970."""
        return int(self._moment(at_s).timestamp())

    def epoch_ms(self, at_s: float) -> int:
        """Return a moment as milliseconds since 1970."""
        return int(self._moment(at_s).timestamp() * 1000)

    def iso(self, at_s: float) -> str:
        """Return a moment as ISO 8601 in UTC."""
        return self._moment(at_s).strftime("%Y-%m-%dT%H:%M:%SZ")

    def http_date(self, at_s: float) -> str:
        """Return a moment as RFC 9110 5.6.7 wants it; never in the user's language."""
        return format_datetime(self._moment(at_s), usegmt=True)

    def _moment(self, at_s: float) -> datetime:
        wall_s = self._started_at_s + (at_s - self._jumped_s) * self.time_scale
        return datetime.fromtimestamp(wall_s, tz=UTC)
