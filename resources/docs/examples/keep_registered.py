"""Keeps one person's line registered until it is told to end, whatever happens to network and servers."""

import asyncio
import os
import signal

from softphone import CallingClient, Keepalive, LineError


def tell(error: LineError) -> None:
    print(f"{error['title']}: {error['advice']} (tracking ID {error['tracking_id'] or 'none'})", flush=True)


def alive(proof: Keepalive) -> None:
    print(f"{proof.at:%X} confirmed within {proof.round_trip_s * 1000:.0f} ms", flush=True)


async def main() -> None:
    told_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_end.set)
    async with CallingClient(token=os.environ["WEBEX_TOKEN"], profile="desk-3") as client:
        client.line.on("error", tell)
        client.line.on("keepalive", alive)
        line = await client.line.registered()
        print(f"{line.phone_number} ext. {line.extension} registered", flush=True)
        await told_to_end.wait()


asyncio.run(main())
