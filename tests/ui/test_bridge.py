import asyncio
from typing import Any

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from softphone.auth.client_identity import ClientIdentity
from softphone.auth.keystore import MemoryKeystore
from softphone.errors import SignedOutError, SignInError, SignInOutcome, SoftphoneError
from softphone.line.model import LineState
from softphone.settings.cloud_file import Cloud
from softphone.ui.bridge import Bridge
from tests.ui.conftest import until
from tests.ui.fakes import SIGNED_IN, PanelSpy, line


@pytest.fixture
def bridge(qapp, panel: PanelSpy):
    made = Bridge(panel)
    yield made
    made.close()


async def answer(value: Any = None) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


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


async def test_an_answer_goes_to_who_asked_and_so_does_an_error(bridge: Bridge):
    done: list[Any] = []
    failed: list[SoftphoneError] = []
    error = SignedOutError("Your sign-in has ended.")
    bridge.ask(bridge, answer("receipt"), done.append, failed.append)
    bridge.ask(bridge, answer(error), done.append, failed.append)
    await until(lambda: done and failed)
    assert (done, failed) == (["receipt"], [error])


@pytest.mark.parametrize("mistake", [None, SignInError("Try again.", outcome=SignInOutcome.BAD_ANSWER)])
async def test_a_fault_of_ours_frees_the_person_and_is_seen(bridge: Bridge, mistake: SoftphoneError | None):
    seen: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))
    failed: list[SoftphoneError] = []
    words = {} if mistake is None else {"mistake": mistake}
    bridge.ask(bridge, answer(ZeroDivisionError()), lambda _: None, failed.append, **words)
    await until(lambda: seen)
    assert failed == [mistake] if mistake else failed[0].sentence == "This app made a mistake."
    assert isinstance(seen[0]["exception"], ZeroDivisionError)


async def test_who_is_deleted_meanwhile_hears_nothing(bridge: Bridge):
    asker = QObject()
    told: list[Any] = []
    tasks = [bridge.ask(asker, answer(value), told.append, told.append) for value in (1, SignedOutError("."))]
    delete(asker)
    await asyncio.gather(*tasks)
    assert told == []


async def test_what_is_cancelled_before_it_began_tells_nothing(bridge: Bridge):
    told: list[Any] = []
    task = bridge.ask(bridge, answer(1), told.append, told.append)
    task.cancel()
    await asyncio.wait([task])
    assert told == []


async def test_closing_cancels_what_runs_and_listens_no_more(panel: PanelSpy):
    bridge = Bridge(panel)
    task = bridge.ask(bridge, asyncio.Event().wait(), lambda _: None, lambda _: None)
    await asyncio.sleep(0)
    bridge.close()
    bridge.close()
    await asyncio.wait([task])
    assert task.cancelled()
    assert panel.listeners == []


async def test_a_client_id_and_a_slow_keyring_are_told(panel: PanelSpy):
    panel.identity = ClientIdentity(Cloud(), MemoryKeystore(), {})
    bridge = Bridge(panel)
    told: list[Any] = []
    bridge.set_up_changed.connect(lambda: told.append("set up"))
    bridge.keyring_waits.connect(told.append)
    await panel.identity.enter("C1", "s")
    panel.keyring.on_wait(True)
    assert told == ["set up", True]
    bridge.close()
