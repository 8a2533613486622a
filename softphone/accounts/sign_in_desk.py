"""A sign-in that is followed from outside the window: by a terminal, of this process or of another one.

The desk leads one attempt at a time through its stages and shows how it stands as a plain value, which the
control socket passes on as it is. The person's browser comes back to this process, or the person brings the
redirect; or they enter a code on another device.
"""

import asyncio
import logging
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState, Purpose
from softphone.auth.device_code import DeviceGrant
from softphone.auth.oauth import ATTEMPT_LIFE_S
from softphone.errors import (
    ConfigError,
    KeystoreAbsent,
    KeystoreError,
    KeystoreLocked,
    SetUpNeededError,
    SignInError,
    SignInOutcome,
    SoftphoneError,
)
from softphone.i18n import tr
from softphone.system.tasks import end
from softphone.values import replace

if TYPE_CHECKING:
    from softphone.auth.loopback import LoopbackListener

_log = logging.getLogger(__name__)

# Outcomes beside those of the sign-in service
NO_KEYRING = "no keyring"
LOCKED_KEYRING = "locked keyring"
KEYRING = "keyring"
SET_UP = "set-up"
WRONG_FILE = "wrong file"

_KEYRING_WORDS = {
    NO_KEYRING: (
        "There is no keyring here",
        "A sign-in is kept in the system's keyring and nowhere else. Install and start one, as GNOME "
        "Keyring; 'softphone doctor' says whether it is found.",
    ),
    LOCKED_KEYRING: (
        "Your keyring is locked",
        "A sign-in is kept there and nowhere else. Unlock it where it asks, in the desktop, or with "
        "'gnome-keyring-daemon --unlock', and sign in again.",
    ),
    KEYRING: (
        "Your keyring does not work",
        "A sign-in is kept there and nowhere else; 'softphone doctor' says what is wrong with it.",
    ),
}

NAME_PATIENCE_S = 3.0  # for the person's address, where only their key is known


class Stage(Enum):
    """How far an attempt is."""

    NONE = "none"  # there is none
    KEYRING = "keyring"  # the keyring has to be there and unlocked first
    WAITING = "waiting"  # for the person, in a browser
    FETCHING = "fetching"  # signed in; whose sign-in it is is looked up, and it is stored
    DONE = "done"
    FAILED = "failed"


class Progress(Struct, frozen=True, kw_only=True):
    """How an attempt stands. `link` holds its state, or a person's code: to be shown, never logged.

    `trouble` is what does not end it, in words. `name` is who signed in. FAILED has `title`, `sentence` and,
    `outcome`: a value of `SignInOutcome`, or one of the words above.
    """

    stage: Stage
    link: str = ""
    user_code: str = ""
    page_url: str = ""
    trouble: str = ""
    name: str = ""
    title: str = ""
    sentence: str = ""
    outcome: str = ""


