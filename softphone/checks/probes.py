"""The looks of 'Run check' that need no account: from this computer's network to the region service."""

from softphone.checks import reach
from softphone.checks.run_check import Check, Looks, State, Step
from softphone.errors import RequestError
from softphone.i18n import phrase
from softphone.settings.cloud_file import Cloud
from softphone.system.background import in_thread
from softphone.webex.client import Client
from softphone.webex.wire import BrokenAnswerError, read_region


def looks(cloud: Cloud, client: Client) -> Looks:
    """Return the looks. `client` is the one that everything else is sent with; none of them has a token."""
    looking = _Looking(cloud, client)
    return {
        Step.NETWORK: lambda: in_thread(lambda: reach.network_of(cloud.api_url)),
        Step.NAME: lambda: in_thread(lambda: reach.name_of(cloud.api_url, cloud.network)),
        Step.CONNECTION: looking.connection,
        Step.CLOCK: looking.clock,
        Step.REGION: looking.region,
    }


class _Looking:
    """One run: the connection tells the time that the clock is compared with."""

    def __init__(self, cloud: Cloud, client: Client) -> None:
        self._cloud = cloud
        self._client = client
        self._clock_off_s: float | None = None

    async def connection(self) -> Check:
        check = await in_thread(lambda: reach.connection_to(self._cloud.api_url, self._cloud.network))
        self._clock_off_s = check.clock_off_s
        return check

    async def clock(self) -> Check:
        return reach.clock([self._clock_off_s])

    async def region(self) -> Check:
        """Ask as discovery does; without a region calls work all the same (interface.md#messages)."""
        try:
            answer = await self._client.request("GET", self._cloud.region_url)
            region, country = read_region(answer.body) if answer.is_success else ("", "")
        except (RequestError, BrokenAnswerError):
            region = country = ""
        if region and country:
            return Check(phrase("You are in {region}, {country}.", region=region, country=country))
        return Check(
            "The region is unknown; the default is used.",
            State.WARNING,
            "Calls work; the nearest server may not be used.",
        )
