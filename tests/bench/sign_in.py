"""`sign-in`: from the click on Accept to the code, in the program's page and in a bare one."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.figures import Figure


def sign_in(cycles: int) -> tuple[Figure, ...]:
    """Compare the two pages, in turns."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.click_to_code", str(cycles)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30 + 10 * cycles,
        cwd=Path(__file__).parents[2],
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return (Figure(name="click to code", unit="ms", ours=found["program"], floor=found["bare"]),)
