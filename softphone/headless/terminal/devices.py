"""The command about devices: who is registered for each line's person, and removing one."""

from collections.abc import Iterator, Mapping
from typing import Any

from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE
from softphone.headless.instance import Instance, ask_service
from softphone.headless.remote import checked, not_running, say_json
from softphone.headless.terminal import screen
from softphone.headless.terminal.status_rows import Row, Span, records

HEAD = ("DEVICE", "SEEN", "", "ID")
THIS_COMPUTER = "this computer"


def list_devices(instance: Instance, *, line: str | None, as_json: bool) -> int:
    """Print the devices of each person; 0 when all could be listed, 1 if not, 3 not running."""
    answer = ask_service(instance, {"verb": "devices", "line": line})
    if answer is None:
        return not_running(instance, as_json=as_json)
    devices = records(answer, "devices")
    code = EXIT_OK if answer.get("ok") is True else EXIT_TROUBLE
    if as_json:
        say_json(answer, code)
    elif devices:
        screen.show(_rows(devices, screen.width()))
    elif code == EXIT_OK:
        screen.say("No device is registered.")
    if code != EXIT_OK:
        screen.complain(str(answer.get("error")))
    return code


def remove(instance: Instance, name: str, *, line: str | None, as_json: bool) -> int:
    """Remove the device that is meant, after saying which; 0 when it is gone, 1 if not, 3 not running."""
    asking = {"verb": "remove_device", "line": line}
    found = ask_service(instance, {**asking, "device": name, "look": True})
    if found is None:
        return not_running(instance, as_json=as_json)
    device = checked(found)["device"]
    if not as_json:
        screen.say(f"Removing {device['name']}, {device['seen']} ({device['id']})…")
    answer = ask_service(instance, {**asking, "device": device["id"]})
    if answer is None:
        return not_running(instance, as_json=as_json)
    checked(answer)
    if as_json:
        say_json(answer, EXIT_OK)
    else:
        goes_on = " The line registers now." if answer.get("registers") else " Webex can no longer reach it."
        screen.say(f"{device['name']} was removed.{goes_on}")
    return EXIT_OK


def _rows(devices: list[dict[str, Any]], width: int | None) -> Iterator[Row]:
    """Yield a table, or paragraphs where it does not fit; each person's apart."""
    accounts = dict.fromkeys(str(one.get("account")) for one in devices)
    cells = [_cells(one) for one in devices]
    widths = [max(map(len, column)) for column in zip(HEAD, *cells, strict=True)]
    fits = width is None or sum(widths) + 2 * len(widths) <= width
    for account in accounts:
        if len(accounts) > 1:
            yield (Span(account, "bold"),)
        if fits:
            yield (Span("  ".join(map(str.ljust, HEAD, widths)), "dim"),)
        for one, row in zip(devices, cells, strict=True):
            colour = "green" if one.get("this_computer") else ""
            if str(one.get("account")) != account:
                continue
            if fits:
                yield (Span("  ".join(map(str.ljust, row, widths)), colour),)
            else:
                name, *rest = filter(None, row)
                yield (Span(name, colour),)
                yield from ((Span(f"  {each}"),) for each in rest)


def _cells(device: Mapping[str, Any]) -> tuple[str, str, str, str]:
    ours = THIS_COMPUTER if device.get("this_computer") else ""
    return str(device.get("name")), str(device.get("seen")), ours, str(device.get("id"))
