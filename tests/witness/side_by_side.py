"""`python -m tests.witness.side_by_side`: the vendor's SDK and `softphone watch` hear of the same call.

Each has a device of its own of one person. What each tells is printed as it comes, and what each sent for
the call. Needs node and npm.
"""

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from softphone.sim.server import CloudServer
from tests.kit.certificates import certificate
from tests.kit.program import started
from tests.witness import sdk

PATIENCE_S = 60.0
LISTEN_S = 8.0
DEVICES = 2
ENDS = ("missed", "elsewhere")
OF_CALLS = ("incoming_call", "incoming", "call_ended")

Told = queue.SimpleQueue[tuple[str, dict[str, Any]]]


def main() -> int:
    """Ring once for each ending; returns the exit code."""
    try:
        bundle = sdk.fetch()
    except sdk.NoSdkError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="softphone-witness-") as folder:
        tls, issuer = certificate(Path(folder), name="127.0.0.1")
        with CloudServer("calm", tls=tls) as cloud:
            person = cloud.users[0]
            cloud.alter_user(person.name, device_limit=DEVICES)
            told: Told = queue.SimpleQueue()
            with _sdk(cloud, bundle, issuer, told), _watch(cloud, Path(folder), issuer, told):
                _until_both_are_registered(cloud, told)
                for end in ENDS:
                    sys.stdout.write(f"a call from Ann Example (5008) rings 2 s; it ends: {end}\n")
                    cloud.ring(person.name, "5008", name="Ann Example", end=end, ring_s=2)
                    _print(told, time.monotonic())
            _print_requests(cloud)
    return 0


def _until_both_are_registered(cloud: CloudServer, told: Told) -> None:
    waiting = {"SDK", "ours"}
    while waiting:
        who, event = told.get(timeout=PATIENCE_S)
        if event.get("event") == "registered":
            waiting.discard(who)
    cloud.wait_for(DEVICES, place="message-socket", what="authorization", timeout_s=PATIENCE_S)


def _print(told: Told, began_s: float) -> None:
    """Print what both tell of a call, in seconds since it rang."""
    while (left_s := began_s + LISTEN_S - time.monotonic()) > 0:
        try:
            who, event = told.get(timeout=left_s)
        except queue.Empty:
            return
        if event["event"] in OF_CALLS:
            known = event.get("call") or {name: event[name] for name in ("name", "number") if event.get(name)}
            said = json.dumps(known, ensure_ascii=False) if known else ""
            sys.stdout.write(f"  {time.monotonic() - began_s:4.1f} s  {who:5}{event['event']}  {said}\n")


def _print_requests(cloud: CloudServer) -> None:
    sent: dict[str, list[str]] = {}
    for entry in cloud.journal():
        if entry["place"] == "call":
            sent.setdefault(entry["path"].split("/devices/")[1][:8], []).append(entry["method"])
    sys.stdout.write(f"sent for these calls, by device: {json.dumps(sent)}; the others sent nothing\n")


def _sdk(
    cloud: CloudServer, bundle: Path, issuer: Path, told: Told
) -> contextlib.AbstractContextManager[object]:
    return _listening(sdk.started(bundle, cloud=cloud, issuer=issuer), "SDK", told)


def _watch(
    cloud: CloudServer, folder: Path, issuer: Path, told: Told
) -> contextlib.AbstractContextManager[object]:
    file = folder / "with-issuer.toml"
    file.write_text(f'{cloud.cloud_file.read_text()}\n[network]\nextra_ca_file = "{issuer}"\n')
    words = ("watch", "--json", "--token-env", "T", "--cloud", file)
    program = started(*words, SOFTPHONE_HOME=str(folder / "home"), T=cloud.users[0].token)
    return _listening(program, "ours", told)


@contextlib.contextmanager
def _listening(
    program: contextlib.AbstractContextManager[subprocess.Popen[str]], who: str, told: Told
) -> Iterator[None]:
    """Run a program, and put each JSON object that it prints beside its name."""
    with program as process:
        rows = process.stdout
        assert rows is not None

        def read() -> None:
            for row in rows:
                if row.startswith("{"):
                    told.put((who, json.loads(row)))

        threading.Thread(target=read, daemon=True).start()
        yield


if __name__ == "__main__":
    sys.exit(main())
