import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from softphone.errors import SoftphoneError
from softphone.ui.help.diagnostics_saver import DiagnosticsSaver
from tests.ui.conftest import emitted, find
from tests.ui.fakes import MOMENT


async def test_the_person_chooses_the_place_and_hears_when_it_is_done(window: QWidget, tmp_path: Path):
    written: list[Path] = []

    async def export(path: Path) -> None:
        written.append(path)

    saver = DiagnosticsSaver(export, lambda: MOMENT, window)
    saver.ask_where()
    dialog: QFileDialog = find(window, "exportDiagnosticsDialog", QFileDialog)
    assert dialog.selectedFiles()[0].endswith("softphone-diagnostics-2026-11-22-1014.zip")
    assert dialog.windowTitle() == "Export diagnostics"
    dialog.fileSelected.emit(str(tmp_path / "here.zip"))
    assert await emitted(saver.saved) == (str(tmp_path / "here.zip"),)
    assert written == [tmp_path / "here.zip"]
    dialog.reject()


async def test_what_cannot_be_written_is_told(window: QWidget, tmp_path: Path):
    async def export(path: Path) -> None:
        raise SoftphoneError("No room.")

    saver = DiagnosticsSaver(export, lambda: MOMENT, window)
    saver.save(tmp_path / "here.zip")
    (error,) = await emitted(saver.failed)
    assert error.sentence == "No room."


async def test_while_one_is_written_no_other_is_asked_for_and_closing_ends_it(
    window: QWidget, tmp_path: Path
):
    async def export(path: Path) -> None:
        await asyncio.Event().wait()

    saver = DiagnosticsSaver(export, lambda: MOMENT, window)
    saver.save(tmp_path / "here.zip")
    await asyncio.sleep(0)
    saver.ask_where()
    assert window.findChildren(QFileDialog) == []
    saver.close()


async def test_a_fault_of_ours_is_told_too(window: QWidget, tmp_path: Path):
    async def export(path: Path) -> None:
        raise RuntimeError("oops")

    seen: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))
    saver = DiagnosticsSaver(export, lambda: MOMENT, window)
    saver.save(tmp_path / "here.zip")
    (error,) = await emitted(saver.failed)
    assert error.sentence == "This app made a mistake."
    await asyncio.sleep(0)
    assert len(seen) == 1
