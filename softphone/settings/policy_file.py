"""What the organisation has set: the policy file of an administrator, which no user file overrides.

    [settings]                # any key of `settings.KEYS`: locked at this value
    theme = "dark"
    [cloud]                   # any key of the cloud file: for everybody on this computer
    client_id = "C0123..."

It is `/etc/softphone/policy.toml`; on Windows `softphone/policy.toml` in ProgramData, on macOS in
`/Library/Application Support`. It must belong to the administrator: another user's file, or one that others
may write, is ignored. What is wrong in it is named in `Managed.notices`; the rest of it holds, and the
program always starts.

`SOFTPHONE_POLICY` names another file, for tests and for trying a policy out. It counts only while there is no
policy file in the system's place, so it can take no lock away, and only for a file under `SOFTPHONE_HOME`.
"""

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs

from softphone.errors import ConfigError
from softphone.i18n import NAME_AT_MOST, own, phrase, visible
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud, cloud_of
from softphone.settings.keys import Settings, Value, check, disordered, out_of_order, settings_of
from softphone.system.files import ForeignFileError, is_administrators, parse_toml, read_file
from softphone.system.folders import APP_NAME
from softphone.values import replace

_log = logging.getLogger(__name__)

FILE_NAME = "policy.toml"
PATH_VARIABLE = "SOFTPHONE_POLICY"
HOME_VARIABLE = "SOFTPHONE_HOME"
AT_MOST_BYTES = 256_000
NOTICES_AT_MOST = 20  # a file of nothing but mistakes

_TABLES = ("settings", "cloud")
_ALLOWED = ", ".join(_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """What a policy file says: locked values by key, and values of the cloud by name.

    `notices` are sentences for a person about what is wrong with the file.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    cloud: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def without_cloud(self) -> "Managed":
        """The locked settings alone: a demo has a cloud of its own."""
        return replace(self, cloud={})


def apply(cloud: Cloud, settings: Settings, managed: Managed) -> Cloud:
    """Return the cloud file's cloud with the user's settings, and over both what the organisation has set."""
    locked = settings_of(managed.values)
    return locked.applied_to(settings.applied_to(replace(cloud, **managed.cloud)))


def load_managed(environment: Mapping[str, str] = os.environ, system_file: Path | None = None) -> Managed:
    """Return what the organisation has set; nothing when there is no policy file. Never raises."""
    path = system_file or _system_file()
    managed = _load(path, or_users_own=False)
    if managed is None:
        other = _file_of(environment)
        managed = _load(other, or_users_own=True) if other is not None else None
    for notice in managed.notices if managed is not None else ():
        _log.info("policy file: %s", notice)
    return managed or Managed()


def _system_file() -> Path:
    if sys.platform == "darwin":
        folder = Path("/Library/Application Support", APP_NAME)
    elif sys.platform == "win32":  # from the system, not from a variable that the user may set
        folder = platformdirs.PlatformDirs(APP_NAME, appauthor=False).site_config_path
    else:
        folder = Path("/etc", APP_NAME)
    return folder / FILE_NAME


def _file_of(environment: Mapping[str, str]) -> Path | None:
    named, home = environment.get(PATH_VARIABLE), environment.get(HOME_VARIABLE)
    if not named or not home:
        return None
    path = Path(named).resolve()
    return path if path.is_relative_to(Path(home).resolve()) else None


# ---- the file


def _load(path: Path, *, or_users_own: bool) -> Managed | None:
    """Return what the file says, None when there is no such file."""
    source = str(path)
    may_be = partial(is_administrators, or_users_own=or_users_own)
    try:
        document = parse_toml(read_file(path, limit_bytes=AT_MOST_BYTES, may_be=may_be))
    except FileNotFoundError:
        return None
    except ForeignFileError:
        notice = phrase("{file} was ignored: it must belong to the administrator alone.", file=source)
    except ValueError as error:
        notice = phrase("{file} was ignored: it is not a TOML file ({why}).", file=source, why=str(error))
    except OSError:
        notice = phrase("{file} cannot be read. Ask your administrator.", file=source)
    else:
        return read_managed(document, source)
    return Managed(notices=(notice,))


def read_managed(document: Mapping[str, Any], source: str) -> Managed:
    """Return what a policy file's document says; what is wrong in it is left out and named."""
    wrong: list[str] = [
        phrase(
            "{file}: {table} is no table of it. Allowed: {tables}.",
            file=source,
            table=visible(name, NAME_AT_MOST),
            tables=_ALLOWED,
        )
        for name, table in document.items()
        if name not in _TABLES or not isinstance(table, dict)
    ]
    tables = {name: document.get(name) for name in _TABLES}
    given, cloud_given = (table if isinstance(table, dict) else {} for table in tables.values())
    values: dict[str, Value] = {}
    for name, value in given.items():
        try:
            values[name] = check(name, value)
        except ConfigError as error:
            wrong.append(phrase("{file}: {why}", file=source, why=own(error.sentence)))
    for low, high in disordered(replace(Policy(), **settings_of(values).policy)):
        values.pop(low, None)
        values.pop(high, None)
        wrong.append(phrase("{file}: {why}", file=source, why=own(out_of_order(low, high).sentence)))
    cloud_values: dict[str, Any] = {}
    for name, value in cloud_given.items():
        try:
            cloud_of({"cloud": {name: value}}, source)
        except ConfigError as error:
            wrong.append(error.sentence)
        else:
            cloud_values[name] = value
    if len(wrong) > NOTICES_AT_MOST:
        more = phrase("{file}: {n} more mistakes.", file=source, n=len(wrong) - NOTICES_AT_MOST)
        wrong = [*wrong[:NOTICES_AT_MOST], more]
    return Managed(values=values, cloud=_read_cloud(cloud_values, source), notices=tuple(wrong))


def _read_cloud(given: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """Return the values as a cloud file with them gives them."""
    cloud = cloud_of({"cloud": given}, source)
    names = {*given, "spare_redirect_ports"} if "redirect_uri" in given else given.keys()
    return {name: getattr(cloud, name) for name in names}
