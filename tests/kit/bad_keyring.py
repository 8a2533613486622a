"""A Secret Service that misbehaves: `python -m tests.kit.bad_keyring MANNER SLOW_S`, on the session bus.

It has one unlocked keyring, kept in memory. `slow` answers each question about an item SLOW_S late, `hanging`
never, `dying` ends in the middle of it; `well` answers at once. A line on standard input is its next manner.
"""

import os
import sys
import threading
import time
from typing import Any

from jeepney import HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

COLLECTION = "/org/freedesktop/secrets/aliases/default"
ITEM = "/org/freedesktop/secrets/item"


class Service:
    """Answers what `secretstorage` asks, with plain secrets."""

    def __init__(self, manner: str, slow_s: float) -> None:
        self.manner = manner
        self._slow_s = slow_s
        self._items: list[tuple[dict[str, str], bytes]] = []

    def answer(self, member: str, path: str, body: Any) -> tuple[str, Any] | None:
        """Return signature and body; None when it is not known here."""
        if member in ("SearchItems", "CreateItem"):
            self._misbehave()
        match member:
            case "Get":
                return "v", (("b", False) if body[1] == "Locked" else ("s", "Default"),)
            case "ReadAlias":
                return "o", (COLLECTION,)
            case "OpenSession" if body[0] == "plain":
                return "vo", (("s", ""), "/session")
            case "SearchItems":
                found = (
                    n
                    for n, (attributes, _) in enumerate(self._items)
                    if body[0].items() <= attributes.items()
                )
                return "ao", ([f"{ITEM}/{n}" for n in found],)
            case "CreateItem":
                properties, (_, _, secret, _), _ = body
                attributes = properties["org.freedesktop.Secret.Item.Attributes"][1]
                self._items = [one for one in self._items if one[0] != attributes]
                self._items.append((attributes, bytes(secret)))
                return "oo", (f"{ITEM}/{len(self._items) - 1}", "/")
            case "Unlock":
                return "aoo", (body[0], "/")
            case "GetSecret":
                return "(oayays)", (
                    ("/session", b"", self._items[int(path.rpartition("/")[2])][1], "text/plain"),
                )
            case "Delete":
                del self._items[int(path.rpartition("/")[2])]
                return "o", ("/",)
            case _:
                return None

    def _misbehave(self) -> None:
        match self.manner:
            case "slow":
                time.sleep(self._slow_s)
            case "hanging":
                time.sleep(600)
            case "dying":
                os._exit(1)

    def listen(self) -> None:
        """Behave as standard input says from now on."""
        for line in sys.stdin:
            self.manner = line.strip()
            sys.stdout.write(f"{line}")
            sys.stdout.flush()


def main(manner: str, slow_s: str) -> None:
    """Serve until killed."""
    service = Service(manner, float(slow_s))
    threading.Thread(target=service.listen, daemon=True).start()
    with open_dbus_connection() as bus:
        bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
        while True:
            message = bus.receive()
            if message.header.message_type is not MessageType.method_call:
                continue
            fields = message.header.fields
            found = service.answer(fields[HeaderFields.member], fields[HeaderFields.path], message.body)
            if found is None:
                bus.send(new_error(message, "org.freedesktop.DBus.Error.NotSupported"))
            else:
                bus.send(new_method_return(message, *found))


if __name__ == "__main__":
    main(*sys.argv[1:])
