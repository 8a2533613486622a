"""The calls of one line with a clock and a wire: `calling.calls` decides, this carries it out."""

import asyncio
import logging
import time
from collections.abc import Callable

from softphone.calling.calls import Alerting, CallPolicy, LineCalls, Send
from softphone.calling.messages import CallEvent
from softphone.calling.provider import Provider
from softphone.errors import RequestError
from softphone.line.model import Call, Server
from softphone.system.tasks import Tasks

_log = logging.getLogger(__name__)


class Ringing:
    """What rings at a line.

    `on_change` is called when `call` is another one, `on_news` with each call when it rings and when its end
    is known; both on the loop's thread.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        time_scale: float,
        on_change: Callable[[], None],
        on_news: Callable[[Call], None],
    ) -> None:
        self.call: Call | None = None
        self._provider = provider
        self._on_change = on_change
        self._on_news = on_news
        self._calls = LineCalls(time_scale=time_scale)
        self._loop = asyncio.get_running_loop()
        self._server: Server | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = Tasks()

    def hold(self, server: Server | None, device_id: str) -> None:
        """The line has this device now, granted by this server; none: "". It keeps the last server."""
        self._server = server or self._server
        self._calls.hold(device_id, self._loop.time())

    def hear(self, event: CallEvent, policy: CallPolicy) -> None:
        """Take what the service says of a call; send for it what `policy` allows."""
        self._calls.policy = policy
        for send in self._calls.take(event, self._loop.time(), time.time()):
            if self._server is not None:
                self._tasks.start(self._send(self._server, send), "word of a call")
        self._look()

    def socket_lost(self) -> None:
        """Nobody tells of calls for now."""
        self._calls.socket_lost()
        self._look()

    async def close(self) -> None:
        """Show and send nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        await self._tasks.close()

    def _look(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        news = self._calls.news(self._loop.time())
        before, self.call = self.call, self._calls.shown
        if self._calls.next_at_s is not None:
            self._timer = self._loop.call_at(self._calls.next_at_s, self._look)
        if self.call != before:
            self._on_change()
        for call in news:
            self._on_news(call)

    async def _send(self, server: Server, send: Send) -> None:
        tell = self._provider.tell_alerting if isinstance(send, Alerting) else self._provider.tell_release
        try:
            await tell(server, send.device_id, send.call_id)
        except RequestError as error:  # nothing follows from it: another device's call is not ours to touch
            _log.info("a call was not told of: %s", error.title)
