"""Which banners stand above the lines, worst first: from accounts, lines and the last error.

And the text that a person sends to an administrator: who, which line, what, code, when.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from softphone.accounts.snapshot import ENDED, AccountSnapshot, AccountState, Notice, NoticeKind
from softphone.errors import SoftphoneError
from softphone.i18n import counted, tr
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineSnapshot, LineState
from softphone.system import system_clock
from softphone.values import replace
from softphone.wording.moment import Moment
from softphone.wording.presentation import Shape, Tone, card_title, codes, sentences, why


class BannerWords(Struct, frozen=True, kw_only=True):
    """A banner as a value, its words as they are shown. `account_key` is empty when it is of no account."""

    key: str
    title: str
    sentence: str
    tone: Tone
    shape: Shape | None  # None: a note
    remedies: tuple[Remedy, ...] = ()
    small_print: str = ""
    account_key: str = ""
    dismissable: bool = False
    urgent: bool = False  # nothing goes on without its first remedy


SESSION_ONLY_KEY = "session only"
KEYRING_KEY = "keyring"

_NOT_REMEMBERED = "This sign-in lasts until you quit."  # shown
# A notice that offers one of them is itself the state: that of a sign-in that has ended, or of one that the
# keyring keeps back, which is not signed out.
_WAYS_IN = {Remedy.SIGN_IN, Remedy.THIS_SESSION_ONLY}
_SIGNED_OUT = Notice(
    title="Signed out",
    sentence="Your lines come back when you sign in.",
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
    """Return the banners, worst first. An account without lines says so in place of its cards instead.

    While an account is new nothing is said of it that is no question: it would flash before its lines.
    """
    accounts, lines = tuple(accounts), tuple(lines)
    lost = Counter(line.identity.account.key for line in lines if line.state is LineState.SIGNED_OUT)
    found: list[BannerWords] = []
    if error is not None:
        found.append(of_error(error))
    for account in sorted(accounts, key=lambda one: one.instead_of is None):
        of_account = _of_account(account, moment, lost=lost[account.account.key], alone=len(accounts) == 1)
        found += [words for words in of_account if words.urgent or not account.is_new]
    if any(line.state is LineState.OFFLINE for line in lines):
        found.append(
            BannerWords(
                key="offline",
                title=tr("This computer is offline"),
                sentence=tr("Lines register again by themselves."),
                tone=Tone.BAD,
                shape=Shape.SLASH,
                remedies=(Remedy.CHECK_AGAIN,),
            )
        )
    said = any(account.notice and account.notice.title == _NOT_REMEMBERED for account in accounts)
    unasked = any(_is_forgotten_unasked(account) for account in accounts)
    is_new = any(account.is_new for account in accounts)
    if (session_only or unasked) and not (said or is_new):
        found.append(_session_only())
    first = next((words for words in found if words.urgent), None)
    return [words if words is first else replace(words, urgent=False) for words in found]


def waiting_for_keyring() -> BannerWords:
    """Return the banner for a keyring that asks its person first (K04)."""
    return BannerWords(
        key=KEYRING_KEY,
        title=tr("Waiting for the system keyring…"),
        sentence=tr("If it has opened a window, answer it; or go on without what it keeps."),
        tone=Tone.NEUTRAL,
        shape=Shape.DIAMOND,
        remedies=(Remedy.STOP_WAITING,),
    )


def of_error(error: SoftphoneError) -> BannerWords:
    """Return the banner of an error that a person caused or met."""
    return BannerWords(
        key="error",
        title=tr(error.title),
        sentence=tr(error.sentence),
        tone=Tone.BAD,
        shape=Shape.OCTAGON,
        remedies=error.remedies,
        small_print=_small_print(error.tracking_id),
        dismissable=True,
    )


def no_lines(account: AccountSnapshot) -> Notice:
    """Return what an account without lines says in place of cards, in English."""
    notice = account.notice
    if account.state is AccountState.ENDED:
        return _notices(account)[0]
    if notice is None or notice.kind is not NoticeKind.TROUBLE:
        return _NO_LINES
    return notice if notice.remedies else replace(notice, remedies=_NO_LINES.remedies)


def _is_forgotten_unasked(account: AccountSnapshot) -> bool:
    ended = account.state is AccountState.ENDED  # nothing is left to be remembered
    return account.session_only and not (ended or account.by_choice or account.given_token)


def _of_account(account: AccountSnapshot, moment: Moment, *, lost: int, alone: bool) -> list[BannerWords]:
    found: list[BannerWords] = []
    if account.instead_of is not None:
        found.append(_of_somebody_else(account, account.instead_of))
    else:
        found += [_of_notice(account, notice, moment, lost=lost, alone=alone) for notice in _notices(account)]
    if (clock := clock_words(account)) is not None:
        found.append(_of_clock(account, *clock))
    return found


def clock_words(account: AccountSnapshot) -> tuple[str, str] | None:
    """Return title and sentence when this computer's clock is wrong, as the account found."""
    if not account.clock_off_s or account.state is AccountState.ENDED:
        return None
    minutes = round(account.clock_off_s / 60)
    return tr("Your clock is wrong"), tr("Off by {n} min; sign-in may fail.", n=minutes)


