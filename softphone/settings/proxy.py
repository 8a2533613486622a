"""Which proxy leads to a host: the one of the cloud file, the system's, or none.

Asked for each request, so that a laptop may move. This computer is never reached through a proxy, and a
proxy only ever carries tunnels: nothing but `https` leaves this computer (`webex.address`).
"""

import urllib.request
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from softphone.settings.cloud_file import LOOPBACK_HOSTS, NO_PROXY, SYSTEM_PROXY, Network, is_host
from softphone.system import live_secrets

_DEFAULT_PORT = 80


class UnusableProxyError(ValueError):
    """The system names a proxy of a kind that we cannot use."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. Only the system's may come with a user and a password; they are in no text."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        live_secrets.note(self.password)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def find_proxy(network: Network, host: str) -> Proxy | None:
    """Return the proxy that leads to a host, None when it is reached straight. Raises UnusableProxyError.

    May block on Windows, where the exceptions from the proxy are looked up by name.
    """
    if network.proxy == NO_PROXY or host.strip("[]") in LOOPBACK_HOSTS:
        return None
    if network.proxy != SYSTEM_PROXY:
        return _read(network.proxy)
    # On Linux these are the variables HTTPS_PROXY, ALL_PROXY and NO_PROXY in either case.
    addresses = urllib.request.getproxies()
    address = addresses.get("https") or addresses.get("all")
    if not address or urllib.request.proxy_bypass(host):
        return None
    return _read(address if "://" in address else f"http://{address}")


def _read(address: str) -> Proxy:
    try:
        parts = urlsplit(address)
        port = parts.port or _DEFAULT_PORT
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        (user + password).encode()  # a variable may hold bytes that are no text
    except ValueError as error:
        raise UnusableProxyError from error
    if parts.scheme != "http" or not is_host(parts.hostname or ""):
        raise UnusableProxyError
    return Proxy(parts.hostname or "", port, user, password)
