"""What a session promises on any network: when it renews, what it keeps and how it ends (sign-in.md)."""

import asyncio
import dataclasses
import json
from typing import Any

import pytest

from softphone.auth import saved_sign_in
from softphone.auth import session as sessions
from softphone.auth.changes import Change, Step
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import Entry, EntryKind, entry_of
from softphone.errors import KeystoreError, RenewalError, SignedOutError, SoftphoneError
from softphone.line.failure import Remedy
from softphone.line.policy import Policy
from tests.auth.endpoint import TroubledKeystore, settle
from tests.auth.session.bench import CLOUD, DAY_S, HOUR_S, INVALID_GRANT, Bench, started


async def test_a_live_token_is_handed_out_without_a_request():
    bench = Bench()
    assert await bench.session.access_token() == "access-0"
    assert bench.endpoint.forms == []


@pytest.mark.parametrize(
    ("life_s", "before_s", "after_s"),
    [
        pytest.param(HOUR_S, HOUR_S - 600 + 90 - 61, HOUR_S - 600 + 90 + 60, id="ten minutes, less jitter"),
        pytest.param(14 * DAY_S, 12.9 * DAY_S, 13.1 * DAY_S, id="a tenth of a long life"),
        pytest.param(3650 * DAY_S, 29 * DAY_S, 31 * DAY_S, id="thirty days of use"),
    ],
)
async def test_a_token_is_renewed_ahead_of_its_end(life_s: float, before_s: float, after_s: float):
    async with started(life_s=life_s) as bench:
        bench.endpoint.life_s = int(life_s)
        step_s = max(60.0, life_s / 5000)
        await bench.hand.tick(before_s, step_s=step_s)
        assert bench.endpoint.renewals == 0
        await bench.hand.tick(after_s - before_s, step_s=step_s)
        assert bench.endpoint.renewals == 1


async def test_a_short_life_is_renewed_half_way_but_not_twice_a_minute():
    async with started(life_s=60) as bench:
        bench.endpoint.life_s = 60
        await bench.hand.tick(600, step_s=1)
        assert 8 <= bench.endpoint.renewals <= 10


async def test_r11_retries_are_spread_out_and_end_with_success():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(503, b"")] * 12
        await bench.hand.tick(HOUR_S - 200, step_s=0.5)
        assert bench.endpoint.renewals == 9  # after 1, 2, 4 .. 128 s: half of the full span each
        await bench.hand.tick(1800, step_s=1)
        assert bench.endpoint.renewals == 13
        assert bench.heard[-1] is Change.RENEWED


async def test_a_retry_after_of_the_token_endpoint_is_kept():
    bench = Bench()
    bench.endpoint.script = [(429, b"")]
    with pytest.raises(RenewalError):
        await bench.session.renew("access-0")
    bench.hand.mono_s += 14.9
    with pytest.raises(RenewalError):
        await bench.session.renew("access-0")
    assert bench.endpoint.renewals == 1
    bench.hand.mono_s += 0.2
    assert await bench.session.renew("access-0") == "access-2"


async def test_trying_now_does_not_wait_for_the_next_try():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(503, b"")] * 4
        await bench.hand.tick(HOUR_S - 500)
        asked = bench.endpoint.renewals
        bench.endpoint.script.clear()
        bench.session.renew_now()
        for _ in range(20):
            await asyncio.sleep(0)
        assert bench.endpoint.renewals == asked + 1
        assert bench.heard[-1] is Change.RENEWED
        bench.session.renew_now()
        await asyncio.sleep(0)
        assert bench.endpoint.renewals == asked + 1, "nothing is wrong any more"


async def test_l17_against_the_servers_wish_to_wait_one_press_is_tried_and_then_none_until_it_is_over():
    bench = Bench()
    bench.endpoint.script = [(429, b"")] * 3

    async def pressed() -> int:
        bench.session.renew_now()
        for _ in range(20):
            await asyncio.sleep(0)
        return bench.endpoint.renewals

    with pytest.raises(RenewalError) as asked_to_wait:
        await bench.session.renew("access-0")
    assert Remedy.RETRY in asked_to_wait.value.remedies
    assert await pressed() == 2
    error = bench.changes[-1][1]
    assert error is not None
    assert Remedy.RETRY not in error.remedies, "it would have no effect"
    assert await pressed() == 2
    bench.hand.mono_s += 15.1
    assert await pressed() == 3
    await bench.session.close()


