"""One account while the program runs: what the panel holds of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from softphone.accounts.sign_in_service import Tokens
from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, Purpose
from softphone.auth.session import FixedToken, Session
from softphone.calling.calling_client import CallingClient
from softphone.calling.provider import Provider
from softphone.line.model import Account

NO_SIGN_IN = FixedToken("")  # of an account whose sign-in is not at hand


@dataclass(slots=True, kw_only=True, eq=False)
class SignedIn:
    """An account with its sign-in, its way to the service and, once discovered, its lines.

    `purpose` is what the person signed in for. `work` discovers, or waits for the keyring; `again`, when set,
    ends a wait of it. `instead_of` is who was expected, while the person has to choose. `lapsing` is what to
    say while nothing renews the sign-in any more; it lasts as long as that sign-in.
    """

    account: Account
    tokens: Tokens
    provider: Provider
    state: AccountState = AccountState.LOADING
    purpose: Purpose = field(default_factory=Purpose)
    instead_of: Account | None = None
    notice: Notice | None = None
    lapsing: Notice | None = None
    region: str = ""
    client: CallingClient | None = None
    is_heard: bool = False  # its client's lines are told to the listeners
    work: asyncio.Task[None] | None = None
    again: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def snapshot(self) -> AccountSnapshot:
        """What may be shown of it at this moment."""
        sign_in = self.tokens.sign_in
        until = sign_in.expires_at
        renews = sign_in.renews_at if isinstance(sign_in, Session) else None
        return AccountSnapshot(
            account=self.account,
            state=self.state,
            region=self.region,
            signed_in_until=datetime.fromtimestamp(until, UTC) if until is not None else None,
            renews_itself=renews is not None and self.state is not AccountState.ENDED,
            renews_at=datetime.fromtimestamp(renews, UTC) if renews is not None else None,
            session_only=sign_in.session_only,
            by_choice=not self.purpose.keep,
            given_token=isinstance(sign_in, FixedToken) and sign_in is not NO_SIGN_IN,
            clock_off_s=sign_in.clock_off_s,
            instead_of=self.instead_of,
            notice=(self.lapsing or self.notice) if self.state is AccountState.READY else self.notice,
        )
