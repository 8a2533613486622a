"""The one running program of a profile: its lock, its socket, and how another process asks it something.

The lock decides who is first; whoever holds it serves the socket (`headless.control_socket`). Both are the
user's alone. On a disk that is full or only read they are in the next place that will do: whoever looks for
them looks in all places.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softphone.errors import ConfigError, ProfileInUseError, SoftphoneError
from softphone.i18n import phrase
from softphone.system.files import ForeignFileError, LockFile, make_folder
from softphone.system.folders import APP_NAME, Folders

SOCKETS_EXIST = sys.platform != "win32"

PATH_LIMIT_BYTES = 100  # of sun_path: 104 on macOS, 108 on Linux
ANSWER_DEADLINE_S = 3.0
ANSWER_LIMIT_BYTES = 4 * 1024 * 1024  # a thousand lines need less


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Where the running program of one profile, or of one demo scenario, is found."""

    name: str
    lock_path: Path
    socket_path: Path
    other_socket_paths: tuple[Path, ...] = ()  # where it is when it cannot be in its own place

    @property
    def socket_paths(self) -> tuple[Path, ...]:
        """Where the socket may be, the best place first."""
        return (self.socket_path, *self.other_socket_paths)

    def take(self, user: str) -> ExitStack | None:
        """Take the lock as `user`, who will read "in use by ..."; None when another process holds it.

        The first place that will do has it, and nobody may hold one in any other. Closing lets go of it.
        Raises ConfigError when there is no place for it.
        """
        from datetime import datetime

        since = datetime.now().astimezone().isoformat(timespec="seconds")
        note = f"{user} (process {os.getpid()}, since {since})"
        failed: OSError | ConfigError | None = None
        with ExitStack() as held:
            taken = False
            for path, lock in self._locks().items():
                try:
                    if not taken:
                        make_private(path.parent, check=path.parent in self._socket_folders)
                    if not lock.try_acquire(note, create=not taken):
                        return None
                except ForeignFileError as error:
                    raise _unusable(path, error) from error
                except (OSError, ConfigError) as error:
                    failed = failed or error
                    continue
                taken = True
                held.callback(lock.release)
            if taken:
                return held.pop_all()
        raise _unusable(self.lock_path, failed) from failed

    def is_taken(self) -> bool:
        """Whether a process seems to hold the lock; who takes it finds out."""
        return any(lock.is_held() for lock in self._locks().values())

    @property
    def _socket_folders(self) -> frozenset[Path]:
        return frozenset(path.parent for path in self.socket_paths)

    def _locks(self) -> dict[Path, LockFile]:
        """Return the locks of all places, not yet taken, the best place first."""
        paths = (self.lock_path, *(path.with_suffix(".lock") for path in self.socket_paths))
        return {path: LockFile(path, fleeting=path.parent in self._socket_folders) for path in paths}

    def in_use(self, *, as_argument: bool = False) -> ProfileInUseError:
        """Return the error that says who holds the lock, and how to speak to them.

        `as_argument`: to a program that has named the profile, not to a person with a command line.
        """
        from softphone.auth.untrusted import plain_text

        notes = (plain_text(lock.note()) for lock in self._locks().values())
        return ProfileInUseError(
            phrase(
                "Profile '{profile}' is in use by {user}. See 'softphone status --profile {profile}', "
                "end it with 'softphone quit --profile {profile}', or choose another profile."
                if not as_argument and any(os.path.lexists(path) for path in self.socket_paths)
                else "Profile '{profile}' is in use by {user}. End that program, or choose another profile.",
                profile=self.name,
                user=next(filter(None, notes), phrase("another process")),
            ),
            title="It is running already",
        )


