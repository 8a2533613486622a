"""What may be chosen: one table of keys, each with what it may be, and when it takes effect.

The same table serves the settings file, the policy file of an organisation, import and export. A few of the
keys have a row in the window (`wording.settings_words.TABS`). Defaults are in `Settings`; those of `Policy`
and `Network` come from the cloud file. Values only: `store` keeps them, `policy_file` reads what the
organisation has set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from softphone.errors import ConfigError
from softphone.i18n import NAME_AT_MOST, Phrase, phrase, visible
from softphone.line.policy import Policy
from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY, Cloud, Network, cloud_of
from softphone.values import replace

Value = bool | int | float | str | tuple[float, ...] | Path | None

PROXY_EXAMPLE = "http://proxy.example.com:3128"
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words. `quiet` ones are allowed and not offered: they are for tests."""

    words: tuple[str, ...]
    quiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range, both ends allowed."""

    least: float
    most: float
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Some numbers in a range. `pair`: exactly two, the second one greater; else 1 to 10."""

    least: float
    most: float
    pair: bool = False


@dataclass(frozen=True, slots=True)
class ProxyAddress:
    """The system's proxy, none, or the address of one. Never with a password, so it is not repeated."""


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A file of certificates in PEM, named by its whole path."""


@dataclass(frozen=True, slots=True)
class Code:
    """`automatic`, or a short code of the service in capitals."""

    pattern: str
    example: str


Kind = Switch | Choice | Number | Numbers | ProxyAddress | CertificateFile | Code


@dataclass(frozen=True, slots=True)
class Key:
    """One choice. `restart`: it takes effect at the next start. `portable`: it means something elsewhere."""

    name: str
    kind: Kind
    restart: bool = False
    portable: bool = True


def _chosen(default: Value, kind: Kind, *, restart: bool = False, portable: bool = True) -> Any:
    """Return a field of `Settings` that is one of the keys."""
    return field(default=default, metadata={"kind": kind, "restart": restart, "portable": portable})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is chosen. None: as the cloud file says.

    `policy` holds the values of `Policy` that differ from the cloud file's, by name. Proxies, certificates,
    region and intervals are read at start; `Key.restart` tells which others are.
    """

    language: str = _chosen(
        "system", Choice(("system", "en", "de"), quiet=("pseudo", "pseudo-rtl")), restart=True
    )
    theme: str = _chosen("system", Choice(("system", "light", "dark")))
    text_size_percent: int = _chosen(100, Number(100, 200, whole=True), restart=True)
    reduced_motion: str = _chosen("system", Choice(("system", "on", "off")))
    always_on_top: bool = _chosen(False, Switch())
    compact: bool = _chosen(False, Switch())  # older files hold it; the window chooses its rows by itself now

    start_at_login: bool = _chosen(False, Switch())
    start_hidden: bool = _chosen(False, Switch())
    close_to_tray: bool = _chosen(True, Switch())
    deregister_on_quit: bool = _chosen(True, Switch())
    history_days: int = _chosen(7, Number(1, 90, whole=True), restart=True)
    check_for_updates: bool = _chosen(False, Switch())  # offer to; only where nobody else looks after us

    notifications: bool = _chosen(True, Switch())
    # Of continuous loss (interface.md#notifications).
    notification_delay_s: float = _chosen(30.0, Number(0, 3600))
    notify_recovery: bool = _chosen(True, Switch())
    call_notices: bool = _chosen(True, Switch())  # a message socket for each account (sockets.md)
    # When the notification of a call says who calls (sockets.md#privacy).
    notify_caller: str = _chosen("unlocked", Choice(("always", "unlocked", "never")))
    call_history: bool = _chosen(False, Switch())  # and who called is kept as long as the activity
    # What is sent for a call, by default nothing (sockets.md#what-is-sent).
    call_alerting: bool = _chosen(False, Switch())
    call_release: bool = _chosen(False, Switch())

    proxy: str | None = _chosen(None, ProxyAddress(), restart=True)  # as `Network.proxy`
    extra_ca_file: Path | None = _chosen(None, CertificateFile(), restart=True, portable=False)  # noqa: RUF009
    # Codes of the service, like "US-EAST" (protocol.md#region), and two letters.
    region: str = _chosen(AUTOMATIC, Code(r"[A-Z]{2}(-[A-Z0-9]{1,20}){0,3}", "US-EAST"), restart=True)
    country: str = _chosen(AUTOMATIC, Code(r"[A-Z]{2}", "US"), restart=True)

    tray_monochrome: bool = _chosen(False, Switch())
    # Shorter states do not repaint the tray (interface.md#tray).
    tray_damping_s: float = _chosen(2.0, Number(0, 60))
    metrics_endpoint: bool = _chosen(False, Switch())
    metrics_port: int = _chosen(9464, Number(1024, 65_535, whole=True))  # on 127.0.0.1

    policy: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str] | None:
        """Region and country to use instead of asking, when both are chosen."""
        return None if AUTOMATIC in (self.region, self.country) else (self.region, self.country)

    def applied_to(self, cloud: Cloud) -> Cloud:
        """Return the cloud with what is chosen for it: intervals, proxy and certificates."""
        network = {name: value for name in _SHARED if (value := getattr(self, name)) is not None}
        if self.place is not None:
            cloud = replace(cloud, region=self.place[0], country=self.place[1])
        return replace(
            cloud, policy=replace(cloud.policy, **self.policy), network=replace(cloud.network, **network)
        )


