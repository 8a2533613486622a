"""The sign-in page knows the person's language, text size, zoom keys and looks (D10 of faults.md)."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from softphone.ui import language
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.ui.sign_in.page import PAPER
from softphone.ui.sign_in.page_look import STEPS, text_factor
from softphone.ui.window.appearance import scale_text
from tests.ui.conftest import find, until
from tests.ui.provider import Page, Visit, hop, sign_in_page, visit
from tests.ui.sign_in.programs import run

pytestmark = pytest.mark.slow

HERE = Page("<title>here</title><body>words<script>fetch('/part'); const w = new Worker('/worker')</script>")
SCRIPT = {"Content-Type": "text/javascript"}
CTRL = Qt.KeyboardModifier.ControlModifier


def page_of() -> dict[str, Page]:
    return sign_in_page(
        HERE,
        part=Page("x"),
        worker=Page("fetch('/of-worker')", headers=SCRIPT),
        hop=hop("http://localhost:{port}/next"),
        next=Page("<title>next</title>"),
    )


@pytest.fixture
def speaking(qapp, request: pytest.FixtureRequest):
    language.install(qapp, request.param)
    yield request.param
    language.install(qapp, language.ENGLISH)


@pytest.fixture
def large(qapp: QApplication):
    before = qapp.font()
    scale_text(qapp, 200)
    yield
    qapp.setFont(before)


@pytest.mark.parametrize(
    ("speaking", "first"), [("de", "de-DE,de;q=0.9"), ("en", "en-US,en;q=0.9")], indirect=["speaking"]
)
async def test_d10_every_request_of_the_page_names_the_persons_language(
    speaking: str, first: str, tmp_path: Path
):
    async with visit(tmp_path, page_of()) as at:
        await until(lambda: "/of-worker" in at.provider.asked)
        for place in ("/v1/authorize", "/part", "/of-worker"):
            [headers] = at.provider.headers_of(place)
            assert headers["accept-language"].startswith(first), place
        at.page.runJavaScript("document.title = navigator.language")
        await at.titled(first.partition(",")[0])


@pytest.mark.parametrize(
    ("ours", "systems", "accepted"),
    [
        (["de-Latn-DE", "de-DE", "de-Latn", "de"], ["de-DE", "de"], "de-DE,de;q=0.9,en;q=0.8"),
        (
            ["en-US", "en"],
            ["fr-CA", "fr", "zh-Hant-TW", "zh-TW"],
            "en-US,en;q=0.9,fr-CA;q=0.8,fr;q=0.7,zh-TW;q=0.6",
        ),
        (["C"], ["C"], "en"),
        ([f"a{letter}" for letter in "abcdefghijklm"], [], "aa,ab;q=0.9"),
    ],
)
def test_d10_the_programs_language_comes_before_the_systems_and_english_is_the_last(
    ours: list[str], systems: list[str], accepted: str, monkeypatch: pytest.MonkeyPatch
):
    class Locale:
        def uiLanguages(self) -> list[str]:  # noqa: N802 - Qt's name
            return ours

        @staticmethod
        def system() -> "System":
            return System()

    class System:
        def uiLanguages(self) -> list[str]:  # noqa: N802 - Qt's name
            return systems

    monkeypatch.setattr(language, "QLocale", Locale)
    assert language.accepted().startswith(accepted)
    assert len(language.accepted().split(",")) <= 10


async def test_d10_a_page_is_as_large_as_our_text_and_so_is_its_window(large: None, tmp_path: Path):
    async with visit(tmp_path, sign_in_page(Page("<title>here</title><script>open('/two')</script>"))) as at:
        await until(lambda: at.view._popups)
        assert at.page.zoomFactor() == pytest.approx(2.0)
        [(popup, _)] = at.view._popups
        assert popup.zoomFactor() == pytest.approx(2.0)
        await shown_at(at, 2.0)


async def test_d10_a_page_without_colours_can_be_read_in_a_dark_window(theme: Theme, tmp_path: Path):
    theme.choose(ThemeChoice.DARK)
    async with visit(tmp_path, sign_in_page(Page("<title>here</title>words"))) as at:
        await at.titled("here")
        await until(lambda: at.view.view.grab().toImage().pixelColor(20, 20) == PAPER)


def test_d10_without_a_choice_a_page_has_its_own_size(qapp: QApplication):
    assert text_factor() == pytest.approx(1.0)


async def take_the_keyboard(at: Visit) -> None:
    at.view.activateWindow()
    at.view.view.setFocus()
    await until(lambda: inner(at).hasFocus())


def inner(at: Visit) -> Any:
    """What of the page takes the keys."""
    return at.view.view.focusProxy()


async def shown_at(at: Visit, ratio: float) -> None:
    """Wait until the page itself sees that it is so large."""
    at.page.runJavaScript(
        f"setInterval(() => {{ if (devicePixelRatio == {ratio}) document.title = 'so' }}, 20)"
    )
    await at.titled("so")


def press(at: Visit, key: Qt.Key) -> None:
    QTest.keyClick(inner(at), key, CTRL)


async def test_d10_the_zoom_keys_change_the_page_and_it_stays_so(tmp_path: Path):
    async with visit(tmp_path, page_of()) as at:
        at.provider.places["port"] = str(at.provider.raw.port)
        await at.titled("here")
        await take_the_keyboard(at)
        zoom = at.page.zoomFactor
        press(at, Qt.Key.Key_Plus)
        press(at, Qt.Key.Key_Equal)
        assert zoom() == pytest.approx(1.25)
        await shown_at(at, 1.25)
        at.page.runJavaScript("location = '/hop'")
        await at.titled("next")
        assert zoom() == pytest.approx(1.25), "another host is another page, and the person the same"
        press(at, Qt.Key.Key_Minus)
        assert zoom() == pytest.approx(1.1)
        press(at, Qt.Key.Key_0)
        assert zoom() == pytest.approx(1.0)
        QTest.keyClick(find(at.view, "signInCancel"), Qt.Key.Key_Plus, CTRL)
        assert zoom() == pytest.approx(1.1), "wherever in the sign-in the keyboard is"


async def test_d10_the_keys_end_at_the_first_and_the_last_step(large: None, tmp_path: Path):
    async with visit(tmp_path, page_of()) as at:
        await at.titled("here")
        await take_the_keyboard(at)
        for _ in STEPS:
            press(at, Qt.Key.Key_Plus)
        assert at.page.zoomFactor() == pytest.approx(STEPS[-1])
        for _ in STEPS:
            press(at, Qt.Key.Key_Minus)
        assert at.page.zoomFactor() == pytest.approx(STEPS[0])
        press(at, Qt.Key.Key_0)
        assert at.page.zoomFactor() == pytest.approx(2.0)


LOOKER = """
import asyncio, sys
from pathlib import Path
from softphone.ui.kit.theme import MotionChoice, Theme, ThemeChoice, motion
from softphone.ui.loop import AppLoop
from softphone.ui.opening import App
from softphone.ui.sign_in.page import PAPER
from tests.ui.conftest import until
from tests.ui.provider import Page, sign_in_page, visit

ASK = "document.title = ['prefers-color-scheme: dark', 'prefers-reduced-motion: reduce']"
ASK += ".map(what => matchMedia('(' + what + ')').matches)"

async def look(folder):
    async with visit(folder, sign_in_page(Page(f"<script>{ASK}</script>"))) as at:
        await until(at.page.title)
        await until(lambda: "," in at.page.title())
        sys.stdout.write(at.page.title())

app = App(sys.argv[:1])
theme = Theme(app, ThemeChoice(sys.argv[2]))
motion.choose(MotionChoice(sys.argv[3]))
with asyncio.Runner(loop_factory=lambda: AppLoop(app)) as runner:
    runner.run(look(Path(sys.argv[1])))
"""


@pytest.mark.parametrize(
    ("colours", "less_motion", "seen"), [("dark", "on", "true,true"), ("light", "off", "false,false")]
)
def test_d10_a_page_is_as_dark_and_as_still_as_the_window(
    colours: str, less_motion: str, seen: str, tmp_path: Path
):
    assert run("-c", LOOKER, str(tmp_path), colours, less_motion) == seen
