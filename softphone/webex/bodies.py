"""The body of an answer as it arrives: bounded, plain or in one layer of gzip. Pure.

We ask for plain bodies; a gateway that packs them all the same is understood. The limit counts
what comes out, piece by piece.
"""

import zlib
from collections.abc import Mapping


class Body:
    """A body that grows up to a limit."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._held = bytearray()

    def add(self, chunk: bytes) -> bool:
        """Take what came; return whether there is room for it."""
        self._held += chunk
        return len(self._held) <= self._limit_bytes

    def whole(self) -> bytes:
        """Return all of it, at its end."""
        return bytes(self._held)


class ZippedBody(Body):
    """The same of one layer of gzip, bounded while it is unpacked: 590 bytes can become 256 MiB.

    Raises zlib.error for what is no gzip, cut short, or goes on behind its end.
    """

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self._unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._has_begun = False

    def add(self, chunk: bytes) -> bool:
        """Take and unpack what came; return whether there is room for it."""
        self._has_begun = self._has_begun or bool(chunk)
        if self._unpacking.eof and chunk:
            raise zlib.error("more behind the end")
        room_bytes = self._limit_bytes - len(self._held) + 1  # one more than may be; 0 would be no limit
        has_room = super().add(self._unpacking.decompress(chunk, room_bytes))
        if self._unpacking.unused_data:
            raise zlib.error("more behind the end")
        return has_room

    def whole(self) -> bytes:
        """Return all of it, at its end."""
        if self._has_begun and not self._unpacking.eof:  # an empty body is none, whatever it says of itself
            raise zlib.error("cut short")
        return super().whole()


DECODERS: Mapping[str, type[Body]] = {
    "": Body,
    "identity": Body,
    "gzip": ZippedBody,
    "x-gzip": ZippedBody,
}
