"""One cell of the matrix: one fault in one phase, from the sign-in to nothing left at the service.

(a) The fault stays: the line is registered in spite of it, or what is shown names a cause.
(b) It ends: the line comes back by itself within its time, or by the remedy that is shown. Then it is taken
down. What is true is what the simulated cloud and the proxy saw, never what the client says of itself.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.errors import SignInError
from softphone.line.failure import Remedy
from softphone.line.model import LineState
from softphone.settings.cloud_file import read_cloud
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.sim.services.state import Host
from softphone.system.folders import Folders
from softphone.system.loop_time import running_s
from tests.calling.thousand import most_within
from tests.end_to_end.weather.weather import LATE_S, LINE_PLACES, Scene
from tests.hostile.matrix.chaos import CALLING_HOSTS, NAMES, Chaos, ChaosLoop
from tests.hostile.matrix.faults import Fault
from tests.hostile.matrix.phases import BACK_WITHIN_S, PHASES, registered
from tests.hostile.matrix.sight import Sight
from tests.hostile.matrix.surroundings import CELL, DOMAIN, Tunnels, Watched
from tests.kit.browsing import redirect_of

# Real seconds in which this process runs, as the program counts its deadlines (`system.loop_time`):
MET_WITHIN_S = 25.0
NAMED_WITHIN_S = 24.0  # the longest deadline of a request is 20 s
ON_ITS_WAY_S = 24.0  # a request that hangs when the fault ends may take 20 s
WRONGLY_GREEN_S = 95.0  # nominal
LOOK_EVERY_S = 0.5
REST_S = 0.05
LEAST_MINUTE_S = 10.0  # nominal; on a machine that has no time for us the wire tells little
REQUESTS_A_MINUTE = 12  # of one line, and of any phase
REQUESTS_OF_ALL = 42  # a minute, of a process with one line
HOLD_S = 0.05


class BrokenPromiseError(AssertionError):
    """What must not be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cells of a run share."""

    chaos: ChaosLoop
    opening: asyncio.Semaphore  # a beginning is most of a cell's work: not many at the same time
    direct: tuple[Mapping[str, Any], Path]  # server contexts and trusted issuers, for "localhost"
    proxied: tuple[Mapping[str, Any], Path]  # and for names behind a proxy


@dataclass(slots=True)
class Result:
    """How one cell ended. `mark`: R in spite, W waited, P a person's remedy, ! a broken promise."""

    fault: str
    phase: str
    mark: str = "!"
    broken: str = ""
    named: str = ""
    named_s: float = 0.0  # real, from when the fault was met
    back_s: float = 0.0  # nominal, from its end
    most_a_minute: int = 0
    hold_s: float = 0.0
    took_s: float = 0.0


