"""The one reader of addresses: what a catalog may name is exactly what the client can dial. Pure.

Two parsers disagree about hostile addresses, so nothing else here takes one
apart. The grammar is much narrower than RFC 3986: no user, no fragment, nothing that needs an opinion.
"""

import ipaddress
import re
from dataclasses import dataclass

LIMIT_CHARS = 2048

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?:(?P<name>{_NAME})|\[(?P<ipv6>[0-9A-Fa-f:.]{{2,45}})\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_PORT_LIMIT = 65535


@dataclass(frozen=True, slots=True)
class Address:
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
    if found["ipv6"] and not _is_ipv6(found["ipv6"]):
        return None
    return Address(
        scheme=found["scheme"],
        host=(found["name"] or found["ipv6"]).lower(),
        port=int(found["port"]) if found["port"] else None,
        path=found["path"] or "",
        query=found["query"] or "",
    )


def _is_ipv6(text: str) -> bool:
    try:
        return bool(ipaddress.IPv6Address(text))
    except ValueError:
        return False
