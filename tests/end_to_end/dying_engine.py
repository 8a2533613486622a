"""A person whose sign-in page dies while a line is registered: run as a program, like `person`.

Kills what the first argument names, reads what the window says, and goes on as it offers.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from softphone.ui.commands import Command
from tests.end_to_end.person import Person, main
from tests.processes import descendants, renderers


def engine_processes() -> dict[int, bytes]:
    return {pid: command for pid, command in descendants(os.getpid()) if b"QtWebEngineProcess" in command}


VICTIMS: dict[str, Callable[[], list[int]]] = {
    "page": renderers,
    "a zygote without pages": lambda: [
        pid for pid, command in engine_processes().items() if b"--no-zygote-sandbox" in command
    ],
    "zygotes": lambda: sorted(engine_processes().keys() - set(renderers())),
    "everything": lambda: list(engine_processes()),
}


async def look(person: Person, victims: str) -> None:
    """Sign in with a second account; the page dies, is opened again, and dies for good if it must."""
    await person.badge("Registered")
    await open_page(person)
    for victim in VICTIMS[victims]():
        with contextlib.suppress(ProcessLookupError):  # gone with its zygote
            os.kill(victim, signal.SIGKILL)
    if victims == "a zygote without pages":
        person.seen["message"] = page_of(person).message
    else:
        person.seen["message"] = await person.until("words", lambda: page_of(person).message)
    person.remember("stopped")
    await kept_alive(person)
    await person.click("reloadButton")
    if victims in ("page", "a zygote without pages"):
        await person.on_page("email")
        person.seen["again"] = page_of(person).message
        return
    restart = await person.until("restart", lambda: button(person, "Restart this app"))
    person.remember("ended")
    QTest.mouseClick(restart, Qt.MouseButton.LeftButton)


async def open_page(person: Person) -> None:
    person.window._carry_out(Command.SIGN_IN)
    await person.on_page("email")


async def kept_alive(person: Person) -> None:
    """Wait for the service's next proof of the line, whatever the page does."""

    def proof() -> float:
        [line] = person.window._bridge.lines
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
    sys.exit(
        main(Path(cloud_file), Path(home), Path(out), lambda person: look(person, what), tokens=(token,))
    )
