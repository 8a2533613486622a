"""Signing in inside the window, with the real page: from the button to the panel, and every way out."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from softphone.errors import SignInError, SignInOutcome
from softphone.line.model import LineState
from softphone.ui.commands import Command
from softphone.ui.window.main_window import MainWindow
from tests.kit.processes import renderers
from tests.ui.conftest import emitted, find, until
from tests.ui.fakes import SIGNED_IN, PanelSpy, line, new_attempt
from tests.ui.sign_in.web_pages import ANSWER, Web

pytestmark = pytest.mark.slow


def start(window: MainWindow, panel: PanelSpy, web: Web, page: str) -> None:
    panel.attempt = new_attempt(web.base + page, web.redirect_uri)
    find(window, "signInButton").click()


async def signed_out(window: MainWindow) -> None:
    """The window is back at the start and nothing of the page is left."""
    await until(lambda: not window.findChildren(QWidget, "signInView"))
    await until(lambda: not renderers(), within_s=20)
    assert find(window, "signInButton").isVisible()
    assert not window.contents._sign_in.active


async def test_from_the_button_to_the_panel(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    panel.finish = lambda: panel.set_accounts(SIGNED_IN)
    start(window, panel, web, "/302")
    assert not window.findChild(QWidget, "accountHeader").isVisible()
    await emitted(window.contents._sign_in.ended)
    assert panel.calls == [("begin_sign_in",), ("finish_sign_in", f"{web.redirect_uri}?{ANSWER}")]
    assert find(window, "accountHeader").accessibleName() == "Ada Lovelace"
    await until(lambda: not renderers(), within_s=20)


async def test_the_page_is_hidden_while_the_session_is_made(
    open_window, panel: PanelSpy, web: Web, monkeypatch
):
    go_on = asyncio.Event()

    async def slowly(attempt: object, url: str) -> None:
        await go_on.wait()

    monkeypatch.setattr(panel, "finish_sign_in", slowly)
    window = open_window(panel)
    start(window, panel, web, "/302")
    await until(lambda: [w for w in window.findChildren(QWidget, "signingIn") if w.isVisible()])
    assert not [w for w in window.findChildren(QWidget, "signInView") if w.isVisible()]
    go_on.set()
    await emitted(window.contents._sign_in.ended)
    await signed_out(window)


async def test_cancel_returns_to_the_start(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    start(window, panel, web, "/plain")
    view = find(window, "signInView")
    await until(lambda: view.page.title() == "plain")
    find(window, "signInCancel").click()
    assert panel.calls == [("begin_sign_in",), ("cancel_sign_in",)]
    await signed_out(window)
    assert not [b for b in window.findChildren(QWidget, "banner") if b.isVisible()]


async def test_escape_returns_to_the_start(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    start(window, panel, web, "/plain")
    await until(lambda: find(window, "signInView").page.title() == "plain")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    await signed_out(window)


async def test_a_failed_sign_in_says_why_and_starts_again(open_window, panel: PanelSpy, web: Web):
    def refuse() -> None:
        raise SignInError("You said no.", outcome=SignInOutcome.DENIED, title="Sign-in was declined")

    panel.finish = refuse
    window = open_window(panel)
    start(window, panel, web, "/302")
    await emitted(window.contents._sign_in.ended)
    await signed_out(window)
    await until(lambda: [b for b in window.findChildren(QWidget, "banner") if b.isVisible()])
    assert find(window, "banner").accessibleName() == "Sign-in was declined"
    panel.finish = lambda: panel.set_accounts(SIGNED_IN)
    start(window, panel, web, "/302")
    await emitted(window.contents._sign_in.ended)
    assert not [b for b in window.findChildren(QWidget, "banner") if b.isVisible()]
    await until(lambda: not renderers(), within_s=20)


async def test_the_time_running_out_is_an_error_with_words(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel, sign_in_limit_s=0.5)
    start(window, panel, web, "/plain")
    (error,) = await emitted(window.contents._sign_in.ended)
    assert error.outcome is SignInOutcome.EXPIRED
    await signed_out(window)


async def test_pressing_twice_shows_one_page(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    start(window, panel, web, "/plain")
    window.contents.accounts.carry_out(Command.SIGN_IN)
    assert len(window.findChildren(QWidget, "signInView")) == 1
    assert panel.calls == [("begin_sign_in",)]
    window.contents._sign_in.cancel()
    await signed_out(window)


async def test_a_late_answer_to_a_cancelled_attempt_is_ignored(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    start(window, panel, web, "/plain")
    panel.finish = lambda: 1 / 0
    ended: list[object] = []
    window.contents._sign_in.ended.connect(ended.append)
    find(window, "signInView").captured.emit("url")
    window.contents._sign_in.cancel()
    await signed_out(window)
    assert ended == [None]


async def test_closing_the_window_during_sign_in_leaves_nothing(open_window, panel: PanelSpy, web: Web):
    window = open_window(panel)
    start(window, panel, web, "/plain")
    await until(lambda: find(window, "signInView").page.title() == "plain")
    window.closing = True
    window.close()
    assert panel.calls[-1] == ("cancel_sign_in",)
    await until(lambda: not renderers(), within_s=20)


async def test_keys_for_lines_do_nothing_while_signing_in(open_window, panel: PanelSpy, web: Web):
    panel.set_accounts(SIGNED_IN)
    panel.put(line(LineState.REGISTERED))
    window = open_window(panel)
    panel.attempt = new_attempt(web.base + "/plain", web.redirect_uri)
    window.contents.accounts.carry_out(Command.SIGN_IN)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert panel.calls == [("begin_sign_in",)]
    window.contents._sign_in.cancel()
    await until(lambda: not renderers(), within_s=20)
