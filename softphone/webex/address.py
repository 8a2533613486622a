"""The one reader of addresses, and which of them may be asked (protocol.md#trust). Pure.

Two parsers disagree about hostile addresses, so nothing else here takes one apart: what a catalog may name is
exactly what the client can dial. The grammar is much narrower than RFC 3986: no user, no fragment, nothing
that needs an opinion. What holds a secret of ours is no address: it would be looked up, kept and told.
"""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct

from softphone.i18n import phrase
from softphone.settings.cloud_file import LOOPBACK_HOSTS, Cloud
from softphone.system import live_secrets

LIMIT_CHARS = 2048

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?:(?P<name>{_NAME})|\[(?P<ipv6>[0-9A-Fa-f:.]{{2,45}})\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_FOUR_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_PORT_LIMIT = 65535
_QUERY_CHARS = 200  # what `message_socket.with_query` adds, and a reserve


class Address(Struct, frozen=True):
    """An absolute http or https address. `host` is in lower case and without brackets."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Where it leads: scheme, host and port, the default one too."""
        return self.scheme, self.host, self.port or (443 if self.scheme == "https" else 80)


def read_address(text: object) -> Address | None:
    """Return the parts of an address, or None for what is none or of a kind that we never write."""
    if not isinstance(text, str) or len(text) > LIMIT_CHARS:
        return None
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 <= int(found["port"] or 0) <= _PORT_LIMIT:
        return None
    if found["ipv6"] and not _is_ip(found["ipv6"], ipaddress.IPv6Address):
        return None
    if _FOUR_NUMBERS.fullmatch(found["name"] or "") and not _is_ip(found["name"], ipaddress.IPv4Address):
        return None
    if live_secrets.holds(text):
        return None
    return Address(
        scheme=found["scheme"],
        host=(found["name"] or found["ipv6"]).lower(),
        port=int(found["port"]) if found["port"] else None,
        path=found["path"] or "",
        query=found["query"] or "",
    )


def as_http(url: str) -> str:
    """Return the address by which a WebSocket's is judged and dialled: wss counts as https, ws as http."""
    return f"http{url[2:]}" if url.startswith(("ws://", "wss://")) else ""


def socket_url(value: object) -> str:
    """Return a WebSocket's address that can be dialled, as sent, or ""; there is room for more query."""
    if not isinstance(value, str) or len(value) > LIMIT_CHARS - _QUERY_CHARS:
        return ""
    return value if read_address(as_http(value)) is not None else ""


def _is_ip(text: str, kind: Callable[[str], object]) -> bool:
    try:
        return bool(kind(text))
    except ValueError:
        return False


_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HTTPS_PORT = 443


class Trust(Struct, frozen=True):
    """The rules of one cloud. `loopback`: all its own addresses are on this computer (simulated cloud)."""

    hosts: tuple[str, ...]
    loopback: bool

    @classmethod
    def of(cls, cloud: Cloud) -> "Trust":
        """Return the rules that the cloud file gives."""
        own = (cloud.token_url, cloud.api_url, cloud.u2c_url, cloud.region_url)
        return cls(
            hosts=tuple(host.lower() for host in cloud.trusted_hosts),
            loopback=all(urlsplit(url).hostname in LOOPBACK_HOSTS for url in own),
        )

    def refusal(self, address: Address) -> str | None:
        """Return why the address may not be asked, or None when it may.

        A pattern `*.webex.com` covers every name below webex.com, label by label, and not webex.com itself.
        """
        host = address.host
        if self.loopback and host in LOOPBACK_HOSTS:
            return None if host in self.hosts else phrase("it is not one of this cloud's addresses")
        if address.scheme != "https":
            return phrase("it is not https")
        if address.port not in {None, _HTTPS_PORT}:
            return phrase("it names a port of its own")
        if not _is_name(host):
            return phrase("its host is not a plain name")
        if not any(_covers(pattern, host) for pattern in self.hosts):
            return phrase("its host is not trusted by the cloud file")
        return None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    named = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return named and not labels[-1][:1].isdigit()


def _covers(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
