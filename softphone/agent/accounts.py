"""What may be shown of accounts, and who is told: values between `agent.panel` and its listeners."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from softphone.errors import SoftphoneError
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineSnapshot


class AccountState(Enum):
    """How far an account is."""

    LOADING = "loading"  # discovery under way: "Fetching your lines..."
    READY = "ready"  # its lines exist
    NO_LINES = "no lines"  # signed in, and the service has no line for this person
    TROUBLE = "trouble"  # discovery failed; tried again by itself
    ENDED = "ended"  # the sign-in has ended; its lines stay, signed out


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a banner says: a lasting state, one or two sentences, at most two buttons (ux.md 4.3)."""

    title: str
    sentence: str
    remedies: tuple[Remedy, ...] = ()
    tracking_id: str = ""


def notice_of(error: SoftphoneError) -> Notice:
    """Return what a banner says of an error."""
    return Notice(
        title=error.title,
        sentence=error.sentence,
        remedies=error.remedies,
        tracking_id=error.tracking_id,
    )


def warning_notice(warnings: tuple[str, ...]) -> Notice | None:
    """Return what a banner says of steps that failed without harm; None when none did."""
    return Notice(title="Signed in, with a remark", sentence=" ".join(warnings)) if warnings else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """All that may be shown of an account. `signed_in_until` is UTC, None when unknown."""

    account: Account
    state: AccountState
    region: str = ""
    signed_in_until: datetime | None = None
    renews_itself: bool = False
    session_only: bool = False  # no safe keyring: the sign-in lasts until the program quits
    notice: Notice | None = None


class PanelListener(Protocol):
    """Who shows the panel. Calls come on the loop's thread, one at a time."""

    def line_changed(self, snapshot: LineSnapshot) -> None:
        """A line appeared or what may be shown of it changed."""
        ...

    def line_removed(self, line_id: str) -> None:
        """The line is gone with its account."""
        ...

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """An account came, went or changed."""
        ...
