"""`register`, `footprint` and `keepalive`: what one line costs without a window, over real sockets.

The simulated cloud is a process of its own; the program is `softphone watch`.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from softphone.sim.server import CloudServer
from tests.bench.figures import Figure
from tests.kit.program import next_event, started

PATIENCE_S = 60.0
BEATS = 200  # keepalives that are counted
SETTLED_S = 4.0  # what may wait comes after the lines
SCALE = 0.002  # a keepalive every 60 ms
# A process that has imported what `watch` works with, and holds what it holds: a TLS context, a database.
LIBRARIES = """
import asyncio, json, sqlite3, ssl, sys
import httpx, msgspec, keyring
context = ssl.create_default_context()
database = sqlite3.connect(":memory:")
"""
SAME_LIBRARIES = f"""{LIBRARIES}
print("ready", flush=True)
sys.stdin.read()
"""
# Posts over one connection that is kept, as often as it reads a line.
BARE_POSTS = """
import asyncio, sys, time
import httpx
async def main():
    async with httpx.AsyncClient() as client:
        await client.post(sys.argv[1], json={}, headers={"Authorization": "Bearer " + sys.argv[2]})
        print("ready", flush=True)
        began_s = time.process_time()
        for _ in range(int(sys.argv[3])):
            await client.post(sys.argv[1], json={}, headers={"Authorization": "Bearer " + sys.argv[2]})
            await asyncio.sleep(0.01)
        print(time.process_time() - began_s, flush=True)
asyncio.run(main())
"""


def cpu_s(process_id: int) -> float:
    """Return how long a process has worked."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kib(process_id: int) -> float:
    """Return the memory of a process that is in use."""
    rows = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return float(next(row for row in rows if row.startswith("VmRSS")).split()[1])


def watch(
    cloud: CloudServer, home: str, cloud_file: Path | None = None
) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """Run `softphone watch` on the cloud, with a token, up to its end."""
    options = ("--json", "--token-env", "T", "--cloud", cloud_file or cloud.cloud_file)
    return started("watch", *options, SOFTPHONE_HOME=home, T=cloud.users[0].token)


def until_registered(process: subprocess.Popen[str]) -> None:
    """Read on until the line is registered."""
    while next_event(process)["event"] != "registered":
        pass


@contextlib.contextmanager
def registered() -> Iterator[tuple[CloudServer, subprocess.Popen[str]]]:
    """Run `softphone watch` on a quick cloud until it has been kept alive for a while."""
    with (
        CloudServer("calm", time_scale=SCALE) as cloud,
        tempfile.TemporaryDirectory() as home,
        watch(cloud, home) as process,
    ):
        until_registered(process)
        cloud.wait_for(10, place="keepalive", timeout_s=PATIENCE_S)
        yield cloud, process


def register(runs: int) -> tuple[Figure, ...]:
    """From the start of the process to the registered line; the floor imports the same libraries."""
    ours, floor, worked = [], [], []
    for run in range(runs + 1):
        with CloudServer("calm") as cloud, tempfile.TemporaryDirectory() as home:
            began_s = time.monotonic()
            with watch(cloud, home) as process:
                until_registered(process)
                took_ms, cpu_ms = (time.monotonic() - began_s) * 1000, cpu_s(process.pid) * 1000
        began_s = time.monotonic()
        with _same_libraries():
            bare_ms = (time.monotonic() - began_s) * 1000
        if run > 0:
            ours.append(took_ms)
            floor.append(bare_ms)
            worked.append(cpu_ms)
    more = {"of it CPU, ms": sorted(worked)[len(worked) // 2]}
    return (
        Figure(name="watch: start to registered / its imports", unit="ms", ours=ours, floor=floor, more=more),
    )


def footprint(runs: int) -> tuple[Figure, ...]:
    """Memory with one line registered, beside a process that only imported the same libraries."""
    ours, floor = [], []
    for _ in range(runs):
        with registered() as (_, process):
            time.sleep(SETTLED_S)
            ours.append(rss_kib(process.pid) / 1024)
        with _same_libraries() as bare:
            floor.append(rss_kib(bare.pid) / 1024)
    return (Figure(name="watch: memory, one line (RSS)", unit="MB", ours=ours, floor=floor, target=1.15),)


def keepalive(runs: int) -> tuple[Figure, ...]:
    """CPU of one keepalive, beside one bare POST to the same server."""
    ours, floor = [], []
    for _ in range(runs):
        with registered() as (cloud, process):
            before_s, seen = cpu_s(process.pid), _keepalives(cloud)
            cloud.wait_for(seen + BEATS, place="keepalive", timeout_s=PATIENCE_S)
            beats = _keepalives(cloud) - seen
            ours.append((cpu_s(process.pid) - before_s) * 1000 / beats)
            floor.append(bare_post_ms(cloud))
    return (
        Figure(name="watch: CPU of a keepalive / a bare POST", unit="ms", ours=ours, floor=floor, target=1.5),
    )


def bare_post_ms(cloud: CloudServer) -> float:
    """Return the CPU of one POST over a kept connection, of a process that does nothing else."""
    where = (f"{cloud.base}/v1/people/me", cloud.users[0].token, str(BEATS))
    done = subprocess.run(
        [sys.executable, "-c", BARE_POSTS, *where], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1]) * 1000 / BEATS


def _keepalives(cloud: CloudServer) -> int:
    return len(cloud.journal(place="keepalive"))


@contextlib.contextmanager
def _same_libraries() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SAME_LIBRARIES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.communicate("")
