"""Which banners stand above the lines, worst first: from accounts, lines and the last error."""

from collections.abc import Iterable
from dataclasses import dataclass

from softphone.errors import SoftphoneError
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot
from softphone.ui import presentation
from softphone.ui.bridge import AccountSnapshot, AccountState, Notice
from softphone.ui.moment import Moment
from softphone.ui.presentation import Shape, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerWords:
    """A banner as a value. `account_key` is empty when it concerns no single account."""

    key: str
    title: str
    sentence: str
    tone: Tone
    shape: Shape
    remedies: tuple[Remedy, ...] = ()
    small_print: str = ""
    account_key: str = ""
    dismissable: bool = False
    urgent: bool = False  # nothing goes on without its first remedy


SESSION_ONLY = BannerWords(
    key="session only",
    title="Sign-in will not be remembered",
    sentence="This computer has no safe place for it, so it lasts until you quit.",
    tone=Tone.NEUTRAL,
    shape=Shape.DIAMOND,
    dismissable=True,
)

_ENDED = Notice(
    title="Your sign-in has ended",
    sentence="Webex no longer accepts this sign-in. Sign in again; your lines come back by themselves.",
    remedies=(Remedy.SIGN_IN,),
)
_NO_LINES = Notice(
    title="No Webex Calling line on this account",
    sentence="You are signed in; an administrator must assign a Webex Calling licence and number.",
    remedies=(Remedy.CHECK_AGAIN, Remedy.COPY_FOR_ADMIN),
)


def banners(
    accounts: Iterable[AccountSnapshot],
    lines: Iterable[LineSnapshot],
    error: SoftphoneError | None,
    session_only: bool,
    moment: Moment,
) -> list[BannerWords]:
    """Return the banners, worst first. An account without lines says so in place of its cards instead."""
    accounts = tuple(accounts)
    found: list[BannerWords] = []
    if error is not None:
        found.append(of_error(error))
    for account in accounts:
        notice = account.notice or (_ENDED if account.state is AccountState.ENDED else None)
        if notice is not None and account.state is not AccountState.NO_LINES:
            found.append(_of_notice(account, notice))
    if (since := presentation.offline_since(lines, moment)) is not None:
        found.append(
            BannerWords(
                key="offline",
                title=f"This computer is offline since {since}",
                sentence="Lines register again by themselves.",
                tone=Tone.NEUTRAL,
                shape=Shape.SLASH,
                remedies=(Remedy.CHECK_AGAIN,),
            )
        )
    if session_only or any(account.session_only for account in accounts):
        found.append(SESSION_ONLY)
    return found


def of_error(error: SoftphoneError) -> BannerWords:
    """Return the banner of an error that a person caused or met."""
    return BannerWords(
        key="error",
        title=error.title,
        sentence=error.sentence,
        tone=Tone.BAD,
        shape=Shape.OCTAGON,
        remedies=error.remedies,
        small_print=f"tracking ID {error.tracking_id}" if error.tracking_id else "",
        dismissable=True,
    )


def no_lines(account: AccountSnapshot) -> Notice:
    """Return what an account without lines says in place of cards."""
    return account.notice or _NO_LINES


def _of_notice(account: AccountSnapshot, notice: Notice) -> BannerWords:
    ended = account.state is AccountState.ENDED
    return BannerWords(
        key=f"account {account.account.key}",
        title=notice.title,
        sentence=notice.sentence,
        tone=Tone.ASK if ended else Tone.CAUTION,
        shape=Shape.DIAMOND if ended else Shape.TRIANGLE,
        remedies=notice.remedies,
        small_print=f"tracking ID {notice.tracking_id}" if notice.tracking_id else "",
        account_key=account.account.key,
        urgent=ended,
    )
