"""How an answer travels: every way that HTTP/1.1 has, and some that it does not have."""

import gzip
import random

from tests.hostile.tokens.cloud.answers import Answer, HostileCloud

_REASONS = ("OK", "", "Moved to {url}", "{echo}", "Found")


def written(answer: Answer, cloud: HostileCloud, chance: random.Random) -> tuple[bytes, bool]:
    """Return the bytes, and whether the connection ends behind them."""
    closes = chance.random() < 0.1
    draw = chance.random()
    body, headers, before, behind = answer.body, list(answer.headers), b"", b""
    is_bare = answer.status in {101, 204, 304} or answer.status < 200
    if is_bare:
        body = b""
    if draw < 0.1:
        before = _encoded(f"HTTP/1.1 103 Early Hints\r\nLink: <{_address(cloud)}>; rel=preconnect\r\n\r\n")
    if draw < 0.2 and not is_bare:
        half = len(body) // 2
        trailers = f"Location: {_address(cloud)}\r\nSet-Cookie: t=1\r\nAuthorization: Bearer x\r\n\r\n"
        pieces = [piece for piece in (body[:half], body[half:]) if piece]
        body = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        body += b"0\r\n" + _encoded(trailers)
        headers.append(("Transfer-Encoding", "chunked"))
    elif draw < 0.25 and not is_bare:
        body = gzip.compress(body, 1)
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    elif draw < 0.3 and not is_bare:
        closes = True
    elif draw < 0.35:  # a second answer that nobody asked for
        headers.append(("Content-Length", str(len(body))))
        behind = _encoded(f"HTTP/1.1 307 X\r\nLocation: {_address(cloud)}\r\nContent-Length: 0\r\n\r\n")
    else:
        headers.append(("Content-Length", str(len(body))))
    if closes:
        headers.append(("Connection", "close"))
    chance.shuffle(headers)
    rows = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in headers)
    head = _encoded(
        f"HTTP/1.1 {answer.status} {_one_line(cloud.filled(chance.choice(_REASONS)))}\r\n{rows}\r\n"
    )
    return before + head + body + behind, closes


def _one_line(value: str) -> str:
    """A header's value: what would end the line is a space."""
    return "".join(letter if letter.isprintable() else " " for letter in value)


def _address(cloud: HostileCloud) -> str:
    return _one_line(cloud.addresses.decoy())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
