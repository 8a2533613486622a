"""The list of all accounts, what they share, and who is told of them."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from softphone.accounts.discovering import retry_delay_s
from softphone.accounts.sign_in_service import SignInService
from softphone.accounts.snapshot import AccountSnapshot, AccountState, PanelListener
from softphone.calling import calling_client
from softphone.calling.calling_client import EventListener, check_services
from softphone.calling.calls import SILENCE, CallPolicy
from softphone.calling.circuits import Circuits
from softphone.calling.line import Line
from softphone.calling.messages import CallEvent
from softphone.calling.provider import ServiceRequest
from softphone.line.failure import Failure
from softphone.line.model import Account, Call, LineEvent, LineSnapshot, Service
from softphone.line.policy import Policy
from softphone.settings.profile import Profile
from softphone.system.tasks import Tasks

if TYPE_CHECKING:
    from softphone.accounts.account import SignedIn

CallListener = Callable[[Account, CallEvent], None]

_log = logging.getLogger(__name__)


# News of more accounts than so many is gathered for a while: each of them tells of all.
GATHERED_ABOVE = 20
GATHERED_FOR_S = 0.1


class Accounts:
    """The accounts in the order of their coming, and what they share. `expected` are not brought back yet."""

    def __init__(
        self,
        service: SignInService,
        profile: Profile,
        policy: Policy,
        services: Sequence[Service | ServiceRequest],
    ) -> None:
        self.entries: list[SignedIn] = []
        self.expected: list[Account] = []
        self.service = service
        self.profile = profile
        self.policy = policy
        self.services: tuple[ServiceRequest, ...] = check_services(services)
        self.circuits: Circuits = Circuits(time_scale=policy.time_scale)
        self.listeners: list[PanelListener] = []
        self.event_listeners: list[EventListener] = []
        self.call_listeners: list[CallListener] = []
        self.line_call_listeners: list[calling_client.CallListener] = []
        self.hears_calls = False  # message sockets are wanted
        self.call_policy: CallPolicy = SILENCE  # what is sent for a call
        self.is_ending = False  # nobody hears of accounts any more
        self._gathering: asyncio.TimerHandle | None = None
        self._is_told = True  # everything, so far
        self.tasks: Tasks = Tasks()

    @property
    def snapshots(self) -> tuple[AccountSnapshot, ...]:
        """The latest snapshot of every account, but of those whose lines have left already."""
        here = (entry.snapshot for entry in self.entries if not entry.has_left)
        still_read = (AccountSnapshot(account=known, state=AccountState.LOADING) for known in self.expected)
        return (*here, *still_read)

    def tell(self) -> None:
        """Tell the listeners how the accounts are; of many, a moment after the last time."""
        if self._gathering is not None:
            self._is_told = False
            return
        if len(self.entries) > GATHERED_ABOVE:
            self._gathering = asyncio.get_running_loop().call_later(GATHERED_FOR_S, self._gathered)
        snapshots = self.snapshots
        for listener in () if self.is_ending else tuple(self.listeners):
            listener.accounts_changed(snapshots)

    def _gathered(self) -> None:
        self._gathering = None
        if not self._is_told:
            self._is_told = True
            self.tell()

    def tell_line(self, snapshot: LineSnapshot) -> None:
        """Tell the listeners how a line is."""
        for listener in tuple(self.listeners):
            listener.line_changed(snapshot)

    def tell_event(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        """Tell who listens to events what happened to a line."""
        for listener in tuple(self.event_listeners):
            listener(line, event, failure)

    def tell_line_call(self, line: Line, call: Call) -> None:
        """Tell who listens to the lines' calls that one rings, or how it ended."""
        for listener in tuple(self.line_call_listeners):
            listener(line, call)

    def tell_call(self, account: Account, event: CallEvent) -> None:
        """Tell who listens to calls what the service says of one."""
        for listener in tuple(self.call_listeners):
            listener(account, event)

    def find(self, account_key: str, *, but: "SignedIn | None" = None) -> "SignedIn | None":
        """Return the account with this key, None when there is none, or only `but`."""
        return next((one for one in self.entries if one is not but and one.account.key == account_key), None)

    def keep_going(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Run something long-lived: when it dies of the unexpected, that is logged and it begins again."""
        return self.tasks.start(self._again_and_again(work))

    async def _again_and_again(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        tries = 0
        while True:
            try:
                return await work()
            except Exception:  # noqa: BLE001 - whatever it is, the account must not stay without an owner
                _log.exception("a task of the panel failed and begins again")
            tries += 1
            await asyncio.sleep(retry_delay_s(tries) * self.policy.time_scale)
