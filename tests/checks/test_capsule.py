"""The file that support gets: made whole or not at all, and read as if anybody had written it."""

import errno
import hashlib
import io
import json
import os
import stat
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from softphone.checks import capsule
from softphone.checks.capsule import Manifest
from softphone.errors import ConfigError, SoftphoneError
from softphone.history import rows
from tests.kit.recorded import rows_of_history

CREATED = datetime(2026, 11, 22, 9, 14, 22, tzinfo=UTC)
HISTORY = rows.encode(rows_of_history())
PARTS = {"history.jsonl": HISTORY, "status.json": b'{"ok": true}\n', "log.txt": b"nothing\n"}


def made(parts: dict[str, bytes] | None = None, **changes: Any) -> bytes:
    return capsule.pack(PARTS if parts is None else parts, Manifest(created=CREATED, **changes))


def zipped(parts: dict[str, bytes] | list[tuple[Any, bytes]]) -> bytes:
    file = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, content)
    return file.getvalue()


def manifest_of(parts: dict[str, bytes], **changes: Any) -> bytes:
    described = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in parts.items()
    }
    told = {"format": "softphone capsule", "version": 1, "created": "2026-11-22T09:14:22Z"}
    return json.dumps(told | {"parts": described} | changes).encode()


def with_parts(parts: dict[str, bytes], **changes: Any) -> bytes:
    return zipped({"manifest.json": manifest_of(parts, **changes), **parts})


