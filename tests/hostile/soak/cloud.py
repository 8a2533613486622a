"""The simulated cloud of a real soak, in a process of its own: `python -m tests.hostile.soak.cloud OPTIONS`.

OPTIONS is JSON. Prints one JSON line when it is ready, and ends with its standard input.
"""

import json
import signal
import sys
import tempfile
from pathlib import Path

from softphone.sim.scenarios import Scenario
from softphone.sim.server import CloudServer
from softphone.sim.settings import Settings
from tests.kit.certificates import certificate
from tests.kit.small_world import people


def main(options: str) -> None:
    """Serve until nobody holds the other end of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the soak, which then closes standard input
    asked = json.loads(options)
    scenario = Scenario("soak", "", "", people(asked["lines"]), settings=Settings(**asked["rules"]))
    with tempfile.TemporaryDirectory(prefix="softphone-soak-cloud-") as folder:
        tls, issuer = certificate(Path(folder), name="127.0.0.1")
        with CloudServer(
            scenario, time_scale=asked["time_scale"], seed=asked["seed"], tls=tls, **asked["hosts"]
        ) as cloud:
            text = f'{cloud.cloud_file_text}\n[network]\nextra_ca_file = "{issuer}"\n'
            told = {"base": cloud.base, "control": cloud.control, "issuer": str(issuer), "cloud_file": text}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
