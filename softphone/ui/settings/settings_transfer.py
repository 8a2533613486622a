"""Settings to a file and back, with the questions that belong to it."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from softphone.errors import ConfigError
from softphone.i18n import counted, tr
from softphone.settings.store import SettingsStore
from softphone.settings.transfer import Import, exported, read_import, write_export
from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.page_dialog import PageDialog
from softphone.ui.kit.text import Text, breakable
from softphone.ui.placement import show_dialog
from softphone.ui.settings.setting_fields import number_text
from softphone.wording.settings_words import label, shown

FILE_NAME = "softphone-settings.toml"
SIZE = (460, 360)


class SettingsExchange(QObject):
    """Import and export of one store's settings; `window` is what the dialogs stand above."""

    def __init__(self, store: SettingsStore, window: QWidget) -> None:
        super().__init__(window)  # a signal alone keeps nobody alive
        self._store = store
        self._window = window

    def ask_to_export(self) -> None:
        """Ask where to, write the file, and say what is in it."""
        dialog = self._file_dialog(tr("Export settings"), "exportFileDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(FILE_NAME)
        dialog.fileSelected.connect(self._export)
        show_dialog(dialog)

    def ask_to_import(self) -> None:
        """Ask which file, show what it would change, and change it if that is meant."""
        dialog = self._file_dialog(tr("Import settings"), "importFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read)
        show_dialog(dialog)

    def _export(self, path: str) -> None:
        names = exported(self._store)
        try:
            write_export(self._store, Path(path))
        except ConfigError as error:
            self._tell(tr("Settings were not exported"), (tr(error.sentence),))
            return
        told = counted(
            len(names),
            "{n} setting is in {file}.",
            "{n} settings are in {file}.",
            file=Path(path).name,
        )
        left_out = tr("Accounts, sign-ins, devices and secrets are not in it, nor the file of certificates.")
        self._tell(tr("Settings exported"), (told, left_out), names)

    def _read(self, path: str) -> None:
        try:
            found = read_import(self._store, Path(path))
        except ConfigError as error:
            self._tell(tr("Settings were not imported"), (tr(error.sentence), tr("Nothing was changed.")))
            return
        file = Path(path).name
        said = tr("{file} changes these settings:", file=file)
        dialog = PageDialog(tr("Import settings"), self._window, name="importDialog", size=SIZE)
        dialog.page.addWidget(Text(said if found.changes else tr("{file} changes nothing.", file=file)))
        for name, value in found.changes.items():
            setting, new = label(name), shown(name, value, number_text)
            old = shown(name, self._store.value(name), number_text)
            change = tr("{setting}: {new} (now {old})", setting=setting, new=new, old=old)
            dialog.page.addWidget(_entry(change))
        if found.locked:
            dialog.page.addWidget(Text(tr("These stay as your organisation has set them:")))
        for name in found.locked:
            dialog.page.addWidget(_entry(label(name)))
        self._add_close(dialog, tr("Cancel") if found.changes else tr("Close"))
        if found.changes:
            agree = partial(self._import, dialog, found)
            dialog.add_button(Button(tr("Import"), agree, name="importButton", kind=ButtonKind.PRIMARY))
        show_dialog(dialog)

    def _import(self, dialog: QDialog, found: Import) -> None:
        dialog.accept()
        try:
            self._store.change(**found.changes)
        except ConfigError as error:
            self._tell(tr("Settings were not imported"), (tr(error.sentence), tr("Nothing was changed.")))

    # The dialogs

    def _tell(self, title: str, sentences: Iterable[str], names: Iterable[str] = ()) -> None:
        dialog = PageDialog(title, self._window, name="exchangeDialog", size=SIZE)
        for sentence in sentences:
            dialog.page.addWidget(Text(breakable(sentence)))
        for name in names:
            setting, value = label(name), shown(name, self._store.value(name), number_text)
            dialog.page.addWidget(_entry(tr("{setting}: {value}", setting=setting, value=value)))
        self._add_close(dialog, tr("Close"))
        show_dialog(dialog)

    def _add_close(self, dialog: PageDialog, words: str) -> None:
        dialog.add_button(Button(words, dialog.reject, name=f"{dialog.objectName()}Close"))

    def _file_dialog(self, title: str, name: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setObjectName(name)
        dialog.setNameFilters([f"{tr('Settings')} (*.toml)", f"{tr('All files')} (*)"])
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog.setDirectory(home or str(Path.home()))
        return dialog


def _entry(words: str) -> Text:
    text = Text(breakable(words))
    text.setIndent(12)
    return text
