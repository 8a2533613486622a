"""What a hostile proxy answers to CONNECT."""

import random

from tests.hostile.tokens.cloud.answers import HostileCloud

PROXY = "proxy.corp.example"

_REFUSALS = (
    'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="{url}"\r\nContent-Length: 0\r\n\r\n',
    "HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n",
    'HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm="{url}"\r\nContent-Length: 0\r\n\r\n',
    "HTTP/1.1 307 Found\r\nLocation: {url}\r\nSet-Cookie: p={echo}\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 101 Switching\r\nUpgrade: TLS/1.0\r\n\r\n",
)
_OPENED = (
    "HTTP/1.1 200 Connection established\r\n\r\n",
    "HTTP/1.1 200 OK\r\nLocation: https://evil.example/\r\nProxy-Authenticate: Negotiate\r\n\r\n",
)


def tunnelled(cloud: HostileCloud, chance: random.Random) -> tuple[bytes, bool]:
    """Return the answer, and whether the way is open."""
    cloud.answers += 1
    is_open = chance.random() < 0.9
    told = chance.choice(_OPENED) if is_open else cloud.filled(chance.choice(_REFUSALS))
    plain = "".join(one if one.isprintable() or one in "\r\n" else " " for one in told)
    return plain.encode("utf-8", "replace"), is_open
