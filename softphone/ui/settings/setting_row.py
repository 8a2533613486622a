"""One setting: what it is called and does, its control, its default, and whether it is locked."""

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from softphone.errors import ConfigError
from softphone.i18n import tr
from softphone.line.model import camel
from softphone.settings.keys import KEYS, Key
from softphone.settings.store import SettingsStore
from softphone.ui.kit.button import RING_ROOM, Button, ButtonKind
from softphone.ui.kit.layout import NO_MARGINS, TOP, in_column, in_row, remove
from softphone.ui.kit.painting import paint_lock, smooth
from softphone.ui.kit.status_badge import StatusShape
from softphone.ui.kit.text import Text, announce, breakable
from softphone.ui.kit.theme import tokens
from softphone.ui.settings.certificate_field import CertificateField
from softphone.ui.settings.setting_fields import Field, number_text, simple_field
from softphone.wording.presentation import Shape, Tone
from softphone.wording.settings_words import LOCKED, RESTART, WORDS, shown

WIDE = 440  # from here on the control stands beside the words

_PADDING = 8


class SettingRow(QWidget):
    """A row of the dialog. It changes the store at once; what the store refuses is said below."""

    def __init__(self, name: str, store: SettingsStore) -> None:
        super().__init__()
        self.name = name
        self._store = store
        self.field: Field = simple_field(KEYS[name]) or CertificateField(KEYS[name])
        self.field.chosen.connect(self._choose)
        self._default = Text(secondary=True, factor=0.92)
        self._reset = Button(
            tr("Reset"),
            self._go_back,
            name=f"{camel(name)}Reset",
            spoken=tr("Reset {setting}", setting=tr(WORDS[name].label)),
            kind=ButtonKind.QUIET,
        )
        self._problem: QWidget | None = None
        self._lay_out(KEYS[name])
        self.refresh()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What has the keyboard, in order."""
        return (*self.field.controls, self._reset)

    def refresh(self) -> None:
        """Show what holds now."""
        locked = self._store.is_locked(self.name)
        self.field.show_value(self._store.value(self.name))
        self.field.setEnabled(not locked)
        self._default.say(self._note(locked=locked))
        self.field.describe(
            tr(WORDS[self.name].label),
            " ".join(
                part for part in (self._help, self._default.text(), tr(LOCKED) if locked else "") if part
            ),
        )
        chosen = self._store.is_chosen(self.name)
        if not chosen and self._reset.hasFocus():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._reset.setVisible(chosen)
        self._show_problem("")

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setPen(QPen(QColor(tokens(self.palette()).subtle), 1))
        bottom = self.height() - 0.5
        painter.drawLine(QPointF(RING_ROOM, bottom), QPointF(self.width() - RING_ROOM, bottom))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if self.width() >= WIDE else direction.TopToBottom)

    # What is pressed

    def _choose(self, value: object) -> None:
        try:
            self._store.check({self.name: value}, called=lambda name: WORDS[name].label)
            self._store.change(**{self.name: value})
        except ConfigError as error:
            self._show_problem(tr(error.sentence))
        else:
            self.refresh()

    def _go_back(self) -> None:
        try:
            self._store.reset(self.name)
        except ConfigError as error:
            self._show_problem(tr(error.sentence))

    def _show_problem(self, words: str) -> None:
        if self._problem is not None:
            remove(self._problem)
            self._problem = None
        if words:
            text = Text(breakable(words), name=f"{camel(self.name)}Problem")
            mark = StatusShape(16, Shape.OCTAGON, Tone.BAD)
            self._problem = _sign(mark, text, margins=NO_MARGINS, spacing=_PADDING)
            self._column.addWidget(self._problem)
            announce(self, words)

    def _note(self, *, locked: bool) -> str:
        default = self._store.default(self.name)
        parts = [] if locked else [tr("Default: {value}", value=shown(self.name, default, number_text))]
        if KEYS[self.name].restart:
            parts.append(tr(RESTART))
        return "  ".join(parts)

    # How it is made

    @property
    def _help(self) -> str:
        words = WORDS[self.name].help
        return tr(words) if words else ""

    def _lay_out(self, key: Key) -> None:
        self.setObjectName(f"{camel(key.name)}Row")
        words = in_column(
            Text(tr(WORDS[key.name].label), bold=True), Text(self._help), self._default, spacing=2
        )
        if self._store.is_locked(key.name):
            words.addWidget(_sign(Lock(), Text(tr(LOCKED)), "lockedSign", margins=(0, 2, 0, 0), spacing=6))
        words.addStretch(1)
        room = self._reset.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # the controls of all rows stand in one column
        self._reset.setSizePolicy(room)
        # Edges of fields line up with the words.
        side = in_row((self.field, TOP), (self._reset, TOP), 1, margins=(-RING_ROOM, 0, 0, 0), spacing=0)
        self._box = in_row((words, 1), side, spacing=_PADDING)
        self._column = in_column(
            self._box, of=self, margins=(RING_ROOM, _PADDING, RING_ROOM, _PADDING + 1), spacing=4
        )


def _sign(mark: QWidget, words: Text, name: str = "", **room: Any) -> QWidget:
    sign = QWidget()
    sign.setObjectName(name)
    in_row((mark, TOP), (words, 1), of=sign, **room)
    return sign


class Lock(QWidget):
    """A closed lock, as high as the words beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lockIcon")
        self.setAccessibleName(tr(LOCKED))
        side = self.fontMetrics().height()
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = smooth(self)
        painter.scale(self.width() / 16, self.height() / 16)
        ink = QColor(tokens(self.palette()).secondary)
        paint_lock(painter, QRectF(5, 1.5, 6, 8), QRectF(3, 7, 10, 7.5), ink, 1.8)
