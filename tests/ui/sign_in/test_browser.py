"""Signing in with the person's own browser, in the window (interface.md#signing-in)."""

import asyncio
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from softphone.accounts.snapshot import Purpose
from softphone.errors import SignInError, SignInOutcome
from softphone.ui.bridge import Bridge
from softphone.ui.kit.button import Button
from softphone.ui.sign_in.browser import BrowserPage
from softphone.ui.sign_in.flow import SignInFlow
from tests.kit.processes import renderers
from tests.ui.conftest import check_nothing_is_clipped, emitted, find, until
from tests.ui.fakes import PanelSpy, new_attempt
from tests.ui.sign_in.programs import run
from tests.ui.sign_in.web_pages import Web

ADDRESS = "https://idbroker.example.com/authorize?state=s&code_challenge=c"


class Desk:
    """A flow in a window of its own, and a browser that notes what it was asked to open."""

    def __init__(self, panel: PanelSpy) -> None:
        self.opened: list[str] = []
        self.opens = True
        self.page_seen = False
        self.ended: list[object] = []
        self.panel = panel
        panel.attempt = new_attempt(ADDRESS)
        self.bridge = Bridge(panel)
        self.flow = SignInFlow(self.bridge, limit_s=300, open_url=self._open)
        self.flow.ended.connect(self.ended.append)
        self.flow.resize(420, 320)
        self.flow.show()

    def _open(self, address: str) -> bool:
        self.opened.append(address)
        self.page_seen |= any(view.isVisible() for view in self.flow.findChildren(QWidget, "signInView"))
        return self.opens

    async def begun(self, purpose: Purpose | None = None) -> BrowserPage:
        self.flow.begin_in_browser(purpose)
        await until(lambda: self.opened)
        page: BrowserPage = find(self.flow, "browserSignIn")
        return page

    async def close(self) -> None:
        self.flow.cancel()
        self.bridge.close()
        self.flow.close()
        self.flow.deleteLater()
        await asyncio.sleep(0.02)


def words(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


async def test_it_opens_the_page_and_says_whose_it_is_and_how_long_it_waits(qapp, panel: PanelSpy):
    desk = Desk(panel)
    page = await desk.begun()
    assert desk.opened == [ADDRESS]
    assert find(page, "signInHost", QLabel).text() == "idbroker.example.com"
    assert "Continue in your browser" in words(page)
    assert find(page, "signInTimeLeft", QLabel).text() == "10:00 left"
    await until(lambda: find(page, "signInTimeLeft", QLabel).text().startswith("9:5"))
    await desk.close()


@pytest.mark.parametrize("opens", [True, False])
async def test_d12_the_link_is_there_whether_a_browser_was_started_or_not(qapp, panel: PanelSpy, opens: bool):
    desk = Desk(panel)
    desk.opens = opens
    page = await desk.begun()
    link = find(page, "signInLink", QLineEdit)
    assert link.text() == ADDRESS
    assert link.isReadOnly()
    assert ("Continue in your browser" in words(page)) is opens
    assert "open" not in words(page).replace("could not be opened", ""), "nobody knows whether it is"
    link.selectAll()
    link.copy()
    assert QGuiApplication.clipboard().text() == ADDRESS
    await desk.close()


async def test_d12_opening_again_says_what_came_of_it(qapp, panel: PanelSpy):
    desk = Desk(panel)
    page = await desk.begun()
    desk.opens = False
    find(page, "openAgainButton").click()
    assert "Your browser could not be opened" in words(page)
    assert find(page, "signInLink", QLineEdit).text() == ADDRESS
    desk.opens = True
    find(page, "openAgainButton").click()
    assert "Continue in your browser" in words(page)
    await desk.close()


OPENER = """
import sys
from PySide6.QtWidgets import QApplication
from softphone.ui.sign_in.browser import BrowserPage, open_in_browser
from softphone.ui.kit.theme import Theme

app = QApplication(sys.argv[:1])
theme = Theme(app)
page = BrowserPage()
page.begin()
page.show_address("https://idp.example/?state=s", opened=open_in_browser("https://idp.example/?state=s"))
page.show()
sys.stdout.write(f"{page._link.isVisible()} {page._title.text()} {page._sentence.text()}")
page.end()
"""
LAUNCHERS = {"fails": "exit 3", "hangs": "exec sleep 5 >/dev/null 2>&1", "is missing": ""}


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display, which packaging/test starts")
@pytest.mark.parametrize("launcher", LAUNCHERS.values(), ids=LAUNCHERS.keys())
def test_d12_whatever_becomes_of_the_launcher_the_link_is_shown_at_once_and_no_more_is_claimed(
    launcher: str, tmp_path: Path
):
    if launcher:
        program = tmp_path / "xdg-open"
        program.write_text(f"#!/bin/sh\n{launcher}\n")
        program.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name != "BROWSER"}
    path = f"{tmp_path}:/bin" if launcher else str(tmp_path)
    said = run("-c", OPENER, environment=inherited | {"PATH": path}, timeout_s=20)
    assert said.startswith("True ")
    assert ("Continue in your browser" in said) is bool(launcher)
    assert ("could not be opened" in said) is (not launcher)


async def test_the_link_can_be_copied_and_opened_again(qapp, panel: PanelSpy):
    desk = Desk(panel)
    page = await desk.begun()
    find(page, "copyLinkButton").click()
    assert QGuiApplication.clipboard().text() == ADDRESS
    find(page, "openAgainButton").click()
    assert desk.opened == [ADDRESS, ADDRESS]
    await desk.close()


