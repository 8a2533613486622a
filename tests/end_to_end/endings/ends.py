"""Every way to end, at every moment, on real processes.

`python -m tests.end_to_end.endings.ends` prints the table.
What counts is what the service saw: lines that were registered are deregistered, or their devices are on
disk, said, and gone after the next start. Each run has a cloud, a home, a bus, a keyring and a desktop of its
own.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from softphone.headless.instance import Instance, ask, instance_of
from softphone.line.model import Account, Service
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from tests.kit.keyrings import PATIENCE_S, Bus
from tests.kit.ports import free_port
from tests.kit.program import wait_until

TIME_SCALE = 0.1  # a keepalive every 3 s
GONE_S = 3.0  # the promise, from the asking to the process's end
HANG = {"answer": "hang"}
LATE_S = 0.5  # an answer to a renewal

WINDOW_WAYS = ("SIGTERM", "SIGINT", "SIGHUP", "close", "quit", "power-off", "log-out")
WINDOW_MOMENTS = (
    "starting",
    "registered",
    "registering",
    "signing in",
    "dialog",
    "prompt",
    "network",
    "renewing",
)
WATCH_WAYS = ("SIGTERM", "SIGINT", "SIGHUP", "quit", "power-off", "log-out")
WATCH_MOMENTS = ("starting", "registered", "registering", "network", "renewing")
DEMO_WAYS = ("SIGTERM", "SIGINT", "SIGHUP", "quit", "power-off")

Case = tuple[str, str, str]  # program, way, moment

TABLE: tuple[Case, ...] = (
    *(("window", way, moment) for moment in WINDOW_MOMENTS for way in WINDOW_WAYS),
    *(("watch", way, moment) for moment in WATCH_MOMENTS for way in WATCH_WAYS),
    *(("demo watch", way, "registered") for way in DEMO_WAYS),
    *(("demo window", way, "starting") for way in DEMO_WAYS),
)
# Each way and each moment of each program, once or more.
COVERING: tuple[Case, ...] = (
    ("window", "SIGTERM", "prompt"),
    ("window", "SIGINT", "signing in"),
    ("window", "SIGHUP", "renewing"),
    ("window", "close", "registered"),
    ("window", "quit", "dialog"),
    ("window", "power-off", "network"),
    ("window", "log-out", "registering"),
    ("window", "SIGTERM", "starting"),
    ("watch", "SIGTERM", "network"),
    ("watch", "SIGINT", "starting"),
    ("watch", "SIGHUP", "registered"),
    ("watch", "quit", "registering"),
    ("watch", "power-off", "renewing"),
    ("watch", "log-out", "registered"),
    ("demo watch", "SIGHUP", "registered"),
    ("demo window", "SIGTERM", "starting"),
)


@dataclass
class Outcome:
    """How a run ended. `faults` is empty when every promise was kept."""

    took_s: float
    code: int
    deleted: int = 0  # DELETEs that the service answered 200 before the process ended
    left: int = 0  # devices that lived on
    said: str = ""
    words: str = ""
    later: int | None = None  # of these, after the next start
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = [f"{self.took_s:.1f} s", f"DELETE 200: {self.deleted}", f"left: {self.left}"]
        if self.later is not None:
            words.append(f"after the next start: {self.later}")
        words += [self.words] if self.words else []
        return "; ".join(words) + "".join(f"; **{fault}**" for fault in self.faults)


class Stage:
    """One run: `begin` brings the program to its moment, `end` ends it, `look` says what came of it."""

    def __init__(self, case: Case, home: Path, cloud: CloudServer, bus: Bus) -> None:
        self.program, self.way, self.moment = case
        self.cloud = cloud
        self.bus = bus
        self.home = home / "softphone"
        self.errors = home / "stderr"
        self.desktop = bus.start(sys.executable, "-m", "tests.kit.desktop_manager")
        self._until_desktop("serving")
        self.process: subprocess.Popen[str]
        self.since = 0
        self.renewals = 0

    @property
    def environment(self) -> dict[str, str]:
        """That of the program and of the commands that speak to it."""
        found = {
            **os.environ,
            **self.bus.environment,
            "DBUS_SYSTEM_BUS_ADDRESS": self.bus.address,
            "SOFTPHONE_HOME": str(self.home),
            "QT_QPA_PLATFORM": "offscreen",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
        }
        stored = self.moment == "renewing"
        return found if stored else found | {"T": self.cloud.users[0].token}

    @property
    def folders(self) -> Folders:
        """Where the program keeps its things."""
        return Folders(config=self.home / "config", state=self.home / "state")

    @property
    def profile(self) -> Profile:
        """What is on disk."""
        return Profile(self.folders.profile_file("default"), f"{self.cloud.base}/v1")

    @property
    def live(self) -> int:
        """How many devices of this program the service has."""
        return sum(not one["others"] for user in self.cloud.state()["users"] for one in user["devices"])

    @property
    def instance(self) -> Instance:
        """Where the program is asked something."""
        demo = "calm" if self.program.startswith("demo") else None
        return instance_of(self.folders, "default", demo, self.environment)

    # ---- to the moment

    def begin(self) -> None:
        """Start the program and wait until the moment is there."""
        getattr(self, f"_before_{self.moment.replace(' ', '_')}", lambda: None)()
        own = ("-m", "softphone", "watch", "--json", "--cloud", str(self.cloud.cloud_file))
        command = {
            "window": (
                "-m",
                "tests.end_to_end.endings.ending_window",
                self.moment,
                str(self.cloud.cloud_file),
            ),
            "watch": (*own, *(("--token-env", "T") if self.moment != "renewing" else ())),
            "demo watch": (
                "-m",
                "softphone",
                "watch",
                "--demo",
                "--json",
                "--journal",
                str(self.journal_file),
            ),
            "demo window": ("-m", "softphone", "--demo", "--journal", str(self.journal_file)),
        }[self.program]
        self.process = self._start(*command)
        if self.program == "window":
            self._until_said("ready")
        elif self.program == "demo window":
            wait_until(lambda: ask(self.instance, {"verb": "status"}))
        elif self.moment in ("registered", "network", "renewing"):
            self._until_said('"event": "registered"')
        getattr(self, f"_then_{self.moment.replace(' ', '_')}", lambda: None)()
        if self.way in ("power-off", "log-out"):
            self._until_desktop("held session" if self.way == "log-out" else "held shutdown Softphone")

    @property
    def journal_file(self) -> Path:
        """Where a demo's cloud writes what it saw."""
        return self.home.parent / "journal.jsonl"

    def _before_starting(self) -> None:
        self.cloud.faults([{"where": "catalog", **HANG}])

    def _then_starting(self) -> None:
        if self.program == "watch":
            self.cloud.wait_for(place="catalog", timeout_s=PATIENCE_S)

    def _before_registering(self) -> None:
        self.cloud.faults([{"where": "register", "acts": True, **HANG}])

    def _then_registering(self) -> None:
        wait_until(lambda: self.live)

    def _before_prompt(self) -> None:
        self.bus.gnome_keyring(password="pw").kill()
        self.bus.gnome_keyring()
        self.folders.profile_file("default").parent.mkdir(parents=True)
        self.profile.remember_account(Account(key="bob", name="Bob"))

    def _then_prompt(self) -> None:
        wait_until(lambda: self.bus.prompts)

    def _then_network(self) -> None:
        self.cloud.faults([{"where": "any", **HANG}])

    def _before_renewing(self) -> None:
        self.bus.gnome_keyring(password="pw")
        self.cloud.change_settings(rotate_refresh_token=True)
        user = self.cloud.users[0]
        seeded = self._start(
            *("-m", "tests.end_to_end.stored_sign_in"), str(self.cloud.cloud_file), user.name, user.password
        )
        assert seeded.wait(PATIENCE_S) == 0, self.errors.read_text()

    def _then_renewing(self) -> None:
        late = {"delay_s": LATE_S / TIME_SCALE}
        self.cloud.faults(
            [
                {"where": "refresh", "answer": late, "acts": True},
                {"where": "keepalive", "times": 1, "answer": {"status": 401}},
            ]
        )
        self.renewals = len(self.cloud.journal(place="refresh"))
        self.cloud.wait_for(place="keepalive", status=401, timeout_s=PATIENCE_S)

    # ---- the end

    def end(self) -> Outcome:
        """Ask for the end, and wait for it."""
        self.since = self.cloud.journal()[-1]["n"] if self.cloud.journal() else 0
        asked_at_s = time.monotonic()
        if self.way.startswith("SIG"):
            self.process.send_signal(getattr(signal, self.way))
        elif self.way == "close":
            self._tell(self.process, "close")
        elif self.way == "quit":
            ask(self.instance, {"verb": "quit"})  # as `softphone quit` does, without its own start
        else:
            self._tell(self.desktop, self.way)
        try:
            code = self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return Outcome(PATIENCE_S, -9, faults=["nothing ended it"])
        outcome = Outcome(time.monotonic() - asked_at_s, code, said=self.errors.read_text())
        if self.way in ("power-off", "log-out"):
            self._until_desktop("let go")
        return outcome

    def look(self, outcome: Outcome, *, limit_s: float) -> None:
        """See what the service saw, and what the next start makes of the rest."""
        if outcome.took_s > limit_s:
            outcome.faults.append(f"later than {limit_s:g} s")
        if outcome.code == 1 and "Timeout" in "".join(
            one.read_text() for one in self.home.rglob("crash.log")
        ):
            outcome.words = "cut short"
        elif outcome.code != 0:
            outcome.faults.append(f"exit code {outcome.code}")
        if "Traceback" in outcome.said:
            outcome.faults.append("a traceback")
        if self.program.startswith("demo"):
            entries = [json.loads(line) for line in self.journal_file.read_text().splitlines()]
            granted, gone = (
                sum(entry["place"] == place and entry["status"] == 200 for entry in entries)
                for place in ("register", "deregister")
            )
            outcome.deleted, outcome.left = gone, granted - gone
        else:
            outcome.deleted = len(self.cloud.journal(self.since, place="deregister", status=200))
            outcome.left = self.live
        if outcome.left:
            self._look_at_what_is_left(outcome)
        elif (
            self.moment in ("registered", "signing in", "dialog", "prompt", "renewing")
            and not outcome.deleted
        ):
            outcome.faults.append("no DELETE")
        if self.moment == "renewing":
            self._look_at_the_sign_in(outcome)

    def _look_at_what_is_left(self, outcome: Outcome) -> None:
        if self.moment not in ("registering", "network"):
            outcome.faults.append("left behind")
            return
        [account] = [one for one in self.profile.accounts() if one.key != "bob"]
        ledger = self.profile.ledger(account.key, Service.CALLING)
        if not ledger.left() and not ledger.unsure:
            outcome.faults.append("not on disk")
        if "at the next start" not in outcome.said:
            outcome.faults.append("not said")
        self.cloud.clear_faults()
        again = self._start(
            "-m", "softphone", "watch", "--cloud", str(self.cloud.cloud_file), "--token-env", "T"
        )
        with contextlib.suppress(AssertionError):
            wait_until(
                lambda: self.cloud.journal(self.since, place="register", status=200) and self.live == 1
            )
        again.terminate()
        again.wait(PATIENCE_S)
        outcome.later = self.live
        if outcome.later:
            outcome.faults.append("not removed at the next start")

    def _look_at_the_sign_in(self, outcome: Outcome) -> None:
        """The rotated token serves at the next start: one that was lost would end the sign-in."""
        if len(self.cloud.journal(place="refresh")) <= self.renewals:
            outcome.faults.append("nothing was renewed")
        self.cloud.clear_faults()
        self.cloud.faults([{"where": "register", "times": 1, "answer": {"status": 401}}])
        watch = ("-m", "softphone", "watch", "--cloud", str(self.cloud.cloud_file), "--until", "registered")
        if self._start(*watch, "--for", "15").wait(PATIENCE_S) != 0:
            outcome.faults.append("the sign-in is lost")

    # ---- processes

    def _start(self, *command: str) -> "subprocess.Popen[str]":
        with self.errors.open("a") as errors:
            return self.bus.start(sys.executable, *command, environment=self.environment, errors=errors)

    def _tell(self, process: "subprocess.Popen[str]", word: str) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{word}\n")
        process.stdin.flush()

    def _until_said(self, words: str) -> None:
        assert self.process.stdout is not None
        while words not in (line := self.process.stdout.readline()):
            assert line, f"ended before {words}: {self.errors.read_text()}"

    def _until_desktop(self, words: str) -> None:
        assert self.desktop.stdout is not None
        while words not in (line := self.desktop.stdout.readline()):
            assert line, f"the desktop ended before it said {words}"


