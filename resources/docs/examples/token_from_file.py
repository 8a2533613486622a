"""Takes the access token from a file that something else keeps fresh, whenever a new one is needed."""

import asyncio
import os
import signal
from pathlib import Path

from softphone import CallingClient, LineError

FILE = Path(os.environ["WEBEX_TOKEN_FILE"])


async def token() -> str:
    """Asked at the start, when Webex refuses the last one, and before that ends."""
    return await asyncio.to_thread(FILE.read_text)


def tell(error: LineError) -> None:
    print(f"{error['title']}: {error['advice']}", flush=True)


async def main() -> None:
    told_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_end.set)
    async with CallingClient(token=token) as client:
        client.line.on("error", tell)
        client.line.on("keepalive", lambda proof: print("alive", proof.line.last_seen, flush=True))
        await client.line.registered()
        await told_to_end.wait()


asyncio.run(main())
