"""A D-Bus bus on the program's own loop. No Qt: its bindings in Python lack types that services want."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

CALL_DEADLINE_S = 5.0


async def connect(name: str, open_: AsyncExitStack) -> Any:
    """Return a jeepney router of the `SESSION` or `SYSTEM` bus, which ends with `open_`.

    Raises whatever a bus that is absent, or answers as none does, makes of it.
    """
    # Only when somebody wants the bus: few ever need it.
    from jeepney import message_bus  # noqa: PLC0415
    from jeepney.auth import BEGIN, Authenticator  # noqa: PLC0415
    from jeepney.bus import get_bus  # noqa: PLC0415
    from jeepney.io.asyncio import DBusConnection, DBusRouter  # noqa: PLC0415

    # Each has its own place among what is to be closed: jeepney's open_dbus_connection leaves the socket
    # open when it is given up, its open_dbus_router when the reader has failed, as with a bus that ended.
    async with asyncio.timeout(CALL_DEADLINE_S):
        reader, writer = await asyncio.open_unix_connection(get_bus(name))
        connection = await open_.enter_async_context(DBusConnection(reader, writer))
        greeting = Authenticator()
        for words in greeting:
            writer.write(words)
            greeting.feed(await reader.readuntil(b"\r\n"))  # raises when the bus goes away
        writer.write(BEGIN)
        router = await open_.enter_async_context(DBusRouter(connection))
        await router.send_and_get_reply(message_bus.Hello())
    return router


async def listen(router: Any, open_: AsyncExitStack, **rule: str) -> "asyncio.Queue[Any]":
    """Return where the signals come that fit the rule, until `open_` ends; what nobody takes is lost."""
    from jeepney import MatchRule, message_bus  # noqa: PLC0415

    match = MatchRule(type="signal", **rule)
    queue: asyncio.Queue[Any] = open_.enter_context(router.filter(match, bufsize=16))
    async with asyncio.timeout(CALL_DEADLINE_S):
        await router.send_and_get_reply(message_bus.AddMatch(match))
    return queue


async def ask(
    router: Any, address: Any, method: str, signature: str = "", body: tuple[Any, ...] = (), *, start: bool
) -> Any:
    """Return what a method returns; `start`: the bus may start the service for it.

    Raises ConnectionError when it refuses or nobody is there, TimeoutError when it is silent.
    """
    from jeepney import MessageFlag, MessageType, new_method_call  # noqa: PLC0415

    call = new_method_call(address, method, signature, body)
    if not start:
        call.header.flags |= MessageFlag.no_auto_start
    async with asyncio.timeout(CALL_DEADLINE_S):
        answer = await router.send_and_get_reply(call)
    if answer.header.message_type is MessageType.error:
        raise ConnectionError(answer.body)
    return answer.body
