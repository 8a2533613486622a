"""An access token that is asked for: when, how often, and what becomes of answers that are none."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from softphone.auth import asked_token
from softphone.auth.asked_token import AskedToken
from softphone.auth.changes import Change, Step
from softphone.errors import RenewalError, RequestError, SignedOutError, SoftphoneError
from softphone.line.failure import NO_ANSWER, Remedy


class Source:
    """Answers with the tokens in turn, the last one again and again; an error among them is raised."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[return-value]


def told_by(token: AskedToken) -> list[Change]:
    told: list[Change] = []
    token.on_change = lambda change, error: told.append(change)
    return told


async def accepts(_token: str) -> tuple[int, bytes]:
    return 200, b"{}"


async def refuses(_token: str) -> tuple[int, bytes]:
    return 401, b"{}"


def expiring_in(*lives_s: float) -> Callable[[str], Awaitable[float | None]]:
    lives = iter(lives_s)

    async def ask(_token: str) -> float:
        return time.time() + next(lives)

    return ask


# ---- when it is asked


async def test_the_first_who_needs_a_token_asks_and_the_next_do_not():
    source = Source("one")
    token = AskedToken(source)
    assert source.asked == 0
    assert [await token.access_token() for _ in range(3)] == ["one"] * 3
    assert source.asked == 1
    await token.close()


async def test_all_who_need_one_at_once_ask_once():
    source = Source("one", "two")
    token = AskedToken(source)
    assert set(await asyncio.gather(*(token.access_token() for _ in range(20)))) == {"one"}
    assert set(await asyncio.gather(*(token.renew("one") for _ in range(20)))) == {"two"}
    assert source.asked == 2
    await token.close()


async def test_who_stops_waiting_takes_the_answer_from_nobody():
    gate = asyncio.Event()

    async def source() -> str:
        await gate.wait()
        return "one"

    token = AskedToken(source)
    first, second = (asyncio.ensure_future(token.access_token()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert await second == "one"
    await token.close()


async def test_a_refused_token_is_replaced_and_one_that_was_replaced_meanwhile_is_not_asked_for():
    source = Source("one", "two")
    token = AskedToken(source)
    told = told_by(token)
    await token.access_token()
    assert await token.renew("one") == "two"
    assert await token.renew("one") == "two"
    assert (source.asked, told) == (2, [Change.RENEWED])
    await token.close()


async def test_a_token_is_asked_for_before_the_one_at_hand_ends():
    source = Source("one", "two")
    token = AskedToken(source, ask_expiry=expiring_in(-1.0, 3600.0))
    assert await token.access_token() == "one"
    await until(lambda: token.expires_at is not None)
    assert await token.access_token() == "two"
    await until(lambda: token.expires_at is not None)
    assert await token.access_token() == "two"
    await token.close()


async def test_the_token_at_hand_serves_to_its_end_when_no_new_one_comes(monkeypatch: pytest.MonkeyPatch):
    source = Source("one", OSError("the vault is locked"))
    token = AskedToken(source, ask_expiry=expiring_in(60.0))
    assert await token.access_token() == "one"
    await until(lambda: token.expires_at is not None)
    token._soon_at = time.time() - 1.0  # the tenth of its life that is left
    told = told_by(token)
    assert await token.access_token() == "one"
    assert (source.asked, told) == (2, [Change.TROUBLE])
    token.expires_at = time.time() - 1.0
    with pytest.raises(RenewalError, match="the vault is locked"):
        await token.access_token()
    await token.close()


async def test_a_service_that_does_not_say_when_a_token_ends_costs_nothing():
    async def silent(_token: str) -> float | None:
        raise RequestError(NO_ANSWER)

    token = AskedToken(Source("one"), ask_expiry=silent)
    assert await token.access_token() == "one"
    await asyncio.sleep(0)
    assert (await token.access_token(), token.expires_at) == ("one", None)
    await token.close()


# ---- answers that are none


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "no access token"),
        (b"bytes", "no access token"),
        ("", "no access token"),
        ("two words", "no access token"),
        ("x" * 9000, "no access token"),
        (OSError("the vault is locked"), "failed: the vault is locked."),
        (KeyError(), "failed: KeyError."),
        (SoftphoneError("The command is gone."), "The command is gone."),
        (asyncio.CancelledError(), "was cancelled"),
        (TimeoutError("too slow"), "failed: too slow."),
    ],
    ids=repr,
)
async def test_an_answer_that_is_no_token_is_an_error_that_says_so_and_is_asked_again_later(
    answer: object, words: str
):
    source = Source(answer, "good")
    token = AskedToken(source, time_scale=0.05)
    with pytest.raises(RenewalError, match=words) as caught:
        await token.access_token()
    assert caught.value.retry_after_s == pytest.approx(0.05)
    with pytest.raises(RenewalError, match=words):
        await token.access_token()
    assert source.asked == 1  # not so soon
    await until(lambda: asyncio.get_running_loop().time() > token._not_before_s)
    assert await token.access_token() == "good"
    await token.close()


async def test_the_pause_grows_up_to_a_minute_and_a_person_need_not_wait():
    source = Source(OSError("no"))
    token = AskedToken(source)
    pauses = []
    for _ in range(8):
        with pytest.raises(RenewalError) as caught:
            await token.access_token()
        pauses.append(caught.value.retry_after_s)
        token.renew_now()
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert source.asked == 8
    await token.close()


