"""The state diagram, drawn from the machine itself.

`python -m tests.line.tables.diagram` prints it for architecture.md.
Every representative state is stepped through every event. An edge that most states share (deregister, the
end of the sign-in) is a line of the note below, not an arrow from each of them.
"""

import re
import sys
from collections import defaultdict
from typing import get_args

from softphone.line.events import AnyEvent, PingAnswered, RequestFailed
from softphone.line.failure import Disposition
from softphone.line.policy import Policy
from softphone.line.registration import step
from softphone.line.states import State
from tests.line.tables.representatives import ORPHAN, STATES, events_for
from tests.line.worlds.rules import is_late

BEGIN = "<!-- state diagram -->"
END = "<!-- /state diagram -->"
SHARED_BY = 5  # an event that leads from so many states to the same one is written below the diagram
FAILED = "request failed"
OWN_DEVICE = "own device in the way"
ANY_FAILURE = 4  # so many kinds of failure with one target are called by that one name
ORDER = [kind.__name__ for kind in get_args(State)]
WORDS = {
    "DeviceGone": "device removed",
    "SignInEnded": "sign-in ended",
    Disposition.SIGN_IN: "401",
    Disposition.DEVICE_GONE: "404",
    Disposition.SUPERSEDED: "409",
}

Edges = dict[tuple[str, str], set[str]]


def name_of(event: AnyEvent) -> str:
    """A word for an arrow."""
    match event:
        case RequestFailed(failure=failure) if ORPHAN in failure.devices:
            return OWN_DEVICE
        case RequestFailed(failure=failure):
            return WORDS.get(failure.disposition, failure.disposition.value)
        case PingAnswered(up=up, alive=alive):
            return "ping answered" if up else "only others answer pings" if alive else "no ping answered"
        case _:
            name = type(event).__name__
            return WORDS.get(name) or re.sub("(?<!^)([A-Z])", r" \1", name).lower()


FAILURES = frozenset(WORDS.get(disposition, disposition.value) for disposition in Disposition) | {OWN_DEVICE}


def edges() -> Edges:
    """Return (from, to) -> names of the events, without those that change no kind of state."""
    found: Edges = defaultdict(set)
    policy = Policy()
    for state in STATES:
        for event in events_for(state):
            if is_late(state, event):
                continue
            after, _ = step(state, event, policy)
            if type(after) is not type(state):
                found[type(state).__name__, type(after).__name__].add(name_of(event))
    for edge, names in found.items():
        if len(names & FAILURES) >= ANY_FAILURE:
            found[edge] = (names - FAILURES) | {FAILED}
    return dict(found)


def shared(found: Edges) -> dict[tuple[str, str], list[str]]:
    """Return (event, target) -> the states it leads from, for edges that many states share."""
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (source, target), names in found.items():
        for name in names:
            sources[name, target].append(source)
    return {key: sorted(each, key=ORDER.index) for key, each in sources.items() if len(each) >= SHARED_BY}


def diagram() -> str:
    """Return the Mermaid text, with what many states share in words below it."""
    found = edges()
    common = shared(found)
    lines = ["```mermaid", "stateDiagram-v2", "    direction LR", "    [*] --> Idle"]
    for source, target in sorted(found, key=lambda edge: (ORDER.index(edge[0]), ORDER.index(edge[1]))):
        names = sorted(name for name in found[source, target] if (name, target) not in common)
        if names:
            lines.append(f"    {source} --> {target}: {', '.join(names)}")
    lines += ["```", ""]
    for (name, target), sources in sorted(common.items()):
        lines.append(f"- {name}: {', '.join(sources)} --> {target}")
    return "\n".join(lines)


def main() -> None:
    """Print the block that belongs between the markers in architecture.md."""
    sys.stdout.write(f"{BEGIN}\n{diagram()}\n{END}\n")


if __name__ == "__main__":
    main()
