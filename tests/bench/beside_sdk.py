"""`sdk`: a line without a window beside the vendor's SDK in Node.js (tests/witness), on the same cloud."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from softphone.sim.server import CloudServer
from tests.bench.figures import Figure
from tests.bench.watching import SETTLED_S, cpu_s, rss_kib, until_registered, watch
from tests.kit.certificates import certificate
from tests.witness import sdk


def beside_sdk(runs: int) -> tuple[Figure, ...]:
    """From the start of the process to the registered line, CPU up to there, memory a little later."""
    try:
        bundle = sdk.fetch()
    except sdk.NoSdkError as error:
        raise SystemExit(str(error)) from None
    found: dict[str, list[tuple[float, float, float]]] = {"ours": [], "sdk": []}
    with tempfile.TemporaryDirectory() as folder:
        tls, issuer = certificate(Path(folder), name="127.0.0.1")
        for run in range(runs + 1):
            for who in ("ours", "sdk"):
                with CloudServer("calm", tls=tls) as cloud, tempfile.TemporaryDirectory() as home:
                    began_s = time.monotonic()
                    running = _sdk(cloud, bundle, issuer) if who == "sdk" else _watch(cloud, home, issuer)
                    with running as process_id:
                        took_ms, worked_ms = (time.monotonic() - began_s) * 1000, cpu_s(process_id) * 1000
                        time.sleep(SETTLED_S)
                        if run > 0:  # the first one warms the disk
                            found[who].append((took_ms, worked_ms, rss_kib(process_id) / 1024))
    names = (("start to registered", "ms", 0.5), ("CPU until then", "ms", 0.4), ("memory (RSS)", "MB", None))
    return tuple(
        Figure(
            name=f"watch / SDK: {name}",
            unit=unit,
            ours=[one[place] for one in found["ours"]],
            floor=[one[place] for one in found["sdk"]],
            target=target,
        )
        for place, (name, unit, target) in enumerate(names)
    )


@contextlib.contextmanager
def _watch(cloud: CloudServer, home: str, issuer: Path) -> Iterator[int]:
    file = Path(home) / "with-issuer.toml"
    file.write_text(f'{cloud.cloud_file.read_text()}\n[network]\nextra_ca_file = "{issuer}"\n')
    with watch(cloud, home, file) as process:
        until_registered(process)
        yield process.pid


@contextlib.contextmanager
def _sdk(cloud: CloudServer, bundle: Path, issuer: Path) -> Iterator[int]:
    with sdk.started(bundle, cloud=cloud, issuer=issuer) as process:
        assert process.stdout is not None
        while '"registered"' not in process.stdout.readline():
            assert process.poll() is None, "the SDK has ended"
        yield process.pid
