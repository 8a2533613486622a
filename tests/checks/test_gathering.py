"""What leaves this computer for support: complete, or saying what is missing, and without a secret in it."""

import json
import platform
import re
import sqlite3
import stat
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from softphone.checks import capsule
from softphone.checks.gathering import log_tail
from softphone.errors import ConfigError, SoftphoneError
from softphone.history.database import HistoryFile, Shown
from softphone.history.entries import Entry, EntryKind
from softphone.line.model import Account, LineSnapshot, LineState, Registration
from softphone.settings.cloud_file import Cloud, Network
from softphone.system import live_secrets
from softphone.values import replace
from tests.kit import secrets
from tests.kit.recorded import from_file, rows_of, write_history
from tests.ui.fakes import DEVICE, NOW_S, REGISTRATION, WALL, failure, line

# What no capsule may have, by the door through which it comes.
ACCESS, REFRESH, CLIENT_SECRET = secrets.access_token(7), secrets.refresh_token(7), secrets.CLIENT_SECRET
WEBEX_TOKEN = "NjY3OTQ0YjUtZDRhZC00ZGNlLWE2NzYtM2Y4_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
JWE = "eyJhbGciOiJSU0EtT0FFUCJ9.ZW5jcnlwdGVka2V5.aXZpdml2aXY.Y2lwaGVydGV4dA.dGFndGFndGFn"
NAME, FORMER_NAME, MAIL, OTHER_MAIL = (
    "Zöe Quartermain",
    "Formera Colleague",
    "zoe.q@example.org",
    "bob@corp.example",
)
NUMBER, VOICEMAIL, ELSEWHERE_NUMBER = "+442079461234", "+442079465678", "+49 30 901820"
USER, HOST, OTHER_USER = "zquartermain", "desk-of-zoe", "otherhome"
DEVICE_ID, CLIENT_ID = "5c1b7d9e-0a3f-4b60-9f2d-2f0c6a3a77aa", "7e7e5f2a-7d0c-4a9c-8f2e-1a2b3c4d5e6f"
USER_ID = "c3f2b0a4-1111-4d52-9b8e-deadbeefcafe"
TRACKING_ID = "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e"
SECRETS = {
    *(ACCESS, REFRESH, CLIENT_SECRET, WEBEX_TOKEN, JWT, JWE, "Bearer", secrets.CODE, secrets.PASSWORD),
    *("hushhush", "c00kie", "s3cret", "proxypw", "C0123CLIENT"),
}
PERSONAL = {
    *(NAME, "Z\\u00f6e", "Z%C3%B6e", FORMER_NAME, MAIL, "zoe.q%40example.org", OTHER_MAIL, "Quartermain Ltd"),
    *(NUMBER, NUMBER.removeprefix("+"), "20 7946 1234", VOICEMAIL, ELSEWHERE_NUMBER, "RECEPTION-2"),
    *(DEVICE_ID, CLIENT_ID, USER_ID, "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x"),
}
HERE = {USER, HOST, OTHER_USER}

LOG = f"""
2026-11-22T10:14:22+01:00 DEBUG x Authorization: Bearer {WEBEX_TOKEN}
2026-11-22T10:14:22+01:00 DEBUG x a header Bearer {WEBEX_TOKEN} in a sentence
2026-11-22T10:14:23+01:00 DEBUG x Set-Cookie: sid=c00kie; Path=/
2026-11-22T10:14:24+01:00 DEBUG x {{"access_token": "{ACCESS}", "refresh_token": "{REFRESH}"}}
2026-11-22T10:14:25+01:00 INFO x client_secret=hushhush&x=1 {JWT} {JWE} code={secrets.CODE}
2026-11-22T10:14:25+01:00 INFO x password={secrets.PASSWORD} cloud.example/{CLIENT_SECRET}
2026-11-22T10:14:26+01:00 INFO x {MAIL}, {OTHER_MAIL}, https://x.example.com/?who=zoe.q%40example.org
2026-11-22T10:14:27+01:00 INFO x proxy http://zoe:s3cret@gate.example.com:8080 tracking ID {TRACKING_ID}
2026-11-22T10:14:28+01:00 INFO softphone.calling.asking {NAME}: SendKeepalive failed: Webex has trouble
2026-11-22T10:14:28+01:00 INFO softphone.calling.asking {FORMER_NAME}: SendKeepalive failed: Webex has trouble
2026-11-22T10:14:29+01:00 INFO softphone.accounts.takeover disconnecting Chrome on RECEPTION-2, last seen
2026-11-22T10:14:30+01:00 INFO x /home/{USER}/.config and C:\\Users\\{USER}\\x on {HOST}.example.com
2026-11-22T10:14:30+01:00 INFO x by {USER}, /home/{OTHER_USER}/x
2026-11-22T10:14:31+01:00 INFO x {NUMBER}, +44 20 7946 1234, {VOICEMAIL}, {ELSEWHERE_NUMBER}, ext. 5177
2026-11-22T10:14:32+01:00 INFO x device {DEVICE_ID} of {USER_ID} and Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x
2026-11-22T10:14:33+01:00 INFO x {{"name": "Z\\u00f6e Quartermain"}} name=Z%C3%B6e%20Quartermain
"""


