"""Keeps the message socket of one account open, whatever happens to it (sockets.md#reconnecting).

One attempt is in flight at a time, beside the socket that serves when the service asks to move. The loss of a
socket is no loss of a registration: nothing here speaks to a line.
"""

import asyncio
import contextlib
import logging
import random
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from enum import Flag, auto
from typing import Protocol

from softphone.calling.messages import MessageListener, MessageState
from softphone.calling.provider import Discovery
from softphone.errors import RenewalError, RequestError, SignedOutError
from softphone.line.failure import Disposition
from softphone.system import live_secrets
from softphone.system.tasks import Tasks
from softphone.webex.address import as_http
from softphone.webex.client import Client, TokenSource
from softphone.webex.messages.dial import NotOpenedError
from softphone.webex.messages.message_frames import SERVERS_CHANGED, Frame, is_about_calls, read_event
from softphone.webex.messages.message_socket import Heard, MessageSocket, Waits
from softphone.webex.messages.socket_rules import (
    FIRST_WAIT_S,
    Duty,
    Loss,
    Lost,
    Record,
    next_step,
)

log: logging.Logger = logging.getLogger(__name__)

LINES_FIRST_S = 0.5  # what a line needs to register; loading our library would slow it down
REMEMBERED_FRAMES = 1000  # the service may send one twice, on either of two sockets
OLD_FOR_S = 10.0  # a socket that was left serves so long, unless the service closes it before
NUDGE_EVERY_S = 30.0  # a flapping network must not become a storm


class Device(Protocol):
    """The account's WDM device, which names the address (`webex_provider.WebexProvider`)."""

    @property
    def socket_url(self) -> str:
        """The address in the latest answer of WDM, "" while there is none that may be used."""
        ...

    async def refresh_device(self) -> Discovery | None:
        """PUT WDM; the discovery when the device was forgotten there and is another now. RequestError."""
        ...


class _Nudge(Flag):
    """What ends a wait before its time."""

    NONE = 0
    NETWORK = auto()
    SIGN_IN = auto()


