"""`python -m tests.bench WHAT`: see `--help`. A window wants an X display."""

import argparse
import compileall
import os
from collections.abc import Callable

import softphone
import tests
from tests.bench.after_sign_in import after_sign_in
from tests.bench.beside_sdk import beside_sdk
from tests.bench.figures import Figure, tell
from tests.bench.frames import frames
from tests.bench.launch import launch
from tests.bench.quit import quitting
from tests.bench.scale import scale
from tests.bench.sign_in import sign_in
from tests.bench.sockets import sockets
from tests.bench.watching import footprint, keepalive, register
from tests.bench.window import idle, window, window_keepalive

MEASURES: dict[str, tuple[Callable[[int], tuple[Figure, ...]], int]] = {
    "launch": (launch, 9),
    "sign-in": (sign_in, 30),
    "after-sign-in": (after_sign_in, 2),
    "register": (register, 7),
    "sdk": (beside_sdk, 7),
    "footprint": (footprint, 7),
    "keepalive": (keepalive, 7),
    "quit": (quitting, 7),
    "scale": (scale, 3),
    "sockets": (sockets, 3),
    "frames": (frames, 3),
    "window": (window, 7),
    "window-keepalive": (window_keepalive, 7),
    "idle": (idle, 3),
}


def main() -> None:
    """Take the figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=MEASURES, default="launch")
    parser.add_argument("--runs", type=int, help="of each, at least 2; medians are told")
    options = parser.parse_args()
    # As it is installed: Python has compiled it, and keeps that.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.pop("PYTHONPYCACHEPREFIX", None)
    for package in (softphone, tests):
        compileall.compile_dir(package.__path__[0], quiet=1)
    measure, runs = MEASURES[options.what]
    tell(*measure(options.runs or runs))


if __name__ == "__main__":
    main()
