"""How changes of a line become stretches of time, with nothing in between left out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from softphone.history.entries import Stretch
from softphone.line.model import LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A time in which the program ran and the computer was awake, UTC."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From here on the line was in `state`. UTC, within a run."""

    at: datetime
    state: LineState
    wanted: bool


def stretches_of(
    runs: Sequence[tuple[Run, Sequence[Change]]], began: datetime, ended: datetime
) -> tuple[Stretch, ...]:
    """Return the time from `began` to `ended` without a gap, each run with its changes in order.

    Before a run's first change the line was not known yet, so it counts as not running. Where clocks were
    set between two runs they may overlap: then the later one is believed.
    """
    pieces: list[Stretch] = []
    end = ended
    for run, changes in reversed(runs):
        end = _put(pieces, min(run.ended, end), end, None, wanted=True)
        for change in reversed(changes):
            end = _put(pieces, max(change.at, run.began), end, change.state, wanted=change.wanted)
        end = _put(pieces, run.began, end, None, wanted=True)
    _put(pieces, began, end, None, wanted=True)
    return tuple(_within(pieces[::-1], began))


def _put(
    pieces: list[Stretch], began: datetime, end: datetime, state: LineState | None, *, wanted: bool
) -> datetime:
    """Put a piece before the ones that are there, joined with an equal one; returns where it begins."""
    if began >= end:
        return end
    if pieces and pieces[-1].state is state and pieces[-1].wanted is wanted:
        end = pieces.pop().ended
    pieces.append(Stretch(began=began, ended=end, state=state, wanted=wanted))
    return began


def _within(pieces: Sequence[Stretch], began: datetime) -> list[Stretch]:
    return [
        Stretch(began=max(piece.began, began), ended=piece.ended, state=piece.state, wanted=piece.wanted)
        for piece in pieces
        if piece.ended > began
    ]
