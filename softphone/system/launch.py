"""How this program is started and ended: its command, with the desktop, and again in its own process.

With the desktop: written where each system looks, read back from there, removed without a trace. Linux: a
desktop file in the user's `autostart` folder; that of a Flatpak lies inside, and remembers what the desktop
was asked by its portal. Windows: a value of the user's `Run` key. macOS: a launch agent. The command starts
what runs: the same program with the same profile and cloud file, and with the folder of `SOFTPHONE_HOME` if
it is set. Nothing in it is secret.
"""

import contextlib
import hashlib
import logging
import os
import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from softphone.errors import ConfigError
from softphone.i18n import phrase
from softphone.system.files import read_file, replace_file
from softphone.system.folders import APP_ID

START_AGAIN = -1  # instead of an exit code
OLD_APP_ID = "org.softphone.panel"  # until the program had one for everything
PORTAL = "org.freedesktop.portal"

_log = logging.getLogger(__name__)

_given = dict(os.environ)  # as it was before secrets and unsafe variables were taken out


def is_bundle() -> bool:
    """Whether Python and Qt are inside of what runs, instead of a Python that runs this."""
    return bool(getattr(sys, "frozen", False))


def command(*arguments: str) -> tuple[str, ...]:
    """Return the command that starts this very program anew: a bundle is the program, Python runs it."""
    if not is_bundle():
        return (sys.executable, "-m", "softphone", *arguments)
    image, mounted = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    if image and mounted and Path(sys.executable).is_relative_to(mounted):  # else they are a parent's
        return (image, *arguments)
    return (sys.executable, *arguments)


