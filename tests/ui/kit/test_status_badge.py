import itertools

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.kit.painting import GRID, paint_shape, still_path, turning_path
from softphone.ui.kit.status_badge import ProofRing, StageSize, StatusBadge, StatusShape, StatusStage
from softphone.ui.kit.theme import MotionChoice, motion
from softphone.wording.presentation import BUSY_SHAPES, LineWords, Shape, Tone, words_of
from tests.ui.fakes import MOMENT, NOW_S, line


def show(shown: StatusBadge, snapshot: LineSnapshot) -> LineWords:
    """Show what a badge says of a line, as a row does."""
    words = words_of(snapshot, MOMENT)
    shown.show_state(words.badge, words.shape, words.tone, tag=words.tag, explained=words.title)
    return words


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
    shown = StatusBadge("Reception")
    qtbot.addWidget(shown)
    told = show(shown, line(state))
    assert shown.accessibleName() == f"Reception: {told.words}"
    assert shown.toolTip() == told.title
    assert shown.objectName() == "statusBadge"
    assert (shown.words, shown.tag) == (told.badge, told.tag)


def test_all_badges_are_of_one_height_and_as_wide_as_their_words(qtbot):
    sizes = set()
    for state in LineState:
        shown = StatusBadge("x")
        qtbot.addWidget(shown)
        show(shown, line(state))
        sizes.add(shown.height())
        assert shown.width() > shown.fontMetrics().horizontalAdvance(shown.words)
    assert len(sizes) == 1


def test_a_ticking_countdown_keeps_its_width(qtbot):
    shown = StatusBadge("x")
    qtbot.addWidget(shown)
    widths = set()
    for left_s in (41, 38, 20, 11):
        show(shown, line(LineState.RETRY_WAIT, next_at_s=NOW_S + left_s))
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
    show(shown, line(LineState.REGISTERED))
    left = shown.shape.x()
    shown.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert shown.shape.geometry().right() == shown.width() - 1 - left


# The ring round a shape: it drains, and leaves the shape alone (interface.md#proof-ring)


@pytest.fixture
def ring(qtbot) -> ProofRing:
    made = ProofRing(70, 3, 6)
    qtbot.addWidget(made)
    return made


def show_proof(ring: ProofRing, left: float | None, shape: Shape = Shape.DISC_CHECK) -> None:
    ring.show_proof(left, shape, Tone.GOOD)


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


def test_it_begins_at_the_top_and_goes_with_the_clock(ring: ProofRing):
    show_proof(ring, 0.5)
    image = ring.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    dark = [image.pixelColor(x, image.height() // 2).red() < 150 for x in (1, image.width() - 2)]
    assert dark == [False, True]


def test_without_proof_there_is_none(ring: ProofRing):
    show_proof(ring, None)
    blank = ring.grab().toImage()
    assert ring.drawn is None
    show_proof(ring, 0.0)
    assert ring.drawn == 0.0
    assert ring.grab().toImage() != blank  # its track


def test_the_backups_notch_cuts_it(ring: ProofRing):
    show_proof(ring, 1.0)
    whole = ink(ring)
    show_proof(ring, 1.0, Shape.DISC_BACKUP)
    assert ink(ring) < whole * 0.9


def test_with_reduced_motion_it_is_full(ring: ProofRing):
    motion.choose(MotionChoice.REDUCED)
    show_proof(ring, 0.3)
    assert ring.drawn == 1.0
    motion.choose(MotionChoice.FULL)
    assert ring.drawn == 0.3
    motion.choose(MotionChoice.SYSTEM)


@pytest.mark.parametrize("size", StageSize)
def test_a_stage_keeps_its_size_when_a_proof_comes(qtbot, size: StageSize):
    stage = StatusStage(size)
    qtbot.addWidget(stage)
    stage.show_state(Shape.TRIANGLE, Tone.CAUTION)
    alone, room = stage.shape.width(), stage.size()
    stage.show_state(Shape.DISC_CHECK, Tone.GOOD, 1.0)
    assert stage.size() == room
    assert stage.shape.width() < alone
    assert stage.shape.geometry().center() == stage.ring.geometry().center()


def test_a_tag_is_named_and_takes_room(qtbot):
    plain, tagged = StatusBadge("x"), StatusBadge("x")
    for shown, tag in ((plain, ""), (tagged, "backup")):
        qtbot.addWidget(shown)
        shown.show_state("Registered", Shape.DISC_BACKUP, Tone.GOOD, tag=tag)
    assert tagged.accessibleName() == "x: Registered · backup"
    assert tagged.width() > plain.width() + 20
    assert tagged.height() == plain.height() == 26
