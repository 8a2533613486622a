"""Asks where the diagnostics go, and has them written there (interface.md#keys)."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from softphone.errors import SoftphoneError
from softphone.i18n import tr
from softphone.system.tasks import Tasks
from softphone.ui.kit.text import announce
from softphone.ui.placement import show_dialog
from softphone.wording.moment import Moment


class DiagnosticsSaver(QObject):
    """Saves the diagnostics; `export` writes them to a file and raises SoftphoneError.

    Signals:
        saved(str): the file was written.
        failed(SoftphoneError): it was not.
    """

    saved: Signal = Signal(str)
    failed: Signal = Signal(object)

    def __init__(
        self, export: Callable[[Path], Awaitable[None]], moment: Callable[[], Moment], window: QWidget
    ) -> None:
        super().__init__(window)
        self._export = export
        self._moment = moment
        self._window = window
        self._tasks = Tasks()

    def close(self) -> None:
        """Stop writing."""
        self._tasks.cancel()

    def ask_where(self) -> None:
        """Ask for a file, then write it. While one is being written, nothing happens."""
        if self._tasks:
            return
        dialog = QFileDialog(self._window, tr("Export diagnostics"))
        dialog.setObjectName("exportDiagnosticsDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{tr('Zip files')} (*.zip)")
        dialog.setDefaultSuffix("zip")
        dialog.setDirectory(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        dialog.selectFile(f"softphone-diagnostics-{self._moment().wall:%Y-%m-%d-%H%M}.zip")
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen)))
        show_dialog(dialog)

    def save(self, path: Path) -> None:
        """Begin to write the file; `saved` or `failed` follows."""
        self._tasks.start(self._save(path), "export diagnostics").add_done_callback(self._ended)

    async def _save(self, path: Path) -> None:
        try:
            await self._export(path)
        except SoftphoneError as error:
            self.failed.emit(error)
        else:
            announce(self._window, tr("The diagnostics were saved."))
            self.saved.emit(str(path))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.failed.emit(
                SoftphoneError("This app made a mistake.", title="The diagnostics were not saved")
            )
