"""Nothing can be written any more, or never could: lines are registered and obey all the same."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone.sim.server import CloudServer
from tests.kit.ordinary_user import NOBODY, ordinary_user
from tests.kit.program import DEADLINE_S, LEAVING_DEADLINE_S, softphone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="limits and rights of Unix"),
]


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with CloudServer("calm") as server:
        yield server


class Watching:
    """`softphone watch` of a profile in `home`; `before` is called in its process, `as_` in front of it."""

    def __init__(
        self, cloud: CloudServer, home: Path, before: Callable[[], None] | None = None, *as_: str
    ) -> None:
        self.environment = {**os.environ, "SOFTPHONE_HOME": str(home), "TOKEN": cloud.users[0].token}
        self._as = as_
        self._process = subprocess.Popen(
            self._command("watch", "--cloud", str(cloud.cloud_file), "--token-env", "TOKEN", "--json"),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,  # noqa: PLW1509 - nothing but a limit is set
        )
        self.process_id = self._process.pid

    def _command(self, *arguments: str) -> list[str]:
        return [*self._as, sys.executable, "-m", "softphone", *arguments]

    def until(self, event: str) -> None:
        assert self._process.stdout is not None
        while json.loads(self._process.stdout.readline() or '{"event": "the end"}')["event"] != event:
            pass

    def deregister(self) -> None:
        told = subprocess.run(
            self._command("deregister", "--all"), env=self.environment, timeout=DEADLINE_S, check=False
        )
        assert told.returncode == 0
        self.until("unregistered")

    def end(self) -> str:
        """End it; returns what it said besides its events."""
        self._process.send_signal(signal.SIGTERM)
        _, said = self._process.communicate(timeout=LEAVING_DEADLINE_S)
        assert self._process.returncode == 0
        return said


def _no_byte_more() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _said_once(said: str) -> None:
    assert "Traceback" not in said
    assert said.count("Nothing can be kept for the next start") == 1
    assert said.count("No log is kept") == 1
    assert len(said.splitlines()) == 2


def test_s8_a_disk_that_is_full_at_the_start_is_said_once_and_lines_obey(cloud: CloudServer, tmp_path: Path):
    watch = Watching(cloud, tmp_path, _no_byte_more)
    watch.until("registered")
    watch.deregister()
    _said_once(watch.end())


def test_s8_d5_a_disk_that_fills_up_meanwhile_is_said_once_and_lines_obey(cloud: CloudServer, tmp_path: Path):
    watch = Watching(cloud, tmp_path)
    watch.until("registered")
    resource.prlimit(watch.process_id, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    watch.deregister()
    _said_once(watch.end())


def as_somebody_else() -> tuple[str, ...]:
    """Return what runs a program as nobody, who may read everything as root does, and write nothing."""
    if os.geteuid() != 0:
        return ()
    reading = "+dac_read_search"  # this Python may be where only root looks
    return (
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *(f"--inh-caps={reading}", f"--ambient-caps={reading}"),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only setpriv takes root its rights")
@pytest.mark.parametrize("home_exists", [False, True], ids=["nothing there", "empty folders"])
def test_s8_a_home_that_is_only_read_is_said_once_and_lines_obey(
    cloud: CloudServer, tmp_path: Path, home_exists: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    short = Path(tempfile.mkdtemp(dir="/tmp"))  # a socket needs a short path
    short.chmod(0o1777)
    monkeypatch.setenv("TMPDIR", str(short))
    cloud.cloud_file.chmod(0o644)
    home = tmp_path / "home"
    folders = (home / "config", home / "state") if home_exists else ()
    home.mkdir()
    for folder in (*folders, home):
        folder.mkdir(exist_ok=True)
    for folder in (*folders, home):
        folder.chmod(0o555)
    watch = Watching(cloud, home, None, *as_somebody_else())
    watch.until("registered")
    watch.deregister()
    _said_once(watch.end())
    assert not [path for path in home.rglob("*") if path.is_file()]
    for folder in (home, *folders):
        folder.chmod(0o700)
    shutil.rmtree(short)


@pytest.mark.parametrize(
    ("folder", "mode"), [("config", 0o000), ("config/profiles", 0o400), ("state", 0o600)]
)
def test_s8_a_folder_that_cannot_be_looked_into_is_named_by_every_command(folder: str, mode: int):
    with ordinary_user() as user:
        for name in ("config/profiles/default", "state/profiles/default"):
            (user.home / "softphone" / name).mkdir(parents=True)
        place = user.home / "softphone" / folder
        for path in [user.home / "softphone", *(user.home / "softphone").rglob("*")]:
            path.chmod(0o700)
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        place.chmod(mode)
        for command in (("doctor",), ("sign-out", "--all"), ("watch", "--token-env", "T", "--for", "1")):
            done = user.run("-m", "softphone", *command, T="token")
            said = done.stdout + done.stderr
            assert "Traceback" not in said, (command, said)
            assert said.strip(), (command, done.returncode)
        place.chmod(0o700)


def test_s12_a_pipe_in_the_place_of_any_file_does_not_hold_up_the_start(cloud: CloudServer, tmp_path: Path):
    names = ("config/default.toml", "config/default.settings.toml", "state/default.history.sqlite")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        os.mkfifo(tmp_path / name)
    watch = Watching(cloud, tmp_path)
    watch.until("registered")
    said = watch.end()
    for kept in ("profile.damaged-", "settings.damaged-", "history.damaged-"):
        assert f"It was kept as {kept}" in said
    assert len([path for path in tmp_path.rglob("*") if path.is_fifo()]) == len(names), "renamed, not lost"


@pytest.mark.parametrize("name", ["state/softphone.log", "state/default.lock"])
def test_s14_a_link_in_the_place_of_a_file_that_is_written_is_refused_by_name(tmp_path: Path, name: str):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "state").mkdir()
    (tmp_path / name).symlink_to(victim)
    refused = softphone("watch", "--token-env", "TOKEN", TOKEN="t", SOFTPHONE_HOME=str(tmp_path))
    assert refused.returncode == 2
    assert f"{tmp_path / name}: cannot be" in refused.stderr
    assert "it is a link" in refused.stderr
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["state/crash.log", "state/default.history.sqlite-wal"])
def test_s14_a_link_in_the_place_of_what_can_be_missed_is_not_followed(
    cloud: CloudServer, tmp_path: Path, name: str
):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "state").mkdir()
    (tmp_path / name).symlink_to(victim)
    watch = Watching(cloud, tmp_path)
    watch.until("registered")
    watch.end()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    ("mode", "owner", "words"),
    [
        (0o777, 0, "can be written by other users"),
        (0o707, 0, "can be written by other users"),
        (0o755, NOBODY, "belongs to another user"),
    ],
)
def test_s14_a_home_where_others_could_write_is_refused_by_name(
    tmp_path: Path, mode: int, owner: int, words: str
):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    if owner:
        if os.geteuid() != 0:
            pytest.skip("only root may give a folder away")
        os.chown(home, owner, owner)
    refused = softphone("watch", "--token-env", "TOKEN", TOKEN="t", SOFTPHONE_HOME=str(home))
    assert refused.returncode == 2
    assert f"softphone: {home} {words}" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
