"""The web engine's start: both protections, room for its pages, and a program that goes on (D1, D6, S15)."""

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.errors import SignInError
from softphone.system import engine
from tests.kit.ordinary_user import OrdinaryUser, can_mount, ordinary_user

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")

MIB = 1 << 20
OWN = {"pid": True, "user": True, "net": True, "seccomp": "2"}


@pytest.fixture
def user() -> Iterator[OrdinaryUser]:
    with ordinary_user() as who:
        yield who


@pytest.fixture
def not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_folder", None)
    monkeypatch.setenv("TMPDIR", "/tmp")  # what the start may set is put back
    monkeypatch.delenv("QTWEBENGINE_DISABLE_SANDBOX", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def room(monkeypatch: pytest.MonkeyPatch, **free_mib: float) -> None:
    """Let the folders have that much room: `shm`, `runtime`, `temporary`."""
    places = {"/dev/shm": "shm", "/run/user/1": "runtime", "/tmp": "temporary"}
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/tmp")
    monkeypatch.setattr(engine, "free_bytes", lambda folder: round(free_mib[places[str(folder)]] * MIB))


# ---- D1: both protections


@pytest.mark.slow
def test_d1_pages_have_namespaces_and_a_filter_and_nobody_reads_the_programs_memory(user: OrdinaryUser):
    done = user.run("-m", "tests.ui.sign_in.programs.page_of_a_user")
    assert done.returncode == 0, done.stderr
    told = {line["moment"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {line["readable"] for line in told.values()} == {0}
    for moment in ("loaded", "reloaded", "loaded after a crash", "a second page"):
        pages = told[moment]["pages"]
        assert pages, moment
        assert all(page == OWN for page in pages.values()), (moment, pages)
    assert len(told["a second page"]["pages"]) == 2


def test_d1_the_process_can_be_read_while_the_engine_starts_and_not_for_a_later_page(
    not_started: None, monkeypatch: pytest.MonkeyPatch
):
    def readable() -> int:
        return int(prctl(3, 0, 0, 0, 0))

    prctl = ctypes.CDLL(None).prctl
    before = readable()
    try:
        prctl(4, 0, 0, 0, 0)
        with engine.starting():
            assert readable() == 1
        assert readable() == 0
        with engine.starting():
            assert readable() == 0
    finally:
        prctl(4, before, 0, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("refusal", [1, 13, 28], ids=["EPERM", "EACCES", "ENOSPC"])
def test_d1_a_system_that_makes_no_namespaces_keeps_the_filter_and_the_program(
    refusal: int, user: OrdinaryUser
):
    without = (user.python, "-m", "tests.kit.without_namespaces", str(refusal))
    done = user.run("-m", "tests.ui.sign_in.programs.page_of_a_user", before=without)
    assert done.returncode == 0, done.stderr
    told = {line["moment"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {line["readable"] for line in told.values()} == {0}
    [page] = told["loaded"]["pages"].values()
    assert page == {"pid": False, "user": False, "net": False, "seccomp": "2"}


# ---- D6: room


@pytest.mark.parametrize(
    ("free_mib", "chosen"),
    [
        ({"shm": 64, "runtime": 900, "temporary": 900}, "/dev/shm"),
        ({"shm": 0.0625, "runtime": 64, "temporary": 900}, "/run/user/1"),
        ({"shm": 0.0625, "runtime": 8, "temporary": 900}, "/tmp"),
        ({"shm": 40, "runtime": 8, "temporary": 30}, "/dev/shm"),
        ({"shm": 0, "runtime": 0, "temporary": 30}, "/tmp"),
    ],
)
def test_d6_memory_is_taken_where_there_is_room_before_a_disk(
    free_mib: dict[str, float], chosen: str, not_started: None, monkeypatch: pytest.MonkeyPatch
):
    room(monkeypatch, **free_mib)
    assert str(engine.memory_folder()) == chosen
    engine.check(loopback=False)
    with engine.starting():
        flags = os.environ["QTWEBENGINE_CHROMIUM_FLAGS"].split()
        assert ("--disable-dev-shm-usage" in flags) is (chosen != "/dev/shm")
        assert chosen in ("/dev/shm", os.environ["TMPDIR"])


def test_d6_without_room_anywhere_a_sentence_says_how_much_is_missing(
    not_started: None, monkeypatch: pytest.MonkeyPatch
):
    room(monkeypatch, shm=0.0625, runtime=3, temporary=2)
    with pytest.raises(SignInError, match="/run/user/1 has 3 MiB left and 24 are needed"):
        engine.check(loopback=True)


def test_d6_room_that_went_since_the_start_is_noticed_where_the_engine_has_it(
    not_started: None, monkeypatch: pytest.MonkeyPatch
):
    room(monkeypatch, shm=500, runtime=500, temporary=500)
    with engine.starting():
        pass
    room(monkeypatch, shm=0, runtime=500, temporary=500)
    with pytest.raises(SignInError, match="/dev/shm has 0 MiB left"):
        engine.check(loopback=True)


def test_d6_a_folder_that_cannot_be_written_has_no_room(tmp_path: Path):
    assert engine.free_bytes(tmp_path / "none") == 0
    assert engine.free_bytes(tmp_path) > 0


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="only root mounts")
@pytest.mark.parametrize("size", ["64k", "8m", "mode=0700"])
def test_d6_a_page_opens_whatever_dev_shm_is(size: str, user: OrdinaryUser):
    options = size if "=" in size else f"size={size}"
    done = user.with_shared_memory(options, "-m", "tests.ui.sign_in.programs.page_of_a_user")
    assert done.returncode == 0, done.stderr
    told = {line["moment"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert all(page == OWN for page in told["a second page"]["pages"].values())


# ---- what the engine inherits


def test_what_opens_the_engine_to_others_is_dropped(not_started: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QTWEBENGINE_REMOTE_DEBUGGING", "9222")
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "--ignore-certificate-errors")
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    with engine.starting():
        assert "QTWEBENGINE_REMOTE_DEBUGGING" not in os.environ
        assert "QTWEBENGINE_DISABLE_SANDBOX" not in os.environ
        assert "--ignore" not in os.environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert "QTWEBENGINE_CHROMIUM_FLAGS" not in os.environ


# ---- S15: root


def test_s15_root_gets_a_sentence_for_a_page_of_the_internet_and_the_demo(
    not_started: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SignInError, match="ordinary user"):
        engine.check(loopback=False)
    engine.check(loopback=True)
    with engine.starting():
        assert os.environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
    with pytest.raises(SignInError, match="ordinary user"):  # a demo before it changes nothing
        engine.check(loopback=False)


def test_s15_whoever_starts_it_may_say_otherwise(not_started: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("QTWEBENGINE_DISABLE_SANDBOX", "1")
    engine.check(loopback=False)
    with engine.starting():
        assert os.environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
    assert os.environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
