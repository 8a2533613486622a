"""Whether this program may look for a newer version of itself, and where: only where nobody else does.

A package manager, a store or pip brings newer versions by itself. What is left are bundles that a person has
unpacked, and of those only the ones whose build says where the list is (administration.md#updates).
"""

import base64
import logging
import os
import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from msgspec import Struct

from softphone.settings.cloud_file import LOOPBACK_HOSTS
from softphone.system import launch
from softphone.system.files import parse_toml, read_file
from softphone.webex.address import Address, Trust, read_address

_log = logging.getLogger(__name__)

KEY_BYTES = 32

# Where packages are unpacked, a Flatpak's (/app) and a Snap's too; /usr/local is left to people.
_OWNED_FOLDERS = tuple(
    map(PurePosixPath, ("/usr", "/opt", "/app", "/snap", "/var/lib/snapd", "/nix/store", "/gnu/store"))
)
_OWN_FOLDER = PurePosixPath("/usr/local")
# Somewhere above a program of an MSIX package, which any disk may hold, or of a package manager.
_OWNED_WINDOWS_NAMES = frozenset({"windowsapps", "chocolatey", "scoop"})


class UpdateSource(Struct, frozen=True):
    """Where the list is, and the Ed25519 key (32 bytes) that its signature is verified with."""

    address: Address
    public_key: bytes

    @property
    def trust(self) -> Trust:
        """Which addresses may be asked: those of this one host."""
        host = self.address.host
        return Trust(hosts=(host,), loopback=host in LOOPBACK_HOSTS)

    @property
    def url(self) -> str:
        """The address of the list; that of its signature ends with `.sig` besides."""
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        port = "" if self.address.port is None else f":{self.address.port}"
        return f"https://{host}{port}{self.address.path}"


def find_update_source(file: Path) -> UpdateSource | None:
    """Return where to look, None where this program does not look; `file` is what its build says of it."""
    executable = os.path.realpath(sys.executable)
    if not is_left_to_itself(executable, frozen=launch.is_bundle(), platform=sys.platform):
        return None
    try:
        return read_update_source(read_file(file))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.warning("%s: no updates are looked for (%s)", file, error)
        return None


def is_left_to_itself(executable: str, *, frozen: bool, platform: str) -> bool:
    """Whether nobody but the person brings newer versions of the program at this whole path."""
    if not frozen:  # a checkout, or pip's
        return False
    if platform == "win32":
        names = {part.casefold() for part in PureWindowsPath(executable).parts}
        return names.isdisjoint(_OWNED_WINDOWS_NAMES)
    path: PurePath = PurePosixPath(executable)
    return path.is_relative_to(_OWN_FOLDER) or not any(map(path.is_relative_to, _OWNED_FOLDERS))


def read_update_source(content: bytes) -> UpdateSource:
    """Return what a build's `updates.toml` says. Raises ValueError."""
    document = parse_toml(content)
    address = read_address(document.get("url"))
    if address is None or address.scheme != "https" or address.path[-1:] in {"", "/"} or address.query:
        raise ValueError("url must be the https address of a file")
    source = UpdateSource(address, read_key(document.get("public_key")))
    refusal = source.trust.refusal(address)
    if refusal is not None:
        raise ValueError(f"url cannot be asked: {refusal}")
    return source


def read_key(text: object) -> bytes:
    """Return the 32 bytes of a key in base64. Raises ValueError, which holds nothing of it."""
    try:
        key = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("a key must be 32 bytes in base64")
    return key
