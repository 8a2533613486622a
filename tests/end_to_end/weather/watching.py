"""`softphone watch --json` as a process of its own, with a folder of its own, against a cloud in the test."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from softphone.sim.server import CloudServer

Event = dict[str, Any]

PATIENCE_S = 40.0


class Watch:
    """One run of the program. Its events are read from a file, so that none is lost when it is killed."""

    def __init__(self, cloud: CloudServer, home: Path, *options: str, token: str | None = None) -> None:
        home.mkdir(exist_ok=True)
        self.events_file = home / f"events-{time.monotonic_ns()}.jsonl"
        self.home = home
        environment = {**os.environ, "SOFTPHONE_HOME": str(home), "T": token or cloud.users[0].token}
        command = [sys.executable, "-m", "softphone", "watch", "--json", "--token-env", "T"]
        with self.events_file.open("w") as out, (home / "stderr").open("a") as errors:
            self.process = subprocess.Popen(
                [*command, "--cloud", str(cloud.cloud_file), *options],
                env=environment,
                cwd=Path(__file__).parents[3],
                stdout=out,
                stderr=errors,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def events(self) -> list[Event]:
        """Every event printed whole so far."""
        lines = self.events_file.read_text().split("\n")
        return [json.loads(line) for line in lines[:-1]]

    @property
    def names(self) -> list[str]:
        """The names of the events so far."""
        return [event["event"] for event in self.events]

    def until(self, what: str, condition: Callable[[list[Event]], Any], within_s: float = PATIENCE_S) -> Any:
        """Wait for a condition of the events; return what it returned."""
        deadline_s = time.monotonic() + within_s
        while not (found := condition(self.events)):
            code = self.process.poll()
            if code is not None:
                raise AssertionError(f"ended with {code} before {what}: {self.errors}")
            if time.monotonic() > deadline_s:
                told = f"{self.names}, at last {self.events[-4:]}"
                raise AssertionError(f"no {what} within {within_s} s: {told} {self.errors}")
            time.sleep(0.01)
        return found

    def until_event(self, name: str, times: int = 1, within_s: float = PATIENCE_S) -> Event:
        """Wait for an event of that name and return it."""

        def nth(events: list[Event]) -> Event | None:
            fitting = [event for event in events if event["event"] == name]
            return fitting[times - 1] if len(fitting) >= times else None

        found: Event = self.until(f"{name} no. {times}", nth, within_s)
        return found

    @property
    def errors(self) -> str:
        """What all runs of this home said on stderr."""
        return (self.home / "stderr").read_text()

    def kill(self) -> None:
        """End it as a crash would: SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as a person would; return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)
