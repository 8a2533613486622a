"""What a hostile page tries, in the real engine: sign-in.md#page, and U09, U17."""

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from softphone.settings.cloud_file import Network
from softphone.ui.sign_in.page import POPUP_LIMIT
from tests.kit.certificates import certificate
from tests.kit.secrets import CODE, MARK, PASSWORD
from tests.ui.conftest import emitted, find, until
from tests.ui.provider import Page, Provider, Visit, hop, sign_in_page, visit
from tests.ui.sign_in.programs import run

pytestmark = pytest.mark.slow


def scripted(script: str, *, on_click: str = "") -> dict[str, Page]:
    """A page that runs a script, and another one when it is clicked; an error becomes its title."""
    guarded = "const say = text => document.title = text;"
    handler = (
        f"onclick = async () => {{ try {{ {on_click} }} catch (e) {{ say(e.name) }} }};" if on_click else ""
    )
    body = f"<title>here</title><script>{guarded} {handler} (async () => {{ {script} }})()</script>"
    return sign_in_page(Page(body))


def other_windows(at: Visit) -> list[QWidget]:
    """Every window on the screen but that of the visit."""
    return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not at.view.window()]


# 1 Off the record


async def test_h1_nothing_of_one_attempt_is_known_in_the_next(tmp_path: Path):
    page = Page("<title>here</title>", headers={"Set-Cookie": "seen=1; Max-Age=999999"})
    for _ in range(2):
        async with visit(tmp_path, sign_in_page(page)) as at:
            await at.titled("here")
            assert "cookie" not in at.provider.headers_of("/v1/authorize")[0]
            assert at.page.profile().isOffTheRecord()


