"""A cloud of one host, answering from a table, for what the simulated cloud is too well-behaved to do."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from softphone.errors import ConfigError
from softphone.line.model import Role, Server, Service
from softphone.settings.cloud_file import Cloud
from softphone.values import replace
from softphone.webex.client import Client
from softphone.webex.webex_provider import WebexProvider
from tests.webex.raw_server import Exchange, RawServer, Tokens, as_json, loopback_cloud, serving


class Memory:
    """A DeviceMemory in dictionaries."""

    def __init__(self) -> None:
        self.urls: dict[str, str] = {}
        self.urls_beside: dict[tuple[str, Service], str] = {}
        self.known: set[str] = set()
        self.fails = False

    def device_url(self, account_key: str, service: Service) -> str | None:
        if service is Service.CALLING:
            return self.urls.get(account_key)
        return self.urls_beside.get((account_key, service))

    def known_device_urls(self, account_key: str) -> frozenset[str]:
        return frozenset(self.known)

    def remember_device(self, account_key: str, url: str, service: Service) -> None:
        if self.fails:
            raise ConfigError("The disk is full.")
        if service is Service.CALLING:
            self.urls[account_key] = url
        else:
            self.urls_beside[account_key, service] = url
        self.known.add(url)

    async def kept(self) -> None:
        """A dictionary is kept at once."""

    def forget_device(self, account_key: str, url: str) -> None:
        if self.fails:
            raise ConfigError("The disk is full.")
        self.urls = {key: other for key, other in self.urls.items() if other != url}
        self.urls_beside = {key: other for key, other in self.urls_beside.items() if other != url}


class Routes:
    """A cloud of one host, answering from a table: 'METHOD path' -> (status, body), later entries first."""

    def __init__(self) -> None:
        self.table: dict[str, tuple[int, Any]] = {}
        self.url = ""

    async def __call__(self, exchange: Exchange) -> None:
        method, target, _ = exchange.asked.line.split(" ")
        key = f"{method} {target.partition('?')[0]}"
        status, value = self.table.get(key, (404, {}))
        await exchange.answer(status, value if isinstance(value, bytes) else as_json(value))

    def open(self, url: str) -> None:
        self.url = url
        host = url.partition("//")[2]
        wdm = {"url": f"{url}/wdm/devices/w1", "userId": "user-1"}
        self.table = {
            "GET /u2c/api/v1/catalog": (
                200,
                {
                    "serviceLinks": {"wdm": f"{url}/wdm", "mobius": f"{url}/api/v1"},
                    "hostCatalog": {
                        "m": [
                            {"host": host, "priority": 5, "id": "x:mobius"},
                            {
                                "host": host.replace("127.0.0.1", "localhost"),
                                "priority": 10,
                                "id": "y:mobius",
                            },
                        ]
                    },
                },
            ),
            "GET /v1/region": (200, {"clientRegion": "US-EAST", "countryCode": "US"}),
            "GET /v1/people/me": (200, {"displayName": "Ada", "emails": ["ada@example.com"]}),
            "GET /v1/telephony/config/people/me": (200, {"phoneNumbers": [{"extension": "7"}]}),
            "POST /wdm/devices": (200, wdm),
            "PUT /wdm/devices/w1": (200, wdm),
            "GET /api/v1/calling/web/": (200, {"primary": {"uris": [f"{url}/p/api/v1"]}}),
            "POST /p/api/v1/calling/web/device": (200, {"device": self.device()}),
        }

    def device(self, **changes: str) -> dict[str, str]:
        return {"deviceId": "d1", "uri": f"{self.url}/p/api/v1/calling/web/devices/d1"} | changes


class Small:
    def __init__(self, server: RawServer, routes: Routes, *, place: dict[str, Any], **options: Any) -> None:
        routes.open(server.url)
        self.server, self.routes = server, routes
        self.cloud: Cloud = replace(loopback_cloud(server.url), **place)
        self.client = Client(self.cloud)
        self.tokens = Tokens("token-1", "token-2")
        self.memory = Memory()
        self.provider = WebexProvider(self.cloud, self.client, self.tokens, self.memory, **options)
        self.primary = Server(f"{server.url}/p/api/v1/calling/web/", Role.PRIMARY)

    def asked(self, prefix: str) -> list[Any]:
        return [asked for asked in self.server.asked if asked.line.startswith(prefix)]


@contextlib.asynccontextmanager
async def small(*, place: dict[str, Any] | None = None, **options: Any) -> AsyncIterator[Small]:
    routes = Routes()
    async with serving(routes) as server:
        bench = Small(server, routes, place=place or {}, **options)
        try:
            yield bench
        finally:
            await bench.client.close()
