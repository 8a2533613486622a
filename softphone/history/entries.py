"""What happened to a line, as values: for the timeline, the plots and the story of an outage. Pure.

What is computed from them is in `history.uptime` (figures, buckets) and `history.outages` (the story).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from softphone.line.model import LineIdentity, LineSnapshot, LineState, Role


def line_key(identity: LineIdentity) -> str:
    """Return what names a line from one start of the program to the next; its `line_id` does not."""
    return f"{identity.account.key}/{identity.service.value}"


class Happening(Enum):
    """What kind of thing happened. The window words it; the values stand in the `Entry`."""

    STATE = "state"  # the line entered `state`, perhaps with a failure
    TRY = "try"  # registering goes on: `server_url` is asked now, try number `attempt`
    MISSED = "missed"  # a keepalive was not answered: `misses` of `miss_limit`
    ANSWERED = "answered"  # answered again, `after_s` after the proof before the misses
    SERVER = "server"  # another server holds the registration now
    FAILURE = "failure"  # another failure in the same state
    WANTED = "wanted"  # the user switched the line on
    UNWANTED = "unwanted"  # the user switched the line off
    SIGNED_IN = "signed in"  # an account, named by `line_label`, came
    SIGN_IN_ENDED = "sign-in ended"  # the service takes the account's sign-in no more
    SIGNED_OUT = "signed out"  # the user signed the account out
    NETWORK_LOST = "network lost"
    NETWORK_BACK = "network back"
    SLEPT = "slept"  # the computer woke; it had slept `after_s`
    CLOCK_SET = "clock set"  # the wall clock jumped by `after_s`, negative when it was set back
    STARTED = "started"  # the program
    STOPPED = "stopped"  # the program, in order
    CUT_OFF = "cut off"  # the program or the computer, at about this time; written at the next start


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. Entries are ordered by `id`, whatever the wall clock did meanwhile.

    `at` is UTC, as the wall clock showed it. `steady_s` is on a clock that only goes on, through sleep too,
    and starts anew with each `session` (a run of the program): durations within one are measured by it. An
    empty `line_key` is the whole program or, with an `account_key`, a whole account. `title` and `sentence`
    are a failure's English words, perhaps `Phrase` values; `server_url` and `role` are of the server that
    is asked or holds the line.
    """

    at: datetime
    kind: Happening
    id: int = 0  # 0: not written yet
    session: int = 0
    steady_s: float = 0.0
    line_key: str = ""
    line_label: str = ""
    account_key: str = ""
    state: LineState | None = None
    wanted: bool = True
    title: str = ""
    sentence: str = ""
    server_url: str = ""
    role: Role | None = None
    region: str = ""
    http_status: int | None = None
    error_code: int | None = None
    tracking_id: str = ""
    round_trip_ms: float | None = None
    misses: int = 0
    miss_limit: int = 0
    attempt: int = 0
    after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the window showed at a moment of the past: for replay.

    Times ending in `_at_s` in the snapshots, and `now_s`, are on one clock: with `at` (UTC) they are what a
    card is painted from. Not `running`: the program or the computer did not run then, nothing was shown.
    Not `exact`: the single keepalives are not kept that long; a registered line is shown as just confirmed.
    """

    at: datetime
    now_s: float
    lines: tuple[LineSnapshot, ...] = ()
    running: bool = True
    exact: bool = True


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
