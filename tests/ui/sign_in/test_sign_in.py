"""The embedded page against a real server on this computer: what it captures, refuses, leaves."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QLabel

from softphone.ui.sign_in.page import SignInView
from softphone.ui.sign_in.page_network import is_loopback
from tests.kit.processes import renderers
from tests.ui.conftest import emitted, find, until
from tests.ui.fakes import new_attempt
from tests.ui.sign_in.web_pages import ANSWER, Web

pytestmark = pytest.mark.slow


@asynccontextmanager
async def opened(web: Web, page: str, limit_s: float = 300.0) -> AsyncIterator[SignInView]:
    """A view on one of the server's pages; afterwards nothing of it is left."""
    view = SignInView(new_attempt(web.base + page, web.redirect_uri), limit_s=limit_s)
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


@pytest.mark.parametrize(
    "page",
    ["/302", "/307", "/script", "/meta", "/link", "/blank-link", "/popup", "/late-popup"],
)
async def test_every_way_to_the_redirect_is_captured_and_none_reaches_the_server(web: Web, page: str):
    async with opened(web, page) as view:
        (url,) = await emitted(view.captured)
        assert url == f"{web.redirect_uri}?{ANSWER}"
        await asyncio.sleep(0.1)
    assert web.callbacks == []


async def test_a_form_keeps_its_plus_signs(web: Web):
    async with opened(web, "/form") as view:
        (url,) = await emitted(view.captured)
        assert url == f"{web.redirect_uri}?code=c+d&state=s"
    assert web.callbacks == []


async def test_alerts_do_not_stop_the_loop_and_are_answered_no(web: Web):
    async with opened(web, "/alert") as view:
        await until(lambda: view.page.title() == "no")


async def test_the_bars_show_host_and_time_left(web: Web):
    async with opened(web, "/plain", limit_s=252.0) as view:
        await until(lambda: view.page.title() == "plain")
        assert find(view, "signInHost", QLabel).text() == web.base.removeprefix("http://")
        left = find(view, "signInTimeLeft", QLabel).text
        assert left() == "4:12 left"
        await until(lambda: "4:00 left" <= left() < "4:12 left")  # a busy machine may skip one


async def test_while_a_page_is_open_it_has_a_renderer(web: Web):
    async with opened(web, "/plain") as view:
        await until(lambda: view.page.title() == "plain")
        assert view.page.renderProcessPid() in renderers()


async def test_a_page_that_does_not_load_says_so_and_reloads(web: Web):
    view = SignInView(new_attempt("http://127.0.0.1:1/authorize", web.redirect_uri))
    view.show()
    await until(lambda: "did not load" in view.message)
    view._start = QUrl(web.base + "/plain")
    view.reload()
    await until(lambda: view.page.title() == "plain" and view.message == "")
    view.tear_down()
    await emitted(view.destroyed)
    await until(lambda: not renderers())


async def test_a_crashed_page_says_so_and_reloads(web: Web):
    async with opened(web, "/plain") as view:
        await until(lambda: view.page.title() == "plain")
        os.kill(view.page.renderProcessPid(), signal.SIGKILL)
        await until(lambda: "stopped" in view.message)
        view.reload()
        await until(lambda: view.page.title() == "plain" and view.message == "")


async def test_closing_in_the_middle_of_loading_leaves_nothing(web: Web):
    for _ in range(3):
        async with opened(web, "/302"):
            pass


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://127.0.0.1.example/", False),
        ("http://example.com/", False),
    ],
)
def test_loopback_is_this_computer_only(url: str, expected: bool):
    assert is_loopback(QUrl(url)) is expected
