"""For a monitor: exit code 0 if a line can be registered within 30 s, 1 and a sentence if not."""

import asyncio
import os
import sys

from softphone import CallingClient, RequestError, SoftphoneError


async def main() -> str:
    """Return what is wrong, or nothing."""
    try:
        async with CallingClient(token=os.environ["WEBEX_TOKEN"]) as client:
            await client.line.registered(timeout=30)
    except RequestError as error:
        known = f"HTTP {error.http_status}, tracking ID {error.tracking_id or 'none'}"
        return f"{error.title}: {error.sentence} ({known})"
    except SoftphoneError as error:
        return f"{error.title}: {error.sentence}"
    return ""


sys.exit(asyncio.run(main()) or 0)
