"""Starting with the desktop: written where each system looks, read back from there, removed without a trace.

Linux: a desktop file in the user's `autostart` folder. Windows: a value of the user's `Run` key. macOS: a
launch agent. The command holds the profile's name, the folder of `SOFTPHONE_HOME` if it is set, and nothing
secret.
"""

import hashlib
import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from softphone.errors import ConfigError
from softphone.whole_file import replace_file
from softphone.words import phrase

APP_ID = "org.softphone.panel"


class Autostart:
    """The entry of one profile. The file of the system is the only place this is kept.

    A program that keeps its things in a `SOFTPHONE_HOME` has an entry of its own and leaves the others alone.
    """

    def __init__(
        self,
        profile: str = "default",
        *,
        environment: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
        home: Path | None = None,
    ) -> None:
        self._profile = profile
        self._platform = platform
        home = home or Path.home()
        name = APP_ID if profile == "default" else f"{APP_ID}.{profile}"
        self._own_home = environment.get("SOFTPHONE_HOME", "")
        if self._own_home:
            name += f".{hashlib.sha256(self._own_home.encode()).hexdigest()[:8]}"
        if platform == "darwin":
            self._file = home / "Library" / "LaunchAgents" / f"{name}.plist"
        else:
            config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
            self._file = config / "autostart" / f"{name}.desktop"
        self._value = name

    @property
    def command(self) -> tuple[str, ...]:
        """What is started: this very program, hidden."""
        program = (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "softphone")
        profile = () if self._profile == "default" else ("--profile", self._profile)
        return (*program, *profile, "--hidden")

    def is_on(self) -> bool:
        """Whether the program starts with the desktop."""
        if self._platform == "win32":
            return _windows_value(self._value) is not None
        try:
            text = self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False
        return "X-GNOME-Autostart-enabled=false" not in text and "Hidden=true" not in text

    def set(self, *, on: bool) -> None:
        """Switch it on or off; raises ConfigError naming the file that cannot be written."""
        if on == self.is_on() and not (on and self._is_stale()):
            return
        try:
            if self._platform == "win32":
                _set_windows_value(self._value, subprocess.list2cmdline(self.command) if on else None)
            elif on:
                replace_file(self._file, self._text())
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(
                phrase(
                    "{file}: cannot be written ({why}), so starting at login was not changed.",
                    file=str(self._file),
                    why=error.strerror or "",
                ),
                title="Start at login was not changed",
            ) from error

    def _is_stale(self) -> bool:
        """The program has moved since it was written; what a person has added to the entry is no reason."""
        if self._platform == "win32":
            return _windows_value(self._value) != subprocess.list2cmdline(self.command)
        text = self._file.read_text(encoding="utf-8")
        if self._platform == "darwin":
            return text != self._text()
        return _exec_row(self._started()) not in text.splitlines()

    def _text(self) -> str:
        if self._platform != "darwin":
            return _desktop_file(self._started())
        agent = {"Label": self._value, "ProgramArguments": list(self._started()), "RunAtLoad": True}
        return plistlib.dumps(agent).decode()

    def _started(self) -> tuple[str, ...]:
        # A Run key of Windows sets no variable: there it has to be one of the user's own.
        home = ("/usr/bin/env", f"SOFTPHONE_HOME={self._own_home}") if self._own_home else ()
        return (*home, *self.command)


def _exec_row(command: tuple[str, ...]) -> str:
    return f"Exec={' '.join(_exec_quoted(part) for part in command)}"


def _desktop_file(command: tuple[str, ...]) -> str:
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Softphone",
            "Comment=Keeps your Webex Calling lines registered",
            _exec_row(command),
            "Icon=softphone",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
            "",
        )
    )


def _exec_quoted(part: str) -> str:
    """Quote as the Desktop Entry Specification asks: double quotes, and a doubled percent sign."""
    part = part.replace("%", "%%")
    if shlex.quote(part) == part:
        return part
    for special in ("\\", '"', "`", "$"):
        part = part.replace(special, "\\" + special)
    # The value of a key is a string itself, in which a backslash is written as two.
    return '"' + part.replace("\\", "\\\\") + '"'


_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def _windows_value(name: str) -> str | None:
    import winreg  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined,unused-ignore]
            return str(winreg.QueryValueEx(key, name)[0])  # type: ignore[attr-defined,unused-ignore]
    except FileNotFoundError:
        return None


def _set_windows_value(name: str, command: str | None) -> None:
    import winreg  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined,unused-ignore]
        if command is None:
            winreg.DeleteValue(key, name)  # type: ignore[attr-defined,unused-ignore]
        else:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, command)  # type: ignore[attr-defined,unused-ignore]
