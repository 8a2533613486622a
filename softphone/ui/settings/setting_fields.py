"""The control of a setting, by what the setting may be. None of them decides: they tell what was chosen."""

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QWidget

from softphone.i18n import tr
from softphone.line.model import camel
from softphone.settings.cloud_file import NO_PROXY, SYSTEM_PROXY
from softphone.settings.keys import AUTOMATIC, Choice, Code, Key, Number, Numbers, ProxyAddress, Switch, Value
from softphone.ui.kit.button import RING_ROOM
from softphone.ui.kit.outlined import Outlined, Tick
from softphone.wording.settings_words import CHOICES, WORDS, from_unit, in_unit

SETTLE_MS = 300  # a key held down on a number is one choice, not thirty
WIDTH_LETTERS = 26


class Field(Outlined):
    """The control of one setting.

    Signals:
        chosen(object): the person wants this value; text that is not understood comes as it is.
    """

    chosen = Signal(object)

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key
        width = WIDTH_LETTERS * self.fontMetrics().averageCharWidth()
        self.setMinimumWidth(width + 2 * RING_ROOM)  # all rows have one column of controls

    def show_value(self, value: Value) -> None:
        """Show what holds; nothing is chosen by it."""
        raise NotImplementedError

    def describe(self, name: str, description: str) -> None:
        """Tell a screen reader what is set here."""
        self.controls[0].setAccessibleName(name)
        self.controls[0].setAccessibleDescription(description)

    def add(self, control: QWidget) -> None:
        """Take a control in; the first one is named after the setting."""
        if not self.controls:
            control.setObjectName(f"{camel(self.key.name)}Setting")
        self.outline(control)


class SwitchField(Field):
    """On or off."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._box = Tick()
        self._box.toggled.connect(self.chosen.emit)
        self.add(self._box)

    def show_value(self, value: Value) -> None:
        """Show what holds."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))


class ChoiceField(Field):
    """One of a few words."""

    def __init__(self, key: Key, kind: Choice) -> None:
        super().__init__(key)
        self._box = _Box()
        for word in kind.words:
            self._offer(word)
        self._box.currentIndexChanged.connect(lambda _: self.chosen.emit(self._box.currentData()))
        self.add(self._box)

    def show_value(self, value: Value) -> None:
        """Show what holds, even if it is not offered."""
        with QSignalBlocker(self._box):
            if self._box.findData(value) < 0:
                self._offer(str(value))
            self._box.setCurrentIndex(self._box.findData(value))

    def _offer(self, word: str) -> None:
        self._box.addItem(tr(CHOICES[self.key.name][word]), word)


class NumberField(Field):
    """A number with its unit. It is chosen when it has stood for a moment, or when the field is left."""

    def __init__(self, key: Key, kind: Number) -> None:
        super().__init__(key)
        self._whole = kind.whole
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._choose)
        self._box = _NumberBox()
        self._box.setDecimals(0 if kind.whole else 2)
        self._box.setRange(in_unit(key.name, kind.least), in_unit(key.name, kind.most))
        self._box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self._box.setKeyboardTracking(False)
        self._show_unit()  # before the first layout, which is made for its width
        self._box.valueChanged.connect(self._changed)
        self._box.editingFinished.connect(self._choose)
        self.add(self._box)

    def show_value(self, value: Value) -> None:
        """Show what holds."""
        assert isinstance(value, int | float)  # noqa: S101 - the table says so
        self._settle.stop()
        with QSignalBlocker(self._box):
            self._box.setValue(in_unit(self.key.name, value))
        self._show_unit()

    def _changed(self) -> None:
        self._show_unit()
        self._settle.start()

    def _show_unit(self) -> None:
        before, _, after = WORDS[self.key.name].unit.words(self._box.value(), "{n}").partition("{n}")
        self._box.setPrefix(before)
        self._box.setSuffix(after)

    def _choose(self) -> None:
        if self._settle.isActive() or self.sender() is self._settle:
            self._settle.stop()
            number = from_unit(self.key.name, self._box.value())
            self.chosen.emit(round(number) if self._whole else round(number, 6))


