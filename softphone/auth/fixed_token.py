"""An access token given directly, in the place of a session."""

from softphone.auth.changes import Change, OnChange, Receipt, ReceiptItem, Step
from softphone.auth.oauth import signed_out
from softphone.errors import SignedOutError


class FixedToken:
    """An access token given directly (a developer's, from the environment): memory only, never renewed."""

    def __init__(self, access_token: str) -> None:
        self.on_change: OnChange = lambda change, error: None  # noqa: ARG005
        self.expires_at: float | None = None  # wall clock, once somebody has asked; None: not known
        self._access_token = access_token
        self._ended: SignedOutError | None = None

    @property
    def session_only(self) -> bool:
        """Always: it is stored nowhere."""
        return True

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing was answered, so nothing was odd."""
        return ()

    @property
    def clock_off_s(self) -> float:
        """Not known."""
        return 0.0

    def start(self) -> None:
        """Nothing to renew."""

    async def access_token(self) -> str:
        """Return the token. Raises SignedOutError once the service has refused it."""
        if self._ended is not None:
            raise self._ended
        return self._access_token

    async def renew(self, rejected: str) -> str:  # noqa: ARG002 - there is only one
        """Raise SignedOutError: there is nothing to renew it with."""
        first = self._ended is None
        self._ended = self._ended or signed_out()
        if first:
            self.on_change(Change.ENDED, self._ended)
        raise self._ended

    def renew_now(self) -> None:
        """Nothing to renew."""

    async def keep(self, account_key: str) -> None:
        """Keep nothing."""

    def belongs_to(self, account_key: str) -> None:
        """Nothing is kept under it."""

    async def sign_out(self) -> Receipt:
        """Forget the token. It was not issued to this program, so it is not revoked."""
        self._ended = signed_out()
        self._access_token = ""
        forgotten = "The access token was forgotten; this program did not ask for it, so it ends by itself."
        return Receipt(
            (
                ReceiptItem(step=Step.TOKENS, done=True, sentence=forgotten),
                ReceiptItem(step=Step.KEYRING, done=True, sentence="Nothing was saved there."),
            )
        )

    async def close(self) -> None:
        """Nothing is open."""
