"""Keyrings for tests, each on a bus of its own: a real gnome-keyring, and one that misbehaves as it is told.

The prompter of a bus shows nothing: it counts how often the keyring wanted to ask its person, and leaves the
question open or refuses it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.kit.program import wait_until

POLICY = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<servicedir>{services}</servicedir><policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""
PATIENCE_S = 20.0


class Bus:
    """A session bus below `home`, with what runs on it. `prompt_waits`: a prompt stays open, else refused.

    A keyring would be started when it is asked something, as on a desktop, and would not come up.
    """

    def __init__(self, home: Path, *, prompt_waits: bool = False) -> None:
        self.home = home
        self._prompts = home / "prompts"
        services = home / "services"
        for folder in (home, services, home / "runtime"):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._touched = home / "touched"
        (services / "secrets.service").write_text(
            "[D-BUS Service]\nName=org.freedesktop.secrets\n"
            f"Exec=/bin/sh -c 'echo touched >>{self._touched}; exit 1'\n"
        )
        then = "exec sleep 600" if prompt_waits else "exit 1"
        (services / "prompter.service").write_text(
            "[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\n"
            f"Exec=/bin/sh -c 'echo prompt >>{self._prompts}; {then}'\n"
        )
        (home / "bus.conf").write_text(POLICY.format(services=services))
        self.address = ""
        self._running: list[subprocess.Popen[str]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What a process on this bus has for an environment, beside its PATH."""
        return {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home / "runtime"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
        }

    @property
    def prompts(self) -> int:
        """How often the keyring wanted to ask its person."""
        return len(self._prompts.read_text().split()) if self._prompts.exists() else 0

    @property
    def touched(self) -> bool:
        """Whether anybody has asked the keyring anything while none was running."""
        return self._touched.exists()

    def start(
        self,
        *command: str,
        environment: Mapping[str, str] | None = None,
        errors: "IO[str] | int" = subprocess.DEVNULL,
    ) -> "subprocess.Popen[str]":
        """Start a process on the bus; it is killed with it."""
        process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment, **(environment or {})},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        self._running.append(process)
        return process

    def gnome_keyring(self, *, password: str | None = None) -> "subprocess.Popen[str]":
        """Start the real one: locked, or without any keyring yet; unlocked (and made) with a password."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        keyring = self.start(*command, *(["--unlock"] if password is not None else []))
        assert keyring.stdin is not None
        keyring.stdin.write(password or "")
        keyring.stdin.close()
        self.until_served()
        return keyring

    def bad_keyring(self, manner: str, slow_s: float = 20.0) -> "subprocess.Popen[str]":
        """Start one that is `well`, `slow`, `hanging` or `dying` (`tests.kit.bad_keyring`)."""
        keyring = self.start(sys.executable, "-m", "tests.kit.bad_keyring", manner, str(slow_s))
        self.until_served()
        return keyring

    def become(self, keyring: "subprocess.Popen[str]", manner: str) -> None:
        """Have a bad keyring behave so from now on."""
        assert keyring.stdin is not None
        assert keyring.stdout is not None
        keyring.stdin.write(f"{manner}\n")
        keyring.stdin.flush()
        assert keyring.stdout.readline().strip() == manner

    def stop_answering(self) -> None:
        """From now on the bus itself says nothing more."""
        self._running[0].send_signal(signal.SIGSTOP)

    def until_served(self) -> None:
        """Wait until somebody owns the name of the Secret Service."""
        from jeepney import DBusAddress, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        asked = new_method_call(bus, "NameHasOwner", "s", ("org.freedesktop.secrets",))
        with open_dbus_connection(self.address) as connection:
            wait_until(lambda: connection.send_and_get_reply(asked).body[0])

    def __enter__(self) -> "Bus":
        command = ("dbus-daemon", f"--config-file={self.home / 'bus.conf'}", "--nofork", "--print-address=1")
        daemon = self.start(*command)
        assert daemon.stdout is not None
        self.address = daemon.stdout.readline().strip()
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()
