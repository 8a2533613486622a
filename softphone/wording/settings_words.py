"""What every setting is called, what it does, and how its value is read: one table. Pure and Qt-free."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from softphone.i18n import counted, tr
from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY
from softphone.settings.keys import AUTOMATIC, KEYS, Page, Value

LOCKED = "Set by your organisation"  # shown
RESTART = "Takes effect at the next start."  # shown
PARTS_OF_ONE = 100  # a part is shown in percent


class Unit(Enum):
    """What is counted; the value is how it is written, with a noun of one and of several."""  # shown

    NONE = "{n}"
    SECONDS = "{n} s"
    MINUTES = "{n} min"
    DAYS = ("{n} day", "{n} days")
    PERCENT = "{n} %"
    PART = "± {n} %"
    TIMES = ("{n} interval", "{n} intervals")
    A_MINUTE = "{n} a minute"

    def words(self, number: float, written: str) -> str:
        """Return a number with its unit; `written` is how the number is written."""
        if isinstance(self.value, str):
            return tr(self.value, n=written)
        one, several = self.value
        return counted(number, one, several, n=written)


@dataclass(frozen=True, slots=True)
class Words:
    """A setting in words: what it is called, what it does, and the unit of its number."""

    label: str
    help: str = ""
    unit: Unit = Unit.NONE


PAGES: Mapping[Page, str] = {  # shown
    Page.GENERAL: "General",
    Page.APPEARANCE: "Appearance",
    Page.NOTIFICATIONS: "Notifications",
    Page.NETWORK: "Network",
    Page.REGISTRATION: "Registration",
    Page.ADVANCED: "Advanced",
}

INTRODUCTIONS: Mapping[Page, str] = {  # shown
    Page.REGISTRATION: "How lines are kept registered. The defaults suit the service.",
    Page.ADVANCED: "For those who look closely. The defaults suit the service.",
}

WORDS: Mapping[str, Words] = {  # shown
    "language": Words("Language"),
    "start_at_login": Words("Start when I log in", "Your lines register as soon as you are at the computer."),
    "start_hidden": Words("Start hidden", "In the tray where there is one, else minimised."),
    "close_to_tray": Words(
        "Keep running when the window is closed", "Lines go on receiving calls. Quit ends the program."
    ),
    "deregister_on_quit": Words(
        "Deregister lines when I quit",
        "Switched off, Webex goes on sending calls here until the registration runs out.",
    ),
    "theme": Words("Theme"),
    "text_size_percent": Words("Text size", "On top of the size that the system uses.", Unit.PERCENT),
    "reduced_motion": Words("Less motion", "Badges stand still while something is under way."),
    "compact": Words("Compact", "One row for each line."),
    "always_on_top": Words("Always on top", "The window stays in front of others."),
    "tray_monochrome": Words("Tray icon without colour", "Its shape tells the state."),
    "notifications": Words("Show notifications", "When a line is lost, comes back or needs you."),
    "notification_delay_s": Words(
        "Wait before telling of a loss",
        "A line that is back sooner is not worth a notification.",
        Unit.SECONDS,
    ),
    "notify_recovery": Words("Tell when a lost line is back"),
    "proxy": Words("Proxy", "For everything this program asks, and for the sign-in page."),
    "extra_ca_file": Words(
        "Extra certificates",
        "A file in PEM with the root of your company's security gateway. It is trusted besides the system's.",
    ),
    "region": Words(
        "Region", "The service's code, like US-EAST, when it guesses wrong. Give the country, too."
    ),
    "country": Words("Country", "Two letters, like US. It counts together with the region."),
    "keepalive_default_s": Words(
        "Check a line every", "When the service names no interval of its own.", Unit.SECONDS
    ),
    "keepalive_min_s": Words(
        "Check at most every", "A shorter interval that the service names is not followed.", Unit.SECONDS
    ),
    "keepalive_max_s": Words(
        "Check at least every", "A longer interval that the service names is not followed.", Unit.SECONDS
    ),
    "keepalive_deadline_s": Words(
        "Wait for the answer to a check", "Or a third of the interval if that is less.", Unit.SECONDS
    ),
    "recheck_s": Words(
        "Check again after a miss",
        "After the first, the second, and later misses, with a space between the numbers.",
        Unit.SECONDS,
    ),
    "dead_host_misses": Words(
        "Silences until another server is asked", "In a row and without any answer; a ping comes first."
    ),
    "proof_window": Words(
        "Trust a proof for", "So long a line is shown as registered after its last check.", Unit.TIMES
    ),
    "retry_base_s": Words("First wait before trying again", "It doubles with every failure.", Unit.SECONDS),
    "retry_cap_s": Words("Longest wait before trying again", "In the first hour of an outage.", Unit.SECONDS),
    "next_list_max_s": Words(
        "Change to the other servers within",
        "A random wait, so that not everybody changes at once.",
        Unit.SECONDS,
    ),
    "primary_window_s": Words(
        "Stay with ailing primary servers for", "Then the backup servers are asked.", Unit.SECONDS
    ),
    "long_outage_s": Words("An outage is long after", "Then tries come more slowly.", Unit.SECONDS),
    "slow_retry_s": Words("Wait in a long outage", "Between two tries.", Unit.SECONDS),
    "retry_after_max_s": Words(
        "Longest wait that a server may ask for", "A longer one is cut to it.", Unit.SECONDS
    ),
    "rediscover_every_s": Words("Look for other servers every", "While every known one fails.", Unit.SECONDS),
    "rehoming_min_minutes": Words(
        "Return to the primary server after", "At the earliest, when it names no time.", Unit.MINUTES
    ),
    "rehoming_max_minutes": Words(
        "Return to the primary server before", "At the latest, when it names no time.", Unit.MINUTES
    ),
    "alone_recheck_s": Words("Look for the network every", "While nothing answers at all.", Unit.SECONDS),
    "requests_per_minute": Words(
        "Requests for each line",
        "At most, whatever goes wrong. What you press is not counted.",
        Unit.A_MINUTE,
    ),
    "history_days": Words("Keep the history for", "Older events are removed.", Unit.DAYS),
    "tray_damping_s": Words("Change the tray icon after", "Shorter states do not show in it.", Unit.SECONDS),
    "metrics_endpoint": Words(
        "Metrics endpoint", "Figures for Prometheus, on this computer only and without any secret."
    ),
    "metrics_port": Words("Port of the metrics endpoint", "On 127.0.0.1."),
    "answer_deadline_s": Words("Wait for an answer", "To any request of a line.", Unit.SECONDS),
    "expiry_intervals": Words("Webex forgets a line after", "Without any check that reached it.", Unit.TIMES),
    "rehoming_span_minutes": Words(
        "Times of return that are believed",
        "Shortest and longest that a server may name, with a space between them.",
        Unit.MINUTES,
    ),
    "pings_at_most": Words("Primary servers to ping", "When a line looks whether it can return."),
    "nudge_min_s": Words("Shortest wait after waking", "Or after the network came back.", Unit.SECONDS),
    "nudge_max_s": Words("Longest wait after waking", "Or after the network came back.", Unit.SECONDS),
    "nudge_every_s": Words(
        "React to network changes every", "At most, when the network comes and goes.", Unit.SECONDS
    ),
    "keepalive_jitter": Words("Spread of checks", "So that lines do not all ask at once.", Unit.PART),
    "recheck_jitter": Words("Spread of checks after a miss", "", Unit.PART),
    "retry_cap_jitter": Words("Spread of the longest wait", "", Unit.PART),
    "slow_retry_jitter": Words("Spread of the wait in a long outage", "", Unit.PART),
    "retry_after_jitter": Words("Spread of a wait that a server asks for", "Only ever longer.", Unit.PART),
}

CHOICES: Mapping[str, Mapping[str, str]] = {  # shown
    "language": {
        "system": "Like the system",
        "en": "English",
        "de": "Deutsch",
        "pseudo": "Pseudo",
        "pseudo-rtl": "Pseudo, right to left",
    },
    "theme": {"system": "Like the system", "light": "Light", "dark": "Dark"},
    "reduced_motion": {"system": "Like the system", "on": "On", "off": "Off"},
}


def shown(name: str, value: Value, number: Callable[[float], str] = "{:g}".format) -> str:
    """Return a value as a person reads it; `number` writes its numbers."""
    if isinstance(value, bool):
        return tr("On") if value else tr("Off")
    if isinstance(value, int | float):
        return WORDS[name].unit.words(in_unit(name, value), number(in_unit(name, value)))
    if isinstance(value, tuple):
        return WORDS[name].unit.words(value[-1], " ".join(number(one) for one in value))
    if isinstance(value, Path):
        return value.name
    if value is None:
        return tr("None")
    if name in CHOICES:
        return tr(CHOICES[name][value])
    return tr(_SPECIAL[value]) if value in _SPECIAL else value


_SPECIAL = {  # shown
    SYSTEM_PROXY: "Like the system",
    NO_PROXY: "None",
    AUTOMATIC: "Automatic",
}


def in_unit(name: str, value: float) -> float:
    """Return a number as it is shown: a part of one in percent."""
    return round(value * PARTS_OF_ONE, 6) if WORDS[name].unit is Unit.PART else value


def from_unit(name: str, number: float) -> float:
    """Return what a shown number stands for."""
    return number / PARTS_OF_ONE if WORDS[name].unit is Unit.PART else number


def found(search: str) -> tuple[str, ...]:
    """Return the keys whose words hold every word of the search, in the order of the pages."""
    wanted = search.casefold().split()
    return tuple(name for name in KEYS if all(word in _haystack(name) for word in wanted))


def _haystack(name: str) -> str:
    words = WORDS[name]
    texts = [tr(words.label), tr(words.help) if words.help else "", name, tr(PAGES[KEYS[name].page])]
    texts += [tr(choice) for choice in CHOICES.get(name, {}).values()]
    return " ".join(texts).casefold()
