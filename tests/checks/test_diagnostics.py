"""What leaves this computer for support: useful, and without a secret (interface.md#checks: 24 and 25)."""

import json
import re
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from softphone.checks.diagnostics import Diagnostics, log_tail, report, without_secrets
from softphone.errors import SoftphoneError
from softphone.settings.cloud_file import Cloud, Network
from softphone.system.loop_time import Lateness

TOKEN = "NjY3OTQ0YjUtZDRhZC00ZGNlLWE2NzYtM2Y4_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
CANARIES = (TOKEN, JWT, "ref-resh", "hushhush", "c00kie", "ada@example.com", "ada%40example.com", "s3cret")
DIRTY = f"""
2026-11-22 10:14:22,1 DEBUG x Authorization: Bearer {TOKEN}
2026-11-22 10:14:22,2 DEBUG x a header Bearer {TOKEN} in a sentence
2026-11-22 10:14:23,1 DEBUG x Set-Cookie: sid=c00kie; Path=/
2026-11-22 10:14:24,1 DEBUG x {{"access_token": "{TOKEN}", "refresh_token": "ref-resh"}}
2026-11-22 10:14:25,1 INFO x client_secret=hushhush&x=1 {JWT}
2026-11-22 10:14:26,1 INFO x signed in: ada@example.com, https://x.example.com/?who=ada%40example.com
2026-11-22 10:14:27,1 INFO x proxy http://ada:s3cret@gate.example.com:8080 tracking ID WXC_7f3a
"""


def leaks(text: str) -> list[str]:
    """Return what the grep of check 24 would find."""
    return [canary for canary in (*CANARIES, "Bearer") if canary in text]


def test_the_sample_is_as_dirty_as_it_looks():
    assert leaks(DIRTY) == [*CANARIES, "Bearer"]


def test_what_leaves_has_no_secret_and_keeps_what_support_needs():
    clean = without_secrets(DIRTY)
    assert leaks(clean) == []
    assert "tracking ID WXC_7f3a" in clean
    assert "a...@example.com" in clean
    assert "who=a...%40example.com" in clean
    assert "http://[hidden]@gate.example.com:8080" in clean
    assert clean.count("\n") == DIRTY.count("\n")


@pytest.mark.parametrize(
    ("late", "row"),
    [
        (Lateness(), "This program was never held up while it waited for a server."),
        (Lateness(0.04), "This program was held up: worst 40 ms; holds over 250 ms: 0"),
        (Lateness(0.3121, 4), "This program was held up: worst 312 ms; holds over 250 ms: 4"),
    ],
)
def test_the_report_tells_how_this_program_was_held_up(late: Lateness, row: str):
    assert row in report((), (), 0.0, late).splitlines()


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def told() -> str:
    return DIRTY


async def test_the_zip_has_every_part_is_private_and_has_no_secret(tmp_path: Path):
    log_file = tmp_path / "softphone.log"
    log_file.write_text(DIRTY)
    where = tmp_path / "out.zip"
    where.write_text("an older one")
    diagnostics = Diagnostics(
        report=lambda: DIRTY,
        cloud=Cloud(client_id="C0123", network=Network(proxy="http://ada:s3cret@gate.example.com:8080")),
        log_file=log_file,
        doctor=lambda: json.dumps({"ok": True, "why": f"ada@example.com, {TOKEN}"}),
        history=told,
    )
    await diagnostics.export(where)
    assert stat.S_IMODE(where.stat().st_mode) == 0o600
    with zipfile.ZipFile(where) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert sorted(parts) == [
        *("diagnostics.txt", "doctor.json", "history.txt", "log.txt", "settings.json", "versions.txt")
    ]
    assert {name: leaks(text) for name, text in parts.items()} == {name: [] for name in parts}
    settings = json.loads(parts["settings.json"])
    assert settings["api_url"] == "https://webexapis.com/v1"
    assert settings["policy"]["time_scale"] == 1.0
    assert "C0123" not in parts["settings.json"]
    assert re.search(r"^softphone \d", parts["versions.txt"])
    assert "PySide6 6." in parts["versions.txt"]
    assert json.loads(parts["doctor.json"])["ok"] is True
    assert names_in(tmp_path) == ["out.zip", "softphone.log"]


async def test_without_log_doctor_and_history_there_are_still_diagnostics(tmp_path: Path):
    await Diagnostics(report=lambda: "all", cloud=Cloud(), log_file=tmp_path / "none.log").export(
        tmp_path / "out.zip"
    )
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("diagnostics.txt") == b"all"
        assert archive.read("log.txt") == b""


async def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path):
    with pytest.raises(SoftphoneError, match="could not be written") as caught:
        await Diagnostics(report=str, cloud=Cloud()).export(tmp_path / "nowhere" / "out.zip")
    assert caught.value.title == "The diagnostics were not saved"
    (tmp_path / "folder").mkdir()
    with pytest.raises(SoftphoneError):
        await Diagnostics(report=str, cloud=Cloud()).export(tmp_path / "folder")
    assert names_in(tmp_path) == ["folder"]


async def test_a_doctor_that_does_not_come_back_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    released = threading.Event()
    monkeypatch.setattr("softphone.checks.diagnostics.DOCTOR_LIMIT_S", 0.01)
    try:
        diagnostics = Diagnostics(report=str, cloud=Cloud(), doctor=lambda: str(released.wait()))
        await diagnostics.export(tmp_path / "out.zip")
    finally:
        released.set()
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert json.loads(archive.read("doctor.json"))["ok"] is False


def test_the_tail_of_the_log_begins_with_a_whole_line_and_goes_back_over_a_rotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("softphone.checks.diagnostics.LOG_TAIL_BYTES", 26)
    log_file = tmp_path / "softphone.log"
    log_file.write_text("line 3\nline 4\n")
    assert log_tail(log_file) == "line 3\nline 4\n"
    (tmp_path / "softphone.log.1").write_text("line 1\nline 2\n")
    assert log_tail(log_file) == "line 2\nline 3\nline 4\n"
    assert log_tail(tmp_path / "none.log") == ""
