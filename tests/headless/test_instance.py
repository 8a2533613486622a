"""Where a running program is asked, and what is said of one that gives no answer (scripts.md#socket)."""

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from softphone.errors import ConfigError, SoftphoneError
from softphone.headless import instance
from softphone.headless.instance import Instance, ask, instance_of
from softphone.system.folders import Folders

pytestmark = pytest.mark.skipif(not instance.SOCKETS_EXIST, reason="no such sockets here")


@pytest.fixture
def place(tmp_path: Path) -> Instance:
    folder = tmp_path / "run"
    return Instance(name="default", lock_path=folder / "a.lock", socket_path=folder / "a.sock")


@pytest.fixture
def listening(place: Instance) -> Iterator[socket.socket]:
    """A program that has its socket, and does not look after it."""
    instance.make_private(place.socket_path.parent)
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(place.socket_path))
        there.listen()
        yield there


def test_a_name_that_is_too_long_to_be_one_is_not_sent(place: Instance, listening: socket.socket):
    del listening
    with pytest.raises(ConfigError, match="no more than 4 KiB"):
        ask(place, {"verb": "register", "line": "x" * 4096})


def test_a_program_that_hangs_is_named_with_its_process(place: Instance, listening: socket.socket):
    del listening
    with place.take("'softphone watch'") or pytest.fail("somebody has it"):
        with pytest.raises(SoftphoneError) as failed:
            ask(place, {"verb": "status"}, deadline_s=0.1)
        assert f"'softphone watch' (process {os.getpid()}, " in failed.value.sentence
        assert "is running but did not answer" in failed.value.sentence


def test_a_program_that_ends_before_it_answers_is_not_said_to_run(place: Instance, listening: socket.socket):
    def end() -> None:
        client, _ = listening.accept()
        client.recv(4096)
        client.close()

    ending = threading.Thread(target=end)
    ending.start()
    with pytest.raises(SoftphoneError) as failed:
        ask(place, {"verb": "devices"})
    ending.join()
    assert failed.value.sentence.startswith("The program has ended")


def test_what_asks_webex_waits_no_longer_than_any_other_for_a_program_that_hangs(
    place: Instance, listening: socket.socket, monkeypatch: pytest.MonkeyPatch
):
    del listening
    asked: list[object] = []
    original = instance.ask

    def noted(
        place: Instance, request: Mapping[str, Any], *, deadline_s: float = 0.1
    ) -> dict[str, Any] | None:
        asked.append(request["verb"])
        return original(place, request, deadline_s=deadline_s)

    monkeypatch.setattr(instance, "ask", noted)
    with pytest.raises(SoftphoneError):
        instance.ask_service(place, {"verb": "devices"})
    assert asked == ["status"]


def test_a_server_that_answers_nonsense_is_told_as_such(place: Instance):
    instance.make_private(place.socket_path.parent)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place.socket_path))
        server.listen()
        server.settimeout(20)

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(100)
                client.sendall(b"hello\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SoftphoneError, match="did not answer"):
            ask(place, {"verb": "status"})
        thread.join(5)


# ---- where


def folders(home: Path) -> Folders:
    return Folders(config=home / "config", state=home / "state")


def test_the_place_is_in_the_sessions_runtime_folder(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(instance, "PATH_LIMIT_BYTES", 1000)
    found = instance_of(folders(tmp_path), "default", environment={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert found.socket_path.parent == tmp_path / "softphone"
    assert found.lock_path == tmp_path / "state" / "default.lock"


def test_s12_a_home_whose_name_is_no_text_has_its_place(tmp_path: Path):
    homes = [tmp_path / os.fsdecode(name) for name in (b"jos\xe9", b"jos\xe8")]
    first, second = (instance_of(folders(home), "default") for home in homes)
    assert first.socket_path != second.socket_path


def test_profiles_homes_and_demos_have_each_their_own(tmp_path: Path):
    places = [
        instance_of(folders(tmp_path), "default"),
        instance_of(folders(tmp_path), "work"),
        instance_of(folders(tmp_path / "other"), "default"),
        instance_of(folders(tmp_path), "default", "calm"),
        instance_of(folders(tmp_path), "default", "mixed"),
    ]
    assert len({place.socket_path for place in places}) == len(places)
    assert len({place.lock_path for place in places}) == len(places)


def test_a_home_too_deep_for_a_socket_moves_it_to_a_shorter_place(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/short")
    found = instance_of(folders(tmp_path / ("d" * 100)), "default", environment={})
    assert found.socket_path.parts[1] in {"short", "run"}
    assert instance.fits(found.socket_path)


def test_a_runtime_folder_open_to_others_is_not_used(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)  # has no /run/user either
    found = instance_of(folders(Path("/h")), "default", environment={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert found.socket_path.parent == Path("/h/state/run")
