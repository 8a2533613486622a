"""Which computer this is, so that a profile copied from another one is recognised.

What is kept is a mark: a hash of the computer's ID with a salt of its own. Nobody learns the ID from it.
"""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import sys
from pathlib import Path

from softphone.system.files import path_bytes, read_file, replace_file

ID_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"), Path("/etc/hostid"))
KEPT_ID_FILE_NAME = "machine-id"

_ID = re.compile(r"[0-9A-Fa-f-]{16,64}")  # not "uninitialized", as an image of a system has it
_SALT_BYTES = 8

if sys.platform == "win32":
    import winreg

    def _system_id() -> str:
        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE,
                r"SOFTWARE\Microsoft\Cryptography",
                access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY,
            ) as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        return ""

elif sys.platform == "darwin":
    import ctypes

    def _system_id() -> str:
        found, wait = (ctypes.c_ubyte * 16)(), (ctypes.c_long * 2)(1, 0)  # a timespec: 1 s
        failed = ctypes.CDLL(None).gethostuuid(found, wait)
        return "" if failed else bytes(found).hex()

else:

    def _system_id() -> str:
        return next((found for path in ID_FILES if (found := _read_id(path))), "")


def machine_id(folder: Path) -> str:
    """Return the ID that the system has for this computer; without one, a random one kept in `folder`."""
    if found := _system_id() or _read_id(folder / KEPT_ID_FILE_NAME):
        return found
    made = secrets.token_hex(16)
    with contextlib.suppress(OSError):  # then it lasts as long as the process
        replace_file(folder / KEPT_ID_FILE_NAME, made)
    return made


def mark_of(machine: str) -> str:
    """Return a new mark of a computer."""
    return _mark(machine, os.urandom(_SALT_BYTES).hex())


def is_marked(mark: str, machine: str) -> bool:
    """Whether the mark is the computer's."""
    return hmac.compare_digest(mark.encode(), _mark(machine, mark.partition(":")[0]).encode())


def _mark(machine: str, salt: str) -> str:
    return f"{salt}:{hashlib.sha256(path_bytes(f'{salt}:{machine}')).hexdigest()}"


def _read_id(path: Path) -> str:
    try:
        found = read_file(path, limit_bytes=1024).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
    return found if _ID.fullmatch(found) else ""
