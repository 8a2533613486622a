"""A herd of panels through a regional outage.

`python -m tests.line.worlds.herd [--panels N] [--plot FILE.svg]`.
Every panel has one line on one server and is a machine of its own: nothing is shared, as between
computers. Time is virtual. Beside it goes the SDK's policy (sdk.md#numbers). Printed: requests in the
outage, the peak when the server is back, and how long the lines took to be registered again.
"""

import argparse
import heapq
import math
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from softphone.line.device import Device
from softphone.line.effects import (
    Rediscover,
    Request,
    SendDeregister,
    SendKeepalive,
    SendPing,
    SendRegister,
    StartDeadline,
    StartTimer,
)
from softphone.line.events import (
    Accepted,
    AnyEvent,
    DeviceGone,
    PingAnswered,
    Proved,
    Register,
    RequestFailed,
    ServersFound,
    TimerFired,
)
from softphone.line.model import Registration, Role, Server, Servers
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import Facts, Idle, Registered, State
from tests.line.failures import failure_for

SETTLED_S = 120.0  # before the outage: every line is registered and beats in a phase of its own
AFTER_S = 400.0  # how long the return is watched
INTERVAL_S = 30.0

SERVER = Server("https://p1.example.com/api/v1/calling/web/", Role.PRIMARY)
SERVERS = Servers(primaries=(SERVER,))
REFUSED = failure_for("post", "refused")
GRANT = Registration(device=Device(device_id="d"), keepalive_interval_s=INTERVAL_S)


@dataclass
class Outcome:
    """What one policy did. Seconds count from the start of the outage, or from the return."""

    name: str
    outage_s: float
    panels: int
    requests: Counter[int] = field(default_factory=Counter)  # by second since the outage began
    back_after_s: list[float] = field(default_factory=list)

    def rows(self) -> list[str]:
        during = [count for second, count in self.requests.items() if 0 <= second < self.outage_s]
        after = [count for second, count in self.requests.items() if self.outage_s <= second]
        per_minute = sum(during) / self.panels / (self.outage_s / 60)
        back = sorted(self.back_after_s)
        peak, peak_on_return = (max(counts, default=0) / self.panels for counts in (during, after))
        rows = [
            self.name,
            f"  requests a line and minute in the outage  {per_minute:.2f}",
            f"  peak in the outage                        {peak:.2%} of the lines a second",
            f"  peak on return                            {peak_on_return:.2%} of the lines a second",
            f"  requests in all                           {sum(self.requests.values()):,}",
            f"  back                                      {len(back):,} of {self.panels:,}",
        ]
        if back:
            p95 = back[int(0.95 * (len(back) - 1))]
            rows.append(
                f"  registered again after                    median {statistics.median(back):.1f} s, "
                f"p95 {p95:.1f} s, last {back[-1]:.1f} s"
            )
        return rows


def ours(panels: int, outage_s: float, seed: int) -> Outcome:
    """Drive `panels` real machines through the outage."""
    outcome = Outcome("this program", outage_s, panels)
    dice, policy = random.Random(seed), Policy()
    begin_s, end_s = SETTLED_S, SETTLED_S + outage_s
    states: list[State] = [Idle(facts=Facts(servers=SERVERS)) for _ in range(panels)]
    wake: list[tuple[float, int]] = []
    lost = [False] * panels

    def feed(line: int, event: AnyEvent) -> None:
        """Take an event and everything that answers to it at once follows."""
        now_s = event.at_s
        queue = [event]
        while queue:
            states[line], effects = step(states[line], queue.pop(), policy)
            for effect in effects:
                match effect:
                    case StartTimer(delay_s=delay_s):
                        heapq.heappush(wake, (now_s + delay_s, line))
                        due[line] = now_s + delay_s
                    case StartDeadline():
                        due[line] = 0.0  # every request is answered at once
                    case SendRegister() | SendKeepalive() | SendDeregister() | SendPing() | Rediscover():
                        outcome.requests[math.floor(now_s - begin_s)] += 1
                        queue.append(_answer(effect, now_s, dice.random(), up=not begin_s <= now_s < end_s))
                    case _:
                        pass
        held = isinstance(states[line], Registered)
        if lost[line] and held:
            lost[line] = False
            outcome.back_after_s.append(max(0.0, now_s - end_s))
        elif begin_s <= now_s < end_s and not held:
            lost[line] = True

    due = [0.0] * panels
    for line in range(panels):
        feed(line, Register(at_s=dice.uniform(0, INTERVAL_S), draw=dice.random()))
    while wake and wake[0][0] < end_s + AFTER_S:
        at_s, line = heapq.heappop(wake)
        if due[line] == at_s:  # a timer started later replaced the others
            feed(line, TimerFired(at_s=at_s, draw=dice.random()))
    outcome.requests = Counter({second: count for second, count in outcome.requests.items() if second >= 0})
    return outcome