class MessageKeeper:
    """`calling.messages.Messages` at Webex. Begins at once; `chance` gives numbers from 0 to 1."""

    __slots__ = (  # a thousand accounts have a thousand of them
        "_bearer",
        "_chance",
        "_client",
        "_device",
        "_heard",
        "_listener",
        "_live",
        "_loop",
        "_nudged",
        "_nudged_at_s",
        "_nudges",
        "_open",
        "_seen",
        "_tasks",
        "_tokens",
        "_waits",
        "counts",
        "state",
    )

    def __init__(
        self,
        client: Client,
        device: Device,
        tokens: TokenSource,
        listener: MessageListener,
        *,
        time_scale: float,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.counts: Counter[str] = Counter()  # of frames, by what was done with them
        self._client = client
        self._device = device
        self._tokens = tokens
        self._listener = listener
        self._waits = Waits(time_scale)
        self._chance = chance
        self._loop = asyncio.get_running_loop()
        self._heard = Heard(self.hear, self._proved)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._bearer = ""  # that of the latest attempt
        self._live: MessageSocket | None = None
        self._nudges = _Nudge.NONE
        self._nudged: asyncio.Future[None] | None = None  # while it waits
        self._nudged_at_s = float("-inf")
        self._tasks = Tasks()
        self._open: list[MessageSocket] = []
        self.state: MessageState = MessageState(online=False, since_s=self._loop.time())
        listener.state_changed(self.state)
        self._tasks.start(self._keep(), name="messages")

    # ---- what is said to it

    def check(self) -> None:
        """The computer woke up or the network is back: prove the socket now, or try again soon."""
        if self._live is not None:
            self._live.check()
        elif self._loop.time() - self._nudged_at_s >= self._waits.pause_s(NUDGE_EVERY_S):
            self._nudged_at_s = self._loop.time()
            self._nudge(_Nudge.NETWORK)

    def signed_in(self) -> None:
        """The account has a new sign-in: what waited for one goes on."""
        self._nudge(_Nudge.SIGN_IN)

    def move(self) -> None:
        """The account's WDM device is another: go to its address, as when the service asks to move."""
        if self._live is not None:
            self._live.move()

    async def close(self) -> None:
        """Close the socket within a second and never open it again."""
        await self._tasks.close()
        await asyncio.gather(*(one.close() for one in tuple(self._open)))

    # ---- keeping it open

    async def _keep(self) -> None:
        record, due = Record(), Duty.NOTHING
        await asyncio.sleep(self._waits.pause_s(LINES_FIRST_S))
        while True:
            try:
                await self._do(due)
                due = Duty.NOTHING
                # It has no name here: that would keep it after it has been left.
                loss = await self._served(await self._begun())
            except NotOpenedError as error:
                loss = error.loss
            except Exception:
                log.exception("the message socket failed unexpectedly")
                loss = Loss(how=Lost.FAILED)
            self._live = None
            scale, now_s = self._waits.time_scale, self._loop.time()
            online_s = (now_s - self.state.since_s) / scale if self.state.online else 0.0
            record, step = next_step(
                record, loss, online_s=online_s, now_s=now_s / scale, chance=self._chance()
            )
            counts = ", ".join(f"{number} {what}" for what, number in self.counts.items())
            log.info("no message socket (%s, %d): %s [%s]", loss.how.name, loss.code, step.cause, counts)
            self._tell(online=False, cause=step.cause, needs_person=step.wait_s is None)
            due = due if step.duty is Duty.NOTHING else step.duty
            if await self._waited(step.wait_s) is _Nudge.SIGN_IN:
                record, due = Record(), Duty.NOTHING

    async def _begun(self) -> MessageSocket:
        opened = await self._opened()
        self._tell(online=True)
        return opened

    async def _opened(self) -> MessageSocket:
        """Open a socket with the token and the address of the moment. Raises NotOpenedError."""
        self._nudges = _Nudge.NONE
        if not self._device.socket_url:
            await self._refresh()
        url = self._device.socket_url
        if not as_http(url):
            raise NotOpenedError(Loss(how=Lost.NO_ADDRESS))
        self._bearer = await self._token(self._tokens.access_token())
        live_secrets.note(self._bearer)
        async with self._client.handshakes.turn():
            opened = await MessageSocket.open(
                self._client, url, self._bearer, self._heard, self._waits, self.counts
            )
        self._open.append(opened)
        opened.life.add_done_callback(self._closed)
        return opened

    async def _served(self, live: MessageSocket) -> Loss:
        """Return how the service was lost in the end, by whichever socket it had moved to."""
        while True:
            self._live = live
            await live.over
            if live.life.done():
                return live.life.result()
            opening = self._tasks.start(self._next_opened(), name="next message socket")
            await asyncio.wait({live.life, opening}, return_when=asyncio.FIRST_COMPLETED)
            opened = await opening  # an attempt that is under way is worth waiting for
            if opened is None:
                return await asyncio.shield(live.life)  # it serves until the service closes it
            self._tasks.start(self._left(live), name="old message socket")
            live = opened

    async def _next_opened(self) -> MessageSocket | None:
        try:
            return await self._opened()
        except NotOpenedError as error:
            log.info("no second message socket: %s", error.loss.how.name)
        except Exception:
            log.exception("the next message socket failed unexpectedly")
        return None

    async def _left(self, old: MessageSocket) -> None:
        """Let the old socket serve until the service closes it, or for a while."""
        await asyncio.wait({old.life}, timeout=self._waits.pause_s(OLD_FOR_S))
        await old.close()

    async def _waited(self, wait_s: float | None) -> "_Nudge | None":
        """Wait so long, None: until a sign-in. Return what ended it, None: the time did."""
        until_s = None if wait_s is None else self._loop.time() + self._waits.pause_s(wait_s)
        while until_s is None or self._loop.time() < until_s:
            if _Nudge.SIGN_IN in self._nudges:
                return _Nudge.SIGN_IN
            if _Nudge.NETWORK in self._nudges and until_s is not None:
                self._nudges = _Nudge.NONE
                soon_s = self._waits.pause_s(FIRST_WAIT_S * self._chance())
                until_s = min(until_s, self._loop.time() + soon_s)
            self._nudged = self._loop.create_future()
            timeout_s = None if until_s is None else until_s - self._loop.time()
            await asyncio.wait({self._nudged}, timeout=timeout_s)
        return None

    def _closed(self, life: "asyncio.Task[Loss]") -> None:
        self._open = [one for one in self._open if one.life is not life]

    # ---- what is due before an attempt

    async def _do(self, duty: Duty) -> None:
        match duty:
            case Duty.RENEW:
                await self._token(self._tokens.renew(self._bearer))
            case Duty.REFRESH:
                with contextlib.suppress(NotOpenedError):  # the address of before may serve all the same
                    await self._refresh()
            case Duty.NOTHING:
                pass

    async def _token(self, source: Awaitable[str]) -> str:
        try:
            return await source
        except SignedOutError as error:
            raise NotOpenedError(Loss(how=Lost.NO_SIGN_IN)) from error
        except RenewalError as error:
            loss = Loss(how=Lost.FAILED, cause=error.title, retry_after_s=error.retry_after_s)
            raise NotOpenedError(loss) from error

    async def _refresh(self) -> None:
        try:
            found = await self._device.refresh_device()
        except RequestError as error:
            ended = error.failure.disposition is Disposition.SIGN_IN
            how = Lost.NO_SIGN_IN if ended else Lost.FAILED
            raise NotOpenedError(Loss(how=how, cause="" if ended else error.title)) from error
        if found is not None:
            self._listener.device_replaced(found)

    # ---- what is told

    def hear(self, frame: Frame, age_s: float | None = None) -> None:
        """Take what came, on this socket or over a registration's."""
        try:
            self._hear(frame, age_s)
        except Exception as error:  # noqa: BLE001 - a listener's fault takes no socket along
            # No traceback: what its error says may be of the message.
            log.error("what a message told was not taken: %s", type(error).__name__)  # noqa: TRY400

    def _hear(self, frame: Frame, age_s: float | None) -> None:
        if frame.frame_id in self._seen:
            self.counts["repeated"] += 1
            return
        if frame.frame_id:
            self._seen[frame.frame_id] = None
            if len(self._seen) > REMEMBERED_FRAMES:
                self._seen.popitem(last=False)
        if frame.event_type == SERVERS_CHANGED:
            self._listener.servers_changed()
        elif not is_about_calls(frame.event_type):
            self.counts["foreign"] += 1
        elif (event := read_event(frame, age_s=age_s)) is not None:
            self.counts["calls"] += 1
            self._listener.happened(event)
        else:
            self.counts["of no use"] += 1

    def _proved(self) -> None:
        self._listener.confirmed(self._loop.time())

    def _tell(self, *, online: bool, cause: str = "", needs_person: bool = False) -> None:
        since_s = self._loop.time() if online is not self.state.online else self.state.since_s
        told = MessageState(online=online, since_s=since_s, cause=cause, needs_person=needs_person)
        if told != self.state:
            self.state = told
            self._listener.state_changed(told)

    def _nudge(self, nudge: _Nudge) -> None:
        self._nudges |= nudge
        if self._nudged is not None and not self._nudged.done():
            self._nudged.set_result(None)
