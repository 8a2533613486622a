"""Keeps what a person has chosen in `<config>/<profile>.settings.toml`: replaced as a whole, 0600, no secret.

Only what differs from the default is kept. Keys that are not understood stay in the file and are named. What
the organisation has set comes first and cannot be changed here.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from softphone.errors import ConfigError
from softphone.i18n import few, phrase
from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import (
    KEYS,
    Settings,
    Value,
    check,
    default_of,
    disordered,
    out_of_order,
    settings_of,
    to_toml,
)
from softphone.settings.policy_file import Managed, apply
from softphone.settings.toml_file import VERSION, TomlFile

_log = logging.getLogger(__name__)

TABLE = "settings"

_WORDS = {  # shown
    "damaged": "The settings file was damaged, so the defaults hold. It was kept as {file}.",
    "newer": "The settings file was written by a newer version of this program, so the defaults hold. "
    "It was kept as {file}.",
    "changed": "{file} was changed by hand, or damaged. What is understood in it holds.",
    "stuck": "{file} cannot be used, nor renamed ({why}), so the defaults hold. Move it away by hand.",
}

Listener = Callable[[frozenset[str]], object]


class SettingsStore:
    """The settings of one profile.

    `cloud` is the cloud file's, for the defaults. `notice` says, in a sentence for a person, what was wrong
    with the file when it was read, else it is None. A change holds at once, and is on disk when the call
    returns.
    """

    def __init__(self, path: Path, *, cloud: Cloud | None = None, managed: Managed | None = None) -> None:
        self._file = TomlFile(path, _WORDS)
        self._cloud = cloud or Cloud()
        self._managed = managed or Managed()
        self._listeners: list[Listener] = []
        self._is_written = True
        self._document = self._read()
        self.notice: str | None = self._file.notice
        self._chosen = self._understood(self._document.get(TABLE, {}))
        self._at_start = {name: self.value(name) for name, key in KEYS.items() if key.restart}

    @property
    def settings(self) -> Settings:
        """What holds now: the organisation's values, then the person's, then the defaults."""
        return settings_of({**self._chosen, **self._managed.values})

    @property
    def cloud(self) -> Cloud:
        """The cloud with everything that is set for it."""
        return apply(self._cloud, self.settings, self._managed)

    @property
    def chosen(self) -> Mapping[str, Value]:
        """What the person has chosen, by key: for export."""
        return dict(self._chosen)

    def value(self, name: str) -> Value:
        """Return what holds for a key now."""
        for values in (self._managed.values, self._chosen):
            if name in values:
                return values[name]
        return self.default(name)

    def default(self, name: str) -> Value:
        """Return what holds when nothing is chosen."""
        return default_of(name, self._cloud)

    def is_locked(self, name: str) -> bool:
        """Whether the organisation has set it."""
        return name in self._managed.values

    def waits_for_start(self, name: str) -> bool:
        """Whether what is chosen now takes effect at the next start of the program."""
        return name in self._at_start and self.value(name) != self._at_start[name]

    # ---- changing

    def check(self, values: Mapping[str, object], called: Callable[[str], str] = str) -> dict[str, Value]:
        """Return what would be chosen with these; raises ConfigError naming the key and what is allowed.

        `called` names a key as a person calls it.
        """
        after = dict(self._chosen)
        for name, value in values.items():
            if self.is_locked(name):
                raise ConfigError(
                    phrase("{key} is set by your organisation.", key=called(name)),
                    title="This setting is locked",
                )
            checked = None if value is None and name in KEYS else check(name, value, called(name))
            if checked is None or checked == self.default(name):
                after.pop(name, None)
            else:
                after[name] = checked
        for pair in self._disordered(after):
            raise out_of_order(*map(called, pair))
        return after

    def change(self, **values: object) -> None:
        """Choose these, all or none; None is the default.

        Raises ConfigError as `check` does, and nothing has changed; or naming the file that cannot be
        written, and the choice holds until the program ends.
        """
        self._keep(self.check(values), asked=values.keys())

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with the keys whose value has changed; the answer ends it, twice is harmless."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def _keep(self, after: dict[str, Value], *, asked: Any) -> None:
        before, old_document = self._chosen, self._document
        table = {name: value for name, value in old_document.get(TABLE, {}).items() if name not in asked}
        table |= {name: to_toml(value) for name, value in after.items()}
        document = {**old_document, "version": VERSION, TABLE: table}
        old = {name: self.value(name) for name in before.keys() | after.keys()}
        self._document, self._chosen = document, after
        changed = frozenset(name for name, value in old.items() if self.value(name) != value)
        if changed:
            self._tell(changed)
        if document != old_document or not self._is_written:
            self._write()

    def _tell(self, changed: frozenset[str]) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(changed)
            except Exception:  # noqa: BLE001 - one listener must not keep the others from hearing
                _log.exception("a listener to the settings failed")

    def _disordered(self, chosen: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
        """Pairs that the choice has put in the wrong order; the cloud file's own are its affair."""
        policy = settings_of({**chosen, **self._managed.values}).applied_to(self._cloud).policy
        return tuple(pair for pair in disordered(policy) if any(name in chosen for name in pair))

    # ---- the file

    def _read(self) -> dict[str, Any]:
        try:
            return self._file.read(_document) or {}
        except OSError as error:
            raise ConfigError(
                phrase(
                    "{file} cannot be read ({why}). Make it readable, or choose another profile.",
                    file=str(self._file.path),
                    why=error.strerror or "",
                )
            ) from error

    def _understood(self, table: Mapping[str, Any]) -> dict[str, Value]:
        chosen: dict[str, Value] = {}
        odd: list[str] = []
        for name, value in table.items():
            try:
                if name in KEYS:
                    chosen[name] = check(name, value)
                else:
                    odd.append(name)
            except ConfigError:
                odd.append(name)
        for name in sorted({name for pair in self._disordered(chosen) for name in pair} & chosen.keys()):
            del chosen[name]
            odd.append(name)
        if odd:
            _log.info("%s: not understood: %s", self._file.path, few(odd))
            self.notice = phrase(
                "Some settings in {file} are not understood and not used: {keys}. They stay in the file.",
                file=self._file.path.name,
                keys=few(odd),
            )
        return chosen

    def _write(self) -> None:
        self._is_written = False
        try:
            self._file.write(self._document)
        except OSError as error:
            raise ConfigError(
                phrase(
                    "This choice holds until you quit: {file} cannot be written ({why}).",
                    file=str(self._file.path),
                    why=error.strerror or "",
                ),
                title="The settings cannot be kept",
            ) from error
        self._is_written = True


def _document(document: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(document.get("version", VERSION), int) or not isinstance(document.get(TABLE, {}), dict):
        raise ValueError("no settings")  # noqa: TRY004 - as whatever else is no TOML of ours
    return document
