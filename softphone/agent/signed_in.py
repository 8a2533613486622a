"""One account while the program runs: what the panel holds of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from softphone.agent.accounts import AccountSnapshot, AccountState, Notice
from softphone.agent.calling_client import CallingClient
from softphone.agent.gateway import Tokens
from softphone.agent.provider import Provider
from softphone.auth.session import Session
from softphone.line.model import Account


@dataclass(slots=True, kw_only=True, eq=False)
class SignedIn:
    """An account with its sign-in, its way to the service and, once discovered, its lines.

    `work` discovers, or waits for the keyring; `again`, when set, ends a wait of it.
    """

    account: Account
    tokens: Tokens
    provider: Provider
    state: AccountState = AccountState.LOADING
    notice: Notice | None = None
    region: str = ""
    client: CallingClient | None = None
    work: asyncio.Task[None] | None = None
    again: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def snapshot(self) -> AccountSnapshot:
        """What may be shown of it at this moment."""
        sign_in = self.tokens.sign_in
        until = sign_in.expires_at
        return AccountSnapshot(
            account=self.account,
            state=self.state,
            region=self.region,
            signed_in_until=datetime.fromtimestamp(until, UTC) if until is not None else None,
            renews_itself=isinstance(sign_in, Session) and self.state is not AccountState.ENDED,
            session_only=sign_in.session_only,
            notice=self.notice,
        )