def test_what_is_packed_is_read_again_and_the_same_gives_the_same_bytes(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(made(trouble=("Something is missing.",)))
    read = capsule.read(tmp_path / "a.zip")
    assert read.manifest.trouble == ("Something is missing.",)
    assert read.manifest.created == CREATED
    assert read.manifest.parts["log.txt"].bytes == 8
    assert read.status == {"ok": True}
    assert [line.identity.account.name for line in read.recording.present.lines] == ["Ada Lovelace"]
    assert made() == made()


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def patched(content: bytes, mark: bytes, offset: int, form: str, value: int) -> bytes:
    """Write a number into the structures of the zip that begin with this mark."""
    changed = bytearray(content)
    at = changed.rfind(mark)
    struct.pack_into(form, changed, at + offset, value)
    return bytes(changed)


def lies_about_its_size() -> bytes:
    bomb = zipped({"manifest.json": b" " * (capsule.PART_LIMIT_BYTES + 1)})
    small = 1000
    return patched(patched(bomb, b"PK\x01\x02", 24, "<L", small), b"PK\x03\x04", 22, "<L", small)


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "no zip file"),
    "text": (lambda: b"hello " * 100, "no zip file"),
    "truncated": (lambda: made()[:-40], "no zip file, or only the beginning"),
    "cut in the middle": (lambda: made()[: len(made()) // 2], "no zip file, or only the beginning"),
    "half of the middle is missing": (lambda: made()[:200] + made()[400:], "is damaged"),
    "another zip": (lambda: zipped({"a.txt": b"a"}), "it has no manifest.json"),
    "no json": (lambda: zipped({"manifest.json": b"{"}), "manifest.json is damaged"),
    "deep json": (lambda: zipped({"manifest.json": b"[" * 100_000}), "manifest.json is damaged"),
    "not utf-8": (lambda: zipped({"manifest.json": b'{"format": "\xff\xfe"}'}), "manifest.json is damaged"),
    "another format": (lambda: with_parts({}, format="something"), "no diagnostics file of this program"),
    "newer": (lambda: with_parts({}, version=2), "written by a newer version of this program"),
    "version of no kind": (lambda: with_parts({}, version="1"), "manifest.json is damaged"),
    "no zone": (lambda: with_parts({}, created="2026-11-22T09:14:22"), "manifest.json is damaged"),
    "before clocks": (
        lambda: with_parts({}, created="0001-01-01T00:00:00+23:59"),
        "manifest.json is damaged",
    ),
    "after clocks": (lambda: with_parts({}, created="9999-12-31T23:59:59-23:59"), "manifest.json is damaged"),
    "missing part": (
        lambda: zipped({"manifest.json": manifest_of({"history.jsonl": HISTORY})}),
        "history.jsonl is missing",
    ),
    "altered part": (
        lambda: zipped({"manifest.json": manifest_of({"history.jsonl": HISTORY}), "history.jsonl": b"{}\n"}),
        "history.jsonl was altered",
    ),
    "rows that are none": (
        lambda: with_parts({"history.jsonl": HISTORY + b'{"table": "lines"}\n'}),
        "history.jsonl is damaged: line ",
    ),
    "rows in no text": (
        lambda: with_parts({"history.jsonl": b"\xff\xfe\n"}),
        "history.jsonl is damaged: line 1",
    ),
    "rows twice": (lambda: with_parts({"history.jsonl": HISTORY * 2}), "history.jsonl is damaged"),
    "status of no kind": (lambda: with_parts({"status.json": b"[]"}), "status.json is damaged"),
    "two of a name": (
        lambda: zipped([("manifest.json", b"{}"), ("manifest.json", b"{}")]),
        "two parts called manifest.json",
    ),
    "a way out": (lambda: zipped({"../../etc/passwd": b""}), "a name that none of ours has"),
    "a whole path": (lambda: zipped({"/etc/passwd": b""}), "a name that none of ours has"),
    "a path of Windows": (lambda: zipped({"..\\x": b""}), "a name that none of ours has"),
    "a folder": (lambda: zipped({"history/": b""}), "a name that none of ours has"),
    "a link": (lambda: zipped([(link("manifest.json"), b"/etc/passwd")]), "manifest.json is a link"),
    "many parts": (lambda: zipped({f"{n}.txt": b"" for n in range(65)}), "too many parts"),
    "a million parts": (
        lambda: patched(made(), b"PK\x05\x06", 10, "<H", 0xFFFF),
        "too many parts",
    ),
    "a directory without end": (
        lambda: patched(made(), b"PK\x05\x06", 12, "<L", 0x7FFFFFFF),
        "too many parts",
    ),
    "a directory elsewhere": (lambda: patched(made(), b"PK\x05\x06", 16, "<L", 1), "is damaged"),
    "a password": (
        lambda: patched(made({}), b"PK\x01\x02", 8, "<H", 1),
        "locked with a password",
    ),
    "a way of packing that nobody knows": (
        lambda: patched(made({}), b"PK\x01\x02", 10, "<H", 99),
        "manifest.json is packed in a way that no capsule is",
    ),
    "a way of packing that wants gigabytes": (
        lambda: patched(made({}), b"PK\x01\x02", 10, "<H", zipfile.ZIP_LZMA),
        "manifest.json is packed in a way that no capsule is",
    ),
    "a name that turns words around": (
        lambda: zipped({"\u202emanifest.json": b""}),
        "a name that none of ours has",
    ),
    "rows that turn words around": (
        lambda: with_parts({"history.jsonl": b'{"table": "\\u202e\\u001b[31m"}\n'}),
        "history.jsonl is damaged: line 1",
    ),
    "a bomb": (
        lambda: zipped({"manifest.json": b" " * (capsule.PART_LIMIT_BYTES + 1)}),
        "manifest.json is larger than 32 MB",
    ),
    "a bomb that lies": (lies_about_its_size, "is damaged"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_capsule_is_one_sentence_that_names_the_file_and_what_is_wrong(name: str, tmp_path: Path):
    make, says = WRONG[name]
    (tmp_path / "it.zip").write_bytes(make())
    with pytest.raises(ConfigError) as caught:
        capsule.read(tmp_path / "it.zip")
    assert caught.value.sentence.startswith(f"{tmp_path / 'it.zip'}: cannot be opened: ")
    assert says in caught.value.sentence
    assert len(caught.value.sentence) < 500
    assert caught.value.sentence.isprintable()
    assert [path.name for path in tmp_path.iterdir()] == ["it.zip"]


def test_a_directory_with_a_million_names_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zipfile, "ZipFile", pytest.fail)
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *(0,) * 18) + b"a"
    names = entry[:28] + struct.pack("<H", 1) + entry[30:]
    directory = names * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    (tmp_path / "it.zip").write_bytes(b"PK\x03\x04" + directory + end)
    with pytest.raises(ConfigError, match="too many parts"):
        capsule.read(tmp_path / "it.zip")


def test_what_is_no_file_or_too_large_is_said(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"nowhere\.zip: cannot be opened: No such file"):
        capsule.read(tmp_path / "nowhere.zip")
    with pytest.raises(ConfigError, match="it is no file"):
        capsule.read(tmp_path)
    with (tmp_path / "large.zip").open("wb") as file:
        file.truncate(capsule.FILE_LIMIT_BYTES + 1)
    with pytest.raises(ConfigError, match="larger than 20 MB"):
        capsule.read(tmp_path / "large.zip")


def test_parts_of_a_later_program_are_left_alone(tmp_path: Path):
    (tmp_path / "it.zip").write_bytes(with_parts({**PARTS, "calls.jsonl": b"\xff"}, more=[1]))
    assert capsule.read(tmp_path / "it.zip").status == {"ok": True}


# ---- writing


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_the_owners_alone_and_never_replaced_without_being_told(tmp_path: Path):
    file = tmp_path / "it.zip"
    capsule.write(file, b"first", force=False)
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(ConfigError, match=r"there is a file already.*--force"):
        capsule.write(file, b"second", force=False)
    assert file.read_bytes() == b"first"
    capsule.write(file, b"second", force=True)
    assert file.read_bytes() == b"second"
    (tmp_path / "link.zip").symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigError, match="there is a file already"):
        capsule.write(tmp_path / "link.zip", b"third", force=False)
    assert names_in(tmp_path) == ["it.zip", "link.zip"]


def test_a_file_that_came_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(capsule, "check_place", lambda *_, **__: None)
    (tmp_path / "it.zip").write_bytes(b"another program's")
    with pytest.raises(ConfigError, match="there is a file already"):
        capsule.write(tmp_path / "it.zip", b"ours", force=False)
    assert (tmp_path / "it.zip").read_bytes() == b"another program's"
    assert names_in(tmp_path) == ["it.zip"]


def test_without_hard_links_it_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    capsule.write(tmp_path / "it.zip", b"ours", force=False)
    assert (tmp_path / "it.zip").read_bytes() == b"ours"
    assert names_in(tmp_path) == ["it.zip"]


@pytest.mark.parametrize(
    ("name", "says"),
    [("-", "'-': diagnostics are a zip file"), ("", "this is a folder"), ("no/it.zip", "there is no folder")],
)
def test_a_place_that_can_be_no_file_is_named(name: str, says: str, tmp_path: Path):
    with pytest.raises(ConfigError, match=says):
        capsule.write(Path("-") if name == "-" else tmp_path / name, b"", force=True)
    assert names_in(tmp_path) == []


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        SoftphoneError, match=r"it\.zip could not be written \(No space left on device\)"
    ) as said:
        capsule.write(tmp_path / "it.zip", b"ours", force=False)
    assert said.value.title == "The diagnostics were not saved"
    assert names_in(tmp_path) == []
