import asyncio
from dataclasses import replace
from typing import Any

import pytest

from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keystore import MemoryKeystore
from softphone.errors import ConfigError, KeystoreLocked, SignedOutError, SignInError, SignInOutcome
from softphone.line.device import Device
from softphone.line.model import Account, LineState
from softphone.settings.cloud_file import Cloud
from softphone.ui.bridge import Bridge
from tests.ui.conftest import emitted, until
from tests.ui.fakes import DEVICES, SIGNED_IN, PanelSpy, line


@pytest.fixture
def bridge(qapp, panel: PanelSpy):
    made = Bridge(panel)
    yield made
    made.close()


def test_snapshots_become_signals_with_the_same_value(bridge: Bridge, panel: PanelSpy):
    seen: list[Any] = []
    bridge.line_updated.connect(seen.append)
    bridge.line_gone.connect(seen.append)
    bridge.accounts_updated.connect(seen.append)
    snapshot = line(LineState.REGISTERED)
    panel.put(snapshot)
    panel.drop(snapshot.identity.line_id)
    panel.set_accounts(SIGNED_IN)
    assert seen == [snapshot, snapshot.identity.line_id, (SIGNED_IN,)]
    assert seen[0] is snapshot


def test_a_late_subscriber_reads_the_latest(bridge: Bridge, panel: PanelSpy):
    panel.put(line(LineState.REGISTERING))
    panel.put(line(LineState.REGISTERED))
    panel.set_accounts(SIGNED_IN)
    assert [each.state for each in bridge.lines] == [LineState.REGISTERED]
    assert bridge.accounts == (SIGNED_IN,)


def test_clicks_become_calls(bridge: Bridge, panel: PanelSpy):
    bridge.register("a")
    bridge.deregister("a")
    bridge.retry("a")
    bridge.remove_device("a", DEVICES[0])
    bridge.register_all()
    bridge.deregister_all()
    bridge.check_again("ada")
    assert panel.calls == [
        ("register", "a"),
        ("deregister", "a"),
        ("retry", "a"),
        ("remove_device", "a", "reception"),
        ("register_all",),
        ("deregister_all",),
        ("check_again", "ada"),
    ]


async def test_the_diagnostics_are_those_of_what_is_shown(bridge: Bridge):
    assert bridge.diagnostics().startswith("softphone ")


async def test_a_finished_sign_in_is_told(panel: PanelSpy):
    bridge = Bridge(panel)
    bridge.finish_sign_in(bridge.begin_sign_in(), "http://127.0.0.1/?code=c")
    await emitted(bridge.sign_in_done)
    assert ("finish_sign_in", "http://127.0.0.1/?code=c") in panel.calls
    bridge.close()


async def test_a_failed_sign_in_is_told_with_its_error(panel: PanelSpy):
    error = SignInError("No.", outcome=SignInOutcome.DENIED)

    def fail() -> None:
        raise error

    panel.finish = fail
    bridge = Bridge(panel)
    bridge.finish_sign_in(panel.attempt, "url")
    assert await emitted(bridge.sign_in_failed) == (error,)
    bridge.close()


async def test_a_fault_of_ours_frees_the_person_and_is_seen(panel: PanelSpy):
    loop = asyncio.get_running_loop()
    seen: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: seen.append(context))
    panel.finish = lambda: 1 / 0
    bridge = Bridge(panel)
    bridge.finish_sign_in(panel.attempt, "url")
    (error,) = await emitted(bridge.sign_in_failed)
    assert "made a mistake" in error.sentence
    await asyncio.sleep(0)
    assert isinstance(seen[0]["exception"], ZeroDivisionError)
    bridge.close()


async def test_signing_out_tells_its_error(panel: PanelSpy, monkeypatch):
    error = KeystoreLocked("Locked.")

    async def fail(account_key: str, *, erase: bool) -> None:
        raise error

    monkeypatch.setattr(panel, "sign_out", fail)
    bridge = Bridge(panel)
    bridge.sign_out("ada")
    assert await emitted(bridge.sign_out_failed) == (error,)
    bridge.close()


