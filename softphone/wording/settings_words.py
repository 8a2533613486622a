"""The settings that a person meets in the window: where they stand, what they are called, how they are read.

All other keys go by their names in the settings file and in the policy file. Pure and Qt-free.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path

from softphone.i18n import counted, tr
from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY
from softphone.settings.keys import AUTOMATIC, KEYS, PROXY_EXAMPLE, Code, ProxyAddress, Value

LOCKED = "Set by your organisation"  # shown
RESTART = "At the next start"  # shown


class Tab(Enum):  # shown
    """A page of the dialog; the value is its title."""

    GENERAL = "General"
    NOTIFICATIONS = "Notifications"
    NETWORK = "Network"


# The cards of each tab, and the keys of their rows.
TABS: Mapping[Tab, tuple[tuple[str, ...], ...]] = {
    Tab.GENERAL: (
        ("language", "theme", "text_size_percent", "reduced_motion"),
        ("start_at_login", "close_to_tray", "deregister_on_quit", "history_days"),
        ("check_for_updates",),
    ),
    Tab.NOTIFICATIONS: (
        ("notifications", "notification_delay_s", "notify_recovery"),
        ("call_notices", "notify_caller", "call_history"),
    ),
    Tab.NETWORK: (("proxy", "extra_ca_file", "region"),),
}
IN_ROW_OF: Mapping[str, str] = {"region": "country"}  # they count together only

LABELS: Mapping[str, str] = {  # shown
    "language": "Language",
    "theme": "Theme",
    "text_size_percent": "Text size",
    "reduced_motion": "Less motion",
    "start_at_login": "Start when I log in",
    "close_to_tray": "Keep running when the window is closed",
    "deregister_on_quit": "Deregister when I quit",
    "history_days": "Keep activity for",
    "check_for_updates": "Offer to check for updates",
    "notifications": "Show notifications",
    "notification_delay_s": "Wait before telling",
    "notify_recovery": "Tell when a line is back",
    "call_notices": "Tell of calls",
    "notify_caller": "Name the caller in notifications",
    "call_history": "Keep who called in the activity",
    "proxy": "Proxy",
    "extra_ca_file": "Extra certificates",
    "region": "Region",
    "country": "Country",
}

CHOICES: Mapping[str, Mapping[str, str]] = {  # shown
    "language": {
        "system": "System",
        "en": "English",
        "de": "Deutsch",
        "pseudo": "Pseudo",
        "pseudo-rtl": "Pseudo, right to left",
    },
    "theme": {"system": "System", "light": "Light", "dark": "Dark"},
    "reduced_motion": {"system": "System", "on": "On", "off": "Off"},
    "notify_caller": {"always": "Always", "unlocked": "Not on a locked screen", "never": "Never"},
}

_SPECIAL = {SYSTEM_PROXY: "System", NO_PROXY: "None", AUTOMATIC: "Automatic"}  # shown


def label(name: str) -> str:
    """Return what a person calls a key: its label in the window, else its name in the files."""
    return tr(LABELS[name]) if name in LABELS else name


def with_unit(name: str, number: float, written: str) -> str:
    """Return a number of a key in the window with its unit; `written` is how the number is written."""
    if name.endswith("_days"):
        return counted(number, "{n} day", "{n} days", n=written)
    if name.endswith("_percent"):
        return tr("{n} %", n=written)
    return tr("{n} s", n=written) if name.endswith("_s") else written


def shown(name: str, value: Value, number: Callable[[float], str] = "{:g}".format) -> str:
    """Return a value as a person reads it; `number` writes its numbers."""
    if isinstance(value, bool):
        return tr("On") if value else tr("Off")
    if isinstance(value, int | float):
        return with_unit(name, value, number(value)) if name in LABELS else number(value)
    if isinstance(value, tuple):
        return " ".join(number(one) for one in value)
    if isinstance(value, Path):
        return value.name
    if value is None:
        return tr("None")
    if name in CHOICES:
        return tr(CHOICES[name][value])
    return tr(_SPECIAL[value]) if value in _SPECIAL else value


def refused(name: str) -> str:
    """Return what is said of a value that a key does not take, empty where the error's own words will do.

    Those name the words of a file, which nobody can choose in the window.
    """
    match KEYS[name].kind:
        case ProxyAddress():
            return tr("Enter an address like {example}, without a user or a password.", example=PROXY_EXAMPLE)
        case Code() as kind:
            return tr("Enter a code like {example}, or nothing.", example=kind.example)
        case _:
            return ""
