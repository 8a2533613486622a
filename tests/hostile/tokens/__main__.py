"""100,000 hostile answers: does a bearer token, refresh token or code reach anybody but who it is for?

Four layers: the program's commands behind a hostile proxy; the whole program but its window, and many short
lives of its client, on real sockets; and most answers with connections in memory. Exit code 1 when a secret
was sent, told, written or shown where it does not belong, or a stranger was asked for.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.hostile.seed import drawn_seed
from tests.hostile.tokens.on_sockets import DirectedLoop
from tests.hostile.tokens.run import Figures, OnSockets, live_in_memory

SHOWN = 20  # of what was wrong
SHARES = {"commands": 0.002, "program": 0.008, "sockets": 0.06, "memory": 0.93}

Layer = Callable[[int, int], Awaitable[Figures]]


async def main(seed: int, answers: int, only: str | None) -> int:
    """Run the layers and print their figures."""
    wrong: list[str] = []
    sys.stdout.write(f"seed {seed}\n{'layer':<10} answers  lives  secrets in place  wrong      s\n")
    with tempfile.TemporaryDirectory() as folder:
        on_sockets = OnSockets(Path(folder))
        layers: dict[str, Layer] = {
            "commands": on_sockets.commands,
            "program": on_sockets.run,
            "sockets": on_sockets.live,
            "memory": live_in_memory,
        }
        for name, layer in layers.items():
            if only in {None, name}:
                began_s = time.monotonic()
                found = await layer(seed, round(answers * (1.0 if only else SHARES[name])))
                counts = f"{found.answers:>7} {found.lives:>6} {found.sent:>17} {len(found.wrong):>6}"
                sys.stdout.write(f"{name:<10} {counts} {time.monotonic() - began_s:>6.1f}\n")
                sys.stdout.flush()
                wrong += [f"{name}, {what}" for what in found.wrong]
        await on_sockets.close()
    for what in wrong[:SHOWN]:
        sys.stdout.write(f"{what}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.tokens", description=__doc__)
    parser.add_argument("--seed", type=int, help="of the lives; without it a new one is drawn")
    parser.add_argument("--answers", type=int, default=100_000, help="how many at least, in all layers")
    parser.add_argument("--only", choices=SHARES, help="one layer, which gives all the answers")
    chosen = parser.parse_args()
    with asyncio.Runner(loop_factory=DirectedLoop) as runner:
        seed = drawn_seed() if chosen.seed is None else chosen.seed
        sys.exit(runner.run(main(seed, chosen.answers, chosen.only)))