def played(case: Case, *, limit_s: float = GONE_S) -> Outcome:
    """Return how one run ends."""
    uris = (f"http://localhost:{free_port()}/callback",)
    with (
        tempfile.TemporaryDirectory(prefix="ends-", dir="/tmp", ignore_cleanup_errors=True) as place,
        CloudServer("calm", time_scale=TIME_SCALE, redirect_uris=uris) as cloud,
        Bus(Path(place), prompt_waits=True) as bus,
    ):
        stage = Stage(case, Path(place), cloud, bus)
        stage.begin()
        outcome = stage.end()
        stage.look(outcome, limit_s=limit_s)
        return outcome


def played_all(
    cases: Iterable[Case], *, limit_s: float = GONE_S, at_once: int = 3
) -> Iterator[tuple[Case, Outcome]]:
    """Yield how each run ended, in order; several go on at a time."""
    cases = tuple(cases)

    def safely(case: Case) -> Outcome:
        try:
            return played(case, limit_s=limit_s)
        except Exception as error:  # noqa: BLE001 - a row of the table
            return Outcome(0.0, -1, faults=[f"not played: {error!r}"])

    with ThreadPoolExecutor(at_once) as pool:
        yield from zip(cases, pool.map(safely, cases), strict=True)


def main() -> int:
    """Print the table, or the rows of it whose words are given; returns 1 when a promise was broken."""
    chosen = [case for case in TABLE if all(word in case for word in sys.argv[1:])]
    say: Callable[[str], object] = lambda text: print(text, flush=True)  # noqa: E731, T201
    say("| program | moment | way | what came of it |\n|---|---|---|---|")
    broken = 0
    for (program, way, moment), outcome in played_all(chosen, at_once=2):
        say(f"| {program} | {moment} | {way} | {outcome} |")
        broken += bool(outcome.faults)
    say(f"\n{len(chosen)} ends, {broken} with a fault")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
