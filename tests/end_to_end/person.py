"""A person in front of the real window: run as a program, `python -m tests.end_to_end.person CLOUD HOME OUT`.

Opens the program on the cloud file CLOUD, with everything it writes below HOME, clicks and types through
the main job, writes what was seen to OUT (JSON) and closes the window. Everything but the person is real:
the window, the web engine, the HTTP client, the machine; only the keyring is in memory.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QWidget

from softphone import app
from softphone.auth.keystore import MemoryKeystore
from softphone.settings import cloud_file as config
from softphone.sim.server import CloudServer
from softphone.system import launch, log
from softphone.system.folders import Folders
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.start import show_window
from softphone.ui.window.main_window import MainWindow
from tests.kit.processes import is_alive

PATIENCE_S = 30.0


class Person:
    """Sees what is on the screen, clicks and types. Waits as long as a person would, then complains."""

    def __init__(self, window: MainWindow, pictures: Path) -> None:
        self.window = window
        self.seen: dict[str, Any] = {"texts": []}
        self.renderers: set[int] = set()  # of the sign-in page; their command lines do not tell
        self._pictures = pictures

    async def until(self, what: str, holds: Callable[[], object]) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := holds()):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self.window.grab().save(str(self._pictures / "stuck.png"))
            raise AssertionError(f"waited in vain for: {what}; on the screen: {self.texts()}") from None
        return found

    def find(self, name: str) -> QWidget | None:
        """The first visible widget of this objectName."""
        for widget in self.window.findChildren(QWidget, name):
            if widget.isVisible():
                return widget
        return None

    def texts(self) -> list[str]:
        """Every text on the screen: labels, buttons, names and tooltips."""
        found = []
        for widget in self.window.findChildren(QWidget):
            if not widget.isVisible():
                continue
            texts = [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
            if isinstance(widget, QLabel | QAbstractButton):
                texts.append(widget.text())
            found += [text.replace("\u200b", "") for text in texts if text]  # where a long word may break
        return found

    def reads(self, text: str) -> bool:
        """This stands on the screen."""
        return text in self.texts()

    def remember(self, name: str) -> None:
        """Keep a picture and the texts of this moment."""
        self.window.grab().save(str(self._pictures / f"{name}.png"))
        self.seen["texts"] += [*self.texts(), self.window.windowTitle()]

    async def click(self, name: str) -> None:
        widget = await self.until(name, lambda: (found := self.find(name)) and found.isEnabled() and found)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    async def click_on_card(self, name: str) -> None:
        """Click a button of a line's card; banners may have one of the same name."""

        def look() -> QWidget | None:
            for card in self.window.findChildren(QWidget, "lineCard"):
                for widget in card.findChildren(QWidget, name):
                    if widget.isVisible() and widget.isEnabled():
                        return widget
            return None

        QTest.mouseClick(await self.until(f"{name} on a card", look), Qt.MouseButton.LeftButton)

    async def badge(self, words: str) -> None:
        def shows() -> bool:
            badge = self.find("statusBadge")
            return badge is not None and badge.accessibleName().endswith(words)

        await self.until(f"badge '{words}'", shows)

    # ---- in the page

    async def on_page(self, element: str) -> QPoint:
        """Wait until an element is on the page; return its middle."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    view: Any = self.find("signInView")
                    if view is not None and view.page.renderProcessPid():
                        self.renderers.add(view.page.renderProcessPid())
                    if view is not None and (answer := await ask(view.page, middle_of(element))):
                        x, y = (place * view.page.zoomFactor() for place in json.loads(answer))
                        return QPoint(round(x), round(y))
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self.window.grab().save(str(self._pictures / "stuck.png"))
            raise AssertionError(f"waited in vain for {element} on the page") from None

    async def click_on_page(self, element: str) -> None:
        where = await self.on_page(element)
        view: Any = self.find("signInView")
        QTest.mouseClick(
            view.view.focusProxy(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where
        )
        await asyncio.sleep(0.1)

    async def type_on_page(self, element: str, text: str) -> None:
        await self.click_on_page(element)
        view: Any = self.find("signInView")
        QTest.keyClicks(view.view.focusProxy(), text)
        await asyncio.sleep(0.1)


def middle_of(element: str) -> str:
    """Return the script that finds the middle of an element; empty while it is not there."""
    return (
        f"(() => {{const e = document.getElementById('{element}'); if (!e) return '';"
        "const r = e.getBoundingClientRect();"
        "return JSON.stringify([r.x + r.width / 2, r.y + r.height / 2])})()"
    )


async def ask(page: Any, script: str) -> str:
    """Return what a script in a page returns."""
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    page.runJavaScript(script, 0, lambda result: answer.done() or answer.set_result(str(result or "")))
    async with asyncio.timeout(20):
        return await answer


async def main_job(person: Person) -> None:
    """Sign in, see the line registered, look at its details, deregister, register again, leave."""
    person.remember("signed-out")
    await person.click("signInButton")
    await person.on_page("email")
    person.seen["renderers while signing in"] = sum(map(is_alive, person.renderers))
    person.remember("sign-in")
    person.seen["host"] = person.find("signInHost").text()  # type: ignore[union-attr]
    await person.type_on_page("email", "ada@example.com")
    await person.type_on_page("password", "demo")
    await person.click_on_page("signInSubmit")
    await person.on_page("acceptButton")
    person.remember("consent")
    await person.click_on_page("acceptButton")
    await person.badge("Registered")
    person.remember("registered")
    await person.until("no renderer", lambda: not any(map(is_alive, person.renderers)))
    await person.click("detailsButton")
    tabs = cast("QTabBar", await person.until("the tabs", lambda: person.find("detailsTabs")))
    for tab, text in enumerate(("Last confirmed", "Nothing has happened yet.", "Last seen by Webex")):
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(tab).center())
        await person.until(text, partial(person.reads, text))
        person.remember(f"details-{tab}")
    QTest.keyClick(person.window, Qt.Key.Key_Escape)
    await person.click("deregisterButton")
    await person.badge("Not registered")
    person.remember("deregistered")
    await person.click("registerButton")
    await person.badge("Registered")
    person.remember("registered-again")
    person.seen["renderers at the end"] = sum(map(is_alive, person.renderers))


def run(module: str, cloud: CloudServer, folder: Path, **environment: str) -> tuple[int, str, dict[str, Any]]:
    """Run a person of this kind to the end; return the exit code, what was said and what was seen."""
    out = folder / "seen.json"
    if os.geteuid() == 0:
        environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", module, str(cloud.cloud_file), str(folder / "home"), str(out)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    seen = json.loads(out.read_text()) if out.exists() else {}
    return done.returncode, done.stdout + done.stderr, seen


def main(
    cloud_file: Path,
    home: Path,
    out: Path,
    job: Callable[[Person], Awaitable[None]] = main_job,
    *,
    demo: str = "calm",
    tokens: tuple[str, ...] = (),
) -> int:
    """Run the program with a person in front of it who does `job`; returns the program's exit code."""
    folders = Folders(config=home / "config", state=home / "state")
    folders.make()
    log.set_up("debug", folders.state)
    program = app.Program(
        cloud=config.load_cloud(cloud_file, folders),
        folders=folders,
        keystore=MemoryKeystore(),
        tokens=tokens,
        demo=demo,
    )
    application = App([sys.argv[0]])
    fault: list[BaseException] = []

    async def run() -> int:
        tasks: list[asyncio.Task[None]] = []

        def shown(window: MainWindow) -> None:
            tasks.append(asyncio.get_running_loop().create_task(use(Person(window, out.parent))))

        async def use(person: Person) -> None:
            try:
                await job(person)
            except BaseException as error:
                fault.append(error)
                raise
            finally:
                out.write_text(json.dumps(person.seen))  # noqa: ASYNC240 - a few bytes
                person.window.close()  # as a person does: it hides, deregisters and ends

        code = await show_window(program, application, shown=shown)
        await asyncio.gather(*tasks, return_exceptions=True)
        return code

    with asyncio.Runner(loop_factory=lambda: AppLoop(application)) as runner:
        code = runner.run(run())
    if fault:
        sys.stderr.write(f"the person complains: {fault[0]!r}\n")
        return 1
    left = [window for window in QApplication.topLevelWindows() if window.isVisible()]
    return 3 if left else code


if __name__ == "__main__":
    exit_code = main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
    launch.end_process(exit_code)
    sys.exit(exit_code)
