"""The control of a setting, by what the setting may be. None of them decides: they tell what was chosen."""

from collections.abc import Callable

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLayout, QLineEdit, QSizePolicy, QSlider, QWidget

from softphone.i18n import tr
from softphone.line.model import camel
from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY
from softphone.settings.keys import AUTOMATIC, KEYS, Choice, Code, Number, ProxyAddress, Value
from softphone.settings.keys import Switch as OnOff
from softphone.ui.fields import indented
from softphone.ui.kit.layout import NO_MARGINS, in_column, in_row
from softphone.ui.kit.segments import Segments
from softphone.ui.kit.switch import Switch
from softphone.ui.kit.text import Text
from softphone.ui.kit.theme import motion, restyle
from softphone.wording.settings_words import CHOICES, label, with_unit

SETTLE_MS = 300  # a key held down on a number is one choice, not thirty
WIDTH_PX, NUMBER_PX, CODE_PX = 180, 130, 100

_TEXT_STEP_PERCENT = 5


class Field(QWidget):
    """The control of one key, or two that belong together.

    Signals:
        chosen(object): the person wants this value; text that is not understood comes as it is.
    """

    chosen: Signal = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.note = ""  # what is to be said of the value
        self.controls: tuple[QWidget, ...] = ()

    def _take(self, *controls: QWidget, layout: Callable[..., QLayout] = in_row) -> None:
        """Take the controls in; the first one is named after the key."""
        self.controls = controls
        controls[0].setObjectName(f"{camel(self.name)}Setting")
        controls[0].setAccessibleName(label(self.name))
        layout(*controls, of=self, margins=NO_MARGINS, spacing=8)

    def show_value(self, value: Value) -> None:
        """Show what holds; nothing is chosen by it."""
        self._show(value)

    def _show(self, value: Value) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Choose now what still waits to be chosen."""

    def show_fault(self, faulty: bool) -> None:
        """Mark what has to be mended; the keyboard stays where the person has taken it."""
        restyle(self.controls[-1], wrong=faulty)


class SwitchField(Field):
    """On or off."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._switch = Switch(self._turned)
        self._take(self._switch)

    def _show(self, value: Value) -> None:
        self._switch.setChecked(bool(value))

    def _turned(self, on: bool) -> None:
        self.chosen.emit(on)


class StillField(SwitchField):
    """Less motion: `system` as long as the person agrees with the system, else `on` or `off`."""

    def _show(self, value: Value) -> None:
        self._switch.setChecked(value == "on" or (value == "system" and motion.system_is_reduced(self)))

    def _turned(self, on: bool) -> None:
        self.chosen.emit("system" if on is motion.system_is_reduced(self) else "on" if on else "off")


class SegmentsField(Field):
    """One of a few words, all of them in sight."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        choices = [(word, tr(words)) for word, words in CHOICES[name].items()]
        self._segments = Segments(choices, self.chosen.emit, spoken=label(name))
        self._take(self._segments)

    def _show(self, value: Value) -> None:
        self._segments.choose(str(value))


class ChoiceField(Field):
    """One of a few words in a list."""

    def __init__(self, name: str, kind: Choice) -> None:
        super().__init__(name)
        self._box = _Box()
        self._take(self._box)
        for word in kind.words:
            self._offer(word)
        self._box.setMinimumWidth(WIDTH_PX)
        self._box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)  # as wide as its words
        self._box.currentIndexChanged.connect(lambda _: self.chosen.emit(self._box.currentData()))

    def _show(self, value: Value) -> None:
        with QSignalBlocker(self._box):
            if self._box.findData(value) < 0:  # allowed, and not offered
                self._offer(str(value))
            self._box.setCurrentIndex(self._box.findData(value))

    def _offer(self, word: str) -> None:
        self._box.addItem(tr(CHOICES[self.name][word]), word)


class _SettlingField(Field):
    """What is turned or pushed is chosen when it has stood for a moment."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._choose)

    def finish(self) -> None:
        if self._settle.isActive():
            self._settle.stop()
            self._choose()

    def _choose(self) -> None:
        raise NotImplementedError


class NumberField(_SettlingField):
    """A number with its unit."""

    def __init__(self, name: str, kind: Number) -> None:
        super().__init__(name)
        self._whole = kind.whole
        self._box = indented(_NumberBox())
        self._box.setDecimals(0 if kind.whole else 2)
        self._box.setRange(kind.least, kind.most)
        self._box.setKeyboardTracking(False)
        self._box.setFixedWidth(NUMBER_PX)
        self._take(self._box)
        self._show_unit()  # before the first layout, which is made for its width
        self._box.valueChanged.connect(self._changed)
        self._box.editingFinished.connect(self.finish)

    def _show(self, value: Value) -> None:
        assert isinstance(value, int | float)  # noqa: S101 - the table says so
        self._settle.stop()
        with QSignalBlocker(self._box):
            self._box.setValue(value)
        self._show_unit()

    def _changed(self) -> None:
        self._show_unit()
        self._settle.start()

    def finish(self) -> None:
        """Choose what was typed."""
        self._box.interpretText()  # where the desktop looks elsewhere, nothing says that typing is over
        super().finish()

    def _show_unit(self) -> None:
        before, _, after = with_unit(self.name, self._box.value(), "{n}").partition("{n}")
        self._box.setPrefix(before)
        self._box.setSuffix(after)

    def _choose(self) -> None:
        self.chosen.emit(round(self._box.value()) if self._whole else self._box.value())


