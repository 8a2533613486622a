"""Which banner stands above the page at the moment, the worst alone: made anew only when its words change."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from softphone.accounts.snapshot import AccountSnapshot, AccountState
from softphone.errors import SoftphoneError
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot, LineState
from softphone.ui.kit.banner import Banner, BannerStack
from softphone.ui.lines.line_list import CARDS_AT_MOST
from softphone.wording import notices
from softphone.wording.moment import Moment
from softphone.wording.notices import BannerWords

_STATES = {"offline": LineState.OFFLINE}  # what the cards of such a banner say


class BannerBoard(QObject):
    """Fills the stacks of the panel's page and of the signed-out page.

    Signals:
        remedy_pressed(Remedy, str): with the account's key, empty when it concerns no single account.
    """

    remedy_pressed: Signal = Signal(object, str)

    def __init__(
        self,
        panel: BannerStack,
        start: BannerStack,
        offered: frozenset[Remedy],
        moment: Callable[[], Moment],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stacks = (panel, start)
        self._offered = offered
        self._moment = moment
        self._error: SoftphoneError | None = None
        self._said: dict[str, BannerWords] = {}
        self._session_only = False
        self._dismissed: set[str] = set()
        self._shown: tuple[BannerWords | None, bool] | None = None
        self._accounts: tuple[AccountSnapshot, ...] = ()
        self._lines: tuple[LineSnapshot, ...] = ()

    def show_state(self, accounts: tuple[AccountSnapshot, ...], lines: Iterable[LineSnapshot]) -> None:
        """Say what these accounts and lines give reason to say."""
        self._accounts, self._lines = accounts, tuple(lines)
        self._refresh()

    def show_error(self, error: SoftphoneError | None) -> None:
        """Say what a person's own doing led to; None: nothing any more."""
        self._error = error
        self._refresh()

    def say(self, words: BannerWords | None, *, key: str) -> None:
        """Say something of the program itself under a key, until it is dismissed; None: no more."""
        if words is None:
            self._said.pop(key, None)
        else:
            self._said[key] = words
            self._dismissed.discard(words.key)
        self._refresh()

    def set_session_only(self, session_only: bool) -> None:
        """Say, or stop saying, that a sign-in lasts until the program quits: there is no safe keyring."""
        self._session_only = session_only
        self._refresh()

    def _refresh(self) -> None:
        signed_in = bool(self._accounts)
        every = notices.banners(
            self._accounts, self._lines, self._error, self._session_only, self._moment()
        ) + list(self._said.values())
        wanted = (words for words in every if words.key not in self._dismissed)
        worst = next((words for words in wanted if not self._on_cards(words)), None)
        self._dismissed &= {words.key for words in every}
        if (worst, signed_in) == self._shown:
            return
        self._shown = (worst, signed_in)
        # The signed-out page has its own, single way in.
        offered = self._offered if signed_in else self._offered - {Remedy.SIGN_IN}
        for stack in self._stacks:
            stack.show_banners([] if worst is None else [self._banner(worst, offered)])

    def _on_cards(self, words: BannerWords) -> bool:
        """The few cards there are say the same, each with the remedy, or the page in place of them."""
        owners = {line.identity.account.key for line in self._lines}
        if words.urgent and words.account_key not in owners:
            ended = (one.account.key for one in self._accounts if one.state is AccountState.ENDED)
            return words.account_key in ended
        if not 0 < len(self._lines) <= CARDS_AT_MOST:
            return False
        states = {line.state for line in self._lines if words.account_key in ("", line.identity.account.key)}
        return (
            bool(states)
            and states == {_STATES.get(words.key, LineState.SIGNED_OUT)}
            and (words.key in _STATES or words.urgent)
        )

    def _banner(self, words: BannerWords, offered: frozenset[Remedy]) -> Banner:
        banner = Banner(
            words.title,
            words.sentence,
            tone=words.tone,
            shape=words.shape,
            remedies=tuple(remedy for remedy in words.remedies if remedy in offered),
            small_print=words.small_print,
            dismissable=words.dismissable,
        )
        banner.remedy_pressed.connect(lambda remedy: self.remedy_pressed.emit(remedy, words.account_key))
        banner.dismissed.connect(lambda: self._dismiss(words.key))
        return banner

    def _dismiss(self, key: str) -> None:
        if key == "error":
            self._error = None
        else:
            self._dismissed.add(key)
        self._refresh()
