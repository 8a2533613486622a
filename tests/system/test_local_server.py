"""What its three users do not show: tests of the control socket, the metrics and the loopback listener do."""

import asyncio
from typing import Any

from softphone.system.local_server import LocalServer


async def ask(port: int | None) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_closing_lets_go_of_whoever_is_served_and_may_be_said_twice():
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.set()
        await asyncio.Event().wait()

    server = LocalServer(serve, clients_limit=2, limit_bytes=100)
    assert server.port is None
    await server.listen(host="127.0.0.1", port=0)
    client = asyncio.ensure_future(ask(server.port))
    await served.wait()
    await server.close()
    await server.close()
    assert await client == b""
    assert server.port is None


async def test_a_fault_of_ours_is_heard_and_the_next_client_is_served():
    heard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        if not heard:
            raise ZeroDivisionError
        writer.write(b"well")

    server = LocalServer(serve, clients_limit=2, limit_bytes=100)
    await server.listen(host="127.0.0.1", port=0)
    assert await ask(server.port) == b""
    assert await ask(server.port) == b"well"
    assert isinstance(heard[0]["exception"], ZeroDivisionError)
    await server.close()
