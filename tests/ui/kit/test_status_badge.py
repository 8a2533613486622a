import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from softphone.line.model import LineState
from softphone.ui.kit.painting import GRID, paint_shape, still_path, turning_path
from softphone.ui.kit.status_badge import ProofRing, StatusBadge, StatusShape, _without
from softphone.ui.kit.theme import MotionChoice, motion
from softphone.wording.presentation import BUSY_SHAPES, Proof, Shape, Tone, badge
from tests.ui.fakes import MOMENT, NOW_S, line


def drawn(shape: Shape, size: int, turned_degrees: float = 0.0) -> QImage:
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_shape(painter, QRectF(0, 0, size, size), shape, QColor("black"), turned_degrees)
    painter.end()
    return image


def difference(first: QImage, second: QImage) -> float:
    """How much ink differs, as a part of all pixels."""
    pairs = zip(bytes(first.constBits()), bytes(second.constBits()), strict=True)
    return sum(abs(a - b) for a, b in pairs) / 255 / (first.width() * first.height())


@pytest.mark.parametrize("size", [16, 32])
def test_all_shapes_differ_without_colour(qapp, size: int):
    images = {shape: drawn(shape, size) for shape in Shape}
    for first, second in itertools.combinations(Shape, 2):
        assert difference(images[first], images[second]) > 0.02, (first, second)


@pytest.mark.parametrize("shape", Shape)
def test_a_shape_fills_its_square_and_stays_in_it(qapp, shape: Shape):
    bounds = still_path(shape).united(turning_path(shape)).boundingRect()
    assert QRectF(-0.2, -0.2, GRID + 0.4, GRID + 0.4).contains(bounds)
    assert max(bounds.width(), bounds.height()) > 27


def test_only_busy_shapes_turn(qapp):
    for shape in Shape:
        moved = difference(drawn(shape, 32), drawn(shape, 32, turned_degrees=90)) > 0.005
        assert moved is (shape in BUSY_SHAPES)


def test_the_check_is_a_hole(qapp):
    assert not still_path(Shape.DISC_CHECK).contains(QPointF(14, 21))
    assert still_path(Shape.DISC_CHECK).contains(QPointF(16, 3))


@pytest.mark.parametrize("state", LineState)
def test_a_badge_is_named_line_and_words(qtbot, state: LineState):
    told = badge(line(state), MOMENT)
    shown = StatusBadge("Reception")
    qtbot.addWidget(shown)
    shown.show_badge(told)
    assert shown.accessibleName() == f"Reception: {told.words}"
    assert shown.toolTip() == told.tooltip
    assert shown.objectName() == "statusBadge"
    assert shown.words == told.words


def test_all_badges_are_of_one_height_and_as_wide_as_their_words(qtbot):
    sizes = set()
    for state in LineState:
        shown = StatusBadge("x")
        qtbot.addWidget(shown)
        shown.show_badge(badge(line(state), MOMENT))
        sizes.add(shown.height())
        assert shown.width() > shown.fontMetrics().horizontalAdvance(shown.words)
    assert len(sizes) == 1


def test_a_ticking_countdown_keeps_its_width(qtbot):
    shown = StatusBadge("x")
    qtbot.addWidget(shown)
    widths = set()
    for left_s in (41, 38, 20, 11):
        shown.show_badge(badge(line(LineState.RETRY_WAIT, next_at_s=NOW_S + left_s), MOMENT))
        widths.add(shown.width())
    assert len(widths) == 1


def test_it_turns_only_while_busy_and_visible(qtbot):
    shape = StatusShape(32)
    qtbot.addWidget(shape)
    shape.show_shape(Shape.ARC, Tone.BUSY)
    assert not shape.turns
    shape.show()
    assert shape.turns
    qtbot.wait(60)
    shape.hide()
    assert not shape.turns
    shape.show()
    shape.show_shape(Shape.RING, Tone.NEUTRAL)
    assert not shape.turns


