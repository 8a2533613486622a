"""Dialling that is stopped: no connection is left, at whatever moment it was."""

import asyncio
import gc
import os

import pytest

from softphone.webex.client import Client
from softphone.webex.messages.dial import NotOpenedError, _library, open_socket
from tests.kit.message_server import MessageServer
from tests.webex.raw_server import loopback_cloud

MOMENTS = 150  # turns of the loop; it stands before


async def test_a_stop_at_any_moment_leaves_no_connection():
    server = MessageServer()
    async with server.running():
        client = Client(loopback_cloud())
        try:
            await (await open_socket(client, server.url)).close()
            for turns in range(MOMENTS):
                dialling = asyncio.ensure_future(open_socket(client, server.url))
                for _ in range(turns):
                    await asyncio.sleep(0)
                dialling.cancel()
                try:
                    await (await dialling).close()
                except (asyncio.CancelledError, NotOpenedError):
                    await asyncio.sleep(0)
                gc.collect()  # a connection that nobody closed warns, and a warning is an error
        finally:
            await client.close()


def test_the_surroundings_set_no_limit_of_the_library_and_keep_all_else(monkeypatch: pytest.MonkeyPatch):
    before = dict(os.environ)
    for name in ("WEBSOCKETS_MAX_LINE_LENGTH", "WEBSOCKETS_MAX_NUM_HEADERS", "WEBSOCKETS_USER_AGENT"):
        monkeypatch.setenv(name, "7")
    monkeypatch.setenv("XWEBSOCKETS_", "stays")
    _library()
    assert dict(os.environ) == {**before, "XWEBSOCKETS_": "stays"}
