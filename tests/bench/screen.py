"""The time until a program's first picture, seen from outside: on the screen, not in the program."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtGui import QGuiApplication

PATIENCE_S = 30.0
BARE = """
import signal
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
signal.signal(signal.SIGTERM, signal.SIG_DFL)
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Softphone"))
window.show()
app.exec()
"""


class Screen:
    """The X display of this process; nothing else may draw on it meanwhile."""

    def __init__(self) -> None:
        self._app = QGuiApplication.instance() or QGuiApplication([])
        self.process_id = 0  # of what was started last

    def look(self) -> bytes:
        """What is to be seen now."""
        image = QGuiApplication.primaryScreen().grabWindow(0).toImage()
        return bytes(image.constBits())  # a copy, while the image lives

    @contextlib.contextmanager
    def started(self, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[float]:
        """Start a program, yield the milliseconds until it is seen, and end it."""
        before, began_s = self.look(), time.monotonic()
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            self.process_id = process.pid
            try:
                while self.look() == before:
                    if process.poll() is not None or time.monotonic() - began_s > PATIENCE_S:
                        raise RuntimeError(f"{command}: nothing is to be seen")
                yield (time.monotonic() - began_s) * 1000
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_S)
        while self.look() != before and time.monotonic() - began_s < PATIENCE_S:
            time.sleep(0.01)


def environment(home: str) -> dict[str, str]:
    """Return what the programs run in: this display and a home of their own."""
    return {**os.environ, "SOFTPHONE_HOME": home, "QT_QPA_PLATFORM": "xcb"}


def bare() -> list[str]:
    """Return the command of the floor."""
    return [sys.executable, "-c", BARE]