async def test_devices_are_listed_with_their_line(panel: PanelSpy):
    bridge = Bridge(panel)
    bridge.blocking_devices("a")
    assert await emitted(bridge.devices_listed) == ("a", DEVICES)
    bridge.close()


async def test_devices_that_cannot_be_listed_are_told_with_the_error(panel: PanelSpy):
    error = SignedOutError("Your sign-in has ended.")

    def fail() -> tuple[Device, ...]:
        raise error

    panel.list_devices = fail
    bridge = Bridge(panel)
    bridge.blocking_devices("a")
    assert await emitted(bridge.devices_failed) == ("a", error)
    bridge.close()


async def test_a_fault_of_ours_while_listing_is_told_and_seen(panel: PanelSpy):
    seen: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))

    def fail() -> tuple[Device, ...]:
        raise ZeroDivisionError

    panel.list_devices = fail
    bridge = Bridge(panel)
    bridge.blocking_devices("a")
    line_id, error = await emitted(bridge.devices_failed)
    assert (line_id, error.sentence) == ("a", "This app made a mistake.")
    await asyncio.sleep(0)
    assert isinstance(seen[0]["exception"], ZeroDivisionError)
    bridge.close()


async def test_closing_cancels_what_runs_and_listens_no_more(panel: PanelSpy, monkeypatch):
    cancelled = asyncio.Event()

    async def hang(account_key: str, *, erase: bool) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    monkeypatch.setattr(panel, "sign_out", hang)
    bridge = Bridge(panel)
    bridge.sign_out("ada")
    await asyncio.sleep(0.01)
    bridge.close()
    bridge.close()
    async with asyncio.timeout(1):
        await cancelled.wait()
    assert panel.listeners == []


async def test_signing_out_tells_whose_receipt_it_is(panel: PanelSpy):
    panel.set_accounts(SIGNED_IN)
    bridge = Bridge(panel)
    bridge.sign_out("ada")
    assert await emitted(bridge.signed_out) == ("Ada Lovelace", panel.receipt)
    bridge.close()


async def test_signing_out_of_all_signs_out_each(panel: PanelSpy):
    panel.set_accounts(SIGNED_IN, replace(SIGNED_IN, account=Account(key="grace")))
    bridge = Bridge(panel)
    bridge.sign_out_all()
    await until(lambda: len(panel.calls) == 2)
    assert panel.calls == [("sign_out", "ada"), ("sign_out", "grace")]
    bridge.close()


async def test_a_token_that_works_and_one_that_does_not_are_told(panel: PanelSpy):
    bridge = Bridge(panel)
    bridge.sign_in_with_token("token")
    await emitted(bridge.token_done)
    panel.token_error = SignInError("No.", outcome=SignInOutcome.DENIED)
    bridge.sign_in_with_token("token")
    assert await emitted(bridge.token_failed) == (panel.token_error,)
    bridge.close()


async def test_entering_a_client_is_told_and_so_is_what_cannot_be_one(panel: PanelSpy):
    panel.identity = ClientIdentity(Cloud(), MemoryKeystore(), {})
    bridge = Bridge(panel)
    bridge.enter_client("two words", "s")
    (error,) = await emitted(bridge.set_up_failed)
    assert isinstance(error, ConfigError)
    bridge.enter_client("C1", "s")
    await emitted(bridge.set_up_changed)
    assert bridge.set_up is not None
    assert bridge.set_up.client_id == "C1"
    bridge.close()


def test_without_identity_and_keyring_there_is_nothing_to_set_up_or_wait_for(bridge: Bridge):
    assert bridge.set_up is None
    assert not bridge.keyring_keeps_waiting
    bridge.enter_client("C1", "s")
    bridge.stop_waiting()
