"""The support capsule: one zip file for whoever helps, and how one that may be anybody's is read.

    manifest.json     what it is, of which version, made when; each other part with its size and SHA-256
    summary.txt       lines, outages and all that happened, in words
    status.json       what `softphone status --json` said
    history.jsonl     the history, a row a line (`history.rows`)
    doctor.json, settings.json, versions.txt, log.txt

A reader refuses the whole file, naming it and what is wrong, before anything of it is believed; nothing is
ever unpacked to a disk. Parts that it does not know are ignored, so that a newer program may add one.
"""

import contextlib
import hashlib
import io
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from softphone.errors import ConfigError, SoftphoneError
from softphone.history.recording import Recording
from softphone.history.rows import decode
from softphone.i18n import own, phrase, visible
from softphone.system.files import WHY_AT_MOST_CHARS, read_file

VERSION = 1
FORMAT = "softphone capsule"
FILE_LIMIT_BYTES = 20 * 1024 * 1024
PART_LIMIT_BYTES = 32 * 1024 * 1024
DIRECTORY_LIMIT_BYTES = 64 * 1024  # of the zip: a thousand names, before anything is made of one
PARTS_LIMIT = 64
YEARS = range(1970, 2097)  # of a time that each clock can show, in any zone; as of the history's rows
MANIFEST, HISTORY, STATUS, SUMMARY = "manifest.json", "history.jsonl", "status.json", "summary.txt"

_END = struct.Struct("<4s4H2LH")  # the end of a zip's directory
_END_MARK, _COMMENT_LIMIT = b"PK\x05\x06", 2**16
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others may ask for gigabytes to begin with
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error),
    *(ValueError, OverflowError, OSError, KeyError),  # msgspec's and Unicode's are ValueErrors
)
_Word = Annotated[str, Meta(max_length=1000)]
_Count = Annotated[int, Meta(ge=0, le=2**53)]


class Part(Struct, frozen=True):
    """One file in the zip."""

    bytes: _Count
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(Struct, frozen=True, kw_only=True):
    """What a capsule says of itself. `trouble` has a sentence for each thing that could not be had."""

    format: _Word = FORMAT
    version: _Count = VERSION
    program: _Word = ""
    created: datetime
    platform: _Word = ""
    names: _Word = "replaced"
    counts: Annotated[dict[_Word, _Count], Meta(max_length=64)] = {}
    trouble: Annotated[tuple[_Word, ...], Meta(max_length=64)] = ()
    parts: Annotated[dict[_Word, Part], Meta(max_length=PARTS_LIMIT)] = {}


class Capsule(Struct, frozen=True, kw_only=True):
    """A capsule that was read. `status` says nothing when no program ran."""

    manifest: Manifest
    recording: Recording
    status: dict[str, Any] = {}


# ---- written


def pack(parts: Mapping[str, bytes], manifest: Manifest) -> bytes:
    """Return the zip file: the same parts of the same moment give the same bytes."""
    described = {
        name: Part(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in sorted(parts.items())
    }
    whole = msgspec.structs.replace(manifest, parts=described)
    text = msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
    made = manifest.created.timetuple()[:6]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: text, **dict(sorted(parts.items()))}.items():
            info = zipfile.ZipInfo(name, made)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o600) << 16
            archive.writestr(info, content)
    return file.getvalue()


def write(path: Path, content: bytes, *, force: bool) -> None:
    """Write the file as a whole, its owner's alone (0600); one that is there is kept without `force`.

    Raises ConfigError for a place that can be no file, or has one; SoftphoneError for a disk that takes none.
    """
    check_place(path, force=force)
    made = None
    try:
        handle, name = tempfile.mkstemp(prefix=".softphone-", dir=path.parent)  # 0600 from the start
        made = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if force:
            made.replace(path)
        else:
            _give_name(made, path)
    except FileExistsError:
        raise _there(path) from None
    except OSError as error:
        raise SoftphoneError(
            phrase("{file} could not be written ({why}).", file=str(path), why=error.strerror or "?"),
            title="The diagnostics were not saved",
        ) from error
    finally:
        if made is not None:
            with contextlib.suppress(OSError):
                made.unlink()


def check_place(path: Path, *, force: bool) -> None:
    """Say early that no file can be written there. Raises ConfigError."""
    if str(path) == "-":
        raise ConfigError("'-': diagnostics are a zip file; name one, such as softphone-diagnostics.zip.")
    if path.is_dir():
        raise ConfigError(f"{path}: this is a folder. Name a file in it, such as {path / 'softphone.zip'}.")
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: there is no folder {path.parent}. Make it, or name another file.")
    if os.path.lexists(path) and not force:
        raise _there(path)


