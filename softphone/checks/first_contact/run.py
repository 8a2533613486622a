"""The run: signs in, discovers, registers, keeps alive, lists, deregisters, and leaves nothing behind.

It does what a line does, one request after the other and without the line's patience: what is refused ends
the run with its remedy. It works with a WDM device of its own, so no line of this computer is touched.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from softphone.calling.provider import Discovery, GrantRefusedError, ServiceRequest
from softphone.checks.first_contact.differences import plain
from softphone.checks.first_contact.report import COMPLETE, REFUSED, STOPPED, Step
from softphone.checks.first_contact.routes import Places
from softphone.checks.first_contact.watching import Watcher
from softphone.errors import RenewalError, RequestError, SignedOutError, SoftphoneError
from softphone.line.device import Device
from softphone.line.failure import Disposition, Failure
from softphone.line.model import Reach, Registration, Server
from softphone.settings.cloud_file import Cloud
from softphone.settings.profile import Profile
from softphone.system.loop_time import within
from softphone.system.tasks import first_of
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import Client, TokenSource
from softphone.webex.webex_provider import WebexProvider

KEEPALIVES = 3
WAIT_AT_MOST_S = 60.0  # nominal, between two keepalives: longer intervals are believed
PATIENCE_S = 0.8  # for the step that is under way when somebody ends the run
LEAVE_S = 30.0
LEAVE_AT_ONCE_S = 1.4  # with what comes before, the program is gone within 3 s
_NOT_FOUND = 404

# After these no other try can go better: they end the run wherever they come.
_FINAL = frozenset(
    {
        Disposition.SIGN_IN,
        Disposition.GIVE_UP,
        Disposition.DEVICE_LIMIT,
        Disposition.DEVICE_GONE,
        Disposition.SUPERSEDED,
        Disposition.NO_NETWORK,
    }
)
_REMEDIES = {
    Disposition.SIGN_IN: "Take a fresh access token, or sign in again with 'softphone sign-in'.",
    Disposition.DEVICE_LIMIT: "Sign this person out on one of their other devices, then try again.",
    Disposition.THROTTLED: "Wait some minutes, then try again.",
    Disposition.NO_NETWORK: "'softphone doctor' looks at the way to the service.",
    Disposition.DEAD_HOST: "'softphone doctor' looks at the way to the service.",
    Disposition.SICK_HOST: "Try again later; the report shows what was answered.",
    Disposition.NEXT_SERVER: "Try again later; the report shows what was answered.",
}


class FirstContact:
    """One run. `say` is called with each step as it ends; `watcher` has what was seen on the wire.

    `renewable`: the tokens are of a sign-in, which is renewed once to see that answer, too.

    The client is watched from now on, and is its owner's to close. `outcome` is that of the report;
    `needs_sign_in` says that the sign-in is what failed, `is_left` that something stayed at the service.
    """

    def __init__(
        self,
        cloud: Cloud,
        client: Client,
        tokens: TokenSource,
        say: Callable[[Step], None],
        *,
        renewable: bool = False,
    ) -> None:
        self.steps: list[Step] = []
        self.outcome: str = REFUSED
        self.needs_sign_in: bool = False
        self.is_left: bool = False
        self._places: Places = Places(cloud)
        self.watcher: Watcher = Watcher(self._places, cloud.policy)
        client.on_exchange = self.watcher.see
        self._requests: AccountRequests = AccountRequests(client, tokens)
        self._policy = cloud.policy
        self._tokens = tokens
        self._renewable = renewable
        self._say = say
        memory = Profile(None, cloud.api_url)  # in memory: the device is made, and taken away again
        self._provider: WebexProvider = WebexProvider(cloud, client, tokens, memory, computer="first contact")
        self._found: Discovery | None = None
        self._held: dict[Server, Device] = {}
        self._unsure: set[Server] = set()  # asked for a registration; what came of it is not known

    async def run(self, stop: asyncio.Event) -> None:
        """Take all steps, or as many as are possible; ends soon after `stop`. Raises nothing of its own."""
        work = asyncio.ensure_future(self._all_steps())
        await first_of(asyncio.wait((work,)), stop.wait())
        if not work.done() and not await within(work, PATIENCE_S):
            work.cancel()
            await asyncio.wait((work,))
        try:
            if stop.is_set():
                self.outcome = STOPPED
            elif not work.result():
                self.outcome = COMPLETE
        finally:
            await self._leave(LEAVE_AT_ONCE_S if stop.is_set() else LEAVE_S)
            await self._provider.close()

    # ---- steps

    async def _all_steps(self) -> bool:
        """Return whether a step ended the run."""
        try:
            await self._step("Sign in", self._sign_in())
            if self._renewable:
                await self._step("Renew", self._renew(), needed=False)
            await self._step("Discover", self._discover())
            await self._step("Names", self._names(), needed=False)
            await self._step("Discover again", self._discover_again(), needed=False)
            await self._step("Ping", self._ping(), needed=False)
            server, granted = await self._register()
            for number in range(1, KEEPALIVES + 1):
                wait_s = min(self._policy.keepalive_every_s(granted.keepalive_interval_s), WAIT_AT_MOST_S)
                await asyncio.sleep(wait_s * self._policy.time_scale)
                name = f"Keepalive {number} of {KEEPALIVES}"
                await self._step(name, self._keepalive(server, granted.device), needed=False)
            await self._step("List devices", self._list(server, granted.device), needed=False)
            await self._step("Deregister", self._deregister(server, granted.device))
            await self._step("List again", self._list(server, granted.device), needed=False)
        except SoftphoneError:
            return True
        return False

    async def _step(self, name: str, work: Coroutine[Any, Any, str], *, needed: bool = True) -> None:
        """Take a step and tell it; raises what ends the run."""
        now_s = asyncio.get_running_loop().time
        self.watcher.step, began_s = name, now_s()
        try:
            told, well = await work, True
        except RequestError as error:
            told, well = _refused(error.failure), False
            if needed or error.failure.disposition in _FINAL:
                self.needs_sign_in = error.failure.disposition is Disposition.SIGN_IN
                self._tell(Step(name, told, well, now_s() - began_s))
                raise
        except (SignedOutError, RenewalError) as error:
            told, well = f"{plain(error.title)}. {plain(error.sentence)}", False
            if needed or isinstance(error, SignedOutError):
                self.needs_sign_in = isinstance(error, SignedOutError)
                told = f"{told} {_REMEDIES[Disposition.SIGN_IN]}"
                self._tell(Step(name, told, well, now_s() - began_s))
                raise
        self._tell(Step(name, told, well, now_s() - began_s))

    def _tell(self, step: Step) -> None:
        self.steps.append(step)
        self._say(step)

    async def _sign_in(self) -> str:
        await self._tokens.access_token()
        try:
            ends = await self._provider.token_expiry()
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise
            return "There is an access token. The service did not say when it ends."
        return "The access token is accepted." + ("" if ends is None else " The service says when it ends.")

    async def _renew(self) -> str:
        await self._tokens.renew(await self._tokens.access_token())
        return "The sign-in was renewed."

    async def _discover(self) -> str:
        self._found = found = await self._provider.discover()
        self._places.servers = found.servers
        primaries, backups = len(found.servers.primaries), len(found.servers.backups)
        told = [
            f"Webex named its calling servers: {primaries} primary, {backups} backup.",
            "The region is known." if found.region else "The region is not known.",
        ]
        return " ".join([*told, *map(plain, found.warnings)])

    async def _names(self) -> str:
        found = await self._provider.find_details()
        known = [
            name
            for name, value in (
                ("a name", found.account.name),
                ("a phone number", found.phone_number),
                ("an extension", found.extension),
            )
            if value
        ]
        return f"Told: {', '.join(known) or 'nothing'}."

    async def _discover_again(self) -> str:
        before = self._found
        self._found = found = await self._provider.discover()
        self._places.servers = found.servers
        same = before is not None and found.device_uri == before.device_uri
        return "As each later start does: " + (
            "the WDM device is used again." if same else "the WDM device was forgotten, and made anew."
        )

    async def _ping(self) -> str:
        servers = self._found.servers.all if self._found else ()
        reached = [await self._provider.ping(server) for server in servers]
        up = sum(reach is Reach.UP for reach in reached)
        silent = sum(reach is Reach.SILENT for reach in reached)
        return f"{up} of {len(servers)} calling servers are up" + (f", {silent} silent." if silent else ".")

    async def _register(self) -> tuple[Server, Registration]:
        """Ask one server after the other until one takes the line."""
        servers = self._found.servers.all if self._found else ()
        granted: list[Registration] = []

        async def ask(server: Server) -> str:
            self._unsure.add(server)
            try:
                registration = await self._provider.register(server, ServiceRequest())
            except GrantRefusedError as error:
                self._unsure.discard(server)
                self._held[server] = error.device
                with contextlib.suppress(RequestError):  # given back at once: it would be in the way
                    await self._provider.deregister(server, error.device)
                    del self._held[server]
                raise
            except RequestError as error:
                if not error.failure.unsure:
                    self._unsure.discard(server)
                raise
            self._unsure.discard(server)
            self._held[server] = registration.device
            granted.append(registration)
            every_s = registration.keepalive_interval_s
            wish = f"every {every_s:g} s" if every_s is not None else "at no stated interval"
            return f"The {server.role.value} server took the line, and wants a keepalive {wish}."

        for server in servers:
            await self._step("Register", ask(server), needed=server is servers[-1])
            if granted:
                return server, granted[0]
        raise SoftphoneError("No server took the line.")

    async def _keepalive(self, server: Server, device: Device) -> str:
        deadline_s = self._policy.keepalive_every_s(None)
        await self._provider.keepalive(server, device, deadline_s)
        return "The service confirmed the registration."

    async def _list(self, server: Server, device: Device) -> str:
        listed = await self._provider.devices(server)
        ours = any(each.device_id == device.device_id for each in listed)
        return f"{len(listed)} registered for this person; ours is {'one of them' if ours else 'not listed'}."

    async def _deregister(self, server: Server, device: Device) -> str:
        await self._provider.deregister(server, device)
        self._held.pop(server, None)
        return "The service let the registration go."

    # ---- leaving

    async def _leave(self, limit_s: float) -> None:
        """Take away whatever was made, and say what could not be."""
        began_s = asyncio.get_running_loop().time()
        self.watcher.step = "Leave nothing behind"
        left: list[str] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._find_grants()
                for server, device in list(self._held.items()):
                    with contextlib.suppress(RequestError):
                        await self._twice(partial(self._provider.deregister, server, device))
                        del self._held[server]
                for url in list(self.watcher.made):
                    with contextlib.suppress(RequestError):
                        await self._twice(partial(self._requests.ask, "DELETE", url, accept={_NOT_FOUND}))
        if self._held or self._unsure:
            left.append("A registration may be left; the service forgets it by itself within minutes.")
        if self.watcher.made or (self.outcome == STOPPED and self._found is None and self.steps):
            left.append("The app 'softphone on first contact' may be left in this person's list at Webex.")
        self.is_left = bool(left)
        told = " ".join(left) or "Nothing of this run is left at the service."
        took_s = asyncio.get_running_loop().time() - began_s
        self._tell(Step("Leave nothing behind", told, not left, took_s))

    async def _find_grants(self) -> None:
        """Find registrations of ours whose answers we never got: their WDM device is ours alone."""
        if self._found is None:
            return
        for server in list(self._unsure):
            with contextlib.suppress(RequestError):
                for device in await self._provider.devices(server):
                    if device.client_device_uri == self._found.device_uri:
                        await self._provider.deregister(server, device)
                self._unsure.discard(server)

    async def _twice(self, ask: Callable[[], Awaitable[object]]) -> None:
        try:
            await ask()
        except RequestError as error:
            if error.failure.disposition is Disposition.SIGN_IN:
                raise
            await asyncio.sleep(self._policy.time_scale)
            await ask()


def _refused(failure: Failure) -> str:
    """Return what was refused in words without a value, and what mends it."""
    status = f" (status {failure.http_status})" if failure.http_status else ""
    return f"{plain(failure.title)}{status}. {_REMEDIES.get(failure.disposition) or plain(failure.advice)}"
