"""A screen reader's view of another process: names, roles, states and announcements over the real AT-SPI bus.

It sees and does what Orca would: reads the tree, presses what offers an action, moves the focus, types keys.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
PATIENCE_S = 30.0

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_KEYS = DBusAddress(
    "/org/a11y/atspi/registry/deviceeventcontroller",
    "org.a11y.atspi.Registry",
    "org.a11y.atspi.DeviceEventController",
)
_PRESS_AND_RELEASE_SYMBOL = 3
_RETURN = 0xFF0D
_STATES = {"focusable": 11, "focused": 12, "enabled": 8, "showing": 25, "visible": 30}


class GoneError(Exception):
    """The thing that was asked does not exist any more."""


@dataclass(frozen=True)
class Thing:
    """One object of the tree."""

    place: tuple[str, str]
    role: str
    name: str
    description: str = ""
    states: frozenset[str] = frozenset()


class ScreenReader:
    """Reads and drives every accessible program of one session."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        self.heard: list[str] = []

    def listen(self) -> None:
        """Collect announcements in `heard` from now on."""
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement")
        self._bus.send_and_get_reply(message_bus.AddMatch(rule))
        registry = DBusAddress("/org/a11y/atspi/registry", ROOT[0], "org.a11y.atspi.Registry")
        self._ask(registry, "RegisterEvent", "sass", ("object:announcement", [], ""))

    def tree(self, place: tuple[str, str] = ROOT) -> Iterator[Thing]:
        """Yield everything below a place that is showing, the outermost first."""
        for child in self._children(place):
            try:
                thing = self._thing(child)
            except GoneError:
                continue
            if thing.role == "application" or "showing" in thing.states:
                yield thing
                yield from self.tree(child)

    def find(self, role: str, name: str | Callable[[str], bool]) -> Thing:
        """Wait for the one showing thing of this role and name, and return it."""
        matches = name if callable(name) else (lambda each: each == name)

        def look() -> Thing | None:
            return next((each for each in self.tree() if each.role == role and matches(each.name)), None)

        found: Thing = self.wait(f"{role} {name!r}", look)
        return found

    def wait(self, what: str, holds: Callable[[], Any]) -> Any:
        """Wait until something holds and return it; listens meanwhile."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not (found := holds()):
            self._hear()
            if time.monotonic() > deadline_s:
                seen = "\n".join(f"{each.role}: {each.name}" for each in self.tree())
                raise AssertionError(f"waited in vain for {what}; heard {self.heard}; the tree:\n{seen}")
        return found

    def hear(self, words: Callable[[str], bool]) -> str:
        """Wait for an announcement that was not asked for before."""
        said: str = self.wait("announcement", lambda: next((each for each in self.heard if words(each)), ""))
        del self.heard[: self.heard.index(said) + 1]
        return said

    def press(self, thing: Thing) -> None:
        """Carry out its first action."""
        address = DBusAddress(thing.place[1], thing.place[0], "org.a11y.atspi.Action")
        assert self._ask(address, "DoAction", "i", (0,)) == (True,)

    def focus(self, thing: Thing) -> None:
        """Give it the focus, and wait until it has it."""
        address = DBusAddress(thing.place[1], thing.place[0], "org.a11y.atspi.Component")
        self._ask(address, "GrabFocus")
        self.wait(f"focus on {thing.name}", lambda: "focused" in self._thing(thing.place).states)

    def enter(self, thing: Thing) -> None:
        """Press Enter on it: a button of a web page offers no action but the focus."""
        self.focus(thing)
        self._key(_RETURN)

    def type(self, text: str) -> None:
        """Type text to whatever has the focus."""
        for letter in text:
            self._key(ord(letter))

    # ---- the bus

    def _key(self, symbol: int) -> None:
        self._ask(_KEYS, "GenerateKeyboardEvent", "isu", (symbol, "", _PRESS_AND_RELEASE_SYMBOL))

    def _hear(self) -> None:
        deadline_s = time.monotonic() + 0.05
        while (left_s := deadline_s - time.monotonic()) > 0:
            try:
                message = self._bus.receive(timeout=left_s)
            except TimeoutError:
                return
            self._keep(message)

    def _keep(self, message: Any) -> None:
        if message.header.message_type is MessageType.signal and len(message.body) > 3:
            self.heard.append(str(message.body[3][1]))

    def _thing(self, place: tuple[str, str]) -> Thing:
        address = DBusAddress(place[1], place[0], _ACCESSIBLE)
        words = self._ask(address, "GetState")[0][0]
        return Thing(
            place=place,
            role=self._ask(address, "GetRoleName")[0],
            name=self._property(place, "Name"),
            description=self._property(place, "Description"),
            states=frozenset(state for state, bit in _STATES.items() if words & (1 << bit)),
        )

    def _children(self, place: tuple[str, str]) -> list[tuple[str, str]]:
        try:
            found = self._ask(DBusAddress(place[1], place[0], _ACCESSIBLE), "GetChildren")[0]
        except GoneError:
            return []
        return [(service, path) for service, path in found]

    def _property(self, place: tuple[str, str], name: str) -> str:
        address = DBusAddress(place[1], place[0], "org.freedesktop.DBus.Properties")
        return str(self._ask(address, "Get", "ss", (_ACCESSIBLE, name))[0][1])

    def _ask(self, address: DBusAddress, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        question = new_method_call(address, method, signature or None, body)
        serial = next(self._bus.outgoing_serial)
        self._bus.send(question, serial=serial)
        deadline_s = time.monotonic() + PATIENCE_S
        while True:  # announcements come between questions and answers
            message = self._bus.receive(timeout=deadline_s - time.monotonic())
            if message.header.fields.get(5) == serial:
                break
            self._keep(message)
        if message.header.message_type is MessageType.error:
            raise GoneError(message.body)
        return message.body


@contextmanager
def session(folder: Path) -> Iterator[tuple[ScreenReader, dict[str, str]]]:
    """Run a session bus with accessibility on it; yields the reader and the environment for programs."""
    launcher = next(path for path in LAUNCHERS if Path(path).exists())
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    with ExitStack() as stack:
        bus = stack.enter_context(
            _running(["dbus-daemon", "--session", "--nofork", "--print-address=1"], os.environ | {})
        )
        assert bus.stdout is not None
        environment = os.environ | {
            "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        stack.enter_context(_running([launcher, "--launch-immediately"], environment))
        connection = stack.enter_context(open_dbus_connection(_accessibility_bus(environment)))
        yield ScreenReader(connection), environment


def _accessibility_bus(environment: dict[str, str]) -> str:
    question = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
    deadline_s = time.monotonic() + PATIENCE_S
    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:
        while time.monotonic() < deadline_s:
            answer = bus.send_and_get_reply(question, timeout=PATIENCE_S)
            if answer.header.message_type is not MessageType.error:
                return str(answer.body[0])
            time.sleep(0.05)  # the launcher is not there yet
    raise AssertionError("the accessibility bus did not start")


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)
