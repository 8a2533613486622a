"""What a session tells the outside: changes while it lives, and a receipt when it ends. Pure values."""

from collections.abc import Callable, Sequence
from enum import Enum

from msgspec import Struct

from softphone.auth.refusals import TOKENS_PAGE
from softphone.errors import SoftphoneError
from softphone.i18n import phrase


class Change(Enum):
    """What `on_change` reports."""

    RENEWED = "renewed"
    TROUBLE = "trouble"  # with a RenewalError: the sign-in lives, renewing it failed
    LAPSING = "lapsing"  # with a SignedOutError: nothing renews it any more, the access token still serves
    ENDED = "ended"  # with a SignedOutError: only a person can mend it
    NOT_SAVED = "not saved"  # with a KeystoreError: works until the program quits
    SAVED = "saved"  # again, after NOT_SAVED


OnChange = Callable[[Change, SoftphoneError | None], None]


class Step(Enum):  # shown
    """The parts of signing out, in order (sign-in.md#signing-out); the words are a list's left column."""

    LINES = "Lines"
    DEVICE = "Device"
    TOKENS = "Sign-in at Webex"
    KEYRING = "Keyring"
    PAGE = "Sign-in page"
    HISTORY = "History and log"


class ReceiptItem(Struct, frozen=True, kw_only=True):
    """How one part of signing out ended, in a sentence for a person; `link`: where to mend it, or empty."""

    step: Step
    done: bool
    sentence: str
    link: str = ""


class Receipt(Struct, frozen=True):
    """What signing out did and what it could not do (sign-in.md#signing-out)."""

    items: tuple[ReceiptItem, ...] = ()

    @property
    def failed(self) -> tuple[ReceiptItem, ...]:
        """What is left behind; empty when all is well."""
        return tuple(item for item in self.items if not item.done)


def tokens_item(*, revoked: bool) -> ReceiptItem:
    """Return what became of the tokens at the service."""
    if revoked:
        return ReceiptItem(step=Step.TOKENS, done=True, sentence="The sign-in was revoked at Webex.")
    sentence = phrase(
        "The sign-in could not be revoked: it stays alive at Webex until it expires or you remove it at "
        "{page}.",
        page=TOKENS_PAGE,
    )
    return ReceiptItem(step=Step.TOKENS, done=False, sentence=sentence, link=TOKENS_PAGE)


def keyring_item(left: Sequence[str]) -> ReceiptItem:
    """Return what became of the keyring; `left` names the entries that could not be deleted."""
    if not left:
        return ReceiptItem(
            step=Step.KEYRING, done=True, sentence="The saved sign-in was removed from this computer."
        )
    sentence = phrase("The keyring could not be emptied. Left there: {entries}.", entries=", ".join(left))
    return ReceiptItem(step=Step.KEYRING, done=False, sentence=sentence)
