"""The tree of exceptions. Nothing else reaches a person.

    SoftphoneError                 title, sentence, remedies, tracking ID
    +-- ConfigError                a file, key, option or folder is wrong: names which and what is allowed
    |   +-- ProfileInUseError      another process has the profile: names it
    |   +-- SetUpNeededError       nobody can sign in yet: there is no client ID
    +-- SignInError                an attempt to sign in ended without a session (sign-in.md#outcomes)
    +-- SignedOutError             the sign-in has ended: only a person can mend it
    +-- RenewalError               the sign-in could not be renewed just now; it has not ended
    +-- KeystoreError              the keyring failed
    |   +-- KeystoreAbsent         this computer has no safe keyring
    |   +-- KeystoreLocked         it has one, and it is locked
    +-- RequestError               a request to the calling service failed; carries the Failure
    |   +-- RegistrationError      a line is not registered, and does not become so by itself
    |       +-- RegistrationTimeoutError   not yet; also a TimeoutError
    +-- UpdateError                no newer version could be looked for, or the list is not the authors'

Foreign exceptions become one of these at one place each: `webex.client` (HTTP), `auth.system_keyring`
(keyring), `config` (files), `checks.updates` (a list of versions). Above those, no other exception is
expected.
"""

from enum import Enum

from softphone.line.failure import Failure, Remedy


class SoftphoneError(Exception):
    """The root. `str()` is one line a person can act on."""

    def __init__(
        self,
        sentence: str,
        *,
        title: str = "Something went wrong",
        remedies: tuple[Remedy, ...] = (),
        tracking_id: str = "",
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.title = title
        self.remedies = remedies
        self.tracking_id = tracking_id


class ConfigError(SoftphoneError):
    """A file, key, option, port or folder is wrong. The command line prints it and exits with 2."""


class ProfileInUseError(ConfigError):
    """Another process works with the profile; only one may register. The command line exits with 6."""


class SetUpNeededError(ConfigError):
    """The program is not registered at the service yet. The command line exits with 4."""


class SignInOutcome(Enum):
    """How an attempt to sign in ended without a session (sign-in.md#outcomes)."""

    DENIED = "denied"
    EXPIRED = "expired"
    STATE_MISMATCH = "state mismatch"
    BAD_CALLBACK = "bad callback"
    PROVIDER_ERROR = "provider error"
    CONFIG_ERROR = "configuration error"
    BAD_ANSWER = "bad answer"
    TRANSIENT = "transient"
    LIMITED = "limited"
    PAGE_STOPPED = "page stopped"


class SignInError(SoftphoneError):
    """An attempt to sign in ended without a session; an earlier session is untouched."""

    def __init__(
        self,
        sentence: str,
        *,
        outcome: SignInOutcome,
        title: str = "Sign-in not finished",
        remedies: tuple[Remedy, ...] = (Remedy.SIGN_IN,),
        tracking_id: str = "",
    ) -> None:
        super().__init__(sentence, title=title, remedies=remedies, tracking_id=tracking_id)
        self.outcome = outcome


class SignedOutError(SoftphoneError):
    """Access has ended: nothing renews the sign-in, and the service takes its token no more.

    Told with `Change.LAPSING` the token still serves, and only renewing has ended.
    """


class RenewalError(SoftphoneError):
    """The sign-in server did not renew the token just now; the sign-in has not ended.

    `retry_after_s` is what the server asked for, or None.
    """

    def __init__(
        self,
        sentence: str,
        *,
        title: str = "Could not renew your sign-in yet",
        remedies: tuple[Remedy, ...] = (Remedy.RETRY,),
        tracking_id: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(sentence, title=title, remedies=remedies, tracking_id=tracking_id)
        self.retry_after_s = retry_after_s


class KeystoreError(SoftphoneError):
    """The keyring failed; the sentence says what that means for the sign-in."""


class KeystoreAbsent(KeystoreError):  # noqa: N818 - read as a state of the computer
    """No safe keyring: the sign-in lasts until the program quits."""


class KeystoreLocked(KeystoreError):  # noqa: N818 - read as a state of the computer
    """The keyring is locked: what it keeps is safe and cannot be read yet."""


class RequestError(SoftphoneError):
    """A request to the calling service failed; `failure` says how and what to do."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(
            failure.advice,
            title=failure.title,
            remedies=failure.remedies,
            tracking_id=failure.tracking_id,
        )
        self.failure = failure

    @property
    def http_status(self) -> int | None:
        """The status of the refusal; None when nobody answered."""
        return self.failure.http_status

    @property
    def error_code(self) -> int | None:
        """The `errorCode` of the refusal (protocol.md#refusals); None when there was none."""
        return self.failure.error_code


class RegistrationError(RequestError):
    """What was waited for does not come by itself: a person is needed, or the line was told otherwise.

    `next_in_s` is how many seconds it is until the line tries again, None when it does not.
    """

    def __init__(self, failure: Failure, *, next_in_s: float | None = None) -> None:
        super().__init__(failure)
        self.next_in_s = next_in_s

    def __str__(self) -> str:
        """Return all that a log needs in one line."""
        known = {"HTTP": self.http_status, "error code": self.error_code, "tracking ID": self.tracking_id}
        details = ", ".join(f"{name} {value}" for name, value in known.items() if value)
        return f"{self.title}. {self.sentence}" + (f" ({details})" if details else "")


class RegistrationTimeoutError(RegistrationError, TimeoutError):
    """Not yet, within the given time; the line goes on trying. `failure` is the last reason."""


class UpdateError(SoftphoneError):
    """Looking for a newer version came to nothing; the program stays as it is."""

    def __init__(self, sentence: str, *, title: str = "No list of versions came") -> None:
        super().__init__(sentence, title=title, remedies=(Remedy.RETRY,))