def person(state: LineState = LineState.RETRY_WAIT, **changes: object) -> LineSnapshot:
    """Zöe's line; a server has sent her token back as a tracking ID and in a sentence."""
    account = Account(key=USER_ID, address=MAIL, name=f"{NAME}", organisation="Quartermain Ltd")
    client = f"https://wdm-a.wbx2.com/wdm/api/v1/devices/{CLIENT_ID}"
    device = replace(
        DEVICE,
        device_id=DEVICE_ID,
        uri=f"https://p1.example.com/devices/{DEVICE_ID}",
        name="Chrome on RECEPTION-2",
        client_device_uri=client,
        sip_addresses=(f"sip:{MAIL}",),
    )
    whose = line(state)
    identity = replace(
        whose.identity,
        account=account,
        user_id=USER_ID,
        phone_number=NUMBER,
        voicemail=VOICEMAIL,
        extension="5177",
        client_device_uri=client,
    )
    granted: Registration = replace(REGISTRATION, device=device, voice_portal_number=VOICEMAIL)
    return replace(whose, identity=identity, registration=granted, **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _known_secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process has the tokens, and the computer and its user have names."""
    live_secrets.note(ACCESS, REFRESH, CLIENT_SECRET, secrets.CODE, secrets.PASSWORD, "proxypw-proxypw")
    monkeypatch.setattr(platform, "node", lambda: f"{HOST}.example.com")
    monkeypatch.setattr(Path, "home", lambda: Path("/home") / USER)
    monkeypatch.setenv("USER", USER)
    monkeypatch.setenv("LOGNAME", USER)
    yield
    live_secrets.forget()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def parts_of(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def leaks(parts: dict[str, str], what: set[str]) -> set[tuple[str, str]]:
    return {(name, one) for name, text in parts.items() for one in what if one.casefold() in text.casefold()}


CALLER = "Cally Caller"


async def filled(tmp_path: Path, **more: Any) -> dict[str, str]:
    """A capsule into which every secret was put through every door there is."""
    echoed = failure(tracking_id=ACCESS, advice=f"Say {ACCESS} to {MAIL}.", title=f"Refused {WEBEX_TOKEN}")
    lost = person(failure=echoed)
    history = tmp_path / "history.sqlite"
    file = HistoryFile(history)
    noted = failure(tracking_id=TRACKING_ID)
    file.write([*rows_of((person(failure=noted),), NOW_S, WALL)])
    file.write([Shown(at=WALL, steady_s=NOW_S, identity=lost.identity, snapshot=lost)])
    called = Entry(at=WALL, kind=EntryKind.CALL, caller=f"{CALLER} +12145550177", outcome="missed")
    file.write([called])
    for label in (NAME, f"{NAME} {JWT}"):
        file.write(
            [Entry(at=WALL, kind=EntryKind.SIGNED_IN, account_key=USER_ID, line_label=label, title=ACCESS)]
        )
    file.close()
    with closing(
        sqlite3.connect(history, isolation_level=None)
    ) as raw:  # an older version that knew no secrets wrote these
        raw.execute(
            "UPDATE texts SET text = text || '?' || ? WHERE text LIKE 'http%'", (f"access_token={ACCESS}",)
        )
    log = tmp_path / "softphone.log"
    log.write_text(LOG)
    status = {
        "ok": True,
        "accounts": [{"account": MAIL, "state": "ready", "notice": f"Trouble: ask {OTHER_MAIL}"}],
        "lines": [{"name": f"{NAME} ext. 5177", "line": DEVICE_ID, "error": {"tracking_id": ACCESS}}],
    }
    cloud = Cloud(
        name=f"Cloud of {NAME}",
        client_id="C0123CLIENT",
        api_url=f"https://zoe:proxypw@api.example.com/v1?access_token={WEBEX_TOKEN}",
        client_secret_file=Path(f"/home/{USER}/secret"),
        network=Network(proxy="http://zoe:s3cret@gate.example.com:8080"),
    )
    await from_file(
        history,
        cloud=cloud,
        status=lambda: status,
        chosen=lambda: {"proxy": "http://zoe:s3cret@gate.example.com:8080"},
        accounts=lambda: [Account(key="k2", name="Bobby Tables", address=OTHER_MAIL)],
        report=lambda: LOG,
        log_file=log,
        doctor=lambda: json.dumps({"ok": True, "why": f"{MAIL}, {WEBEX_TOKEN}, /home/{USER}"}),
    ).export(tmp_path / "out.zip", **more)
    return parts_of(tmp_path / "out.zip")


async def test_no_secret_no_name_and_no_number_that_came_through_any_door_is_in_the_whole_file(
    tmp_path: Path,
):
    assert leaks({"log": LOG}, SECRETS - {"proxypw", "C0123CLIENT"}) != set()
    parts = await filled(tmp_path)
    assert set(parts) == {
        *("manifest.json", "summary.txt", "status.json", "history.jsonl", "report.txt"),
        *("doctor.json", "settings.json", "versions.txt", "log.txt"),
    }
    assert leaks(parts, SECRETS | PERSONAL | HERE | {"Bobby Tables"}) == set()
    everything = "\n".join(parts.values())
    assert not [name for name, form in secrets.patterns().items() if form.search(everything.encode())]
    assert not re.search(r"\b5177\b", everything)


async def test_what_support_needs_stays_and_the_same_person_is_the_same_everywhere(tmp_path: Path):
    parts = await filled(tmp_path)
    assert TRACKING_ID in parts["history.jsonl"]
    assert f"tracking ID {TRACKING_ID}" in parts["log.txt"]
    assert "softphone.calling.asking Person 1: SendKeepalive failed: Webex has trouble" in parts["log.txt"]
    assert "softphone.calling.asking somebody: SendKeepalive" in parts["log.txt"]
    assert "+1 *** 01, +1 *** 01, +1 *** 02, +1 *** 0" in parts["log.txt"]
    assert "ext. 01" in parts["log.txt"]
    assert "gate.example.com:8080" in parts["settings.json"]
    assert "Person 1 ext. 01: " in parts["summary.txt"]
    assert json.loads(parts["status.json"])["lines"][0]["name"] == "Person 1 ext. 01"
    read = capsule.read(tmp_path / "out.zip")
    (shown,) = read.recording.present.lines
    assert shown.identity.account == Account(
        key="person-1", address="person-1@example.invalid", name="Person 1", organisation="Organisation 1"
    )
    assert (shown.identity.phone_number, shown.identity.extension) == ("+1 *** 01", "01")
    assert shown.state is LineState.RETRY_WAIT
    assert read.manifest.counts["entries"] == 8
    assert read.manifest.trouble == ()


async def test_with_names_only_secrets_and_this_computers_names_are_hidden(tmp_path: Path):
    parts = await filled(tmp_path, keep_names=True)
    assert leaks(parts, SECRETS | HERE) == set()
    assert json.loads(parts["manifest.json"])["names"] == "kept"
    read = capsule.read(tmp_path / "out.zip")
    (shown,) = read.recording.present.lines
    assert (shown.identity.account.name, shown.identity.phone_number) == (NAME, NUMBER)
    assert MAIL in parts["log.txt"]


async def test_the_file_is_the_owners_alone(tmp_path: Path):
    await filled(tmp_path)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "out.zip").stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["history.sqlite", "out.zip", "softphone.log"]


# ---- what is missing


async def test_without_a_history_a_program_a_log_and_a_doctor_there_is_still_a_capsule(tmp_path: Path):
    told = await from_file(tmp_path / "none.sqlite", log_file=tmp_path / "none.log").export(
        tmp_path / "out.zip"
    )
    assert told.trouble == ("This program has no history to give.",)
    read = capsule.read(tmp_path / "out.zip")
    assert read.status == {"ok": False, "running": False}
    assert read.recording.present.lines == ()


async def test_a_damaged_history_is_said_and_the_rest_is_there(tmp_path: Path):
    history = tmp_path / "history.sqlite"
    write_history(history, (person(),), NOW_S, WALL)
    content = bytearray(history.read_bytes())
    page = 4096
    with closing(sqlite3.connect(history)) as base:
        (root,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'samples'").fetchone()
    content[(root - 1) * page : root * page] = b"\xff" * page
    history.write_bytes(content)
    told = await from_file(history).export(tmp_path / "out.zip")
    assert "The history is damaged, so only a part of it is here" in told.trouble[0]
    assert [line.state for line in capsule.read(tmp_path / "out.zip").recording.present.lines] == [
        LineState.RETRY_WAIT
    ]
    history.write_text("no history at all")
    told = await from_file(history).export(tmp_path / "out.zip")
    assert "the history cannot be read" in told.trouble[0]
    assert capsule.read(tmp_path / "out.zip").manifest.trouble == told.trouble


async def test_rows_that_contradict_each_other_are_left_out_so_that_the_rest_can_be_opened(tmp_path: Path):
    history = tmp_path / "history.sqlite"
    write_history(history, (person(),), NOW_S, WALL)
    with closing(sqlite3.connect(history, isolation_level=None)) as base:
        base.execute("UPDATE sessions SET last_ms = began_ms - 1")
    told = await from_file(history).export(tmp_path / "out.zip")
    assert told.trouble == (
        "The history contradicts itself and is not here: a session ends before it begins.",
    )
    assert told.counts == {}
    assert capsule.read(tmp_path / "out.zip").manifest == msgspec.structs.replace(
        told, parts=capsule.read(tmp_path / "out.zip").manifest.parts
    )


async def test_whatever_a_server_said_can_be_opened_again(tmp_path: Path):
    history = tmp_path / "history.sqlite"
    said = failure(error_code=9_876_543_210, title="x" * 5000, advice="https://[::1 is no address")
    write_history(history, (person(failure=said),), NOW_S, WALL)
    assert (await from_file(history).export(tmp_path / "out.zip")).trouble == ()
    assert capsule.read(tmp_path / "out.zip").recording.entries_of_all()


async def test_a_program_that_does_not_answer_is_said(tmp_path: Path):
    def silent() -> None:
        raise SoftphoneError("It is running but did not answer.")

    told = await from_file(tmp_path / "none.sqlite", status=silent).export(tmp_path / "out.zip")
    assert "The running program was not asked: It is running but did not answer." in told.trouble


async def test_a_doctor_that_does_not_come_back_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    released = threading.Event()
    monkeypatch.setattr("softphone.checks.gathering.DOCTOR_LIMIT_S", 0.01)
    try:
        waits = from_file(tmp_path / "none.sqlite", doctor=lambda: str(released.wait()))
        await waits.export(tmp_path / "out.zip")
    finally:
        released.set()
    assert json.loads(parts_of(tmp_path / "out.zip")["doctor.json"])["ok"] is False


async def test_a_place_that_can_have_no_file_is_said_before_anything_is_looked_at(tmp_path: Path):
    nobody = from_file(tmp_path / "none.sqlite", status=lambda: pytest.fail("asked"))
    with pytest.raises(ConfigError, match="this is a folder"):
        await nobody.export(tmp_path)
    (tmp_path / "it.zip").touch()
    with pytest.raises(ConfigError, match="there is a file already"):
        await nobody.export(tmp_path / "it.zip", force=False)


def test_the_tail_of_the_log_begins_with_a_whole_line_and_goes_back_over_a_rotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("softphone.checks.gathering.LOG_TAIL_BYTES", 26)
    log_file = tmp_path / "softphone.log"
    log_file.write_text("line 3\nline 4\n")
    assert log_tail(log_file) == "line 3\nline 4\n"
    (tmp_path / "softphone.log.1").write_text("line 1\nline 2\n")
    assert log_tail(log_file) == "line 2\nline 3\nline 4\n"
    assert log_tail(tmp_path / "none.log") == ""


@pytest.mark.parametrize("keep_names", [False, True])
async def test_who_called_is_in_no_capsule(tmp_path: Path, keep_names: bool):
    parts = await filled(tmp_path, keep_names=keep_names)
    assert leaks(parts, {CALLER, "5550177"}) == set()
