"""What came over a wire: where it led, and one request as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a connection led. `scheme` is what was spoken there, `host` the name that was dialled."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


@dataclass
class Asked:
    """One request."""

    place: Place
    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    @classmethod
    def at(cls, url: str) -> "Asked":
        """A request to an address of ours, as it may have been sent."""
        host, slash, path = url.removeprefix("https://").partition("/")
        return cls(Place("https", host, 443), "POST", slash + path, [])

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def url(self) -> str:
        return f"https://{self.place.host}{self.target}"


def read_request(data: bytes, place: Place, *, is_cut: bool = False) -> tuple[Asked, bytes] | None:
    """Return the first whole request and what is behind it, `is_cut`: with as much of a body as there is.

    Raises ValueError for what is none.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *rows = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value) for name, _, value in (row.partition(": ") for row in rows)]
    asked = Asked(place, method, target, headers)
    size = int(asked.header("content-length") or 0)
    if len(rest) < size and not is_cut:
        return None
    asked.body = rest[:size]
    return asked, rest[size:]
