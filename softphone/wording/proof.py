"""How much of the last proof of life is left: what the ring round a badge shows. Pure and Qt-free."""

from dataclasses import dataclass

from softphone.line.model import REGISTERED_STATES, LineSnapshot
from softphone.wording.moment import Moment


@dataclass(frozen=True, slots=True)
class Proof:
    """Parts of the proof window, 0..1, that are `left` now and will be left at the next `check`."""

    left: float
    check: float | None


def proof(line: LineSnapshot, moment: Moment) -> Proof | None:
    """Return the proof behind a green badge, None where nothing is proven."""
    if line.proved_at_s is None or line.state_at(moment.now_s) not in REGISTERED_STATES:
        return None
    ends_s = line.proved_at_s + line.proof_window_s
    check = None if line.next_at_s is None else _part((ends_s - line.next_at_s) / line.proof_window_s)
    return Proof(left=_part((ends_s - moment.now_s) / line.proof_window_s), check=check)


def _part(value: float) -> float:
    return min(1.0, max(0.0, value))
