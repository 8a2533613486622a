"""The whole program with its window, on a simulated cloud in the test's own loop: for interface.md#checks.

Everything is real, from the widgets to the sockets; the keyring alone is in memory, or missing.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from softphone import app, exit_codes
from softphone.accounts.snapshot import AccountSnapshot
from softphone.auth.keystore import Keystore, MemoryKeystore
from softphone.headless.instance import Instance, ask
from softphone.line.model import LineSnapshot
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import Folders
from softphone.ui import start as window
from softphone.ui.commands import Command
from softphone.ui.history.activity_list import ActivityList
from softphone.ui.history.activity_model import Day
from softphone.ui.kit.status_badge import StatusBadge
from softphone.ui.kit.theme import MotionChoice, Theme, ThemeChoice, motion
from softphone.ui.lines.line_card import LineCard
from softphone.ui.lines.line_row import LineRow
from softphone.ui.window.appearance import scale_text
from softphone.ui.window.main_window import MainWindow
from tests.end_to_end.person import Person
from tests.end_to_end.test_own_browser import Browser
from tests.kit.ports import free_port

PATIENCE_S = 40.0
EMAIL, PASSWORD = "ada@example.com", "demo"  # of the scenarios' Ada


def cloud_of(scenario: str, time_scale: float, **more: Any) -> CloudServer:
    """A cloud that a browser on this computer can come back from."""
    uris = tuple(f"http://localhost:{free_port()}/callback" for _ in range(2))
    return CloudServer(scenario, time_scale=time_scale, redirect_uris=uris, **more)


class Seat(Person):
    """A person in front of the running program, who knows the cloud behind it, too."""

    def __init__(self, shown: MainWindow, program: app.Program, cloud: CloudServer, home: Path) -> None:
        super().__init__(shown, home)
        self.program = program
        self.cloud = cloud
        self.browsers: list[Browser] = []

    async def until(self, what: str, holds: Callable[[], object]) -> Any:
        """Wait until something holds, more briefly than a test may take, and return it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := holds()):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; on the screen: {self.texts()}") from None
        return found

    # ---- what is seen

    @property
    def cards(self) -> list[LineCard | LineRow]:
        """The cards or rows that are shown, in the order of their lines, whatever group they stand in."""
        shown = {card.line_id: card for card in self.window.contents.page.lines.cards if card.isVisible()}
        return [shown[line.identity.line_id] for line in self.lines if line.identity.line_id in shown]

    @property
    def badges(self) -> dict[str, str]:
        """What each line's badge says, by the name of its card."""
        return {card.accessibleName(): told_by(self.badge_of(card)) for card in self.cards}

    @property
    def dialogs(self) -> list[QDialog]:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog)]
        return [one for one in found if one.isVisible()]

    @property
    def accounts(self) -> tuple[AccountSnapshot, ...]:
        """Who is signed in, or was."""
        return self.window.contents._bridge.panel.accounts

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """What the lines behind the cards are."""
        return self.window.contents.model.every

    @staticmethod
    def badge_of(card: QWidget) -> StatusBadge:
        return next(one for one in card.findChildren(StatusBadge) if one.isVisibleTo(card))

    def text(self, name: str, within: QWidget | None = None) -> str:
        """The text of the first visible label of this name."""
        labels = (within or self.window).findChildren(QLabel, name)
        return next((label.text() for label in labels if label.isVisible()), "")

    def banners(self) -> list[QWidget]:
        return [one for one in self.window.findChildren(QWidget, "banner") if one.isVisible()]

    async def until_badges(self, *patterns: str) -> None:
        """Wait until every badge, in the order of the cards, is what its pattern says."""

        def fit() -> bool:
            words = [told_by(self.badge_of(card)) for card in self.cards]
            fits = (re.fullmatch(*pair) for pair in zip(patterns, words, strict=False))
            return len(words) == len(patterns) and all(fits)

        await self.until(f"badges {patterns}", fit)

    async def timeline(self) -> list[str]:
        """Open the activity; what happened, newest first, an interruption with all that it unfolds."""
        if self.find("timeline") is None:
            self.command(Command.TIMELINE)
        rows = await self.until("rows of the activity", self.timeline_rows)
        return list(rows)

    def timeline_rows(self) -> list[str]:
        view = self.find("timelineList")
        if not isinstance(view, ActivityList):
            return []  # it is hidden while nothing has happened
        days = {
            str(view.rows.index(at, 0).data()) for at, row in enumerate(view.rows.rows) if type(row) is Day
        }
        return [text for text in view.rows.texts() if text not in days]

    async def status(self) -> dict[str, Any]:
        """What `softphone status --json` prints."""
        assert self.program.instance is not None
        answer = await asyncio.to_thread(ask, self.program.instance, {"verb": "status"})
        assert answer is not None
        return answer

    def requests(self, *places: str) -> list[int | None]:
        """What the cloud answered to the requests for these places."""
        return [entry["status"] for entry in self.cloud.journal() if entry["place"] in places]

    # ---- what is done

    def activity(self) -> list[str]:
        """All that stands behind the rows of the activity, oldest first, as it would be copied."""
        return self.window.contents.page.activity.text().splitlines()

    def command(self, command: Command) -> None:
        self.window.contents.commands.action(command).trigger()

    def keys(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused: QWidget | None = self.window.focusWidget()
        QTest.keyClick(self.window if focused is None else focused, key, modifiers)

    async def rest(self, nominal_s: float) -> None:
        """Let nominal seconds pass."""
        await asyncio.sleep(nominal_s * self.cloud.time_scale)

    async def sign_in_by_browser(self) -> None:
        """Sign in with a browser that the window opens."""
        self.command(Command.USE_BROWSER)
        await self.until(
            "the window back", lambda: self.browsers and not self.window.contents._sign_in.active
        )

    async def type_credentials(self, *, again: bool = False) -> None:
        """Type where the page has put the cursor, and press Enter; it knows who signs in `again`."""
        await self.on_page("email")
        view: Any = self.find("signInView")
        page = view.view.focusProxy()
        page.setFocus()
        await asyncio.sleep(0.2)  # the page takes the focus in a process of its own
        if not again:
            QTest.keyClicks(page, EMAIL)
            QTest.keyClick(page, Qt.Key.Key_Tab)
        QTest.keyClicks(page, PASSWORD)
        QTest.keyClick(page, Qt.Key.Key_Return)

    async def accept(self) -> None:
        """Press Accept on the page; what is not painted yet takes no click, so look what came of it."""
        await self.on_page("acceptButton")
        async with asyncio.timeout(PATIENCE_S):
            while self.find("signInView") is not None:
                await self.click_on_page("acceptButton")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(3):
                        while self.find("signInView") is not None:
                            await asyncio.sleep(0.02)

    def _open(self, address: str) -> bool:
        browser = Browser(self.cloud)
        browser.open(address)
        self.browsers.append(browser)
        return True


def told_by(badge: StatusBadge) -> str:
    """Word and tag of a badge."""
    return f"{badge.words} · {badge.tag}" if badge.tag else badge.words


def accessible_name(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


@asynccontextmanager
async def opened(
    cloud: CloudServer,
    home: Path,
    theme: Theme,
    *,
    people: Sequence[int] = (),
    keystore: Keystore | None = None,
    demo: str | None = None,
) -> AsyncIterator[Seat]:
    """Run the program until the block ends. `people`: whose access tokens it is given, by number."""
    folders = Folders(config=home / "config", state=home / "state")
    folders.make()
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    place = Instance(name="default", lock_path=home / "run" / "it.lock", socket_path=home / "run" / "it.sock")
    program = app.Program(
        cloud=cloud_file.load_cloud(cloud.cloud_file, folders),
        folders=folders,
        keystore=keystore or MemoryKeystore(),
        tokens=tuple(cloud.users[number].token for number in people),
        demo=demo,
        instance=place,
        control_url=cloud.control if demo is not None else None,
    )
    application: Any = QApplication.instance()
    font = application.font()
    shown: asyncio.Future[MainWindow] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(window.show_window(program, application, shown=shown.set_result))
    either: set[asyncio.Future[Any]] = {shown, running}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    seat = Seat(shown.result(), program, cloud, home)
    seat.window.contents._sign_in._open_url = seat._open
    try:
        yield seat
    finally:
        seat.window.quit_asked.emit()
        assert await running == exit_codes.EXIT_OK
        for browser in seat.browsers:
            if browser.ended is not None:
                browser.ended.cancel()
                await asyncio.gather(browser.ended, return_exceptions=True)
        application.setFont(font)
        scale_text(application, 100)
        motion.choose(MotionChoice.SYSTEM)
        for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):  # the window had a theme of its own
            theme.choose(choice)
