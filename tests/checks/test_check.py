import asyncio

import pytest

from softphone.accounts.sign_in_service import Tokens
from softphone.auth.fixed_token import FixedToken
from softphone.calling.calling_client import CallingClient
from softphone.checks import check as checking
from softphone.checks.check import Check, CheckState, CheckStep, Finding, run_checks
from softphone.checks.probes import line_probes
from softphone.errors import SignedOutError
from softphone.line.model import LineState
from tests.calling.fake_provider import BUSY, LIMIT_MET, FakeProvider


async def looked(provider: FakeProvider, *, register: bool) -> dict[CheckStep, Check]:
    """Start a line, look at it, and return what was found."""
    client = await CallingClient.start(provider)
    [(line_id, line)] = client.get_lines().items()
    if register:
        line.register()
        while line.snapshot.state not in {LineState.REGISTERED, LineState.ACTION}:
            await asyncio.sleep(0.001)
    found: list[Finding] = []
    await run_checks(line_probes(Tokens(FixedToken("token")), client, line_id), found.append)
    before = line.snapshot
    await client.close()
    assert before.state is not LineState.RECONNECTING
    return {finding.step: finding.check for finding in found}


async def test_a_registered_line_is_confirmed_from_the_sign_in_to_the_line():
    provider = FakeProvider()
    found = await looked(provider, register=True)
    assert list(found) == [CheckStep.SIGN_IN, CheckStep.DISCOVERY, CheckStep.SERVERS, CheckStep.LINE]
    assert {check.state for check in found.values()} == {CheckState.OK}
    assert "Primary: 1, backup: 1." in found[CheckStep.DISCOVERY].sentence
    assert found[CheckStep.LINE].sentence.startswith("p1.example.com confirmed the registration in ")
    assert provider.requests.count("keepalive d1") == 1


async def test_a_line_that_is_off_says_so():
    found = await looked(FakeProvider(), register=False)
    assert found[CheckStep.LINE] == Check(
        "This line is switched off here.", CheckState.WARNING, "Press Register to switch it on."
    )


async def test_a_line_that_was_refused_says_why():
    provider = FakeProvider()
    provider.fail("register", LIMIT_MET)
    found = await looked(provider, register=True)
    assert found[CheckStep.LINE] == Check(
        "Not registered: Too many devices.", CheckState.FAULT, "Choose one to disconnect."
    )


async def test_what_fails_names_its_cause_and_the_next_looks_go_on():
    provider = FakeProvider()
    client = await CallingClient.start(provider)
    [(line_id, line)] = client.get_lines().items()
    line.register()
    while line.snapshot.state is not LineState.REGISTERED:
        await asyncio.sleep(0.001)
    provider.fail("discover", BUSY)
    provider.fail("keepalive", BUSY)
    found: list[Finding] = []
    await run_checks(line_probes(Tokens(FixedToken("")), client, line_id), found.append)
    told = {finding.step: finding.check for finding in found}
    busy = Check("Webex has trouble.", CheckState.FAULT, "Nothing is wrong on your side.")
    assert told[CheckStep.DISCOVERY] == told[CheckStep.LINE] == busy
    assert told[CheckStep.SERVERS].state is CheckState.OK
    assert line.snapshot.misses == 0, "a look counts for nothing"
    await client.close()


async def test_servers_that_are_silent_are_named(monkeypatch: pytest.MonkeyPatch):
    client = await CallingClient.start(FakeProvider())
    [line_id] = client.get_lines()
    for up, state in (({"p1"}, CheckState.WARNING), (set(), CheckState.FAULT)):

        async def ping(server, up=up) -> bool:
            return any(name in server.url for name in up)

        monkeypatch.setattr(client, "ping", ping)
        check = await line_probes(Tokens(FixedToken("")), client, line_id)[CheckStep.SERVERS]()
        assert check.state is state
    await client.close()


async def test_a_sign_in_that_ended_is_told_in_its_own_words():
    async def ended() -> Check:
        raise SignedOutError("Sign in again.", title="Your sign-in has ended")

    found: list[Finding] = []
    await run_checks({CheckStep.SIGN_IN: ended}, found.append)
    assert found[0].check == Check("Your sign-in has ended.", CheckState.FAULT, "Sign in again.")


async def test_looks_come_in_their_order_and_none_holds_up_the_rest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "PROBE_LIMIT_S", 0.01)

    async def well() -> Check:
        return Check("Well.")

    async def never() -> Check:
        await asyncio.Event().wait()
        raise AssertionError

    found: list[Finding] = []
    await run_checks({CheckStep.LINE: well, CheckStep.NETWORK: never, CheckStep.NAME: well}, found.append)
    assert [(finding.step, finding.check.state) for finding in found] == [
        (CheckStep.NETWORK, CheckState.FAULT),
        (CheckStep.NAME, CheckState.OK),
        (CheckStep.LINE, CheckState.OK),
    ]
    assert found[0].took_s >= 0.01


async def test_when_the_time_for_all_is_over_the_rest_is_not_looked_at():
    async def never() -> Check:
        await asyncio.Event().wait()
        raise AssertionError

    found: list[Finding] = []
    await run_checks({CheckStep.NETWORK: never, CheckStep.NAME: never}, found.append, limit_s=0.01)
    assert found[1].check.sentence.startswith("Not looked at")
