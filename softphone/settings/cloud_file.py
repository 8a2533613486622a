"""What the program is told from outside: the cloud file, and secrets of the environment.

Read once at start, passed down as frozen values. Every fault is a `ConfigError` that names the file, the
key and what is allowed (scripts.md#cloud-file). The only secret that may stand in a file is the client
secret, in one of an administrator (`read_client_secret`); none is ever written to a file.
"""

import os
import re
import ssl
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import SplitResult, urlsplit

from softphone.errors import ConfigError, SetUpNeededError
from softphone.line.policy import Policy
from softphone.system.files import ForeignFileError, is_there, parse_toml, read_file
from softphone.system.folders import CLOUD_FILE_NAME, Folders, is_profile

CLIENT_SECRET_VARIABLE = "SOFTPHONE_CLIENT_SECRET"  # noqa: S105 - the name of a variable
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

SYSTEM_PROXY, NO_PROXY = "system", "none"
AUTH_IN_BODY, AUTH_BASIC = "body", "basic"

_SECRET_LIMIT_BYTES = 4096
SHOWN_AT_MOST_CHARS = 200
_HOST_LIMIT_CHARS = 253
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9]+)?")
CERTIFICATES_LIMIT_BYTES = 4_000_000  # a whole system's are a tenth of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The way to the internet, for the HTTP client, the sign-in page and the doctor alike.

    `proxy` is SYSTEM_PROXY, NO_PROXY or `http://host:port`. The certificates of `extra_ca_file` (PEM) are
    trusted besides the system's. `connect_s` is how long a name and a connection may take together, and the
    secure channel as long again: more for a bad link.
    """

    proxy: str = SYSTEM_PROXY
    extra_ca_file: Path | None = None
    connect_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One calling service as its cloud file describes it. The defaults are Webex's (scripts.md#cloud-file).

    `revoke_url` may be empty: then signing out cannot revoke the tokens and says so. Who names
    `device_authorization_url` has an integration that may sign in by a code (RFC 8628); the tokens come from
    `device_token_url` then, or from `token_url` where that is empty. `redirect_uri` on one of
    the `spare_redirect_ports` serves when its own port is taken, and is registered like itself. `client_auth`
    says where the client secret goes when tokens are asked for, `client_secret_file` where an administrator
    has left it. With both `region` and `country`, like "US-EAST" and "US", nobody is asked where this
    computer is. `source` is the file it came from, for messages.
    """

    name: str = "Webex"
    authorize_url: str = "https://webexapis.com/v1/authorize"
    token_url: str = "https://webexapis.com/v1/access_token"  # noqa: S105 - an address
    revoke_url: str = "https://idbroker.webex.com/idb/oauth2/v1/revoke"
    device_authorization_url: str = ""
    device_token_url: str = ""
    api_url: str = "https://webexapis.com/v1"
    u2c_url: str = "https://u2c.wbx2.com/u2c/api/v1"
    region_url: str = "https://ds.ciscospark.com/v1/region"
    region: str = ""
    country: str = ""
    client_id: str = ""
    redirect_uri: str = "http://localhost:47113/softphone/callback"
    spare_redirect_ports: tuple[int, ...] = (47114, 47115)
    client_auth: str = AUTH_IN_BODY
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = (
        "spark:webrtc_calling",
        "spark:calls_read",
        "spark:calls_write",
        "spark:xsi",
        "spark:kms",
        "spark:people_read",
        "spark:telephony_config_read",
    )
    trusted_hosts: tuple[str, ...] = (
        "webexapis.com",
        "*.webex.com",
        "*.wbx2.com",
        "*.ciscospark.com",
        "*.broadcloudpbx.com",
        "*.broadcloudpbx.net",
        "*.broadcloud.eu",
        "*.broadcloud.com.au",
    )
    policy: Policy = field(default_factory=Policy)
    network: Network = field(default_factory=Network)
    source: str = "the built-in Webex cloud"

    @property
    def spare_redirect_uris(self) -> tuple[str, ...]:
        """The redirect address on each of the spare ports."""
        parts = urlsplit(self.redirect_uri)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return tuple(parts._replace(netloc=f"{host}:{port}").geturl() for port in self.spare_redirect_ports)


def load_cloud(path: Path | None, folders: Folders) -> Cloud:
    """Return the cloud of the file, or of `cloud.toml` in the config folder, or else Webex's defaults.

    Raises ConfigError for a file that cannot be read, an unknown key, a wrong type, a value out of range
    or an address that is not https (http is allowed on loopback only).
    """
    if path is None:
        default = folders.config / CLOUD_FILE_NAME
        if not is_there(default) or is_profile(default):
            return Cloud()
        path = default
    return read_cloud(_read(path), str(path))


def read_cloud(content: bytes | str, source: str) -> Cloud:
    """Return the cloud that a file's content describes; `source` is the file's path. Raises ConfigError."""
    try:
        document = parse_toml(content)
    except ValueError as error:
        raise ConfigError(
            f"{source}: not a TOML file: {error}.", title="The cloud file is damaged"
        ) from error
    return cloud_of(document, source)


