"""The composition root: builds every object, and the order of start and stop.

Nothing else wires but `window`, which adds the widgets and the loop, and the commands. What the window does
not need for its first picture (httpx, keyring, the TLS context) is imported after it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_service import SignIn, Tokens
from softphone.accounts.sign_out import traces_item
from softphone.auth.asked_token import AskedToken, AskForToken
from softphone.auth.changes import ReceiptItem
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.device_code import DeviceGrant
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import Keystore
from softphone.auth.oauth import SignInAttempt, begin_sign_in, read_redirect
from softphone.auth.renewal import excluding_others
from softphone.auth.session import Session
from softphone.auth.system_keyring import SystemKeystore
from softphone.auth.token_service import TokenService
from softphone.calling.provider import Provider
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError
from softphone.headless.instance import Instance
from softphone.headless.watch import say
from softphone.i18n import tr
from softphone.settings import cloud_file as config
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.policy_file import Managed
from softphone.settings.profile import Profile
from softphone.settings.store import SettingsStore
from softphone.system import log
from softphone.system.background import in_thread
from softphone.system.folders import Folders
from softphone.values import replace

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from softphone.checks.check import Probes
    from softphone.checks.first_contact.report import Step
    from softphone.checks.first_contact.run import FirstContact
    from softphone.headless.control_socket import Check
    from softphone.history.journal import Journal
    from softphone.webex.client import Client, Response

SECRET_PATIENCE_S = 5.0  # a slow keyring holds up no new sign-in
FIND_KEYRING_S = 2.0  # a bus that hangs does not keep the lines from registering


@dataclass(frozen=True, kw_only=True)
class Program:
    """What one run of the program works with.

    `tokens` are access tokens given directly, or what is asked for one: their owners need not sign in.
    `demo` is the scenario's name.
    `instance` is the place whose lock this process holds, to be asked there; None when another one does.
    `secrets` are those of the environment. `managed` is what the organisation has set; `control_url` is the
    control desk of a simulated cloud; with `hidden` the window is not shown at first.
    `cloud_file` is the one that was given on the command line.
    """

    cloud: Cloud
    folders: Folders
    profile: str = "default"
    keystore: Keystore = field(default_factory=SystemKeystore)
    tokens: tuple[str | AskForToken, ...] = field(default=(), repr=False)
    demo: str | None = None
    instance: Instance | None = None
    managed: Managed = field(default_factory=Managed)
    control_url: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    hidden: bool = False
    cloud_file: Path | None = None

    def with_settings(self) -> tuple["Program", SettingsStore]:
        """Return the program with what is chosen and set for its cloud, and where choices are kept.

        Raises ConfigError when the file of settings can be neither read nor set aside.
        """
        path = self.folders.settings_file(self.profile)
        store = SettingsStore(path, cloud=self.cloud, managed=self.managed)
        return replace(self, cloud=store.cloud), store

    def notices(self, store: SettingsStore) -> tuple[str, ...]:
        """Return what was wrong with the files that were read; the profile speaks for itself."""
        return tuple(filter(None, (store.notice, *self.managed.notices)))

    @property
    def history_file(self) -> Path:
        """Where the journal of this profile is."""
        return self.folders.history_file(self.profile)

    def open_profile(self) -> Profile:
        """Return the profile in its file. Raises ConfigError when that cannot be read."""
        return Profile(
            self.folders.profile_file(self.profile),
            self.cloud.api_url,
            formerly=self.folders.old_profile_file(self.profile),
            machine_folder=self.folders.config,
        )


@contextlib.asynccontextmanager
async def recorded(program: Program, panel: Panel, journal: "Journal") -> AsyncIterator[bool]:
    """Keep what happens in the journal; yields False when another process is the one that writes it."""
    if program.instance is None:
        yield False
        return
    from softphone.accounts.recorder import Recorder

    async def traces(account_key: str, erase: bool) -> ReceiptItem:
        if erase:
            gone = await journal.erase(account_key) and log.erase()
        else:
            gone = await journal.forget_callers(account_key)
        return traces_item(erase=erase, gone=gone, kept=program.folders.set_aside_of(program.profile))

    await journal.open()
    recorder = Recorder(panel, journal)
    recorder.start()
    panel.traces = traces
    try:
        yield True
    finally:
        panel.traces = None
        recorder.close()
        await journal.close()


def line_check(panel: Panel) -> "Check":
    """Return what looks at a line for another process: from the sign-in on, as 'Run check' does."""

    async def look(line_id: str) -> list[dict[str, Any]]:
        from softphone.checks.check import Finding
        from softphone.checks.probes import check_line

        found: list[Finding] = []
        await check_line(panel, line_id, found.append, outside={})
        return [finding.record for finding in found]

    return look


class Services:
    """The world outside this process: the profile file, the keyring and one HTTP client for everything.

    The panel's `SignInService`, and what else needs the same keyring and client.
    """

    def __init__(self, program: Program, profile: Profile | None = None) -> None:
        """`profile`: in place of the one in the program's file. Raises ConfigError when that is unusable."""
        self.keyring: Keystore = program.keystore
        self._lock = partial(excluding_others, program.folders.state)
        self._time_scale = program.cloud.policy.time_scale
        self._client: Client | None = None
        self.profile: Profile = profile or program.open_profile()
        self.identity: ClientIdentity = ClientIdentity(
            program.cloud, self.keyring, program.secrets, on_enter=self.profile.note_use
        )

    @property
    def _cloud(self) -> Cloud:
        """The cloud, with the client ID that holds at the moment."""
        return self.identity.cloud

    def require_client_id(self) -> None:
        """Raise SetUpNeededError if nobody can sign in here."""
        config.require_client_id(self._cloud)

    def panel(self) -> Panel:
        """Return a panel with no accounts yet."""
        return Panel(self, self.profile, policy=self._cloud.policy)

    def provider(self, tokens: Tokens, account_key: str) -> Provider:
        """Return what reaches the calling service for one account."""
        from softphone.webex.webex_provider import WebexProvider

        return WebexProvider(self._cloud, self._http(), tokens, self.profile, account_key=account_key)

    def given_token(self, access_token: str | AskForToken) -> FixedToken:
        """Return the sign-in of an access token that was given directly, or of what is asked for one."""
        if isinstance(access_token, str):
            return FixedToken(access_token, ask_identity=self._ask_identity, time_scale=self._time_scale)
        return AskedToken(
            access_token,
            ask_identity=self._ask_identity,
            ask_expiry=self._ask_expiry,
            time_scale=self._time_scale,
        )

    def probes(self) -> "Probes":
        """Return the probes of the way to the service, for a check."""
        from softphone.checks.probes import outside_probes

        return outside_probes(self._cloud, self._http())

    def first_contact(self, sign_in: SignIn, say: "Callable[[Step], None]") -> "FirstContact":
        """Return a run of the first contact, which tells each step to `say` (first-contact.md)."""
        from softphone.checks.first_contact.run import FirstContact

        renewable = isinstance(sign_in, Session)
        return FirstContact(self._cloud, self._http(), Tokens(sign_in), say, renewable=renewable)

    async def try_network(self, network: Network) -> str:
        """Return in words whether the service is reached over a network setting."""
        from softphone.checks.reach import connection_to

        found = await in_thread(partial(connection_to, self._cloud.api_url, network, name_issuer=True))
        return " ".join(part for part in (tr(found.sentence), tr(found.remedy)) if part)

    async def keyring_absent(self) -> bool:
        """Whether this computer has no safe place for a sign-in; touches no keyring."""
        try:
            async with asyncio.timeout(FIND_KEYRING_S):
                await self.keyring.find()
        except KeystoreAbsent:
            return True
        except (KeystoreError, TimeoutError):
            return False
        return False

    async def close(self) -> None:
        """Write what is to be kept, close the HTTP client and the keyring's thread."""
        await self.profile.close()
        if self._client is not None:
            await self._client.close()
        self.keyring.close()

    def _http(self) -> "Client":
        from softphone.webex.client import Client

        if self._client is None:
            self._client = Client(self._cloud)
        return self._client

    async def _ask_identity(self, access_token: str) -> tuple[int, bytes]:
        """Ask who the owner of the access token is; whatever is answered counts. Raises RequestError."""
        answer = await self._ask_with(access_token, "people/me")
        return answer.status, answer.body

    async def _ask_expiry(self, access_token: str) -> float | None:
        """Ask when the access token ends, on the wall clock; None when nobody says. Raises RequestError."""
        from softphone.webex.wire import BrokenAnswerError, read_token_expiry

        answer = await self._ask_with(access_token, "authorizations/tokenExpiry")
        try:
            return read_token_expiry(answer.body) if answer.status == HTTPStatus.OK else None
        except BrokenAnswerError:
            return None

    async def _ask_with(self, access_token: str, path: str) -> "Response":
        headers = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
        return await self._http().request("GET", f"{self._cloud.api_url.rstrip('/')}/{path}", headers=headers)

    def network_changed(self) -> None:
        """Forget what is connected: it belongs to a network before."""
        if self._client is not None:
            self._client.network_changed()

    def begin_sign_in(self) -> SignInAttempt:
        """Return a new attempt. Raises ConfigError when this cloud has no client ID."""
        config.require_client_id(self._cloud)
        return begin_sign_in(self._cloud, now_s=asyncio.get_running_loop().time())

    async def finish_sign_in(self, attempt: SignInAttempt, redirect_url: str) -> SignIn:
        """Turn the redirect into a sign-in. Raises SignInError."""
        code = read_redirect(attempt, redirect_url, now_s=asyncio.get_running_loop().time())
        service = await self._token_service(patience_s=SECRET_PATIENCE_S)
        return await Session.begin(service, attempt, code, keystore=self.keyring, lock=self._lock)

    async def ask_for_code(self) -> DeviceGrant:
        """Return a code to enter on another device. Raises ConfigError where the cloud has none to give."""
        config.require_client_id(self._cloud)
        config.require_device_code(self._cloud)
        for key in ("device_authorization_url", "device_token_url"):
            if (url := getattr(self._cloud, key)) and not self._http().is_trusted(url):
                raise ConfigError(f"{self._cloud.source}: [cloud] {key}: its host is not in trusted_hosts.")
        return await (await self._token_service(patience_s=SECRET_PATIENCE_S)).ask_for_code()

    async def sign_in_by_code(self, grant: DeviceGrant) -> SignIn:
        """Wait until a person has entered the code on another device. Raises SignInError."""
        service = await self._token_service(patience_s=SECRET_PATIENCE_S)
        return await Session.begin_by_code(service, grant, keystore=self.keyring, lock=self._lock)

    async def restore(self, account_key: str) -> SignIn | None:
        """Return the stored sign-in, None when nothing usable is stored. Raises KeystoreError."""
        service = await self._token_service()
        return await Session.restore(service, account_key, keystore=self.keyring, lock=self._lock)

    async def _token_service(self, *, patience_s: float | None = None) -> TokenService:
        return TokenService(
            cloud=self._cloud,
            post_form=self._http().post_form,
            client_secret=await self.identity.secret(patience_s=patience_s),
            ask_identity=self._ask_identity,
        )


def opened(program: Program) -> tuple[Program, SettingsStore, Services]:
    """Return a program without a window, with its settings, their store, and the world outside.

    What is wrong with its files is said on stderr. Raises ConfigError for one that cannot be used at all.
    """
    program, store = program.with_settings()
    for notice in program.notices(store):
        say(notice)
    services = Services(program)
    services.profile.on_notice(say)
    return program, store, services


def say_left(program: Program, sentences: Iterable[str]) -> None:
    """Say what the next start has to remove. A demo's service ends with it, and has no next start."""
    if program.demo is None:
        for sentence in sentences:
            _log.info("%s", sentence)
            say(sentence)
