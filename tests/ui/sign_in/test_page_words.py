"""What a page says, and what it wants and does not get, stands in the bar (D7 of faults.md)."""

import asyncio
import base64
import contextlib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from softphone.ui.kit.button import Button, ButtonKind
from softphone.ui.kit.theme import Theme
from softphone.ui.sign_in import bars
from softphone.ui.sign_in.bars import NOTICES_LIMIT, AddressBar, WaitingBar
from softphone.ui.sign_in.web_page import PAGE_WORDS_CHARS
from tests.ui.conftest import check_nothing_is_clipped, find, settle, until
from tests.ui.provider import Page, Visit, hop, sign_in_page, visit
from tests.ui.real_window import cloud_of, opened

pytestmark = pytest.mark.slow

COVER = "style='position:fixed;inset:0;width:100%;height:100%'"
OTHERS = {
    "file": Page("x" * 100),
    "framed": Page("<script>alert('from inside')</script>"),
    "next": Page("<title>next</title>Go on"),
    "attachment": Page("x", headers={"Content-Disposition": "attachment; filename=Codes.pdf"}),
    "pdf": Page("%PDF", headers={"Content-Type": "application/pdf"}),
    "chat": hop("chat-app:open?code=c"),
}


def page_of(body: str) -> dict[str, Page]:
    return sign_in_page(Page(f"<title>here</title><body>words {body}"), **OTHERS)


def first_is_the_own_browser(at: Visit) -> bool:
    return bool(find(at.view, "useBrowserButton", Button).kind is ButtonKind.PRIMARY)


