"""A panel on sign-ins and services that a test decides, and a listener."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_service import SignIn, Tokens
from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, Purpose
from softphone.auth.asked_token import AskForToken
from softphone.auth.changes import OnChange, Receipt
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.device_code import DeviceGrant
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import Keystore, MemoryKeystore
from softphone.auth.oauth import SignInAttempt, begin_sign_in
from softphone.errors import (
    KeystoreAbsent,
    SignInError,
)
from softphone.line.model import Account, LineSnapshot, LineState
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from softphone.settings.profile import Profile
from tests.calling.fake_provider import FakeProvider
from tests.kit.ports import free_port

CLOUD = Cloud(
    client_id="client",
    redirect_uri=f"http://localhost:{free_port()}/callback",
    spare_redirect_ports=(free_port(),),
)
GRACE = Account(key="grace", address="grace@example.com", name="Grace Hopper")


class FakeSignIn:
    """A sign-in whose end a test decides."""

    def __init__(self) -> None:
        self.on_change: OnChange = lambda change, error: None
        self.kept: list[str] = []
        self.keep_fails: KeystoreAbsent | None = None
        self.started = self.closed = self.signed_out = False
        self.expires_at: float | None = 1_800_000_000.0
        self.notes: tuple[str, ...] = ()
        self.clock_off_s = 0.0
        self.asked_to_renew = 0
        self.owner = ""

    @property
    def session_only(self) -> bool:
        return not self.kept

    def start(self) -> None:
        self.started = True

    async def access_token(self) -> str:
        return "token"

    async def renew(self, rejected: str) -> str:
        return "other"

    async def keep(self, account_key: str) -> None:
        if self.keep_fails:
            raise self.keep_fails
        self.kept.append(account_key)

    def belongs_to(self, account_key: str) -> None:
        self.owner = account_key

    def renew_now(self) -> None:
        self.asked_to_renew += 1

    async def sign_out(self) -> Receipt:
        self.signed_out = True
        return Receipt()

    async def close(self) -> None:
        self.closed = True


class FakeServices:
    """A `SignInService`: sign-ins by redirect URL and by account, providers in order."""

    def __init__(self) -> None:
        self.by_redirect: dict[str, FakeSignIn | SignInError] = {}
        self.stored: dict[str, FakeSignIn | Exception] = {}
        self.providers: list[FakeProvider] = []
        self.made: list[tuple[Tokens, str]] = []
        self.asked: list[str] = []  # the accounts whose sign-in was looked for
        self.keyring: Keystore = MemoryKeystore()
        self.identity = ClientIdentity(CLOUD, self.keyring, {})

    def begin_sign_in(self) -> SignInAttempt:
        return begin_sign_in(CLOUD)

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> SignIn:
        found = self.by_redirect[redirect_url]
        if isinstance(found, SignInError):
            raise found
        return cast("SignIn", found)

    async def ask_for_code(self) -> DeviceGrant:
        raise NotImplementedError

    async def sign_in_by_code(self, grant: DeviceGrant) -> SignIn:
        raise NotImplementedError

    async def restore(self, account_key: str) -> SignIn | None:
        self.asked.append(account_key)
        found = self.stored.get(account_key)
        if isinstance(found, Exception):
            raise found
        return cast("SignIn | None", found)

    def given_token(self, access_token: str | AskForToken) -> FixedToken:
        assert isinstance(access_token, str)
        return FixedToken(access_token)

    def provider(self, tokens: Tokens, account_key: str) -> FakeProvider:
        self.made.append((tokens, account_key))
        return self.providers[len(self.made) - 1]

    def network_changed(self) -> None:
        pass


class Shown:
    """What a listener was told."""

    def __init__(self) -> None:
        self.accounts: tuple[AccountSnapshot, ...] = ()
        self.states: list[AccountState] = []
        self.lines: dict[str, LineSnapshot] = {}
        self._told = asyncio.Event()

    def line_changed(self, snapshot: LineSnapshot) -> None:
        self.lines[snapshot.identity.line_id] = snapshot
        self._told.set()

    def line_removed(self, line_id: str) -> None:
        del self.lines[line_id]
        self._told.set()

    def accounts_changed(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        self.accounts = accounts
        self.states += [account.state for account in accounts]
        self._told.set()

    @property
    def notice(self) -> Notice:
        """The first account's notice; there must be one."""
        (found,) = [account.notice for account in self.accounts[:1]]
        assert found is not None
        return found

    async def until(self, condition) -> None:
        while not condition():
            self._told.clear()
            await self._told.wait()

    async def until_lines_are(self, *states: LineState) -> None:
        await self.until(lambda: [line.state for line in self.lines.values()] == list(states))


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "default.toml", "cloud")


@asynccontextmanager
async def running(services: FakeServices, profile: Profile) -> AsyncIterator[tuple[Panel, Shown]]:
    if not services.providers:
        services.providers = [FakeProvider() for _ in range(4)]
    panel, shown = Panel(services, profile, policy=Policy(time_scale=0.001)), Shown()
    panel.subscribe(shown)
    try:
        yield panel, shown
    finally:
        await panel.close()


async def sign_in(
    panel: Panel, services: FakeServices, made: FakeSignIn | None = None, purpose: Purpose | None = None
) -> FakeSignIn:
    made = services.by_redirect["redirect"] = made or FakeSignIn()
    await panel.finish_sign_in(panel.begin_sign_in(purpose), "redirect")
    return made


@asynccontextmanager
async def signed_in(
    services: FakeServices, profile: Profile, made: FakeSignIn | None = None, purpose: Purpose | None = None
) -> AsyncIterator[tuple[Panel, Shown, Any]]:
    """A panel with one account whose line is registered, what is shown, and its sign-in."""
    async with running(services, profile) as (panel, shown):
        made = await sign_in(panel, services, made, purpose)
        await shown.until_lines_are(LineState.REGISTERED)
        yield panel, shown, made
