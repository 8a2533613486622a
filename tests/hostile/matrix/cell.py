"""One cell of the matrix: one fault in one phase, from the sign-in to nothing left at the service.

(a) The fault stays: the line is registered in spite of it, or what is shown names a cause and what comes next.
(b) It ends: the line comes back by itself within its time, or by the remedy that is shown. Then it is taken
down. What is true is what the simulated cloud and the proxy saw, never what the client says of itself.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from softphone.accounts.snapshot import AccountSnapshot, AccountState, NoticeKind
from softphone.app import Program, Services
from softphone.auth.keystore import MemoryKeystore
from softphone.errors import SignInError
from softphone.line.failure import Remedy
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.settings.cloud_file import read_cloud
from softphone.settings.profile import Profile
from softphone.sim.server import CloudServer
from softphone.sim.services.state import Host
from softphone.system.folders import Folders
from softphone.system.loop_time import running_s
from tests.calling.thousand import most_within
from tests.end_to_end.weather.weather import LINE_PLACES, Scene, least_minute_s
from tests.hostile.matrix.chaos import CALLING_HOSTS, NAMES, Chaos, ChaosLoop
from tests.hostile.matrix.faults import Fault
from tests.hostile.matrix.surroundings import CELL, DOMAIN, Tunnels, Watched
from tests.webex.client.test_sign_in import redirect_of

TIME_SCALE = 0.05
WATCHED_S = 62.0  # nominal; how long the fault stays once it was met
MET_WITHIN_S = 25.0  # real
# Real seconds in which this process runs, as the program counts its deadlines (`system.loop_time`):
NAMED_WITHIN_S = 24.0  # the longest deadline of a request is 20 s
BACK_WITHIN_S = 80.0  # nominal: the longest wait is 66 s
ON_ITS_WAY_S = 24.0  # a request that hangs when the fault ends may take 20 s
RENEWED_WITHIN_S = 330.0  # nominal: a renewal waits up to 300 s
WRONGLY_GREEN_S = 95.0  # nominal
LOOK_EVERY_S = 0.5
REQUESTS_A_MINUTE = 12  # of one line, and of any phase
REQUESTS_OF_ALL = 42  # a minute, of a process with one line
HOLD_S = 0.05
EACH_MINUTE: Mapping[str, Any] = {"rehoming_min_minutes": 1, "rehoming_max_minutes": 1}
LIFE_S = 6.0  # real; of a token that is to be renewed

_PERSON_NEEDED = frozenset(
    {LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE, LineState.SIGNED_OUT}
)
_WAITS = frozenset({LineState.RETRY_WAIT, LineState.OFFLINE, LineState.RECONNECTING})


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
    """How one cell ended. `mark`: R registered in spite, W waited, P a person's remedy, ! a broken promise."""

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


@dataclass(frozen=True, slots=True)
class Phase:
    """How a phase is played. `begins_after`: see Chaos; without it the fault begins after `rehearse`."""

    begins_after: str = ""
    at_once: bool = False  # the fault is there from the start
    not_everywhere: bool = False  # one that hits all hosts waits for the registration
    by_sign_in: bool = False
    person: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()
    rehearse: Callable[["Cell"], Awaitable[None]] | None = None
    provoke: Callable[["Cell"], None] = lambda _: None
    is_well: Callable[["Cell"], bool] = lambda cell: cell.is_registered
    back_within_s: float = BACK_WITHIN_S
    watched_s: float = WATCHED_S