async def test_a_sign_in_for_this_session_stores_nothing_and_signing_out_deletes_what_was_there():
    async with started() as earlier:
        bench = Bench(keystore=earlier.keystore)
        before = await earlier.stored(EntryKind.REFRESH)
        bench.session.belongs_to("ada")
        assert bench.session.session_only
        await bench.session.renew("access-0")
        assert await earlier.stored(EntryKind.REFRESH) == before
        assert (await bench.session.sign_out()).failed == ()
        assert await earlier.stored(EntryKind.REFRESH) is None


async def test_r18_a_401_renews_and_a_caller_who_comes_late_gets_the_new_token():
    bench = Bench()
    assert await bench.session.renew("access-0") == "access-1"
    assert await bench.session.renew("access-0") == "access-1"
    assert bench.endpoint.renewals == 1


async def test_r18_a_fresh_token_that_is_refused_does_not_make_a_loop():
    bench = Bench()
    fresh = await bench.session.renew("access-0")
    with pytest.raises(RenewalError) as raised:
        await bench.session.renew(fresh)
    assert raised.value.retry_after_s is None, "no server asked for a pause: the line's own back-off serves"
    bench.hand.mono_s += 58
    with pytest.raises(RenewalError):
        await bench.session.renew(fresh)
    bench.hand.mono_s -= 58
    bench.hand.mono_s += 61
    assert await bench.session.renew(fresh) == "access-2"


async def test_the_waits_follow_the_time_scale():
    bench = Bench(cloud=dataclasses.replace(CLOUD, policy=Policy(time_scale=0.1)))
    fresh = await bench.session.renew("access-0")
    bench.hand.mono_s += 6.1
    assert await bench.session.renew(fresh) == "access-2"


async def test_t10_without_a_refresh_token_the_session_ends_with_its_token():
    async with started(life_s=HOUR_S, refresh_token=None) as bench:
        assert bench.session.session_only
        assert await bench.stored(EntryKind.REFRESH) is None
        await bench.hand.tick(HOUR_S - 30, step_s=10)
        assert await bench.session.access_token() == "access-0"
        await bench.hand.tick(60, step_s=10)
        assert bench.heard == [Change.ENDED]
        assert bench.endpoint.forms == []


async def test_nothing_is_stored_before_keep():
    bench = Bench()
    await bench.session.renew("access-0")
    assert bench.keystore.writes == []
    assert bench.session.session_only
    await bench.session.keep("ada")
    assert bench.keystore.writes == ["refresh", "access"]
    assert not bench.session.session_only


async def test_a_keyring_that_refuses_leaves_a_session_for_now_and_may_be_tried_again():
    bench = Bench()
    bench.keystore.failing_writes = 1
    with pytest.raises(KeystoreError):
        await bench.session.keep("ada")
    assert bench.session.session_only
    await bench.session.renew("access-0")  # does not write by itself: the person was told
    assert bench.keystore.writes == []
    await bench.session.keep("ada")
    assert not bench.session.session_only


