"""`sockets`: a thousand accounts' message sockets in one process, beside as many bare connections.

The service is this process. `python -m tests.bench.sockets URL ours|bare` is the other one.
"""

import asyncio
import contextlib
import json
import resource
import selectors
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.kit.message_server import MessageServer

ACCOUNTS = 1000
SECONDS = 60.0  # four pings of each
PAGE_KIB = resource.getpagesize() / 1024


def sockets(runs: int) -> tuple[Figure, ...]:
    """Memory of a socket, and CPU of its pings in a second of all."""
    with asyncio.Runner() as runner:
        found = [runner.run(_run()) for _ in range(runs)]
    ours, bare = [one["ours"] for one in found], [one["bare"] for one in found]
    more = {name: statistics.median(one[name] for one in ours) for name in ours[0]}
    return (
        Figure(
            name="A message socket: memory",
            unit="KiB",
            ours=[one["KiB a socket"] for one in ours],
            floor=[one["KiB a socket"] for one in bare],
            more=more,
        ),
    )


async def _run() -> dict[str, dict[str, float]]:
    server, found = MessageServer(), {}
    async with server.running():
        for kind in ("ours", "bare"):
            done = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.sockets", server.url, kind, stdout=asyncio.subprocess.PIPE
            )
            told, _ = await done.communicate()
            found[kind] = json.loads(told)
    return found


class _Counting(selectors.DefaultSelector):
    """Counts how often the loop wakes up."""

    wake_ups = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(timeout)
        self.wake_ups += timeout is None or timeout > 0
        return ready


def _resident_kib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB


async def _measure(url: str, kind: str, loop_wakes: _Counting) -> dict[str, float]:
    from softphone.webex.client import Client
    from softphone.webex.messages.dial import open_socket
    from softphone.webex.messages.message_keeper import MessageKeeper
    from tests.webex.messages.bench import Told
    from tests.webex.raw_server import Tokens, loopback_cloud

    client = Client(loopback_cloud())
    first: Any = await open_socket(client, url)  # what is loaded once is nobody's
    before_kib = _resident_kib()
    told = [Told(url) for _ in range(ACCOUNTS)]
    held: list[Any] = []
    if kind == "ours":
        held = [MessageKeeper(client, one, Tokens(), one, time_scale=1.0) for one in told]
        while not all(one.proofs for one in told):
            await asyncio.sleep(0.1)
    else:
        held = [await open_socket(client, url) for _ in range(ACCOUNTS)]
    found = {"KiB a socket": (_resident_kib() - before_kib) / ACCOUNTS}
    if kind == "ours":
        await asyncio.sleep(20.0)  # the pings of the start are over
        pings = sum(len(one.proofs) for one in told)
        woke, cpu_s, began_s = loop_wakes.wake_ups, time.process_time(), time.monotonic()
        await asyncio.sleep(SECONDS)
        pings = sum(len(one.proofs) for one in told) - pings
        lasted_s = time.monotonic() - began_s
        found["CPU ms a ping"] = 1000 * (time.process_time() - cpu_s) / pings
        found["wake-ups a ping"] = (loop_wakes.wake_ups - woke) / pings
        found["share of a core"] = (time.process_time() - cpu_s) / lasted_s
    await asyncio.gather(*(one.close() for one in (*held, first)))
    await client.close()
    return found


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    counting = _Counting()
    with contextlib.closing(asyncio.SelectorEventLoop(counting)) as event_loop:
        figures = event_loop.run_until_complete(_measure(sys.argv[1], sys.argv[2], counting))
    sys.stdout.write(json.dumps(figures))
