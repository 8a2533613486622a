"""What a session tells the outside: changes while it lives, and a receipt when it ends. Pure values."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from softphone.errors import SoftphoneError


class Change(Enum):
    """What `on_change` reports."""

    RENEWED = "renewed"
    TROUBLE = "trouble"  # with a RenewalError: the sign-in lives, renewing it failed
    ENDED = "ended"  # with a SignedOutError: only a person can mend it
    NOT_SAVED = "not saved"  # with a KeystoreError: works until the program quits
    SAVED = "saved"  # again, after NOT_SAVED


OnChange = Callable[[Change, SoftphoneError | None], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What signing out did and what it could not do, in sentences for a person."""

    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
