"""The ring round a badge: drains, refills, leaves the shapes alone (interface.md#proof-ring)."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage

from softphone.line.model import LineState
from softphone.ui.kit.status_badge import ProofRing, StatusBadge, _without
from softphone.ui.kit.theme import MotionChoice, motion
from softphone.wording.presentation import Proof, Shape, Tone, badge
from tests.ui.fakes import MOMENT, line


@pytest.fixture
def ring(qtbot) -> ProofRing:
    made = ProofRing(16)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def still() -> Iterator[None]:
    motion.choose(MotionChoice.REDUCED)
    yield
    motion.choose(MotionChoice.SYSTEM)


def show(ring: ProofRing, left: float | None, check: float | None = None) -> None:
    ring.show_proof(None if left is None else Proof(left, check), Shape.DISC_CHECK, Tone.GOOD)


def ink(ring: ProofRing) -> int:
    """How many pixels are as dark as the ring itself; its track is lighter."""
    image = ring.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return sum(value < 150 for value in bytes(image.constBits()))


def test_it_drains(ring: ProofRing):
    inks = []
    for left in (1.0, 0.75, 0.5, 0.25, 0.0):
        show(ring, left)
        inks.append(ink(ring))
    assert inks == sorted(inks, reverse=True)
    assert len(set(inks)) == 5
    assert inks[-1] == 0


def test_without_proof_there_is_none(ring: ProofRing):
    show(ring, None)
    blank = ring.grab().toImage()
    assert ring.drawn is None
    show(ring, 0.0)
    assert ring.drawn == 0.0
    assert ring.grab().toImage() != blank  # its track


def test_a_notch_marks_the_next_check(ring: ProofRing):
    show(ring, 1.0)
    whole = ink(ring)
    show(ring, 1.0, check=1 / 3)
    assert ink(ring) < whole


@pytest.mark.parametrize("state", [LineState.REGISTERED, LineState.REGISTERED_BACKUP])
def test_the_shape_is_not_disturbed(qtbot, state: LineState):
    pills = []
    for proof in (None, Proof(1.0, 1 / 3)):
        pill = StatusBadge("x")
        qtbot.addWidget(pill)
        pill.show_badge(badge(line(state), MOMENT), proof)
        pills.append(pill)
    bare, ringed = (pill.grab().toImage() for pill in pills)
    assert bare != ringed
    assert bare.size() == ringed.size()
    shape = pills[0].shape.geometry()
    tint = bare.pixel(bare.width() // 2, 2)
    for x in range(bare.width()):
        for y in range(bare.height()):
            outside = not pills[1].ring.geometry().contains(x, y)
            if outside or (shape.contains(x, y) and bare.pixel(x, y) != tint):
                assert bare.pixel(x, y) == ringed.pixel(x, y), (x, y)


def test_it_refills_on_proof_and_then_rests(ring: ProofRing, qtbot):
    motion.choose(MotionChoice.FULL)
    ring.show()
    show(ring, 0.3)
    assert ring.drawn == 0.3
    show(ring, 1.0)
    assert ring.refills
    assert ring.drawn == 0.3
    qtbot.waitUntil(lambda: not ring.refills)
    assert ring.drawn == 1.0
    motion.choose(MotionChoice.SYSTEM)


def test_hiding_ends_a_refill(ring: ProofRing):
    motion.choose(MotionChoice.FULL)
    ring.show()
    show(ring, 0.3)
    show(ring, 1.0)
    ring.hide()
    assert not ring.refills
    assert ring.drawn == 1.0
    motion.choose(MotionChoice.SYSTEM)


def test_with_reduced_motion_it_steps(ring: ProofRing, still: None):
    ring.show()
    show(ring, 0.3)
    show(ring, 1.0)
    assert not ring.refills
    assert ring.drawn == 1.0


def test_while_hidden_it_steps(ring: ProofRing):
    show(ring, 0.3)
    show(ring, 1.0)
    assert not ring.refills
    assert ring.drawn == 1.0


def test_a_first_proof_is_there_at_once(ring: ProofRing):
    ring.show()
    show(ring, None)
    show(ring, 1.0)
    assert not ring.refills
    assert ring.drawn == 1.0


@pytest.mark.parametrize(
    ("begin", "end", "pieces"),
    [
        (0.0, 1.0, [(0.0, 0.2), (0.3, 0.6), (0.7, 1.0)]),
        (0.25, 0.65, [(0.3, 0.6)]),
        (0.0, 0.1, [(0.0, 0.1)]),
        (0.22, 0.28, []),
    ],
)
def test_gaps_are_left_out(begin: float, end: float, pieces: list[tuple[float, float]]):
    assert list(_without([(0.2, 0.3), (0.6, 0.7)], begin, end)) == pieces
