"""A cloud that registers over WebSockets, by script: what each request is answered, and by which server."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from websockets.exceptions import ConnectionClosed

from softphone.calling.provider import ServiceRequest
from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.model import Registration
from softphone.webex.wss.registrar import Registrar
from tests.kit.message_server import Behaviour, MessageServer, Refusal, Visit
from tests.webex.provider.small_cloud import Small, small

FEATURE = {"key": "webrtc-calling-over-ws-CALL-219562", "value": True}
SCALE = 0.02


class WssServer(MessageServer):
    """Answers requests by kind: what `answers` holds first, then well. `asked_for` is what came, in order."""

    def __init__(self, *script: Behaviour | Refusal) -> None:
        super().__init__(*script)
        self.answers: dict[str, deque[dict[str, Any] | None]] = {}
        self.asked_for: list[dict[str, Any]] = []
        self.device: Callable[[], dict[str, str]] = dict

    def will(self, kind: str, *answers: dict[str, Any] | None) -> None:
        """Answer the next requests of a kind so; None: not at all."""
        self.answers.setdefault(kind, deque()).extend(answers)

    @property
    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.asked_for]

    async def default(self, visit: Visit) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                frame = await visit.next()
                if frame["type"] != "event_ack":
                    self.asked_for.append(frame)
                    await self.answer(visit, frame)

    async def answer(self, visit: Visit, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "event_ack":
            return
        planned = self.answers.get(kind)
        wish = planned.popleft() if planned else {}
        if wish is None:
            return
        well: dict[str, Any] = {
            "type": "response_event",
            "subtype": kind,
            "trackingId": frame["trackingId"],
            "statusCode": 200,
        }
        if kind == "register":
            well["data"] = {"device": self.device(), "keepaliveInterval": 30}
        await visit.say(well | wish)


class Bench:
    """A small cloud whose groups have WebSockets; `doubts` counts how often keepalives were hurried."""

    def __init__(self, cloud: Small, servers: tuple[WssServer, ...]) -> None:
        self.cloud, self.servers = cloud, servers
        self.provider, self.primary = cloud.provider, cloud.primary
        self.doubts = 0
        self.provider.on_doubt(self._doubted)

    def _doubted(self) -> None:
        self.doubts += 1

    @property
    def registrar(self) -> Registrar:
        assert self.provider._registrar is not None
        return self.provider._registrar

    @property
    def http(self) -> list[str]:
        """What Mobius was asked over HTTP, but for discovery."""
        lines = [asked.line.rsplit(" ", 1)[0] for asked in self.cloud.server.asked]
        return [line for line in lines if "/p/api/v1/calling/web/" in line]

    async def register(self) -> Registration:
        return await self.provider.register(self.primary, ServiceRequest())

    async def beat(self, device: Device, *, limit_s: float = 30.0) -> int:
        """Send a keepalive; return 200 or the status of what was refused, 0 for none."""
        try:
            await self.provider.keepalive(self.primary, device, limit_s)
        except RequestError as error:
            return error.failure.http_status or 0
        return 200

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.servers[0].until(condition)


@contextlib.asynccontextmanager
async def over_wss(
    *servers: WssServer,
    features: Any = (FEATURE,),
    urls: list[str] | None = None,
    backups: list[str] | None = None,
    scale: float = SCALE,
) -> AsyncIterator[Bench]:
    async with contextlib.AsyncExitStack() as stack:
        for server in servers:
            await stack.enter_async_context(server.running())
        cloud = await stack.enter_async_context(small())
        cloud.provider._time_scale = scale
        routes, base = cloud.routes, cloud.server.url
        device: dict[str, Any] = {"url": f"{base}/wdm/devices/w1", "userId": "user-1"}
        if features is not None:
            device |= {"features": {"developer": list(features)}}
        routes.table["POST /wdm/devices"] = routes.table["PUT /wdm/devices/w1"] = (200, device)
        listed = [f"{server.url}/" for server in servers] if urls is None else urls
        routes.table["GET /api/v1/calling/web/"] = (
            200,
            {"primary": {"uris": [f"{base}/p/api/v1"], "wss": listed}, "backup": {"wss": backups or []}},
        )
        routes.table["POST /p/api/v1/calling/web/devices/d1/status"] = (200, {})
        routes.table["DELETE /p/api/v1/calling/web/devices/d1"] = (200, {})
        for server in servers:
            server.device = routes.device
        await cloud.provider.discover()
        bench = Bench(cloud, servers)
        try:
            yield bench
        finally:
            await cloud.provider.close()
            await asyncio.sleep(0)
