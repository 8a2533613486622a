"""Which addresses may be asked, and so receive the bearer token (reliability.md 6, design.md 4). Pure.

`webex.client` parses a URL once and asks here about the parts of that very object, because two parsers
disagree about hostile URLs.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from softphone.config import LOOPBACK_HOSTS, Cloud
from softphone.words import phrase

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

    def refusal(self, *, scheme: str, host: str, port: int | None, has_user_info: bool) -> str | None:
        """Return why the address may not be asked, or None when it may.

        `host` is what would be dialled, without brackets. A pattern `*.webex.com` covers every name below
        webex.com, label by label, and not webex.com itself.
        """
        if has_user_info:
            return phrase("it names a user")
        if self.loopback and host in LOOPBACK_HOSTS:
            known = scheme in {"http", "https"} and host in self.hosts
            return None if known else phrase("it is not one of this cloud's addresses")
        if scheme != "https":
            return phrase("it is not https")
        if port not in {None, _HTTPS_PORT}:
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
