"""The search for secrets can fail: each form of a secret is found wherever it is planted."""

import base64
import os
import secrets
import sqlite3
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from tests.house import canary
from tests.kit.secrets import CODE, MARK, access_token

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in canary.SCANNED:
        (tmp_path / name).mkdir()
    return tmp_path


def test_clean_files_have_no_hit(folder: Path):
    (folder / "home" / "a.log").write_text("sign-in renewed, generation 3\n")
    assert canary.scan(folder).report().endswith("0 hits in 1 files, 0.0 MB\n")


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(f"GET /callback?code={CODE}&state=x".encode(), id="text"),
        pytest.param(f"Bearer {access_token(3)}".encode("utf-16-le"), id="UTF-16"),
        pytest.param(b"\x00\xff" + MARK.encode() + b"\x00", id="in a core"),
        *(
            pytest.param(base64.b64encode(b"x" * shift + access_token().encode()), id=f"base64 {shift}")
            for shift in range(3)
        ),
        pytest.param(b"Authorization: Bearer access-12\n", id="of the double"),
        pytest.param(b'{"client_secret": "demo-secret-of-the-simulated-cloud"}', id="of the simulated cloud"),
    ],
)
@pytest.mark.parametrize("place", canary.SCANNED)
def test_a_planted_secret_is_found_and_its_place_named(folder: Path, planted: bytes, place: str):
    (folder / place / "left.bin").write_bytes(b"before " + planted)
    found = canary.scan(folder)
    assert [where for where, _ in found.hits] == [f"{place}/left.bin"]
    assert f"HIT  {place}/left.bin" in found.report()
    assert "1 hits in 1 files" in found.report()


def test_a_secret_in_a_database_an_archive_or_a_files_name_is_found(folder: Path):
    with sqlite3.connect(folder / "home" / "events.db") as database:
        database.execute("create table events (text)")
        database.execute("insert into events values (?)", (f"token {access_token()}",))
    database.close()
    (folder / "tmp" / f"crash-{CODE}").touch()
    with zipfile.ZipFile(folder / "home" / "diagnostics.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.txt", 100 * f"token {access_token()}\n")
    places = {place for place, _ in canary.scan(folder).hits}
    assert places == {"home/events.db", "home/diagnostics.zip", f"tmp/crash-{CODE}"}


def test_what_may_hold_secrets_is_passed_over_by_name(folder: Path):
    (folder / "tmp" / "keys.json").write_text(access_token())
    report = canary.scan(folder).report()
    assert "passed over: */keys.json" in report
    assert report.endswith("0 hits in 0 files, 0.0 MB\n")


SUITE = """
    import logging, secrets, subprocess, sys
    from tests.kit.secrets import MARK, access_token

    def test_plants():
        logging.getLogger("anybody").debug("Authorization: Bearer %s", access_token())
    {extra}

    def test_marks_what_is_made():
        child = [sys.executable, "-c", "import secrets; print(secrets.token_urlsafe(64))"]
        with subprocess.Popen(child, stdout=subprocess.PIPE, text=True) as running:
            said = running.communicate()[0]
        for made in (secrets.token_urlsafe(32), said):
            assert made.startswith(MARK)
"""


def run_canary(folder: Path, extra: str) -> subprocess.CompletedProcess[str]:
    suite = folder / "test_planted.py"
    suite.write_text(textwrap.dedent(SUITE).replace("{extra}", extra.strip("\n")))
    return subprocess.run(
        [sys.executable, "-m", "tests.house.canary", "--folder", str(folder / "kept"), str(suite)],
        cwd=CHECKOUT,
        env=os.environ | {"PYTEST_ADDOPTS": "-s"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


LEAKS = """
    print(access_token())
    sys.stderr.write(access_token())
    logging.getLogger().info("no redaction knows " + access_token())
    from PySide6.QtWidgets import QApplication, QLabel
    sys.app = QApplication(["x"])
    sys.label = QLabel(access_token())
"""


@pytest.mark.slow
def test_the_command_fails_for_secrets_that_a_test_lets_out(tmp_path: Path):
    done = run_canary(tmp_path, LEAKS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    for place in ("stdout", "stderr", "log.txt", "widgets.txt"):
        assert f"HIT  out/{place}: marked secret" in done.stdout


@pytest.mark.slow
def test_the_command_passes_when_all_that_was_said_went_through_the_log(tmp_path: Path):
    done = run_canary(tmp_path, "")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n0 hits in " in done.stdout
    assert "Authorization: [hidden]" in (tmp_path / "kept" / "out" / "log.txt").read_text()


def test_the_mark_is_part_of_what_the_simulated_cloud_mints():
    code = (
        "from tests.kit.secrets import mark_what_is_made; mark_what_is_made();"
        "from softphone.sim.services.mint import Mint; import secrets, random;"
        "print(Mint(secrets.token_bytes).token(), Mint(random.Random(2).randbytes).code())"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=CHECKOUT)
    assert [one.startswith(MARK) for one in said.split()] == [True, True]
    assert len(secrets.token_urlsafe(32)) == 43
