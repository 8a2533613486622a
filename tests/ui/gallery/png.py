"""Pictures as small files, in true colour.

Qt's own writer chooses a filter for every row, which makes flat pictures of windows a third larger than none.
"""

import struct
import zlib
from pathlib import Path

from PySide6.QtGui import QImage, QPixmap

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TRUE_COLOUR = (8, 2, 0, 0, 0)  # bits of a channel, RGB, and the only ways to compress, filter and interlace
_CHANNELS = 3
_NO_FILTER = b"\0"


def save(picture: QPixmap, file: Path) -> None:
    """Save a picture without its transparency."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels, every = bytes(image.constBits()), image.bytesPerLine()
    starts = range(0, every * image.height(), every)
    rows = (_NO_FILTER + pixels[start : start + image.width() * _CHANNELS] for start in starts)
    head = struct.pack(">II5B", image.width(), image.height(), *_TRUE_COLOUR)
    data = zlib.compress(b"".join(rows), 9)
    file.write_bytes(_SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