def _notices(account: AccountSnapshot) -> tuple[Notice, ...]:
    """Return the state with its remedy, then what else is to be said: a notice never takes its place."""
    notice = account.notice
    if account.state is AccountState.ENDED:
        if notice is None:
            return (ENDED,)
        return (notice,) if _WAYS_IN & {*notice.remedies} else (_SIGNED_OUT, notice)
    of_state = notice is not None and notice.kind is NoticeKind.TROUBLE
    in_place_of_cards = account.state is AccountState.NO_LINES and of_state
    return () if notice is None or in_place_of_cards else (notice,)


def _of_notice(
    account: AccountSnapshot, notice: Notice, moment: Moment, *, lost: int, alone: bool
) -> BannerWords:
    """Return the banner of a notice; `lost` lines of the account are signed out."""
    ended = account.state is AccountState.ENDED and bool(_WAYS_IN & {*notice.remedies})
    tone: Tone = Tone.BAD if ended else Tone.CAUTION
    shape: Shape | None = Shape.DASHED if ended else Shape.TRIANGLE
    sentence, remedies, title = tr(notice.sentence), notice.remedies, tr(notice.title)
    if notice.title == _NOT_REMEMBERED:
        sentence = ""  # why the keyring did not do is for the log
    elif ended and lost and Remedy.SIGN_IN in remedies:
        sentence = counted(lost, "Webex cannot reach {n} line.", "Webex cannot reach {n} lines.")
    if not alone:
        title = tr("{name}: {title}", name=account.account.label, title=title)
    if notice.kind is NoticeKind.NEWS:
        tone, shape = Tone.NEUTRAL, None
    elif notice.kind is NoticeKind.RENEWAL:
        sentence = _how_long(account, moment)
        remedies = tuple(Remedy.TRY_NOW if one is Remedy.RETRY else one for one in remedies)
    return BannerWords(
        key=f"account {account.account.key}: {notice.title}",
        title=title,
        sentence=sentence,
        tone=tone,
        shape=shape,
        remedies=remedies,
        small_print=_small_print(notice.tracking_id),
        account_key=account.account.key,
        dismissable=notice.kind is NoticeKind.NEWS,
        urgent=ended,
    )


def _how_long(account: AccountSnapshot, moment: Moment) -> str:
    """Say how long the sign-in still serves while it cannot be renewed (interface.md#messages)."""
    until = account.signed_in_until
    if until is None or until <= moment.wall:
        return tr("It has run out; it is tried again.")
    return tr("You stay signed in until {time}.", time=moment.when(until))


def _of_somebody_else(account: AccountSnapshot, expected: Account) -> BannerWords:
    """Return the banner of U14."""
    return BannerWords(
        key=f"account {account.account.key}: somebody else",
        title=tr("{name} signed in, not {expected}", name=account.account.label, expected=expected.label),
        sentence=tr("Nothing was replaced. Choose whether both stay."),
        tone=Tone.ASK,
        shape=Shape.DIAMOND,
        remedies=(Remedy.CHOOSE_ACCOUNT,),
        account_key=account.account.key,
        urgent=True,
    )


def _of_clock(account: AccountSnapshot, title: str, sentence: str) -> BannerWords:
    return BannerWords(
        key="clock",
        title=title,
        sentence=sentence,
        tone=Tone.CAUTION,
        shape=Shape.TRIANGLE,
        remedies=(Remedy.DATE_SETTINGS,) if system_clock.date_settings() else (),
        account_key=account.account.key,
        dismissable=True,
    )


def _session_only() -> BannerWords:
    return BannerWords(
        key=SESSION_ONLY_KEY,
        title=tr(_NOT_REMEMBERED),
        sentence="",
        tone=Tone.NEUTRAL,
        shape=None,
        remedies=(Remedy.HOW_TO_FIX,),
        dismissable=True,
    )


def _small_print(tracking_id: str) -> str:
    return tr("tracking ID {id}", id=tracking_id) if tracking_id else ""


def about_line(line: LineSnapshot, moment: Moment) -> str:
    """Return the text about what a line's card says. Never a secret."""
    failure = line.failure
    return about_account(
        line.identity.account,
        why(failure) or sentences(line, moment),
        moment,
        line=" ".join(part for part in card_title(line.identity) if part),
        code=codes(failure),
        tracking_id="" if failure is None else failure.tracking_id,
    )


def about_account(
    account: Account, problem: str, moment: Moment, *, line: str = "", code: str = "", tracking_id: str = ""
) -> str:
    """Return the text about an account."""
    address = f"<{account.address}>" if account.address else ""
    rows = (
        (tr("User"), f"{account.name} {address}".strip()),
        (tr("Organisation"), account.organisation),
        (tr("Line"), line),
        (tr("Problem"), problem),
        (tr("Code"), code),
        (tr("Tracking ID"), tracking_id),
        (tr("Time"), moment.wall.isoformat(" ", "seconds")),
    )
    return "\n".join(f"{label}: {value}" for label, value in rows if value)
