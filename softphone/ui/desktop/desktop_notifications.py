"""The notification service of the freedesktop desktops, over the session bus. Elsewhere there is none. No Qt.

Qt shows notifications through a tray icon only, GNOME has this service and no tray; and what Qt has shown it
can neither replace nor take back.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from html import escape
from typing import Any

from softphone.ui.desktop import bus
from softphone.wording.notifications import Notification

_log = logging.getLogger(__name__)

REMEMBERED = 100  # notifications that are on the screen, for all we know

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"


class DesktopNotifications:
    """Shows notifications; `clicked` is called with the line that a clicked one leads to."""

    def __init__(self, clicked: Callable[[str], object]) -> None:
        self._clicked = clicked
        self._open = AsyncExitStack()
        self._router: Any = None
        self._listening: asyncio.Task[None] | None = None
        self._shown: dict[int, Notification] = {}  # by the service's number, latest last
        self._turn = asyncio.Lock()

    async def show(self, notification: Notification) -> bool:
        """Show one; False where there is no service."""
        async with self._turn:
            return sys.platform == "linux" and await self._show(notification)

    async def hide_names(self) -> None:
        """Put into the place of each that names a caller, and is still on the screen, what names nobody."""
        async with self._turn:
            while unnamed := next((one.unnamed for one in self._shown.values() if one.unnamed), None):
                await self._show(unnamed)  # when that fails none is remembered

    async def close(self) -> None:
        """Let go of the bus."""
        self._router = None
        self._shown.clear()  # another service counts anew
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        with contextlib.suppress(Exception):  # a bus that went away says so once more
            await self._open.aclose()

    async def _show(self, notification: Notification) -> bool:
        try:
            async with asyncio.timeout(bus.CALL_DEADLINE_S):
                await self._connect()
                await self._notify(notification)
        except Exception as error:  # noqa: BLE001 - a foreign service: whatever it does, we go on
            _log.info("no notification was shown: %s", type(error).__name__)
            await self.close()  # the next one asks again: the desktop may have been restarting
            return False
        return True

    async def _connect(self) -> None:
        if self._router is not None:
            return
        router = await bus.connect("SESSION", self._open)
        queue = await bus.listen(router, self._open, interface=_SERVICE, path=_PATH)
        self._listening = asyncio.get_running_loop().create_task(self._listen(queue))
        self._router = router

    async def _listen(self, queue: "asyncio.Queue[Any]") -> None:
        from jeepney import HeaderFields  # noqa: PLC0415

        while True:
            signal = await queue.get()
            match signal.header.fields[HeaderFields.member]:
                case "ActionInvoked" if clicked := self._shown.get(signal.body[0]):
                    self._clicked(clicked.line_id)
                case "NotificationClosed":
                    self._shown.pop(signal.body[0], None)

    async def _notify(self, notification: Notification) -> None:
        from jeepney import DBusAddress  # noqa: PLC0415

        address = DBusAddress(_PATH, bus_name=_SERVICE, interface=_SERVICE)
        actions = ["default", notification.title]
        text = escape(notification.text, quote=False)  # the service reads markup
        hints: dict[str, Any] = {}
        about = notification.about
        replaces = next((number for number, one in self._shown.items() if about and one.about == about), 0)
        body = ("Softphone", replaces, "softphone", notification.title, text, actions, hints, -1)
        [number] = await bus.ask(self._router, address, "Notify", "susssasa{sv}i", body, start=True)
        self._shown.pop(replaces, None)
        self._shown[number] = notification
        if len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]
