"""A sign-in service on real sockets, and one visit to it with the real page, client and program around it.

Its pages, redirects and tokens are what a test says. In a page or an address `{state}`, `{swapped}`,
`{redirect}` and `{base}` stand for what the visit has there.
"""

import asyncio
import contextlib
import dataclasses
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from softphone.accounts.panel import Panel
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.auth.oauth import SignInAttempt, read_redirect
from softphone.auth.session import Session
from softphone.auth.token_service import TokenService
from softphone.errors import SignInError, SignInOutcome
from softphone.settings.cloud_file import Cloud
from softphone.system.folders import Folders
from softphone.ui.sign_in.page import SignInView
from softphone.webex.client import Client
from tests.auth.token_server import grant
from tests.kit.processes import renderers
from tests.kit.secrets import CLIENT_SECRET
from tests.ui.conftest import emitted, until
from tests.webex.raw_server import Exchange, RawServer, as_json, loopback_cloud

CALLBACK = "/softphone/callback"


@dataclass(frozen=True)
class Page:
    """One answer of the service."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def hop(address: str, status: int = 302) -> Page:
    """A redirect."""
    return Page(status=status, headers={"Location": address})


class Provider:
    """The service: `pages` by path, `asked` in order, `exchanges` as forms."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages
        self.places = {"state": ""}
        self.exchanges: list[dict[str, str]] = []
        self.raw = RawServer(self._handle)

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        await self.raw.start(tls)
        self.places |= {"base": self.raw.url, "redirect": f"http://localhost:{self.raw.port}{CALLBACK}"}

    async def stop(self) -> None:
        """Close every connection.

        The engine opens some in advance: one that is being accepted while its server closes is never closed.
        """
        for listening in self.raw._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        await asyncio.sleep(0.02)
        await self.raw.stop()
        await asyncio.sleep(0.02)

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, without their queries."""
        return [urlsplit(asked.line.split()[1]).path for asked in self.raw.asked]

    def headers_of(self, path: str) -> list[dict[str, str]]:
        """The headers of each request for a path."""
        return [
            dict(one.headers) for one, place in zip(self.raw.asked, self.asked, strict=True) if place == path
        ]

    async def _handle(self, exchange: Exchange) -> None:
        method, target, _ = exchange.asked.line.split()
        parts = urlsplit(target)
        if parts.path == "/v1/access_token":
            self.exchanges.append(dict(parse_qsl(exchange.asked.body.decode())))
            await exchange.answer(200, as_json(grant(len(self.exchanges))))
            return
        if parts.path == "/v1/authorize":
            self.places["state"] = parse_qs(parts.query)["state"][0]
        page = self.pages.get(parts.path, Page(status=404))
        headers = {"Content-Type": "text/html", "Cache-Control": "no-store"} | page.headers
        filled: dict[str, Any] = {name: self.filled(value) for name, value in headers.items()}
        del method
        await exchange.answer(page.status, self.filled(page.body).encode(), **filled)

    def filled(self, text: str) -> str:
        """The text with its places filled in."""
        places = self.places | {"swapped": self.places["state"].swapcase()}
        for name, value in places.items():
            text = text.replace(f"{{{name}}}", value)
        return text


class Visit:
    """One attempt to sign in at the service, with the page that shows it."""

    def __init__(
        self,
        provider: Provider,
        client: Client,
        cloud: Cloud,
        panel: Panel,
        attempt: SignInAttempt,
        view: SignInView,
    ) -> None:
        self.provider, self.client, self.cloud, self.panel = provider, client, cloud, panel
        self.attempt, self.view = attempt, view
        self.captured: list[str] = []
        self.error: SignInError | None = None
        view.captured.connect(self.captured.append)

    @property
    def page(self) -> Any:
        return self.view.page

    async def titled(self, title: str) -> None:
        """Wait until the page has this title."""
        await until(lambda: self.page.title() == title)

    async def click_until(
        self, holds: Callable[[], object], button: Qt.MouseButton = Qt.MouseButton.LeftButton
    ) -> None:
        """Click into the middle of the page until something holds: what is not painted yet takes no click."""
        inner: Any = self.view.view.focusProxy()
        async with asyncio.timeout(30):
            while not holds():
                middle = QPoint(inner.width() // 2, inner.height() // 2)
                QTest.mouseClick(inner, button, Qt.KeyboardModifier.NoModifier, middle)
                await asyncio.sleep(0.1)

    async def ended(self) -> SignInOutcome | None:
        """Wait for the redirect and finish as the program does; None is a session."""
        if not self.captured:
            await emitted(self.view.captured)
        return await self.finished(self.captured[0])

    async def finished(self, url: str) -> SignInOutcome | None:
        """Turn the redirect into a session as the program does; None is a session."""
        try:
            code = read_redirect(self.attempt, url, now_s=asyncio.get_running_loop().time())
            service = TokenService(
                cloud=self.cloud, post_form=self.client.post_form, client_secret=CLIENT_SECRET
            )
            session = await Session.begin(service, self.attempt, code, keystore=MemoryKeystore())
        except SignInError as error:
            self.error = error
            return error.outcome
        await session.close()
        return None


@contextlib.asynccontextmanager
async def visit(folder: Path, pages: dict[str, Page], **changes: Any) -> AsyncIterator[Visit]:
    """Open the page `/v1/authorize`; afterwards nothing of it is left. `changes` are fields of the cloud."""
    provider = Provider(pages)
    await provider.start()
    fields = {"client_id": "client-1", "scopes": (), "redirect_uri": provider.places["redirect"]} | changes
    cloud = dataclasses.replace(loopback_cloud(provider.raw.url), **fields)
    folders = Folders(config=folder / "config", state=folder / "state")
    folders.make()
    services = Services(Program(cloud=cloud, folders=folders, keystore=MemoryKeystore()))
    client, panel = Client(cloud), services.panel()
    attempt = panel.begin_sign_in()
    view = SignInView(attempt, browser_sign_in_available=True)
    view.resize(560, 640)  # as in the window: alone it has no size before it is loaded
    view.show()
    gone = asyncio.get_running_loop().create_future()
    view.destroyed.connect(lambda: gone.set_result(None))
    try:
        yield Visit(provider, client, cloud, panel, attempt, view)
    finally:
        view.tear_down()
        async with asyncio.timeout(30):
            await gone
        await until(lambda: not renderers(), within_s=20)
        await panel.close()
        await client.close()
        await services.close()
        await provider.stop()
        assert CALLBACK not in provider.asked, "the redirect's address was asked for over the wire"


def sign_in_page(page: Page, **others: Page) -> dict[str, Page]:
    """The pages of a service whose sign-in page is this one; others by the name of their path."""
    return {"/v1/authorize": page} | {f"/{name}": one for name, one in others.items()}
