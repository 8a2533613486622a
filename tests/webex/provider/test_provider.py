"""The provider against the simulated cloud, and against small servers where the cloud is too well-behaved."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from softphone.auth.fixed_token import FixedToken
from softphone.calling.provider import ServiceRequest
from softphone.errors import RequestError
from softphone.line.failure import Disposition
from softphone.line.model import Reach, Role, Service
from softphone.settings.cloud_file import read_cloud
from softphone.sim.server import CloudServer
from softphone.webex.client import Client
from softphone.webex.webex_provider import WebexProvider
from tests.webex.provider.small_cloud import Memory

CALLING = ServiceRequest(Service.CALLING)


@pytest.fixture
def simulated() -> Iterator[CloudServer]:
    with CloudServer(seed=1, primaries=2, clusters=2) as server:
        yield server


class Bench:
    """A provider and all it is handed."""

    def __init__(self, server: CloudServer, memory: Memory | None = None, **options: Any) -> None:
        self.server = server
        self.cloud = read_cloud(server.cloud_file.read_text(), "cloud.toml")
        self.client = Client(self.cloud)
        self.memory = memory or Memory()
        self.provider = WebexProvider(
            self.cloud,
            self.client,
            FixedToken(server.users[0].token),
            self.memory,
            computer="DESK-7",
            **options,
        )


@contextlib.asynccontextmanager
async def bench_of(server: CloudServer, *args: Any, **options: Any) -> AsyncIterator[Bench]:
    bench = Bench(server, *args, **options)
    try:
        yield bench
    finally:
        await bench.provider.close()
        await bench.client.close()


def asked(server: CloudServer) -> list[str]:
    return [f"{entry['method']} {entry['path']}" for entry in server.journal() if entry.get("method")]


async def fail_of(work: Any) -> RequestError:
    with pytest.raises(RequestError) as raised:
        await work
    return raised.value


async def test_a_line_lives_from_discovery_to_deregistration(simulated: CloudServer):
    async with bench_of(simulated) as bench:
        provider = bench.provider
        found = await provider.discover()
        assert found.account.address == simulated.users[0].name
        assert found.account.key == found.user_id
        assert found.account.name
        assert (found.phone_number, found.extension) == ("+12145550101", "5101")
        assert (found.region, found.country, found.warnings) == ("US-EAST", "US", ())
        assert [server.role for server in found.servers.primaries] == [Role.PRIMARY] * 2
        assert found.device_uri in found.known_device_uris

        server = found.servers.primaries[0]
        registration = await provider.register(server, CALLING)
        assert registration.keepalive_interval_s == 30
        assert registration.device.client_device_uri == found.device_uri
        await provider.keepalive(server, registration.device, 5)
        assert await provider.ping(server) is Reach.UP
        [listed] = await provider.devices(server)
        assert listed.name == "softphone on DESK-7"
        await provider.deregister(server, registration.device)
        await provider.deregister(server, registration.device)  # 404: gone is gone
        gone = await fail_of(provider.keepalive(server, registration.device, 5))
        assert gone.failure.disposition is Disposition.DEVICE_GONE
        assert gone.failure.tracking_id

        await provider.delete_wdm_device()
        await provider.delete_wdm_device()
        assert bench.memory.urls == {}
        assert found.device_uri in bench.memory.known


async def test_the_first_discovery_creates_a_device_and_later_ones_use_it_again(simulated: CloudServer):
    memory = Memory()
    async with bench_of(simulated, memory) as bench:
        first = await bench.provider.discover()
        again = await bench.provider.discover()
        assert again == first
    async with bench_of(simulated, memory) as bench:
        assert (await bench.provider.discover()).device_uri == first.device_uri
    async with bench_of(simulated, memory, account_key=first.account.key) as bench:
        assert (await bench.provider.discover()).device_uri == first.device_uri
    requests = asked(simulated)
    assert sum(request == "POST /wdm/api/v1/devices" for request in requests) == 1
    assert sum(request.startswith("PUT /wdm/api/v1/devices/") for request in requests) == 3


async def test_a_device_that_wdm_has_forgotten_is_replaced(simulated: CloudServer):
    memory = Memory()
    async with bench_of(simulated, memory) as bench:
        first = await bench.provider.discover()
        await bench.provider.delete_wdm_device()
        memory.urls[first.account.key] = first.device_uri
    for options in ({}, {"account_key": first.account.key}):
        async with bench_of(simulated, memory, **options) as bench:
            found = await bench.provider.discover()
            assert found.device_uri != first.device_uri
            assert {first.device_uri, found.device_uri} <= found.known_device_uris
            await bench.provider.delete_wdm_device()
            memory.urls[first.account.key] = first.device_uri


async def test_a_stored_device_elsewhere_is_not_used(simulated: CloudServer):
    memory = Memory()
    memory.urls["ada"] = "https://evil.example/devices/1"
    async with bench_of(simulated, memory, account_key="ada") as bench:
        assert (await bench.provider.discover()).device_uri.startswith(simulated.base)


async def test_a_memory_that_cannot_be_written_is_a_warning(simulated: CloudServer):
    memory = Memory()
    memory.fails = True
    async with bench_of(simulated, memory) as bench:
        assert (await bench.provider.discover()).warnings == ("The disk is full.",)
