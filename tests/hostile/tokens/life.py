"""One life of the program's own client among hostile answers: signs in, registers, keeps alive, signs out.

The parts are the program's, joined by its own composition root; which step comes next is drawn. What each
step tells (results, errors, the log at DEBUG) is what a person may see or send on, so it must be clean.
"""

import asyncio
import contextlib
import copy
import logging
import random
import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from softphone.accounts.sign_in_service import SignIn, Tokens
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.auth.oauth import read_redirect
from softphone.calling.messages import CallEvent, MessageState
from softphone.calling.provider import Discovery, GrantRefusedError, ServiceRequest
from softphone.checks.check import CheckStep
from softphone.checks.first_contact.report import report_text, words_of
from softphone.errors import SignInError, SoftphoneError
from softphone.line.device import Device
from softphone.line.model import Role, Server, Service
from softphone.line.policy import Policy
from softphone.settings.cloud_file import (
    AUTH_BASIC,
    AUTH_IN_BODY,
    CLIENT_SECRET_VARIABLE,
    Cloud,
    Network,
)
from softphone.settings.profile import Profile
from softphone.system import live_secrets
from softphone.system.folders import Folders
from softphone.system.log import Redaction
from softphone.webex.webex_provider import WebexProvider
from tests.hostile.tokens.callbacks import came_back
from tests.hostile.tokens.cloud.answers import HostileCloud
from tests.hostile.tokens.trusted import DEVICE_TOKEN_URL, DEVICE_URL, Judgement

STEP_LIMIT_S = 30.0
HEARING_S = 0.4  # sockets are opened no faster than twenty a second
_FIRST_CONTACTS = 0.1
_OWN_BROWSERS = 0.3
_UNEXPECTED = "ended in a way that nobody expected"


def cloud_of(
    chance: random.Random, time_scale: float, *, proxy: str, ca_file: Path | None = None, port: int = 47113
) -> Cloud:
    """Webex's own cloud, as one of its integrations may be set up. `port`: where a browser comes back to."""
    return Cloud(
        client_id="C0ffee",
        client_auth=chance.choice((AUTH_IN_BODY, AUTH_BASIC)),
        device_authorization_url=DEVICE_URL,
        device_token_url=chance.choice((DEVICE_TOKEN_URL, "")),
        redirect_uri=f"http://localhost:{port}/softphone/callback",
        spare_redirect_ports=(),
        policy=Policy(time_scale=time_scale),
        network=Network(proxy=proxy, extra_ca_file=ca_file),
    )