def cloud_of(document: Mapping[str, Any], source: str) -> Cloud:
    """Return the cloud that a file's document describes; `source` is the file's path. Raises ConfigError."""
    _only_known(document, _TABLES, source, "table")
    try:
        cloud, network, policy = (_table(document, name) for name in _TABLES)
        _only_known(cloud, CLOUD_KEYS, f"{source}: [cloud]", "key")
        values = {key: _cloud_value(key, value) for key, value in cloud.items()}
        if "redirect_uri" in values:
            values.setdefault("spare_redirect_ports", ())  # nobody has registered those for another address
        _only_known(policy, _POLICY_KINDS, f"{source}: [policy]", "key")
        _only_known(network, _NETWORK_KEYS, f"{source}: [network]", "key")
        return _checked(
            Cloud(
                **values,
                policy=Policy(**{key: _policy_value(key, value) for key, value in policy.items()}),
                network=Network(
                    **{key: _network_value(key, value, Path(source).parent) for key, value in network.items()}
                ),
                source=source,
            )
        )
    except _WrongValueError as error:
        raise ConfigError(f"{source}: {error}.", title="The cloud file has a wrong value") from error


def read_client_secret(path: Path) -> str:
    """Return the client secret that an administrator has left in a file.

    The file must belong to root and must be nobody else's to write, nor everybody's to read (0640). Raises
    ConfigError, which never holds any of the file.
    """
    try:
        content = read_file(path, limit_bytes=_SECRET_LIMIT_BYTES, may_be=_is_roots_alone)
        secret = content.decode("ascii").strip()
    except ForeignFileError as error:
        raise _wrong_secret(path, "must belong to root, with the rights 0640 or fewer") from error
    except OSError as error:
        raise _wrong_secret(path, f"cannot be read ({error.strerror})") from error
    except ValueError:
        secret = ""
    if not secret or not secret.isprintable() or " " in secret:
        raise _wrong_secret(path, "must hold the client secret and nothing else")
    return secret


def _is_roots_alone(file: int) -> bool:
    facts = os.fstat(file)
    return os.name != "posix" or (facts.st_uid == 0 and not facts.st_mode & 0o027)


def _wrong_secret(path: Path, what: str) -> ConfigError:
    return ConfigError(f"client_secret_file: {path} {what}.", title="The client secret cannot be used")


def require_client_id(cloud: Cloud) -> None:
    """Raise SetUpNeededError if nobody can sign in with this cloud."""
    if not cloud.client_id:
        raise SetUpNeededError(
            f"{cloud.source}: [cloud] client_id is missing. Create an integration on the Webex developer "
            "portal and put its client ID into the policy or a cloud file, as the administrator guide shows.",
            title="No client ID yet",
        )


def require_device_code(cloud: Cloud) -> None:
    """Raise ConfigError if this cloud lets nobody sign in by a code on another device."""
    if not cloud.device_authorization_url:
        raise ConfigError(
            f"{cloud.source}: [cloud] device_authorization_url is missing, so nobody can sign in by a code. "
            "Register the integration for it and name its address there, or sign in without --device-code.",
            title="No sign-in by code",
        )


def take_secrets(environment: MutableMapping[str, str] = os.environ) -> Mapping[str, str]:
    """Return the secrets of the environment, and take them out of it: no child is to inherit them."""
    secret = environment.pop(CLIENT_SECRET_VARIABLE, "")
    return {CLIENT_SECRET_VARIABLE: secret} if secret else {}


def token_from(variable: str, environment: MutableMapping[str, str] = os.environ) -> str:
    """Return the access token in an environment variable and take it out, so that no child inherits it.

    Raises ConfigError if there is none.
    """
    token = environment.pop(variable, "").strip()
    if not token:
        raise ConfigError(
            f"--token-env {variable}: the environment variable {variable} is empty or not set. "
            "Put an access token in it, or leave the option out."
        )
    return token


# ---- one value at a time

_TABLES = ("cloud", "network", "policy")
CLOUD_KEYS = tuple(item.name for item in fields(Cloud) if item.name not in (*_TABLES, "source"))
_NETWORK_KEYS = tuple(item.name for item in fields(Network))
_POLICY_KINDS = get_type_hints(Policy)
_ADDRESSES = ("authorize_url", "token_url", "api_url", "u2c_url", "region_url")
_ADDRESSES_OR_NONE = ("revoke_url", "device_authorization_url", "device_token_url")