async def test_u07_without_a_browser_the_link_is_shown_to_be_copied(qapp, panel: PanelSpy):
    desk = Desk(panel)
    desk.opens = False
    page = await desk.begun()
    assert find(page, "signInLink", QLineEdit).text() == ADDRESS
    assert "Your browser could not be opened" in words(page)
    assert "in a browser on this computer" in words(page)
    desk.flow.activateWindow()
    await until(lambda: find(page, "copyLinkButton").hasFocus())
    find(page, "copyLinkButton").click()
    assert QGuiApplication.clipboard().text() == ADDRESS
    await desk.close()


async def test_when_the_browser_has_come_back_the_attempt_ends_and_the_link_is_forgotten(
    qapp, panel: PanelSpy
):
    desk = Desk(panel)
    page = await desk.begun(Purpose(account_key="ada"))
    assert panel.purposes == [Purpose(account_key="ada")]
    desk.flow.showMinimized()
    panel.browser_came_back.set()
    await until(lambda: desk.ended)
    assert desk.ended == [None]
    assert not desk.flow.active
    assert not desk.flow.isMinimized(), "the window is back before the browser"
    assert page.address == ""
    assert all(ADDRESS not in field.text() for field in page.findChildren(QLineEdit))
    await desk.close()


async def test_cancel_stops_listening_at_once(qapp, panel: PanelSpy):
    desk = Desk(panel)
    page = await desk.begun()
    find(page, "signInCancel").click()
    assert desk.ended == [None]
    await until(lambda: ("browser cancelled",) in panel.calls)
    panel.browser_came_back.set()
    await asyncio.sleep(0.02)
    assert desk.ended == [None]
    await desk.close()


async def test_u05_ports_that_are_taken_end_the_attempt_with_the_reason(qapp, panel: PanelSpy):
    desk = Desk(panel)
    error = SignInError("Ports 1, 2 are taken.", outcome=SignInOutcome.TRANSIENT)
    panel.begin_error = error
    desk.flow.begin_in_browser()
    await until(lambda: desk.ended)
    assert desk.ended == [error]
    assert desk.opened == []
    await desk.close()


async def test_pressing_twice_opens_one_page(qapp, panel: PanelSpy):
    desk = Desk(panel)
    await desk.begun()
    desk.flow.begin_in_browser()
    desk.flow.begin()
    assert panel.calls == [("sign_in_with_browser",)]
    await desk.close()


@pytest.mark.parametrize("opens", [True, False])
async def test_nothing_is_clipped_at_the_smallest_size(qapp, panel: PanelSpy, opens: bool):
    desk = Desk(panel)
    desk.opens = opens
    page = await desk.begun()
    await asyncio.sleep(0.05)
    check_nothing_is_clipped(page)
    assert page.horizontalScrollBar().maximum() == 0
    await desk.close()


async def test_all_of_it_works_by_keyboard(qapp, panel: PanelSpy):
    desk = Desk(panel)
    desk.flow.activateWindow()
    page = await desk.begun()
    await until(lambda: find(page, "openAgainButton").hasFocus())
    QTest.keyClick(desk.flow.focusWidget(), Qt.Key.Key_Return)
    assert len(desk.opened) == 2
    reached = set()
    for _ in range(6):
        QTest.keyClick(desk.flow.focusWidget(), Qt.Key.Key_Tab)
        reached.add(desk.flow.focusWidget().objectName())
    assert {"copyLinkButton", "openAgainButton", "signInCancel"} <= reached
    assert all(button.accessibleName() for button in page.findChildren(Button))
    await desk.close()


@pytest.mark.slow
async def test_u04_the_embedded_page_is_gone_before_a_new_attempt_begins(qapp, panel: PanelSpy, web: Web):
    desk = Desk(panel)
    panel.attempt = new_attempt(web.base + "/plain", web.redirect_uri)
    purpose = Purpose(account_key="ada", keep=False)
    desk.flow.begin(purpose)
    view = find(desk.flow, "signInView")
    await until(lambda: view.page.title() == "plain")
    gone = emitted(view.destroyed)
    find(view, "useBrowserButton").click()
    assert not view.isVisible()
    await gone
    await until(lambda: desk.opened)
    assert not desk.page_seen
    assert panel.calls == [("begin_sign_in",), ("cancel_sign_in",), ("sign_in_with_browser",)]
    assert panel.purposes == [purpose, purpose]
    assert desk.ended == []
    assert desk.flow.active
    await until(lambda: not renderers(), within_s=20)
    await desk.close()


async def test_t29_cancelling_while_the_session_is_made_stops_the_exchange(
    qapp, panel: PanelSpy, monkeypatch
):
    stopped = asyncio.Event()

    async def slowly(attempt: object, url: str) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    monkeypatch.setattr(panel, "finish_sign_in", slowly)
    bridge = Bridge(panel)
    flow = SignInFlow(bridge, limit_s=60.0)
    flow.show()
    flow.begin()
    find(flow, "signInView").captured.emit("url")
    await asyncio.sleep(0.01)
    flow.cancel()
    async with asyncio.timeout(1):
        await stopped.wait()
    bridge.close()
    flow.close()
    flow.deleteLater()