class Log(logging.Handler):
    """The program's log at DEBUG, as its own file has it; of copies, for others see records as they are."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._redaction = Redaction()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self.rows: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        own = copy.copy(record)
        self._redaction.filter(own)
        self.rows.append(self.format(own))

    def __enter__(self) -> "Log":
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)


class Life:
    """`live` it once. `home`: where its profile is written, None: in memory."""

    def __init__(
        self,
        cloud: Cloud,
        hostile: HostileCloud,
        judgement: Judgement,
        chance: random.Random,
        *,
        home: Path | None = None,
        hears: bool = False,
    ) -> None:
        self._hostile = hostile
        self._judgement = judgement
        self._chance = chance
        self._hears = hears
        self._jwe = hostile.secrets.new("jwe")
        self._secrets = hostile.secrets
        folder = home or Path("/nonexistent")
        program = Program(
            cloud=cloud,
            folders=Folders(config=folder, state=folder),
            keystore=MemoryKeystore(),
            secrets={CLIENT_SECRET_VARIABLE: self._secrets.new("client")},
        )
        profile = Profile(home / "profile.toml" if home is not None else None, cloud.api_url)
        self._services = Services(program, profile)
        self._found: Discovery | None = None
        self._held: list[tuple[Server, Device]] = []

    async def live(self, log: Log, steps: int) -> None:
        """Take so many steps, then sign out."""
        log.rows.clear()
        live_secrets.forget()  # of other lives
        sign_in = await self._signed_in()
        tokens = Tokens(sign_in)
        provider = self._services.provider(tokens, "")
        assert isinstance(provider, WebexProvider)
        messages = None
        try:
            await self._step(self._discover(provider))
            for _ in range(steps):
                await self._step(self._drawn(provider, tokens))
                if self._hears and messages is None and self._found is not None:
                    messages = provider.messages(_Listener(self._judgement))
            if messages is not None:
                await asyncio.sleep(HEARING_S)
        finally:
            if messages is not None:
                await messages.close()
            await provider.close()
        if self._chance.random() < _FIRST_CONTACTS:
            await self._step(self._first_contact(sign_in))
        if self._chance.random() < 0.5:
            await self._step(self._sign_out(provider, sign_in))
        await sign_in.close()
        await self._services.close()
        for row in log.rows:
            if _UNEXPECTED in row:
                self._judgement.wrong.append(row)
        self._say("the log", "\n".join(log.rows))

    # ---- signing in

    async def _signed_in(self) -> SignIn:
        """By the redirect, or by a code; after three refusals with a token that was given."""
        for _ in range(3):
            by = self._by_redirect if self._chance.random() < 0.7 else self._by_code
            sign_in: SignIn | None = await self._step(by())
            if sign_in is not None:
                return sign_in
        if self._chance.random() < 0.5:
            return self._services.given_token(self._secrets.new("bearer"))
        return self._services.given_token(self._asked_token)

    async def _asked_token(self) -> str:
        return self._secrets.new("bearer")

    async def _by_redirect(self) -> SignIn:
        code = self._secrets.new("code")
        attempt = self._services.begin_sign_in()
        self._secrets.add("state", attempt.state)
        self._secrets.hold(attempt.state)
        self._secrets.add("verifier", attempt.code_verifier)
        if self._hears and self._chance.random() < _OWN_BROWSERS:
            attempt, redirect = await came_back(attempt, code, self._hostile, self._judgement, self._chance)
        else:
            redirect = self._hostile.redirect(attempt.redirect_uri, attempt.state, code)
        others = [self._hostile.redirect(attempt.redirect_uri, attempt.state, code) for _ in range(8)]
        for url in (redirect, *others):
            with contextlib.suppress(SignInError):
                read_redirect(attempt, url)
                self._judgement.redirect(attempt.redirect_uri, url)
        return await self._services.finish_sign_in(attempt, redirect)

    async def _by_code(self) -> SignIn:
        grant = await self._services.ask_for_code()
        self._say("the page for a code", f"{grant.page_url} {grant.complete_url} {grant.user_code}")
        return await self._services.sign_in_by_code(grant)

    async def _sign_out(self, provider: WebexProvider, sign_in: SignIn) -> object:
        await provider.delete_wdm_device()
        return await sign_in.sign_out()

    async def _first_contact(self, sign_in: SignIn) -> str:
        """Return the report, which a person sends to others."""
        trial = self._services.first_contact(sign_in, lambda step: self._say("a step", str(step)))
        await trial.run(asyncio.Event())
        watcher = trial.watcher
        report = report_text(
            outcome=trial.outcome,
            steps=trial.steps,
            entries=watcher.entries,
            differences=watcher.differences,
            system="",
            day="",
        )
        return "\n".join([report, *words_of(watcher.differences)])

    # ---- steps

    async def _discover(self, provider: WebexProvider) -> Discovery:
        services = (Service.CALLING, Service.GUEST)[: self._chance.randint(1, 2)]
        self._found = await provider.discover(services)
        return self._found

    async def _drawn(self, provider: WebexProvider, tokens: Tokens) -> object:
        chance = self._chance
        server, device = self._server(), self._device()
        match chance.choices(range(12), weights=(4, 3, 8, 8, 4, 4, 5, 2, 2, 2, 2, 1))[0]:
            case 0:
                return await self._discover(provider)
            case 1:
                self._found = await provider.find_servers()
                return self._found
            case 2:
                return await self._register(provider, server)
            case 3:
                return await provider.keepalive(server, device, 5.0)
            case 4:
                return await provider.ping(server)
            case 5:
                listed = await provider.devices(server)
                self._held += [(server, one) for one in listed[:3]]
                return listed
            case 6:
                return await provider.deregister(server, device)
            case 7:
                tell = chance.choice((provider.tell_alerting, provider.tell_release))
                return await tell(server, self._hostile.an_id("d-1"), self._hostile.an_id("c-1"))
            case 8:
                return await provider.refresh_device()
            case 9:
                return await tokens.renew(await tokens.access_token()) and "renewed"
            case 10:
                return (await provider.find_details(), await provider.token_expiry())
            case _:
                self._services.network_changed()
                return await self._services.probes()[CheckStep.REGION]()

    async def _register(self, provider: WebexProvider, server: Server) -> object:
        service = ServiceRequest()
        if self._found is not None and Service.GUEST in self._found.device_uris:
            service = ServiceRequest(Service.GUEST, guest_name="Ann", jwe=self._jwe)
        try:
            granted = await provider.register(server, service)
        except GrantRefusedError as error:
            self._held.append((server, error.device))
            raise
        self._held.append((server, granted.device))
        return granted

    def _server(self) -> Server:
        """One that discovery named, one that holds a device, or one of a list that a stranger has written."""
        draw, found = self._chance.random(), self._found
        if draw < 0.1 or found is None or not found.servers:
            return Server(self._hostile.addresses.any("/api/v1/calling/web/"), Role.PRIMARY)
        if draw < 0.5 and self._held:
            return self._chance.choice(self._held)[0]
        return self._chance.choice(found.servers.all)

    def _device(self) -> Device:
        if self._held and self._chance.random() < 0.8:
            return self._chance.choice(self._held)[1]
        address = self._hostile.addresses
        return Device(device_id="d-1", uri=address.decoy(), client_device_uri=address.good())

    # ---- what is told

    async def _step(self, work: Awaitable[Any]) -> Any:
        """Take a step; return None when it failed as the program's errors do."""
        try:
            async with asyncio.timeout(STEP_LIMIT_S):
                result = await work
        except TimeoutError:
            self._judgement.wrong.append(f"a step took more than {STEP_LIMIT_S:.0f} s")
            return None
        except SoftphoneError as error:
            self._say(
                "an error", f"{error.title} {error.sentence} {error.tracking_id} {error!r} {_failure(error)}"
            )
            return None
        except Exception:  # noqa: BLE001 - whatever it is, the program does not expect it
            self._judgement.wrong.append(f"an error that nobody expects: {traceback.format_exc()[-2000:]}")
            return None
        self._say("a result", repr(result))
        return result

    def _say(self, what: str, text: str) -> None:
        self._judgement.must_be_clean(what, text)


def _failure(error: SoftphoneError) -> object:
    return None if isinstance(error, SignInError) else getattr(error, "failure", None)


class _Listener:
    """Hears of calls, and passes on what would be shown."""

    def __init__(self, judgement: Judgement) -> None:
        self._judgement = judgement

    def state_changed(self, state: MessageState) -> None:
        self._judgement.must_be_clean("a word about call notices", state.cause)

    def confirmed(self, at_s: float) -> None:
        pass

    def happened(self, event: CallEvent) -> None:
        caller = getattr(event, "caller", None)
        shown = f"{event!r} {caller.name} {caller.number}" if caller is not None else repr(event)
        self._judgement.must_be_clean("a call", shown)

    def servers_changed(self) -> None:
        pass

    def device_replaced(self, found: Discovery) -> None:
        self._judgement.must_be_clean("another device", repr(found))