async def test_who_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(asked_token, "ASK_DEADLINE_S", 0.05)
    hung = asyncio.Event()

    async def source() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            hung.set()
        return ""

    token = AskedToken(source)
    with pytest.raises(RenewalError, match="Nothing came within"):
        await token.access_token()
    await hung.wait()  # and it runs no longer
    await token.close()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("the vault is locked", "failed: the vault is locked."),
        ("the vault is locked.", "failed: the vault is locked."),
        ("the vault is locked...", "failed: the vault is locked."),
        ("no suffix", "failed: no suffix."),
        ("", "failed: OSError."),
    ],
)
async def test_what_a_function_raises_is_told_with_one_full_stop(said: str, told: str):
    token = AskedToken(Source(OSError(said)))
    with pytest.raises(RenewalError) as caught:
        await token.access_token()
    assert told in caught.value.sentence
    assert told + "." not in caught.value.sentence
    await token.close()


async def test_what_is_not_async_is_said():
    token = AskedToken(lambda: "text")  # type: ignore[arg-type,return-value]
    with pytest.raises(RenewalError, match="failed: "):
        await token.access_token()
    await token.close()


# ---- the refused one again


async def test_the_refused_token_once_more_is_an_error_and_no_end():
    source = Source("one", "one", "two")
    token = AskedToken(source, ask_identity=refuses, time_scale=0.01)
    told = told_by(token)
    await token.access_token()
    with pytest.raises(RenewalError, match="is the one that Webex has refused"):
        await token.renew("one")
    assert told == [Change.TROUBLE]
    await until(lambda: asyncio.get_running_loop().time() > token._not_before_s)
    assert await token.renew("one") == "two"
    assert told == [Change.TROUBLE, Change.RENEWED]
    await token.close()


async def test_the_refused_token_once_more_is_good_when_identity_accepts_it():
    token = AskedToken(Source("one"), ask_identity=accepts)
    await token.access_token()
    assert await token.renew("one") == "one"
    with pytest.raises(RenewalError, match="a moment ago"):
        await token.renew("one")
    await token.close()


# ---- the end


async def test_whoever_is_asked_may_say_that_there_will_be_none_any_more():
    source = Source("one", SignedOutError("This robot was switched off."))
    token = AskedToken(source)
    told = told_by(token)
    await token.access_token()
    for _ in range(2):
        with pytest.raises(SignedOutError, match="switched off"):
            await token.renew("one")
    assert (source.asked, told) == (2, [Change.ENDED])
    await token.close()


async def test_signing_out_forgets_the_token_and_asks_no_more():
    source = Source("one")
    token = AskedToken(source)
    await token.access_token()
    assert not (await token.sign_out()).failed
    with pytest.raises(SignedOutError):
        await token.access_token()
    assert source.asked == 1


async def test_closing_while_it_is_asked_leaves_no_task():
    asked = asyncio.Event()

    async def source() -> str:
        asked.set()
        await asyncio.Event().wait()
        return ""

    token = AskedToken(source)
    waiting = asyncio.ensure_future(token.access_token())
    await asked.wait()
    await token.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.001)


async def test_signing_out_is_receipted_part_by_part():
    token = AskedToken(Source("one"))
    await token.access_token()
    receipt = await token.sign_out()
    assert [(item.step, item.done, item.link) for item in receipt.items] == [
        (Step.TOKENS, True, ""),
        (Step.KEYRING, True, ""),
    ]
    assert receipt.failed == ()
    assert token.session_only


async def test_what_went_wrong_is_told_with_what_mends_it_and_how_long_to_wait():
    errors: list[SoftphoneError | None] = []
    token = AskedToken(Source(ValueError("so.")), time_scale=0.5)
    token.on_change = lambda change, error: errors.append(error)
    pauses = []
    for _ in range(8):
        with pytest.raises(RenewalError) as raised:
            await token.renew("")
        pauses.append(raised.value.retry_after_s)
        token.renew_now()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert raised.value.title == "No new access token yet"
    assert raised.value.remedies == (Remedy.RETRY,)
    assert raised.value.sentence == "Asking for it failed: so. It is asked for again."
    assert errors[-1] is raised.value


async def test_the_pause_begins_anew_with_a_token_that_came_and_that_is_told_once():
    token = AskedToken(Source(ValueError("x"), ValueError("x"), "one", "one", ValueError("x")))
    told = told_by(token)
    for _ in range(2):
        with pytest.raises(RenewalError):
            await token.access_token()
        token.renew_now()
    assert await token.access_token() == "one"
    assert told == [Change.TROUBLE, Change.TROUBLE, Change.RENEWED]
    assert token._pause_s == asked_token.PAUSE_S
    with pytest.raises(RenewalError, match="refused"):
        await token.renew("one")


@pytest.mark.parametrize(
    ("life_s", "before_s"), [(600.0, 60.0), (1200.0, 120.0), (5000.0, 120.0), (-5.0, 0.0)]
)
async def test_a_new_one_is_asked_for_two_minutes_before_the_end_or_a_tenth_of_its_life(
    life_s: float, before_s: float
):
    token = AskedToken(Source("one"), ask_expiry=expiring_in(life_s))
    await token.access_token()
    for _ in range(5):
        await asyncio.sleep(0)
    assert token.expires_at is not None
    assert token._soon_at == pytest.approx(token.expires_at - before_s, abs=0.5)
