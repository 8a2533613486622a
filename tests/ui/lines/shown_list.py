"""A list of lines in a window of its own, as a person or a screen reader has it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from softphone.line.model import LineSnapshot, LineState
from softphone.ui.bridge import Bridge, LineModel
from softphone.ui.kit.chip import Chip
from softphone.ui.lines.heading import Heading
from softphone.ui.lines.line_list import LineList
from softphone.ui.lines.line_row import LineRow
from softphone.wording.all_lines import Filter
from softphone.wording.moment import Moment
from tests.ui.conftest import settle
from tests.ui.fakes import MOMENT, WALL, PanelSpy, line


class Shown:
    """A list in a window of its own between two other stops of the Tab key, and what comes of it."""

    def __init__(self, panel: PanelSpy) -> None:
        self.panel = panel
        self.moment = MOMENT
        self.told: list[tuple[str, bool]] = []
        self.pressed: list[tuple[str, object]] = []
        self.opened: list[str] = []
        self.bridge = Bridge(panel)
        self.model = LineModel(self.bridge)
        self.window = QWidget()
        self.before, self.after = QPushButton("before", self.window), QPushButton("after")
        self.list = LineList(
            self.model,
            lambda: self.moment,
            self.window,
            announcer=lambda _, words, loud: self.told.append((words, loud)),
        )
        self.after.setParent(self.window)
        self.list.pressed.connect(lambda *what: self.pressed.append(what))
        self.list.opened.connect(self.opened.append)
        self.resize(960, 680)

    def resize(self, width: int, height: int) -> None:
        self.window.resize(width, height)
        self.list.setGeometry(0, 0, width, height)
        settle()

    def put(self, *lines: LineSnapshot) -> None:
        """The panel has news, and the model passes them on."""
        for each in lines:
            self.panel.put(each)
        self.model._tell()

    def pass_time(self, seconds: float) -> None:
        self.moment = Moment(self.moment.now_s + seconds, WALL)
        self.list.tick()
        settle()

    @property
    def rows(self) -> list[LineRow]:
        return [row for row in self.list.cards if isinstance(row, LineRow)]

    @property
    def names(self) -> list[str]:
        return [row.accessibleName() for row in self.rows]

    @property
    def headings(self) -> list[str]:
        found = [one for one in self.list.findChildren(Heading) if one.isVisible()]
        return [one.accessibleName() for one in sorted(found, key=lambda one: one.y())]

    @property
    def focused(self) -> QWidget:
        found: QWidget | None = self.window.focusWidget()
        assert found is not None
        return found

    def row(self, name: str) -> LineRow:
        return next(row for row in self.rows if row.accessibleName() == name)

    def chip(self, kind: Filter) -> Chip:
        return next(chip for chip in self.list.findChildren(Chip) if chip.text() == kind.value)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focused, key)
        settle()


def lines(*states: LineState, well: int = 0) -> list[LineSnapshot]:
    every = (*states, *(LineState.REGISTERED,) * well)
    digits = len(str(len(every) - 1))
    return [line(state, f"Line {place:0{digits}}", f"{1000 + place}") for place, state in enumerate(every)]
