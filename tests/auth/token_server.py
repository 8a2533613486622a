"""A token endpoint on a real socket, the real HTTP client before it, and a session on both."""

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from softphone.auth.changes import Change
from softphone.auth.keystore import EntryKind, entry_of
from softphone.auth.oauth import SignInAttempt, begin_sign_in
from softphone.auth.session import Session
from softphone.auth.token_answer import Token
from softphone.auth.token_service import TokenService
from softphone.errors import SoftphoneError
from softphone.settings.cloud_file import Cloud
from softphone.webex.client import Client
from tests.auth.endpoint import HandClock, TroubledKeystore
from tests.kit import secrets
from tests.webex.raw_server import Asked, Exchange, RawServer, loopback_cloud

HOUR_S = 3600.0
DAY_S = 86_400.0

Handle = Callable[[Exchange], Awaitable[None]]
Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | Handle


def grant(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A good answer of the token endpoint; a change to None leaves the field out."""
    fields = {
        "access_token": secrets.access_token(number),
        "expires_in": 1_209_599,
        "refresh_token": secrets.refresh_token(number),
        "refresh_token_expires_in": 7_775_999,
        "token_type": "Bearer",
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


class TokenServer:
    """Answers each token request from `script`, then with a new pair; revocations from `revoke_script`."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.revoke_script: list[Answer] = []
        self.api_script: list[Answer] = []
        self.gate = asyncio.Event()  # while it is not set, no token request is answered
        self.gate.set()
        self.raw = RawServer(self._handle)
        self._grants = 0

    @property
    def renewals(self) -> list[str]:
        """The refresh tokens that were sent, in order."""
        return [form["refresh_token"] for form in self.forms() if form.get("grant_type") == "refresh_token"]

    @property
    def revoked(self) -> list[str]:
        """The tokens that were revoked, in order."""
        return [form["token"] for form in self.forms("/revoke")]

    @property
    def bearers(self) -> list[str]:
        """The bearer tokens that the API was asked with, in order."""
        return [asked.headers["authorization"].removeprefix("Bearer ") for asked in self._asked("/v1/people")]

    def forms(self, path: str = "/v1/access_token") -> list[dict[str, str]]:
        """The forms that arrived there."""
        return [dict(parse_qsl(asked.body.decode())) for asked in self._asked(path)]

    def _asked(self, path: str) -> list[Asked]:
        return [asked for asked in self.raw.asked if asked.line.split()[1].startswith(path)]

    async def _handle(self, exchange: Exchange) -> None:
        path = exchange.asked.line.split()[1]
        if path.startswith("/v1/access_token"):
            await self.gate.wait()
            self._grants += 1
            await _send(exchange, self.script, (200, grant(self._grants)))
        elif path.startswith("/revoke"):
            await _send(exchange, self.revoke_script, (200, b""))
        else:
            await _send(exchange, self.api_script, (200, b"{}"))


async def reset(exchange: Exchange) -> None:
    """An answer: the connection is reset."""
    exchange.reset()


async def never(_: Exchange) -> None:
    """An answer that does not come."""
    await asyncio.Event().wait()


async def _send(exchange: Exchange, script: list[Answer], otherwise: Answer) -> None:
    answer = script.pop(0) if script else otherwise
    if callable(answer):
        await answer(exchange)
        return
    status, body, *more = answer
    headers: dict[str, Any] = more[0] if more else {}
    await exchange.answer(status, body if isinstance(body, bytes) else json.dumps(body).encode(), **headers)


class Desk:
    """One session, or the beginning of one, and all that it talks to."""

    def __init__(self, server: TokenServer, client: Client, cloud: Cloud) -> None:
        self.server, self.client, self.cloud = server, client, cloud
        self.keystore, self.hand = TroubledKeystore(), HandClock()
        self.service = TokenService(
            cloud=cloud,
            post_form=client.post_form,
            client_secret=secrets.CLIENT_SECRET,
            clock=self.hand.clock,
        )
        self.heard: list[Change] = []
        self.errors: list[SoftphoneError] = []
        self.attempt: SignInAttempt = begin_sign_in(cloud)
        self._open: list[Session] = []

    async def begin(self, code: str = secrets.CODE) -> Session:
        """Turn a code into a session, as the program does after the redirect."""
        return self._listened_to(
            await Session.begin(self.service, self.attempt, code, keystore=self.keystore)
        )

    async def signed_in(self, *, life_s: float = 14 * DAY_S, **changes: Any) -> Session:
        """A session of Ada with its first tokens, stored."""
        now = self.hand.wall_s
        token = Token(
            access_token=secrets.access_token(),
            expires_at=now + life_s,
            refresh_token=secrets.refresh_token(),
            refresh_expires_at=now + 90 * DAY_S,
            obtained_at=now,
        )
        session = Session(self.service, dataclasses.replace(token, **changes), keystore=self.keystore)
        await session.keep("ada")
        return self._listened_to(session)

    async def restored(self) -> Session:
        """Ada's session after the next start of the program."""
        session = await Session.restore(self.service, "ada", keystore=self.keystore)
        assert session is not None
        return self._listened_to(session)

    async def stored(self, kind: EntryKind = EntryKind.REFRESH) -> dict[str, Any] | None:
        """What the keyring holds of Ada."""
        text = await self.keystore.read(entry_of(self.cloud, kind, "ada"))
        return None if text is None else json.loads(text)

    async def kept(self) -> dict[str, Any]:
        """What the refresh entry in the keyring holds."""
        stored = await self.stored()
        assert stored is not None
        return stored

    async def come_to_renew(self, session: Session) -> None:
        """Start an hour's session and let it come to its first renewal."""
        session.start()
        await self.hand.tick(HOUR_S - 500)
        await eventually(lambda: self.heard)

    async def asked(self, session: Session) -> int:
        """Ask the API who she is; return the status of the answer."""
        people = f"{self.cloud.api_url}/people/me"
        return (await self.client.request("GET", people, tokens=session)).status

    async def close(self) -> None:
        for session in self._open:
            await session.close()

    def _listened_to(self, session: Session) -> Session:
        def heard(change: Change, error: SoftphoneError | None) -> None:
            self.heard.append(change)
            if error is not None:
                self.errors.append(error)

        session.on_change = heard
        self._open.append(session)
        return session


@contextlib.asynccontextmanager
async def token_desk(**changes: Any) -> AsyncIterator[Desk]:
    """Run the endpoint and close everything; `changes` are fields of the cloud."""
    server = TokenServer()
    await server.raw.start()
    fields = {"client_id": "client-1", "scopes": ("spark:webrtc_calling", "spark:people_read")}
    cloud = dataclasses.replace(loopback_cloud(server.raw.url), **(fields | changes))
    client = Client(cloud)
    desk = Desk(server, client, cloud)
    try:
        yield desk
    finally:
        server.gate.set()
        await desk.close()
        await client.close()
        await server.raw.stop()
        for _ in range(20):  # generators of httpx that were left half-read close one after another
            await asyncio.sleep(0)


async def eventually(holds: Callable[[], object], within_s: float = 30.0) -> None:
    """Wait until something that is under way on a socket has happened."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.002)
