"""One session on a token endpoint in memory, with a keyring that fails on demand and a clock by hand."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from softphone.auth.changes import Change
from softphone.auth.keystore import EntryKind, entry_of
from softphone.auth.session import Session
from softphone.auth.token_answer import Token
from softphone.auth.token_service import AskIdentity, TokenService
from softphone.errors import SoftphoneError
from softphone.settings.cloud_file import Cloud
from tests.auth.endpoint import HandClock, TokenEndpoint, TroubledKeystore

CLOUD = Cloud(client_id="client-1")
HOUR_S = 3600.0
DAY_S = 86_400.0
INVALID_GRANT = (400, {"error": "invalid_grant"})


class Bench:
    """One session with its surroundings; `changes` are fields of its token."""

    def __init__(
        self,
        *,
        cloud: Cloud = CLOUD,
        life_s: float = 14 * DAY_S,
        keystore: TroubledKeystore | None = None,
        ask_identity: AskIdentity | None = None,
        **changes: Any,
    ) -> None:
        self.endpoint = TokenEndpoint()
        self.keystore = keystore or TroubledKeystore()
        self.hand = HandClock()
        self.service = TokenService(
            cloud=cloud, post_form=self.endpoint.post_form, ask_identity=ask_identity, clock=self.hand.clock
        )
        self.changes: list[tuple[Change, SoftphoneError | None]] = []
        fields: dict[str, Any] = {
            "access_token": "access-0",
            "expires_at": self.hand.wall_s + life_s,
            "refresh_token": "refresh-0",
            "refresh_expires_at": self.hand.wall_s + 90 * DAY_S,
            "obtained_at": self.hand.wall_s,
        }
        self.session = Session(self.service, Token(**(fields | changes)), keystore=self.keystore)
        self.session.on_change = lambda change, error: self.changes.append((change, error))

    @property
    def heard(self) -> list[Change]:
        return [change for change, _ in self.changes]

    async def stored(self, kind: EntryKind, key: str = "ada") -> str | None:
        return await self.keystore.read(entry_of(CLOUD, kind, key))

    async def restored(self, key: str = "ada") -> Session:
        session = await self.restore(key)
        assert session is not None
        return session

    async def restore(self, key: str = "ada") -> Session | None:
        return await Session.restore(self.service, key, keystore=self.keystore)


@contextlib.asynccontextmanager
async def started(**changes: Any) -> AsyncIterator[Bench]:
    """A session of Ada that is stored and renews itself."""
    bench = Bench(**changes)
    await bench.session.keep("ada")
    bench.session.start()
    try:
        yield bench
    finally:
        await bench.session.close()
