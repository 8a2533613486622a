"""What the menu opens beside the window: settings, devices, the check, diagnostics, drills.

Each is loaded when it is first wanted.
"""

from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog

from softphone.i18n import tr
from softphone.line.model import LineSnapshot
from softphone.settings.cloud_file import Network
from softphone.settings.store import SettingsStore
from softphone.system.tasks import Tasks
from softphone.ui.bridge import Bridge
from softphone.ui.commands import Command
from softphone.ui.help.diagnostics_saver import DiagnosticsSaver
from softphone.ui.placement import show_dialog
from softphone.ui.settings.settings_transfer import SettingsExchange
from softphone.ui.window.main_window import MainWindow
from softphone.wording.moment import Moment
from softphone.wording.settings_words import Tab

if TYPE_CHECKING:
    from softphone.ui.help.check_dialog import RunCheck
    from softphone.ui.help.update_dialog import LookForUpdate
    from softphone.ui.settings.settings_dialog import SettingsDialog

STATUS_PAGE = "https://status.webex.com/"
PLAIN_PAGE = "http://www.webex.com/"  # not https: a network that wants a web sign-in can answer in its place

TryNetwork = Callable[[Network], Awaitable[str]]


class Tools(QObject):
    """Opens dialogs over a window.

    `drills` is the panel of a demo, `open_url` opens the person's browser, and `without` says which settings
    mean nothing here. `open_recording` opens a file of diagnostics beside the window. `look_for_update` is
    None where this program does not look for newer versions.
    """

    def __init__(
        self,
        window: MainWindow,
        bridge: Bridge,
        store: SettingsStore,
        moment: Callable[[], Moment],
        *,
        run_check: "RunCheck",
        try_network: TryNetwork,
        export: Callable[[Path], Awaitable[None]],
        open_url: Callable[[str], bool],
        open_recording: Callable[[str], object] = lambda _: None,
        drills: QDialog | None = None,
        look_for_update: "LookForUpdate | None" = None,
        without: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bridge = bridge
        self._store = store
        self._moment = moment
        self._run_check = run_check
        self._try_network = try_network
        self._open_url = open_url
        self._open_recording = open_recording
        self._drills = drills
        self._look_for_update = look_for_update
        self._without = without
        self._saver = DiagnosticsSaver(export, moment, window)
        self._saver.failed.connect(window.contents.banners.show_error)
        self._exchange = SettingsExchange(store, window)
        self._tasks = Tasks()
        window.contents.commands.offer([Command.DRILLS], offered=drills is not None)
        self._unsubscribe = store.subscribe(lambda _: self._offer_update())
        self._offer_update()

    async def close(self) -> None:
        """End what runs."""
        self._unsubscribe()
        self._saver.close()
        await self._tasks.close()

    def carry_out(self, command: Command) -> None:
        """Carry out what opens something; any other command is somebody else's."""
        match command:
            case Command.SETTINGS:
                self.open_settings()
            case Command.NETWORK_SETTINGS:
                self.open_settings(Tab.NETWORK)
            case Command.DEVICES:
                from softphone.ui.devices.devices_dialog import DevicesDialog

                self._open(DevicesDialog(self._bridge, self._moment, self._window))
            case Command.CHECK:
                from softphone.ui.help.check_dialog import CheckDialog

                line = self._selected_line()
                self._open(CheckDialog(self._run_check, line, self._moment, self._window))
            case Command.EXPORT_DIAGNOSTICS:
                self._saver.ask_where()
            case Command.OPEN_DIAGNOSTICS:
                self._ask_what_to_open()
            case Command.DRILLS if self._drills is not None:
                self._drills.show()
                self._drills.raise_()
            case Command.IMPORT_SETTINGS:
                self._exchange.ask_to_import()
            case Command.EXPORT_SETTINGS:
                self._exchange.ask_to_export()
            case Command.GUIDES:
                from softphone.ui.help.guide_dialog import GuideDialog

                self._open(GuideDialog(self._open_url, self._window))
            case Command.SERVICE_STATUS:
                self._open_url(STATUS_PAGE)
            case Command.OPEN_WEB_PAGE:
                self._open_url(PLAIN_PAGE)
            case Command.CHECK_FOR_UPDATES if self._look_for_update is not None:
                from softphone.ui.help.update_dialog import UpdateDialog

                self._open(UpdateDialog(self._bridge, self._look_for_update, self._open_url, self._window))
            case _:
                pass

    def open_general_settings(self) -> None:
        """Open the settings from outside the window."""
        self.open_settings()

    def open_settings(self, tab: Tab = Tab.GENERAL) -> None:
        """Open the settings at a tab."""
        from softphone.ui.settings.settings_dialog import SettingsDialog

        self._window.bring_to_front()
        without = {*self._without(), *(("check_for_updates",) if self._look_for_update is None else ())}
        dialog = SettingsDialog(self._store, self._window, without=without)
        dialog.show_tab(tab)
        dialog.network_test_asked.connect(lambda network: self._tasks.start(self._test(dialog, network)))
        self._open(dialog)

    def _ask_what_to_open(self) -> None:
        dialog = QFileDialog(self._window, tr("Open diagnostics"))
        dialog.setObjectName("openDiagnosticsDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{tr('Zip files')} (*.zip)")
        dialog.fileSelected.connect(self._open_recording)
        self._open(dialog)

    def _offer_update(self) -> None:
        wanted = self._look_for_update is not None and self._store.settings.check_for_updates
        self._window.contents.commands.offer([Command.CHECK_FOR_UPDATES], offered=wanted)

    async def _test(self, dialog: "SettingsDialog", network: Network) -> None:
        words = await self._try_network(network)
        if dialog.isVisible():
            dialog.show_network_test(words)

    def _selected_line(self) -> LineSnapshot | None:
        model = self._window.contents.model
        return model.line(self._window.contents.page.current_id) or next(iter(model.lines), None)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(self._window.activateWindow)  # without a window manager nobody else does
        show_dialog(dialog)
