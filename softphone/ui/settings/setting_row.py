"""One row of the settings: what is set, its control, and what there is to say of it."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from softphone.errors import ConfigError
from softphone.i18n import tr
from softphone.line.model import camel
from softphone.settings.store import SettingsStore
from softphone.ui.kit.icons import Icon, IconPicture
from softphone.ui.kit.layout import NO_MARGINS, in_column, in_row, turn
from softphone.ui.kit.text import Text, TextStyle, announce, breakable
from softphone.ui.settings.certificate_field import CertificateField
from softphone.ui.settings.setting_fields import Field, simple_field
from softphone.wording.settings_words import IN_ROW_OF, LOCKED, RESTART, label, refused

HEIGHT_PX = 48
WIDE_PX = 440  # from here on the control stands beside the words


class SettingRow(QWidget):
    """It changes the store at once; what the store refuses is said below."""

    def __init__(self, name: str, store: SettingsStore) -> None:
        super().__init__()
        self._store = store
        self.name = name
        names = (name, *filter(None, [IN_ROW_OF.get(name)]))
        self.fields: tuple[Field, ...] = tuple(simple_field(each) or CertificateField(each) for each in names)
        self._lay_out()
        for field in self.fields:
            field.chosen.connect(lambda value, field=field: self._choose(field, value))
            self._show(field)
        self._show_notes()

    def refresh(self, changed: frozenset[str]) -> None:
        """Show what holds now, if any of these keys are of this row."""
        mine = [field for field in self.fields if field.name in changed]
        for field in mine:
            self._show(field)
        if mine:
            self._show_notes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        turn(self._box, below=self.width() < WIDE_PX)

    def _show(self, field: Field) -> None:
        field.show_value(self._store.value(field.name))
        field.show_fault(False)
        field.setEnabled(not self._store.is_locked(field.name))

    def _show_notes(self) -> None:
        locked = any(self._store.is_locked(field.name) for field in self.fields)
        waits = any(self._store.waits_for_start(field.name) for field in self.fields)
        note = tr(LOCKED) if locked else tr(RESTART) if waits else ""
        self._note.say(note)
        self._padlock.setVisible(locked)
        self._sign.setHidden(not note)
        told = "\n".join(field.note for field in self.fields if field.note)
        self._told.say(breakable(told))
        self._problem.say("")
        for field in self.fields:
            field.controls[0].setAccessibleDescription(" ".join(filter(None, (told, note))))

    def _choose(self, field: Field, value: object) -> None:
        try:
            self._store.check({field.name: value}, called=label)
            self._store.change(**{field.name: value})
        except ConfigError as error:
            words = refused(field.name) or tr(error.sentence)
            self._problem.say(breakable(words))
            field.show_fault(True)
            announce(self, words)
        else:
            self.refresh(frozenset({field.name}))

    def _lay_out(self) -> None:
        self.setObjectName(f"{camel(self.name)}Row")
        self._padlock = IconPicture(Icon.PADLOCK, 12, name="lockIcon")
        self._note = Text(style=TextStyle.SMALL, secondary=True, name=f"{camel(self.name)}Note")
        self._told = Text(style=TextStyle.SMALL, secondary=True)
        self._problem = Text(name=f"{camel(self.name)}Problem")
        self._problem.setProperty("kit", "problem")
        self._sign = QWidget()
        in_row(self._padlock, (self._note, 1), of=self._sign, margins=NO_MARGINS, spacing=6)
        words = in_column(1, Text(label(self.name)), self._told, self._sign, 1, spacing=0)
        fields = in_row(*self.fields, spacing=8)
        self._box = in_row((words, 1), fields, spacing=8)
        self._box.setContentsMargins(*NO_MARGINS)
        in_column(self._box, self._problem, of=self, margins=(16, 6, 14, 6), spacing=4)
        self.setMinimumHeight(HEIGHT_PX)
