"""What was measured, as a table for people and as JSON for programs."""

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Values = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing measured beside its floor; `target` is the ratio that is meant to hold, if there is one."""

    name: str
    unit: str
    ours: Values
    floor: Values
    target: float | None = None
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours against the floor's, medians."""
        return statistics.median(self.ours) / statistics.median(self.floor)

    def as_json(self) -> dict[str, object]:
        """Return it for a program."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": statistics.median(self.ours),
            "floor": statistics.median(self.floor),
            "ratio": round(self.ratio, 3),
            "target": self.target,
            "runs": len(self.ours),
            **self.more,
        }


def tell(*figures: Figure) -> None:
    """Print the table, and the JSON in the last line."""
    sys.stdout.write(f"{'':<44}{'ours':>12}{'worst':>10}{'floor':>12}{'ratio':>8}{'target':>9}  runs\n")
    for one in figures:
        ours, floor = statistics.median(one.ours), statistics.median(one.floor)
        target = "" if one.target is None else f"{one.target:.2f}"
        sys.stdout.write(
            f"{one.name:<44}{ours:>9.2f} {one.unit:<2}{max(one.ours):>10.2f}{floor:>9.2f} {one.unit:<2}"
            f"{one.ratio:>8.2f}{target:>9}  {len(one.ours)}\n"
        )
        for name, value in one.more.items():
            sys.stdout.write(f"    {name}: {value:.2f}\n")
    sys.stdout.write(json.dumps([one.as_json() for one in figures]) + "\n")
