"""What a person sees of one cell, and whether it is true: the program's panel beside the simulated cloud."""

import asyncio
from datetime import UTC, datetime

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot, AccountState, NoticeKind
from softphone.errors import SignInError
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.sim.server import CloudServer
from tests.end_to_end.weather.weather import Scene
from tests.hostile.matrix.faults import Fault

SOON_S = 60.0  # a token that lasts no longer was not renewed

_PERSON_NEEDED = frozenset({LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE, LineState.SIGNED_OUT})
_WAITS = frozenset({LineState.RETRY_WAIT, LineState.OFFLINE, LineState.RECONNECTING})


class Sight:
    """The program and the cloud of one cell. `healed_n`: the service's requests before the fault ended."""

    def __init__(self, scene: Scene, fault: Fault) -> None:
        self.scene = scene
        self.fault = fault
        self.refused: SignInError | None = None  # how the person's last attempt to sign in ended
        self.healed_n = 0

    @property
    def panel(self) -> Panel:
        """What the window shows and commands."""
        return self.scene.panel

    @property
    def cloud(self) -> CloudServer:
        """What is true."""
        return self.scene.cloud

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
        return self.is_registered and left.total_seconds() > SOON_S

    @property
    def is_tidied(self) -> bool:
        """Whether only the line's device is left, and the program has seen to that or has seen it."""
        deleted = self.cloud.journal(place="deregister", status=200)
        listed = self.cloud.journal(self.healed_n, place="devices", status=200)
        twice = self.cloud.journal(place="devices", host="P1", status=200)[1:]
        return self.is_registered and bool(deleted or listed or twice)

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
            next_s = None if line.next_at_s is None else (line.next_at_s - now_s) / self.cloud.time_scale
            title = line.failure and line.failure.title
            of_line = f"{line.state.value} at {line.server and line.server.url}, {title!r}, next in {next_s}"
        if account is not None:
            of_account = f"{account.state.value}, {account.notice and account.notice.title!r}"
        story, devices = self.scene.story[-700:], len(self.scene.devices)
        return f"line {of_line}; account {of_account}; {devices} devices; {story}"

    @property
    def is_true(self) -> bool:
        """Whether a line that is shown as registered is, as the service knows."""
        line = self.line
        if self.shown()[0] != "registered" or line is None or line.registration is None:
            return True
        return line.registration.device.device_id in self.scene.devices
