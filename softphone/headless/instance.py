"""The one running program of a profile: its lock, its socket, and how another process asks it something.

The lock decides who is first; whoever holds it serves the socket (`headless.control_socket`). Both are the
user's alone. On a disk that is full or only read they are in the next place that will do: whoever looks for
them looks in all places.
"""

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone.errors import ConfigError, ProfileInUseError, SoftphoneError
from softphone.i18n import phrase
from softphone.system.files import ForeignFileError, LockFile, make_folder, path_bytes
from softphone.system.folders import APP_NAME, Folders

if TYPE_CHECKING:
    from softphone.headless.transport.channel import Channel

SOCKETS_EXIST = sys.platform != "win32"

PATH_LIMIT_BYTES = 100  # of sun_path: 104 on macOS, 108 on Linux
ANSWER_DEADLINE_S = 3.0
SERVICE_DEADLINE_S = 35.0  # of what asks the service
REQUEST_LIMIT_BYTES = 4 * 1024
PROTOCOL_VERSION = 1  # of the control socket (records.SCHEMA_VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Where the running program of one profile, or of one demo scenario, is found."""

    name: str
    lock_path: Path
    socket_path: Path
    other_socket_paths: tuple[Path, ...] = ()  # where it is when it cannot be in its own place

    @property
    def option(self) -> str:
        """What a command has to add to reach it, with a space before it."""
        if self.name == "default":
            return ""
        demo = self.name.removeprefix("demo ")
        return f" --profile {self.name}" if demo == self.name else f" --demo {demo}"

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

    def holder(self) -> str:
        """Return who wrote their name into the lock, such as "the window (process 4711, since ...)"."""
        from softphone.auth.untrusted import plain_text

        return next(filter(None, (plain_text(lock.note()) for lock in self._locks().values())), "")

    def in_use(self, *, as_argument: bool = False) -> ProfileInUseError:
        """Return the error that says who holds the lock, and how to speak to them.

        `as_argument`: to a program that has named the profile, not to a person with a command line.
        """
        return ProfileInUseError(
            phrase(
                "Profile '{profile}' is in use by {user}. See 'softphone status --profile {profile}', "
                "end it with 'softphone quit --profile {profile}', or choose another profile."
                if not as_argument and any(os.path.lexists(path) for path in self.socket_paths)
                else "Profile '{profile}' is in use by {user}. End that program, or choose another profile.",
                profile=self.name,
                user=self.holder() or phrase("another process"),
            ),
            title="It is running already",
        )


def instance_of(
    folders: Folders, profile: str, demo: str | None = None, environment: Mapping[str, str] = os.environ
) -> Instance:
    """Return the place of a profile's program; a demo has one for each scenario, and leaves no file."""
    name = profile if demo is None else f"demo {demo}"
    key = hashlib.sha256(path_bytes(f"{folders.config}\0{name}")).hexdigest()[:16]
    places = [_runtime_folder(environment), folders.state / "run" if demo is None else None]
    sockets = [place / f"{key}.sock" for place in (*places, _temporary_folder()) if place is not None]
    path, *others = [path for path in sockets if fits(path)] or sockets[:1]
    lock = folders.lock_file(profile) if demo is None else path.with_suffix(".lock")
    return Instance(name=name, lock_path=lock, socket_path=path, other_socket_paths=tuple(others))


def ask(
    instance: Instance, request: Mapping[str, Any], *, deadline_s: float = ANSWER_DEADLINE_S
) -> dict[str, Any] | None:
    """Return the running program's answer, None when none is running. Blocks for so long at most.

    Raises SoftphoneError when it runs and does not answer, or answers what is no answer.
    """
    with contextlib.closing(answers(instance, request, deadline_s=deadline_s)) as told:
        return next(told, None)


def ask_service(instance: Instance, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer to what the program has to ask Webex; one that hangs is not waited for so long.

    Raises SoftphoneError as `ask` does.
    """
    if ask(instance, {"verb": "status"}) is None:
        return None
    return ask(instance, request, deadline_s=SERVICE_DEADLINE_S)


def answers(
    instance: Instance,
    request: Mapping[str, Any],
    *,
    deadline_s: float = ANSWER_DEADLINE_S,
    beat_s: Callable[[], float | None] = lambda: None,
) -> Generator[dict[str, Any] | None, None, None]:
    """Yield each answer of the running program; nothing when none is running, until it ends.

    The first one is due within the deadline. Of those that follow None stands for `beat_s()` without one.
    Raises SoftphoneError when it runs and does not answer, or answers what is no answer; ConfigError for a
    request that is too long.
    """
    import json

    from softphone.headless.transport.channel import connect

    asked = json.dumps({"version": PROTOCOL_VERSION, **request}).encode()
    if len(asked) >= REQUEST_LIMIT_BYTES:
        raise ConfigError("A name that is so long is nobody's: the running program reads no more than 4 KiB.")
    channel = None
    try:
        for path in instance.socket_paths:
            if is_private(path.parent) and (channel := connect(path, deadline_s)) is not None:
                break
        if channel is None:
            return
        try:
            channel.send(asked)
            line: bytes | None = channel.line(deadline_s)
        except TimeoutError:
            raise
        except OSError:
            line = b""
        if not line:
            raise SoftphoneError(
                "The program has ended, or dropped the question. Look with 'softphone status'; try again.",
                title="No answer",
            )
        while line:
            if (answer := _answer_in(line)) is None:
                raise _no_answer(instance)
            yield answer
            while (line := _next_line(channel, beat_s())) is None:
                yield None
    except TimeoutError:
        raise _no_answer(instance) from None
    finally:
        if channel is not None:
            channel.close()


def _next_line(channel: "Channel", beat_s: float | None) -> bytes | None:
    """Return the next line, empty when there will be none; None when it did not come within a beat."""
    try:
        return channel.line(beat_s)
    except TimeoutError:
        return None
    except OSError:
        return b""


def _answer_in(line: bytes) -> dict[str, Any] | None:
    from softphone.auth.untrusted import BadJsonError, read_json
    from softphone.headless.transport.channel import LINE_LIMIT_BYTES

    try:
        answer = read_json(line, limit_bytes=LINE_LIMIT_BYTES)
    except BadJsonError:
        answer = None
    return answer if isinstance(answer, dict) else None


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
    place = os.environ.get("TMPDIR") or os.environ.get("TEMP") or "/tmp"  # nosec B108 # noqa: S108 - ours is private
    return Path(place) / f"{APP_NAME}-{owner}"


def _unusable(lock: Path, why: Exception | None) -> ConfigError:
    words = why.strerror if isinstance(why, OSError) else why
    return ConfigError(
        f"{lock}: cannot be opened ({words}). Remove it, or set SOFTPHONE_HOME to another folder."
    )


def _no_answer(instance: Instance) -> SoftphoneError:
    return SoftphoneError(
        phrase(
            "{user} is running but did not answer. Try again, or end that process.",
            user=instance.holder() or phrase("Another process"),
        ),
        title="No answer",
    )
