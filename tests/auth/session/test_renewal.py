"""Renewing and ending a sign-in over real sockets: R01 to R20 and U11 to U13 of sign-in.md."""

import asyncio
from typing import Any

import pytest

from softphone.auth import renewal as renewals
from softphone.auth import session as sessions
from softphone.auth import token_service
from softphone.auth.changes import Change
from softphone.auth.keystore import EntryKind
from softphone.auth.refusals import TOKENS_PAGE
from softphone.auth.saved_sign_in import SavedSignIn
from softphone.auth.token_answer import Token
from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Remedy
from softphone.webex import client as http
from tests.auth.token_server import DAY_S, HOUR_S, Answer, Desk, eventually, grant, never, reset, token_desk
from tests.kit.secrets import MARK, access_token, refresh_token

INVALID_GRANT = (400, {"error": "invalid_grant"})
WEBEX_400 = (400, {"message": "no", "errors": [{"description": "no"}]})
WEBEX_401 = (401, {"message": "no", "errors": [{"description": "no"}]})


async def trouble_of(desk: Desk, session: sessions.Session) -> RenewalError:
    """How renewing failed; nothing secret is in it."""
    with pytest.raises(RenewalError) as raised:
        await session.renew(await session.access_token())
    assert MARK not in f"{raised.value!r}{raised.value.sentence}"
    return raised.value


async def test_r01_a_due_token_is_renewed_by_itself_and_stored_before_it_is_used():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        used: list[str] = []
        desk.keystore.before_write = lambda: used.append(session._token.access_token)
        await desk.come_to_renew(session)
        assert desk.heard == [Change.RENEWED]
        assert desk.server.renewals == [refresh_token()]
        assert used == [access_token(), access_token()]
        assert await session.access_token() == access_token(1)
        kept = await desk.kept()
        assert (kept["generation"], kept["refresh_token"]) == (1, refresh_token(1))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(grant(refresh_token=refresh_token()), id="R02 same"),
        pytest.param(grant(refresh_token=None), id="R02 absent"),
        pytest.param(grant(refresh_token=""), id="R02 empty"),
        pytest.param(grant() | {"refresh_token": None}, id="R02 null"),
    ],
)
async def test_r02_the_old_refresh_token_serves_on(answer: dict[str, Any]):
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [(200, answer)]
        held = await session.renew(access_token())
        desk.hand.mono_s += 61
        await session.renew(held)
        assert desk.server.renewals == [refresh_token(), refresh_token()]


async def test_r04_twenty_callers_send_one_request():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=30)
        desk.hand.wall_s += 29
        tokens = await asyncio.gather(*(session.access_token() for _ in range(20)))
        assert set(tokens) == {access_token(1)}
        assert len(desk.server.renewals) == 1


async def test_r05_the_caller_who_began_it_goes_and_the_others_get_the_token():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.gate.clear()
        first, second = (asyncio.create_task(session.renew(access_token())) for _ in range(2))
        await eventually(lambda: desk.server.renewals)
        first.cancel()
        desk.server.gate.set()
        assert await second == access_token(1)
        assert first.cancelled()
        assert len(desk.server.renewals) == 1


async def test_r08_a_token_that_another_process_has_rotated_is_adopted_and_tried_once():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [INVALID_GRANT]
        desk.server.gate.clear()
        renewal = asyncio.create_task(session.renew(access_token()))
        await eventually(lambda: desk.server.renewals)
        newer = Token(access_token="x", expires_at=0, refresh_token=refresh_token(9), obtained_at=1)
        await SavedSignIn(desk.cloud, desk.keystore, "ada").write(newer, 7)
        desk.server.gate.set()
        await renewal
        assert desk.server.renewals == [refresh_token(), refresh_token(9)]
        kept = await desk.kept()
        assert kept["generation"] == 8


