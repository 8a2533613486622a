"""Which addresses may be asked, and so receive the bearer token (protocol.md#trust). Pure.

The parts come from `webex.address`, the one reader: two parsers disagree about hostile addresses.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from softphone.i18n import phrase
from softphone.settings.cloud_file import LOOPBACK_HOSTS, Cloud
from softphone.webex.address import Address

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Trust:
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
