"""What a Linux desktop says before it ends us: that the computer is switched off, or the session is over.

login1 lets us hold the power-off back for a few seconds, and the session managers of GNOME, MATE and Cinnamon
wait for who has signed up with them: in both cases until this process is gone. Elsewhere a signal is the last
call (`system.ending`).
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable
from typing import Any

from softphone.system.background import begin_in_thread

_log = logging.getLogger(__name__)

ANSWER_S = 5.0
NAME = "Softphone"


class LastCall:
    """Listens from `start` to `close`, and calls `ask_to_stop` on the loop's thread.

    A bus that is not there, or has no such service, is no fault.
    """

    def __init__(self, ask_to_stop: Callable[[], object]) -> None:
        self._ask_to_stop = ask_to_stop
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._sockets: list[socket.socket] = []

    def start(self) -> None:
        """Begin to listen; returns at once."""
        if sys.platform == "linux":
            begin_in_thread(lambda: self._listen("SYSTEM", self._power_off), "power-off")
            begin_in_thread(lambda: self._listen("SESSION", self._session_end), "session end")

    def close(self) -> None:
        """Listen no more, and hold nothing back."""
        self._closed = True
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    # The rest runs in the threads.

    def _listen(self, name: str, listen: Callable[[Any], None]) -> None:
        try:
            from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - only where there is a bus

            with open_dbus_connection(name, enable_fds=True) as bus:
                self._sockets.append(bus.sock)
                if not self._closed:
                    listen(bus)
        except Exception as error:  # noqa: BLE001 - a foreign service: whatever it does, we go on
            if not self._closed:
                _log.info("no last call from the %s bus: %r", name.lower(), error)

    def _power_off(self, bus: Any) -> None:
        from jeepney import DBusAddress, MatchRule  # noqa: PLC0415

        manager = "org.freedesktop.login1.Manager"
        login = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", manager)
        rule = MatchRule(
            type="signal", interface=manager, member="PrepareForShutdown", path=login.object_path
        )
        with bus.filter(rule, bufsize=8) as signals:
            _match(bus, rule)
            why = ("shutdown", NAME, "Your lines are deregistered", "delay")
            with _asked(bus, login, "Inhibit", "ssss", why)[0]:  # held back until it is closed
                while not bus.recv_until_filtered(signals).body[0]:
                    pass
                self._ask()
                bus.recv_until_filtered(signals)  # nothing comes any more: the end of the process lets go

    def _session_end(self, bus: Any) -> None:
        from jeepney import DBusAddress, HeaderFields, MatchRule  # noqa: PLC0415

        manager = "org.gnome.SessionManager"
        session = DBusAddress("/org/gnome/SessionManager", manager, manager)
        private = f"{manager}.ClientPrivate"
        _match(
            bus, MatchRule(type="signal", interface=private)
        )  # before we sign up, so that nothing is missed
        [path] = _asked(bus, session, "RegisterClient", "ss", ("softphone", ""))
        client = DBusAddress(path, manager, private)
        with bus.filter(MatchRule(type="signal", interface=private, path=path), bufsize=8) as signals:
            while True:
                match bus.recv_until_filtered(signals).header.fields[HeaderFields.member]:
                    case "QueryEndSession":  # nothing of ours speaks against it
                        _asked(bus, client, "EndSessionResponse", "bs", (True, ""))
                    case "EndSession" | "Stop":  # it waits until we are gone
                        self._ask()

    def _ask(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
            self._loop.call_soon_threadsafe(self._ask_to_stop)


def _match(bus: Any, rule: Any) -> None:
    from jeepney import message_bus  # noqa: PLC0415

    bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=ANSWER_S)


def _asked(bus: Any, address: Any, method: str, signature: str, body: tuple[Any, ...]) -> Any:
    """Return what a method returns. Raises ConnectionError when it refuses, or nobody is there."""
    from jeepney import MessageFlag, MessageType, new_method_call  # noqa: PLC0415

    call = new_method_call(address, method, signature, body)
    call.header.flags |= MessageFlag.no_auto_start
    answer = bus.send_and_get_reply(call, timeout=ANSWER_S)
    if answer.header.message_type is MessageType.error:
        raise ConnectionError(answer.body)
    return answer.body