class _WrongValueError(Exception):
    """A value that is not allowed: where it stands, and what must be there."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} {what}")


def _read(path: Path) -> bytes:
    try:
        return read_file(path)
    except ValueError as error:
        raise ConfigError(
            f"{path}: not a cloud file ({error}).", title="The cloud file is damaged"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). Check the path of the cloud file.",
            title="The cloud file cannot be read",
        ) from error


def _short(value: object) -> str:
    """Return a value as it is written, cut to a length that can be read."""
    text = repr(value)
    return text if len(text) <= SHOWN_AT_MOST_CHARS else f"{text[:SHOWN_AT_MOST_CHARS]}…"


def _only_known(table: Mapping[str, Any], allowed: Iterable[str], where: str, noun: str) -> None:
    for key in table:
        if key not in allowed:
            raise ConfigError(
                f"{where}: unknown {noun} {_short(key)}. Allowed: {', '.join(allowed)}.",
                title="The cloud file has an unknown key",
            )


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise _WrongValueError(name, f"must be a table, written as [{name}]")
    return table


def _cloud_value(key: str, value: Any) -> Any:
    where = f"[cloud] {key}"
    if key == "spare_redirect_ports":
        ports = value if isinstance(value, list) else [None]
        if not all(type(port) is int and 0 < port < 65536 for port in ports) or len({*ports}) != len(ports):  # noqa: PLR2004 - all ports
            raise _WrongValueError(where, "must be a list of ports, like [47114, 47115]")
        return tuple(ports)
    if key == "client_auth" and value not in (AUTH_IN_BODY, AUTH_BASIC):
        raise _WrongValueError(where, f'must be "{AUTH_IN_BODY}" or "{AUTH_BASIC}"')
    if key in ("scopes", "trusted_hosts"):
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise _WrongValueError(where, 'must be a list of texts, like ["a", "b"]')
        return tuple(value)
    if not isinstance(value, str):
        raise _WrongValueError(where, f"must be a text in quotes, not {_short(value)}")
    if key == "client_secret_file":
        if not Path(value).is_absolute():
            raise _WrongValueError(where, f"must be a whole path, from the root on, not {_short(value)}")
        return Path(value)
    return value


def _policy_value(key: str, value: Any) -> Any:
    where, kind = f"[policy] {key}", _POLICY_KINDS[key]
    if kind is float:
        return _positive(value, where)
    if kind is int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise _WrongValueError(where, f"must be a whole number of 1 or more, not {_short(value)}")
        return value
    if not isinstance(value, list) or not value:
        raise _WrongValueError(where, "must be a list of numbers")
    places = get_args(kind)
    if Ellipsis not in places and len(value) != len(places):
        raise _WrongValueError(where, f"must be a list of {len(places)} numbers")
    return tuple(_positive(item, where) for item in value)


def _positive(value: object, where: str) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 < float(str(value)) < 1e9:  # noqa: PLR2004 - anything beyond is a slip
        raise _WrongValueError(where, f"must be a number greater than 0, not {_short(value)}")
    return float(str(value))


def _network_value(key: str, value: Any, folder: Path) -> Any:
    where = f"[network] {key}"
    if key == "connect_s":
        return _positive(value, where)
    if not isinstance(value, str) or not value:
        raise _WrongValueError(where, f"must be a text in quotes, not {_short(value)}")
    return _proxy(value, where) if key == "proxy" else _ca_file(value, where, folder)


def _proxy(value: str, where: str) -> str:
    if value in (SYSTEM_PROXY, NO_PROXY):
        return value
    what = f'must be "{SYSTEM_PROXY}", "{NO_PROXY}" or an address like "http://proxy.example.com:3128"'
    if "@" in value:  # a password may be in it: the value is not repeated
        raise _WrongValueError(where, f"{what}, without a user or a password")
    address = value.rstrip("/")
    parts = _split(address)
    if parts is None or parts.port is None or address != f"http://{parts.netloc}":
        raise _WrongValueError(where, f"{what}, not {_short(value)}")
    return address


def _ca_file(value: str, where: str, folder: Path) -> Path:
    """Return the path; one that is not absolute is meant from the cloud file's folder."""
    path = Path(value)
    try:
        path = folder / path.expanduser()
        read_file(path, limit_bytes=CERTIFICATES_LIMIT_BYTES)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise _WrongValueError(
            where, f"must be a file of certificates in PEM, which {path} is not"
        ) from error
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _WrongValueError(where, f"must be a file that can be read: {path} ({why})") from error
    return path


def _checked(cloud: Cloud) -> Cloud:
    """Return the cloud if each of its addresses is one."""
    for key in (*_ADDRESSES, *_ADDRESSES_OR_NONE):
        url = getattr(cloud, key)
        parts = _split(url)
        secure = parts is not None and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
        )
        if not secure and not (key in _ADDRESSES_OR_NONE and url == ""):
            raise _WrongValueError(
                f"[cloud] {key}",
                f"must be an https address (http only on this computer: 127.0.0.1), not {_short(url)}",
            )
    redirect = _split(cloud.redirect_uri)
    if redirect is None or redirect.scheme not in ("http", "https") or redirect.fragment:
        raise _WrongValueError("[cloud] redirect_uri", f"must be an address like {Cloud().redirect_uri}")
    return cloud


def _split(url: str) -> SplitResult | None:
    """Return the parts of an address; None when it is none, names no host, or its port is no port."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        usable = is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def is_host(name: str) -> bool:
    """Whether it is a host's number, or a name that can be looked up and shown."""
    return len(name) <= _HOST_LIMIT_CHARS and _HOST.fullmatch(name) is not None
