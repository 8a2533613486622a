"""The nine pictures of the design, made from the real window: same sizes, same people, same moment."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from softphone.auth.client_identity import ClientIdentity
from softphone.history.happenings import happenings
from softphone.settings.cloud_file import Cloud
from softphone.settings.policy_file import Managed
from softphone.settings.store import SettingsStore
from softphone.ui.bridge import Bridge
from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.history_reader import History
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.settings.settings_dialog import SettingsDialog
from softphone.ui.window.main_window import MainWindow
from tests.ui.fakes import PanelSpy
from tests.ui.gallery import png, sample
from tests.ui.history.past import MemoryJournal
from tests.ui.window_on import window_on

BODY_PX = 13
_UNFOLDED = 2  # the row whose events are seen


def use_letters_of_design(app: QApplication) -> None:
    """Use the letters that the design was drawn with, where they are installed."""
    if "Noto Sans" in QFontDatabase.families():
        font = QFont("Noto Sans")
        font.setPointSizeF(BODY_PX * 72 / app.primaryScreen().logicalDotsPerInchY())
        app.setFont(font)


class Painter:
    """Opens a window, lets it come to rest and saves what it shows: all pictures, or `only` one."""

    def __init__(self, theme: Theme, folder: Path, only: str | None) -> None:
        self._theme = theme
        self._folder = folder
        self._only = only
        folder.mkdir(parents=True, exist_ok=True)

    async def paint(
        self,
        name: str,
        panel: PanelSpy,
        size: tuple[int, int],
        *,
        dark: bool = False,
        demo: str | None = None,
        then: Callable[[MainWindow], object] = lambda _: None,
    ) -> None:
        """Save a picture of the window."""
        if self._only not in {None, name}:
            return
        self._theme.choose(ThemeChoice.DARK if dark else ThemeChoice.LIGHT)
        bridge = Bridge(panel)
        window = window_on(bridge, theme=self._theme, demo=demo, moment=lambda: sample.MOMENT)
        history = History(MemoryJournal(), window)
        window.resize(*size)
        window.show()
        window.contents.use_history(history)
        history.close()
        for line in panel.lines:
            line_id = line.identity.line_id
            window.contents.page.show_day(line_id, sample.DAYS.get(line_id, sample.CALM))
        then(window)
        window.setFocus()
        await asyncio.sleep(0.4)
        png.save(window.grab(), self._folder / f"{name}.png")
        bridge.close()
        window.closing = True
        window.close()
        window.deleteLater()


def be_in_central_europe() -> None:
    """Live in the time zone of the pictures."""
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()


async def paint_all(theme: Theme, folder: Path, only: str | None = None) -> None:
    """Make the pictures, or the one of that name."""
    painter = Painter(theme, folder, only)
    phone, list_size = (560, 680), (960, 680)
    await painter.paint("panel-hero-light", sample.panel(sample.ADA), phone)
    await painter.paint("panel-hero-trouble-dark", sample.panel(sample.RADIA), phone, dark=True)
    await painter.paint("panel-narrow", sample.panel(sample.NARROW), (420, 320))
    cards = sample.panel(sample.ADA, sample.GRACE, sample.LINUS)
    await painter.paint("panel-cards-light", cards, phone)
    await painter.paint("panel-list-light", sample.panel(*sample.TWELVE), list_size)
    beside = sample.panel(*sample.TWELVE)
    open_radia = lambda window: window.contents.page.open_details("line-104", by_person=False)  # noqa: E731
    await painter.paint(
        "panel-master-detail-dark", beside, (1280, 800), dark=True, demo="forty", then=open_radia
    )
    await painter.paint("panel-activity-light", sample.panel(*sample.TWELVE), list_size, then=_open_activity)
    unset = PanelSpy()
    unset.identity = ClientIdentity(Cloud(), unset.keyring, {})
    await painter.paint("panel-setup-light", unset, phone)
    if only in {None, "panel-settings-light"}:
        await _paint_settings(theme, folder)


def _open_activity(window: MainWindow) -> None:
    entries = tuple(reversed(sample.entries()))
    happened = happenings(entries[::-1], sample.NOW.astimezone(UTC))
    window.contents.page.activity.show_past(entries, happened, entries[-1].at)
    window.contents.page.open_activity()
    [view] = window.findChildren(ActivityList, "timelineList")
    view.setExpanded(view.rows.index(_UNFOLDED, 0), True)


async def _paint_settings(theme: Theme, folder: Path) -> None:
    theme.choose(ThemeChoice.LIGHT)
    with tempfile.TemporaryDirectory() as place:
        set_by_organisation = Managed(values={"close_to_tray": True})
        file = Path(place) / "settings.toml"
        SettingsStore(file).change(text_size_percent=125, start_at_login=True)
        store = SettingsStore(file, managed=set_by_organisation)
        parent = QWidget()
        dialog = SettingsDialog(store, parent)
        dialog.show()
        dialog.resize(700, 560)
        await asyncio.sleep(0.4)
        png.save(dialog.grab(), folder / "panel-settings-light.png")
        dialog.reject()
        parent.deleteLater()
