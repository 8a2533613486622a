"""The program's window at a moment of its life.

`python -m tests.end_to_end.endings.ending_window MOMENT CLOUD_FILE`.
The access token in T signs somebody in; without one it is who is stored. A person brings the window to the
moment; then `ready` is printed and the window waits for its end. `close` on standard input closes the window.
Everything is as the command line builds it.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog

from softphone import cli
from softphone.commands.shared.parser import parse
from softphone.system import hardening, launch, streams
from softphone.ui import start as window
from softphone.ui.commands import Command
from softphone.ui.kit.button import Button
from softphone.ui.window.main_window import MainWindow
from tests.end_to_end.person import Person


async def starting(_: Person) -> None:
    """The first picture is there, and nothing else."""


async def registered(person: Person) -> None:
    await person.badge("Registered")


async def registering(person: Person) -> None:
    await person.badge("Registering…")


async def signing_in(person: Person) -> None:
    await registered(person)
    person.window.contents.accounts.carry_out(Command.SIGN_IN)
    await person.on_page("email")


async def dialog(person: Person) -> None:
    await registered(person)
    person.window.command_asked.emit(Command.SETTINGS)
    person.window.contents.accounts.ask_to_sign_out("")
    await person.until(
        "two dialogs", lambda: sum(map(QDialog.isVisible, person.window.findChildren(QDialog))) > 1
    )


async def prompt(person: Person) -> None:
    """Somebody else's sign-in is in the keyring, which is locked; the person presses Unlock."""
    await registered(person)
    await person.until("the button", lambda: unlock(person))
    unlock(person)[0].click()
    await person.until("the wait", lambda: "Waiting for the system keyring…" in person.texts())


def unlock(person: Person) -> list[Button]:
    """Return the visible buttons that unlock the keyring."""
    buttons = person.window.findChildren(Button, "remedyButton")
    return [button for button in buttons if button.isVisible() and button.text().startswith("Unlock")]


MOMENTS: dict[str, Callable[[Person], Awaitable[None]]] = {
    "starting": starting,
    "registered": registered,
    "registering": registering,
    "signing in": signing_in,
    "dialog": dialog,
    "prompt": prompt,
    "network": registered,
    "renewing": registered,
}


def main(moment: str, cloud_file: str) -> int:
    """Run the window; returns the program's exit code."""
    streams.mend()
    hardening.harden()
    tasks: list[asyncio.Task[None]] = []

    async def lead(person: Person) -> None:
        await MOMENTS[moment](person)
        sys.stdout.write("ready\n")

    def shown(main_window: MainWindow) -> None:
        loop = asyncio.get_running_loop()
        tasks.append(loop.create_task(lead(Person(main_window, Path(os.environ["SOFTPHONE_HOME"])))))

        def obey() -> None:
            if sys.stdin.readline().strip() == "close":
                loop.call_soon_threadsafe(main_window.close)

        threading.Thread(target=obey, daemon=True).start()

    window.show_window = partial(window.show_window, shown=shown)
    options = parse(["--cloud", cloud_file])
    options.token_env = "T" if "T" in os.environ else None
    return cli.run_command(options)


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    launch.end_process(code)
    sys.exit(code)
