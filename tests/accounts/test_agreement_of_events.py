"""Accounts and lines agree: what dies of the unexpected, and every account event at every line event."""

import asyncio
import random
from typing import Any, cast

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountState
from softphone.auth.changes import Change
from softphone.errors import ConfigError, RenewalError, RequestError, SignedOutError
from softphone.line.failure import Disposition
from softphone.line.model import LineState, Service
from softphone.values import replace
from tests.accounts.fakes import FakeServices, running, sign_in, signed_in
from tests.accounts.test_agreement import LAPSING, LivingSignIn
from tests.calling.fake_provider import BUSY, TOKEN_ENDED, FakeProvider

pytestmark = pytest.mark.slow

# ---- What dies of the unexpected


@pytest.mark.parametrize("fault", [ValueError("Invalid IPv6 URL"), KeyError("x"), RecursionError()], ids=repr)
async def test_s2_discovery_survives_a_fault_of_ours(services, profile, caplog, fault: Exception):
    services.providers = [FakeProvider()]
    faults = [fault, fault]

    def crash() -> None:
        if faults:
            raise faults.pop()

    services.providers[0].crash = crash
    async with running(services, profile) as (panel, shown):
        await sign_in(panel, services, LivingSignIn())
        await shown.until(lambda: AccountState.TROUBLE in shown.states)
        await shown.until_lines_are(LineState.REGISTERED)
        assert caplog.text.count("discovery failed unexpectedly") == 2
        caplog.clear()


async def test_s2_a_long_task_that_dies_begins_again_and_is_told_in_the_log(services, profile, caplog):
    faults, done = [ValueError("1"), ValueError("2")], asyncio.Event()

    async def work() -> None:
        if faults:
            raise faults.pop()
        done.set()

    async with running(services, profile) as (panel, _):
        task = panel._accounts.keep_going(work)
        await done.wait()
        await task
        assert caplog.text.count("begins again") == 2
        caplog.clear()


async def test_s2_a_fault_after_discovery_leaves_one_account_with_its_lines_told_once(
    services, profile, caplog, monkeypatch
):
    faults = [ValueError("no"), ValueError("no")]
    wanted = profile.wanted

    def fail_first(*args: Any) -> bool:
        if faults:
            raise faults.pop()
        return bool(wanted(*args))

    monkeypatch.setattr(profile, "wanted", fail_first)
    async with signed_in(services, profile, LivingSignIn()) as (panel, _, _):
        assert services.providers[0].requests.count("discover") == 1
        client = panel._accounts.entries[0].client
        assert client is not None
        assert len(client._snapshot_listeners) == 1
        caplog.clear()


async def test_s8_a_profile_that_cannot_be_written_is_said_and_the_line_registers(
    services, profile, monkeypatch
):
    def full(account: Any) -> None:
        raise ConfigError("The disk is full.", title="Cannot be kept")

    monkeypatch.setattr(profile, "remember_account", full)
    async with signed_in(services, profile, LivingSignIn()) as (_, shown, _):
        assert shown.notice.title == "Cannot be kept"


# ---- Every account event, at every line event


class AskingProvider(FakeProvider):
    """Asks for a token before each request, as the real one does."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__()
        self._outside = services

    async def _answer(self, method: str, what: str = "") -> None:
        try:
            await self._outside.made[0][0].access_token()
        except SignedOutError:
            raise RequestError(TOKEN_ENDED) from None
        await super()._answer(method, what)


class Walk:
    """One account with one line, to which things happen by chance."""

    STEPS = (
        *("ends", "ends_unheard", "signs_in", "lapses", "trouble", "renewed"),
        *("keepalive_401", "register_401", "busy", "gone", "woke", "retry", "off", "on", "offline", "online"),
    )

    def __init__(self, seed: int, panel: Panel, services: FakeServices, provider: FakeProvider) -> None:
        self.chance = random.Random(seed)
        self.panel, self.services, self.provider = panel, services, provider

    @property
    def sign_in(self) -> LivingSignIn:
        return cast("LivingSignIn", self.panel._accounts.entries[0].tokens.sign_in)

    async def step(self) -> None:
        result = getattr(self, self.chance.choice(self.STEPS))()
        if result is not None:
            await result
        for _ in range(self.chance.choice([0, 1, 5, 40])):
            await asyncio.sleep(0)

    def ends(self) -> None:
        self.sign_in.end()

    def ends_unheard(self) -> None:
        self.sign_in.has_ended = True

    async def signs_in(self) -> None:
        self.services.providers.append(FakeProvider())
        await sign_in(self.panel, self.services, LivingSignIn())

    def lapses(self) -> None:
        self.sign_in.on_change(Change.LAPSING, LAPSING)

    def trouble(self) -> None:
        self.sign_in.on_change(Change.TROUBLE, RenewalError("No answer."))

    def renewed(self) -> None:
        self.sign_in.on_change(Change.RENEWED, None)

    def keepalive_401(self) -> None:
        self.provider.fail("keepalive", TOKEN_ENDED)

    def register_401(self) -> None:
        self.provider.fail("register", TOKEN_ENDED)

    def busy(self) -> None:
        self.provider.fail("register", BUSY)

    def gone(self) -> None:
        self.provider.fail("keepalive", replace(BUSY, disposition=Disposition.DEVICE_GONE))

    def woke(self) -> None:
        self.panel._woke()

    def retry(self) -> None:
        for line in self.panel.lines:
            self.panel.retry(line.identity.line_id)

    def off(self) -> None:
        self.panel.deregister_all()

    def on(self) -> None:
        self.panel.register_all()

    def offline(self) -> None:
        self.panel.network_changed(online=False)

    def online(self) -> None:
        self.panel.network_changed(online=True)


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_accounts_and_lines_come_to_agree(services, profile, seed: int):
    provider = AskingProvider(services)
    services.providers = [provider]
    async with signed_in(services, profile, LivingSignIn()) as (panel, shown, _):
        walk = Walk(seed, panel, services, provider)
        for _ in range(40):
            await walk.step()
        provider.failures.clear()

        def agree() -> bool:
            accounts, lines = panel.accounts, panel.lines
            if len(accounts) != 1 or len(lines) != 1:
                return False  # a new sign-in is still looked at
            ended = accounts[0].state is AccountState.ENDED
            wanted = profile.wanted("ada", Service.CALLING)
            fitting = (
                {LineState.SIGNED_OUT, LineState.IDLE} if ended else {LineState.REGISTERED, LineState.IDLE}
            )
            return lines[0].state in fitting and (lines[0].state is LineState.IDLE) is not wanted

        panel.network_changed(online=True)
        await shown.until(agree)
        walk.sign_in.end()
        await shown.until(lambda: panel.accounts[0].state is AccountState.ENDED and agree())
        await walk.signs_in()
        await shown.until(lambda: panel.accounts[0].state is AccountState.READY and agree())
