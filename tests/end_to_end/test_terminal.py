"""From nobody to a registered line and back without a window, by real commands and a real keyring."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from softphone.sim.server import CloudServer
from tests.kit.browsing import walk
from tests.kit.keyrings import Bus
from tests.kit.ports import free_port
from tests.kit.program import softphone, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="Secret Service")]

PATIENCE_S = 30.0
ADA = "ada@example.com"


class Terminal:
    """A shell on a computer with a keyring and without a display."""

    def __init__(self, cloud: CloudServer, bus: Bus) -> None:
        self.cloud = cloud
        self.bus = bus
        self.home = bus.home / "softphone"

    def start(self, command: str, *options: str, **environment: str) -> "subprocess.Popen[str]":
        here = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "BROWSER")}
        return subprocess.Popen(
            [sys.executable, "-m", "softphone", command, "--cloud", str(self.cloud.cloud_file), *options],
            env={**here, **self.bus.environment, "SOFTPHONE_HOME": str(self.home), **environment},
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, command: str, *options: str, **environment: str) -> tuple[int, str, str]:
        """Run a command to its end; returns its exit code and what it said."""
        return end_of(self.start(command, *options, **environment))

    def ask(self, command: str, *options: str) -> tuple[int, str, str]:
        """Ask the program that runs."""
        place = {**self.bus.environment, "SOFTPHONE_HOME": str(self.home)}
        found = softphone(command, *options, **place)
        return found.returncode, found.stdout, found.stderr

    def sign_in(self, *options: str) -> tuple[int, str, str]:
        return self.run("sign-in", *options, BROWSER=f"{sys.executable} -m tests.kit.browsing %s")

    def written(self) -> str:
        """Everything that was written below the home of the program."""
        files = [file for file in self.home.rglob("*") if file.is_file()]
        return "".join(file.read_bytes().decode("latin-1") for file in files)


def end_of(process: "subprocess.Popen[str]", typed: str | None = None) -> tuple[int, str, str]:
    said, complained = process.communicate(typed, PATIENCE_S)
    return process.returncode, said, complained


def line_of(process: "subprocess.Popen[str]", pattern: str) -> str:
    """Read on until a line fits; return what the pattern's group found."""
    assert process.stdout is not None
    for line in process.stdout:
        if (found := re.search(pattern, line)) is not None:
            return found[1]
    raise AssertionError(f"{pattern} was not said; {process.stderr and process.stderr.read()}")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    uris = (f"http://localhost:{free_port()}/callback",)
    with (
        tempfile.TemporaryDirectory(prefix="terminal-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        CloudServer("calm", time_scale=0.1, redirect_uris=uris) as cloud,
        Bus(Path(folder)) as bus,
    ):
        yield Terminal(cloud, bus)


def test_signed_in_with_the_browser_then_registered_then_signed_out_leaves_nothing(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    before = terminal.cloud.state()["users"][0]["refresh_tokens"]
    assert terminal.run("accounts")[:2] == (
        4,
        "Nobody is signed in. 'softphone sign-in' signs somebody in.\n",
    )
    code, said, complained = terminal.sign_in()
    assert (code, complained) == (0, "")
    assert f"Signed in: {ADA}" in said
    assert "softphone watch" in said
    assert terminal.cloud.state()["users"][0]["devices"] == [], "no line was registered in passing"

    code, said, _ = terminal.run("accounts", "--json")
    [account] = json.loads(said)["accounts"]
    assert (code, account["account"], account["state"], account["kept"]) == (0, ADA, "stored", "keyring")

    assert terminal.run("watch", "--until", "registered", "--for", "15")[0] == 0

    code, said, _ = terminal.run("sign-out")
    assert (code, said.count("  done  ")) == (0, 6)
    user = terminal.cloud.state()["users"][0]
    assert (user["devices"], user["wdm_devices"], user["refresh_tokens"]) == ([], [], before)
    assert terminal.run("accounts")[0] == 4
    tokens = [entry for entry in terminal.cloud.journal(place="token") if entry["status"] == 200]
    assert len(tokens) == 1
    assert "state=" not in terminal.written()


def test_a_redirect_is_pasted_after_a_wrong_one_and_the_port_is_free_again(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    signing_in = terminal.start("sign-in", "--no-browser")
    link = line_of(signing_in, r"^  (http\S+authorize\S+)$")
    redirect = walk(link, comes_back=False)
    other = re.sub(r"state=[^&]+", "state=ofanotherattempt", redirect)
    code, said, complained = end_of(signing_in, f"https://example.com/\n{other}\n{redirect}\n")
    assert code == 0, complained
    assert f"Signed in: {ADA}" in said
    assert "address that is not this program's" in complained
    assert "did not belong to this request" in complained
    assert not _answers(redirect)
    assert urlsplit(redirect).query not in terminal.written()


def test_a_person_who_declines_is_told_so_and_nothing_is_kept(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    signing_in = terminal.start("sign-in", "--no-browser")
    redirect = walk(line_of(signing_in, r"^  (http\S+authorize\S+)$"), decision="deny", comes_back=False)
    code, _, complained = end_of(signing_in, f"{redirect}\n")
    assert (code, complained) == (1, "softphone: Sign-in not finished: Nothing was changed. Try again.\n")
    assert terminal.run("accounts")[0] == 4


@pytest.mark.parametrize(
    ("keyring", "exit_code", "remedy"),
    [("none", 4, "Install"), ("locked", 1, "Unlock"), ("broken", 1, "softphone doctor")],
)
def test_nobody_is_sent_to_a_browser_for_a_sign_in_that_cannot_be_kept(
    terminal: Terminal, keyring: str, exit_code: int, remedy: str
):
    if keyring == "locked":
        terminal.bus.gnome_keyring(password="pw").kill()
        terminal.bus.gnome_keyring()
    if keyring == "none":
        terminal.bus.address = "unix:path=/nonexistent"
    code, said, complained = terminal.sign_in()  # "broken": the one of this bus does not come up
    assert (code, said) == (exit_code, ""), complained
    assert "nowhere else" in complained
    assert remedy in complained
    assert terminal.cloud.journal() == []


def test_time_runs_out_with_5_and_an_interrupt_leaves_the_port_free(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    code, _, complained = terminal.run("sign-in", "--no-browser", "--timeout", "1")
    assert code == 5
    assert "Nobody signed in in time" in complained
    signing_in = terminal.start("sign-in", "--no-browser")
    link = line_of(signing_in, r"^  (http\S+authorize\S+)$")
    signing_in.send_signal(2)
    code, _, complained = end_of(signing_in)
    assert (code, complained) == (1, "softphone: stopped. Nothing was changed.\n")
    assert not _answers(re.search(r"redirect_uri=([^&]+)", link)[1].replace("%3A", ":").replace("%2F", "/"))  # type: ignore[index]


@pytest.mark.parametrize(
    ("fault", "exit_code", "words"),
    [({"status": 403}, 1, "Webex refused this device"), ("hang", 5, "did not tell your lines in time")],
)
def test_a_sign_in_that_cannot_be_kept_is_taken_back(
    terminal: Terminal, fault: object, exit_code: int, words: str
):
    terminal.bus.gnome_keyring(password="pw")
    terminal.cloud.faults([{"where": "catalog", "answer": fault}])
    code, _, complained = terminal.run(
        "sign-in", "--timeout", "3", BROWSER=f"{sys.executable} -m tests.kit.browsing %s"
    )
    assert code == exit_code, complained
    assert words in complained
    assert "the sign-in was taken back" in complained
    assert [entry["status"] for entry in terminal.cloud.journal(place="revoke")] == [200, 200]
    assert terminal.run("accounts")[0] == 4


def test_without_a_browser_a_code_is_entered_on_another_device(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    signing_in = terminal.start("sign-in")
    page = line_of(signing_in, r"^  (http\S+user_code=\S+)$")
    walk(page)
    code, said, complained = end_of(signing_in)
    assert code == 0, complained
    assert f"Signed in: {ADA}" in said
    assert "no browser can be opened here" in complained
    assert terminal.run("watch", "--until", "registered", "--for", "15")[0] == 0


def test_a_program_that_runs_adopts_who_signs_in_and_lets_them_go(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    assert terminal.sign_in()[0] == 0
    watch = terminal.start("watch", "--json")
    try:
        assert watch.stdout is not None
        wait_until(lambda: json.loads(watch.stdout.readline())["event"] == "registered")  # type: ignore[union-attr]
        code, said, complained = terminal.sign_in()
        assert code == 0, complained
        assert f"Signed in: {ADA}" in said
        assert "The running program" in said
        code, said, _ = terminal.run("accounts")
        assert (code, said.startswith(ADA), "ready, kept in the keyring" in said) == (0, True, True)
        code, said, complained = terminal.run("sign-out", ADA.upper())
        assert (code, complained) == (0, "")
        assert said.startswith(f"Signed out: {ADA}\n")
        assert terminal.cloud.state()["users"][0]["devices"] == []
    finally:
        watch.terminate()
        watch.communicate(timeout=PATIENCE_S)
    assert watch.returncode == 0


def test_a_window_that_runs_adopts_who_signs_in_and_lets_them_go(terminal: Terminal):
    terminal.bus.gnome_keyring(password="pw")
    window = terminal.start("--hidden", QT_QPA_PLATFORM="offscreen")
    try:
        wait_until(lambda: terminal.ask("status")[0] != 3)
        assert terminal.run("accounts")[0] == 4
        code, said, complained = terminal.sign_in()
        assert (code, "The running program" in said) == (0, True), complained
        assert terminal.ask("register", "--wait", "--timeout", "15")[0] == 0
        assert "Registered" in terminal.ask("status")[1]
        assert terminal.ask("devices", "--json")[0] == 0
        assert terminal.run("sign-out")[0] == 0
        assert "Nobody is signed in." in terminal.ask("status")[1]
        assert terminal.cloud.state()["users"][0]["devices"] == []
        assert terminal.ask("quit")[0] == 0
    finally:
        window.terminate()
        window.communicate(timeout=PATIENCE_S)
    assert window.returncode == 0


def _answers(address: str) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(address).port or 0)) == 0
