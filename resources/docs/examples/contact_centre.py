"""Registers an agent's two lines, calling and contact centre, and says how each goes."""

import asyncio
import os

from softphone import CallingClient, Service, ServiceRequest


async def main() -> None:
    agents = ServiceRequest(Service.CONTACT_CENTER, domain=os.environ["CONTACT_CENTER_DOMAIN"])
    async with CallingClient(token=os.environ["WEBEX_TOKEN"], services=[Service.CALLING, agents]) as client:
        for line in client.lines:
            line.on("connecting", lambda: print("connecting"))
            line.on("reconnecting", lambda: print("not confirmed just now"))
        calling, agent = await asyncio.gather(*(line.registered(timeout=60) for line in client.lines))
        print("calls reach", calling.phone_number, "and", agent.sip_addresses)


asyncio.run(main())
