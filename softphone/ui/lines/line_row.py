"""One line of many as a row: whose, its badge, why, and the buttons that help (interface.md#rows)."""

from functools import partial

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QStyle, QWidget

from softphone.accounts.snapshot import AccountSnapshot
from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import REGISTERED_STATES, LineIdentity, LineSnapshot
from softphone.ui.kit.button import CONTROL_HEIGHT, LOW_HEIGHT, Button, ButtonKind, IconButton
from softphone.ui.kit.icons import Icon
from softphone.ui.kit.painting import paint_ground, smooth
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.text import Text, TextStyle, text_scale, tooltip
from softphone.ui.kit.theme import tokens
from softphone.ui.lines.stage import said_of
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, LineWords, Shape, card_title, label_of, phone

# Measures at a text of 13 px; larger text stretches them.
HEIGHT_PX, TWO_LINES_PX = 48, 76
TWO_LINES_BELOW_PX, SLIM_BELOW_PX, REASON_FROM_PX = 560, 640, 840
NAME_PX, BADGE_PX = 190, 190
SLIM_NAME_PX, SLIM_BADGE_PX = 140, 168
LEAST_NAME_PX, LEAST_NUMBER_PX = 70, 40  # beside long words on buttons

_LEFT, _RIGHT, _GAP, _COLUMN_GAP = 15, 7, 4, 12  # with the edge of 1
_TWO_LINES_RIGHT = 11
_RADIUS = 8.0


def row_height_px(width: int, font: QFont) -> int:
    """Return how high a row of this width is."""
    scale = text_scale(font)
    return round((TWO_LINES_PX if width < TWO_LINES_BELOW_PX * scale else HEIGHT_PX) * scale)


def number(identity: LineIdentity) -> str:
    """Return the number of a line, or its extension where it has no other."""
    if identity.phone_number:
        return phone(identity.phone_number)
    return tr("Extension {n}", n=identity.extension) if identity.extension else ""


