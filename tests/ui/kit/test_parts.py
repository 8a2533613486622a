"""What a person presses: buttons, switch, segments, chips, confirm, toast, and the ring round them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QWidget,
)

from softphone.line.failure import Remedy
from softphone.ui.kit import toast as toasts
from softphone.ui.kit.banner import Banner
from softphone.ui.kit.button import Button, ButtonKind, IconButton
from softphone.ui.kit.chip import Chip
from softphone.ui.kit.confirm import ask
from softphone.ui.kit.icons import Icon, picture
from softphone.ui.kit.layout import ScrollArea, in_column
from softphone.ui.kit.painting import show_where_the_keyboard_is
from softphone.ui.kit.segments import Segments
from softphone.ui.kit.switch import Switch
from softphone.ui.kit.theme import (
    DARK,
    LIGHT,
    MotionChoice,
    Theme,
    ThemeChoice,
    Tokens,
    ToneFade,
    motion,
    resized,
)
from softphone.ui.kit.toast import Toast, show_toast
from softphone.wording.presentation import Shape, Tone
from tests.ui.conftest import find, settle

Opens = Callable[..., QWidget]


@pytest.fixture
def opened(qtbot) -> Opens:
    kept: list[QWidget] = []

    def make(*widgets: QWidget) -> QWidget:
        window = QWidget()
        kept.append(window)
        window.resize(500, 400)
        in_column(*widgets, 1, of=window, margins=(20, 20, 20, 20), spacing=8)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.setFocus()
        settle()
        return window

    return make


def ground(widget: QWidget) -> QColor:
    """The colour beside the words."""
    place = widget.mapTo(widget.window(), QPoint(6, widget.height() // 2))
    return widget.window().grab().toImage().pixelColor(place)


# Buttons


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_kind_of_button_has_its_ground_in_every_state(opened: Opens, theme: Theme, colours: Tokens):
    theme.choose(ThemeChoice.DARK if colours is DARK else ThemeChoice.LIGHT)
    grounds = {
        ButtonKind.PRIMARY: (colours.accent, colours.accent_pressed, colours.hover),
        ButtonKind.SECONDARY: (colours.card, colours.pressed, colours.hover),
        ButtonKind.QUIET: (colours.window, colours.pressed, colours.window),
        ButtonKind.DANGER: (colours.bad, colours.danger_pressed, colours.hover),
    }
    for kind, (normal, pressed, disabled) in grounds.items():
        button = Button("Retry now", kind=kind)
        opened(button)
        assert ground(button) == QColor(normal), kind
        button.setDown(True)
        assert ground(button) == QColor(pressed), kind
        button.setDown(False)
        button.setEnabled(False)
        assert ground(button) == QColor(disabled), kind


def test_a_button_that_becomes_primary_looks_so(opened: Opens):
    button = Button("Register")
    opened(button)
    button.set_kind(ButtonKind.PRIMARY)
    assert ground(button) == QColor(LIGHT.accent)
    assert button.kind is ButtonKind.PRIMARY


@pytest.mark.parametrize("height", [28, 32, 40])
def test_a_button_is_as_high_as_wanted_and_grows_with_its_words(opened: Opens, height: int):
    button = Button("Register", height=height)
    opened(button)
    assert button.height() == height
    large = Button("Register", height=height)
    large.setFont(resized(large.font(), 3.0))
    opened(large)
    assert large.height() >= large.fontMetrics().height() + 8


def test_an_icon_button_is_named_by_its_tooltip_and_pressed_by_enter_and_space(opened: Opens):
    pressed: list[str] = []
    button = IconButton(Icon.MORE, lambda: pressed.append("more"), name="moreButton", tooltip="More")
    opened(button)
    assert (button.accessibleName(), button.size().toTuple()) == ("More", (32, 32))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(button, key)
    assert pressed == ["more", "more"]


def test_every_icon_draws_something_of_its_own(qapp):
    drawn = {bytes(picture(icon, "black").pixmap(20).toImage().constBits()) for icon in Icon}
    assert len(drawn) == len(Icon)


def test_an_arrow_points_the_other_way_for_who_reads_from_the_right(opened: Opens):
    button = IconButton(Icon.CHEVRON_RIGHT)
    opened(button)
    before = button.grab().toImage()
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert button.grab().toImage() != before


# Switch, segments, chips


def test_a_switch_tells_what_a_person_turned_it_to(opened: Opens):
    told: list[bool] = []

    def tell(on: bool) -> None:
        told.append(on)

    switch = Switch(tell, spoken="Less motion")
    opened(switch)
    switch.setChecked(True)  # by the program
    assert told == []
    QTest.keyClick(switch, Qt.Key.Key_Space)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert told == [False, True]


def test_a_switch_shows_without_colour_whether_it_is_on(opened: Opens):
    switch = Switch(on=True)
    opened(switch)
    on = switch.grab().toImage()
    assert on.pixelColor(26, 10) == QColor(LIGHT.on_accent)
    switch.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert switch.grab().toImage().pixelColor(10, 10) == QColor(LIGHT.on_accent)


def test_arrow_keys_choose_a_segment(opened: Opens):
    told: list[str] = []
    choice = Segments(
        [("system", "System"), ("light", "Light")], told.append, chosen="system", spoken="Theme"
    )
    opened(choice)
    first = choice.findChildren(QRadioButton)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert (choice.chosen, told) == ("light", ["light"])
    choice.choose("system")
    assert (choice.chosen, told) == ("system", ["light"])


def test_segments_keep_their_width_whatever_is_chosen(opened: Opens):
    choice = Segments([(n, n) for n in ("System", "Light", "Dark")])
    opened(choice)
    assert choice.chosen is None
    widths = set()
    for value in ("System", "Light", "Dark"):
        choice.choose(value)
        settle()
        widths.add(choice.width())
    assert len(widths) == 1
    assert choice.height() == 32


def test_a_chip_without_anything_behind_it_hides(opened: Opens):
    chip = Chip(Shape.DIAMOND, Tone.ASK, "Needs you")
    opened(chip)
    assert not chip.isVisible()
    chip.set_count(3)
    settle()
    assert chip.isVisible()
    assert chip.accessibleName() == "Needs you, 3"
    assert chip.height() == 28
    narrow = chip.width()
    chip.set_count(1000)
    settle()
    assert chip.width() > narrow
    chip.set_count(0)
    assert not chip.isVisible()


# Banner, confirm, toast


def test_a_note_has_a_cross_and_a_banner_a_remedy(opened: Opens):
    told: list[object] = []
    note = Banner("This sign-in lasts until you quit.", tone=Tone.NEUTRAL, dismissable=True)
    banner = Banner("Offline", "…", tone=Tone.BAD, shape=Shape.SLASH, remedies=(Remedy.RETRY,))
    opened(note, banner)
    note.dismissed.connect(lambda: told.append("dismissed"))
    banner.remedy_pressed.connect(told.append)
    find(note, "dismissButton", IconButton).click()
    find(banner, "remedyButton", Button).click()
    assert told == ["dismissed", Remedy.RETRY]
    assert not note.findChildren(Button)


def test_a_question_does_nothing_until_the_verb_is_pressed(opened: Opens):
    done: list[bool] = []
    window = opened()
    for name, times in (("cancelButton", 0), ("confirmButton", 1)):
        dialog = ask(window, "Deregister 12 lines?", "…", "Deregister 12 lines", lambda: done.append(True))
        assert dialog.focusWidget() is find(dialog, "cancelButton")
        assert find(dialog, "confirmButton", Button).kind is ButtonKind.DANGER
        find(dialog, name, Button).click()
        settle()
        assert len(done) == times


def test_escape_and_enter_do_not_confirm(opened: Opens):
    done: list[bool] = []
    window = opened()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        dialog = ask(window, "Sign out?", "…", "Sign out", lambda: done.append(True))
        QTest.keyClick(find(dialog, "cancelButton"), key)
        settle()
        assert not dialog.isVisible()
    assert done == []


def test_one_toast_at_a_time_at_the_foot_in_the_middle(opened: Opens):
    window = opened()
    show_toast(window, "Deregistered")
    last = show_toast(window, "Copied")
    settle()
    assert [each for each in window.findChildren(Toast) if each.isVisible()] == [last]
    assert abs(last.geometry().center().x() - window.rect().center().x()) <= 1
    window.resize(420, 320)
    settle()
    assert last.geometry().bottom() < window.height()
    assert abs(last.geometry().center().x() - window.rect().center().x()) <= 1


def test_undo_is_done_once_and_the_toast_goes(opened: Opens):
    undone: list[bool] = []
    window = opened()
    toast = show_toast(window, "Deregistered", lambda: undone.append(True))
    find(toast, "undoButton", Button).click()
    assert undone == [True]
    assert not toast.isVisible()


def test_a_toast_goes_by_itself_but_not_from_under_the_keyboard(opened: Opens, qtbot, monkeypatch):
    monkeypatch.setattr(toasts, "SHOWN_MS", 300)
    window = opened(QLineEdit())
    toast = show_toast(window, "Deregistered", lambda: None)
    find(toast, "undoButton").setFocus()
    qtbot.wait(900)
    assert toast.isVisible()
    window.findChildren(QLineEdit)[0].setFocus()
    qtbot.waitUntil(lambda: not window.findChildren(Toast))


# The ring


def ring_of(window: QWidget) -> QWidget | None:
    shown = [each for each in window.findChildren(QWidget, "focusRing") if each.isVisible()]
    assert len(shown) <= 1
    return shown[0] if shown else None


def test_the_ring_comes_with_the_keyboard_and_goes_with_the_pointer(opened: Opens):
    first, second = Button("First"), Button("Second")
    window = opened(first, second)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    first.setFocus()
    settle()
    assert ring_of(window) is None
    QTest.keyClick(first, Qt.Key.Key_Tab)
    settle()
    ring = ring_of(window)
    assert ring is not None
    assert ring.geometry() == second.geometry().adjusted(-4, -4, 4, 4)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert ring_of(window) is None


def test_there_is_one_ring_however_often_it_was_asked_for(qapp, opened: Opens):
    show_where_the_keyboard_is(qapp)
    field = QLineEdit()
    window = opened(field)
    field.setFocus()
    settle()
    assert ring_of(window) is not None


@pytest.mark.parametrize("kind", [QLineEdit, QSpinBox])
def test_where_one_types_there_is_always_a_ring(opened: Opens, kind: type[QWidget]):
    field = kind()
    window = opened(field)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    field.setFocus()
    settle()
    assert ring_of(window) is not None


def test_the_ring_follows_what_moves_hides_and_scrolls(opened: Opens):
    button = Button("Below")
    content = QWidget()
    in_column(*(QLineEdit() for _ in range(20)), button, of=content)
    window = opened(ScrollArea(content))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Shift)
    settle()
    ring = ring_of(window)
    assert ring is not None
    assert ring.parentWidget() is content
    button.move(button.pos() + QPoint(30, 0))
    assert ring.geometry() == button.geometry().adjusted(-4, -4, 4, 4)
    button.hide()
    assert ring_of(window) is not ring


def test_the_ring_stands_round_the_chosen_tab(opened: Opens):
    bar = QTabBar()
    for words in ("Overview", "History"):
        bar.addTab(words)
    window = opened(bar)
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    ring = ring_of(window)
    assert ring is not None
    place = QRect(bar.mapTo(window, bar.tabRect(1).topLeft()), bar.tabRect(1).size())
    said = place.adjusted(0, 0, -24, 0)  # not the gap behind them
    assert ring.geometry() == said.adjusted(-4, -4, 4, 4)


def test_no_ring_is_left_when_its_widget_is_gone(opened: Opens):
    button = Button("Soon gone")
    window = opened(button, QPushButton("Stays"))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Shift)
    assert ring_of(window) is not None
    button.deleteLater()
    settle()
    ring = ring_of(window)
    assert ring is None or "Stays" in [each.text() for each in window.findChildren(QPushButton)]
    window.close()
    settle()


# The style sheet, and what fades


@pytest.mark.parametrize("kind", [QLineEdit, QComboBox, QSpinBox])
def test_fields_are_32_high_and_show_what_is_wrong(opened: Opens, kind: type[QWidget]):
    field, wrong = kind(), kind()
    wrong.setProperty("wrong", True)
    opened(field, wrong)
    assert field.height() == wrong.height() == 32
    edges = [each.grab().toImage().pixelColor(each.width() // 4, 1) for each in (field, wrong)]
    assert edges == [QColor(LIGHT.card), QColor(LIGHT.bad)]


def test_a_tone_fades_where_it_is_seen_and_motion_is_wanted(opened: Opens, qtbot):
    widget = QWidget()
    fade = ToneFade(widget, Tone.BUSY)
    fade.become(Tone.BAD)  # nobody sees it
    assert fade.ink == QColor(LIGHT.bad)
    opened(widget)
    motion.choose(MotionChoice.FULL)
    fade.become(Tone.GOOD)
    fade.setCurrentTime(75)
    assert fade.tint not in (QColor(LIGHT.bad_tint), QColor(LIGHT.good_tint))
    qtbot.waitUntil(lambda: fade.tint == QColor(LIGHT.good_tint))
    motion.choose(MotionChoice.REDUCED)
    fade.become(Tone.ASK)
    assert fade.ink == QColor(LIGHT.ask)
    motion.choose(MotionChoice.SYSTEM)


def test_signs_of_the_style_sheet_exist_for_both_themes(theme: Theme):
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        theme.choose(choice)
        sheet = QApplication.instance().styleSheet()  # type: ignore[union-attr]
        pictures = {line.split('url("')[1].split('"')[0] for line in sheet.splitlines() if 'url("' in line}
        assert len(pictures) == 8
        assert all(Path(each).is_file() for each in pictures)


def test_the_second_press_of_a_double_click_is_not_anothers(opened: Opens):
    done: list[str] = []
    first = Button("Deregister", lambda: done.append("first"))
    second = Button("Register", lambda: done.append("second"))
    first.clicked.connect(lambda: (first.hide(), second.show()))
    second.hide()
    opened(first, second)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    second.mouseDoubleClickEvent(_double_click(second))
    QTest.mouseRelease(second, Qt.MouseButton.LeftButton)
    assert done == ["first"]
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert done == ["first", "second"]


def _double_click(widget: QWidget) -> QMouseEvent:
    where = QPointF(widget.rect().center())
    left = Qt.MouseButton.LeftButton
    kind = QEvent.Type.MouseButtonDblClick
    return QMouseEvent(kind, where, widget.mapToGlobal(where), left, left, Qt.KeyboardModifier.NoModifier)


def test_the_chosen_segment_is_the_bolder_one_in_another_theme_too(opened: Opens, theme: Theme):
    segments = Segments([("a", "Light"), ("b", "Dark")], lambda _: theme.choose(ThemeChoice.DARK), chosen="a")
    opened(segments)
    segments.findChildren(QRadioButton)[1].click()
    settle()
    light, dark = (each.font().weight() for each in segments.findChildren(QRadioButton))
    assert light < dark