def instance_of(
    folders: Folders, profile: str, demo: str | None = None, environment: Mapping[str, str] = os.environ
) -> Instance:
    """Return the place of a profile's program; a demo has one for each scenario, and leaves no file."""
    name = profile if demo is None else f"demo {demo}"
    key = hashlib.sha256(f"{folders.config}\0{name}".encode()).hexdigest()[:16]
    places = [_runtime_folder(environment), folders.state / "run" if demo is None else None]
    sockets = [place / f"{key}.sock" for place in (*places, _temporary_folder()) if place is not None]
    path, *others = [path for path in sockets if fits(path)] or sockets[:1]
    lock = folders.lock_file(profile) if demo is None else path.with_suffix(".lock")
    return Instance(name=name, lock_path=lock, socket_path=path, other_socket_paths=tuple(others))


def ask(instance: Instance, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the running program's answer, None when none is running. Blocks for three seconds at most.

    Raises SoftphoneError when it runs and does not answer, or answers what is no answer.
    """
    if not SOCKETS_EXIST:
        raise SoftphoneError("Asking the running program is not on Windows yet.", title="Not on Windows yet")
    for path in instance.socket_paths:
        if is_private(path.parent) and (answer := _ask_at(path, request)) is not None:
            return answer
    return None


def _ask_at(path: Path, request: Mapping[str, Any]) -> dict[str, Any] | None:
    import json
    import socket

    from softphone.auth.untrusted import BadJsonError, read_json

    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(ANSWER_DEADLINE_S)
        try:
            asking.connect(str(path))
            asking.sendall(json.dumps(request).encode() + b"\n")
        except TimeoutError:
            raise _no_answer() from None
        except OSError:
            return None
        try:
            with asking.makefile("rb") as stream:
                line = stream.readline(ANSWER_LIMIT_BYTES)
            answer = read_json(line, limit_bytes=ANSWER_LIMIT_BYTES)
        except (OSError, BadJsonError):
            raise _no_answer() from None
    if not isinstance(answer, dict):
        raise _no_answer()
    return answer


def fits(path: Path) -> bool:
    """Whether the path is short enough to be a socket's."""
    return len(os.fsencode(path)) <= PATH_LIMIT_BYTES


def make_private(folder: Path, *, check: bool = True) -> None:
    """Make a folder of the user alone. Raises ConfigError when it cannot be, or is another's already."""
    try:
        make_folder(folder)
    except OSError as error:
        raise ConfigError(
            f"The folder {folder} cannot be made ({error.strerror}). "
            "Make the one above it writable, or set SOFTPHONE_HOME to another folder.",
        ) from error
    if check and not is_private(folder):
        raise ConfigError(f"The folder {folder} must be yours alone (mode 700). Remove it and try again.")


def is_private(folder: Path) -> bool:
    """Whether the folder exists, is ours and open to nobody else."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not SOCKETS_EXIST:
        return True
    mine = found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return stat.S_ISDIR(found.st_mode) and mine


def _runtime_folder(environment: Mapping[str, str]) -> Path | None:
    """Return our folder below the session's; also without a session's environment, as cron starts us."""
    if not SOCKETS_EXIST:
        return None
    named = environment.get("XDG_RUNTIME_DIR")
    for folder in (named, f"/run/user/{os.geteuid()}"):
        if folder and is_private(Path(folder)):
            return Path(folder) / APP_NAME
    return None


def _temporary_folder() -> Path:
    owner = os.geteuid() if SOCKETS_EXIST else os.environ.get("USERNAME", "user")
    # Not tempfile.gettempdir(): it tries to write, and on a full disk finds none.
    return Path(os.environ.get("TMPDIR") or os.environ.get("TEMP") or "/tmp") / f"{APP_NAME}-{owner}"  # noqa: S108


def _unusable(lock: Path, why: Exception | None) -> ConfigError:
    words = why.strerror if isinstance(why, OSError) else why
    return ConfigError(
        f"{lock}: cannot be opened ({words}). Remove it, or set SOFTPHONE_HOME to another folder."
    )


def _no_answer() -> SoftphoneError:
    return SoftphoneError(
        "The program is running but did not answer. Try again, or end it.", title="No answer"
    )