def test_reduced_motion_stops_the_arc_at_once(qtbot):
    shape = StatusShape(32)
    qtbot.addWidget(shape)
    shape.show_shape(Shape.ARC, Tone.BUSY)
    shape.show()
    motion.choose(MotionChoice.REDUCED)
    assert not shape.turns
    motion.choose(MotionChoice.FULL)
    assert shape.turns
    motion.choose(MotionChoice.SYSTEM)


def test_a_style_that_wants_less_motion_stops_it_too(qtbot, monkeypatch):
    shape = StatusShape(32)
    qtbot.addWidget(shape)
    shape.show_shape(Shape.ARC, Tone.BUSY)
    shape.show()
    assert shape.turns
    monkeypatch.setattr(motion, "is_reduced", lambda _: True)
    QApplication.sendEvent(shape, QEvent(QEvent.Type.StyleChange))
    assert not shape.turns


def test_right_to_left_the_shape_stands_at_the_right(qtbot):
    shown = StatusBadge("x")
    qtbot.addWidget(shown)
    shown.show_badge(badge(line(LineState.REGISTERED), MOMENT))
    left = shown.shape.x()
    shown.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert shown.shape.geometry().right() == shown.width() - 1 - left
    assert shown.ring.geometry().center() == shown.shape.geometry().center()


# The ring round a badge: drains, refills, leaves the shapes alone (interface.md#proof-ring)


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


def show_proof(ring: ProofRing, left: float | None, check: float | None = None) -> None:
    ring.show_proof(None if left is None else Proof(left, check), Shape.DISC_CHECK, Tone.GOOD)


def ink(ring: ProofRing) -> int:
    """How many pixels are as dark as the ring itself; its track is lighter."""
    image = ring.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return sum(value < 150 for value in bytes(image.constBits()))


def test_it_drains(ring: ProofRing):
    inks = []
    for left in (1.0, 0.75, 0.5, 0.25, 0.0):
        show_proof(ring, left)
        inks.append(ink(ring))
    assert inks == sorted(inks, reverse=True)
    assert len(set(inks)) == 5
    assert inks[-1] == 0


def test_without_proof_there_is_none(ring: ProofRing):
    show_proof(ring, None)
    blank = ring.grab().toImage()
    assert ring.drawn is None
    show_proof(ring, 0.0)
    assert ring.drawn == 0.0
    assert ring.grab().toImage() != blank  # its track


def test_a_notch_marks_the_next_check(ring: ProofRing):
    show_proof(ring, 1.0)
    whole = ink(ring)
    show_proof(ring, 1.0, check=1 / 3)
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
    show_proof(ring, 0.3)
    assert ring.drawn == 0.3
    show_proof(ring, 1.0)
    assert ring.refills
    assert ring.drawn == 0.3
    qtbot.waitUntil(lambda: not ring.refills)
    assert ring.drawn == 1.0
    motion.choose(MotionChoice.SYSTEM)


def test_hiding_ends_a_refill(ring: ProofRing):
    motion.choose(MotionChoice.FULL)
    ring.show()
    show_proof(ring, 0.3)
    show_proof(ring, 1.0)
    ring.hide()
    assert not ring.refills
    assert ring.drawn == 1.0
    motion.choose(MotionChoice.SYSTEM)


def test_with_reduced_motion_it_steps(ring: ProofRing, still: None):
    ring.show()
    show_proof(ring, 0.3)
    show_proof(ring, 1.0)
    assert not ring.refills
    assert ring.drawn == 1.0


def test_while_hidden_it_steps(ring: ProofRing):
    show_proof(ring, 0.3)
    show_proof(ring, 1.0)
    assert not ring.refills
    assert ring.drawn == 1.0


def test_a_first_proof_is_there_at_once(ring: ProofRing):
    ring.show()
    show_proof(ring, None)
    show_proof(ring, 1.0)
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