class LineRow(QWidget):
    """A row. Show it lines; it decides nothing and keeps none, so it can be another line's row later.

    Signals:
        pressed(str, Action | Remedy): a button of this line; `window.line_commands` carries it out.
        opened(str): the details of this line are wanted.
    """

    pressed: Signal = Signal(str, object)
    opened: Signal = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line_id: str = ""
        self.words: LineWords | None = None
        self._is_open = self._is_down = False
        self._remedy_label = ""
        self._shown: tuple[Action | Remedy | None, Action | None] | None = None
        self._placed_for: object = None
        self.setObjectName("lineCard")
        self.setProperty("ring", _RADIUS)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name = Elided(bold=True, parent=self)
        self._number = Elided(style=TextStyle.SMALL, secondary=True, parent=self)
        self._badge = StatusBadge("", self)
        self._reason = Elided(name="lineReason", secondary=True, parent=self)
        self._remedy = Button("", self._press_remedy, name="remedyButton", parent=self)
        self._toggles = {
            Action.REGISTER: Button(label_of(Action.REGISTER), name="registerButton", parent=self),
            Action.DEREGISTER: Button(
                label_of(Action.DEREGISTER), name="deregisterButton", kind=ButtonKind.QUIET, parent=self
            ),
        }
        for does, button in self._toggles.items():
            button.clicked.connect(partial(self._press, does))
        self._details = IconButton(
            Icon.CHEVRON_RIGHT, lambda: self.opened.emit(self.line_id), name="detailsButton", parent=self
        )
        self._stops = (self, self._remedy, *self._toggles.values(), self._details)
        self.set_tab_stop(on=False)

    def offers(self, action: Action) -> bool:
        """Whether a button with this action is shown."""
        return self.words is not None and action in {self.words.remedy, self.words.toggle}

    def set_tab_stop(self, *, on: bool) -> None:
        """Let the Tab key enter here, and go through the buttons; or only a click."""
        policy = Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus
        for stop in self._stops:
            stop.setFocusPolicy(policy)

    def chain_after(self, stop: QWidget) -> None:
        """Make this row and its buttons the next stops of the Tab key after `stop`."""
        for each in self._stops:
            QWidget.setTabOrder(stop, each)
            stop = each

    def show_open(self, *, is_open: bool) -> None:
        """Show whether the details of this line are open."""
        if is_open != self._is_open:
            self._is_open = is_open
            self.update()

    def show_line(
        self,
        line: LineSnapshot,
        moment: Moment,
        account: AccountSnapshot | None = None,
        *,
        past: bool = False,
    ) -> None:
        """Show this line as it is at this moment; of the past nothing can be pressed."""
        words = self.words = said_of(line, moment, account, past=past, brief=True)
        name, _ = card_title(line.identity)
        if self.line_id != line.identity.line_id:
            self.line_id = line.identity.line_id
            self._show_identity(name)
        self._badge.show_state(words.row_badge, words.shape, words.tone, tag=words.tag, explained=words.title)
        self._badge.setAccessibleName(tr("{line}: {state}", line=name, state=words.words))
        self._reason.say(words.row_sentence)
        narrow = self._reason.isHidden() and words.shape is Shape.BELL  # else nothing would say who calls
        self._number.say(words.title if narrow else number(line.identity))
        self.setAccessibleDescription(words.row_sentence)
        trying = words.state not in REGISTERED_STATES
        self._toggles[Action.DEREGISTER].setToolTip(tr("Stop trying") if trying else "")
        shown = (words.remedy, words.toggle)
        if shown != self._shown:
            self._shown = shown
            self._show_buttons(*shown, name)
        if (shown, self._badge.sizeHint()) != self._placed_for:
            self._placed_for = (shown, self._badge.sizeHint())
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self.line_id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or its release would never come here
        self._is_down = event.button() is Qt.MouseButton.LeftButton
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # one press is enough, and the first may have been a button's that is gone now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_down, self._is_down = self._is_down, False
        self.update()
        if was_down and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.line_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange}:
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = tokens(self.palette())
        ground = colours.pressed if self._is_down else colours.hover if self.underMouse() else colours.card
        edge = colours.subtle
        if self._is_open:
            ground, edge = colours.selected, colours.accent
        paint_ground(smooth(self), QRectF(self.rect()), _RADIUS, ground, edge)

    def _press(self, does: Action | Remedy) -> None:
        self.pressed.emit(self.line_id, does)

    def _press_remedy(self) -> None:
        if self.words is not None and self.words.remedy is not None:
            self._press(self.words.remedy)

    def _show_identity(self, name: str) -> None:
        self.setAccessibleName(name)
        self._name.say(name)
        self._details.setAccessibleName(tr("Details of {line}", line=name))
        self._details.setToolTip(tr("Details of {line}", line=name))
        for does, button in self._toggles.items():
            button.setAccessibleName(tr("{button}, {line}", button=label_of(does), line=name))
        self._shown = None

    def _show_buttons(self, remedy: Action | Remedy | None, toggle: Action | None, name: str) -> None:
        if remedy is not None:
            self._remedy_label = label_of(remedy)
            self._remedy.setObjectName("retryButton" if remedy is Action.RETRY else "remedyButton")
            self._remedy.say(self._remedy_label, tr("{button}, {line}", button=self._remedy_label, line=name))
        self._show_button(self._remedy, shown=remedy is not None)
        for does, button in self._toggles.items():
            self._show_button(button, shown=toggle is does)

    def _show_button(self, button: Button, *, shown: bool) -> None:
        if not shown and self.window().focusWidget() is button:
            self.setFocus()  # or the focus would jump to another line
        button.setVisible(shown)

    def _place(self) -> None:
        scale = text_scale(self.font())
        if self.width() < TWO_LINES_BELOW_PX * scale:
            self._place_in_two_lines(scale)
        else:
            self._place_across(scale)

    def _place_across(self, scale: float) -> None:
        slim = self.width() < SLIM_BELOW_PX * scale
        name_px = round((SLIM_NAME_PX if slim else NAME_PX) * scale)
        badge_px = round((SLIM_BADGE_PX if slim else BADGE_PX) * scale)
        middle = self.height() // 2
        right = self.width() - _RIGHT
        self._details.show()
        right = self._put(self._details, right, middle, self._details.sizeHint()) - _GAP
        badge = self._badge.sizeHint()
        needed = _LEFT + LEAST_NAME_PX + _COLUMN_GAP + badge.width() + _COLUMN_GAP
        right = self._put_buttons(right, middle, CONTROL_HEIGHT, room=right - needed)
        name_px = min(name_px, right - _LEFT - badge.width() - 2 * _COLUMN_GAP)
        self._put_text(self._name, QRect(_LEFT, middle - round(8 * scale), name_px, 0))
        self._put_text(self._number, QRect(_LEFT, middle + round(9 * scale), name_px, 0))
        left = _LEFT + name_px + _COLUMN_GAP
        self._set(self._badge, QRect(left, middle - badge.height() // 2, badge.width(), badge.height()))
        left += max(badge_px, badge.width()) + _COLUMN_GAP
        reasoned = self.width() >= REASON_FROM_PX * scale
        self._reason.setVisible(reasoned)
        if reasoned:
            self._put_text(self._reason, QRect(left, middle, right - left - _COLUMN_GAP, 0))

    def _place_in_two_lines(self, scale: float) -> None:
        self._details.hide()
        self._reason.hide()
        right = self.width() - _TWO_LINES_RIGHT
        upper, lower = round(23 * scale), round(55 * scale)
        left = self._put(self._badge, right, upper, self._badge.sizeHint()) - _COLUMN_GAP
        self._put_text(self._name, QRect(_LEFT, upper, left - _LEFT, 0))
        room = right - _LEFT - LEAST_NUMBER_PX - _COLUMN_GAP
        left = self._put_buttons(right, lower, LOW_HEIGHT, room=room) - _COLUMN_GAP
        self._put_text(self._number, QRect(_LEFT, lower, left - _LEFT, 0))

    def _put_buttons(self, right: int, middle: int, height: int, room: int) -> int:
        """Put the buttons at the right; the words of the remedy are cut where there is no room for them."""
        end = right
        for button in (*self._toggles.values(), self._remedy):
            if button.isHidden():
                continue
            button.set_height(height)
            if button is self._remedy:
                button.setText(self._remedy_label)
                words_px = button.fontMetrics().horizontalAdvance(self._remedy_label)
                room_px = room - (end - right) - (button.sizeHint().width() - words_px)
                cut = button.fontMetrics().elidedText(
                    self._remedy_label, Qt.TextElideMode.ElideRight, room_px
                )
                button.setText(cut)
                button.setToolTip("" if cut == self._remedy_label else tooltip(self._remedy_label))
            right = self._put(button, right, middle, button.sizeHint()) - _GAP
        return right

    def _put(self, widget: QWidget, right: int, middle: int, size: QSize) -> int:
        """Put a widget so that it ends at `right`; return where it begins."""
        self._set(
            widget, QRect(right - size.width(), middle - size.height() // 2, size.width(), size.height())
        )
        return right - size.width()

    def _put_text(self, text: QLabel, line: QRect) -> None:
        """Put words on a line, which has no height."""
        height = text.sizeHint().height()
        self._set(text, line.adjusted(0, -(height // 2), 0, height - height // 2))

    def _set(self, widget: QWidget, place: QRect) -> None:
        widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))


class Elided(Text):
    """Words in one line that end in … where there is no room; the tooltip has them whole."""

    def __init__(
        self,
        *,
        name: str = "",
        style: TextStyle = TextStyle.BODY,
        bold: bool = False,
        secondary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, style=style, bold=bold, secondary=secondary, wraps=False, parent=parent)

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        # Names and numbers are read in their own direction, but stand at the side where the window begins.
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side
        painter = smooth(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), flags, cut)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def say(self, words: str) -> None:
        """Show these words."""
        super().say(words)
        self._explain()

    def _explain(self) -> None:
        self.setToolTip("" if self.sizeHint().width() <= self.width() else tooltip(self.text()))
