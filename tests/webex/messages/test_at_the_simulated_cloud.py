"""From discovery to an open socket, at the simulated cloud and at a WDM that forgets."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.calling.messages import Messages
from softphone.line.model import LineState
from softphone.settings.cloud_file import read_cloud
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.kit.message_server import MessageServer, Refusal
from tests.webex.messages.bench import Told
from tests.webex.provider.small_cloud import Small, small
from tests.webex.provider.test_provider import Bench, bench_of, simulated

__all__ = ["simulated"]


@contextlib.asynccontextmanager
async def hearing(bench: Bench | Small, told: Told) -> AsyncIterator[Messages]:
    messages = bench.provider.messages(told)
    try:
        yield messages
    finally:
        await messages.close()


async def test_the_address_that_discovery_brought_leads_to_a_socket(simulated: CloudServer):
    async with bench_of(simulated) as bench:
        await bench.provider.discover()
        told = Told("")
        async with hearing(bench, told):
            await MessageServer().until(lambda: told.online and bool(told.proofs))


async def test_an_address_of_a_stranger_is_not_taken_from_wdm():
    async with small() as bench:
        for address in ("ws://evil.example/x", "wss://127.0.0.1.evil.example/", "http://127.0.0.1/", 5, None):
            bench.routes.table["POST /wdm/devices"] = (
                200,
                {"url": f"{bench.server.url}/wdm/devices/w1", "userId": "user-1", "webSocketUrl": address},
            )
            await bench.provider.discover()
            assert bench.provider.socket_url == ""


async def test_socket_19_20_wdm_is_asked_for_the_address_and_a_forgotten_device_is_made_anew():
    server = MessageServer(Refusal(404), Refusal(404))
    async with server.running(), small() as bench:

        def device(number: int) -> dict[str, str]:
            url = f"{bench.server.url}/wdm/devices/w{number}"
            return {"url": url, "userId": "user-1", "webSocketUrl": f"{server.url}?number={number}"}

        table = bench.routes.table
        table["POST /wdm/devices"] = (200, device(1))
        table["PUT /wdm/devices/w1"] = (200, device(1) | {"webSocketUrl": f"{server.url}?number=again"})
        found = await bench.provider.discover()
        told = Told("")
        async with hearing(bench, told):
            await server.until(lambda: server.asked == 1)
            table["PUT /wdm/devices/w1"] = (404, {})
            table["POST /wdm/devices"] = table["PUT /wdm/devices/w2"] = (200, device(2))
            visit = await server.visit(0)
            await server.until(lambda: told.online)
            assert "?number=2&outboundWireFormat=text" in visit.target
        assert [one.device_uri for one in told.moves] == [f"{bench.server.url}/wdm/devices/w2"]
        assert found.device_uri.endswith("/w1")
        assert bench.memory.urls["user-1"].endswith("/w2")


async def test_another_device_that_discovery_brings_is_moved_to():
    server, other = MessageServer(), MessageServer()
    async with server.running(), other.running(), small() as bench:

        def device(number: int, address: str) -> dict[str, str]:
            url = f"{bench.server.url}/wdm/devices/w{number}"
            return {"url": url, "userId": "user-1", "webSocketUrl": address}

        table = bench.routes.table
        table["POST /wdm/devices"] = (200, device(1, server.url))
        await bench.provider.discover()
        told = Told("")
        async with hearing(bench, told):
            await server.until(lambda: told.online)
            table["PUT /wdm/devices/w1"] = (404, {})
            table["POST /wdm/devices"] = (200, device(2, other.url))
            await bench.provider.discover()
            visit = await other.visit(0)
            await server.until(lambda: bool(visit.of("ping")))
            assert [state.online for state in told.states] == [False, True]
        assert told.moves == []  # whoever discovered knows it


async def test_the_whole_program_hears_of_calls_beside_a_registered_line(
    simulated: CloudServer, tmp_path: Path
):
    cloud = read_cloud(simulated.cloud_file.read_text(), "cloud.toml")
    folders = Folders(config=tmp_path, state=tmp_path)
    services = Services(Program(cloud=cloud, folders=folders, keystore=MemoryKeystore()))
    panel = services.panel()
    panel.hear_calls(wanted=True)
    panel.add(services.given_token(simulated.users[0].token))
    try:
        await MessageServer().until(
            lambda: any(one.messages_confirmed_at_s is not None for one in panel.accounts)
        )
        (account,) = panel.accounts
        assert account.messages is not None
        assert account.messages.online
        assert [line.state for line in panel.lines] == [LineState.REGISTERED]
    finally:
        await panel.close()
        await services.close()
