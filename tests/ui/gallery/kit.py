"""Every part of the kit in every state, light beside dark."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QToolTip,
    QWidget,
)

from softphone.line.failure import Remedy
from softphone.ui.fields import indented
from softphone.ui.history.day_bar import DayStrip
from softphone.ui.history.replay_bar import ReplayBar
from softphone.ui.kit.banner import Banner
from softphone.ui.kit.button import Button, ButtonKind, IconButton
from softphone.ui.kit.chip import Chip
from softphone.ui.kit.confirm import Confirm
from softphone.ui.kit.icons import Icon, picture
from softphone.ui.kit.layout import TOP, in_column, in_row
from softphone.ui.kit.painting import _RingFrame, round_corners
from softphone.ui.kit.segments import Segments
from softphone.ui.kit.status_badge import BadgeLook, StageSize, StatusBadge, StatusShape, StatusStage
from softphone.ui.kit.switch import Switch
from softphone.ui.kit.text import Text, TextStyle
from softphone.ui.kit.theme import Theme, ThemeChoice, tokens
from softphone.ui.kit.toast import Toast
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.line_row import HEIGHT_PX, TWO_LINES_PX, LineRow
from softphone.ui.lines.placeholders import FetchingLines
from softphone.ui.lines.stage import Face
from softphone.ui.window.top_bar import demo_ribbon
from softphone.values import replace
from softphone.wording.presentation import Shape, Tone
from tests.ui.gallery import sample

WIDTH = 680
MARGIN = 34
STATES = ("normal", "hover", "pressed", "focus", "disabled")
BADGES = (
    ("Registered", Shape.DISC_CHECK, Tone.GOOD),
    ("Registered", Shape.DISC_BACKUP, Tone.GOOD),
    ("Registering…", Shape.ARC, Tone.BUSY),
    ("Checking…", Shape.ARC_DOT, Tone.BUSY),
    ("Reconnecting · 2 of 5", Shape.TRIANGLE, Tone.CAUTION),
    ("Retry in 0:28", Shape.CLOCK, Tone.BAD),
    ("Waiting for call to end", Shape.PAUSE, Tone.BUSY),
    ("Deregistering…", Shape.ARC_MINUS, Tone.NEUTRAL),
    ("Not registered", Shape.RING, Tone.NEUTRAL),
    ("Failed", Shape.OCTAGON, Tone.BAD),
    ("Action needed", Shape.DIAMOND, Tone.ASK),
    ("In use elsewhere", Shape.DIAMOND_ARROW, Tone.ASK),
    ("Offline", Shape.SLASH, Tone.BAD),
    ("Signed out", Shape.DASHED, Tone.BAD),
)
BUTTONS = (
    ("Retry now", ButtonKind.PRIMARY),
    ("Deregister", ButtonKind.SECONDARY),
    ("Details", ButtonKind.QUIET),
)
MENU = (
    ("Register all", "Ctrl+Shift+R"),
    ("Deregister all…", ""),
    None,
    ("Devices…", ""),
    ("Run check", ""),
    ("Copy diagnostics", ""),
    None,
    ("Help", ""),
    ("Quit", "Ctrl+Q"),
)

Part = TypeVar("Part", bound=QWidget)


class Sheet(QWidget):
    """All parts, one section below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._ringed: list[QWidget] = []
        self.setFixedWidth(WIDTH)
        column = in_column(of=self, margins=(MARGIN, 26, MARGIN, 26), spacing=7)
        sections = {
            "Badge": self._badges,
            "Button: primary, secondary, quiet": self._buttons,
            "Button: danger, large, icon": self._other_buttons,
            "Field, combo, spin": self._fields,
            "Switch, check, choice, slider, segments": self._choices,
            "Chip, tabs": self._chips,
            "Stage, word": self._stages,
            "24 h bar: the height tells the state, colour repeats it": self._bar,
            "Card, 2 or 3 lines": self._cards,
            "Row: normal, hover, open; below 560 px": self._rows,
            "Banner": self._banners,
            "Confirm, menu, toast, tooltip": self._floating,
            "Fetching, replay, demo": self._waiting,
        }
        for title, rows in sections.items():
            column.addWidget(Text(title, style=TextStyle.SMALL, bold=True, secondary=True))
            for row in rows():
                column.addLayout(row)

    def drawn(self) -> QPixmap:
        """Return the picture."""
        self.show()
        self.resize(self.sizeHint())
        QApplication.processEvents()
        for widget in self._ringed:
            _RingFrame(widget, QObject(self)).follow(shown=True)
        return self.grab()

    def _in(self, state: str, part: Part) -> Part:
        if state in {"hover", "pressed"}:
            part.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
            part.resize(part.sizeHint())
            middle, no = QPointF(part.rect().center()), Qt.MouseButton.NoButton
            keys = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(part, QMouseEvent(QEvent.Type.MouseMove, middle, middle, no, no, keys))
        if state == "pressed" and isinstance(part, QAbstractButton):
            part.setDown(True)
        if state == "focus":
            self._ringed.append(part)
        part.setEnabled(state != "disabled")
        part.setProperty("wrong", state == "error")
        return part

    def _named(self, state: str, part: QWidget) -> QLayout:
        return in_column(self._in(state, part), Text(state, style=TextStyle.SMALL, secondary=True), spacing=2)

    def _badges(self) -> Iterator[QLayout]:
        cells = []
        for words, shape, tone in BADGES:
            badge = StatusBadge("line")
            badge.show_state(words, shape, tone, tag="backup" if shape is Shape.DISC_BACKUP else "")
            cell = QWidget()
            cell.setFixedWidth(204)
            in_row(StatusShape(26, shape, tone), badge, 1, of=cell, margins=(0, 0, 0, 0), spacing=8)
            cells.append(cell)
        for first in range(0, len(cells), 3):
            yield in_row(*cells[first : first + 3], 1, spacing=0)

    def _buttons(self) -> Iterator[QLayout]:
        for words, kind in BUTTONS:
            yield in_row(*(self._named(state, Button(words, kind=kind)) for state in STATES), 1, spacing=12)

    def _other_buttons(self) -> Iterator[QLayout]:
        icons = zip(STATES, (Icon.ACTIVITY, Icon.SETTINGS, Icon.MORE, Icon.COPY, Icon.RELOAD), strict=True)
        yield in_row(
            Button("Deregister 12 lines", kind=ButtonKind.DANGER),
            Button("Register", kind=ButtonKind.PRIMARY, height=40),
            *(self._in(state, IconButton(icon)) for state, icon in icons),
            1,
            spacing=10,
        )
        yield in_row(*(IconButton(icon) for icon in Icon), 1, spacing=8)

    def _fields(self) -> Iterator[QLayout]:
        words = {"normal": "", "focus": "C1a2b3", "error": "proxy:80x", "disabled": "US-EAST", "search": ""}
        fields = {state: QLineEdit(text) for state, text in words.items()}
        for state, field in fields.items():
            field.setPlaceholderText("Search" if state == "search" else "Client ID")
            field.setFixedWidth(108)
        sign = picture(Icon.SEARCH, tokens(self.palette()).secondary)
        fields["search"].addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
        fields["search"].setProperty("sign", True)
        yield in_row(*(self._named(state, field) for state, field in fields.items()), 1, spacing=10)
        combos = []
        for state in ("normal", "hover", "focus", "disabled"):
            combo = QComboBox()
            combo.addItems(["All lines", "Reception"])
            combo.setFixedWidth(136)
            combos.append(self._in(state, combo))
        yield in_row(*combos, 1, spacing=12)
        spins = (
            self._in(state, indented(QSpinBox(suffix=" s", value=30)))
            for state in ("normal", "focus", "disabled", "error")
        )
        yield in_row(*spins, 1, spacing=12)

    def _choices(self) -> Iterator[QLayout]:
        turned = (("", False), ("", True), ("focus", True), ("disabled", False), ("disabled", True))
        yield in_row(*(self._in(state, Switch(on=on)) for state, on in turned), 1, spacing=11)
        boxes: list[QAbstractButton] = [
            self._in(state, kind("Word"))
            for kind in (QCheckBox, QRadioButton)
            for state in ("normal", "focus", "disabled")
        ]
        for box in boxes:
            box.setAutoExclusive(False)
            box.setChecked(box not in (boxes[0], boxes[3]))
        yield in_row(*boxes, 1, spacing=16)
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setValue(40)
        slider.setFixedWidth(100)
        segments = Segments([(n, n) for n in ("System", "Light", "Dark")], chosen="Light")
        yield in_row(slider, segments, 1, spacing=18)

    def _chips(self) -> Iterator[QLayout]:
        chips = [
            Chip(None, Tone.NEUTRAL, "All"),
            Chip(Shape.DIAMOND, Tone.ASK, "Needs you"),
            self._in("hover", Chip(Shape.DISC_CHECK, Tone.GOOD, "Reachable")),
            self._in("focus", Chip(Shape.RING, Tone.NEUTRAL, "Off")),
        ]
        for chip, count in zip(chips, (12, 1, 8, 3), strict=True):
            chip.set_count(count)
        chips[0].setChecked(True)
        yield in_row(*chips, 1, spacing=8)
        bar = QTabBar()
        for words in ("Overview", "History", "Technical"):
            bar.addTab(words)
        yield in_row(bar)

    def _stages(self) -> Iterator[QLayout]:
        cells: list[QWidget] = []
        for size in StageSize:
            for shape, tone, proof in (
                (Shape.DISC_BACKUP, Tone.GOOD, 0.9),
                (Shape.TRIANGLE, Tone.CAUTION, 0.2),
                (Shape.DIAMOND, Tone.ASK, None),
            ):
                stage = StatusStage(size)
                stage.show_state(shape, tone, proof)
                cells.append(stage)
        word = StatusBadge("line", look=BadgeLook.WORD)
        word.show_state("Registered", Shape.DISC_BACKUP, Tone.GOOD, tag="backup")
        yield in_row(*cells, word, 1, spacing=10)

    def _bar(self) -> Iterator[QLayout]:
        strip = DayStrip("line")
        strip.show_intervals(sample.MOVED.intervals)
        yield in_row(strip)

    def _cards(self) -> Iterator[QLayout]:
        for line in (sample.GRACE, sample.LINUS, replace(sample.LAB, identity=sample.ADA.identity)):
            card = LineCard(line.identity, Face.CARD)
            card.show_line(line, sample.MOMENT)
            yield in_row(card)

    def _rows(self) -> Iterator[QLayout]:
        for line, state in ((sample.ADA, ""), (sample.RADIA, "hover"), (sample.RECEPTION, "open")):
            row = LineRow()
            row.show_line(line, sample.MOMENT)
            row.show_open(is_open=state == "open")
            row.setFixedSize(WIDTH - 2 * MARGIN, HEIGHT_PX)
            yield in_row(self._in(state, row))
        narrow = LineRow()
        narrow.show_line(sample.RADIA, sample.MOMENT)
        narrow.setFixedSize(396, TWO_LINES_PX)
        yield in_row(narrow, 1)

    def _waiting(self) -> Iterator[QLayout]:
        replay = ReplayBar()
        replay.begin(sample.NOW - timedelta(minutes=18), sample.NOW)
        yield in_column(FetchingLines(), replay, demo_ribbon(), spacing=8)

    def _banners(self) -> Iterator[QLayout]:
        offline, ended = "Lines register again by themselves.", "Webex cannot reach 3 lines."
        yield in_column(
            Banner(
                "This computer is offline",
                offline,
                tone=Tone.BAD,
                shape=Shape.SLASH,
                remedies=(Remedy.RETRY,),
            ),
            Banner(
                "Your sign-in has ended",
                ended,
                tone=Tone.BAD,
                shape=Shape.DASHED,
                remedies=(Remedy.SIGN_IN,),
            ),
            Banner("This sign-in lasts until you quit.", tone=Tone.NEUTRAL, dismissable=True),
            spacing=8,
        )

    def _floating(self) -> Iterator[QLayout]:
        sentence, verb = "Webex cannot reach them until you register them again.", "Deregister 12 lines"
        question = Confirm(self, f"{verb}?", sentence, verb, danger=True, name="confirm", extra=None)
        question.setWindowFlags(Qt.WindowType.Widget)
        question.setAutoFillBackground(True)
        question.setFixedWidth(368)
        self._ringed += question.findChildren(QWidget, "cancelButton")
        toast = Toast(self, "Deregistered +1 214 555 0101", lambda: None)
        toast.setFixedSize(toast.sizeHint().width(), 40)
        QToolTip.showText(QPoint(), "Webex is busy until 14:04")
        [tip] = (each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel"))
        yield in_row(
            in_column(question, toast, _picture_of(tip), 1, spacing=12), (self._menu(), TOP), 1, spacing=16
        )

    def _menu(self) -> QLabel:
        menu = QMenu(self)
        round_corners(menu)
        for item in MENU:
            if item is None:
                menu.addSeparator()
            else:
                menu.addAction(item[0]).setShortcut(item[1])
        menu.setActiveAction(menu.actions()[0])
        menu.actions()[4].setEnabled(False)
        menu.adjustSize()
        return _picture_of(menu)


def _picture_of(widget: QWidget) -> QLabel:
    label = QLabel()
    label.setPixmap(widget.grab())
    return label


def draw(theme: Theme, file: Path) -> None:
    """Save the sheet."""
    pictures = []
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        sheet = Sheet()
        pictures.append(sheet.drawn())
        sheet.close()
    both = QPixmap(2 * WIDTH, pictures[0].height())
    painter = QPainter(both)
    for place, drawn in enumerate(pictures):
        painter.drawPixmap(QPoint(place * WIDTH, 0), drawn)
    painter.end()
    both.save(str(file))
