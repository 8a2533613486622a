"""A person whose sign-in page dies while a line is registered: run as a program, like `person`.

Kills what its last argument names, reads what the window says, and goes on as it offers.
"""

import contextlib
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.system import engine, launch
from softphone.ui.commands import Command
from tests.end_to_end.person import Person, main
from tests.kit.processes import descendants, renderers


def engine_processes() -> dict[int, bytes]:
    return {pid: command for pid, command in descendants(os.getpid()) if b"QtWebEngineProcess" in command}


def kill(victims: Iterable[int]) -> None:
    for victim in victims:
        with contextlib.suppress(ProcessLookupError):  # gone with its zygote
            os.kill(victim, signal.SIGKILL)


def starve(page: QWebEnginePage) -> None:
    """Let the page have no more memory, and want some."""
    resource.prlimit(page.renderProcessPid(), resource.RLIMIT_DATA, (1, 1))
    page.runJavaScript("for (let n = 0; n < 1e4; n++) document.body.append('x'.repeat(65536) + n)")


DEATHS: dict[str, Callable[[QWebEnginePage], None]] = {
    "page": lambda page: kill([page.renderProcessPid()]),
    "page without memory": starve,
    "a zygote without pages": lambda _: kill(
        pid for pid, command in engine_processes().items() if b"--no-zygote-sandbox" in command
    ),
    "zygotes": lambda _: kill(sorted(engine_processes().keys() - set(renderers()))),
    "everything": lambda _: kill(engine_processes()),
}


def grow(window: QWidget) -> bool:
    """Have the page want more shared memory."""
    window.resize(window.width() + 10, window.height())
    return True


async def fill_memory(person: Person) -> None:
    """While the shared memory is full, reloading says so; once there is room again, it helps."""
    with tempfile.TemporaryFile(dir=engine.SHARED_MEMORY) as filler:
        with contextlib.suppress(OSError):
            while filler.write(bytes(1 << 16)):
                filler.flush()
        await person.until("words", lambda: grow(person.window) and page_of(person).message)
        await kept_alive(person)
        await person.click("reloadButton")
        person.seen["message"] = page_of(person).message
        person.remember("full")
    await person.click("reloadButton")
    await person.on_page("email")
    person.seen["again"] = page_of(person).message


async def look(person: Person, death: str) -> None:
    """Sign in with a second account; the page dies, and is opened again in the way that the window offers."""
    await person.badge("Registered")
    person.window.contents._carry_out(Command.SIGN_IN)
    await person.on_page("email")
    if death == "none":
        return
    if death == "full memory":
        await fill_memory(person)
        return
    DEATHS[death](page_of(person).page)
    if death == "a zygote without pages":
        person.seen["message"] = page_of(person).message
    else:
        person.seen["message"] = await person.until("words", lambda: page_of(person).message)
    person.remember("stopped")
    await kept_alive(person)
    await person.click("reloadButton")
    if death not in ("zygotes", "everything"):
        await person.on_page("email")
        person.seen["again"] = page_of(person).message
        return
    restart = await person.until("restart", lambda: button(person, "Restart this app"))
    person.remember("ended")
    QTest.mouseClick(restart, Qt.MouseButton.LeftButton)


async def kept_alive(person: Person) -> None:
    """Wait for the service's next proof of the line, whatever the page does."""

    def proof() -> float:
        [line] = person.window.contents.model.lines
        return line.proved_at_s or 0.0

    before = proof()
    await person.until("a keepalive", lambda: proof() > before)


def page_of(person: Person) -> Any:
    return person.find("signInView")


def button(person: Person, words: str) -> QAbstractButton | None:
    buttons = person.window.findChildren(QAbstractButton)
    return next((one for one in buttons if one.isVisible() and one.text() == words), None)


if __name__ == "__main__":
    cloud_file, home, out, token, what = sys.argv[1:]
    if Path(out).exists():  # started again: nothing dies any more
        out, what = f"{out}.again", "none"
    code = main(Path(cloud_file), Path(home), Path(out), lambda person: look(person, what), tokens=(token,))
    if code == launch.START_AGAIN:
        launch.start_again()
    sys.exit(code)