class Asking(TroubledKeystore):
    """Notes who asks its person, who answers when `answered` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[bool] = []
        self.answered = asyncio.Event()

    async def unlock(self, *, make: bool = False) -> None:
        self.asked.append(make)
        await self.answered.wait()


async def test_d3_only_a_sign_in_that_is_not_stored_yet_may_ask_for_the_keyring():
    keystore = Asking()
    bench = Bench(keystore=keystore)
    keystore.answered.set()
    await bench.session.keep("ada")
    await bench.session.keep("ada")
    await bench.session.renew("access-0")
    assert keystore.asked == [True]


async def test_s11_an_end_waits_for_a_keyring_that_is_just_taking_the_sign_in():
    keystore = Asking()
    bench = Bench(keystore=keystore)
    keeping = asyncio.create_task(bench.session.keep("ada"))
    while not keystore.asked:
        await asyncio.sleep(0)
    keeping.cancel()  # the account's work ends first
    closing = asyncio.create_task(bench.session.close())
    await asyncio.sleep(0)
    keystore.answered.set()
    await closing
    assert keystore.writes == ["refresh", "access"]
    assert not bench.session.session_only


@pytest.mark.parametrize("kind", [EntryKind.REFRESH, EntryKind.ACCESS])
async def test_s11_a_renewal_while_the_sign_in_is_first_stored_is_stored_too(kind: EntryKind):
    class Slow(TroubledKeystore):
        renewed = False

        async def write(self, entry: Entry, value: str) -> None:
            if entry == entry_of(CLOUD, kind, "ada") and not self.renewed:
                self.renewed = True
                await bench.session.renew("access-0")
            await super().write(entry, value)

    bench = Bench(keystore=Slow())
    await bench.session.keep("ada")
    restored = await bench.restored()
    assert await restored.access_token() == "access-1"
    await restored.renew("access-1")
    assert [form["refresh_token"] for _, form, *_ in bench.endpoint.forms] == ["refresh-0", "refresh-1"]


async def test_s11_an_end_does_not_wait_for_a_person_in_front_of_a_prompt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "LEAVE_DEADLINE_S", 0.01)
    keystore = Asking()
    bench = Bench(keystore=keystore)
    keeping = asyncio.create_task(bench.session.keep("ada"))
    while not keystore.asked:
        await asyncio.sleep(0)
    keeping.cancel()
    await bench.session.close()
    assert keystore.writes == []


async def test_s11_while_the_program_ends_the_access_token_of_the_moment_serves():
    bench = Bench(life_s=1.0)
    await bench.session.close()
    assert await bench.session.access_token() == "access-0"
    with pytest.raises(RenewalError):
        await bench.session.renew("access-0")
    assert bench.endpoint.forms == []


async def test_k06_an_access_token_that_is_too_long_is_kept_in_memory_only():
    bench = Bench(access_token="a" * 2000)
    await bench.session.keep("ada")
    assert await bench.stored(EntryKind.ACCESS) is None
    restored = await bench.restored()
    assert await restored.access_token() == "access-1"


ENTRY = {
    "version": 1,
    "client_id": "client-1",
    "issuer": CLOUD.token_url,
    "account": "ada",
    "refresh_token": "refresh-5",
    "scopes": ["spark:calls_read"],
    "obtained_at": 1_800_000_000,
    "generation": 5,
}


async def test_an_entry_alone_brings_the_sign_in_back():
    bench = Bench()
    await bench.keystore.write(entry_of(CLOUD, EntryKind.REFRESH, "ada"), json.dumps(ENTRY))
    await (await bench.restored()).access_token()
    assert [form["refresh_token"] for form in bench.endpoint.of_kind("refresh_token")] == ["refresh-5"]


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"version":2}',
        *(
            json.dumps(ENTRY | {name: value})
            for name, value in {
                "version": 2,
                "client_id": "other",
                "issuer": "https://elsewhere.example/token",
                "account": "eve",
                "refresh_token": None,
                "scopes": "spark:calls_read",
                "obtained_at": "soon",
                "generation": None,
            }.items()
        ),
        json.dumps(ENTRY | {"refresh_token": ""}),
        json.dumps(ENTRY | {"obtained_at": 10**399}),
        *(json.dumps(ENTRY | {"refresh_expires_at": odd}) for odd in (1e300, -1, 1e11)),  # no calendar has it
    ],
)
async def test_k07_an_entry_that_does_not_fit_is_ignored_and_left(text: str):
    bench = Bench()
    entry = entry_of(CLOUD, EntryKind.REFRESH, "ada")
    await bench.keystore.write(entry, text)
    assert await bench.restore() is None
    assert await bench.keystore.read(entry) == text


async def test_k11_two_accounts_do_not_mix():
    bench = Bench()
    await bench.session.keep("ada")
    other = Bench(refresh_token="others-refresh", access_token="others-access", keystore=bench.keystore)
    await other.session.keep("bob")
    assert await (await bench.restored("ada")).access_token() == "access-0"
    assert await (await bench.restored("bob")).access_token() == "others-access"


async def test_a_listener_that_raises_does_not_cost_the_sign_in(caplog: pytest.LogCaptureFixture):
    bench = Bench()

    def fail(change: Change, error: SoftphoneError | None) -> None:
        raise ValueError("listener")

    bench.session.on_change = fail
    assert await bench.session.renew("access-0") == "access-1"
    assert "a listener failed" in caplog.text
    caplog.clear()


# --- Ending ---


async def test_sign_out_revokes_both_tokens_and_empties_the_keyring():
    async with started() as bench:
        receipt = await bench.session.sign_out()
        assert bench.endpoint.revoked == ["refresh-0", "access-0"]
        assert [(item.step, item.done) for item in receipt.items] == [
            (Step.TOKENS, True),
            (Step.KEYRING, True),
        ]
        assert receipt.failed == ()
        assert await bench.stored(EntryKind.REFRESH) is None
        with pytest.raises(SignedOutError):
            await bench.session.access_token()


async def test_signing_out_begins_no_other_renewal():
    async with started(life_s=HOUR_S) as bench:
        await bench.session.sign_out()
        assert bench.session._renewal.is_stopped
        await bench.hand.tick(HOUR_S)
        assert bench.endpoint.renewals == 0


async def test_without_a_revoke_address_sign_out_says_so():
    bench = Bench(cloud=dataclasses.replace(CLOUD, revoke_url=""))
    assert len((await bench.session.sign_out()).failed) == 1
    assert bench.endpoint.forms == []


async def test_k10_an_entry_that_cannot_be_deleted_is_named():
    async with started() as bench:
        bench.keystore.failing_deletes = True
        receipt = await bench.session.sign_out()
        assert entry_of(CLOUD, EntryKind.REFRESH, "ada").service in receipt.failed[0].sentence


async def test_a_keyring_prompt_that_nobody_answers_does_not_hold_up_signing_out(monkeypatch):
    monkeypatch.setattr(saved_sign_in, "DELETE_DEADLINE_S", 0.05)
    async with started() as bench:
        monkeypatch.setattr(bench.keystore, "delete", lambda _: asyncio.Event().wait())
        receipt = await bench.session.sign_out()
        assert [item.step for item in receipt.failed] == [Step.KEYRING]


async def test_signing_out_of_a_sign_in_that_has_ended_leaves_nothing_to_revoke():
    async with started() as bench:
        bench.endpoint.script = [INVALID_GRANT]
        with pytest.raises(SignedOutError):
            await bench.session.renew("access-0")
        bench.endpoint.revoke_answer = (400, b"")
        assert (await bench.session.sign_out()).failed == ()


@pytest.mark.parametrize("answer", [(503, b""), INVALID_GRANT], ids=["trouble", "ended"])
async def test_u12_what_a_renewal_meets_after_sign_out_is_told_to_nobody(answer: Any):
    async with started() as bench:
        bench.endpoint.gate = asyncio.Event()
        bench.endpoint.script = [answer]
        renewal = asyncio.create_task(bench.session.renew("access-0"))
        await settle()
        leaving = asyncio.create_task(bench.session.sign_out())
        await settle()
        bench.endpoint.gate.set()
        await leaving
        assert isinstance(await asyncio.gather(renewal, return_exceptions=True), list)
        assert bench.heard == []


async def test_a_token_given_directly_is_never_renewed():
    fixed = FixedToken("given")
    heard: list[Change] = []
    fixed.on_change = lambda change, error: heard.append(change)
    fixed.start()
    await fixed.keep("ada")
    assert await fixed.access_token() == "given"
    assert (fixed.session_only, fixed.expires_at, fixed.notes) == (True, None, ())
    for _ in range(2):
        with pytest.raises(SignedOutError):
            await fixed.renew("given")
    with pytest.raises(SignedOutError):
        await fixed.access_token()
    assert heard == [Change.ENDED]
    assert (await fixed.sign_out()).failed == ()
    await fixed.close()
