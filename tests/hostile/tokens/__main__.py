"""100,000 hostile answers: does a bearer token, refresh token or code reach anybody but who it is for?

Four layers: the program's commands behind a hostile proxy; the whole program but its window, and many short
lives of its client, on real sockets; and most answers with connections in memory. A promise is broken when a
secret was sent, told, written or shown where it does not belong, or a stranger was asked for.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.hostile.command import add_choice, count, parser_of, run_command, say
from tests.hostile.tokens.on_sockets import DirectedLoop
from tests.hostile.tokens.run import Figures, OnSockets, live_in_memory

SHOWN = 20  # of what was wrong
SHARES = {"commands": 0.002, "program": 0.008, "sockets": 0.06, "memory": 0.93}

Layer = Callable[[int, int], Awaitable[Figures]]


async def live(seed: int, answers: int, chosen: Sequence[str]) -> bool:
    """Run the layers and print their figures; return whether anything was wrong."""
    wrong: list[str] = []
    say(f"seed {seed}\n{'layer':<10} answers  lives  secrets in place  wrong      s")
    with tempfile.TemporaryDirectory() as folder:
        on_sockets = OnSockets(Path(folder))
        layers: dict[str, Layer] = {
            "commands": on_sockets.commands,
            "program": on_sockets.run,
            "sockets": on_sockets.live,
            "memory": live_in_memory,
        }
        of_chosen = sum(SHARES[name] for name in chosen)
        for name in chosen:
            began_s = time.monotonic()
            found = await layers[name](seed, max(1, round(answers * SHARES[name] / of_chosen)))
            counts = f"{found.answers:>7} {found.lives:>6} {found.sent:>17} {len(found.wrong):>6}"
            say(f"{name:<10} {counts} {time.monotonic() - began_s:>6.1f}")
            wrong += [f"{name}, {what}" for what in found.wrong]
        await on_sockets.close()
    for what in wrong[:SHOWN]:
        say(what)
    return bool(wrong)


def main() -> bool:
    """Run from the command line."""
    parser = parser_of("tokens", __doc__)
    parser.add_argument("--answers", type=count, default=100_000, metavar="N", help="at least so many in all")
    add_choice(parser, "--layer", SHARES, "layers")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=DirectedLoop) as runner:
        return runner.run(live(options.seed, options.answers, options.layer or list(SHARES)))


if __name__ == "__main__":
    run_command(main)