class Cell:
    """One fault in one phase."""

    def __init__(self, setting: Setting, fault: Fault, phase: str) -> None:
        self.fault = fault
        self.phase = phase
        self.result = Result(fault.name, phase)
        self._setting = setting
        self._how = PHASES[phase]
        self._through_proxy = fault.way is not None and bool(fault.way.proxy)
        self._signing_in: asyncio.Task[None] | None = None
        self._late_s = 0.0

    async def run(self) -> Result:
        """Play it; what is broken is told in the result."""
        watched = Watched(own=asyncio.current_task())
        CELL.set(watched)
        began_s = time.monotonic()
        try:
            async with contextlib.AsyncExitStack() as stack:
                async with self._setting.opening:
                    await stack.enter_async_context(self._played(watched))
                    await self._begin()
                await self._go_on()
        except BrokenPromiseError as error:
            self.result.mark, self.result.broken = "!", str(error)
        except Exception as error:  # noqa: BLE001 - one cell's trouble is no other's
            self.result.mark, self.result.broken = "!", f"{type(error).__name__}: {error}"
        if watched.faults and not self.result.broken:
            self.result.mark, self.result.broken = "!", f"a fault of the program: {watched.faults[0]}"
        watched.own, watched.look_up = None, lambda: ""  # the context outlives the cell
        self.result.hold_s = watched.longest_hold_s
        self.result.took_s = time.monotonic() - began_s
        return self.result

    # ---- the stage

    @contextlib.asynccontextmanager
    async def _played(self, watched: Watched) -> AsyncIterator[None]:
        """The cloud, the proxies before it, and the program."""
        how, loop = self._how, self._setting.chaos
        contexts, issuers = self._setting.proxied if self._through_proxy else self._setting.direct
        with CloudServer("calm", time_scale=how.time_scale) as cloud:
            sim_ports = {name: int(origin.rpartition(":")[2]) for name, origin in cloud.hosts.items()}
            self.chaos = Chaos(sim_ports, contexts, self.phase, self.fault, self._begins_after)
            await loop.do(self.chaos.start())
            tunnels = await self._tunnels()
            watched.look_up = self._look_up
            self._watched = watched
            cloud.change_settings(**how.settings)
            cloud.alter_user(cloud.users[0].name, **how.person)
            cloud.faults([dict(fault) for fault in how.faults])
            text = self._cloud_file(cloud, issuers, tunnels)
            read = read_cloud(text, "cloud.toml")
            folders = Folders(config=Path("/nowhere"), state=Path("/nowhere"))
            program = Program(cloud=read, folders=folders, keystore=MemoryKeystore())
            services = Services(program, Profile(None, read.api_url))
            self.scene = Scene(cloud, services)
            self.sight = Sight(self.scene, self.fault)
            self.cloud, self.panel = cloud, self.scene.panel
            try:
                await self.panel.start(restore=False)
                yield
            finally:
                watched.healed.set()
                if self._signing_in is not None:
                    self._signing_in.cancel()
                    await asyncio.gather(self._signing_in, return_exceptions=True)
                await self.panel.close()
                await services.close()
                await loop.do(self.chaos.stop())
                if tunnels is not None:
                    await loop.do(tunnels.stop())

    async def _tunnels(self) -> Tunnels | None:
        if not self._through_proxy:
            return None
        chaos = self.chaos
        routes = {f"{name.lower()}.{DOMAIN}:443": chaos.ports[name].number for name in NAMES}

        def count(host: str) -> None:
            chaos.met += 1
            chaos.count("register" if host[:2].upper() in CALLING_HOSTS else "other", host)

        tunnels = Tunnels(routes, count)
        await self._setting.chaos.do(tunnels.start())
        assert self.fault.way is not None
        mode = self.fault.way.proxy

        async def change(on: bool) -> None:
            await tunnels.spoil(mode if on else "")

        chaos.on_change = change
        return tunnels

    def _origin(self, name: str) -> str:
        if self._through_proxy:
            return f"https://{name.lower()}.{DOMAIN}"
        return f"https://localhost:{self.chaos.ports[name].number}"

    def _cloud_file(self, cloud: CloudServer, issuers: Path, tunnels: Tunnels | None) -> str:
        """Return the cloud file; the cloud names its hosts as the proxies do."""
        hosts = cloud._cloud.state.hosts
        for name in ("D1", "P1", "B1"):
            hosts[name] = Host(name, hosts[name].role, self._origin(name))
        hosts["base"] = Host("base", "base", self._origin("wdm"))
        text = cloud.cloud_file_text
        for key, name in (
            ("token_url", "login"),
            ("revoke_url", "login"),
            ("api_url", "api"),
            ("u2c_url", "u2c"),
            ("region_url", "region"),
        ):
            text = text.replace(f'\n{key} = "{cloud.base}', f'\n{key} = "{self._origin(name)}')
        text = text.replace('"localhost"]', f'"localhost", "*.{DOMAIN}"]')
        if "rehoming_min_minutes" in self._how.settings:
            text += "rehoming_min_minutes = 1\nrehoming_max_minutes = 1\n"
        proxy = f"http://{tunnels.address}" if tunnels is not None else "none"
        return f'{text}[network]\nextra_ca_file = "{issuers}"\nproxy = "{proxy}"\n'

    def _look_up(self) -> str:
        """Note that a name is dialled; return what the look-up shall find."""
        chaos, way = self.chaos, self.fault.way
        if not chaos.on or way is None:
            return ""
        chaos.met += 1
        chaos.seen_dial(self._setting.chaos.loop.time())
        return way.names

    # ---- the play

    async def _go_on(self) -> None:
        await self._meet()
        await self._watch()
        await self._heal()
        await self._take_down()

    async def sign_in(self) -> None:
        """Sign in as a person does."""
        attempt = self.panel.begin_sign_in()
        redirect_url = await redirect_of(self.cloud, attempt)

        async def finish() -> None:
            try:
                await self.panel.finish_sign_in(attempt, redirect_url)
            except SignInError as error:
                self.sight.refused = error

        self.sight.refused = None
        self._signing_in = asyncio.create_task(finish())

    @property
    def _begins_after(self) -> str:
        """The phase whose first answer turns the fault on: not where it would hit other phases, too."""
        everywhere = self.fault.way is not None and self.fault.way.everywhere
        return "" if everywhere and self._how.not_everywhere else self._how.begins_after

    async def _begin(self) -> None:
        """Sign in, and go on until the fault is turned on, or will be by itself."""
        how, chaos = self._how, self.chaos
        if how.at_once:
            await self._setting.chaos.do(chaos.begin())
        if how.by_sign_in:
            await self.sign_in()
        else:
            self.scene.add(self.cloud.users[0].token)
        if not how.at_once and not self._begins_after:
            await (how.rehearse or registered)(self.sight)
            await self._setting.chaos.do(chaos.begin())
        how.provoke(self.sight)

    async def _meet(self) -> None:
        """Wait until the fault is met."""
        chaos, until_s = self.chaos, running_s() + MET_WITHIN_S
        while not chaos.met and not (chaos.on and self._cannot_be_seen) and running_s() < until_s:
            await self._rest()
        self._met_s = running_s()
        if not chaos.met and not self._cannot_be_seen and not self.fault.may_miss:
            raise BrokenPromiseError(f"the fault was never met: {self.sight.told}")

    @property
    def _cannot_be_seen(self) -> bool:
        """Whether nobody sees the client meet it: it dials a proxy that is not there."""
        return self.fault.way is not None and self.fault.way.proxy == "gone"

    async def _rest(self) -> None:
        """Let a moment pass, and note how late this process is."""
        began_s = time.monotonic()
        await asyncio.sleep(REST_S)
        self._late_s = max(self._late_s, time.monotonic() - began_s - REST_S)

    async def _watch(self) -> None:
        """Let the fault stay; what is shown must be named in time."""
        until_s = self._met_s + self._how.watched_s * self._how.time_scale
        nameless_since_s: float | None = self._met_s
        true_at_s = looked_s = self._met_s  # when green was true last
        while True:
            await self._rest()
            now_s = running_s()
            if now_s - looked_s > LOOK_EVERY_S:
                looked_s = now_s
                true_at_s = now_s if self.sight.is_true else true_at_s
                if now_s - true_at_s > WRONGLY_GREEN_S * self._how.time_scale:
                    raise BrokenPromiseError(f"green for long without a registration: {self.sight.told}")
            state, title = self.sight.shown()
            is_named = state in {"registered", "off"} or bool(title)
            if state in {"waiting", "stopped"} and not title:
                raise BrokenPromiseError(f"{state} without a cause or a remedy: {self.sight.told}")
            if is_named:
                if nameless_since_s is not None:
                    self.result.named_s = max(self.result.named_s, now_s - nameless_since_s)
                nameless_since_s = None
                if now_s > until_s:
                    break
            elif nameless_since_s is None:
                nameless_since_s = now_s
            elif now_s - nameless_since_s > NAMED_WITHIN_S:
                raise BrokenPromiseError(f"no cause is named: {self.sight.told}")
        self.result.named = f"{state}: {title}" if title else state
        self.result.mark = "R" if state == "registered" else "W"
        if self.fault.harmless and self.result.mark == "W" and self.phase != "deregister":
            raise BrokenPromiseError(f"it does harm: {self.result.named}")
        self._count_requests()

    def _count_requests(self) -> None:
        """Nobody asks more often than may be, as the proxies see it."""
        late_s = (LATE_S + self._late_s) / self._how.time_scale
        minute_s = max(59.5 - late_s, LEAST_MINUTE_S) * self._how.time_scale
        seen = sorted(self.chaos.seen, key=lambda one: one.at_s)
        of_line = [one.at_s for one in seen if one.phase in LINE_PLACES]
        self.result.most_a_minute = most_within(of_line, minute_s) if of_line else 0
        counts = {"the line": self.result.most_a_minute}
        for phase in {one.phase for one in seen} - {"other"}:
            counts[phase] = most_within([one.at_s for one in seen if one.phase == phase], minute_s)
        broken = {what: times for what, times in counts.items() if times > REQUESTS_A_MINUTE}
        in_all = most_within([one.at_s for one in seen], minute_s)
        if broken or in_all > REQUESTS_OF_ALL:
            told = "; ".join(f"{one.at_s / self._how.time_scale:.1f} {one.host} {one.phase}" for one in seen)
            raise BrokenPromiseError(f"too many requests a minute: {broken}, in all {in_all}: {told}")

    async def _heal(self) -> None:
        """The fault ends: all is well again in time, by itself or by the remedy that is shown."""
        self._watched.healed.set()
        await self._setting.chaos.do(self.chaos.end())
        self.sight.healed_n = self.cloud.state()["requests"]
        healed_s = running_s()
        within_s = self._how.back_within_s * self._how.time_scale + ON_ITS_WAY_S
        if self._wants_person() and not self._how.is_well(self.sight):
            self.result.mark = "P"
            await self._press()
        while not self._how.is_well(self.sight):
            await asyncio.sleep(0.05)
            took_s = running_s() - healed_s
            if self._wants_person() and self.result.mark != "P":
                self.result.mark = "P"
                await self._press()
            elif took_s > within_s:
                raise BrokenPromiseError(f"not back in time: {self.sight.told}")
        self.result.back_s = (running_s() - healed_s) / self._how.time_scale

    def _wants_person(self) -> bool:
        """Whether it goes on only, or in time only, when a person presses something."""
        line = self.sight.line
        state, _ = self.sight.shown()
        waits_s = (line.next_at_s or 0.0) - asyncio.get_running_loop().time() if line is not None else 0.0
        account = self.sight.account
        remedies = account.notice.remedies if account is not None and account.notice is not None else ()
        is_long = self.fault.asks_for_long or waits_s > BACK_WITHIN_S * self._how.time_scale
        return state == "stopped" or is_long or bool({Remedy.SIGN_IN, Remedy.COPY_FOR_ADMIN} & {*remedies})

    async def _press(self) -> None:
        """Press what is shown."""
        line, account = self.sight.line, self.sight.account
        lapses = account is not None and account.notice and Remedy.SIGN_IN in account.notice.remedies
        if self.sight.refused is not None or lapses:
            await self.sign_in()
            return
        if account is not None:
            self.panel.check_again(account.account.key)
        if line is None:
            return
        remedies = line.failure.remedies if line.failure is not None else ()
        if Remedy.CHOOSE_DEVICE in remedies:
            for device in await self.panel.blocking_devices(line.identity.line_id):
                self.panel.remove_device(line.identity.line_id, device)
                return
        if Remedy.SIGN_IN in remedies:
            await self.sign_in()
        elif line.state in {LineState.ELSEWHERE}:
            self.panel.register(line.identity.line_id)
        elif line.wanted:
            self.panel.retry(line.identity.line_id)

    async def _take_down(self) -> None:
        """Deregister: nothing is left at the service, and nobody has anything to complain about."""
        line = self.sight.line
        if line is not None:
            self.panel.deregister(line.identity.line_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BACK_WITHIN_S * self._how.time_scale + ON_ITS_WAY_S):
                while not self.sight.is_off:
                    await asyncio.sleep(0.03)
        said = await self.panel.close()
        if len(self.scene.devices) > len(said):  # what hung at the end may be granted after it: that is said
            raise BrokenPromiseError(f"left at the service: {self.scene.devices}, {self.sight.told}")
        wdm = self.cloud.state()["users"][0]["wdm_devices"]
        if len(wdm) > 1:
            raise BrokenPromiseError(f"{len(wdm)} WDM devices are left at the service: {self.sight.told}")
        if strangers := [*self._watched.strangers, *self.chaos.asked_impostors]:
            raise BrokenPromiseError(f"asked whom nobody may ask: {strangers}")
        complaints = {complaint for one in self.cloud.journal() for complaint in one["complaints"]}
        if self.phase == "message socket":  # it acknowledges what was made of the service's message
            complaints = {one for one in complaints if "acknowledgement" not in one}
        if complaints:
            raise BrokenPromiseError(f"the service complains: {complaints}")
        if self._watched.longest_hold_s > HOLD_S:
            raise BrokenPromiseError(f"the loop was held for {1000 * self._watched.longest_hold_s:.0f} ms")