def start_again() -> NoReturn:
    """Become the program with the arguments and variables that this one was given, but not hidden."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what is ignored stays so
    arguments = [argument for argument in sys.orig_argv[1:] if argument != "--hidden"]
    os.execve(sys.executable, [sys.executable, *arguments], _given)  # nosec B606 # noqa: S606 - ourselves


def end_process(code: int) -> None:
    """End here with this exit code where threads are left; else the interpreter may.

    One that wakes up in a library of C++ while the interpreter ends aborts the process: a daemon of ours, or
    one of those that Qt paints with.
    """
    if threading.active_count() > 1 or "PySide6.QtGui" in sys.modules:
        logging.shutdown()
        os._exit(code)


class Autostart:
    """The entry of one profile. The file of the system is the only place this is kept.

    A program that keeps its things in a `SOFTPHONE_HOME` has an entry of its own and leaves the others alone.
    """

    def __init__(
        self,
        profile: str = "default",
        cloud_file: Path | None = None,
        *,
        environment: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
        home: Path | None = None,
    ) -> None:
        """`cloud_file` is the one that was given on the command line."""
        profile_option = () if profile == "default" else ("--profile", profile)
        cloud_option = () if cloud_file is None else ("--cloud", str(cloud_file.absolute()))
        self._options = (*profile_option, *cloud_option, "--hidden")
        self._platform = platform
        self._in_flatpak = platform == "linux" and "FLATPAK_ID" in environment
        home = home or Path.home()
        name = "" if profile == "default" else f".{profile}"
        own_home = environment.get("SOFTPHONE_HOME")
        self._own_home = str(Path(own_home).absolute()) if own_home else ""
        if self._own_home:
            name += f".{hashlib.sha256(self._own_home.encode()).hexdigest()[:8]}"
        if platform == "darwin":
            folder, end = home / "Library" / "LaunchAgents", ".plist"
        else:
            folder = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "autostart"
            end = ".desktop"
        self._value, self._old_value = f"{APP_ID}{name}", f"{OLD_APP_ID}{name}"
        self._file, self._old_file = folder / f"{self._value}{end}", folder / f"{self._old_value}{end}"

    def move_in(self) -> None:
        """Give an entry under the old name the new one, switched off or on as it is; it may stay."""
        with contextlib.suppress(OSError):
            if self._platform == "win32":
                row = _windows_value(self._old_value)
                if row is not None:
                    _set_windows_value(self._value, _windows_value(self._value) or row)
                    _set_windows_value(self._old_value, None)
            elif os.path.lexists(self._file):
                self._old_file.unlink(missing_ok=True)
            else:
                self._old_file.rename(self._file)

    def is_on(self) -> bool:
        """Whether the program starts with the desktop."""
        if self._platform == "win32":
            return _windows_value(self._value) is not None
        try:
            text = read_file(self._file).decode("utf-8")
        except (OSError, ValueError):
            return False
        return "X-GNOME-Autostart-enabled=false" not in text and "Hidden=true" not in text

    def set(self, *, on: bool) -> None:
        """Switch it on or off; raises ConfigError naming the file that cannot be written."""
        if on == self.is_on() and not (on and self._is_stale()):
            return
        try:
            if self._platform == "win32":
                _set_windows_value(self._value, _run_row(command(*self._options)) if on else None)
            elif on:
                replace_file(self._file, self._text())
            else:
                self._file.unlink(missing_ok=True)
            if self._in_flatpak:
                from softphone.system.background import begin_in_thread

                start = (*self._program, *self._options)
                begin_in_thread(lambda: _ask_portal(start, on=on), "autostart")  # a person may be asked
        except (OSError, UnicodeError) as error:
            raise ConfigError(
                phrase(
                    "{file}: cannot be written ({why}), so starting at login was not changed.",
                    file=str(self._file),
                    why=getattr(error, "strerror", "") or type(error).__name__,
                ),
                title="Start at login was not changed",
            ) from error

    def _is_stale(self) -> bool:
        """Whether the program has moved since it was written; what else is started was chosen with it."""
        if self._platform == "win32":
            row, start = _windows_value(self._value) or "", _run_row(command())
            return row != start and not row.startswith(f"{start} ")
        text = read_file(self._file).decode("utf-8")
        if self._platform == "darwin":
            return text != self._text()
        return not any(row.startswith(f"{_exec_row(self._program)} ") for row in text.splitlines())

    def _text(self) -> str:
        # A program that runs from a checkout is found from there only.
        folder = "" if is_bundle() else str(Path(__file__).absolute().parents[2])
        if self._platform != "darwin":
            return _desktop_file((*self._program, *self._options), folder)
        agent = {
            "Label": self._value,
            "ProgramArguments": [*self._program, *self._options],
            "RunAtLoad": True,
        } | ({"WorkingDirectory": folder} if folder else {})
        import plistlib

        return plistlib.dumps(agent).decode()

    @property
    def _program(self) -> tuple[str, ...]:
        # A Run key of Windows sets no variable: there it has to be one of the user's own.
        home = ("/usr/bin/env", f"SOFTPHONE_HOME={self._own_home}") if self._own_home else ()
        return (*home, *command())


def _ask_portal(command: tuple[str, ...], *, on: bool) -> None:
    """Ask the desktop to start a Flatpak at login, or no more. It has one entry for all profiles of it."""
    try:
        from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        place = f"/{PORTAL.replace('.', '/')}/desktop"
        background = DBusAddress(place, f"{PORTAL}.Desktop", f"{PORTAL}.Background")
        options = {
            "reason": ("s", "Your lines are registered as soon as you sign in."),
            "autostart": ("b", on),
            "commandline": ("as", list(command)),
        }
        rule = MatchRule(type="signal", interface=f"{PORTAL}.Request", member="Response")
        with open_dbus_connection("SESSION") as bus, bus.filter(rule) as responses:
            call = new_method_call(background, "RequestBackground", "sa{sv}", ("", options))
            answer = bus.send_and_get_reply(call)
            if answer.header.message_type is MessageType.error:
                _log.info("start at login: the desktop cannot be asked (%s)", answer.body)
                return
            _, said = bus.recv_until_filtered(responses).body  # whoever goes before takes the question back
            _, granted = said.get("autostart", ("b", False))
            _log.info("start at login: %s was asked, %s is granted", on, granted)
    except Exception as error:  # noqa: BLE001 - a foreign service: whatever it does, we go on
        _log.info("start at login: the desktop cannot be asked (%r)", error)


def _exec_row(command: tuple[str, ...]) -> str:
    return f"Exec={' '.join(_exec_quoted(part) for part in command)}"


def _desktop_file(command: tuple[str, ...], folder: str) -> str:
    rows = (
        "[Desktop Entry]",
        "Type=Application",
        "Name=Softphone",
        "Comment=Keeps your Webex Calling lines registered",
        f"TryExec={_in_value(command[0])}",  # where the program was removed the desktop passes over it
        _exec_row(command),
        f"Path={_in_value(folder)}" if folder else "",
        f"Icon={APP_ID}",
        "Terminal=false",
        "X-GNOME-Autostart-enabled=true",
    )
    return "".join(f"{row}\n" for row in rows if row)


def _exec_quoted(part: str) -> str:
    """Quote as the Desktop Entry Specification asks: double quotes, and a doubled percent sign."""
    part = part.replace("%", "%%")
    if shlex.quote(part) == part:
        return part
    for special in ("\\", '"', "`", "$"):
        part = part.replace(special, "\\" + special)
    return f'"{_in_value(part)}"'


def _in_value(text: str) -> str:
    """Escape as a key's value asks, which is a string of one line."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return f"\\s{text[1:]}" if text.startswith(" ") else text


_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def _run_row(command: tuple[str, ...]) -> str:
    import subprocess

    return subprocess.list2cmdline(command)


def _windows_value(name: str) -> str | None:
    import winreg  # type: ignore[import-not-found,unused-ignore]

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined,unused-ignore]
            return str(winreg.QueryValueEx(key, name)[0])  # type: ignore[attr-defined,unused-ignore]
    except FileNotFoundError:
        return None


def _set_windows_value(name: str, command: str | None) -> None:
    import winreg  # type: ignore[import-not-found,unused-ignore]

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:  # type: ignore[attr-defined,unused-ignore]
        if command is None:
            winreg.DeleteValue(key, name)  # type: ignore[attr-defined,unused-ignore]
        else:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, command)  # type: ignore[attr-defined,unused-ignore]
