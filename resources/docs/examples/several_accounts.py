"""Registers the lines of several people in one process: a token for each of them in WEBEX_TOKENS."""

import asyncio
import os

from softphone import CallingClient, RegistrationTimeoutError, SoftphoneError


async def serve(token: str) -> str:
    """Return how it went; one person's trouble is nobody else's."""
    try:
        async with CallingClient(token=token) as client:
            line = await client.line.registered(timeout=30)
            return f"{line.extension}: registered as {line.mobius_device_id}"
    except RegistrationTimeoutError as error:
        return f"not yet: {error.title}, next try in {error.next_in_s} s"
    except SoftphoneError as error:
        return f"{error.title}: {error.sentence}"


async def main() -> None:
    for told in await asyncio.gather(*map(serve, os.environ["WEBEX_TOKENS"].split())):
        print(told)


asyncio.run(main())
