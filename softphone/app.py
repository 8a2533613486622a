"""The composition root: builds every object, and the order of start and stop.

Nothing else wires but `window`, which adds the widgets and the loop. The ways in here are `run_watch`
and `run_sign_out`; `client.CallingClient` is the developers'. What the window does not need for its first picture (httpx,
keyring, the TLS context) is imported after it.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from softphone.accounts.last_call import LastCall
from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_service import SignIn, Tokens
from softphone.accounts.sign_out import receipt_text, traces_item
from softphone.auth.asked_token import AskedToken, AskForToken
from softphone.auth.changes import ReceiptItem
from softphone.auth.client_identity import ClientIdentity
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import Keystore
from softphone.auth.oauth import SignInAttempt, begin_sign_in, read_redirect
from softphone.auth.renewal import excluding_others
from softphone.auth.session import Session
from softphone.auth.system_keyring import SystemKeystore
from softphone.auth.token_service import TokenService
from softphone.calling.provider import Provider
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError
from softphone.exit_codes import EXIT_OK, EXIT_SIGN_IN_NEEDED, EXIT_TIME_RAN_OUT, EXIT_TROUBLE
from softphone.headless.control_socket import Control
from softphone.headless.instance import Instance
from softphone.headless.watch import Watch, WatchOptions, say, say_of_history, say_who_can_sign_in
from softphone.i18n import tr
from softphone.settings import cloud_file as config
from softphone.settings.cloud_file import Cloud, Network
from softphone.settings.policy_file import Managed
from softphone.settings.profile import Profile
from softphone.settings.store import SettingsStore
from softphone.system import collector, log, streams
from softphone.system.background import in_thread
from softphone.system.folders import Folders
from softphone.system.tasks import first_of
from softphone.values import replace

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from softphone.checks.check import Probes
    from softphone.history.journal import Journal
    from softphone.webex.client import Client, Response

SECRET_PATIENCE_S = 5.0  # a slow keyring holds up no new sign-in
FIND_KEYRING_S = 2.0  # a bus that hangs does not keep the lines from registering


@dataclass(frozen=True, kw_only=True)
class Program:
    """What one run of the program works with.

    `tokens` are access tokens given directly, or what is asked for one: their owners need not sign in. `demo` is the scenario's name.
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
        erased = erase and await journal.erase(account_key) and log.erase()
        return traces_item(erase=erase, erased=erased, kept=program.folders.set_aside_of(program.profile))

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


