"""Pages that keep this window out, and pages that only look like it (sign-in.md#blocked-pages)."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.sign_in.bars import WaitingBar
from softphone.ui.sign_in.blocked_page import refuses_this_window
from softphone.ui.sign_in.page import SignInView
from tests.kit.processes import renderers
from tests.ui.conftest import check_nothing_is_clipped, find, settle, until
from tests.ui.fakes import new_attempt
from tests.ui.provider import Page, sign_in_page, visit
from tests.ui.sign_in import web_pages
from tests.ui.sign_in.web_pages import Web, serve

TITLE = "Your organisation may block this window"
PAGES = {
    "/unsupported": "<title>Sign in</title><h1>This browser is not supported</h1>",
    "/by-title": "<title>Unsupported browser</title><p>Please go elsewhere.</p>",
    "/blank": "<title></title><div></div>",
    "/slow-words": "<body></body><script>setTimeout(() => document.body.append('Hello'), 150)</script>",
}


@pytest.mark.parametrize(
    "words",
    [
        "This browser is not supported",
        "Your browser isn't supported. Try another one.",
        "Your browser isn\u2019t supported.",
        "Sorry, your browser is no longer supported by us.",
        "Error 403: disallowed_useragent",
        "This browser or app may not be secure.",
        "Unsupported browser",
        "AADSTS530003: Your device is required to be managed to access this resource.",
        "AADSTS50097: Device authentication is required.",
        "Sign-in from an embedded browser is blocked by a policy.",
    ],
)
def test_a_page_that_refuses_this_window_is_known(words: str):
    assert refuses_this_window(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Sign in to Example Ltd\nE-mail address\nNext",
        "Keep me signed in on this browser. Not recommended on shared computers",
        "Supported browsers: Chrome, Firefox",
        "Your password is not secure",
        "AADSTS50126: wrong password",
        "x" * 5000 + "This browser is not supported",
    ],
)
def test_an_ordinary_page_is_not_taken_for_one(words: str):
    assert not refuses_this_window(words)


class TestInTheEngine:
    pytestmark = pytest.mark.slow

    @pytest.fixture
    def web(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
        monkeypatch.setattr(web_pages, "PAGES", web_pages.PAGES | PAGES)
        monkeypatch.setattr("softphone.ui.sign_in.blocked_page.BLANK_MS", 300)
        with serve() as running:
            yield running

    @asynccontextmanager
    async def opened(self, web: Web, page: str):
        attempt = new_attempt(web.base + page, web.redirect_uri)
        view = SignInView(attempt, browser_sign_in_available=True)
        view.show()
        gone = asyncio.get_running_loop().create_future()
        view.destroyed.connect(lambda: gone.set_result(None))
        try:
            yield view
        finally:
            view.tear_down()
            async with asyncio.timeout(30):
                await gone
            await until(lambda: not renderers(), within_s=20)

    async def test_d7_a_refusal_that_comes_with_an_error_is_known_too(self, qapp, tmp_path: Path):
        refusal = Page("<h1>Access blocked</h1>Error 403: disallowed_useragent", status=403)
        async with visit(tmp_path, sign_in_page(refusal)) as at:
            await until(lambda: at.view.message)
            assert at.view.message.startswith(TITLE)
            assert find(at.view, "useBrowserButton", Button).kind is ButtonKind.PRIMARY

    @pytest.mark.parametrize("page", ["/unsupported", "/by-title", "/blank"])
    async def test_the_hint_shows_and_the_own_browser_comes_first(self, qapp, web: Web, page: str):
        async with self.opened(web, page) as view:
            view.resize(600, 600)  # with less, the last two ways are in a menu
            await until(lambda: TITLE in view.message)
            assert "Some sign-in rules work only in your own browser." in view.message
            browser = find(view, "useBrowserButton", Button)
            assert browser.kind is ButtonKind.PRIMARY
            assert find(view, "copyLinkButton", QWidget).isVisible()
            on_reload: list[tuple[str, ButtonKind]] = []
            view.page.loadStarted.connect(lambda: on_reload.append((view.message, browser.kind)))
            find(view, "reloadButton").click()
            await until(lambda: on_reload)
            assert on_reload == [("", ButtonKind.QUIET)]
            await until(lambda: TITLE in view.message)

    @pytest.mark.parametrize("page", ["/plain", "/slow-words", "/sign-in"])
    async def test_no_hint_on_a_page_that_works(self, qapp, web: Web, page: str):
        async with self.opened(web, page) as view:
            done = asyncio.Event()
            view.page.loadFinished.connect(lambda _: done.set())
            async with asyncio.timeout(30):
                await done.wait()
            await asyncio.sleep(0.6)
            assert view.message == ""


@pytest.mark.parametrize("size", [(420, 160), (920, 80)])
def test_the_bar_below_the_page_has_room_for_its_words_at_every_width(qtbot, size: tuple[int, int]):
    bar = WaitingBar("https://idp.example.com", with_browser=True)
    qtbot.addWidget(bar)
    bar.show_time_left(299)
    bar.say_blocked()
    bar.resize(*size)
    bar.show()
    settle()
    bar.resize(size[0], bar.heightForWidth(size[0]))
    settle()
    check_nothing_is_clipped(bar)
    assert bar.height() <= size[1]
