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

    It may come in several members, one behind the other. Raises zlib.error for what is no gzip or cut short.
    """

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self._unpacking = _unpacker()
        self._packed_bytes = 0

    def add(self, chunk: bytes) -> bool:
        """Take and unpack what came; return whether there is room for it."""
        self._packed_bytes += len(chunk)
        if self._packed_bytes > self._limit_bytes:  # members of nothing, without end
            return False
        while chunk:
            if self._unpacking.eof:
                self._unpacking = _unpacker()
            room_bytes = self._limit_bytes - len(self._held) + 1  # one more than may be; 0 would be no limit
            if not super().add(self._unpacking.decompress(chunk, room_bytes)):
                return False
            chunk = self._unpacking.unused_data
        return True

    def whole(self) -> bytes:
        """Return all of it, at its end."""
        if self._packed_bytes and not self._unpacking.eof:  # an empty body is none, whatever it says
            raise zlib.error("cut short")
        return super().whole()


def _unpacker() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


DECODERS: Mapping[str, type[Body]] = {
    "": Body,
    "identity": Body,
    "gzip": ZippedBody,
    "x-gzip": ZippedBody,
}