def _interval(name: str, least: float, most: float) -> Key:
    return Key(name, Number(least, most), restart=True)


def _count(name: str, least: int, most: int) -> Key:
    return Key(name, Number(least, most, whole=True), restart=True)


def _jitter(name: str) -> Key:
    return _interval(name, 0.01, 0.5)


# The ranges keep a person from harming the service or the line; `Policy` says what each value is and why.
_INTERVALS = (
    _interval("keepalive_default_s", 5, 300),
    _interval("keepalive_min_s", 5, 300),
    _interval("keepalive_max_s", 5, 600),
    _interval("keepalive_deadline_s", 1, 60),
    Key("recheck_s", Numbers(0.5, 60), restart=True),
    _count("dead_host_misses", 1, 10),
    _interval("proof_window", 1, 3),
    _interval("retry_base_s", 0.5, 60),
    _interval("retry_cap_s", 5, 3600),
    _interval("next_list_max_s", 0.1, 60),
    _interval("primary_window_s", 1, 600),
    _interval("long_outage_s", 60, 86_400),
    _interval("slow_retry_s", 10, 3600),
    _interval("retry_after_max_s", 60, 86_400),
    _interval("rediscover_every_s", 60, 86_400),
    _interval("rehoming_min_minutes", 1, 1440),
    _interval("rehoming_max_minutes", 1, 1440),
    _interval("alone_recheck_s", 1, 600),
    _count("requests_per_minute", 1, 12),  # reliability.md#bound
    _interval("answer_deadline_s", 5, 120),
    _interval("expiry_intervals", 1, 20),
    Key("rehoming_span_minutes", Numbers(1, 10_080, pair=True), restart=True),
    _count("pings_at_most", 1, 10),
    _interval("nudge_min_s", 0.1, 60),
    _interval("nudge_max_s", 0.1, 300),
    _interval("nudge_every_s", 5, 3600),
    _jitter("keepalive_jitter"),
    _jitter("recheck_jitter"),
    _jitter("retry_cap_jitter"),
    _jitter("slow_retry_jitter"),
    _jitter("retry_after_jitter"),
)
_OWN = tuple(Key(item.name, **item.metadata) for item in fields(Settings) if item.metadata)
KEYS: Mapping[str, Key] = {key.name: key for key in (*_OWN, *_INTERVALS)}

# `time_scale` is no person's choice: it is for a simulated cloud and would break every bound of a real one.
_POLICY_NAMES = frozenset(item.name for item in fields(Policy)) - {"time_scale"}
_NETWORK_NAMES = frozenset(item.name for item in fields(Network))
_SHARED = _NETWORK_NAMES & {item.name for item in fields(Settings)}
_DEFAULTS = Settings()

_ORDERED = (
    ("keepalive_min_s", "keepalive_default_s"),
    ("keepalive_default_s", "keepalive_max_s"),
    ("retry_base_s", "retry_cap_s"),
    ("rehoming_min_minutes", "rehoming_max_minutes"),
    ("nudge_min_s", "nudge_max_s"),
)


def settings_of(values: Mapping[str, Value]) -> Settings:
    """Return the settings with these values by key; what is not named has its default."""
    policy = {name: value for name, value in values.items() if name in _POLICY_NAMES}
    own: dict[str, Any] = {name: value for name, value in values.items() if name not in _POLICY_NAMES}
    return Settings(policy=policy, **own)