class Services:
    """The world outside this process: the profile file, the keyring and one HTTP client for everything.

    The panel's `SignInService`, and what else needs the same keyring and client.
    """

    def __init__(self, program: Program, profile: Profile | None = None) -> None:
        """`profile`: in place of the one in the program's file. Raises ConfigError when that is unusable."""
        self.keyring = program.keystore
        self._lock = partial(excluding_others, program.folders.state)
        self._time_scale = program.cloud.policy.time_scale
        self._client: Client | None = None
        self.profile = profile or program.open_profile()
        self.identity = ClientIdentity(
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


# ---- the terminal


async def run_watch(program: Program, options: WatchOptions, stop: asyncio.Event) -> int:
    """Register all wanted lines and print their events until `stop`; returns the exit code.

    A reader of standard output that leaves, as `head -1` goes, ends it too.
    """
    from softphone.headless.service_manager import ServiceManager

    loop, unread = asyncio.get_running_loop(), asyncio.Event()
    outlet = streams.stdout()
    program, store = program.with_settings()
    for notice in program.notices(store):
        say(notice)
    services = Services(program)
    services.profile.on_notice(say)
    panel = services.panel()
    watch = Watch(panel, sys.stdout, as_json=options.as_json, until=options.until)
    if outlet is not None:
        outlet.gap, outlet.on_gone = watch.gap, lambda: loop.call_soon_threadsafe(unread.set)
    takeover = None
    if options.take_over_oldest:
        from softphone.accounts.takeover import TakeOverOldest

        takeover = TakeOverOldest(panel, time_scale=program.cloud.policy.time_scale)
    last_call = LastCall(stop.set)
    last_call.start()
    using = asyncio.ensure_future(_use(program, services, panel))
    ends = (stop, watch.met, watch.ended, unread)
    time_ran_out = False
    try:
        async with (
            Control(program.instance, panel, show=None, leave=stop.set),
            ServiceManager(panel, partial(_in_words, panel)),
            asyncio.timeout(options.for_s),
        ):
            await first_of(asyncio.wait((using,)), *(end.wait() for end in ends))
    except TimeoutError:
        time_ran_out = options.until is not None
    finally:
        if outlet is not None:
            outlet.on_gone = lambda: None
        stop.set()
        using.cancel()
        if takeover is not None:
            await takeover.close()
        say_left(program, await panel.close(deregister=options.deregister_on_exit))
        await asyncio.wait((using,))
        await services.close()
        last_call.close()
    if unread.is_set() and not watch.met.is_set():
        return EXIT_TROUBLE
    if not using.cancelled():
        using.result()  # raises what it died of; else nobody is signed in
    if not using.cancelled() or (watch.ended.is_set() and not watch.met.is_set()):
        say_who_can_sign_in(panel)
        return EXIT_SIGN_IN_NEEDED
    return EXIT_TIME_RAN_OUT if time_ran_out else EXIT_OK


def _in_words(panel: Panel) -> str:
    """Return how the lines are, in a sentence."""
    from softphone.wording.all_lines import summary
    from softphone.wording.moment import LOCAL, Moment

    return summary(panel.lines, Moment(asyncio.get_running_loop().time(), datetime.now(LOCAL))).sentence


async def _use(program: Program, services: Services, panel: Panel) -> None:
    """Bring the accounts back and record what happens, until cancelled; returns when there is nobody."""
    from softphone.history.journal import Journal

    for token in program.tokens:
        panel.add(services.given_token(token))
    async with recorded(program, panel, Journal(program.history_file, on_notice=say_of_history)):
        if not program.tokens and not services.profile.accounts():
            services.require_client_id()
            return
        await panel.start(restore=not program.tokens)
        collector.begin()
        if panel.accounts:
            await asyncio.Event().wait()


def say_left(program: Program, sentences: Iterable[str]) -> None:
    """Say what the next start has to remove. A demo's service ends with it, and has no next start."""
    if program.demo is None:
        for sentence in sentences:
            _log.info("%s", sentence)
            say(sentence)


async def run_sign_out(program: Program, who: str | None, *, everybody: bool, erase: bool = False) -> int:
    """Sign out one account (`who`: its address or key, or the only one there is) or all; print receipts.

    `erase`: and delete what the history and the log say of them.

    Returns 0 when nothing was left behind. Raises ConfigError for an account that is not signed in here.
    """
    from softphone.history.journal import Journal

    program, store = program.with_settings()
    for notice in program.notices(store):
        say(notice)
    services = Services(program)
    services.profile.on_notice(say)
    panel = services.panel()
    known = services.profile.accounts()
    names = ", ".join(account.address or account.key for account in known)
    try:
        if who is not None and not everybody:
            wanted = who.casefold()
            known = tuple(one for one in known if wanted in (one.address.casefold(), one.key.casefold()))
            if not known:
                raise ConfigError(f"{who} is not signed in here. Signed in: {names or 'nobody'}.")
        if len(known) > 1 and not everybody:
            raise ConfigError(f"Say which account, or --all: {names}.")
        if not known:
            sys.stdout.write("Nobody is signed in.\n")
        clean = True
        journal = Journal(program.history_file)
        async with recorded(program, panel, journal):
            for account in known:
                receipt = await panel.sign_out(account.key, erase=erase)
                sys.stdout.write(receipt_text(account.address or account.key, receipt) + "\n")
                clean = clean and not receipt.failed
            if erase and not known:  # of those who signed out before and let it stay
                await journal.clear()
                kept = program.folders.set_aside_of(program.profile)
                item = traces_item(erase=True, erased=log.erase(), kept=kept)
                sys.stdout.write(f"{item.sentence}\n")
                clean = item.done
        return EXIT_OK if clean else EXIT_TROUBLE
    finally:
        await panel.close()
        await services.close()
