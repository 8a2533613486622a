from typing import Any

from softphone.sim.services.people import Device


def device(**changes) -> Any:
    values = {
        "device_id": "d1",
        "host": "P1",
        "uri": "http://127.0.0.1/d1",
        "client_device_uri": "http://127.0.0.1/w1",
        "addresses": (),
        "registered_at_s": 0.0,
        "last_seen_s": 0.0,
        "lifetime_s": 150.0,
    }
    return Device(**{**values, **changes})


def test_others_devices_never_expire():
    assert not device(others=True).expired(1e9)


def test_others_device_in_use_shows_itself_every_thirty_seconds():
    assert device(others=True).seen_at_s(100.0) == 90.0


def test_others_device_out_of_use_was_seen_long_ago():
    assert device(others=True, in_use=False, last_seen_s=-500.0).seen_at_s(100.0) == -500.0
