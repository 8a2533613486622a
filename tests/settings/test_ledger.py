"""A ledger in memory; tests/settings/test_profile.py has what is kept on disk."""

from softphone.line.device import Device
from softphone.settings.ledger import GRANTED_AT_MOST, Granted, Ledger


def granted(device_id: str) -> Granted:
    return Granted(device=Device(device_id=device_id), server_url="https://m1.example.com/calling/web/")


async def test_a_device_is_left_from_its_grant_until_it_is_gone():
    ledger = Ledger()
    assert (ledger.left(), ledger.unsure, ledger.superseded) == ((), False, False)
    for device_id in ("d1", "d2", "d1"):
        await ledger.granted(granted(device_id))
    assert ledger.left() == (granted("d2"), granted("d1"))
    await ledger.gone("d1")
    await ledger.gone("never heard of")
    assert ledger.left() == (granted("d2"),)


async def test_of_a_device_only_what_finds_it_again_is_kept():
    ledger = Ledger()
    device = Device(
        device_id="d1", uri="https://m/devices/d1", client_device_uri="https://w/1", name="Ada's phone"
    )
    await ledger.granted(Granted(device=device, server_url="https://m/calling/web/"))
    [left] = ledger.left()
    assert left.device == Device(device_id="d1", uri=device.uri, client_device_uri=device.client_device_uri)


async def test_it_is_unsure_from_asking_until_answered():
    ledger = Ledger()
    await ledger.asking()
    await ledger.granted(granted("d1"))
    assert ledger.unsure, "another POST may be open"
    await ledger.answered()
    assert not ledger.unsure


async def test_only_the_newest_devices_are_kept():
    ledger = Ledger()
    for number in range(GRANTED_AT_MOST + 5):
        await ledger.granted(granted(f"d{number}"))
    assert len(ledger.left()) == GRANTED_AT_MOST
    assert ledger.left()[-1] == granted(f"d{GRANTED_AT_MOST + 4}")


async def test_only_a_change_is_kept_and_only_what_matters_is_waited_for():
    kept: list[bool] = []

    async def keep(*, at_once: bool) -> None:
        kept.append(at_once)

    ledger = Ledger(keep=keep)
    await ledger.answered()
    await ledger.gone("d1")
    await ledger.supersede(False)
    assert kept == []
    await ledger.asking()
    await ledger.granted(granted("d1"))
    assert kept == [True, True]
    await ledger.answered()
    await ledger.gone("d1")
    await ledger.supersede(True)
    assert kept == [True, True, False, False, False]
