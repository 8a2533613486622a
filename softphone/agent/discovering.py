"""Discovery of an account's lines, for as long as it takes."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from softphone.agent.accounts import AccountState, Notice, notice_of
from softphone.agent.calling_client import CallingClient
from softphone.errors import RequestError
from softphone.line.failure import Disposition, ErrorType

# Discovery that failed is tried again by equal jitter, as a sick host is (line/policy.py).
RETRY_BASE_S = 2.0
RETRY_CAP_S = 60.0


async def discover(
    start: Callable[[], Awaitable[CallingClient]],
    *,
    again: asyncio.Event,
    time_scale: float,
    show: Callable[[AccountState, Notice | None], None],
) -> CallingClient | None:
    """Return the started client; None when the service wants the person to sign in again.

    `show` is told how far it is. `again`, when set, ends the wait before the next try.
    """
    tries = 0
    while True:
        try:
            return await start()
        except RequestError as error:
            failure = error.failure
            if failure.disposition is Disposition.SIGN_IN:
                return None
            barred = failure.error_type is ErrorType.FORBIDDEN
            show(AccountState.NO_LINES if barred else AccountState.TROUBLE, notice_of(error))
        tries += 1
        widest_s = min(RETRY_CAP_S, RETRY_BASE_S * 2.0 ** min(tries - 1, 10))
        delay_s = max(random.uniform(widest_s / 2, widest_s), failure.retry_after_s or 0.0)  # noqa: S311 - jitter
        again.clear()
        try:
            async with asyncio.timeout(delay_s * time_scale):
                await again.wait()
        except TimeoutError:
            pass
        show(AccountState.LOADING, None)