async def test_r09_invalid_grant_signs_out_with_a_reason_and_empties_the_keyring():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [INVALID_GRANT]
        with pytest.raises(SignedOutError) as raised:
            await session.renew(access_token())
        assert raised.value.title == "Your sign-in has ended"
        assert raised.value.remedies == (Remedy.SIGN_IN,)
        assert await desk.stored() is None
        assert await desk.stored(EntryKind.ACCESS) is None
        assert desk.heard == [Change.ENDED]
        for call in (session.access_token(), session.renew("any other")):
            with pytest.raises(SignedOutError):
                await call
        assert len(desk.server.renewals) == 1


async def test_r10_a_refusal_without_a_reason_overwrites_nothing_and_is_asked_again_for_ever():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [WEBEX_400] * 5
        for _ in range(5):
            error = await trouble_of(desk, session)
            assert Remedy.RETRY in error.remedies
            assert Remedy.SIGN_IN in error.remedies
            desk.hand.mono_s += 300.0  # the longest wait between two tries
        assert await session.access_token() == access_token()
        assert await session.renew(access_token()) == access_token(6)
        assert desk.server.renewals == [refresh_token()] * 6


async def test_r10_a_client_that_is_unknown_is_a_fault_of_configuration_and_keeps_the_tokens():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [WEBEX_401]
        error = await trouble_of(desk, session)
        assert error.remedies == (Remedy.COPY_FOR_ADMIN,)
        assert await session.access_token() == access_token()
        assert await desk.stored() is not None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((429, b"", {"Retry-After": "7"}), id="R11 429"),
        pytest.param((500, b"<html>"), id="R11 500"),
        pytest.param(reset, id="R11 reset"),
        pytest.param(never, id="R11 timeout"),
    ],
)
async def test_r11_trouble_while_the_token_lives_is_quiet_and_ends_by_itself(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "FORM_DEADLINE_S", 0.2)
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [answer]
        await desk.come_to_renew(session)
        assert desk.heard == [Change.TROUBLE]
        assert await session.access_token() == access_token()
        assert await desk.stored() is not None
        monkeypatch.setattr(http, "FORM_DEADLINE_S", 20.0)
        await desk.hand.tick(8, step_s=1)
        await eventually(lambda: Change.RENEWED in desk.heard)
        assert (await session.access_token()) != access_token()


async def test_r12_after_the_end_calls_fail_at_once_and_renewing_goes_on():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [(503, b"")] * 2
        desk.hand.wall_s += HOUR_S
        desk.hand.mono_s += HOUR_S
        for _ in range(5):
            with pytest.raises(RenewalError):
                await session.access_token()
        assert len(desk.server.renewals) == 1
        assert desk.heard == [Change.TROUBLE]
        desk.server.script = []
        session.start()
        await desk.hand.tick(3, step_s=0.5)
        await eventually(lambda: Change.RENEWED in desk.heard)
        assert await session.access_token() == access_token(2)


async def test_r13_the_same_access_token_is_taken_once_with_a_note():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [(200, grant(access_token=access_token()))]
        await desk.come_to_renew(session)
        await desk.hand.tick(HOUR_S)
        assert len(desk.server.renewals) == 1
        assert any("same token" in note for note in session.notes)


async def test_r14_too_many_tokens_stops_the_retries_and_links_to_the_tokens_page():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [(400, {"error": "tokenlimit_reached"})]
        await desk.come_to_renew(session)
        await desk.hand.tick(1800)
        assert len(desk.server.renewals) == 1
        assert TOKENS_PAGE in desk.errors[0].sentence


async def test_r15_a_refresh_token_past_its_own_end_is_asked_about():
    async with token_desk() as desk:
        session = await desk.signed_in(refresh_expires_at=desk.hand.wall_s - 1)
        assert await session.renew(access_token()) == access_token(1)
        assert desk.heard == [Change.RENEWED]


async def test_t1_one_start_with_the_clock_a_hundred_days_ahead_costs_no_sign_in():
    async with token_desk() as desk:
        await (await desk.signed_in()).close()
        desk.hand.wall_s += 100 * DAY_S
        desk.server.script = [(503, b"")]
        session = await desk.restored()
        assert await session.access_token() == access_token(), "the service knows better than the clock"
        desk.hand.mono_s += renewals.RETRY_CAP_S
        assert await session.access_token() == access_token(2)
        desk.hand.wall_s -= 100 * DAY_S
        desk.hand.mono_s += 61
        assert await (await desk.restored()).access_token() == access_token(3)
        assert Change.ENDED not in desk.heard


