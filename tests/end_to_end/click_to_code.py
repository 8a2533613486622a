"""From the click on Accept to the code: `python -m tests.end_to_end.click_to_code CYCLES`. Prints JSON.

Each cycle signs in twice at the simulated cloud, with the program's own page and with a bare page of the
engine that does nothing but take the redirect (the floor of this machine), now the one first and now the
other; each time with a new profile. Milliseconds.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView

from softphone.auth.oauth import SignInAttempt, begin_sign_in, is_redirect, read_redirect
from softphone.settings import cloud_file
from softphone.settings.cloud_file import Cloud
from softphone.sim.server import CloudServer, User
from softphone.system import engine
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.sign_in.page import SignInView
from tests.end_to_end.person import ask, middle_of

PATIENCE_S = 40.0
MISSED_S = 1.0  # a click on what is not painted yet does nothing


class BarePage(QWebEnginePage):
    """Takes the redirect and nothing else."""

    taken: Callable[[str], object]

    def __init__(self, profile: QWebEngineProfile, redirect_uri: str) -> None:
        super().__init__(profile)
        self._redirect_uri = redirect_uri

    def acceptNavigationRequest(self, url: QUrl | str, *_: Any) -> bool:
        address = QUrl(url).toEncoded().toStdString()
        if not is_redirect(self._redirect_uri, address):
            return True
        self.taken(address)
        return False


class Cycle:
    """One sign-in: fills in the pages, clicks and takes the time."""

    def __init__(self, view: QWebEngineView, page: QWebEnginePage) -> None:
        self._view, self._page = view, page
        self._taken_s = 0.0
        self._address = ""

    def taken(self, address: str) -> None:
        """Note when the redirect was there."""
        self._taken_s, self._address = time.perf_counter(), address

    async def run(self, user: User, attempt: SignInAttempt) -> float:
        """Return the milliseconds from the click to the code."""
        await self._there("signInSubmit")
        await ask(
            self._page,
            f"email.value = '{user.name}'; password.value = '{user.password}'; signInSubmit.click(); ''",
        )
        where = await self._there("acceptButton")
        async with asyncio.timeout(PATIENCE_S):
            while not self._taken_s:
                clicked_s = time.perf_counter()
                inner: Any = self._view.focusProxy()
                QTest.mouseClick(inner, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
                while not self._taken_s and time.perf_counter() - clicked_s < MISSED_S:
                    await asyncio.sleep(0)
        assert read_redirect(attempt, self._address)
        return (self._taken_s - clicked_s) * 1000

    async def _there(self, element: str) -> QPoint:
        """Wait until an element is on the page; return its middle."""
        async with asyncio.timeout(PATIENCE_S):
            while not (answer := await ask(self._page, middle_of(element))):
                await asyncio.sleep(0.01)
        x, y = json.loads(answer)
        return QPoint(round(x), round(y))


async def with_program(cloud: Cloud, user: User) -> float:
    attempt = begin_sign_in(cloud)
    view = SignInView(attempt)
    view.resize(800, 900)
    cycle = Cycle(view.view, view.page)
    view.captured.connect(cycle.taken)
    view.show()
    gone = asyncio.get_running_loop().create_future()
    view.destroyed.connect(lambda: gone.set_result(None))
    try:
        return await cycle.run(user, attempt)
    finally:
        view.tear_down()
        await gone


async def with_bare_page(cloud: Cloud, user: User) -> float:
    attempt = begin_sign_in(cloud)
    with engine.starting():
        profile = QWebEngineProfile()
    view = QWebEngineView()
    page = BarePage(profile, attempt.redirect_uri)
    cycle = Cycle(view, page)
    page.taken = cycle.taken
    view.setPage(page)
    view.resize(800, 900)
    view.show()
    page.load(QUrl(attempt.authorize_url))
    gone = asyncio.get_running_loop().create_future()
    profile.destroyed.connect(lambda: gone.set_result(None))
    try:
        return await cycle.run(user, attempt)
    finally:
        view.hide()
        for one in (page, view, profile):
            one.deleteLater()
        await gone


async def measure(cycles: int) -> dict[str, list[float]]:
    kinds = {"bare": with_bare_page, "program": with_program}
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    with CloudServer() as server:
        cloud = cloud_file.read_cloud(server.cloud_file_text, "cloud.toml")
        for cycle in range(cycles + 1):
            for kind in sorted(kinds, reverse=cycle % 2 == 0):
                taken_ms = await kinds[kind](cloud, server.users[0])
                if cycle > 0:  # the first one starts the engine
                    found[kind].append(taken_ms)
    return found


if __name__ == "__main__":
    app = App(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
        print("\n" + json.dumps(runner.run(measure(int(sys.argv[1])))), flush=True)  # noqa: T201
