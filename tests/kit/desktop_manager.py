"""login1 and GNOME's session manager on one bus: `python -m tests.kit.desktop_manager`.

`power-off` and `log-out` on its standard input have it say what they say then. It prints `held` once somebody
holds the power-off back or has signed up with the session, and `let go` when that one is gone.
"""

import os
import sys
import threading
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LOGIN = DBusAddress("/org/freedesktop/login1", interface="org.freedesktop.login1.Manager")
CLIENT = DBusAddress("/client", interface="org.gnome.SessionManager.ClientPrivate")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def wait_for_end_of(lock: int) -> None:
    os.read(lock, 1)
    say("let go")


def serve(bus: DBusConnection) -> None:
    """Answer for ever."""
    signed_up = ""
    while True:
        message = bus.receive()
        fields = message.header.fields
        member = fields.get(HeaderFields.member)
        answer: tuple[Any, ...] = ()
        match member:
            case "Inhibit":
                ours, theirs = os.pipe()
                answer = ("h", (theirs,))
                threading.Thread(target=wait_for_end_of, args=(ours,), daemon=True).start()
                say(f"held {' '.join(message.body)}")
            case "RegisterClient":
                signed_up = fields[HeaderFields.sender]
                answer = ("o", (CLIENT.object_path,))
                say("held session")
            case "EndSessionResponse":
                bus.send(new_signal(CLIENT, "EndSession", "u", (0,)))
            case "NameOwnerChanged" if message.body[0] == signed_up and not message.body[2]:
                say("let go")
        if message.header.message_type is MessageType.method_call:
            known = member in ("Inhibit", "RegisterClient", "EndSessionResponse")
            bus.send(new_method_return(message, *answer) if known else new_error(message, "not.known"))
            if member == "Inhibit":
                os.close(theirs)


def main() -> None:
    """Serve, and do what standard input says."""
    with open_dbus_connection(enable_fds=True) as bus:
        for name in ("org.freedesktop.login1", "org.gnome.SessionManager"):
            bus.send_and_get_reply(message_bus.RequestName(name))
        rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"
        bus.send_and_get_reply(message_bus.AddMatch(rule))
        threading.Thread(target=serve, args=(bus,), daemon=True).start()
        say("serving")
        for line in sys.stdin:
            if line.strip() == "power-off":
                bus.send(new_signal(LOGIN, "PrepareForShutdown", "b", (True,)))
            else:
                bus.send(new_signal(CLIENT, "QueryEndSession", "u", (0,)))


if __name__ == "__main__":
    main()
