"""`config`: what is chosen in the settings, read and changed without the window."""

import argparse
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from softphone.commands.shared.options import add_cloud, add_profile, describe, did_you_mean
from softphone.commands.shared.program import first, instance_for
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_PROFILE_IN_USE, EXIT_USAGE
from softphone.system.folders import check_profile_name, find_folders

if TYPE_CHECKING:
    from softphone.settings.keys import Kind
    from softphone.settings.store import SettingsStore

TEXT = """\
Shows and changes the settings of a profile. A value is written as in the file of settings (TOML), words
without quotes; on and off are understood, too."""
EXAMPLES = """\
  softphone config list                       all keys, what holds, and who has set it
  softphone config get history_days
  softphone config set metrics_endpoint on
  softphone config unset metrics_endpoint     the default holds again
"""
ON_OFF = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    describe(parser, TEXT, EXAMPLES, (EXIT_OK, EXIT_USAGE, EXIT_PROFILE_IN_USE))
    add_profile(parser)
    add_cloud(parser)
    parser.add_argument("--json", action="store_true", help="with list and get: JSON")
    parser.add_argument("verb", choices=("list", "get", "set", "unset"), metavar="list|get|set|unset")
    parser.add_argument("key", nargs="?", metavar="KEY", help="see 'softphone config list'")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="what it is set to")


def run(options: argparse.Namespace) -> int:
    """Print what holds, or change it."""
    from softphone.settings.cloud_file import load_cloud
    from softphone.settings.policy_file import load_managed
    from softphone.settings.store import SettingsStore

    folders, profile = find_folders(), check_profile_name(options.profile)
    _check_words(options)
    store = SettingsStore(
        folders.settings_file(profile), cloud=load_cloud(options.cloud, folders), managed=load_managed()
    )
    if store.notice is not None:
        print(f"softphone: {store.notice}", file=sys.stderr)
    if options.verb == "list":
        _print_all(store, as_json=options.json)
    elif options.verb == "get":
        _print_one(store, options.key, as_json=options.json)
    else:
        value = None if options.verb == "unset" else _read(options.key, options.value)
        store.check({options.key: value})
        with first(options, "'softphone config'") as instance:
            if instance is None:
                raise instance_for(options).in_use()
            folders.make(profile)
            store.change(**{options.key: value})
    return EXIT_OK


def _check_words(options: argparse.Namespace) -> None:
    """Raise ConfigError unless the words that the verb needs are there, and no others."""
    from softphone.settings.keys import KEYS

    needed = {"list": 0, "get": 1, "set": 2, "unset": 1}[options.verb]
    given = sum(word is not None for word in (options.key, options.value))
    if given != needed:
        words = ("", " KEY", " KEY VALUE")[needed]
        raise ConfigError(f"config {options.verb}: write 'softphone config {options.verb}{words}'.")
    if options.key is not None and options.key not in KEYS:
        hint = did_you_mean(options.key, KEYS, otherwise="'softphone config list' shows them all.")
        raise ConfigError(f"config: there is no setting '{options.key}'. {hint}")


def _print_all(store: "SettingsStore", *, as_json: bool) -> None:
    from softphone.settings.keys import KEYS

    rows = {name: (_plain(store.value(name)), _who(store, name)) for name in KEYS}
    if as_json:
        _print_json(store, KEYS)
        return
    texts = {name: _text(value) for name, (value, _) in rows.items()}
    widths = max(map(len, texts)), max(map(len, texts.values()))
    for name, text in texts.items():
        who = rows[name][1]
        print(f"{name:<{widths[0]}}  {text:<{widths[1]}}  {'' if who == 'default' else who}".rstrip())


def _print_one(store: "SettingsStore", key: str, *, as_json: bool) -> None:
    if as_json:
        _print_json(store, [key])
    else:
        print(_text(_plain(store.value(key))))


def _print_json(store: "SettingsStore", keys: Iterable[str]) -> None:
    from softphone.headless.records import Setting, SettingsRecord, json_text

    settings = {key: Setting(value=_plain(store.value(key)), set_by=_who(store, key)) for key in keys}
    print(json_text(SettingsRecord(settings=settings)))


def _who(store: "SettingsStore", name: str) -> Literal["you", "organisation", "default"]:
    if store.is_locked(name):
        return "organisation"
    return "you" if name in store.chosen else "default"


def _plain(value: object) -> Any:
    from softphone.settings.keys import to_toml

    return None if value is None else to_toml(value)  # type: ignore[arg-type]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _read(key: str, text: str) -> Any:
    """Return the value that is written; whether it may be one, the settings say."""
    from softphone.settings.keys import KEYS, Number, Numbers, Switch
    from softphone.system.files import parse_toml

    kind: Kind = KEYS[key].kind
    if isinstance(kind, Switch):
        return ON_OFF.get(text.casefold(), text)
    if isinstance(kind, Number | Numbers):
        try:
            return parse_toml(f"value = {text}")["value"]
        except ValueError:
            return text
    return text
