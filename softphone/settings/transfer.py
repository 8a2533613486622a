"""Settings that go to another computer and come back: one TOML file, without accounts and secrets.

What is exported is what the person has chosen and what means the same elsewhere. An import is judged as a
whole before anything changes; what the organisation has set is left as it is, and named.
"""

from collections.abc import Mapping
from pathlib import Path

import tomli_w
from msgspec import Struct

from softphone.errors import ConfigError
from softphone.i18n import Phrase, own, phrase
from softphone.settings.keys import KEYS, Value, check, to_toml
from softphone.settings.store import TABLE, SettingsStore
from softphone.settings.toml_file import VERSION
from softphone.system.files import parse_toml, read_file, replace_file

_HEAD = """\
# Settings of the softphone registration panel, to be imported into another one.
# Accounts, sign-ins, devices and secrets are not in it.
"""


class Import(Struct, frozen=True, kw_only=True):
    """What a file would change, by key; `locked` keys are named in it and stay as they are."""

    changes: Mapping[str, Value]
    locked: tuple[str, ...] = ()


def exported(store: SettingsStore) -> Mapping[str, Value]:
    """Return what an export holds, by key."""
    return {name: value for name, value in store.chosen.items() if KEYS[name].portable}


def write_export(store: SettingsStore, path: Path) -> None:
    """Write the export (0600); raises ConfigError."""
    table = {name: to_toml(value) for name, value in exported(store).items()}
    try:
        replace_file(path, _HEAD + tomli_w.dumps({"version": VERSION, TABLE: table}))
    except OSError as error:
        raise _unusable(
            phrase("{file} cannot be written ({why}).", file=str(path), why=error.strerror or "")
        ) from error


def read_import(store: SettingsStore, path: Path) -> Import:
    """Return what the file would change; raises ConfigError naming what is wrong, and nothing has changed."""
    try:
        document = parse_toml(read_file(path))
    except OSError as error:
        raise _unusable(
            phrase("{file} cannot be read ({why}).", file=str(path), why=error.strerror or "")
        ) from error
    except ValueError as error:
        raise _unusable(phrase("{file} is no file of settings.", file=path.name)) from error
    table = document.get(TABLE)
    version = document.get("version")
    if not isinstance(table, dict) or not isinstance(version, int) or document.keys() - {"version", TABLE}:
        raise _unusable(phrase("{file} is no file of settings.", file=path.name))
    if version > VERSION:
        raise _unusable(phrase("{file} was written by a newer version of this program.", file=path.name))
    try:
        values = {name: check(name, value) for name, value in table.items()}
        changes = {
            name: value
            for name, value in values.items()
            if not store.is_locked(name) and value != store.value(name)
        }
        store.check(changes)
    except ConfigError as error:
        raise _unusable(phrase("{file}: {why}", file=path.name, why=own(error.sentence))) from error
    return Import(changes=changes, locked=tuple(name for name in values if store.is_locked(name)))


def _unusable(sentence: Phrase) -> ConfigError:
    return ConfigError(sentence, title="Settings were not exchanged")
