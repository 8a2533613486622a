"""What a service tells an account unasked: the seam between `webex.messages` and whoever shows calls.

Values only, and the two protocols. The names and numbers of callers are in no `repr`: logs, histories and
tickets never hold them (sockets.md#privacy).
"""

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from softphone.line.model import Caller

if TYPE_CHECKING:
    from softphone.calling.provider import Discovery


class CallRinging(Struct, frozen=True, kw_only=True):
    """A call came in (`mobius.call`). `age_s`: how long ago by the service's clock, None when unknown.

    `call_id` is the service's, `device_id` the Mobius device it rings at. A service may tell it twice.
    """

    call_id: str
    device_id: str
    caller: Caller = Caller()
    age_s: float | None = None


class CallConnected(Struct, frozen=True, kw_only=True):
    """A call was answered, here or elsewhere (`mobius.callconnected`)."""

    call_id: str
    device_id: str


class CallEnded(Struct, frozen=True, kw_only=True):
    """A call is over (`mobius.calldisconnected`). `cause` is the service's own word, data of a stranger."""

    call_id: str
    device_id: str
    cause_code: int | None = None
    cause: str = ""


class PastCall(Struct, frozen=True, kw_only=True):
    """One call of the list of recent ones; words as the service writes them, in capitals. Epoch seconds."""

    session_type: str = ""  # WEBEXCALLING
    direction: str = ""  # INCOMING, OUTGOING
    disposition: str = ""  # ANSWERED, CANCELED, INITIATED, MISSED
    started_at: float | None = None
    ended_at: float | None = None
    other: Caller = Caller()


class PastCalls(Struct, frozen=True):
    """The recent calls of the person (`janus.user_recent_sessions`): tells why a call ended."""

    calls: tuple[PastCall, ...] = ()


CallEvent = CallRinging | CallConnected | CallEnded | PastCalls


class MessageState(Struct, frozen=True, kw_only=True):
    """Whether the account hears of its calls. Says nothing about its lines: those are registered elsewhere.

    `since_s` is on the loop's clock. `cause` is why it does not hear, a `Phrase`; "" while it does, and while
    it opens for the first time. `needs_person`: only signing in again or another program's end helps.
    """

    online: bool
    since_s: float
    cause: str = ""
    needs_person: bool = False


class MessageListener(Protocol):
    """Who is told of one account's messages, on the loop's thread, one call at a time."""

    def state_changed(self, state: MessageState) -> None:
        """The account hears of its calls now, or does not any more, or for another cause."""
        ...

    def confirmed(self, at_s: float) -> None:
        """The service answered a ping at this moment of the loop's clock: every 15 s while online."""
        ...

    def happened(self, event: CallEvent) -> None:
        """Something came, once, however often the service sends it."""
        ...

    def servers_changed(self) -> None:
        """The service says that addresses have changed: discovery is due within some minutes."""
        ...

    def device_replaced(self, found: "Discovery") -> None:
        """The account has another WDM device: lines must register on it, for events go there."""
        ...


class Messages(Protocol):
    """The message socket of one account, kept open until it is closed."""

    def check(self) -> None:
        """The computer woke up or the network is back: prove the socket now, or try again soon."""
        ...

    def signed_in(self) -> None:
        """The account has a new sign-in: what waited for one goes on."""
        ...

    async def close(self) -> None:
        """Close the socket within a second and never open it again."""
        ...