async def test_t1_what_looks_over_and_is_over_ends_by_the_word_of_the_service():
    async with token_desk() as desk:
        await (await desk.signed_in()).close()
        desk.hand.wall_s += 100 * DAY_S
        desk.server.script = [INVALID_GRANT]
        session = await desk.restored()
        assert await session.access_token() == access_token()
        assert desk.heard == [Change.LAPSING]
        with pytest.raises(SignedOutError):
            await session.renew(access_token())
        assert desk.heard == [Change.LAPSING, Change.ENDED]
        assert await desk.stored() is await desk.stored(EntryKind.ACCESS) is None


async def test_t2_a_renewal_whose_answer_was_lost_costs_no_access():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [reset, INVALID_GRANT]
        await desk.come_to_renew(session)
        await desk.hand.tick(8, step_s=1)
        await eventually(lambda: Change.LAPSING in desk.heard)
        assert desk.heard == [Change.TROUBLE, Change.LAPSING]
        assert desk.errors[-1].remedies == (Remedy.SIGN_IN,)
        assert await session.access_token() == access_token()
        assert await desk.stored() is None
        assert (await desk.stored(EntryKind.ACCESS) or {})["access_token"] == access_token()
        await desk.hand.tick(600)
        await eventually(lambda: Change.ENDED in desk.heard)
        with pytest.raises(SignedOutError):
            await session.access_token()
        assert await desk.stored(EntryKind.ACCESS) is None
        assert len(desk.server.renewals) == 2


async def test_t3_one_html_401_is_transient_and_renewed_soon():
    async with token_desk() as desk:
        session = await desk.signed_in(life_s=HOUR_S)
        desk.server.script = [(401, b"<html>Blocked</html>"), (403, b""), (200, b"<html>Sign in</html>")]
        await desk.come_to_renew(session)
        while Change.RENEWED not in desk.heard:
            await desk.hand.tick(1, step_s=1)
            await asyncio.sleep(0.01)
        assert desk.heard == [Change.TROUBLE] * 3 + [Change.RENEWED]
        assert {Remedy.RETRY} == {remedy for error in desk.errors for remedy in error.remedies}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param({"expires_in": 24.5}, id="T4 24.5"),
        pytest.param({"expires_in": 0}, id="T4 0"),
        pytest.param({"access_token": 7}, id="no access token"),
    ],
)
async def test_t4_a_rotated_refresh_token_is_never_thrown_away(odd: dict[str, Any]):
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [(200, grant(1, **odd))]
        held = await session.renew(access_token())
        desk.hand.mono_s += 61
        await session.renew(held)
        assert desk.server.renewals == [refresh_token(), refresh_token(1)]


async def test_r16_after_twenty_days_of_sleep_the_first_call_waits_for_one_renewal():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.hand.wall_s += 20 * DAY_S  # the monotonic clock stood still
        assert await desk.asked(session) == 200
        assert desk.server.bearers == [access_token(1)]
        assert len(desk.server.renewals) == 1


@pytest.mark.parametrize(
    "jump_s", [pytest.param(365 * DAY_S, id="forward"), pytest.param(-365 * DAY_S, id="back")]
)
async def test_r17_a_jump_of_the_wall_clock_renews_once(jump_s: float):
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.hand.wall_s += jump_s
        assert await session.access_token() == access_token(1)
        session.start()
        await desk.hand.tick(1800)
        assert await session.access_token() == access_token(1)
        assert len(desk.server.renewals) == 1


async def test_r17_whatever_the_clocks_say_a_minute_lies_between_two_renewals():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.hand.wall_s -= DAY_S
        held = await session.access_token()
        desk.hand.wall_s -= DAY_S
        with pytest.raises(RenewalError):
            await session.renew(held)
        assert len(desk.server.renewals) == 1
        desk.hand.mono_s += sessions.RENEWAL_GAP_S + 1
        assert await session.access_token() == access_token(2)


