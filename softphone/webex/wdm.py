"""The WDM devices of this installation: made, prolonged, deleted (protocol.md#wdm-device).

A request that makes one may be carried out although nobody says so. Before another one is made WDM is asked
for what is there, so that none piles up.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping

from softphone.auth.untrusted import answered_at
from softphone.errors import RequestError
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import DEADLINE_S
from softphone.webex.failures import TOO_MANY_WEBEX_DEVICES
from softphone.webex.wire import WdmDevice, read_wdm_device, read_wdm_rows, wdm_body

log: logging.Logger = logging.getLogger(__name__)

LIST_DEADLINE_S = 5.0
MADE_BEFORE_S, MADE_AFTER_S = 2.0, 30.0  # its request, as WDM may say: whole seconds; carried out late

_NOT_FOUND = 404
_FULL = "excessive device registrations"  # the words of WDM's refusal


class WdmDevices:
    """Devices of one account under one name."""

    def __init__(self, requests: AccountRequests, name: str) -> None:
        self._requests = requests
        self._name = name
        self._unsure: list[tuple[float, float]] = []  # when each that may have made one began and ended

    async def create(self, wdm_url: str, known: frozenset[str]) -> WdmDevice:
        """Return a new device, or one that an earlier request has made without a word. Raises RequestError.

        `known` are the addresses of those that are accounted for.
        """
        made = await self._made_unseen(wdm_url, known)
        device = await self.prolong(made.pop()) if made else None
        if device is None:
            device = await self._posted(wdm_url)
            made = await self._made_unseen(wdm_url, known | {device.url})
        for url in made or ():
            await self.delete(url)
        if made is not None:
            self._unsure.clear()
        return device

    async def prolong(self, url: str, *, deadline_s: float = DEADLINE_S) -> WdmDevice | None:
        """PUT a device, whose answer names the address of its messages; None when WDM does not know it."""
        answer = await self._requests.ask(
            "PUT",
            f"{url}?includeUpstreamServices=all",
            json=wdm_body(self._name),
            accept={_NOT_FOUND},
            deadline_s=deadline_s,
        )
        if answer.status == _NOT_FOUND:
            return None
        return await self._requests.read(answer, read_wdm_device)

    async def delete(self, url: str) -> None:
        """DELETE one too many; what WDM does not confirm is left to it."""
        try:
            await self._requests.ask("DELETE", url, accept={_NOT_FOUND})
        except RequestError as error:
            log.info("a device too many stays at WDM: %s", error.title)

    async def _posted(self, wdm_url: str) -> WdmDevice:
        url, began_s = f"{wdm_url}/devices?includeUpstreamServices=all", _loop_s()
        try:
            answer = await self._requests.ask("POST", url, json=wdm_body(self._name), accept=range(400, 500))
            if _FULL not in answer.body.decode("utf-8", "replace"):
                await self._requests.refuse(answer)
                return await self._requests.read(answer, read_wdm_device)
        except RequestError as error:
            if error.failure.unsure:
                self._unsure.append((began_s, _loop_s()))
            raise
        failure = TOO_MANY_WEBEX_DEVICES.failure(http_status=answer.status, tracking_id=answer.tracking_id)
        raise RequestError(failure)

    async def _made_unseen(self, wdm_url: str, known: frozenset[str]) -> list[str] | None:
        """Return what requests of unknown end have made, oldest first; None when WDM does not say."""
        if not self._unsure:
            return []
        try:
            answer = await self._requests.ask("GET", f"{wdm_url}/devices", deadline_s=LIST_DEADLINE_S)
            rows = await self._requests.read(answer, read_wdm_rows)
        except RequestError as error:
            log.info("WDM does not say what it has made: %s", error.title)
            return None
        if not rows:  # there is one at least when anything was made
            return None
        told_at = answered_at(answer.headers, self._requests.now())
        return [url for _, url in sorted(self._ours(rows, known, told_at))]

    def _ours(
        self, rows: Mapping[str, tuple[str, str, float | None]], known: frozenset[str], told_at: float
    ) -> Iterator[tuple[float, str]]:
        """Tell when each was made that has our name and, by WDM's own clock, the age of such a request."""
        now_s = _loop_s()
        for url, (name, _, made_at) in rows.items():
            if name != self._name or made_at is None or url in known:
                continue
            made_s = now_s - (told_at - made_at)
            spans = ((began_s - MADE_BEFORE_S, ended_s + MADE_AFTER_S) for began_s, ended_s in self._unsure)
            if self._requests.client.is_trusted(url) and any(low <= made_s <= high for low, high in spans):
                yield made_at, url


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
