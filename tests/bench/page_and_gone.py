"""One way of `after-sign-in`: `python -m tests.bench.page_and_gone WAY`. Its last line is JSON.

`... page_and_gone "the helper's page" ADDRESS` is the helper itself: it shows the page, prints the number of
its window, and ends when its input does.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from PySide6.QtCore import QSocketNotifier, QTimer, QUrl
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from tests.bench.after_sign_in import pss_mb, tree

HELPER = "the helper's page"
GONE_S = 10.0
PAGE = b"<title>Sign in</title><form><input name=user><input type=password><button>Go</button></form>"


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Page:
    """A page in a view with a profile of its own, as the program's sign-in page is."""

    def __init__(self, parent: QWidget | None, address: str, loaded: Callable[[], object]) -> None:
        from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
        from PySide6.QtWebEngineWidgets import QWebEngineView

        self.view = QWebEngineView(parent)
        self.profile = QWebEngineProfile(self.view)
        self.page = QWebEnginePage(self.profile, self.view)
        self.view.setPage(self.page)
        self.page.loadFinished.connect(lambda _: loaded())
        self.page.load(QUrl(address))

    def close(self) -> None:
        """Page first: a profile that goes before its pages takes the engine down."""
        self.view.hide()
        self.page.deleteLater()
        self.view.deleteLater()
        self.profile.deleteLater()


class Helper:
    """The page as a window of another process."""

    def __init__(self, window: QMainWindow, address: str, loaded: Callable[[], object]) -> None:
        self._window = window
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.page_and_gone", HELPER, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._loaded = loaded
        assert self._process.stdout is not None
        self._ready = QSocketNotifier(self._process.stdout.fileno(), QSocketNotifier.Type.Read, window)
        self._ready.activated.connect(self._embed)

    def _embed(self) -> None:
        self._ready.setEnabled(False)
        assert self._process.stdout is not None
        number = int(self._process.stdout.readline())
        self._foreign = QWindow.fromWinId(number)
        self._window.setCentralWidget(QWidget.createWindowContainer(self._foreign, self._window))
        self._loaded()

    def close(self) -> None:
        """End it with its memory."""
        self._window.setCentralWidget(QLabel("Softphone"))
        self._process.communicate(b"")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def helper(address: str) -> None:
    """Show the page until the input ends."""
    app = QApplication([])
    page = Page(None, address, lambda: _say(str(int(page.view.winId()))))
    page.view.show()
    ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    ended.activated.connect(app.quit)
    app.exec()
    os._exit(0)


def main(way: str) -> None:
    """Show a page, take it away, wait, show another one."""
    server = HTTPServer(("127.0.0.1", 0), _Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("Softphone"))
    window.show()
    seen: dict[str, float] = {}
    pages: list[Page | Helper] = []
    me = os.getpid()

    def show(done: Callable[[], object], name: str) -> None:
        began_s = time.monotonic()

        def loaded() -> None:
            seen[name] = (time.monotonic() - began_s) * 1000
            QTimer.singleShot(500, done)

        if way == "helper":
            pages.append(Helper(window, address, loaded))
        else:
            page = Page(window, address, loaded)
            page.view.resize(window.size())
            page.view.show()
            pages.append(page)

    def begin() -> None:
        seen["before, MB"] = pss_mb(tree(me))
        show(take_away, "page shown after, ms")

    def take_away() -> None:
        seen["with the page, MB"] = pss_mb(tree(me))
        pages.pop().close()
        QTimer.singleShot(1000, clean)

    def clean() -> None:
        if way == "ended":
            for child in tree(me)[1:]:
                os.kill(child, signal.SIGKILL)
        if way in {"trimmed", "one process", "ended"}:
            ctypes.CDLL(None).malloc_trim(0)
        QTimer.singleShot(int(GONE_S * 1000) - 1000, look)

    def look() -> None:
        seen["after, MB"] = pss_mb(tree(me))
        seen["left, MB"] = seen["after, MB"] - seen["before, MB"]
        seen["second page, ms"] = -1.0  # never
        QTimer.singleShot(15_000, end)
        show(end, "second page, ms")

    def end() -> None:
        _say(json.dumps(seen))
        for child in tree(me)[1:]:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    QTimer.singleShot(1000, begin)
    app.exec()


if __name__ == "__main__":
    if sys.argv[1] == HELPER:
        helper(sys.argv[2])
    else:
        main(sys.argv[1])
