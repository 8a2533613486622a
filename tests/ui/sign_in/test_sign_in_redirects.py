"""The redirect through the real page to a session, or to none: C01 to C37 (sign-in.md#c-vectors)."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from softphone.auth import oauth
from softphone.errors import SignInError, SignInOutcome
from softphone.ui.sign_in.page import SignInView
from softphone.ui.sign_in.page_network import closed_port
from tests.kit.secrets import CODE, MARK
from tests.ui.conftest import emitted, find, until
from tests.ui.fakes import PanelSpy
from tests.ui.provider import Page, Visit, hop, sign_in_page, visit
from tests.ui.sign_in.programs import run

pytestmark = pytest.mark.slow

STATE = "state={state}"
OK = f"code={CODE}&{STATE}"
ISSUER = "&iss=https%3A%2F%2Fidbroker.webex.com%2Fidb"
Outcome = SignInOutcome


def redirect(query: str) -> dict[str, Page]:
    """A service that sends the page straight back with this query."""
    return sign_in_page(hop(query if "://" in query else f"{{redirect}}?{query}"))


async def assert_refused(at: Visit, outcome: SignInOutcome | None) -> None:
    assert await at.ended() is outcome
    assert at.provider.exchanges == []
    assert MARK not in str(at.error)


GOOD = [
    pytest.param(OK, id="C01"),
    pytest.param(f"HTTP://LOCALHOST:{{port}}/softphone/%63allback?{OK}", id="C21"),
    pytest.param(f"{OK}&session=1&x=%20", id="C22"),
    pytest.param(f"{OK}{ISSUER}", id="C24 listed"),
]


@pytest.mark.parametrize("query", GOOD)
async def test_a_good_redirect_buys_one_session(query: str, tmp_path: Path):
    async with visit(tmp_path, redirect(query)) as at:
        at.provider.places["port"] = str(at.provider.raw.port)
        assert await at.ended() is None
        assert [form["code"] for form in at.provider.exchanges] == [CODE]


BAD = [
    pytest.param(f"code={CODE}&state=other", Outcome.STATE_MISMATCH, id="C02"),
    pytest.param(f"code={CODE}", Outcome.STATE_MISMATCH, id="C03 missing"),
    pytest.param(f"code={CODE}&state=", Outcome.STATE_MISMATCH, id="C03 empty"),
    pytest.param(f"code={CODE}&state={{swapped}}", Outcome.STATE_MISMATCH, id="C04 case"),
    pytest.param(f"{OK}%20", Outcome.STATE_MISMATCH, id="C04 space"),
    pytest.param(STATE, Outcome.BAD_CALLBACK, id="C05 missing"),
    pytest.param(f"code=&{STATE}", Outcome.BAD_CALLBACK, id="C05 empty"),
    pytest.param(f"{OK}&code={CODE}", Outcome.BAD_CALLBACK, id="C06 equal"),
    pytest.param(f"{OK}&code=other", Outcome.BAD_CALLBACK, id="C06 other"),
    pytest.param(f"{OK}&state=other", Outcome.STATE_MISMATCH, id="C07"),
    pytest.param(f"error=access_denied&{STATE}", Outcome.DENIED, id="C08"),
    pytest.param("error=access_denied&state=x", Outcome.STATE_MISMATCH, id="C09 wrong"),
    pytest.param("error=access_denied", Outcome.STATE_MISMATCH, id="C09 none"),
    pytest.param(f"{OK}&error=access_denied", Outcome.PROVIDER_ERROR, id="C10"),
    pytest.param(f"error=invalid_scope&{STATE}", Outcome.CONFIG_ERROR, id="C13 scope"),
    pytest.param(f"error=unauthorized_client&{STATE}", Outcome.CONFIG_ERROR, id="C13 client"),
    pytest.param(f"error=login_required&{STATE}", Outcome.PROVIDER_ERROR, id="C14 login"),
    pytest.param(f"error=temporarily_unavailable&{STATE}", Outcome.PROVIDER_ERROR, id="C14 later"),
    pytest.param(f"error=server_error&{STATE}", Outcome.PROVIDER_ERROR, id="C14 server"),
    pytest.param(f"error=blue_moon&{STATE}", Outcome.PROVIDER_ERROR, id="C15"),
    pytest.param(f"{{redirect}}#{OK}", Outcome.BAD_CALLBACK, id="C16"),
    pytest.param(f"{{redirect}}?{STATE}#access_token={CODE}", Outcome.BAD_CALLBACK, id="C17"),
    pytest.param(f"{OK}#_=_", Outcome.BAD_CALLBACK, id="C18"),
    pytest.param(f"{OK}&iss=https%3A%2F%2Fevil.example", Outcome.BAD_CALLBACK, id="C24 unlisted"),
    pytest.param(f"{OK}{2 * ISSUER}", Outcome.BAD_CALLBACK, id="C24 twice"),
    pytest.param(f"code={'a' * 10_000}&{STATE}", Outcome.BAD_CALLBACK, id="C25 long"),
    pytest.param(f"code=a%20b&{STATE}", Outcome.BAD_CALLBACK, id="C25 space"),
    pytest.param(f"code=a%0D%0Ab&{STATE}", Outcome.BAD_CALLBACK, id="C25 CRLF"),
    pytest.param(f"code=a%ff&{STATE}", Outcome.BAD_CALLBACK, id="C27 UTF-8"),
]


@pytest.mark.parametrize(("query", "outcome"), BAD)
async def test_a_bad_redirect_ends_the_attempt_without_an_exchange(
    query: str, outcome: SignInOutcome, tmp_path: Path
):
    async with visit(tmp_path, redirect(query)) as at:
        await assert_refused(at, outcome)


async def test_c11_what_the_page_says_is_shown_as_plain_text_and_cut(open_window, panel: PanelSpy, tmp_path):
    text = quote("<b>x</b><script>y</script>\u202e\x07" + "z" * 10_000)
    async with visit(tmp_path, redirect(f"error=server_error&error_description={text}&{STATE}")) as at:
        await assert_refused(at, Outcome.PROVIDER_ERROR)
        window = open_window(panel)
        window.contents.banners.show_error(at.error)
        labels = [one for one in window.findChildren(QLabel) if "<script>" in one.text()]
        assert labels
        for label in labels:
            assert label.textFormat().name == "PlainText"
            assert label.text().isprintable()
            assert len(label.text()) < 450


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "http://evil.example/", "https://help.example/"])
async def test_c12_the_address_of_an_explanation_is_neither_opened_nor_shown(uri: str, tmp_path: Path):
    async with visit(tmp_path, redirect(f"error=x&error_uri={quote(uri, safe='')}&{STATE}")) as at:
        await assert_refused(at, Outcome.PROVIDER_ERROR)
        assert uri not in str(at.error)
        await asyncio.sleep(0.05)
        assert at.page.title() == ""


NOT_OURS = [
    pytest.param("http://localhost:{other_port}/softphone/callback", id="C19 port"),
    pytest.param("http://127.0.0.1:{port}/softphone/callback/", id="C19 host"),
    pytest.param("http://localhost:{port}/softphone/other", id="C19 path"),
    pytest.param("http://localhost:{port}/softphone/callback/", id="C19 trailing slash"),
    pytest.param("http://localhost:{port}//softphone/callback", id="C19 double slash"),
    pytest.param("http://localhost.:{port}/softphone/callback", id="C19 trailing dot"),
    pytest.param("https://localhost:{port}/softphone/callback", id="C19 scheme"),
    pytest.param("http://ada:pw@localhost:{port}/softphone/callback", id="C20"),
]


@pytest.mark.parametrize("address", NOT_OURS)
async def test_an_address_that_differs_is_no_redirect_and_gets_nothing(address: str, tmp_path: Path):
    async with visit(tmp_path, sign_in_page(Page("<title>waiting</title>"))) as at:
        await at.titled("waiting")
        port = at.provider.raw.port
        target = address.replace("{port}", str(port)).replace("{other_port}", str(port - 1))
        at.provider.pages["/v1/authorize"] = hop(f"{target}?{OK}")
        at.view.reload()
        if not address.startswith("https"):  # the handshake with a server that has no TLS takes its time
            await emitted(at.page.loadFinished)
        await asyncio.sleep(0.1)
        assert at.captured == []
        assert at.provider.exchanges == []


async def test_c19_dot_segments_are_resolved_before_we_are_asked(tmp_path: Path):
    async with visit(tmp_path, redirect(f"http://localhost:{{port}}/x/../softphone/callback?{OK}")) as at:
        at.provider.places["port"] = str(at.provider.raw.port)
        assert await at.ended() is None
        assert "/x/" not in at.captured[0]


@pytest.mark.parametrize(("query", "fits"), [(f"app=1&{OK}", True), (OK, False), (f"app=2&{OK}", False)])
async def test_c23_the_query_of_the_registered_address_must_come_back(query: str, fits: bool, tmp_path: Path):
    address = "http://localhost:9/softphone/callback"
    pages = sign_in_page(hop(f"{address}?{query}"))
    async with visit(tmp_path, pages, redirect_uri=f"{address}?app=1") as at:
        if fits:
            assert await at.ended() is None
        else:
            await emitted(at.page.loadFinished)
            assert at.captured == []
        assert len(at.provider.exchanges) == fits


async def test_c26_plus_and_ampersand_arrive_as_they_were_meant(tmp_path: Path):
    code = "a+b&c=d%20"
    async with visit(tmp_path, redirect(f"code={quote(code, safe='')}&{STATE}")) as at:
        assert await at.ended() is None
        assert [form["code"] for form in at.provider.exchanges] == [code]


async def test_c27_a_lone_percent_is_mended_by_the_engine_and_no_other_code_is_sent(tmp_path: Path):
    async with visit(tmp_path, redirect(f"code=a%&{STATE}")) as at:
        assert await at.ended() in {None, Outcome.BAD_CALLBACK}
        assert {form["code"] for form in at.provider.exchanges} <= {"a%"}


async def test_c28_a_redirect_that_comes_twice_counts_once(tmp_path: Path):
    page = Page(
        "<script>for (const ms of [0, 1, 60]) setTimeout(() => location = '{redirect}?"
        + OK
        + "', ms)</script>"
    )
    async with visit(tmp_path, sign_in_page(page)) as at:
        await emitted(at.view.captured)
        await asyncio.sleep(0.2)
        assert len(at.captured) == 1
        await at.panel.finish_sign_in(at.attempt, at.captured[0])
        with pytest.raises(SignInError) as second:
            await at.panel.finish_sign_in(at.attempt, at.captured[0])
        assert second.value.outcome is Outcome.EXPIRED
        assert len(at.provider.exchanges) == 1


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("<iframe src='{redirect}?{ok}'></iframe>", id="C29"),
        pytest.param("<iframe src=/hop></iframe>", id="C29 after a redirect"),
        pytest.param(
            "<iframe srcdoc=\"<script>location = '{redirect}?{ok}'</script>\"></iframe>", id="C29 script"
        ),
    ],
)
async def test_c29_a_redirect_in_a_frame_is_not_consumed_and_the_attempt_goes_on(frame: str, tmp_path: Path):
    go_on = "<script>setTimeout(() => location = '{redirect}?code=mine&" + STATE + "', 300)</script>"
    body = frame.replace("{ok}", f"code=frame&{STATE}") + go_on
    pages = sign_in_page(Page(body), hop=hop(f"{{redirect}}?code=frame&{STATE}"))
    async with visit(tmp_path, pages) as at:
        assert await at.ended() is None
        assert [form["code"] for form in at.provider.exchanges] == ["mine"]


async def test_c30_a_redirect_in_a_popup_signs_in_and_the_popup_goes(tmp_path: Path):
    page = Page("<script>open('{redirect}?" + OK + "')</script>")
    async with visit(tmp_path, sign_in_page(page)) as at:
        assert await at.ended() is None
        [(_, popup)] = at.view._popups
        at.view.tear_down()
        await until(lambda: not isValid(popup))


@pytest.mark.parametrize("how", ["new Image().src = '{to}'", "fetch('{to}', {mode: 'no-cors'})"])
async def test_c31_an_image_or_a_fetch_is_blocked_noted_and_not_consumed(how: str, tmp_path: Path, caplog):
    script = how.replace("{to}", f"{{redirect}}?{OK}")
    async with visit(tmp_path, sign_in_page(Page(f"<script>{script}</script>"))) as at:
        await until(lambda: caplog.records)
        assert "blocked" in caplog.text
        assert MARK not in caplog.text
        caplog.clear()
        assert at.captured == []


async def test_c32_an_answer_by_form_post_is_an_unexpected_mode(tmp_path: Path):
    body = (
        f"<form method=post action='{{redirect}}'><input name=code value={CODE}>"
        "<input name=state value='{state}'></form><script>document.forms[0].submit()</script>"
    )
    async with visit(tmp_path, sign_in_page(Page(body))) as at:
        await assert_refused(at, Outcome.BAD_CALLBACK)
        assert "response mode" in str(at.error)


async def test_c33_a_307_after_a_post_is_a_redirect_like_any_other(tmp_path: Path):
    body = "<form method=post action=/post><input name=x></form><script>document.forms[0].submit()</script>"
    async with visit(tmp_path, sign_in_page(Page(body), post=hop(f"{{redirect}}?{OK}", 307))) as at:
        assert await at.ended() is None


HOPS = [
    pytest.param("http://192.0.2.1/elsewhere", id="C34 http"),
    pytest.param("data:text/html,<title>data</title>", id="C34 data"),
    pytest.param("file:///etc/hostname", id="C34 file"),
    pytest.param("ftp://192.0.2.1/", id="C34 ftp"),
    pytest.param("javascript:void(document.title='script')", id="C34 javascript"),
    pytest.param("odd-scheme:open?code=x", id="C34 custom scheme"),
]


@pytest.mark.parametrize("address", HOPS)
@pytest.mark.parametrize("how", ["redirect", "link"])
async def test_c34_a_hop_to_an_address_of_another_kind_is_stopped(
    address: str, how: str, tmp_path: Path, monkeypatch
):
    opened: list[Any] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", opened.append)
    link = (
        f'<title>here</title><a href="{address}" style="position:fixed;inset:0" '
        "onclick=\"document.title = 'clicked'\">go</a>"
    )
    pages = sign_in_page(Page(link), hop=hop(address))
    async with visit(tmp_path, pages) as at:
        await at.titled("here")
        if how == "link":
            await at.click_until(lambda: at.page.title() != "here")
        else:
            at.page.runJavaScript("location = '/hop'")
        await asyncio.sleep(0.3)
        assert at.captured == []
        assert opened == []
        # A script in a link is the page's own, like any other of its scripts.
        own_script = how == "link" and address.startswith("javascript")
        assert at.page.title() == ("script" if own_script else "clicked" if how == "link" else "here")


async def test_c34_what_was_stopped_is_said(tmp_path: Path):
    async with visit(tmp_path, sign_in_page(hop("http://192.0.2.1/elsewhere"))) as at:
        await until(lambda: at.view.message)
        assert "another kind" in at.view.message


async def test_c35_the_answer_of_an_older_attempt_does_not_touch_the_newer(tmp_path: Path):
    async with visit(tmp_path, redirect(OK)) as at:
        await emitted(at.view.captured)
        older, at.attempt = at.attempt, at.panel.begin_sign_in()
        assert await at.finished(at.captured[0]) is Outcome.STATE_MISMATCH
        assert at.provider.exchanges == []
        newer = at.captured[0].replace(older.state, at.attempt.state)
        assert await at.finished(newer) is None


async def test_c36_after_cancel_a_redirect_is_nobodys(tmp_path: Path):
    page = Page(
        "<title>slow</title><script>setTimeout(() => location = '{redirect}?" + OK + "', 150)</script>"
    )
    async with visit(tmp_path, sign_in_page(page)) as at:
        await at.titled("slow")
        at.view.tear_down()
        await asyncio.sleep(0.3)
        assert at.captured == []


async def test_c36_after_ten_minutes_the_redirect_has_expired(tmp_path: Path, monkeypatch):
    async with visit(tmp_path, redirect(OK)) as at:
        await emitted(at.view.captured)
        monkeypatch.setattr(oauth, "ATTEMPT_LIFE_S", -1.0)
        await assert_refused(at, Outcome.EXPIRED)


async def test_c37_a_fault_in_the_hook_lets_nothing_out_and_is_shown(tmp_path: Path, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise RuntimeError("injected")

    async with visit(tmp_path, sign_in_page(Page("<title>here</title>"))) as at:
        await at.titled("here")
        monkeypatch.setattr(SignInView, "note_redirect", fail)
        at.page.runJavaScript(at.provider.filled(f"location = '{{redirect}}?{OK}'"))
        await until(lambda: at.view.message)
        assert "inside this program" in at.view.message
        assert at.captured == []
        assert find(at.view, "signInHost", QLabel).text()
        assert "injected" in caplog.text
        assert MARK not in caplog.text
        caplog.clear()


# S16 of faults.md: every hop and every scheme


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_s16_no_hop_and_no_scheme_but_the_pages_own_way_reaches_the_redirects_port(host: str, tmp_path: Path):
    seen = json.loads(run("-m", "tests.ui.sign_in.programs.hopping_page", tmp_path, host, timeout_s=90))
    assert seen["reached"] == []
    assert seen["captured by itself"] == []
    assert (seen["refusal"], seen["codes"]) == (None, [CODE]), "the page's own way still works"


@pytest.mark.parametrize(
    ("redirect", "start", "closed"),
    [
        ("http://localhost:47113/cb", "https://webexapis.com/v1/authorize", "*:47113"),
        ("http://[::1]:47113/cb", "https://webexapis.com/", "*:47113"),
        ("http://localhost/cb", "https://webexapis.com/", "*:80"),
        ("https://localhost/cb", "https://webexapis.com/", "127.0.0.1:443,[::1]:443,localhost:443"),
        ("http://localhost:8443/cb", "https://idp.example:8443/", "127.0.0.1:8443,[::1]:8443,localhost:8443"),
        ("http://localhost:5000/cb", "http://127.0.0.1:5000/", "[::1]:5000,localhost:5000"),
        ("https://intranet.example/cb", "https://intranet.example/", ""),
    ],
)
def test_s16_the_port_is_closed_under_every_name_that_the_sign_in_does_not_need(
    redirect: str, start: str, closed: str
):
    option = closed_port(QUrl(redirect), QUrl(start))
    rules = ",".join(f"MAP {place} ~NOTFOUND" for place in closed.split(","))
    assert option == (f'--host-resolver-rules="{rules}"' if closed else "")


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_s16_a_socket_to_the_redirect_is_blocked_and_noted(scheme: str, tmp_path: Path, caplog):
    async with visit(tmp_path, sign_in_page(Page("<title>here</title>"))) as at:
        await at.titled("here")
        address = at.provider.filled(f"{{redirect}}?{OK}").replace("http", scheme, 1)
        at.page.runJavaScript(f"new WebSocket('{address}').onerror = () => document.title = 'refused'")
        await at.titled("refused")
        assert "blocked" in caplog.text
        assert MARK not in caplog.text
        caplog.clear()
        assert at.captured == []
