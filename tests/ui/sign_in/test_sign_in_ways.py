"""The ways in and out of signing in, with the real page: U04, U07, U08 and U15 of sign-in.md#u-vectors."""

import builtins
import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from softphone.errors import SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.sim.server import CloudServer
from softphone.ui.bridge import Bridge
from softphone.ui.sign_in.flow import SignInFlow
from tests.kit.processes import descendants, renderers
from tests.ui.conftest import find, until
from tests.ui.fakes import PanelSpy, new_attempt
from tests.ui.sign_in.programs import run
from tests.ui.sign_in.test_sign_in import pytestmark as sign_in_marks
from tests.ui.sign_in.web_pages import Web

pytestmark = sign_in_marks

NOT_FOUND = "cannot open shared object file: No such file or directory"


async def test_u04_the_page_is_gone_before_the_own_browser_is_opened(panel: PanelSpy, web: Web):
    panel.attempt = new_attempt(web.base + "/plain", web.redirect_uri)
    bridge, seen = Bridge(panel), []

    def open_url(address: str) -> bool:
        seen.append((address, view.isVisible()))
        return True

    flow = SignInFlow(bridge, limit_s=60.0, open_url=open_url)
    flow.show()
    flow.begin()
    view = find(flow, "signInView")
    await until(lambda: view.page.title() == "plain")
    find(flow, "useBrowserButton").click()
    await until(lambda: seen)
    assert seen == [(panel.attempt.authorize_url, False)]
    assert [call[0] for call in panel.calls] == ["begin_sign_in", "cancel_sign_in", "sign_in_with_browser"]
    await until(lambda: not renderers(), within_s=20)
    flow.cancel()
    flow.deleteLater()
    bridge.close()


async def test_u07_without_a_browser_the_link_is_there_to_be_copied(panel: PanelSpy):
    panel.attempt = new_attempt("http://127.0.0.1:9/authorize")
    bridge = Bridge(panel)
    flow = SignInFlow(bridge, limit_s=60.0, open_url=lambda _: False)
    flow.show()
    flow.begin_in_browser()
    await until(lambda: panel.calls == [("sign_in_with_browser",)])
    await until(lambda: find(flow, "signInLink").text() == panel.attempt.authorize_url)
    find(flow, "copyLinkButton").click()
    assert QApplication.clipboard().text() == panel.attempt.authorize_url
    QApplication.clipboard().clear()
    flow.cancel()
    flow.deleteLater()
    bridge.close()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("No module named 'PySide6.QtWebEngineCore'", ["missing or cannot be loaded"]),
        (f"libQt6WebEngineCore.so.6: {NOT_FOUND}", ["missing or cannot be loaded"]),
        (f"libXfixes.so.3: {NOT_FOUND}", ["libXfixes.so.3", "Install libxfixes3 "]),
        (f"libnssutil3.so: {NOT_FOUND}", ["libnssutil3.so", "Install libnss3 "]),
        (f"libasound.so.2: {NOT_FOUND}", ["libasound.so.2", "Install libasound2t64 or libasound2 "]),
    ],
)
def test_u08_d2_without_the_web_engine_what_is_missing_and_the_own_browser_are_named(
    qtbot, panel: PanelSpy, monkeypatch, trouble: str, words: list[str]
):
    real = builtins.__import__

    def without_engine(name: str, *rest: Any) -> Any:
        if name == "softphone.ui.sign_in.page":
            raise ImportError(trouble)
        return real(name, *rest)

    panel.attempt = new_attempt("http://127.0.0.1:9/")
    bridge = Bridge(panel)
    flow = SignInFlow(bridge, limit_s=60.0)
    qtbot.addWidget(flow)
    ended: list[Any] = []
    flow.ended.connect(ended.append)
    monkeypatch.setattr(builtins, "__import__", without_engine)
    flow.begin()
    monkeypatch.undo()
    [error] = ended
    assert isinstance(error, SignInError)
    assert error.outcome is SignInOutcome.PAGE_STOPPED
    assert [each for each in words if each not in error.sentence] == []
    assert Remedy.USE_MY_BROWSER in error.remedies
    assert not flow.active
    bridge.close()


QUITTER = """
import sys
from pathlib import Path
from tests.end_to_end import person

async def open_the_page_and_go(someone):
    await someone.click("signInButton")
    await someone.on_page("email")

sys.exit(person.main(*map(Path, sys.argv[1:]), open_the_page_and_go))
"""


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display, which packaging/test starts")
def test_u15_quitting_during_sign_in_ends_well_and_leaves_no_process(tmp_path: Path):
    before = {process_id for process_id, _ in descendants(os.getpid())}
    with CloudServer() as cloud:
        run("-c", QUITTER, cloud.cloud_file, tmp_path / "home", tmp_path / "seen.json")
    assert [one for one in descendants(os.getpid()) if one[0] not in before] == []
