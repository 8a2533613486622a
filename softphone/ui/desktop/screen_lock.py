"""Whether the screen is locked, so that nobody who passes by reads who calls (sockets.md#privacy). No Qt.

What cannot be known counts as unlocked. The desktops that show notifications on a locked screen say that it
is locked; other lockers cover the notifications, too, and nobody there would ever be told who calls.

On Windows and macOS the system is asked each time, which has not been run there yet. On Linux login1 and the
desktop's screen saver say it, whichever there is: one of them is enough.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from softphone.ui.desktop import bus

_log = logging.getLogger(__name__)

_LOGIN = "org.freedesktop.login1"
_SAVERS = {  # all with the same methods and signals, by interface
    f"org.{desktop}.ScreenSaver": f"/org/{desktop}/ScreenSaver"
    for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
}

if sys.platform == "win32":
    import ctypes

    def _system_says_locked() -> bool:
        services, found = ctypes.WinDLL("wtsapi32"), ctypes.POINTER(ctypes.c_long)()
        this_server, this_session, info_ex, size = None, -1, 25, ctypes.c_ulong()
        asked = (this_server, this_session, info_ex, ctypes.byref(found), ctypes.byref(size))
        if not services.WTSQuerySessionInformationW(*asked):
            return False
        level, _, _, _, flags = found[:5]  # WTSINFOEXW: level, padding, session, its state, its flags
        services.WTSFreeMemory(found)
        return bool(level == 1 and flags == 0)  # WTS_SESSIONSTATE_LOCK

elif sys.platform == "darwin":
    import ctypes

    def _system_says_locked() -> bool:
        frameworks = "/System/Library/Frameworks/{0}.framework/{0}".format
        graphics, core = (ctypes.CDLL(frameworks(name)) for name in ("CoreGraphics", "CoreFoundation"))
        graphics.CGSessionCopyCurrentDictionary.restype = ctypes.c_void_p
        core.CFStringCreateWithCString.restype = core.CFDictionaryGetValue.restype = ctypes.c_void_p
        pointer, utf_8 = ctypes.c_void_p, 0x08000100
        session = pointer(graphics.CGSessionCopyCurrentDictionary())
        if not session.value:  # not in a session of the window server
            return False
        name = pointer(core.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", utf_8))
        locked = core.CFDictionaryGetValue(session, name)  # there only while it is
        core.CFRelease(name)
        core.CFRelease(session)
        return bool(locked)

else:

    def _system_says_locked() -> bool:
        return False  # it is listened to, see `watch`


class ScreenLock:
    """`changed` is called when the screen was locked or unlocked, on Linux while `watch` runs."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._locked_for: set[str] = set()

    @property
    def locked(self) -> bool:
        """Whether it is locked, as far as can be known."""
        try:
            return bool(self._locked_for) or _system_says_locked()
        except (OSError, AttributeError):  # a system without these functions
            return False

    async def watch(self) -> None:
        """Listen until it is cancelled, as long as there is anything to listen to."""
        if sys.platform == "linux":
            await asyncio.gather(
                self._watch("SYSTEM", self._listen_to_login), self._watch("SESSION", self._listen_to_savers)
            )

    async def _watch(self, name: str, listen: Callable[[Any, AsyncExitStack], Awaitable[None]]) -> None:
        try:
            async with AsyncExitStack() as open_:
                await listen(await bus.connect(name, open_), open_)
        except Exception as error:  # noqa: BLE001 - a foreign service: whatever it does, we go on
            _log.info("the %s bus does not say whether the screen is locked: %r", name.lower(), error)

    async def _listen_to_login(self, router: Any, open_: AsyncExitStack) -> None:
        from jeepney import DBusAddress  # noqa: PLC0415

        login = DBusAddress("/org/freedesktop/login1", _LOGIN, f"{_LOGIN}.Manager")
        # A program that systemd has started is in no session: it is the one whose screen we are on.
        [path] = await bus.ask(router, login, "GetSession", "s", ("auto",), start=False)
        session = DBusAddress(path, _LOGIN, "org.freedesktop.DBus.Properties")
        hint = (f"{_LOGIN}.Session", "LockedHint")
        changes = await bus.listen(router, open_, path=path, member="PropertiesChanged")
        while True:
            [(_, locked)] = await bus.ask(router, session, "Get", "ss", hint, start=False)
            self._note(_LOGIN, locked)
            await changes.get()

    async def _listen_to_savers(self, router: Any, open_: AsyncExitStack) -> None:
        from jeepney import DBusAddress, HeaderFields  # noqa: PLC0415

        changes = await bus.listen(router, open_, member="ActiveChanged")
        for interface, path in _SAVERS.items():
            with contextlib.suppress(ConnectionError, TimeoutError):  # most are not there
                address = DBusAddress(path, interface, interface)
                [active] = await bus.ask(router, address, "GetActive", start=False)
                self._note(interface, active)
        while True:
            change = await changes.get()
            interface = change.header.fields[HeaderFields.interface]
            if interface in _SAVERS:
                self._note(interface, change.body[0])

    def _note(self, who: str, locked: object) -> None:
        before = self.locked
        (self._locked_for.add if locked is True else self._locked_for.discard)(who)
        if self.locked != before:
            self._changed()