class SignInDesk:
    """Leads attempts on a panel. `register`: the lines of who signs in are registered, as in the window."""

    def __init__(self, panel: Panel, *, register: bool) -> None:
        self.progress: Progress = Progress(stage=Stage.NONE)
        self._panel = panel
        self._register = register
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._listener: LoopbackListener | None = None

    async def begin(self, *, by_code: bool | None, limit_s: float = ATTEMPT_LIFE_S) -> None:
        """Begin an attempt, in the place of one that is under way.

        `by_code`: by a code on another device; None: where the cloud has one to give.
        """
        await self.cancel()
        self._show(Progress(stage=Stage.KEYRING))
        self._running = asyncio.create_task(self._run(by_code=by_code, limit_s=limit_s), name="sign-in")

    async def take(self, redirect_url: str) -> None:
        """Take a redirect that the person brings. Raises SignInError for a wrong one: the attempt goes on."""
        if self._listener is None:
            raise SignInError("No sign-in waits for an address.", outcome=SignInOutcome.EXPIRED)
        self._listener.take(redirect_url)

    async def changed(self) -> Progress:
        """Wait for the next change."""
        await self._changed.wait()
        self._changed.clear()
        return self.progress

    async def cancel(self) -> None:
        """Stop the attempt, if one is under way: nothing was changed."""
        await end(self._running, after_s=0.0)
        self._running = None

    # ---- one attempt

    async def _run(self, *, by_code: bool | None, limit_s: float) -> None:
        came: asyncio.Queue[AccountSnapshot] = asyncio.Queue()
        purpose = Purpose(register=self._register, follow=came.put_nowait)
        panel = self._panel
        try:
            async with asyncio.timeout(limit_s):
                # Nobody is sent to a browser for a sign-in that cannot be kept.
                await panel.keyring.unlock(make=True)
                await panel.identity.load()
                if by_code is None:
                    by_code = bool(panel.identity.cloud.device_authorization_url)
                if by_code:
                    await panel.sign_in_by_code(self._show_code, purpose)
                else:
                    await panel.sign_in_with_browser(self._show_link, purpose, by_hand=self._listen)
                self._show(Progress(stage=Stage.FETCHING))
                await self._settled(came)
        except TimeoutError:
            sentence = "Nobody signed in in time. Nothing was changed."
            if self.progress.stage is Stage.FETCHING:
                sentence = (
                    f"Webex signed you in, but did not tell your lines in time. {self.progress.trouble}"
                )
            self._fail(SignInError(sentence, outcome=SignInOutcome.EXPIRED))
        except SoftphoneError as error:
            self._fail(error)
        except Exception:  # noqa: BLE001 - nobody waits for ever before a fault of ours
            _log.exception("an attempt to sign in failed")
            self._fail(SoftphoneError("This is a fault in the program, not yours. Nothing was changed."))
        finally:
            self._listener = None

    async def _settled(self, came: "asyncio.Queue[AccountSnapshot]") -> None:
        """Wait until it is known who signed in and their sign-in is stored."""
        while True:
            account = await came.get()
            said = f"{account.notice.title}: {account.notice.sentence}" if account.notice is not None else ""
            if account.state is AccountState.READY:
                break
            if account.state in (AccountState.ENDED, AccountState.NO_LINES) and account.notice is not None:
                raise SoftphoneError(account.notice.sentence, title=account.notice.title)
            self._show(replace(self.progress, trouble=said))
        if account.session_only and account.notice is not None:
            raise SoftphoneError(account.notice.sentence, title=account.notice.title)
        name = await self._name_of(account.account.key)
        self._show(Progress(stage=Stage.DONE, name=name, trouble=said))

    async def _name_of(self, key: str) -> str:
        """Return the person's address, which may come a moment after the lines."""
        told = asyncio.Event()
        listener = _Accounts(told.set)
        self._panel.subscribe(listener)
        address = ""
        try:
            async with asyncio.timeout(NAME_PATIENCE_S):
                while not (address := self._address_of(key)):
                    told.clear()
                    await told.wait()
        except TimeoutError:
            pass
        finally:
            self._panel.unsubscribe(listener)
        return address or key

    def _address_of(self, key: str) -> str:
        return next((one.account.address for one in self._panel.accounts if one.account.key == key), "")

    # ---- what is shown

    def _listen(self, listener: "LoopbackListener") -> None:
        self._listener = listener

    def _show_link(self, address: str) -> None:
        deaf = self._listener.deaf if self._listener is not None else None
        trouble = tr(deaf.sentence) if deaf is not None else ""
        self._show(Progress(stage=Stage.WAITING, link=address, trouble=trouble))

    def _show_code(self, grant: DeviceGrant) -> None:
        self._show(
            Progress(
                stage=Stage.WAITING,
                link=grant.complete_url,
                user_code=grant.user_code,
                page_url=grant.page_url,
            )
        )

    def _fail(self, error: SoftphoneError) -> None:
        outcome = _outcome_of(error)
        title, sentence = _KEYRING_WORDS.get(outcome) or (tr(error.title), tr(error.sentence))
        if error.tracking_id:
            sentence += f" (tracking ID {error.tracking_id})"
        self._show(Progress(stage=Stage.FAILED, title=title, sentence=sentence, outcome=outcome))

    def _show(self, progress: Progress) -> None:
        self.progress = progress
        self._changed.set()


def _outcome_of(error: SoftphoneError) -> str:
    if isinstance(error, SignInError):
        return error.outcome.value
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "")


_OUTCOMES = (
    (KeystoreAbsent, NO_KEYRING),
    (KeystoreLocked, LOCKED_KEYRING),
    (KeystoreError, KEYRING),
    (SetUpNeededError, SET_UP),
    (ConfigError, WRONG_FILE),
)


class _Accounts:
    """Hears of accounts and passes on that something changed."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed

    def line_changed(self, _snapshot: object) -> None:
        """No matter."""

    def line_removed(self, _line_id: str) -> None:
        """No matter."""

    def accounts_changed(self, _accounts: object) -> None:
        """Perhaps a name has come."""
        self._changed()
