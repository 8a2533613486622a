"""The ways in and out of signing in, with the real page: U04, U07, U08 and U15 of sign-in.md#u-vectors."""

import builtins
import os
from pathlib import Path
from typing import Any

import pytest

from softphone.errors import SignInError, SignInOutcome
from softphone.line.failure import Remedy
from softphone.sim.server import CloudServer
from softphone.ui.bridge import Bridge
from softphone.ui.sign_in.flow import SignInFlow
from tests.kit.processes import descendants
from tests.ui.fakes import PanelSpy, new_attempt
from tests.ui.sign_in.programs import run

pytestmark = pytest.mark.slow

NOT_FOUND = "cannot open shared object file: No such file or directory"


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
