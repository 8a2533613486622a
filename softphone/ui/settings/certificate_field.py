"""The control for extra certificates: whose they are, and a button to choose another file."""

import ssl
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from softphone.i18n import counted, date, tr, visible
from softphone.settings.keys import Value
from softphone.ui.kit.button import Button
from softphone.ui.kit.text import breakable
from softphone.ui.placement import show_dialog
from softphone.ui.settings.setting_fields import Field
from softphone.wording.moment import LOCAL

SHOWN_AT_MOST = 3

_NAME_LIMIT = 80  # characters
_PATTERNS = "*.pem *.crt *.cer"


class CertificateField(Field):
    """A file of certificates in PEM."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._button = Button(tr("Add certificate…"), self._ask_for_file)
        self._take(self._button)
        self._button.setAccessibleName(self._button.text())

    def _show(self, value: Value) -> None:
        self.note: str = breakable("\n".join(_told(value))) if isinstance(value, Path) else ""

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, tr("Choose a file of certificates"))
        dialog.setObjectName("certificateFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{tr('Certificates in PEM')} ({_PATTERNS})", f"{tr('All files')} (*)"])
        dialog.fileSelected.connect(self.chosen.emit)
        show_dialog(dialog)


def _told(path: Path) -> list[str]:
    """Whose certificates they are and who issued them; the names come from the file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(path)
    except OSError:  # it was good when it was chosen
        return [tr("The file cannot be read any more.")]
    try:
        found = context.get_ca_certs()
    except (OSError, ValueError):  # connections can use it all the same
        return [tr("The names in this file cannot be read.")]
    if not found:
        return [tr("No certificate of an authority is in this file.")]
    told = [
        tr(
            "{subject}, issued by {issuer}, valid until {date}",
            subject=_name(one["subject"]),
            issuer=_name(one["issuer"]),
            date=_day(str(one["notAfter"])),
        )
        for one in found[:SHOWN_AT_MOST]
    ]
    if len(found) > SHOWN_AT_MOST:
        told.append(counted(len(found) - SHOWN_AT_MOST, "and {n} more", "and {n} more"))
    return told


def _name(parts: Any) -> str:
    names = {key: value for part in parts for key, value in part}
    name = names.get("commonName") or names.get("organizationName") or tr("Unnamed")
    return "".join(letter for letter in name if letter.isprintable())[:_NAME_LIMIT]


def _day(not_after: str) -> str:
    try:
        return date(datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), LOCAL))
    except (ValueError, OverflowError):  # the file's, and no day
        return visible(not_after, _NAME_LIMIT)
