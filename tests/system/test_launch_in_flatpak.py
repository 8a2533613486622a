"""Start at login from inside a Flatpak: the desktop is asked by its portal, here one of ours."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection
from jeepney.low_level import Message

from softphone.system import launch
from softphone.system.launch import PORTAL, Autostart
from tests.kit.program import wait_until
from tests.ui.desktop.fake_desktop import session_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Flatpaks are of Linux")

REQUEST = DBusAddress(
    "/org/freedesktop/portal/desktop/request/1/a", interface="org.freedesktop.portal.Request"
)


class Portal:
    """Grants what it is asked on the bus at `address`, once it has been asked; `asked` are the options."""

    def __init__(self, address: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self._bus = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName(f"{PORTAL}.Desktop"))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._closed = True
        self._thread.join(timeout=20)
        self._bus.close()

    def _serve(self) -> None:
        while not getattr(self, "_closed", False):
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self._grant(message)

    def _grant(self, message: Message) -> None:
        fields = message.header.fields
        assert fields[HeaderFields.path] == "/org/freedesktop/portal/desktop"
        assert fields[HeaderFields.interface] == "org.freedesktop.portal.Background"
        assert fields[HeaderFields.member] == "RequestBackground"
        assert fields[HeaderFields.signature] == "sa{sv}"
        options = {name: value for name, (_, value) in message.body[1].items()}
        self._bus.send(new_method_return(message, "o", (REQUEST.object_path,)))
        said = {"background": ("b", True), "autostart": ("b", options["autostart"])}
        response = new_signal(REQUEST, "Response", "ua{sv}", (0, said))
        response.header.fields[HeaderFields.destination] = fields[HeaderFields.sender]
        self._bus.send(response)
        self.asked.append(options)


@pytest.fixture
def portal(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with session_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        portal = Portal(address)
        yield portal
        portal.close()


def in_flatpak(home: Path) -> Autostart:
    inside = {"FLATPAK_ID": "io.github.softphone.panel", "XDG_CONFIG_HOME": str(home / "inside")}
    return Autostart("work", environment=inside, platform="linux", home=home)


def test_the_desktop_is_asked_to_start_it_hidden_and_no_more(
    portal: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, launch.__name__)
    entry = in_flatpak(tmp_path)
    entry.set(on=True)
    assert entry.is_on()
    wait_until(lambda: "True is granted" in caplog.text)
    entry.set(on=True)  # nothing has changed: a person is not asked twice
    entry.set(on=False)
    assert not entry.is_on()
    wait_until(lambda: "False is granted" in caplog.text)
    started = [*launch.command(), "--profile", "work", "--hidden"]
    assert [one["autostart"] for one in portal.asked] == [True, False]
    assert [one["commandline"] for one in portal.asked] == [started, started]


def test_without_a_desktop_that_can_be_asked_the_choice_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, launch.__name__)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    entry = in_flatpak(tmp_path)
    entry.set(on=True)
    wait_until(lambda: "cannot be asked" in caplog.text)
    assert entry.is_on()


def test_outside_of_a_flatpak_nobody_is_asked(portal: Portal, tmp_path: Path):
    entry = Autostart(environment={}, platform="linux", home=tmp_path)
    entry.set(on=True)
    entry.set(on=False)
    assert portal.asked == []