def test_h1_nothing_of_a_page_is_written_below_home(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    run(
        *("-m", "tests.ui.sign_in.programs.hoarding_page", tmp_path),
        environment=inherited | {"HOME": str(home), "TMPDIR": str(home)},
    )
    written = [path for path in home.rglob("*") if path.is_file()]
    assert [path for path in written if MARK.encode() in path.read_bytes()] == []
    assert [path.name for path in written if path.name in {"Cookies", "History", "Visited Links"}] == []


# 2, 3 Profile and settings

_Attribute = QWebEngineSettings.WebAttribute
OFF = (
    "LocalContentCanAccessFileUrls",
    "PdfViewerEnabled",
    "NavigateOnDropEnabled",
    "ErrorPageEnabled",
    "JavascriptCanAccessClipboard",
    "JavascriptCanPaste",
    "PluginsEnabled",
    "FullScreenSupportEnabled",
    "ScreenCaptureEnabled",
    "AllowRunningInsecureContent",
    "HyperlinkAuditingEnabled",
    "DnsPrefetchEnabled",
    "BackForwardCacheEnabled",
    "WebGLEnabled",
)


async def test_h2_h3_h4_the_profile_keeps_nothing_and_what_a_sign_in_needs_not_is_off(tmp_path: Path):
    async with visit(tmp_path, sign_in_page(Page("<title>here</title>"))) as at:
        profile, settings = at.page.profile(), at.page.settings()
        no_cookies = QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies
        assert profile.persistentCookiesPolicy() == no_cookies
        ask_every_time = QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
        assert profile.persistentPermissionsPolicy() == ask_every_time
        assert profile.httpCacheType() == QWebEngineProfile.HttpCacheType.MemoryHttpCache
        assert not profile.isSpellCheckEnabled()
        assert not profile.isPushServiceEnabled()
        assert [name for name in OFF if settings.testAttribute(getattr(_Attribute, name))] == []
        assert settings.testAttribute(_Attribute.JavascriptEnabled)
        assert settings.testAttribute(_Attribute.LocalStorageEnabled)
        refused = QWebEngineSettings.UnknownUrlSchemePolicy.DisallowUnknownUrlSchemes
        assert settings.unknownUrlSchemePolicy() == refused
        assert "QtWebEngine" in profile.httpUserAgent()  # it says what it is


async def test_h3_a_page_gets_no_webgl_and_no_clipboard(tmp_path: Path):
    script = (
        "const gl = document.createElement('canvas').getContext('webgl');"
        "try { say(gl + ' ' + await navigator.clipboard.readText()) } catch (e) { say(gl + ' ' + e.name) }"
    )
    clipboard = QApplication.clipboard()
    clipboard.setText(PASSWORD)
    async with visit(tmp_path, scripted("", on_click=script)) as at:
        await at.titled("here")
        await at.click_until(lambda: at.page.title() != "here")
        await at.titled("null NotAllowedError")
    clipboard.clear()


# 4 Unknown schemes


async def test_h4_a_clicked_link_of_an_unknown_scheme_is_not_handed_to_the_desktop(tmp_path: Path):
    handed: list[QUrl] = []

    class Desktop(QWidget):
        @Slot(QUrl)
        def opened(self, url: QUrl) -> None:
            handed.append(url)

    desktop = Desktop()
    # PySide6 6.11 says bytes and takes only text.
    QDesktopServices.setUrlHandler("odd-scheme", desktop, "opened")  # type: ignore[arg-type]
    QDesktopServices.openUrl(QUrl("odd-scheme:control"))
    assert handed.pop().toString() == "odd-scheme:control"
    link = f"<title>here</title><a href='odd-scheme:open?code={CODE}' style='position:fixed;inset:0'>go</a>"
    try:
        async with visit(
            tmp_path, sign_in_page(Page(f"{link}<script>onclick = () => document.title = 'clicked'</script>"))
        ) as at:
            await at.titled("here")
            await at.click_until(lambda: at.page.title() == "clicked")
            await asyncio.sleep(0.2)
            assert handed == []
    finally:
        QDesktopServices.unsetUrlHandler("odd-scheme")
        desktop.deleteLater()


# 5 Frames


async def test_h5_a_frame_is_kept_to_https_and_does_not_disturb_the_page(tmp_path: Path):
    addresses = ("http://192.0.2.1/", "file:///etc/hostname", "data:text/html,x", "odd-scheme:x", "/hop")
    frames = "".join(f"<iframe src='{address}'></iframe>" for address in addresses)
    pages = sign_in_page(
        Page(f"<title>here</title>{frames}"), hop=hop(f"{{redirect}}?code={CODE}&state={{state}}")
    )
    async with visit(tmp_path, pages) as at:
        await emitted(at.page.loadFinished)
        await asyncio.sleep(0.2)
        assert at.page.title() == "here"
        assert at.captured == []
        assert at.view.message == ""


# 6 Popups


async def test_h6_popups_are_few_share_the_profile_and_go_with_the_page(tmp_path: Path):
    async with visit(tmp_path, scripted("for (i = 0; i < 9; i++) open('/plain?' + i)")) as at:
        await until(lambda: len(at.view._popups) == POPUP_LIMIT)
        await asyncio.sleep(0.1)
        assert len(at.view._popups) == POPUP_LIMIT
        assert {page.profile() for page, _ in at.view._popups} == {at.page.profile()}
        assert {type(page) for page, _ in at.view._popups} == {type(at.page)}
        windows = [window for _, window in at.view._popups]
        await until(lambda: at.view.message == "The page wanted yet another window. It was refused.")
        at.view.tear_down()
        await until(lambda: not any(window in QApplication.topLevelWidgets() for window in windows))


async def test_h6_a_popup_of_a_popup_counts_and_a_closed_one_makes_room(tmp_path: Path):
    pages = scripted("w = open('/again')")
    pages["/again"] = Page("<script>open('/plain')</script>")
    async with visit(tmp_path, pages) as at:
        await until(lambda: len(at.view._popups) == 2)
        at.page.runJavaScript("w.close()")
        await until(lambda: len(at.view._popups) == 1)


# 7 Certificates


@contextlib.asynccontextmanager
async def impostor(folder: Path) -> AsyncIterator[Provider]:
    """A server whose certificate nobody vouches for."""
    server = Provider({"/": Page("<title>reached</title>")})
    await server.start(certificate(folder, self_signed=True)[0])
    try:
        yield server
    finally:
        await server.stop()


async def test_h7_u09_a_page_with_a_certificate_nobody_vouches_for_is_refused_by_name(tmp_path: Path):
    async with impostor(tmp_path) as other:
        address = f"https://localhost:{other.raw.port}/"
        async with visit(tmp_path, sign_in_page(hop(address))) as at:
            await until(lambda: at.view.message)
            assert "The connection to localhost is not trusted. Nothing was sent." in at.view.message
            assert other.asked == []
            assert other_windows(at) == []


async def test_h7_u09_a_part_of_a_page_with_such_a_certificate_is_refused_silently(tmp_path: Path):
    async with impostor(tmp_path) as other:
        source = f"https://localhost:{other.raw.port}/x"
        image = f"<img src='{source}' onerror=\"document.title = 'refused'\">"
        body = f"<title>here</title>{image}<iframe src='{source}'></iframe>"
        async with visit(tmp_path, sign_in_page(Page(body))) as at:
            await at.titled("refused")
            await asyncio.sleep(0.1)
            assert at.view.message == ""
            assert other.asked == []


# 8 Permissions, downloads, printing, files

ASKED = [
    pytest.param(
        "navigator.geolocation.getCurrentPosition(() => say('told'), e => say('refused'))", id="place"
    ),
    pytest.param(
        "say(await Notification.requestPermission() == 'denied' ? 'refused' : 'told')", id="notices"
    ),
    pytest.param("await navigator.mediaDevices.getUserMedia({audio: true}); say('told')", id="microphone"),
    pytest.param("await navigator.mediaDevices.getUserMedia({video: true}); say('told')", id="camera"),
    pytest.param("await navigator.mediaDevices.getDisplayMedia(); say('told')", id="screen"),
    pytest.param("await navigator.clipboard.readText(); say('told')", id="clipboard"),
    pytest.param("await showOpenFilePicker(); say('told')", id="file system"),
    pytest.param("await document.documentElement.requestFullscreen(); say('told')", id="full screen"),
    pytest.param(
        "const publicKey = {challenge: new Uint8Array(8), timeout: 500};"
        "await navigator.credentials.get({publicKey}); say('told')",
        id="security key",
    ),
]


@pytest.mark.parametrize("script", ASKED)
async def test_h8_u17_what_a_page_asks_for_is_refused_at_once_and_without_a_dialog(
    script: str, tmp_path: Path
):
    async with visit(tmp_path, scripted("", on_click=script)) as at:
        await at.titled("here")
        await at.click_until(lambda: at.page.title() != "here")
        refused = {"refused", "NotAllowedError", "AbortError", "TypeError", "NotFoundError", "SecurityError"}
        assert at.page.title() in refused | {"NotSupportedError", "ReferenceError"}
        assert other_windows(at) == []
        assert not at.view.window().isFullScreen()


QUIET = [
    pytest.param(
        "navigator.registerProtocolHandler('web+x', location.origin + '/%s'); say('done')", id="handler"
    ),
    pytest.param("print(); say('done')", id="print"),
    pytest.param(
        "const i = document.createElement('input'); i.type = 'file';"
        "i.addEventListener('cancel', () => say('done')); i.addEventListener('change', () => say('files'));"
        "i.click()",
        id="file chooser",
    ),
    pytest.param(
        "const a = document.createElement('a'); a.href = '/file'; a.download = 'x'; a.click(); say('done')",
        id="download",
    ),
    pytest.param("location = '/attachment'; say('done')", id="attachment"),
    pytest.param(
        "for (let i = 0; i < 20; i++) { alert(i); confirm(i); prompt(i) } say('done')", id="dialogs"
    ),
    pytest.param("onbeforeunload = e => { e.preventDefault(); return 'stay' }; say('done')", id="unload"),
]


@pytest.mark.parametrize("script", QUIET)
async def test_h8_u17_what_a_page_starts_by_itself_comes_to_nothing(script: str, tmp_path: Path, monkeypatch):
    pages = scripted("", on_click=script) | {
        "/file": Page("x" * 100),
        "/attachment": Page("x" * 100, headers={"Content-Disposition": "attachment; filename=x"}),
    }
    before = {path for folder in (Path.home() / "Downloads", Path.cwd()) for path in folder.glob("x*")}
    async with visit(tmp_path, pages) as at:
        await at.titled("here")
        await at.click_until(lambda: at.page.title() != "here")
        assert at.page.title() == "done"
        await asyncio.sleep(0.2)
        assert other_windows(at) == []
        at.page.runJavaScript("document.title = 'alive'")
        await at.titled("alive")
    after = {path for folder in (Path.home() / "Downloads", Path.cwd()) for path in folder.glob("x*")}
    assert after == before


# 9 Passwords and certificates outside the page


async def test_h9_a_password_box_of_the_browser_is_not_shown_and_the_host_is_named(tmp_path: Path):
    asking = Page("<title>401</title>", status=401, headers={"WWW-Authenticate": 'Basic realm="Give it"'})
    async with visit(tmp_path, sign_in_page(asking)) as at:
        await until(lambda: at.view.message)
        assert at.view.message.startswith("127.0.0.1 asks for a password outside its page.")
        await asyncio.sleep(0.2)
        assert other_windows(at) == []
        sent = [headers.get("authorization", "") for headers in at.provider.headers_of("/v1/authorize")]
        assert len(sent) <= 3  # left to itself the engine asks thirty times
        assert set(sent) <= {"", "Basic Og=="}, "nothing but an empty name and password"


async def test_h9_no_client_certificate_is_offered(tmp_path: Path):
    context, ca_file = certificate(tmp_path)
    context.load_verify_locations(ca_file)
    context.verify_mode = ssl.CERT_OPTIONAL
    server = Provider({"/v1/authorize": Page("<title>here</title>")})
    seen: list[object] = []

    async def handle(exchange: Any) -> None:
        seen.append(exchange.writer.get_extra_info("peercert"))
        await exchange.answer(200, b"<title>here</title>", **{"Content-Type": "text/html"})

    server.raw.handler = handle
    await server.start(context)
    try:
        async with visit(
            tmp_path,
            {},
            network=Network(extra_ca_file=ca_file),
            authorize_url=f"https://localhost:{server.raw.port}/v1/authorize",
        ) as at:
            await at.titled("here")
            assert not any(seen)
            assert other_windows(at) == []
    finally:
        await server.stop()


# 10 No way in for a page


async def test_h10_a_page_finds_no_channel_no_script_and_no_tools(tmp_path: Path):
    async with visit(tmp_path, scripted("say(typeof qt + typeof QWebChannel)")) as at:
        await at.titled("undefinedundefined")
        assert at.page.webChannel() is None
        assert at.page.scripts().toList() == []
        assert at.page.profile().scripts().toList() == []
        assert at.page.devToolsPage() is None
        assert at.page.inspectedPage() is None


async def test_h10_the_context_menu_holds_editing_only(tmp_path: Path):
    async with visit(tmp_path, sign_in_page(Page("<title>here</title>"))) as at:
        await at.titled("here")
        view = at.view.view
        await at.click_until(lambda: view.findChildren(QMenu), Qt.MouseButton.RightButton)
        menu = view.findChildren(QMenu)[0]
        actions = {
            at.page.action(getattr(QWebEnginePage.WebAction, name))
            for name in ("Cut", "Copy", "Paste", "SelectAll")
        }
        assert set(menu.actions()) == actions
        for one in view.findChildren(QMenu):
            one.close()


async def test_h10_what_a_page_says_to_the_console_is_not_logged(tmp_path: Path, caplog, capfd):
    with caplog.at_level("DEBUG"):
        async with visit(tmp_path, scripted(f"console.error('{CODE}'); say('said')")) as at:
            await at.titled("said")
            await asyncio.sleep(0.1)
    written = capfd.readouterr()
    assert MARK not in f"{caplog.text}{written.out}{written.err}"
    caplog.clear()


# 11 The address line


async def test_h11_the_host_follows_the_page(tmp_path: Path):
    pages = sign_in_page(hop("http://localhost:{port}/other"), other=Page("<title>other</title>"))
    async with visit(tmp_path, pages) as at:
        at.provider.places["port"] = str(at.provider.raw.port)
        await at.titled("other")
        assert find(at.view, "signInHost", QLabel).text() == f"localhost:{at.provider.raw.port}"


# 13 The end of an attempt


async def test_h13_no_code_is_in_the_history_the_address_line_or_a_title(tmp_path: Path):
    pages = sign_in_page(Page("<title>here</title>"), hop=hop(f"{{redirect}}?code={CODE}&state={{state}}"))
    async with visit(tmp_path, pages) as at:
        await at.titled("here")
        at.page.runJavaScript("location = '/hop'")
        await emitted(at.view.captured)
        await asyncio.sleep(0.1)
        visited = [item.url().toString() for item in at.page.history().items()]
        shown = [label.text() for label in at.view.findChildren(QLabel)]
        told = [*visited, *shown, at.page.url().toString(), at.page.title(), at.view.windowTitle()]
        assert [text for text in told if CODE in text or "?code=" in text] == []
        assert at.page.history().count() == 1


async def test_h13_pages_go_before_their_profile_and_the_profile_goes_with_the_attempt(tmp_path: Path):
    page = Page("<title>here</title><script>open('/plain')</script>", headers={"Set-Cookie": "seen=1"})
    async with visit(tmp_path, sign_in_page(page)) as at:
        await until(lambda: at.view._popups)
        order: list[str] = []
        profile = at.page.profile()
        at.page.destroyed.connect(lambda: order.append("page"))
        at.view._popups[0][0].destroyed.connect(lambda: order.append("popup"))
        profile.destroyed.connect(lambda: order.append("profile"))
        at.view.tear_down()
        assert not at.view.isVisible()
        await until(lambda: "profile" in order)
        assert order == ["popup", "page", "profile"]