class TextField(Field):
    """A line of text, chosen when the field is left or on Enter."""

    def __init__(self, key: Key, placeholder: str = "") -> None:
        super().__init__(key)
        self._shown = ""
        self._line = QLineEdit()
        self._line.setPlaceholderText(placeholder)
        self._line.editingFinished.connect(self._choose)
        self.add(self._line)

    def show_value(self, value: Value) -> None:
        """Show what holds."""
        self._shown = self.written(value)
        self._line.setText(self._shown)
        self._line.setCursorPosition(0)

    def written(self, value: Value) -> str:
        """Return the value as it is typed."""
        return str(value)

    def read(self, text: str) -> object:
        """Return what was typed as a value, or as it is."""
        return text

    def _choose(self) -> None:
        text = self._line.text().strip()
        if text != self._shown:
            self._shown = text
            self.chosen.emit(self.read(text))


class CodeField(TextField):
    """A code in capitals; empty is automatic."""

    def __init__(self, key: Key) -> None:
        super().__init__(key, tr("Automatic"))

    def written(self, value: Value) -> str:
        """Return the code."""
        return "" if value == AUTOMATIC else str(value)

    def read(self, text: str) -> object:
        """Return the code."""
        return text.upper() or AUTOMATIC


class NumbersField(TextField):
    """Some numbers with a space between them."""

    def written(self, value: Value) -> str:
        """Return the numbers as the person's language writes them."""
        return " ".join(number_text(one) for one in value) if isinstance(value, tuple) else ""

    def read(self, text: str) -> object:
        """Return the numbers; the text if one is none."""
        try:
            return tuple(float(part.rstrip(";").replace(",", ".")) for part in text.split())
        except ValueError:
            return text


class ProxyField(Field):
    """The system's proxy, none, or an address below."""

    _ADDRESS = "address"

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self._kind = _Box()
        for words, value in (
            (tr("Like the system"), SYSTEM_PROXY),
            (tr("None"), NO_PROXY),
            (tr("This address:"), self._ADDRESS),
        ):
            self._kind.addItem(words, value)
        self._kind.currentIndexChanged.connect(self._kind_chosen)
        self._line = QLineEdit()
        self._line.setObjectName("proxyAddress")
        self._line.setPlaceholderText("http://proxy.example.com:3128")
        self._line.setAccessibleName(tr("Address of the proxy"))
        self._line.editingFinished.connect(self._choose_address)
        self._shown = ""
        self.add(self._kind)
        self.add(self._line)

    def show_value(self, value: Value) -> None:
        """Show what holds."""
        address = "" if value in (SYSTEM_PROXY, NO_PROXY) else str(value)
        with QSignalBlocker(self._kind):
            self._kind.setCurrentIndex(self._kind.findData(self._ADDRESS if address else value))
        self._shown = address
        self._line.setText(address)
        self._line.setCursorPosition(0)
        self._line.setVisible(bool(address))

    def _kind_chosen(self) -> None:
        chosen = self._kind.currentData()
        self._line.setVisible(chosen == self._ADDRESS)
        if chosen == self._ADDRESS:
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.chosen.emit(chosen)

    def _choose_address(self) -> None:
        text = self._line.text().strip()
        if text != self._shown and self._line.isVisible():
            self._shown = text
            self.chosen.emit(text)


def simple_field(key: Key) -> Field | None:
    """Return the control for a key; None for certificates, which need more than a control."""
    match key.kind:
        case Switch():
            return SwitchField(key)
        case Choice() as kind:
            return ChoiceField(key, kind)
        case Number() as kind:
            return NumberField(key, kind)
        case Numbers():
            return NumbersField(key)
        case ProxyAddress():
            return ProxyField(key)
        case Code():
            return CodeField(key)
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


class _NumberBox(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page: scrolling must not choose."""
        event.ignore()

    def textFromValue(self, value: float) -> str:
        return number_text(value)
