"""Every visible change from the click on *Sign in* to *Registered*, on a real display.

`python -m tests.ui.gallery.sign_in FOLDER` saves a picture for each, named by its milliseconds.
"""

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QImage

from softphone.sim.server import CloudServer
from tests.end_to_end import person
from tests.end_to_end.person import Person

LOOK_S = 0.03


async def watch(seat: Person, folder: Path) -> None:
    """Save what the screen shows whenever it has changed."""
    began_s, last = time.monotonic(), QImage()
    while True:
        now = seat.window.screen().grabWindow(seat.window.winId()).toImage()
        if now != last:
            now.save(str(folder / f"{round((time.monotonic() - began_s) * 1000):06}.png"))
            last = now
        await asyncio.sleep(LOOK_S)


async def sign_in(seat: Person) -> None:
    """Sign in as a person does, while somebody watches."""
    folder = Path(sys.argv[3]).parent / "pictures"
    folder.mkdir(exist_ok=True)
    watching = asyncio.create_task(watch(seat, folder))
    await seat.click("signInButton")
    await seat.type_on_page("email", "ada@example.com")
    await seat.type_on_page("password", "demo")
    await seat.click_on_page("signInSubmit")
    await seat.click_on_page("acceptButton")
    await seat.badge("Registered")
    await asyncio.sleep(1.0)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def main() -> int:
    if len(sys.argv) > 2:  # the program itself, started by the lines below
        return person.main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sign_in)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with CloudServer("calm", time_scale=0.2) as cloud:
        code, said, _ = person.run("tests.ui.gallery.sign_in", cloud, folder)
    sys.stderr.write(said if code else "")
    return code


if __name__ == "__main__":
    sys.exit(main())
