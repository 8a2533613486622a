"""Many accounts, for `scale`: `python -m tests.bench.crowd CLOUD_FILE SECONDS`, tokens on stdin.

It holds the panel as `softphone watch` has it, without printing and history. Its last line is JSON.
"""

import asyncio
import json
import logging
import math
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.calling.provider import Resent, nobody_counts
from softphone.line.device import Device
from softphone.line.model import LineSnapshot, LineState, Server
from softphone.settings.cloud_file import load_cloud
from softphone.system.folders import Folders
from softphone.webex.in_flight import _Phase
from softphone.webex.webex_provider import WebexProvider
from tests.bench.watching import SETTLED_S, rss_kib

LOOK_S = 0.005
PATIENCE_S = 300.0
FIRST, FURTHER, TOGETHER = 40, 200, 20  # lines: before, those whose memory is told, and how many come at once


class Crowd:
    """What is seen of the lines: when each was due to be kept alive, and how late it was."""

    def __init__(self) -> None:
        self.due_at_s: dict[str, float] = {}  # by device
        self.late_ms: list[float] = []
        self.registered: set[str] = set()

    def line_changed(self, line: LineSnapshot) -> None:
        """Note when the next keepalive is due."""
        here = line.state is LineState.REGISTERED
        (self.registered.add if here else self.registered.discard)(line.identity.line_id)
        if here and line.registration is not None and line.next_at_s is not None:
            self.due_at_s[line.registration.device.device_id] = line.next_at_s

    def line_removed(self, line_id: str) -> None:
        """No line goes."""

    def accounts_changed(self, accounts: object) -> None:
        """Nothing is measured of them."""

    def kept_alive(self, device_id: str) -> None:
        """Note how late a keepalive is sent."""
        if (due_at_s := self.due_at_s.pop(device_id, None)) is not None:
            self.late_ms.append((asyncio.get_running_loop().time() - due_at_s) * 1000)


class Watched(Services):
    """The program's way out, with a look at how much of it is under way."""

    @property
    def in_flight(self) -> int:
        """How many requests are on the wire; those that wait for their place are not."""
        flights = self._client._in_flight if self._client is not None else ()
        return sum(flight._phase is not _Phase.WAITING for flight in flights)


async def measure(services: Watched, tokens: Sequence[str], seconds: float) -> dict[str, float]:
    """Register everybody, watch for so long, and leave."""
    crowd, panel = Crowd(), services.panel()
    panel.subscribe(crowd)
    keepalive = WebexProvider.keepalive

    async def watched(
        self: WebexProvider,
        server: Server,
        device: Device,
        deadline_s: float,
        *,
        resent: Resent = nobody_counts,
    ) -> None:
        crowd.kept_alive(device.device_id)
        await keepalive(self, server, device, deadline_s, resent=resent)

    WebexProvider.keepalive = watched  # type: ignore[method-assign]
    most = 0

    async def until(registered: int) -> float:
        nonlocal most
        began_s = time.monotonic()
        async with asyncio.timeout(PATIENCE_S):
            while len(crowd.registered) != registered:
                most = max(most, services.in_flight)
                await asyncio.sleep(LOOK_S)
        return time.monotonic() - began_s

    for token in tokens[:FIRST]:
        panel.add(services.given_token(token))
    await until(FIRST)
    await asyncio.sleep(SETTLED_S)
    memory_kib, threads = rss_kib(os.getpid()), threading.active_count()
    for begin in range(FIRST, FIRST + FURTHER, TOGETHER):  # a crowd takes more for a moment
        for token in tokens[begin : begin + TOGETHER]:
            panel.add(services.given_token(token))
        await until(begin + TOGETHER)
    await asyncio.sleep(SETTLED_S)
    further_kib = (rss_kib(os.getpid()) - memory_kib) / FURTHER
    further_threads = threading.active_count() - threads
    for token in tokens[FIRST + FURTHER :]:
        panel.add(services.given_token(token))
    found_s = await until(len(tokens))
    await asyncio.sleep(SETTLED_S)
    panel.deregister_all()
    await until(0)
    most = 0
    worked_s = time.process_time()
    panel.register_all()
    registered_s = await until(len(tokens))
    registered_cpu_s = time.process_time() - worked_s
    crowd.late_ms.clear()
    began_s, worked_s = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    share = (time.process_time() - worked_s) / (time.monotonic() - began_s)
    late_ms, still = sorted(crowd.late_ms), len(crowd.registered)
    began_s = time.monotonic()
    left = await panel.close(deadline_s=PATIENCE_S)
    return {
        f"{len(tokens) - FIRST - FURTHER} found and registered, s": found_s,
        "a further line, KiB": further_kib,
        "further threads": further_threads,
        "registered, s": registered_s,
        "of it CPU, s": registered_cpu_s,
        "most in flight": most,
        "still registered": still,
        "keepalives": len(late_ms),
        "late p99, ms": late_ms[math.ceil(len(late_ms) * 0.99) - 1],
        "late worst, ms": late_ms[-1],
        "CPU, share of a core": share,
        "left behind": len(left),
        "all deregistered, s": time.monotonic() - began_s,
    }


async def main(cloud_file: str, seconds: float) -> None:
    """Print what was seen."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as home:
        folders = Folders(config=Path(home) / "config", state=Path(home) / "state")
        folders.make()
        cloud = load_cloud(Path(cloud_file), folders)
        services = Watched(Program(cloud=cloud, folders=folders, keystore=MemoryKeystore()))
        try:
            found = await measure(services, json.load(sys.stdin), seconds)
        finally:
            await services.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main(sys.argv[1], float(sys.argv[2])))
