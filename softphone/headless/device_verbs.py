"""The verbs of the control socket about devices: who is registered for a line's person, and removing one."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from softphone.accounts.panel import Panel
from softphone.auth.untrusted import plain_text
from softphone.errors import SoftphoneError
from softphone.headless.records import DeviceRecord, Devices, as_dict, device_records, moment_of
from softphone.line.device import Device
from softphone.line.model import LineSnapshot, LineState

PART_CHARS = 4  # of an id: fewer name too many


class _Listed(NamedTuple):
    line: LineSnapshot  # whose person's it is
    device: Device
    record: DeviceRecord


class DeviceVerbs:
    """Answers them on a panel, for lines that were chosen: each person's devices once."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel

    async def answer(self, request: Mapping[str, Any], lines: Sequence[LineSnapshot]) -> dict[str, Any]:
        """Return the answer to one of the verbs."""
        people = {line.identity.account.key: line for line in reversed(lines)}
        told = await asyncio.gather(*(self._listed(line) for line in reversed(people.values())))
        listed = [one for each in told if not isinstance(each, SoftphoneError) for one in each]
        errors = [each.sentence for each in told if isinstance(each, SoftphoneError)]
        if request.get("verb") == "remove_device":
            look = request.get("look") is True
            return await self._remove(plain_text(request.get("device")), listed, errors, look=look)
        why = f"The devices could not be listed. {errors[0]}" if errors else UNSET
        return as_dict(Devices(ok=not errors, devices=[one.record for one in listed], error=why))

    async def _listed(self, line: LineSnapshot) -> list[_Listed] | SoftphoneError:
        try:
            devices = await self._panel.devices(line.identity.line_id)
        except SoftphoneError as error:
            return error
        moment = moment_of(asyncio.get_running_loop().time())
        records = device_records(devices, line.identity, self._panel.lines, moment)
        by_id = {device.device_id: device for device in devices}
        return [_Listed(line, by_id[record.id], record) for record in records]

    async def _remove(
        self, name: str, listed: Sequence[_Listed], errors: Sequence[str], *, look: bool
    ) -> dict[str, Any]:
        """Remove the device that is meant; with `look` only say which that is."""
        found = [one for one in listed if one.record.id == name] or [
            one for one in listed if _is_meant(one.record, name)
        ]
        if len(found) != 1:
            said = "; ".join(
                f"{one.record.name}, {one.record.seen} ({one.record.id})" for one in found or listed
            )
            words = f"Which device? '{name}' may be" if found else f"There is no device '{name}'. Registered:"
            return {"ok": False, "error": " ".join([f"{words} {said or 'none'}.", *errors])}
        line, device, record = found[0]
        told = {"device": as_dict(record), "registers": line.state is LineState.ACTION}
        if record.this_computer:
            return {
                "ok": False,
                "error": f"{record.name} is this computer. Deregister its line instead.",
                **told,
            }
        if look:
            return {"ok": True, **told}
        try:
            if line.state is LineState.ACTION:  # the choice that the line waits for
                self._panel.remove_device(line.identity.line_id, device)
                await self._panel.kept()  # that the line is wanted
            else:
                await self._panel.delete_device(line.identity.line_id, device)
        except SoftphoneError as error:
            return {"ok": False, "error": f"{record.name} was not removed. {error.sentence}", **told}
        return {"ok": True, **told}


def _is_meant(record: DeviceRecord, name: str) -> bool:
    return record.name.casefold() == name.casefold() or (
        len(name) >= PART_CHARS and record.id.startswith(name)
    )
