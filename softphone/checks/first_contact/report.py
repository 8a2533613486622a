"""The report of a first contact: a JSON file, described in first-contact.md#report, and its words. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from softphone import __version__
from softphone.checks.first_contact.differences import BREAKS, COSTS, NOTHING, Difference

WHAT = "softphone first-contact"
VERSION = 1  # of the report's form

COMPLETE, REFUSED, STOPPED = "complete", "refused", "stopped"


class Step(Struct, frozen=True):
    """One step as it was told. `well` is False for the one at which it ended, and for what stayed behind."""

    name: str
    told: str
    well: bool
    took_s: float

    def __str__(self) -> str:
        return f"{self.name}: {self.told} ({self.took_s:.1f} s)"


def report_text(
    *,
    outcome: str,
    steps: Iterable[Step],
    entries: list[dict[str, Any]],
    differences: Iterable[Difference],
    system: str,
    day: str,
) -> str:
    """Return the file's text. `system` and `day` say where and when, no closer."""
    report = {
        "report": WHAT,
        "version": VERSION,
        "program": __version__,
        "system": system,
        "day": day,
        "outcome": outcome,
        "steps": [
            {"name": each.name, "told": each.told, "well": each.well, "took_ms": round(1000 * each.took_s)}
            for each in steps
        ],
        "differences": [
            {"route": each.route, "what": each.what, "effect": each.effect, "means": each.means}
            for each in differences
        ],
        "exchanges": entries,
    }
    rows = [f" {json.dumps(key)}: {_written(value)}" for key, value in report.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _written(value: object) -> str:
    """Return JSON, a list with a line for each of its elements, so that a person can look through it."""
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(json.dumps(each) for each in value) + "\n ]"


_HEADS = {
    BREAKS: "would break something",
    COSTS: "cost something",
    NOTHING: "change nothing",
}


def words_of(differences: Iterable[Difference]) -> Iterator[str]:
    """Yield lines for a person: what differs from the guide, the worst first, and what that would break."""
    found = list(differences)
    if not found:
        yield "Every answer is as the guide (protocol.md) says: nothing differs."
        return
    yield f"What differs from the guide (protocol.md): {len(found)}"
    for effect, head in _HEADS.items():
        of_it = [each for each in found if each.effect == effect]
        if of_it:
            yield f"  {len(of_it)} {head}:"
            yield from (f"    {each}" for each in of_it)
