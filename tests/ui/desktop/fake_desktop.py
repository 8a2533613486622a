"""As much of a desktop as a tray icon and a notification need: two services on a session bus of our own."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_call, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import Message
from jeepney.wrappers import new_error, new_method_return

NOTIFICATIONS = "org.freedesktop.Notifications"
LOGIN = "org.freedesktop.login1"
SCREEN_SAVER = "org.gnome.ScreenSaver"
WATCHER = "org.kde.StatusNotifierWatcher"

_NOTES = DBusAddress("/org/freedesktop/Notifications", interface=NOTIFICATIONS)
_SESSION = DBusAddress("/org/freedesktop/login1/session/_32", interface="org.freedesktop.DBus.Properties")
_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@contextlib.contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """A bus that starts nothing by itself; yields its address."""
    config = folder / "bus.conf"
    config.write_text(_BUS.format(folder=folder))
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        try:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


class Desktop:
    """Owns names on the bus and keeps what it is asked; `notes` are title, text and id of notifications.

    `replaced` are the ids that they take the place of, 0 for none. `locked` is what login1 and the screen
    saver say when they are asked; `asked` are the names of the methods.
    """

    def __init__(self, bus: DBusConnection, names: tuple[str, ...]) -> None:
        self._bus = bus
        self.notes: list[tuple[str, str, int]] = []
        self.replaced: list[int] = []
        self.items: list[str] = []
        self.locked = False
        self.asked: list[str] = []
        for name in names:
            bus.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self._stop = False

    def click(self, number: int) -> None:
        """Invoke the default action of a notification."""
        self._bus.send(new_signal(_NOTES, "ActionInvoked", "us", (number, "default")))

    def end(self, number: int) -> None:
        """Take a notification from the screen."""
        self._bus.send(new_signal(_NOTES, "NotificationClosed", "uu", (number, 2)))

    def lock(self, who: str, *, locked: bool = True) -> None:
        """Lock the screen or unlock it; LOGIN or SCREEN_SAVER says so."""
        self.locked = locked
        if who == LOGIN:
            changed: tuple[Any, ...] = (f"{LOGIN}.Session", {"LockedHint": ("b", locked)}, [])
            self._bus.send(new_signal(_SESSION, "PropertiesChanged", "sa{sv}as", changed))
        else:
            saver = DBusAddress("/org/gnome/ScreenSaver", interface=SCREEN_SAVER)
            self._bus.send(new_signal(saver, "ActiveChanged", "b", (locked,)))

    def close(self) -> None:
        self._stop = True
        self._thread.join(timeout=20)

    def _serve(self) -> None:
        while not getattr(self, "_stop", False):
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            except (ConnectionError, OSError):
                return
            if message.header.message_type is MessageType.method_call:
                self._bus.send(self._answer(message))

    def _answer(self, message: Message) -> Any:
        member = message.header.fields.get(HeaderFields.member)
        self.asked.append(str(member))
        match member:
            case "Notify":
                number = message.body[1] or len(self.notes) + 1
                self.replaced.append(message.body[1])
                self.notes.append((message.body[3], message.body[4], number))
                return new_method_return(message, "u", (number,))
            case "GetCapabilities":
                return new_method_return(message, "as", (["body", "actions"],))
            case "RegisterStatusNotifierItem":
                sender = message.header.fields[HeaderFields.sender]
                self.items.append(sender)
                return new_method_return(message)
            case "GetSession":
                return new_method_return(message, "o", (_SESSION.object_path,))
            case "GetActive":
                return new_method_return(message, "b", (self.locked,))
            case "Get":
                return self._property(message)
            case _:
                return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")

    def _property(self, message: Message) -> Any:
        match message.body[1]:
            case "LockedHint":
                return new_method_return(message, "v", (("b", self.locked),))
            case "IsStatusNotifierHostRegistered":
                return new_method_return(message, "v", (("b", True),))
            case "ProtocolVersion":
                return new_method_return(message, "v", (("i", 0),))
            case _:
                return new_method_return(message, "v", (("as", self.items),))


class Tray:
    """Reads a tray icon from outside, as a desktop's panel does."""

    def __init__(self, bus: DBusConnection, service: str) -> None:
        self._bus = bus
        self._service = service

    def tooltip(self) -> str:
        answer = self._get("org.kde.StatusNotifierItem", "/StatusNotifierItem", "ToolTip")
        return str(answer[2])

    def icon(self) -> bytes:
        pixmaps = self._get("org.kde.StatusNotifierItem", "/StatusNotifierItem", "IconPixmap")
        return bytes(pixmaps[0][2])

    def menu(self) -> list[str]:
        return list(self._items())

    def click(self, label: str) -> None:
        """Choose an item of the menu."""
        event = (self._items()[label], "clicked", ("i", 0), 0)
        self._bus.send_and_get_reply(new_method_call(self._menu(), "Event", "isvu", event), timeout=30)

    def _items(self) -> dict[str, int]:
        """What can be seen in the menu, with the number that a click names."""
        names = ["label", "visible"]
        answer = self._bus.send_and_get_reply(
            new_method_call(self._menu(), "GetLayout", "iias", (0, -1, names)), timeout=10
        )
        _, layout = answer.body
        items = [(number, properties) for _, (number, properties, _) in layout[2]]
        return {
            properties["label"][1]: number
            for number, properties in items
            if "label" in properties and properties.get("visible", ("b", True))[1]
        }

    def _menu(self) -> DBusAddress:
        path = self._get("org.kde.StatusNotifierItem", "/StatusNotifierItem", "Menu")
        return DBusAddress(path, self._service, "com.canonical.dbusmenu")

    def _get(self, interface: str, path: str, name: str) -> Any:
        address = DBusAddress(path, self._service, "org.freedesktop.DBus.Properties")
        answer = self._bus.send_and_get_reply(
            new_method_call(address, "Get", "ss", (interface, name)), timeout=10
        )
        assert answer.header.message_type is not MessageType.error, answer.body
        return answer.body[0][1]


@contextlib.contextmanager
def desktop(address: str, *names: str) -> Iterator[Desktop]:
    """Serve some of the names."""
    with open_dbus_connection(address) as bus:
        made = Desktop(bus, names)
        try:
            yield made
        finally:
            made.close()
