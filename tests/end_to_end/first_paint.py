"""One start of the window up to its first picture: `... first_paint KIND STARTED HOME`.

KIND is `program` or `bare` (an empty QMainWindow: the floor of this machine). Prints one JSON object: the
milliseconds since STARTED (the parent's monotonic clock) and which heavy modules were loaded by then.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

HEAVY = ("httpx", "keyring", "sqlite3", "PySide6.QtWebEngineCore")


def report(started_s: float) -> None:
    """Print when the picture came and what was loaded by then."""
    loaded = [name for name in HEAVY if name in sys.modules]
    painted_ms = (time.monotonic() - started_s) * 1000
    sys.stdout.write(json.dumps({"painted_ms": round(painted_ms, 1), "loaded": loaded}) + "\n")
    sys.stdout.flush()


def bare(started_s: float) -> None:
    """Show an empty window."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            report(started_s)
            app.quit()

    app = QApplication([])
    window = Window()
    window.show()
    app.exec()


def program(started_s: float, home: Path) -> None:
    """Show the program's window, as `softphone` does."""
    from softphone import app
    from softphone.settings import cloud_file
    from softphone.system import log
    from softphone.system.folders import Folders
    from softphone.ui.loop import AppLoop
    from softphone.ui.opening import App
    from softphone.ui.start import show_window

    folders = Folders(config=home / "config", state=home / "state")
    folders.make()
    log.set_up("info", folders.state)
    application = App([sys.argv[0]])

    def shown(window: "object") -> None:
        from PySide6.QtCore import QEvent, QObject

        class FirstPaint(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    watched.removeEventFilter(self)
                    report(started_s)
                    window.close()  # type: ignore[attr-defined]
                return False

        window.first_paint = FirstPaint()  # type: ignore[attr-defined]
        window.installEventFilter(window.first_paint)  # type: ignore[attr-defined]

    async def run() -> int:
        cloud = cloud_file.load_cloud(None, folders)
        return await show_window(app.Program(cloud=cloud, folders=folders), application, shown=shown)

    with asyncio.Runner(loop_factory=lambda: AppLoop(application)) as runner:
        runner.run(run())


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(float(sys.argv[2]))
    else:
        program(float(sys.argv[2]), Path(sys.argv[3]))
