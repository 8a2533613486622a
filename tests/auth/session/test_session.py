"""Sessions: the refresh vectors R01 to R20, exchange T26 to T29, sign-out U11 to U13 (sign-in.md)."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest

from softphone.auth import saved_sign_in
from softphone.auth import session as sessions
from softphone.auth.changes import Step
from softphone.auth.keystore import Entry, EntryKind, entry_of
from softphone.auth.oauth import Token, begin_sign_in
from softphone.auth.records import refresh_record
from softphone.auth.session import Change, FixedToken, Session
from softphone.errors import (
    KeystoreError,
    RenewalError,
    SignedOutError,
    SignInError,
    SignInOutcome,
    SoftphoneError,
)
from softphone.line.failure import Disposition
from softphone.line.policy import Policy
from softphone.settings.cloud_file import Cloud
from tests.auth.endpoint import HandClock, TokenEndpoint, TroubledKeystore, no_answer, settle

CLOUD = Cloud(client_id="client-1")
HOUR_S = 3600.0
DAY_S = 86_400.0


class Bench:
    """One session with its surroundings."""

    def __init__(self, *, cloud: Cloud = CLOUD, life_s: float = 14 * DAY_S, **changes: Any) -> None:
        self.endpoint = TokenEndpoint()
        self.keystore = TroubledKeystore()
        self.hand = HandClock()
        self.changes: list[tuple[Change, SoftphoneError | None]] = []
        token = Token(
            access_token="access-0",
            expires_at=self.hand.wall_s + life_s,
            refresh_token="refresh-0",
            refresh_expires_at=self.hand.wall_s + 90 * DAY_S,
            obtained_at=self.hand.wall_s,
        )
        self.session = Session(
            cloud,
            dataclasses.replace(token, **changes),
            post_form=self.endpoint.post_form,
            keystore=self.keystore,
            clock=self.hand.clock,
        )
        self.session.on_change = lambda change, error: self.changes.append((change, error))

    def is_for_now_only(self) -> bool:
        return self.session.session_only

    @property
    def heard(self) -> list[Change]:
        return [change for change, _ in self.changes]

    async def stored(self, kind: EntryKind, key: str = "ada") -> str | None:
        return await self.keystore.read(entry_of(CLOUD, kind, key))

    async def restored(self, key: str = "ada") -> Session | None:
        return await Session.restore(
            CLOUD, key, post_form=self.endpoint.post_form, keystore=self.keystore, clock=self.hand.clock
        )


@contextlib.asynccontextmanager
async def started(**changes: Any) -> AsyncIterator[Bench]:
    bench = Bench(**changes)
    await bench.session.keep("ada")
    bench.session.start()
    try:
        yield bench
    finally:
        await bench.session.close()


async def test_a_live_token_is_handed_out_without_a_request():
    bench = Bench()
    assert await bench.session.access_token() == "access-0"
    assert bench.endpoint.forms == []


async def test_r01_a_due_token_is_renewed_ahead_and_stored_before_use():
    async with started(life_s=HOUR_S) as bench:
        seen: list[str] = []
        bench.keystore.before_write = lambda: seen.append(bench.session._token.access_token)
        await bench.hand.tick(HOUR_S - 600 + 90 - 61)  # 90: half of the jitter of 5 %
        assert bench.endpoint.renewals == 0
        await bench.hand.tick(120)
        assert bench.endpoint.renewals == 1
        assert seen == ["access-0", "access-0"]
        assert bench.heard == [Change.RENEWED]
        assert await bench.session.access_token() == "access-1"
        again = await bench.restored()
        assert again is not None
        assert await again.access_token() == "access-1"


async def test_a_long_lived_token_is_renewed_at_a_tenth_of_its_life():
    async with started(life_s=14 * DAY_S) as bench:
        await bench.hand.tick(12.9 * DAY_S, step_s=600)
        assert bench.endpoint.renewals == 0
        await bench.hand.tick(0.2 * DAY_S, step_s=600)
        assert bench.endpoint.renewals == 1


async def test_a_token_for_years_is_still_used_every_thirty_days():
    async with started(life_s=3650 * DAY_S) as bench:
        bench.endpoint.life_s = int(3650 * DAY_S)
        await bench.hand.tick(29 * DAY_S, step_s=3600)
        assert bench.endpoint.renewals == 0
        await bench.hand.tick(2 * DAY_S, step_s=3600)
        assert bench.endpoint.renewals == 1


async def test_a_short_life_is_renewed_half_way_but_not_twice_a_minute():
    async with started(life_s=60) as bench:
        bench.endpoint.life_s = 60
        await bench.hand.tick(600, step_s=1)
        assert 8 <= bench.endpoint.renewals <= 10


async def test_r04_twenty_callers_make_one_request():
    bench = Bench(life_s=30)
    bench.hand.wall_s += 29
    tokens = await asyncio.gather(*(bench.session.access_token() for _ in range(20)))
    assert set(tokens) == {"access-1"}
    assert bench.endpoint.renewals == 1
    await bench.session.close()


async def test_r05_a_cancelled_caller_does_not_cancel_the_renewal():
    bench = Bench()
    bench.endpoint.gate = asyncio.Event()
    first, second = (asyncio.create_task(bench.session.renew("access-0")) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    bench.endpoint.gate.set()
    assert await second == "access-1"
    assert first.cancelled()
    assert bench.endpoint.renewals == 1


async def test_r08_another_process_has_renewed():
    async with started() as bench:
        newer = Token(access_token="x", expires_at=0, refresh_token="rotated", obtained_at=1)
        text = refresh_record(CLOUD, "ada", newer, 7)
        bench.endpoint.script = [(400, {"error": "invalid_grant"})]
        bench.endpoint.gate = asyncio.Event()
        renewal = asyncio.create_task(bench.session.renew("access-0"))
        await settle()
        await bench.keystore.write(entry_of(CLOUD, EntryKind.REFRESH, "ada"), text)
        bench.endpoint.gate.set()
        assert await renewal == "access-2"
        assert [form["refresh_token"] for form in bench.endpoint.of_kind("refresh_token")] == [
            "refresh-0",
            "rotated",
        ]
        assert '"generation":8' in (await bench.stored(EntryKind.REFRESH) or "")


async def test_r09_invalid_grant_ends_the_sign_in_and_empties_the_keyring():
    async with started() as bench:
        bench.endpoint.script = [(400, {"error": "invalid_grant"})]
        with pytest.raises(SignedOutError):
            await bench.session.renew("access-0")
        assert await bench.stored(EntryKind.REFRESH) is None
        assert await bench.stored(EntryKind.ACCESS) is None
        assert bench.heard == [Change.ENDED]
        for call in (bench.session.access_token(), bench.session.renew("x")):
            with pytest.raises(SignedOutError):
                await call
        assert bench.endpoint.renewals == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((503, b""), id="R11 503"),
        pytest.param((429, b""), id="R11 429"),
        pytest.param(no_answer(), id="R11 timeout"),
        pytest.param((400, {"message": "no", "errors": []}), id="R10 400"),
        pytest.param((401, {"message": "no", "errors": []}), id="R10 401"),
        pytest.param((200, b"<html>"), id="bad answer"),
    ],
)
async def test_r11_trouble_keeps_the_person_signed_in(answer: Any):
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [answer]
        await bench.hand.tick(HOUR_S - 500)
        assert bench.endpoint.renewals >= 1
        assert bench.heard[0] is Change.TROUBLE
        assert isinstance(bench.changes[0][1], RenewalError)
        assert (await bench.session.access_token()).startswith("access-")
        assert await bench.stored(EntryKind.REFRESH) is not None


async def test_r11_retries_are_spread_out_and_end_with_success():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(503, b"")] * 12
        await bench.hand.tick(HOUR_S - 200, step_s=0.5)
        assert bench.endpoint.renewals == 9  # after 1, 2, 4 .. 128 s: half of the full span each
        await bench.hand.tick(1800, step_s=1)
        assert bench.endpoint.renewals == 13
        assert bench.heard[-1] is Change.RENEWED


async def test_r12_after_expiry_calls_fail_fast_and_retries_go_on():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(503, b"")] * 30
        await bench.hand.tick(HOUR_S + 1800, step_s=5)
        asked = bench.endpoint.renewals
        for _ in range(5):
            with pytest.raises(RenewalError):
                await bench.session.access_token()
        assert bench.endpoint.renewals <= asked + 1
        bench.endpoint.script.clear()
        await bench.hand.tick(400, step_s=5)
        assert (await bench.session.access_token()).startswith("access-")


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


async def test_trying_now_keeps_the_pause_that_the_server_asked_for():
    bench = Bench()
    bench.endpoint.script = [(429, b"")]
    with pytest.raises(RenewalError):
        await bench.session.renew("access-0")
    bench.session.renew_now()
    await asyncio.sleep(0)
    assert bench.endpoint.renewals == 1


async def test_a_sign_in_for_this_session_stores_nothing_and_signing_out_deletes_what_was_there():
    async with started() as earlier:
        bench = Bench()
        bench.keystore = earlier.keystore
        bench.session._keystore = earlier.keystore
        before = await earlier.stored(EntryKind.REFRESH)
        bench.session.belongs_to("ada")
        assert bench.session.session_only
        await bench.session.renew("access-0")
        assert await earlier.stored(EntryKind.REFRESH) == before
        assert (await bench.session.sign_out()).failed == ()
        assert await earlier.stored(EntryKind.REFRESH) is None


async def test_r13_the_same_access_token_does_not_loop():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.life_s = 3600
        bench.endpoint.script = [(200, bench.endpoint.grant(1, access_token="access-0"))]
        await bench.hand.tick(HOUR_S)
        assert bench.endpoint.renewals == 1
        assert any("same token" in note for note in bench.session.notes)


async def test_r14_a_token_limit_is_not_asked_again_for_an_hour():
    async with started(life_s=HOUR_S) as bench:
        bench.endpoint.script = [(400, {"error": "tokenlimit_reached"})]
        await bench.hand.tick(HOUR_S + 1800)
        assert bench.endpoint.renewals == 1


async def test_r15_a_refresh_token_past_its_end_is_asked_about_once():
    bench = Bench(refresh_expires_at=1.0)
    bench.endpoint.script = [(400, {"error": "invalid_grant"})]
    with pytest.raises(SignedOutError):
        await bench.session.renew("access-0")
    assert bench.endpoint.renewals == 1


async def test_r16_after_a_long_sleep_the_first_call_renews_once():
    bench = Bench()
    bench.hand.wall_s += 20 * DAY_S  # the monotonic clock stood still
    assert await bench.session.access_token() == "access-1"
    assert await bench.session.access_token() == "access-1"
    assert bench.endpoint.renewals == 1


@pytest.mark.parametrize("jump_s", [pytest.param(365 * DAY_S, id="forward"), pytest.param(-DAY_S, id="back")])
async def test_r17_a_jump_of_the_wall_clock_renews_once(jump_s: float):
    async with started(refresh_expires_at=None) as bench:
        bench.hand.wall_s += jump_s
        await bench.hand.tick(1800)
        assert bench.endpoint.renewals == 1
        await bench.session.access_token()
        assert bench.endpoint.renewals == 1


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


async def test_r19_a_failing_keyring_does_not_stop_the_session():
    async with started() as bench:
        bench.keystore.failing_writes = 2
        assert await bench.session.renew("access-0") == "access-1"
        assert bench.is_for_now_only()
        assert bench.heard == [Change.NOT_SAVED, Change.RENEWED]
        await bench.hand.tick(5, step_s=1)
        assert bench.is_for_now_only()
        await bench.hand.tick(30, step_s=1)
        assert not bench.is_for_now_only()
        assert bench.heard[-1] is Change.SAVED
        assert "refresh-1" in (await bench.stored(EntryKind.REFRESH) or "")


async def test_r20_closing_waits_for_a_renewal_in_flight():
    async with started() as bench:
        bench.endpoint.gate = asyncio.Event()
        renewal = asyncio.create_task(bench.session.renew("access-0"))
        await settle()
        closing = asyncio.create_task(bench.session.close())
        await settle()
        bench.endpoint.gate.set()
        await closing
        assert await renewal == "access-1"
        assert "refresh-1" in (await bench.stored(EntryKind.REFRESH) or "")


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
    assert bench.is_for_now_only()
    await bench.session.keep("ada")
    assert bench.keystore.writes == ["refresh", "access"]
    assert not bench.is_for_now_only()


async def test_a_keyring_that_refuses_leaves_a_session_for_now_and_may_be_tried_again():
    bench = Bench()
    bench.keystore.failing_writes = 1
    with pytest.raises(KeystoreError):
        await bench.session.keep("ada")
    assert bench.is_for_now_only()
    await bench.session.renew("access-0")  # does not write by itself: the person was told
    assert bench.keystore.writes == []
    await bench.session.keep("ada")
    assert not bench.is_for_now_only()


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
    bench = Bench()
    bench.session._keystore = keystore = Asking()
    keystore.answered.set()
    await bench.session.keep("ada")
    await bench.session.keep("ada")
    await bench.session.renew("access-0")
    assert keystore.asked == [True]


async def test_s11_an_end_waits_for_a_keyring_that_is_just_taking_the_sign_in():
    bench = Bench()
    bench.session._keystore = keystore = Asking()
    keeping = asyncio.create_task(bench.session.keep("ada"))
    while not keystore.asked:
        await asyncio.sleep(0)
    keeping.cancel()  # the account's work ends first
    closing = asyncio.create_task(bench.session.close())
    await asyncio.sleep(0)
    keystore.answered.set()
    await closing
    assert keystore.writes == ["refresh", "access"]
    assert not bench.is_for_now_only()


@pytest.mark.parametrize("kind", [EntryKind.REFRESH, EntryKind.ACCESS])
async def test_s11_a_renewal_while_the_sign_in_is_first_stored_is_stored_too(kind: EntryKind):
    bench = Bench()

    class Slow(TroubledKeystore):
        renewed = False

        async def write(self, entry: Entry, value: str) -> None:
            if entry == entry_of(CLOUD, kind, "ada") and not self.renewed:
                self.renewed = True
                await bench.session.renew("access-0")
            await super().write(entry, value)

    bench.session._keystore = bench.keystore = Slow()
    await bench.session.keep("ada")
    restored = await bench.restored()
    assert restored is not None
    assert await restored.access_token() == "access-1"
    await restored.renew("access-1")
    assert [form["refresh_token"] for _, form, *_ in bench.endpoint.forms] == ["refresh-0", "refresh-1"]


async def test_s11_an_end_does_not_wait_for_a_person_in_front_of_a_prompt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "LEAVE_DEADLINE_S", 0.01)
    bench = Bench()
    bench.session._keystore = keystore = Asking()
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
    assert restored is not None
    assert await restored.access_token() == "access-1"


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"version":2}',
        refresh_record(Cloud(client_id="other"), "ada", Token(access_token="", expires_at=0), 0),
        refresh_record(CLOUD, "eve", Token(access_token="", expires_at=0, refresh_token="r"), 0),
        refresh_record(CLOUD, "ada", Token(access_token="", expires_at=0, refresh_token=None), 0),
        refresh_record(CLOUD, "ada", Token(access_token="", expires_at=0, refresh_token="r"), 0).replace(
            '"generation":0', '"generation":null'
        ),
    ],
)
async def test_k07_an_entry_that_does_not_fit_is_ignored_and_left(text: str):
    bench = Bench()
    entry = entry_of(CLOUD, EntryKind.REFRESH, "ada")
    await bench.keystore.write(entry, text)
    assert await bench.restored() is None
    assert await bench.keystore.read(entry) == text


async def test_k11_two_accounts_do_not_mix():
    bench = Bench()
    await bench.session.keep("ada")
    other = Bench(refresh_token="others-refresh", access_token="others-access")
    other.keystore._values = bench.keystore._values
    await other.session.keep("bob")
    ada, bob = await bench.restored("ada"), await bench.restored("bob")
    assert ada is not None
    assert bob is not None
    assert await ada.access_token() == "access-0"
    assert await bob.access_token() == "others-access"


async def test_a_listener_that_raises_does_not_cost_the_sign_in(caplog: pytest.LogCaptureFixture):
    bench = Bench()

    def fail(change: Change, error: SoftphoneError | None) -> None:
        raise ValueError("listener")

    bench.session.on_change = fail
    assert await bench.session.renew("access-0") == "access-1"
    assert "a listener failed" in caplog.text
    caplog.clear()


# --- Beginning ---


async def begun(endpoint: TokenEndpoint, **options: Any) -> Session:
    return await Session.begin(
        CLOUD,
        begin_sign_in(CLOUD),
        "the-code",
        post_form=endpoint.post_form,
        keystore=TroubledKeystore(),
        **options,
    )


async def test_a_code_becomes_a_session():
    endpoint = TokenEndpoint()
    session = await begun(endpoint, client_secret="s3cret")
    assert await session.access_token() == "access-1"
    [form] = endpoint.of_kind("authorization_code")
    assert (form["code"], form["client_secret"]) == ("the-code", "s3cret")
    assert session.session_only


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param((400, {"error": "invalid_grant"}), SignInOutcome.PROVIDER_ERROR, id="T04"),
        pytest.param((503, b""), SignInOutcome.TRANSIENT, id="T24"),
        pytest.param(no_answer(), SignInOutcome.TRANSIENT, id="T26 T27"),
        pytest.param(no_answer(Disposition.SICK_HOST), SignInOutcome.BAD_ANSWER, id="T21"),
    ],
)
async def test_a_failed_exchange_is_not_repeated(answer: Any, outcome: SignInOutcome):
    endpoint = TokenEndpoint()
    endpoint.script = [answer]
    with pytest.raises(SignInError) as raised:
        await begun(endpoint)
    assert raised.value.outcome is outcome
    assert "the-code" not in str(raised.value)
    assert len(endpoint.forms) == 1


async def test_t29_tokens_of_a_cancelled_exchange_are_revoked():
    endpoint = TokenEndpoint()
    endpoint.gate = asyncio.Event()
    beginning = asyncio.create_task(begun(endpoint))
    await settle()
    beginning.cancel()
    await settle()
    endpoint.gate.set()
    await settle()
    assert beginning.cancelled()
    assert endpoint.revoked == ["refresh-1", "access-1"]


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


async def test_revoking_authenticates_with_basic_when_there_is_a_secret():
    endpoint = TokenEndpoint()
    session = await begun(endpoint, client_secret="s3cret")
    await session.sign_out()
    assert endpoint.forms[-1][2] == ("client-1", "s3cret")


@pytest.mark.parametrize("answer", [no_answer(), (400, b""), (404, b""), (500, b"")], ids=str)
async def test_u11_u13_a_failed_revocation_is_told_and_the_keyring_is_emptied_all_the_same(answer: Any):
    async with started() as bench:
        bench.endpoint.revoke_answer = answer
        receipt = await bench.session.sign_out()
        assert "stays alive at Webex" in receipt.failed[0].sentence
        assert receipt.failed[0].link in receipt.failed[0].sentence
        assert await bench.stored(EntryKind.REFRESH) is None


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
        bench.endpoint.script = [(400, {"error": "invalid_grant"})]
        with pytest.raises(SignedOutError):
            await bench.session.renew("access-0")
        bench.endpoint.revoke_answer = (400, b"")
        assert (await bench.session.sign_out()).failed == ()


async def test_u12_tokens_renewed_during_sign_out_are_revoked_and_not_stored():
    async with started() as bench:
        bench.endpoint.gate = asyncio.Event()
        renewal = asyncio.create_task(bench.session.renew("access-0"))
        await settle()
        leaving = asyncio.create_task(bench.session.sign_out())
        await settle()
        bench.endpoint.gate.set()
        await leaving
        with pytest.raises(SignedOutError):
            await renewal
        assert set(bench.endpoint.revoked) == {"refresh-1", "access-1", "refresh-0", "access-0"}
        assert await bench.stored(EntryKind.REFRESH) is None


@pytest.mark.parametrize("answer", [(503, b""), (400, {"error": "invalid_grant"})], ids=["trouble", "ended"])
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