def no_dialogs() -> bool:
    return not [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


SAID = [
    pytest.param(
        "alert('wrong password, 2 attempts left')",
        "127.0.0.1 says: “wrong password, 2 attempts left”",
        False,
        id="alert",
    ),
    pytest.param(
        "confirm('Stay signed in?')",
        "127.0.0.1 asked: “Stay signed in?” The answer was No.",
        True,
        id="confirm",
    ),
    pytest.param(
        "prompt('Code from your phone', '0')",
        "127.0.0.1 asked: “Code from your phone” It got no answer.",
        True,
        id="prompt",
    ),
    pytest.param(
        "document.body.innerHTML = '<iframe src=/framed></iframe>'",
        "127.0.0.1 says: “from inside”",
        False,
        id="alert of a frame",
    ),
    pytest.param(
        "alert('<b>{0}</b>\\n\\u202e&amp;\\u0007 %1')",
        "127.0.0.1 says: “<b>{0}</b> &amp; %1”",
        False,
        id="as it is",
    ),
]


@pytest.mark.parametrize(("script", "said", "browser_first"), SAID)
async def test_d7_the_words_of_a_page_are_shown_and_the_page_goes_on(
    script: str, said: str, browser_first: bool, tmp_path: Path
):
    async with visit(tmp_path, page_of(f"<script>{script}; document.title = 'on'</script>")) as at:
        await at.titled("on")
        await until(lambda: at.view.message)
        assert at.view.message == said
        assert first_is_the_own_browser(at) is browser_first
        assert no_dialogs()


async def test_d7_long_words_are_cut_and_many_are_few(tmp_path: Path):
    script = "for (let i = 0; i < 30; i++) alert(i + ' ' + 'long '.repeat(1000)); document.title = 'on'"
    async with visit(tmp_path, page_of(f"<script>{script}</script>")) as at:
        await at.titled("on")
        await until(lambda: "29 long" in at.view.message)
        lines = at.view.message.split("\n")
        assert len(lines) == NOTICES_LIMIT
        assert max(map(len, lines)) < PAGE_WORDS_CHARS + 40


async def test_d7_words_stay_to_be_read_when_the_page_goes_on_by_itself(tmp_path: Path, monkeypatch):
    script = "alert('Your password has expired'); location = '/next'"
    async with visit(tmp_path, page_of(f"<script>{script}</script>")) as at:
        await at.titled("next")
        await asyncio.sleep(0.05)
        assert "Your password has expired" in at.view.message
        monkeypatch.setattr(bars, "READING_S", 0.0)
        at.page.runJavaScript("location = '/next?2'")
        await until(lambda: at.view.message == "")


async def test_d7_reload_takes_all_words_away_at_once(tmp_path: Path):
    script = "if (!sessionStorage.seen) alert('once'); sessionStorage.seen = 1"
    async with visit(tmp_path, page_of(f"<script>{script}</script>")) as at:
        await until(lambda: at.view.message)
        at.view.resize(600, 600)  # with less, it is in a menu
        find(at.view, "reloadButton").click()
        assert at.view.message == ""


LINK = "The page wanted another program for a link ({}:). This window opens none."
FILE = "The page wanted to save a file ({}). This window saves none."
NO_FILE = "The page asked for a file. This window gives none."
ELSEWHERE = [
    pytest.param(f"<a href='mailto:help@example.com' {COVER}>x</a>", LINK.format("mailto"), id="mailto"),
    pytest.param(f"<a href='tel:+4930123' {COVER}>x</a>", LINK.format("tel"), id="tel"),
    pytest.param(
        f"<a target=_blank href='chat-app:x' {COVER}>x</a>", LINK.format("chat-app"), id="new window"
    ),
    pytest.param("<script>onclick = () => location = '/chat'</script>", LINK.format("chat-app"), id="hop"),
    pytest.param(f"<a download=key.txt href='/file' {COVER}>x</a>", FILE.format("key.txt"), id="download"),
    pytest.param(f"<a href='/attachment' {COVER}>x</a>", FILE.format("Codes.pdf"), id="attachment"),
    pytest.param(f"<a href='/pdf' {COVER}>x</a>", FILE.format("pdf"), id="pdf"),
    pytest.param(f"<input type=file {COVER}>", NO_FILE, id="file"),
    pytest.param("<script>onclick = () => showOpenFilePicker()</script>", NO_FILE, id="file picker"),
    pytest.param(
        "<script>onclick = () => print()</script>",
        "The page wanted to print. This window cannot.",
        id="print",
    ),
]


@pytest.mark.parametrize(("body", "said"), ELSEWHERE)
async def test_d7_what_only_a_browser_can_do_is_said_and_the_own_browser_comes_first(
    body: str, said: str, tmp_path: Path
):
    async with visit(tmp_path, page_of(body)) as at:
        await at.titled("here")
        await at.click_until(lambda: at.view.message)
        assert at.view.message == said
        assert first_is_the_own_browser(at)
        assert no_dialogs()
        assert at.page.title() == "here", "the page is still there"


ASKED = [
    pytest.param("navigator.geolocation.getCurrentPosition(() => 0)", "your location", id="place"),
    pytest.param("Notification.requestPermission()", "notifications", id="notices"),
    pytest.param("document.body.requestPointerLock()", "the mouse pointer", id="pointer"),
    pytest.param("navigator.clipboard.readText()", "the clipboard", id="clipboard"),
    pytest.param(
        "navigator.registerProtocolHandler('web+x', location.origin + '/%s')",
        "more than signing in needs",
        id="handler",
    ),
]


@pytest.mark.parametrize(("script", "what"), ASKED)
async def test_d7_what_a_page_asks_for_and_does_not_get_is_said(script: str, what: str, tmp_path: Path):
    async with visit(tmp_path, page_of(f"<script>onclick = () => {{ {script} }}</script>")) as at:
        await at.titled("here")
        at.view.activateWindow()  # the pointer is given only to a page that has the keyboard
        at.view.view.setFocus()
        await at.click_until(lambda: at.view.message)
        assert at.view.message == f"The page asked for {what}. It was refused."
        assert not first_is_the_own_browser(at)


async def test_d7_a_certificate_of_the_persons_that_a_server_wants_is_not_given_and_said(tmp_path: Path):
    class Wanted(QObject):
        chosen: list[None]

        def host(self) -> QUrl:
            return QUrl("https://vpn.example.com:443")

        def selectNone(self) -> None:  # noqa: N802 - Qt's name
            self.chosen = [None]

    async with visit(tmp_path, page_of("x")) as at:
        await at.titled("here")
        wanted: Any = Wanted()
        at.page._select_none(wanted)
        assert wanted.chosen == [None]
        await until(lambda: at.view.message)
        assert at.view.message.startswith("vpn.example.com asks for a certificate of yours.")
        assert first_is_the_own_browser(at)


async def test_d7_a_page_that_would_rather_stay_is_left_without_a_question(tmp_path: Path):
    stay = "onbeforeunload = e => { e.preventDefault(); return 'stay' }; document.title = 'set'"
    async with visit(tmp_path, page_of(f"<script>onclick = () => {{ {stay} }}</script>")) as at:
        await at.titled("here")
        await at.click_until(lambda: at.page.title() == "set")
        at.page.runJavaScript("location = '/next'")
        await at.titled("next")
        assert at.view.message == ""


# A page that comes with an error is a page; a page that does not come is not


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_d7_a_page_that_comes_with_an_error_speaks_for_itself(status: int, tmp_path: Path):
    pages = sign_in_page(Page("<title>here</title>Wrong password. Try again.", status=status))
    async with visit(tmp_path, pages) as at:
        judged = asyncio.Event()
        at.page.loadFinished.connect(lambda _: at.page.toPlainText(lambda _: judged.set()))
        await at.titled("here")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await judged.wait()
        assert at.view.message == ""


async def test_d7_an_error_without_a_word_is_said_with_its_number(tmp_path: Path):
    async with visit(tmp_path, sign_in_page(Page("", status=503))) as at:
        await until(lambda: at.view.message)
        assert at.view.message == "127.0.0.1 answered with an error (503)."


async def test_d7_a_link_that_answers_with_nothing_leaves_the_page_and_says_nothing(tmp_path: Path):
    pages = page_of("<script>onclick = () => { document.title = 'gone'; location = '/nothing' }</script>")
    async with visit(tmp_path, pages | {"/nothing": Page("", status=204)}) as at:
        await at.titled("here")
        await at.click_until(lambda: "/nothing" in at.provider.asked)
        await asyncio.sleep(0.2)
        assert at.view.message == ""


@pytest.mark.parametrize("width", [420, 560, 920])
def test_d7_there_is_room_for_all_the_words_at_every_width(qtbot, width: int):
    bar = WaitingBar("https://idp.example.com", with_browser=True)
    qtbot.addWidget(bar)
    for number in range(NOTICES_LIMIT):
        bar.say(f"idp.example.com says: “{number} {'long words ' * 18}”", of_page=True)
    bar.show_time_left(299)
    bar.resize(width, 400)
    bar.show()
    settle()
    bar.resize(width, bar.heightForWidth(width))
    settle()
    check_nothing_is_clipped(bar)


def test_d7_what_is_said_is_said_aloud(qtbot, monkeypatch: pytest.MonkeyPatch):
    spoken: list[str] = []
    monkeypatch.setattr(bars, "announce", lambda _, words: spoken.append(words))
    bar = WaitingBar("https://idp.example.com", with_browser=True)
    qtbot.addWidget(bar)
    bar.say("one")
    bar.say("two", browser_first=True)
    bar.say("one")
    assert spoken == ["one", "two", "one"]
    assert find_text(bar) == "two\none"


def find_text(bar: WaitingBar) -> str:
    [label] = bar.findChildren(QLabel, "signInMessage")
    return str(label.text())


# In the whole program


def answering(html: str, status: int = 200) -> dict[str, Any]:
    """What the simulated cloud's first sign-in page is instead."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'unsafe-inline'",
    }
    body = base64.b64encode(html.encode()).decode()
    return {
        "where": "authorize",
        "nth": 1,
        "answer": {"status": status, "body_base64": body, "headers": headers},
    }


async def test_d7_from_a_page_that_refuses_this_window_one_click_leads_to_a_registered_line(
    theme: Theme, tmp_path: Path
):
    with cloud_of("calm", 0.1) as cloud:
        cloud.faults([answering("<h1>Access blocked</h1>Error 403: disallowed_useragent", 403)])
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.click("signInButton")
            await seat.until("the hint", lambda: "may block this window" in seat.text("signInMessage"))
            await seat.click("useBrowserButton")
            await seat.until_badges("Registered")
            assert len(seat.browsers) == 1


async def test_d7_after_the_words_of_a_page_the_sign_in_goes_on_in_it(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.1) as cloud:
        go_on = "<script>alert('Maintenance at noon'); location = location.href + '&again=1'</script>"
        cloud.faults([answering(go_on)])
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.click("signInButton")
            await seat.on_page("email")
            assert seat.text("signInMessage") == "127.0.0.1 says: “Maintenance at noon”"
            await seat.type_credentials()
            await seat.accept()
            await seat.until_badges("Registered")


def test_h11_the_host_is_shown_as_it_is_sent(qtbot):
    bar = AddressBar()
    qtbot.addWidget(bar)
    bar.show()
    host = find(bar, "signInHost", QLabel)
    bar.show_page(QUrl("https://ex\u0430mple.com/login?code=c"))
    assert host.text() == "xn--exmple-4nf.com"
    assert "encrypted" in host.accessibleName()
    bar.show_page(QUrl("https://accounts.example:8443/"))
    assert host.text() == "accounts.example:8443"
    bar.show_page(QUrl("http://127.0.0.1:1/"))
    assert "encrypted" not in host.accessibleName()