class SliderField(_SettlingField):
    """A number with its unit that is pushed to and fro."""

    def __init__(self, name: str, kind: Number) -> None:
        super().__init__(name)
        self._slider = _Slider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(kind.least), round(kind.most))
        self._slider.setSingleStep(_TEXT_STEP_PERCENT)
        self._slider.setPageStep(5 * _TEXT_STEP_PERCENT)
        self._slider.setFixedWidth(WIDTH_PX)
        self._number = Text(secondary=True, wraps=False)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._take(self._slider, self._number)
        widest = with_unit(name, kind.most, number_text(kind.most))
        self._number.setFixedWidth(self._number.fontMetrics().horizontalAdvance(widest) + 16)
        self._slider.valueChanged.connect(self._changed)

    def _show(self, value: Value) -> None:
        assert isinstance(value, int)  # noqa: S101 - the table says so
        self._settle.stop()
        with QSignalBlocker(self._slider):
            self._slider.setValue(value)
        self._show_number()

    def _changed(self) -> None:
        self._show_number()
        self._settle.start()

    def _show_number(self) -> None:
        value = self._slider.value()
        self._number.say(with_unit(self.name, value, number_text(value)))

    def _choose(self) -> None:
        self.chosen.emit(self._slider.value())


class CodeField(Field):
    """A code in capitals, chosen when the field is left or on Enter; empty is automatic."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._shown = ""
        self._line = QLineEdit()
        self._line.setPlaceholderText(tr("Code") if name == "region" else tr("Country"))
        self._line.setFixedWidth(CODE_PX)
        self._take(self._line)
        self._line.editingFinished.connect(self.finish)

    def _show(self, value: Value) -> None:
        self._shown = "" if value == AUTOMATIC else str(value)
        self._line.setText(self._shown)
        self._line.setCursorPosition(0)

    def finish(self) -> None:
        """Choose what was typed, if it is new."""
        text = self._line.text().strip().upper()
        if text != self._shown:
            self._shown = text
            self.chosen.emit(text or AUTOMATIC)


class ProxyField(Field):
    """The system's proxy, none, or an address below."""

    _ADDRESS = "address"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._shown = ""
        self._kind = _Box()
        self._line = QLineEdit()
        self._take(self._kind, self._line, layout=in_column)
        for control in self.controls:
            control.setFixedWidth(WIDTH_PX)
        for words, value in (
            (tr("System"), SYSTEM_PROXY),
            (tr("None"), NO_PROXY),
            (tr("Address"), self._ADDRESS),
        ):
            self._kind.addItem(words, value)
        self._kind.currentIndexChanged.connect(self._kind_chosen)
        self._line.setObjectName("proxyAddress")
        self._line.setPlaceholderText("http://proxy:3128")
        self._line.setAccessibleName(tr("Address of the proxy"))
        self._line.editingFinished.connect(self.finish)

    def _show(self, value: Value) -> None:
        address = "" if value in (SYSTEM_PROXY, NO_PROXY) else str(value)
        with QSignalBlocker(self._kind):
            self._kind.setCurrentIndex(self._kind.findData(self._ADDRESS if address else value))
        self._shown = address
        self._line.setText(address)
        self._line.setCursorPosition(0)
        self._line.setHidden(not address)

    def _kind_chosen(self) -> None:
        chosen = self._kind.currentData()
        self._line.setHidden(chosen != self._ADDRESS)
        if chosen == self._ADDRESS:
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.chosen.emit(chosen)

    def finish(self) -> None:
        """Choose what was typed, if it is new."""
        text = self._line.text().strip()
        if text != self._shown and self._line.isVisible():
            self._shown = text
            self.chosen.emit(text)


def simple_field(name: str) -> Field | None:
    """Return the control for a key; None for certificates, which need more than a control."""
    match KEYS[name].kind:
        case OnOff():
            return SwitchField(name)
        case Choice() if name == "reduced_motion":
            return StillField(name)
        # Others than the offered ones may have to be shown; words too long to stand side by side.
        case Choice() as kind if kind.quiet or name == "notify_caller":
            return ChoiceField(name, kind)
        case Choice():
            return SegmentsField(name)
        case Number() as kind if name.endswith("_percent"):
            return SliderField(name, kind)
        case Number() as kind:
            return NumberField(name, kind)
        case ProxyAddress():
            return ProxyField(name)
        case Code():
            return CodeField(name)
        case _:
            return None


def number_text(number: float) -> str:
    """Return a number as the person's language writes it, without needless zeros."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(number), "g", 8)


class _Box(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not choose."""
        event.ignore()


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not choose."""
        event.ignore()


class _NumberBox(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not choose."""
        event.ignore()

    def textFromValue(self, value: float) -> str:
        return number_text(value)