class Cell:
    """One fault in one phase."""

    def __init__(self, setting: Setting, fault: Fault, phase: str) -> None:
        self.fault = fault
        self.phase = phase
        self.result = Result(fault.name, phase)
        self._setting = setting
        self._how = PHASES[phase]
        self._through_proxy = fault.way is not None and bool(fault.way.proxy)
        self.refused: SignInError | None = None  # the sign-in of phase token
        self._signing_in: asyncio.Task[None] | None = None

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
        with CloudServer("calm", time_scale=TIME_SCALE) as cloud:
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
            chaos.struck += 1
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
        chaos.struck += 1
        chaos.seen_dial(self._setting.chaos.loop.time())
        return way.names

    # ---- what there is to see

    @property
    def line(self) -> LineSnapshot | None:
        """The line, once there is one."""
        return next(iter(self.panel.lines), None)

    @property
    def account(self) -> AccountSnapshot | None:
        """The account, once there is one."""
        return next(iter(self.panel.accounts), None)

    @property
    def is_registered(self) -> bool:
        """Whether the line is green, and the service knows its device and no other one of ours."""
        line = self.line
        if line is None or line.registration is None:
            return False
        green = line.state_at(asyncio.get_running_loop().time()) in REGISTERED_STATES
        return green and self.scene.devices == [line.registration.device.device_id]

    @property
    def is_off(self) -> bool:
        """Whether the line is off, as the service knows, too."""
        line = self.line
        is_idle = line is not None and line.state is LineState.IDLE and not line.unconfirmed
        return is_idle and self.scene.devices == []

    @property
    def is_home(self) -> bool:
        return self.is_registered and self.line is not None and self.line.state is LineState.REGISTERED

    @property
    def is_renewed(self) -> bool:
        """Whether the sign-in was renewed, and nobody complains."""
        account = self.account
        if account is None or account.signed_in_until is None:
            return False
        if account.notice is not None and account.notice.kind is not NoticeKind.NEWS:
            return False
        left = account.signed_in_until - datetime.now(UTC)
        return self.is_registered and left.total_seconds() > 2 * LIFE_S

    @property
    def is_tidied(self) -> bool:
        """Whether only the line's device is left, and not because the service has forgotten the other one."""
        listed = self.cloud.journal(self._healed_n, place="devices", status=200)
        return self.is_registered and bool(listed or self.cloud.journal(place="deregister", status=200))

    @property
    def hears(self) -> bool:
        """Whether the account hears of calls."""
        account = self.account
        return self.is_registered and bool(account and account.messages and account.messages.online)

    def shown(self) -> tuple[str, str]:
        """Return how it stands, as the person sees it: a word, and the cause that is named.

        registered, waiting, stopped (a person is needed), off; or "under way", which may not last.
        """
        line, account = self.line, self.account
        if self.refused is not None:
            return "stopped", self.refused.title if self.refused.remedies else ""
        if line is None:
            if account is None or account.notice is None:
                return "under way", ""
            title = account.notice.title if account.notice.sentence else ""
            match account.state:
                case AccountState.LOADING:
                    return "under way", title
                case AccountState.TROUBLE:
                    return "waiting", title
                case _:
                    return "stopped", title if account.notice.remedies else ""
        state_now = line.state_at(asyncio.get_running_loop().time())
        title = line.failure.title if line.failure is not None and line.failure.advice else ""
        if state_now in REGISTERED_STATES:
            return "registered", title
        if state_now in _PERSON_NEEDED:
            return "stopped", title if line.failure is not None and line.failure.remedies else ""
        if state_now is LineState.IDLE:
            return "off", title
        if state_now in _WAITS and (line.next_at_s is not None or line.asking or line.registration):
            return "waiting", title
        return "under way", title

    @property
    def told(self) -> str:
        """How it stands, for whoever has to find out why."""
        line, account, now_s = self.line, self.account, asyncio.get_running_loop().time()
        of_line = of_account = "none"
        if line is not None:
            next_s = None if line.next_at_s is None else (line.next_at_s - now_s) / TIME_SCALE
            title = line.failure and line.failure.title
            of_line = f"{line.state.value} at {line.server and line.server.url}, {title!r}, next in {next_s} nominal s"
        if account is not None:
            of_account = f"{account.state.value}, {account.notice and account.notice.title!r}"
        return f"line {of_line}; account {of_account}; {len(self.scene.devices)} devices; {self.scene.story[-700:]}"

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
                self.refused = error

        self.refused = None
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
            await (how.rehearse or _registered)(self)
            await self._setting.chaos.do(chaos.begin())
        how.provoke(self)

    async def _meet(self) -> None:
        """Wait until the fault is met."""
        chaos = self.chaos
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MET_WITHIN_S):
                while not chaos.struck and not (chaos.on and self._cannot_be_seen):
                    await asyncio.sleep(0.02)
        self._met_s = running_s()
        if not chaos.struck and not self._cannot_be_seen:
            raise BrokenPromiseError(f"the fault was never met: {self.told}")

    @property
    def _cannot_be_seen(self) -> bool:
        """Whether nobody sees the client meet it: it dials a proxy that is not there."""
        return self.fault.way is not None and self.fault.way.proxy == "gone"

    async def _watch(self) -> None:
        """Let the fault stay; what is shown must be named in time."""
        until_s = self._met_s + self._how.watched_s * TIME_SCALE
        nameless_since_s: float | None = self._met_s
        true_at_s = looked_s = self._met_s  # when green was true last
        while True:
            await asyncio.sleep(0.05)
            now_s = running_s()
            if now_s - looked_s > LOOK_EVERY_S:
                looked_s = now_s
                true_at_s = now_s if self._is_true() else true_at_s
                if now_s - true_at_s > WRONGLY_GREEN_S * TIME_SCALE:
                    raise BrokenPromiseError(f"green for long without a registration: {self.told}")
            state, title = self.shown()
            is_named = state in {"registered", "off"} or bool(title)
            if state in {"waiting", "stopped"} and not title:
                raise BrokenPromiseError(f"{state} without a cause or a remedy: {self.told}")
            if is_named:
                if nameless_since_s is not None:
                    self.result.named_s = max(self.result.named_s, now_s - nameless_since_s)
                nameless_since_s = None
                if now_s > until_s:
                    break
            elif nameless_since_s is None:
                nameless_since_s = now_s
            elif now_s - nameless_since_s > NAMED_WITHIN_S:
                raise BrokenPromiseError(f"no cause is named: {self.told}")
        self.result.named = f"{state}: {title}" if title else state
        self.result.mark = "R" if state == "registered" else "W"
        self._count_requests()

    def _is_true(self) -> bool:
        """Whether a line that is shown as registered is, as the service knows."""
        line = self.line
        if self.shown()[0] != "registered" or line is None or line.registration is None:
            return True
        return line.registration.device.device_id in self.scene.devices

    def _count_requests(self) -> None:
        """Nobody asks more often than may be, as the proxies see it."""
        minute_s = least_minute_s(TIME_SCALE) * TIME_SCALE
        seen = sorted(self.chaos.seen, key=lambda one: one.at_s)
        of_line = [one.at_s for one in seen if one.phase in LINE_PLACES]
        self.result.most_a_minute = most_within(of_line, minute_s) if of_line else 0
        counts = {"the line": self.result.most_a_minute}
        for phase in {one.phase for one in seen} - {"other"}:
            counts[phase] = most_within([one.at_s for one in seen if one.phase == phase], minute_s)
        broken = {what: times for what, times in counts.items() if times > REQUESTS_A_MINUTE}
        in_all = most_within([one.at_s for one in seen], minute_s)
        if broken or in_all > REQUESTS_OF_ALL:
            told = "; ".join(f"{one.at_s / TIME_SCALE:.1f} {one.host} {one.phase}" for one in seen)
            raise BrokenPromiseError(f"too many requests a minute: {broken}, in all {in_all}: {told}")

    async def _heal(self) -> None:
        """The fault ends: all is well again in time, by itself or by the remedy that is shown."""
        self._watched.healed.set()
        await self._setting.chaos.do(self.chaos.end())
        self._healed_n = self.cloud.state()["requests"]
        healed_s = running_s()
        within_s = self._how.back_within_s * TIME_SCALE + ON_ITS_WAY_S
        if self._wants_person() and not self._how.is_well(self):
            self.result.mark = "P"
            await self._press()
        while not self._how.is_well(self):
            await asyncio.sleep(0.05)
            took_s = running_s() - healed_s
            if self._wants_person() and self.result.mark != "P":
                self.result.mark = "P"
                await self._press()
            elif took_s > within_s:
                raise BrokenPromiseError(f"not back in time: {self.told}")
        self.result.back_s = (running_s() - healed_s) / TIME_SCALE

    def _wants_person(self) -> bool:
        """Whether it goes on only, or in time only, when a person presses something."""
        line = self.line
        state, _ = self.shown()
        waits_s = (line.next_at_s or 0.0) - asyncio.get_running_loop().time() if line is not None else 0.0
        account = self.account
        lapses = account is not None and account.notice and Remedy.SIGN_IN in account.notice.remedies
        is_long = self.fault.asks_for_long or waits_s > BACK_WITHIN_S * TIME_SCALE
        needs_mending = account is not None and account.notice and Remedy.COPY_FOR_ADMIN in account.notice.remedies
        return state == "stopped" or is_long or bool(lapses) or bool(needs_mending)

    async def _press(self) -> None:
        """Press what is shown."""
        line, account = self.line, self.account
        lapses = account is not None and account.notice and Remedy.SIGN_IN in account.notice.remedies
        if self.refused is not None or lapses:
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
        line = self.line
        if line is not None:
            self.panel.deregister(line.identity.line_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(BACK_WITHIN_S * TIME_SCALE + ON_ITS_WAY_S):
                while not self.is_off:
                    await asyncio.sleep(0.03)
        said = await self.panel.close()
        if len(self.scene.devices) > len(said):  # what hung at the end may be granted after it: that is said
            raise BrokenPromiseError(f"left at the service: {self.scene.devices}, {self.told}")
        wdm = self.cloud.state()["users"][0]["wdm_devices"]
        if len(wdm) > 1:
            raise BrokenPromiseError(f"{len(wdm)} WDM devices are left at the service: {wdm}; {self.told}")
        complaints = {complaint for one in self.cloud.journal() for complaint in one["complaints"]}
        if self.phase == "message socket":  # it acknowledges what was made of the service's message
            complaints = {one for one in complaints if not one.startswith("acknowledgement")}
        if complaints:
            raise BrokenPromiseError(f"the service complains: {complaints}")
        if self._watched.longest_hold_s > HOLD_S:
            raise BrokenPromiseError(f"the loop was held for {1000 * self._watched.longest_hold_s:.0f} ms")


# ---- how each phase is played


async def _registered(cell: Cell) -> None:
    await cell.scene.until("registered", lambda: cell.line is not None and cell.is_registered, 60)


async def _on_the_backup(cell: Cell) -> None:
    await _registered(cell)
    cell.cloud.clear_faults()


async def _heard(cell: Cell) -> None:
    await _registered(cell)
    if cell.fault.way is not None and cell.fault.way.half_open:
        cell.panel.hear_calls(wanted=True)
        await cell.scene.until("messages", lambda: cell.hears, 60)


def _renewing(cell: Cell) -> None:
    if cell.line is not None:  # registered, so it may have renewed before the fault began
        cell.cloud.alter_user(cell.cloud.users[0].name, expire_tokens=True)


PHASES: Mapping[str, Phase] = {
    "catalog": Phase(at_once=True),
    "wdm": Phase(begins_after="catalog"),
    "region": Phase(at_once=True),
    "discovery": Phase(begins_after="wdm"),
    "token": Phase(at_once=True, by_sign_in=True),
    "refresh": Phase(
        by_sign_in=True,
        begins_after="token",
        not_everywhere=True,
        faults=({"where": "token", "answer": {"patch": {"expires_in": LIFE_S}}},),
        provoke=_renewing,
        is_well=lambda cell: cell.is_renewed,
        back_within_s=RENEWED_WITHIN_S,
    ),
    "register": Phase(begins_after="discovery"),
    "keepalive": Phase(rehearse=_registered, watched_s=140.0),
    "ping": Phase(
        settings=EACH_MINUTE,
        faults=({"where": "any", "host": "P1", "answer": "refuse"},),
        rehearse=_on_the_backup,
        is_well=lambda cell: cell.is_home,
        back_within_s=200.0,
    ),
    "devices": Phase(
        begins_after="register",
        person={"device_limit": 5},
        settings={"devices_shared": False},
        faults=({"where": "register", "answer": "reset", "acts": True, "times": 1},),
        is_well=lambda cell: cell.is_tidied,
    ),
    "deregister": Phase(
        rehearse=_registered,
        provoke=lambda cell: cell.panel.deregister(cell.panel.lines[0].identity.line_id),
        is_well=lambda cell: cell.is_off,
    ),
    "message socket": Phase(
        rehearse=_heard,
        provoke=lambda cell: cell.panel.hear_calls(wanted=True),
        is_well=lambda cell: cell.hears,
    ),
}
