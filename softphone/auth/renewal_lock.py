"""One renewal at a time among the processes that share a sign-in (sign-in.md#one-at-a-time)."""

import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from softphone.errors import RenewalError
from softphone.system.files import held

WAIT_S = 15.0  # sign-in.md#one-at-a-time

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def excluding_others(folder: Path, account_key: str, *, wait_s: float = WAIT_S) -> AsyncIterator[None]:
    """Hold the account's lock file in `folder`; it holds no secret and no name.

    Raises RenewalError when another process held it all the time: that one is renewing, or stuck. Where
    there can be no lock file we go on without: the service and the keyring still tell who was first (R08).
    """
    name = hashlib.sha256(account_key.encode()).hexdigest()[:16]
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(held(folder / f"renewal-{name}.lock", wait_s=wait_s))
        except TimeoutError:
            raise RenewalError(
                "Another copy of this program is renewing your sign-in and has not ended. We keep trying."
            ) from None
        except OSError as error:
            _log.info("renewing without a lock file: %s", error.strerror)
        yield
