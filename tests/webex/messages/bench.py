"""A keeper on a scripted message service, and all that it tells."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from softphone.calling.messages import CallEvent, MessageState
from softphone.calling.provider import Discovery
from softphone.errors import RequestError
from softphone.settings.cloud_file import Cloud
from softphone.webex.client import Client
from softphone.webex.messages.message_keeper import MessageKeeper
from tests.kit.message_server import Behaviour, MessageServer, Refusal, Visit
from tests.webex.raw_server import Tokens, loopback_cloud

SCALE = 0.02  # 15 s are 0.3 s; an answer has a second at least
CALL = {"callId": "call-1", "deviceId": "device-1"}


class Told:
    """A listener that remembers, and the account's WDM device."""

    def __init__(self, url: str) -> None:
        self.socket_url = url
        self.states: list[MessageState] = []
        self.events: list[CallEvent] = []
        self.proofs: list[float] = []
        self.moves: list[Discovery] = []
        self.invalidated = 0
        self.refreshes = 0
        self.on_refresh: Callable[[], Discovery | RequestError | None] = lambda: None

    async def refresh_device(self) -> Discovery | None:
        self.refreshes += 1
        found = self.on_refresh()
        if isinstance(found, RequestError):
            raise found
        return found

    def state_changed(self, state: MessageState) -> None:
        self.states.append(state)

    def confirmed(self, at_s: float) -> None:
        self.proofs.append(at_s)

    def happened(self, event: CallEvent) -> None:
        self.events.append(event)

    def servers_changed(self) -> None:
        self.invalidated += 1

    def device_replaced(self, found: Discovery) -> None:
        self.moves.append(found)

    @property
    def online(self) -> bool:
        return bool(self.states) and self.states[-1].online

    @property
    def cause(self) -> str:
        return self.states[-1].cause


class Bench:
    def __init__(
        self, server: MessageServer, client: Client, told: Told, tokens: Tokens, keeper: MessageKeeper
    ) -> None:
        self.server, self.client, self.told, self.tokens, self.keeper = server, client, told, tokens, keeper

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.server.until(condition)

    async def online(self, visits: int = 1) -> Visit:
        """Wait until so many connections were made and it is online on the last; return that."""
        await self.until(lambda: len(self.server.visits) >= visits and self.told.online)
        return self.server.visits[visits - 1]

    async def offline(self, cause: str) -> MessageState:
        """Wait until it was offline for a cause that begins so."""
        await self.until(
            lambda: any(one.cause.startswith(cause) and not one.online for one in self.told.states)
        )
        return next(one for one in self.told.states if one.cause.startswith(cause) and not one.online)


@contextlib.asynccontextmanager
async def keeping(
    *script: Behaviour | Refusal,
    tokens: Tokens | None = None,
    scale: float = SCALE,
    cloud: Cloud | None = None,
    url: str | None = None,
    chance: Callable[[], float] = lambda: 0.5,
    prepare: Callable[[Told], None] = lambda told: None,
) -> AsyncIterator[Bench]:
    """A keeper whose connections meet these behaviours, one after the other, and good ones after that."""
    server = MessageServer(*script)
    async with server.running():
        client = Client(cloud or loopback_cloud())
        told = Told(server.url if url is None else url)
        prepare(told)
        tokens = tokens or Tokens()
        keeper = MessageKeeper(client, told, tokens, told, time_scale=scale, chance=chance)
        try:
            yield Bench(server, client, told, tokens, keeper)
        finally:
            await keeper.close()
            await client.close()
            await asyncio.sleep(0)
