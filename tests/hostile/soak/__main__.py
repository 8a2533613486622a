"""Forty lines under random faults, for 24 h of virtual time or half an hour of real time.

Prints the figures, the seed with which all of it happens again, and what was promised and did not hold.
"""

import time
from pathlib import Path

from tests.hostile.command import count, parser_of, positive, run_command, say
from tests.hostile.soak.figures import Rest
from tests.hostile.soak.outcome import Outcome
from tests.hostile.soak.plot import picture

RESTS_SHOWN = 8


def main() -> bool:
    """Soak and print the figures; return whether a promise was broken."""
    parser = parser_of("soak", __doc__)
    parser.add_argument("kind", choices=("virtual", "real"), help="which time")
    parser.add_argument("--lines", type=count, default=40, metavar="N", help="40 unless given")
    parser.add_argument("--hours", type=positive, default=24.0, metavar="H", help="of virtual time; 24")
    parser.add_argument("--minutes", type=positive, default=30.0, metavar="M", help="of real time; 30")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the figures over time")
    options = parser.parse_args()
    if options.plot is not None and not options.plot.parent.is_dir():
        parser.error(f"--plot: there is no folder {options.plot.parent}")
    seed = options.seed
    say(f"seed {seed}")
    began_s = time.perf_counter()
    if options.kind == "virtual":
        from tests.hostile.soak.virtual import virtual_soak

        outcome = virtual_soak(seed=seed, lines=options.lines, hours=options.hours)
    else:
        from tests.hostile.soak.real import real_soak

        outcome = real_soak(seed=seed, lines=options.lines, minutes=options.minutes)
    took_s = time.perf_counter() - began_s
    say("\n".join(table(outcome, f"{options.kind} soak", took_s)))
    if options.plot is not None:
        since_s = outcome.signed_in_s
        storms = [(since_s + storm.begin_s, since_s + storm.end_s) for storm in outcome.storms]
        title = f"{options.kind} soak, {outcome.lines} lines, seed {seed}"
        options.plot.write_text(picture(outcome.samples, storms, title=title, unit_s=3600.0, unit="h"))
    return bool(outcome.broken)


def table(outcome: Outcome, name: str, took_s: float) -> list[str]:
    """Return the summary, a line each."""
    promises, back_s = outcome.promises, sorted(outcome.back_s) or [0.0]
    people = promises.people.values()
    rows = (
        ("lines; nominal hours; it took", f"{outcome.lines}; {outcome.length_s / 3600:.2f}; {took_s:.0f} s"),
        ("storms; deeds", f"{len(outcome.storms)}; {sum(len(storm.deeds) for storm in outcome.storms)}"),
        ("requests; of them spoilt", f"{promises.requests.total()}; {promises.faulty}"),
        ("of keepalives, registrations, removals", _counts(outcome, "keepalive", "register", "deregister")),
        ("of renewals, lists, message sockets", _counts(outcome, "refresh", "discovery", "message-socket")),
        ("back after a storm: median, p99, worst", _spread(back_s)),
        ("times that a person had to do something", str(outcome.mended)),
        ("lines on a backup at the end of a calm", str(outcome.away)),
        ("most requests of a line in a minute", str(max((one.line.most for one in people), default=0))),
        ("oldest proof behind green", f"{promises.oldest_green_s:.1f} s"),
    )
    lines = [f"{label:42} {value}" for label, value in rows]
    lines += ["", LINE.format("calm at", *(field for field in FIELDS))]
    step = max(1, len(outcome.rests) // RESTS_SHOWN)
    shown = [*outcome.rests[:-1:step], *outcome.rests[-1:]]
    lines += [
        LINE.format(f"{one.at_s / 3600:.2f} h", *(getattr(one, field) for field in FIELDS)) for one in shown
    ]
    return [name, *lines, "", *promises.told, *outcome.broken]


FIELDS = tuple(field for field in Rest.__dataclass_fields__ if field != "at_s")
LINE = "{:>10}" + "{:>12}" * len(FIELDS)


def _counts(outcome: Outcome, *places: str) -> str:
    return ", ".join(str(outcome.promises.requests[place]) for place in places)


def _spread(values: list[float]) -> str:
    return f"{values[len(values) // 2]:.0f}, {values[len(values) * 99 // 100]:.0f}, {values[-1]:.0f} s"


if __name__ == "__main__":
    run_command(main)
