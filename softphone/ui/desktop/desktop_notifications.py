"""The notification service of the freedesktop desktops, over the session bus. Elsewhere there is none. No Qt.

Qt shows notifications through a tray icon only; GNOME has this service and no tray.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from html import escape
from typing import Any

from softphone.wording.notifications import Notification

_log = logging.getLogger(__name__)

CALL_DEADLINE_S = 5.0
REPLACEABLE = 20  # notifications of that many calls; several may ring at a time

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"


class DesktopNotifications:
    """Shows notifications; `clicked` is called with the line that a clicked one leads to."""

    def __init__(self, clicked: Callable[[str], object]) -> None:
        self._clicked = clicked
        self._open = AsyncExitStack()
        self._router: Any = None
        self._listening: asyncio.Task[None] | None = None
        self._lines: dict[int, str] = {}
        self._about: dict[str, int] = {}  # the numbers of those that may be replaced, latest last
        self._turn = asyncio.Lock()

    async def show(self, notification: Notification) -> None:
        """Show one. Where there is no service nothing happens: the window says it anyway."""
        async with self._turn:
            if sys.platform != "linux":
                return
            try:
                async with asyncio.timeout(CALL_DEADLINE_S):
                    await self._connect()
                    number = await self._notify(notification)
            except Exception as error:  # noqa: BLE001 - a foreign service: whatever it does, we go on
                _log.info("no notification was shown: %s", type(error).__name__)
                await self.close()  # the next one asks again: the desktop may have been restarting
            else:
                self._lines[number] = notification.line_id
                if notification.about:
                    self._about.pop(notification.about, None)
                    self._about[notification.about] = number
                    if len(self._about) > REPLACEABLE:
                        del self._about[next(iter(self._about))]

    async def close(self) -> None:
        """Let go of the bus."""
        self._router = None
        self._lines.clear()
        self._about.clear()  # another service counts anew
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        with contextlib.suppress(Exception):  # a bus that went away says so once more
            await self._open.aclose()

    async def _connect(self) -> None:
        if self._router is not None:
            return
        # Only when something is to be shown: few ever need it.
        from jeepney import MatchRule, message_bus  # noqa: PLC0415
        from jeepney.auth import BEGIN, Authenticator  # noqa: PLC0415
        from jeepney.bus import get_bus  # noqa: PLC0415
        from jeepney.io.asyncio import DBusConnection, DBusRouter  # noqa: PLC0415

        # Each has its own place among what is to be closed: jeepney's open_dbus_connection leaves the socket
        # open when it is given up, its open_dbus_router when the reader has failed, as with a bus that ended.
        reader, writer = await asyncio.open_unix_connection(get_bus("SESSION"))
        connection = await self._open.enter_async_context(DBusConnection(reader, writer))
        greeting = Authenticator()
        for words in greeting:
            writer.write(words)
            greeting.feed(await reader.readuntil(b"\r\n"))  # raises when the bus goes away
        writer.write(BEGIN)
        router = await self._open.enter_async_context(DBusRouter(connection))
        await router.send_and_get_reply(message_bus.Hello())
        rule = MatchRule(type="signal", interface=_SERVICE, member="ActionInvoked", path=_PATH)
        await router.send_and_get_reply(message_bus.AddMatch(rule))
        queue = self._open.enter_context(router.filter(rule, bufsize=16))
        self._listening = asyncio.get_running_loop().create_task(self._listen(queue))
        self._router = router

    async def _listen(self, queue: "asyncio.Queue[Any]") -> None:
        while True:
            number, _ = (await queue.get()).body
            if number in self._lines:
                self._clicked(self._lines.pop(number))

    async def _notify(self, notification: Notification) -> int:
        from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415

        address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
        actions = ["default", notification.title]
        text = escape(notification.text, quote=False)  # the service reads markup
        hints: dict[str, Any] = {}
        replaces = self._about.get(notification.about, 0)
        body = ("Softphone", replaces, "softphone", notification.title, text, actions, hints, -1)
        answer = await self._router.send_and_get_reply(
            new_method_call(address, "Notify", "susssasa{sv}i", body)
        )
        if answer.header.message_type is MessageType.error:
            raise ConnectionError(answer.body)
        number: int = answer.body[0]
        return number
