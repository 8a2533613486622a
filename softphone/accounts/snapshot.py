"""What may be shown of accounts, and who is told: values between `accounts.panel` and its listeners."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from softphone.errors import KeystoreAbsent, KeystoreError, RenewalError, SoftphoneError
from softphone.i18n import joined
from softphone.line.failure import SIGN_IN_ENDED, Remedy
from softphone.line.model import Account, LineSnapshot


class AccountState(Enum):
    """How far an account is."""

    LOADING = "loading"  # discovery under way: "Fetching your lines..."
    READY = "ready"  # its lines exist
    NO_LINES = "no lines"  # signed in, and the service has no line for this person
    TROUBLE = "trouble"  # discovery failed; tried again by itself
    CHOICE = "choice"  # another person than expected signed in: nothing happens before one is chosen
    ENDED = "ended"  # the sign-in has ended; its lines stay, signed out


class NoticeKind(Enum):
    """What a notice is about."""

    TROUBLE = "trouble"  # lasts until it is mended
    RENEWAL = "renewal"  # the sign-in lives and could not be renewed yet
    KEYRING = "keyring"  # the keyring did not serve
    NEWS = "news"  # good to know, and to be put away


class Notice(Struct, frozen=True, kw_only=True):
    """A banner: a lasting state, one or two sentences, at most two buttons (interface.md#banners)."""

    title: str
    sentence: str
    remedies: tuple[Remedy, ...] = ()
    tracking_id: str = ""
    kind: NoticeKind = NoticeKind.TROUBLE


ENDED = Notice(title=SIGN_IN_ENDED.title, sentence=SIGN_IN_ENDED.advice, remedies=SIGN_IN_ENDED.remedies)


# The profile knows the account and the keyring has nothing of it: nobody has asked Webex.
NOT_STORED = Notice(
    title="Signed out",
    sentence="This computer keeps no sign-in of yours.",
    remedies=SIGN_IN_ENDED.remedies,
)


def notice_of(error: SoftphoneError) -> Notice:
    """Return what a banner says of an error."""
    kind = NoticeKind.TROUBLE
    if isinstance(error, RenewalError):
        kind = NoticeKind.RENEWAL
    elif isinstance(error, KeystoreAbsent):
        kind = NoticeKind.NEWS
    elif isinstance(error, KeystoreError):
        kind = NoticeKind.KEYRING
    return Notice(
        title=error.title,
        sentence=error.sentence,
        remedies=error.remedies,
        tracking_id=error.tracking_id,
        kind=kind,
    )


def warning_notice(warnings: tuple[str, ...]) -> Notice | None:
    """Return what a banner says of steps that failed without harm; None when none did."""
    if not warnings:
        return None
    return Notice(title="Signed in, with a remark", sentence=joined(warnings), kind=NoticeKind.NEWS)


class Purpose(Struct, frozen=True, kw_only=True):
    """What a sign-in is for.

    `account_key` names the account whose ended sign-in it brings back, empty: whoever signs in is added.
    Without `keep` it lasts until the program quits, whatever the keyring can do; without `register` its lines
    stay as they are. `follow` is told of the account: that there is trouble, that the sign-in has ended, and,
    READY, when it is stored or could not be.
    """

    account_key: str = ""
    keep: bool = True
    register: bool = True
    follow: Callable[["AccountSnapshot"], object] | None = None


class AccountSnapshot(Struct, frozen=True, kw_only=True):
    """All that may be shown of an account.

    `signed_in_until` and `renews_at` are UTC; None when unknown, or when the sign-in has ended.
    """

    account: Account
    state: AccountState
    region: str = ""
    signed_in_until: datetime | None = None
    renews_itself: bool = False
    renews_at: datetime | None = None  # about; None when it cannot be renewed
    session_only: bool = False  # the sign-in lasts until the program quits: it could not be stored
    by_choice: bool = False  # and that is what the person asked for
    given_token: bool = False  # it is an access token that was given directly
    clock_off_s: float = 0.0  # how far this computer's clock was off, when that was more than five minutes
    is_new: bool = False  # somebody signed in a moment ago: what is no question can wait
    instead_of: Account | None = None  # with CHOICE: who was expected to sign in
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