def _answer(request: Request, at_s: float, draw: float, *, up: bool) -> AnyEvent:
    number = request.request
    if not up:
        if isinstance(request, SendPing):
            return PingAnswered(at_s=at_s, draw=draw, request=number)
        return RequestFailed(at_s=at_s, draw=draw, request=number, failure=REFUSED)
    match request:
        case SendRegister(server=server):
            return Accepted(at_s=at_s, draw=draw, request=number, server=server, registration=GRANT)
        case SendKeepalive():
            return Proved(at_s=at_s, draw=draw, request=number, device_id="d")
        case SendPing(servers=servers):
            return PingAnswered(at_s=at_s, draw=draw, request=number, up=servers, alive=servers)
        case Rediscover():
            return ServersFound(at_s=at_s, draw=draw, request=number, servers=SERVERS)
        case _:
            return DeviceGone(at_s=at_s, draw=draw, request=number)


def sdk(panels: int, outage_s: float, seed: int) -> Outcome:
    """Play the SDK's rule: five misses, the old server twice, back-off for 114 s, then nothing more."""
    outcome = Outcome("the SDK's policy", outage_s, panels)
    dice = random.Random(seed)

    def post(at_s: float) -> bool:
        outcome.requests[int(at_s)] += 1
        if at_s < outage_s:
            return False
        outcome.back_after_s.append(at_s - outage_s)
        return True

    def back_off(tries: int) -> float:
        return 30 + 2.0**tries + dice.randint(1, 9)

    for _ in range(panels):
        beat_s = dice.uniform(0, INTERVAL_S)
        missed = 0
        while beat_s < outage_s and missed < 5:
            outcome.requests[int(beat_s)] += 1
            missed += 1
            beat_s += INTERVAL_S
        if missed < 5:
            continue  # the outage was too short to be noticed as a loss
        at_s = began_s = beat_s - INTERVAL_S
        registered = post(at_s) or post(at_s)  # restore, then restart
        tries = 1
        while not registered:
            delay_s = min(back_off(tries), 114 - (at_s - began_s))
            if delay_s <= 30:
                break  # fails over to backups there are none of, and gives up
            at_s += delay_s
            tries += 1
            registered = post(at_s)
    return outcome


def plot(outcomes: list[Outcome], file: Path) -> None:
    """Draw requests a second against time, one curve a policy."""
    width, height, margin = 900, 320, 50
    last_s = max(max(outcome.requests, default=0) for outcome in outcomes) + 1
    peak = max(max(outcome.requests.values(), default=1) for outcome in outcomes)

    def x(second: float) -> float:
        return margin + (width - 2 * margin) * second / last_s

    def y(count: float) -> float:
        return height - margin - (height - 2 * margin) * count / peak

    outage_s = outcomes[0].outage_s
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<rect x="{x(0)}" y="{margin}" width="{x(outage_s) - x(0)}" height="{height - 2 * margin}" '
        'fill="#fce7e5"/>',
        f'<text x="{x(outage_s / 2)}" y="{margin - 8}" text-anchor="middle" font-size="13">outage</text>',
        f'<text x="{margin}" y="{margin - 24}" font-size="13">requests a second, peak {peak:,}</text>',
        f'<text x="{width - margin}" y="{height - 16}" text-anchor="end" font-size="13">{last_s} s</text>',
    ]
    for outcome, colour, row in zip(outcomes, ("#0b6b3a", "#b3261e"), range(2), strict=False):
        points = " ".join(f"{x(second):.1f},{y(outcome.requests[second]):.1f}" for second in range(last_s))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(
            f'<text x="{width - margin}" y="{margin + 18 * row - 24}" text-anchor="end" font-size="13" '
            f'fill="{colour}">{outcome.name}</text>'
        )
    file.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def main() -> None:
    """Print the figures and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=int, default=100_000)
    parser.add_argument("--outage", dest="outage_s", type=float, default=600.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path, metavar="FILE", help="an SVG picture of requests a second")
    options = parser.parse_args()
    policies: tuple[Callable[[int, float, int], Outcome], ...] = (ours, sdk)
    outcomes = [policy(options.panels, options.outage_s, options.seed) for policy in policies]
    for outcome in outcomes:
        sys.stdout.write("\n".join(outcome.rows()) + "\n")
    if options.plot:
        plot(outcomes, options.plot)


if __name__ == "__main__":
    main()