@pytest.mark.parametrize(("refusals", "status"), [(1, 200), (5, 401)], ids=["once", "always"])
async def test_r18_a_401_renews_once_and_what_is_answered_then_is_the_answer(refusals: int, status: int):
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.api_script = [(401, b"")] * refusals
        assert await desk.asked(session) == status
        assert desk.server.bearers == [access_token(), access_token(1)]
        assert len(desk.server.renewals) == 1


async def test_r19_a_keyring_that_fails_after_the_rotation_is_told_and_tried_again():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.keystore.failing_writes = 2
        assert await session.renew(access_token()) == access_token(1)
        assert desk.heard == [Change.NOT_SAVED, Change.RENEWED]
        assert session.session_only
        await desk.hand.tick(40, step_s=1)
        assert desk.heard[-1] is Change.SAVED
        kept = await desk.kept()
        assert kept["refresh_token"] == refresh_token(1)


async def test_r20_quitting_waits_for_the_renewal_that_is_under_way():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.gate.clear()
        renewal = asyncio.create_task(session.renew(access_token()))
        await eventually(lambda: desk.server.renewals)
        closing = asyncio.create_task(session.close())
        await asyncio.sleep(0)
        desk.server.gate.set()
        await closing
        assert await renewal == access_token(1)
        assert (await desk.restored())._token.refresh_token == refresh_token(1)


async def test_r20_a_renewal_that_takes_too_long_is_left_and_tried_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
):
    assert sessions.LEAVE_DEADLINE_S == 1.0
    monkeypatch.setattr(sessions, "LEAVE_DEADLINE_S", 0.05)
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.script = [never]
        renewal = asyncio.create_task(session.renew(access_token()))
        await eventually(lambda: desk.server.renewals)
        await session.close()
        assert isinstance((await asyncio.gather(renewal, return_exceptions=True))[0], asyncio.CancelledError)
        assert await (await desk.restored()).renew(access_token()) != access_token()
        assert desk.server.renewals == [refresh_token(), refresh_token()]


# --- Ending ---


async def test_u12_a_renewal_that_ends_after_sign_out_is_discarded_and_revoked():
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.gate.clear()
        renewal = asyncio.create_task(session.renew(access_token()))
        await eventually(lambda: desk.server.renewals)
        leaving = asyncio.create_task(session.sign_out())
        await asyncio.sleep(0)
        desk.server.gate.set()
        assert (await leaving).failed == ()
        with pytest.raises(SignedOutError):
            await renewal
        assert set(desk.server.revoked) == {
            refresh_token(),
            access_token(),
            refresh_token(1),
            access_token(1),
        }
        assert await desk.stored() is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((400, {"error": "unsupported_token_type"}), id="U13 400"),
        pytest.param((404, b""), id="U13 404"),
        pytest.param((500, b""), id="U13 500"),
        pytest.param(never, id="U13 slow"),
    ],
)
async def test_u13_a_revocation_that_fails_is_told_and_this_computer_is_emptied(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
):
    assert token_service.REVOKE_DEADLINE_S == 5.0
    monkeypatch.setattr(token_service, "REVOKE_DEADLINE_S", 0.2)
    async with token_desk() as desk:
        session = await desk.signed_in()
        desk.server.revoke_script = [answer]
        [left] = (await session.sign_out()).failed
        assert "stays alive at Webex" in left.sentence
        assert TOKENS_PAGE in left.sentence
        assert await desk.stored() is None
        with pytest.raises(SignedOutError):
            await session.access_token()


async def test_u11_signing_out_offline_empties_this_computer_and_names_the_grant():
    async with token_desk() as desk:
        session = await desk.signed_in()
        await desk.server.raw.stop()
        [left] = (await session.sign_out()).failed
        assert TOKENS_PAGE in left.sentence
        assert await desk.stored() is None
