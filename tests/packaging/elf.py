"""Which libraries a file of the ELF format asks the loader for; 64 bits, little-endian."""

import mmap
import struct
from pathlib import Path

_LOAD, _DYNAMIC = 1, 2  # kinds of segments
_NEEDED, _STRINGS = 1, 5  # tags of the dynamic segment


def needed_libraries(file: Path) -> set[str]:
    """Return the names that `file` needs directly, as `libX11.so.6`; none when it is no such file."""
    with file.open("rb") as opened:
        if opened.read(6) != b"\x7fELF\x02\x01":
            return set()
        with mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ) as content:
            return _names(content)


def _names(content: mmap.mmap) -> set[str]:
    (table,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    segments = [struct.unpack_from("<IIQQQQ", content, table + each * size) for each in range(count)]
    entries = []
    for kind, _, offset, _, _, length in segments:
        if kind == _DYNAMIC:
            entries += list(struct.iter_unpack("<qQ", content[offset : offset + length]))
    address = dict(entries).get(_STRINGS, 0)
    for kind, _, offset, start, _, length in segments:
        if kind == _LOAD and start <= address < start + length:
            strings = offset + address - start
            wanted = [strings + value for tag, value in entries if tag == _NEEDED]
            return {content[at : content.find(b"\0", at)].decode() for at in wanted}
    return set()