def _give_name(made: Path, path: Path) -> None:
    """Rename, but never over another file."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError from None
        made.replace(path)


def _there(path: Path) -> ConfigError:
    return ConfigError(f"{path}: there is a file already. Name another one, or add --force to replace it.")


# ---- read


def read(path: Path) -> Capsule:
    """Return what the file holds. Raises ConfigError naming the file and what is wrong with it."""
    try:
        content = read_file(path, limit_bytes=FILE_LIMIT_BYTES)
    except OSError as error:
        raise _unusable(path, error.strerror or "?") from error
    except ValueError as error:
        large = phrase("it is larger than {n} MB", n=FILE_LIMIT_BYTES >> 20)
        raise _unusable(path, large if str(error) == "too long" else own("it is no file")) from error
    try:
        return _read(content)
    except _WrongError as error:
        raise _unusable(path, error.words) from error
    except _BROKEN as error:
        why = visible(str(error), WHY_AT_MOST_CHARS) or type(error).__name__
        raise _unusable(path, phrase("it is damaged: {why}", why=why)) from error


class _WrongError(Exception):
    """What is wrong with a file, in words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def _read(content: bytes) -> Capsule:
    _check_directory(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = _checked(archive.infolist())
        if MANIFEST not in infos:
            raise _WrongError(own("it is no diagnostics file of this program: it has no manifest.json"))
        told = _inflate(archive, infos[MANIFEST])
        manifest = _manifest(told)
        parts: dict[str, bytes] = {}
        for name in (HISTORY, STATUS):
            if name in manifest.parts:
                parts[name] = _part(archive, infos, name, manifest.parts[name])
    try:
        recording = Recording(decode(parts.get(HISTORY, b"")), manifest.created)
    except ValueError as error:
        raise _damaged(HISTORY, error) from error
    try:
        status = msgspec.json.decode(parts.get(STATUS, b"{}"), type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise _damaged(STATUS, error) from error
    return Capsule(manifest=manifest, recording=recording, status=status)


def _check_directory(content: bytes) -> None:
    """Look at the zip's directory before anything is made of each name in it."""
    at = content.rfind(_END_MARK, max(0, len(content) - _COMMENT_LIMIT - _END.size))
    if not content.startswith(b"PK") or at < 0 or at + _END.size > len(content):
        raise _WrongError(own("it is no zip file, or only the beginning of one"))
    _, _, _, _, names, size_bytes, begins_at, _ = _END.unpack_from(content, at)
    if names > PARTS_LIMIT or size_bytes > DIRECTORY_LIMIT_BYTES:
        raise _too_many()
    if begins_at + size_bytes != at:
        raise _WrongError(own("it is damaged: its directory is not where it should be"))


def _checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the parts by name."""
    if len(infos) > PARTS_LIMIT:
        raise _too_many()
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not _NAME.fullmatch(info.filename):
            name = repr(info.filename[:60])
            raise _WrongError(phrase("a part has a name that none of ours has: {name}", name=name))
        if info.filename in found:
            raise _WrongError(phrase("it has two parts called {name}", name=info.filename))
        if kind not in (0, stat.S_IFREG):
            raise _WrongError(phrase("{part} is a link, or no file", part=info.filename))
        if info.compress_type not in _PACKED:
            raise _WrongError(phrase("{part} is packed in a way that no capsule is", part=info.filename))
        if info.flag_bits & 1:
            raise _WrongError(phrase("{part} is locked with a password", part=info.filename))
        if info.file_size > PART_LIMIT_BYTES:
            raise _too_large(info.filename)
        found[info.filename] = info
    return found


def _manifest(content: bytes) -> Manifest:
    try:
        told = msgspec.json.decode(content, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise _damaged(MANIFEST, error) from error
    if told.get("format") != FORMAT:
        raise _WrongError(own("it is no diagnostics file of this program"))
    version = told.get("version")
    if isinstance(version, int) and version > VERSION:
        raise _WrongError(own("it was written by a newer version of this program. Update this one"))
    try:
        manifest = msgspec.convert(told, Manifest)
    except msgspec.ValidationError as error:
        raise _damaged(MANIFEST, error) from error
    at = manifest.created
    if manifest.version != VERSION or at.tzinfo is None or at.year not in YEARS:
        raise _damaged(MANIFEST, "version or time")
    return manifest


def _part(archive: zipfile.ZipFile, infos: Mapping[str, zipfile.ZipInfo], name: str, part: Part) -> bytes:
    if name not in infos:
        raise _WrongError(phrase("{part} is missing", part=name))
    content = _inflate(archive, infos[name])
    if len(content) != part.bytes or hashlib.sha256(content).hexdigest() != part.sha256:
        raise _WrongError(phrase("{part} was altered: it is not what manifest.json says", part=name))
    return content


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return the content; a directory that lies about its size costs no more than the limit."""
    with archive.open(info) as file:
        content = file.read(PART_LIMIT_BYTES + 1)
    if len(content) > PART_LIMIT_BYTES:
        raise _too_large(info.filename)
    return content


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError(
        phrase("{file}: cannot be opened: {why}.", file=str(path), why=why),
        title="This file cannot be opened",
    )


def _damaged(part: str, why: object) -> _WrongError:
    return _WrongError(
        phrase("{part} is damaged: {why}", part=part, why=visible(str(why), WHY_AT_MOST_CHARS))
    )


def _too_large(part: str) -> _WrongError:
    limit = PART_LIMIT_BYTES >> 20
    return _WrongError(phrase("{part} is larger than {n} MB", part=part, n=limit))


def _too_many() -> _WrongError:
    return _WrongError(phrase("it has too many parts: the limit is {limit}", limit=PARTS_LIMIT))
