"""Starting with the desktop: written where each system looks, read back from there, removed without a trace.

Linux: a desktop file in the user's `autostart` folder. Windows: a value of the user's `Run` key. macOS: a
launch agent. The command holds the profile's name and nothing secret.
"""

import os
import plistlib
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from softphone.errors import ConfigError
from softphone.words import phrase

APP_ID = "org.softphone.panel"


class Autostart:
    """The entry of one profile. The file of the system is the only place this is kept."""

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
        if on == self.is_on():
            return
        try:
            if self._platform == "win32":
                _set_windows_value(self._value, _windows_command(self.command) if on else None)
            elif on:
                self._write()
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

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_name(f".{self._file.name}-{os.getpid()}")
        if self._platform == "darwin":
            temporary.write_bytes(
                plistlib.dumps(
                    {"Label": self._value, "ProgramArguments": list(self.command), "RunAtLoad": True}
                )
            )
        else:
            temporary.write_text(_desktop_file(self.command), encoding="utf-8")
        temporary.replace(self._file)


def _desktop_file(command: tuple[str, ...]) -> str:
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Softphone",
            "Comment=Keeps your Webex Calling lines registered",
            f"Exec={' '.join(_exec_quoted(part) for part in command)}",
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


def _windows_command(command: tuple[str, ...]) -> str:
    return " ".join(f'"{part}"' if " " in part else part for part in command)


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
