"""Discovery of an account's lines, for as long as it takes."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from softphone.accounts.snapshot import AccountState, Notice, notice_of
from softphone.calling.asking import INTERNAL_FAULT
from softphone.calling.calling_client import CallingClient
from softphone.errors import RequestError
from softphone.line.failure import Disposition, ErrorType

_log = logging.getLogger(__name__)

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

    A fault of ours is logged, shown and tried again like any other. `show` is told how far it is. `again`,
    when set, ends the wait before the next try.
    """
    tries = 0
    while True:
        try:
            return await start()
        except RequestError as error:
            trouble = error
        except Exception:  # noqa: BLE001 - a broken answer must not leave the account without an owner
            _log.exception("discovery failed unexpectedly")
            trouble = RequestError(INTERNAL_FAULT)
        failure = trouble.failure
        if failure.disposition is Disposition.SIGN_IN:
            return None
        barred = failure.error_type is ErrorType.FORBIDDEN
        notice = notice_of(trouble)
        show(AccountState.NO_LINES if barred else AccountState.TROUBLE, notice)
        tries += 1
        delay_s = max(retry_delay_s(tries), failure.retry_after_s or 0.0)
        again.clear()
        try:
            async with asyncio.timeout(delay_s * time_scale):
                await again.wait()
        except TimeoutError:
            pass
        show(AccountState.LOADING, notice)  # the next try may take long, and nothing is well before


def retry_delay_s(tries: int) -> float:
    """Return the nominal wait after so many tries that failed, by equal jitter."""
    widest_s = min(RETRY_CAP_S, RETRY_BASE_S * 2.0 ** min(tries - 1, 10))
    return random.uniform(widest_s / 2, widest_s)  # nosec B311 # noqa: S311 - jitter, not a secret
