"""A Mobius device: what the service keeps of one registered phone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A Mobius device as the service lists it (protocol.md#register). `last_seen` is ISO 8601 text.

    `seen_ago_s` is how long before the answer that was, by the server's own clock; None when it did not say.
    `name` and `model` are those of the WDM device behind `client_device_uri` if known (interface.md#details).
    """

    device_id: str
    uri: str = ""
    status: str = ""
    last_seen: str = ""
    seen_ago_s: float | None = None
    sip_addresses: tuple[str, ...] = ()
    client_device_uri: str = ""
    name: str = ""
    model: str = ""
