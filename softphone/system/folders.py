"""Where this program keeps what it writes, and whether that is a safe place.

    <config>/cloud.toml                     what the person or an administrator has written: `config`
    <config>/profiles/<profile>/            profile.toml, settings.toml
    <state>/profiles/<profile>/             history.sqlite
    <state>/                                the log, and the lock of each profile

Each profile has folders of its own, so that its name can be no other file's. Before, all profiles shared one
folder: what is found in the old places is used, and moved at the first start.
"""

import contextlib
import errno
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from softphone.errors import ConfigError
from softphone.system.files import found_in, make_folder, opening_for_others, parse_toml, read_file

APP_NAME = "softphone"
APP_ID = "io.github.softphone.panel"  # to the keyring, the desktop and its list of what starts at login
CLOUD_FILE_NAME = "cloud.toml"

# A disk that is full, only read, or another's. It costs what would be kept, and nothing else.
_NOT_NOW = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO})

# What is moved from the old places. The history's own file goes last: the others belong to it.
_FILES = (
    *("profile.toml", "settings.toml", "tip-seen"),
    *("history.sqlite-wal", "history.sqlite-shm", "history.sqlite"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The two folders of a user. They and all below are the user's alone (0700)."""

    config: Path
    state: Path

    def profile_file(self, profile: str) -> Path:
        """Return the file of a profile: accounts, wanted lines, known devices. No secret is in it."""
        return self._found("profile.toml", profile)

    def settings_file(self, profile: str) -> Path:
        """Return the file of what a person has chosen in a profile."""
        return self._found("settings.toml", profile)

    def history_file(self, profile: str) -> Path:
        """Return the journal of a profile."""
        return self._found("history.sqlite", profile)

    def window_file(self, profile: str) -> Path:
        """Return the file of where the window was."""
        return self.state / "profiles" / _folder_name(profile) / "window"

    def lock_file(self, profile: str) -> Path:
        """Return the lock of a profile; where it always was, so that an older program is excluded, too."""
        return self.state / f"{_folder_name(profile)}.lock"

    def old_profile_file(self, profile: str) -> Path:
        """Return where the profile's file was before it had a folder of its own."""
        return self.config / f"{profile}.toml"

    def set_aside_of(self, profile: str) -> list[str]:
        """Return the names of the profile's files that were set aside: damaged, or a newer program's."""
        own = {self.profile_file(profile).parent, self.history_file(profile).parent}
        return sorted(path.name for folder in own for path in found_in(folder, "*.*-????????-??????*"))

    def make(self, profile: str | None = None) -> None:
        """Create the folders. On a disk that is full or only read they may be missing: lines work without.

        Raises ConfigError for a place that can be no folder, and for one where others could write, the
        folders of the profile too.
        """
        own = () if profile is None else (self._places(name, profile)[1].parent for name in _FILES)
        for folder in dict.fromkeys((self.config, self.state, *own)):
            try:
                make_folder(folder)
            except OSError as error:
                if error.errno not in _NOT_NOW:
                    raise ConfigError(
                        f"The folder {folder} cannot be written ({error.strerror}). "
                        "Make it writable, or set SOFTPHONE_HOME to another folder.",
                        title="No place to keep settings",
                    ) from error
            opening = opening_for_others(folder)
            if opening is not None:
                place, why = opening
                raise ConfigError(
                    f"{place} {why}, who could read or change what is kept in {folder}. "
                    "Make it yours alone, or set SOFTPHONE_HOME to another folder.",
                    title="No safe place to keep settings",
                )

    def move_in(self, profile: str) -> None:
        """Move what is in the old places, under the profile's lock; what cannot be moved is used there."""
        for old, new in self._moves(profile):
            with contextlib.suppress(OSError):
                make_folder(new.parent)
                old.rename(new)

    # ---- the old places

    def _moves(self, profile: str) -> Iterator[tuple[Path, Path]]:
        """Return what is still in an old place, with its new one."""
        for name in _FILES:
            old, new = self._places(name, profile)
            if os.path.lexists(old) and not os.path.lexists(new) and not _is_cloud_file(old):
                yield old, new

    def _found(self, name: str, profile: str) -> Path:
        old, new = self._places(name, profile)
        return old if (old, new) in self._moves(profile) else new

    def _places(self, name: str, profile: str) -> tuple[Path, Path]:
        home = self.config if name.endswith(".toml") else self.state
        old_name = f"{profile}.{name.removeprefix('profile.')}"
        return home / old_name, home / "profiles" / _folder_name(profile) / name


def find_folders(environment: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders of this user; `SOFTPHONE_HOME` overrides all of them."""
    home = environment.get("SOFTPHONE_HOME")
    if home:
        return Folders(config=Path(home) / "config", state=Path(home) / "state")
    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Folders(config=dirs.user_config_path, state=dirs.user_state_path)


def check_profile_name(name: str) -> str:
    """Return the name if it can be a folder's name; raises ConfigError."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name) or name.endswith(".settings"):
        raise ConfigError(
            f"profile {name!r}: use letters, digits, '.', '_' and '-', at most 64, begin with a letter or "
            "digit, and do not end with '.settings'."
        )
    return name


def is_profile(path: Path) -> bool:
    """Whether the file was written by a profile; once one called 'cloud' had the cloud file's name."""
    try:
        return "machine" in (document := parse_toml(read_file(path))) or "clouds" in document
    except (OSError, ValueError):
        return False


def _is_cloud_file(path: Path) -> bool:
    return path.name == CLOUD_FILE_NAME and not is_profile(path)


def _folder_name(profile: str) -> str:
    """Return a name that is no other profile's where capitals are small letters, too."""
    return re.sub("[A-Z]", lambda capital: f"+{capital[0].lower()}", profile)
