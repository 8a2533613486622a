"""What an account hears of its calls: its message socket, and who is told (sockets.md).

Open while the account has lines and its sign-in lives, and only where call notices are wanted. What becomes
of the socket changes no line; what the service says on it about addresses and devices reaches the lines here.
"""

import asyncio
import logging
import random
from typing import TYPE_CHECKING

from softphone.calling.messages import CallEvent, Messages, MessageState
from softphone.calling.provider import Discovery
from softphone.errors import RequestError
from softphone.system.tasks import Tasks

if TYPE_CHECKING:
    from softphone.accounts.account import SignedIn
    from softphone.accounts.all_accounts import Accounts

_log = logging.getLogger(__name__)

REDISCOVER_S = (300.0, 900.0)  # nominal; somewhere between, so that not everybody looks up at once


class Hearing:
    """The listener of one account's messages. `state` is None while no socket is wanted.

    `confirmed_at_s` is when the service last answered on it, on the loop's clock.
    """

    def __init__(self, accounts: "Accounts", entry: "SignedIn") -> None:
        self.state: MessageState | None = None
        self.confirmed_at_s: float | None = None
        self._accounts = accounts
        self._entry = entry
        self._messages: Messages | None = None
        self._closing = Tasks()
        self._looking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Open the socket, where it is wanted; one that waits for a sign-in goes on."""
        if self._messages is not None:
            self._messages.signed_in()
        elif self._accounts.hears_calls and self._entry.client is not None:
            self._messages = self._entry.provider.messages(self)

    def check(self) -> None:
        """The computer slept, or its network is another."""
        if self._messages is not None:
            self._messages.check()

    def end(self) -> None:
        """Begin to close the socket, which takes a second at most; `begin` may open another."""
        messages, self._messages = self._messages, None
        if messages is not None:
            self.state = self.confirmed_at_s = None
            if self._entry.client is not None:
                self._entry.client.hears_nothing()
            self._closing.start(messages.close())
            self._accounts.tell()

    async def close(self) -> None:
        """Close the socket."""
        self.end()
        await self._closing.ended()

    # ---- calling.messages.MessageListener

    def state_changed(self, state: MessageState) -> None:
        """Show whether it hears of calls."""
        self.state = state
        if not state.online and self._entry.client is not None:
            self._entry.client.hears_nothing()
        self._accounts.tell()

    def confirmed(self, at_s: float) -> None:
        """Remember the proof; nobody is told every 15 s, whoever shows its age looks."""
        self.confirmed_at_s = at_s

    def happened(self, event: CallEvent) -> None:
        """Pass it on, to the line that it is about."""
        if self._entry.client is not None:
            self._entry.client.hear(event, self._accounts.call_policy)
        self._accounts.tell_call(self._entry.account, event)

    def servers_changed(self) -> None:
        """Look everything up again, some minutes from now, once."""
        if self._looking is None or self._looking.done():
            self._looking = self._accounts.tasks.start(self._look_up_later())

    def device_replaced(self, found: Discovery) -> None:
        """Have the lines registered on the other WDM device."""
        if self._entry.client is not None:
            self._entry.client.move(found)

    async def _look_up_later(self) -> None:
        after_s = random.uniform(*REDISCOVER_S)  # nosec B311 # noqa: S311 - jitter, not a secret
        await asyncio.sleep(after_s * self._accounts.policy.time_scale)
        if self._entry.client is not None:
            try:
                await self._entry.client.look_up()
            except RequestError as error:
                _log.info("addresses were to be looked up: %s", error.title)