def default_of(name: str, cloud: Cloud) -> Value:
    """Return what holds when nothing is chosen."""
    found: Value
    if name in _POLICY_NAMES:
        found = getattr(cloud.policy, name)
    elif name in _NETWORK_NAMES:
        found = getattr(cloud.network, name)
    else:
        found = getattr(_DEFAULTS, name)
    return found


# ---- what a value may be


def check(name: str, value: object, called: str = "") -> Value:
    """Return the value of a key as it is kept; raises ConfigError naming the key and what is allowed.

    `called` is how a person calls the key, if not by its name.
    """
    key = KEYS.get(name)
    if key is None:
        known = ", ".join(KEYS)
        named = visible(name, NAME_AT_MOST)
        raise _wrong(phrase("{key} is no setting. Allowed: {names}.", key=named, names=known))
    try:
        return _read(key.kind, value)
    except (ConfigError, OSError, ValueError) as error:
        raise _wrong(_allowed(key.kind, called or name)) from error


def disordered(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return the pairs of keys whose first value is greater than the second, as it must not be."""
    return tuple((low, high) for low, high in _ORDERED if getattr(policy, low) > getattr(policy, high))


def out_of_order(low: str, high: str) -> ConfigError:
    """Return the error for a pair; both are names, or what a person calls the keys."""
    return _wrong(phrase("{low} must not be greater than {high}.", low=low, high=high))


def _wrong(sentence: Phrase) -> ConfigError:
    return ConfigError(sentence, title="This setting cannot be used")


def to_toml(value: Value) -> bool | int | float | str | list[float]:
    """Return a chosen value as a TOML file holds it."""
    assert value is not None  # noqa: S101 - what is not chosen is not written
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value


def _read(kind: Kind, value: object) -> Value:
    """Return the value as it is kept; raises ValueError, OSError or ConfigError when it is not allowed."""
    match kind:
        case Switch() if isinstance(value, bool):
            return value
        case Choice() if isinstance(value, str) and value in kind.words + kind.quiet:
            return value
        case Number():
            return _number(kind, value)
        case Numbers() if isinstance(value, list | tuple):
            numbers = tuple(_number(Number(kind.least, kind.most), one) for one in value)
            if (len(numbers) == 2 and numbers[0] < numbers[1]) if kind.pair else 1 <= len(numbers) <= 10:  # noqa: PLR2004
                return numbers
        case ProxyAddress():
            return _read_network("proxy", value).proxy
        case CertificateFile() if isinstance(value, str | Path) and Path(value).is_absolute():
            return _read_network("extra_ca_file", str(value)).extra_ca_file
        case Code() if isinstance(value, str) and (value == AUTOMATIC or re.fullmatch(kind.pattern, value)):
            return value
    raise ValueError("not allowed")


def _number(kind: Number, value: object) -> float:
    kinds = int if kind.whole else int | float
    if isinstance(value, kinds) and not isinstance(value, bool) and kind.least <= value <= kind.most:
        return value if kind.whole else float(value)
    raise ValueError("no such number")


def _read_network(key: str, value: object) -> Network:
    """Judge as a cloud file is judged, so that the two never disagree."""
    return cloud_of({"network": {key: value}}, "").network


def _allowed(kind: Kind, called: str) -> Phrase:
    """Return the sentence that says what a key may be."""
    match kind:
        case Switch():
            return phrase("{key} must be true or false.", key=called)
        case Choice():
            words = ", ".join(kind.words + kind.quiet)
            return phrase("{key} must be one of: {values}.", key=called, values=words)
        case Number() | Numbers():
            places = {"key": called, "least": f"{kind.least:g}", "most": f"{kind.most:g}"}
            if isinstance(kind, Number):
                return phrase(
                    "{key} must be a whole number from {least} to {most}."
                    if kind.whole
                    else "{key} must be a number from {least} to {most}.",
                    **places,
                )
            return phrase(
                "{key} must be two numbers from {least} to {most}, the second one greater."
                if kind.pair
                else "{key} must be 1 to 10 numbers from {least} to {most}.",
                **places,
            )
        case ProxyAddress():
            return phrase(
                '{key} must be "{system}", "{none}" or an address like {example}, '
                "without a user or a password.",
                key=called,
                system=SYSTEM_PROXY,
                none=NO_PROXY,
                example=PROXY_EXAMPLE,
            )
        case CertificateFile():
            return phrase(
                "{key} must be the whole path of a file of certificates in PEM that can be read.", key=called
            )
        case Code():
            return phrase(
                '{key} must be "{automatic}" or a code in capitals like {example}.',
                key=called,
                automatic=AUTOMATIC,
                example=kind.example,
            )
