"""Which banners stand above the lines, with which words and buttons (interface.md#messages)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from softphone.accounts.snapshot import AccountSnapshot, AccountState, Notice, NoticeKind, notice_of
from softphone.auth.keystore import locked, refused, silent
from softphone.auth.token_answer import signed_out
from softphone.errors import (
    ConfigError,
    KeystoreAbsent,
    KeystoreError,
    RenewalError,
    SignInError,
    SignInOutcome,
)
from softphone.line.failure import Remedy
from softphone.line.model import Account, LineState
from softphone.system import system_clock
from softphone.values import replace
from softphone.wording import notices
from softphone.wording.presentation import REMEDY_LABELS, Shape, Tone
from tests.ui.fakes import ACCOUNT, MOMENT, SIGNED_IN, WALL, line

GRACE = Account(key="grace", address="grace@example.com", name="Grace Hopper")


def shown(*accounts: AccountSnapshot, **options: Any) -> list[notices.BannerWords]:
    told: dict[str, Any] = {"lines": (), "error": None, "session_only": False} | options
    return notices.banners(accounts, told["lines"], told["error"], told["session_only"], MOMENT)


def buttons(words: notices.BannerWords) -> list[str]:
    return [REMEDY_LABELS[remedy] for remedy in words.remedies]


def with_notice(error: Any, **changes: Any) -> AccountSnapshot:
    return replace(SIGNED_IN, notice=notice_of(error), **changes)


def test_a_good_sign_in_has_nothing_to_say():
    assert shown(SIGNED_IN) == []


def test_a_refused_renewal_ends_the_sign_in_in_these_words():
    [words] = shown(with_notice(signed_out(), state=AccountState.ENDED))
    assert words.title == "Your sign-in has ended"
    assert words.sentence == "Webex no longer accepts this sign-in. Your lines come back when you sign in."
    assert buttons(words) == ["Sign in again"]
    assert words.urgent


def test_an_ended_sign_in_says_how_many_lines_of_it_webex_cannot_reach():
    ended = with_notice(signed_out(), state=AccountState.ENDED)
    lines = [line(LineState.SIGNED_OUT), line(LineState.SIGNED_OUT, "Desk", "2"), line(LineState.REGISTERED)]
    [words] = shown(ended, lines=lines)
    assert (words.sentence, words.tone) == ("Webex cannot reach 2 lines.", Tone.BAD)
    of_others, _ = shown(ended, replace(ended, account=GRACE), lines=lines[:1])
    assert of_others.sentence == "Webex cannot reach 1 line."


def test_a_renewal_that_failed_says_how_long_the_sign_in_still_serves():
    error = RenewalError("The sign-in server did not answer (No answer).")
    until = WALL + timedelta(minutes=30)
    [words] = shown(with_notice(error, signed_in_until=until.astimezone(UTC)))
    assert words.title == "Could not renew your sign-in yet"
    assert words.sentence == f"You stay signed in until {until:%H:%M}."
    assert buttons(words) == ["Try now"]
    assert words.tone is Tone.CAUTION
    tomorrow = WALL + timedelta(days=1)
    assert (
        f"until {tomorrow:%Y-%m-%d %H:%M}." in shown(with_notice(error, signed_in_until=tomorrow))[0].sentence
    )
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert shown(with_notice(error, signed_in_until=past))[0].sentence == (
        "It has run out; it is tried again."
    )


def test_a_locked_keyring_is_told_apart_from_none():
    [words] = shown(with_notice(locked(), state=AccountState.ENDED, session_only=True, by_choice=True))
    assert words.title == "Your keyring is locked", "it is not signed out"
    assert words.sentence == "The saved sign-in is safe but cannot be read until you unlock it."
    assert buttons(words) == ["Unlock", "Sign in again"]
    assert words.urgent
    assert not words.dismissable


@pytest.mark.parametrize(
    ("error", "title", "first"),
    [
        (refused(), "Your keyring was not unlocked", Remedy.UNLOCK),
        (silent(), "Your keyring does not answer", Remedy.CHECK_AGAIN),
    ],
)
def test_d3_a_keyring_that_keeps_the_sign_in_back_is_a_state_of_its_own_with_a_way_on(error, title, first):
    [words] = shown(with_notice(error, state=AccountState.ENDED, session_only=True, by_choice=True))
    assert (words.title, words.urgent, words.dismissable) == (title, True, False)
    assert words.remedies == (first, Remedy.THIS_SESSION_ONLY)


def test_without_a_keyring_the_sign_in_lasts_until_quitting_and_there_is_a_way_to_mend_it():
    [words] = shown(session_only=True)
    assert words.key == notices.SESSION_ONLY_KEY
    assert words.title == "This sign-in lasts until you quit."
    assert (words.sentence, words.shape) == ("", None), "a note, which is a sentence itself"
    assert buttons(words) == ["How to fix"]
    assert words.dismissable


def test_it_is_said_once_even_when_the_keyring_said_why():
    why = KeystoreAbsent("No safe place, because ...", title="This sign-in lasts until you quit.")
    [words] = shown(with_notice(why, session_only=True), session_only=True)
    assert words.sentence == ""
    assert words.dismissable


def every_notice() -> list[Notice | None]:
    errors = (
        KeystoreAbsent("No safe place.", title="This sign-in lasts until you quit."),
        KeystoreError("The system keyring failed."),
        RenewalError("The sign-in server did not answer (No answer)."),
        ConfigError("The folder cannot be written."),
        signed_out(),
    )
    news = Notice(title="Signed in already", sentence="It was renewed.", kind=NoticeKind.NEWS)
    return [None, news, *map(notice_of, errors)]


@pytest.mark.parametrize("notice", every_notice(), ids=str)
def test_d4_signed_out_and_the_way_in_come_first_whatever_notice_there_is(notice: Notice | None):
    ended = replace(SIGNED_IN, state=AccountState.ENDED, notice=notice, session_only=True)
    for first, *others in (shown(ended), shown(ended, session_only=True), shown(ended, replace(ended))):
        assert first.title.split(": ")[-1] in {"Signed out", "Your sign-in has ended"}
        assert first.urgent
        assert first.remedies[0] is Remedy.SIGN_IN
        assert not first.dismissable
        assert notice is None or any(notice.title in words.title for words in (first, *others))


def test_d4_what_is_put_away_with_a_notice_is_never_the_state():
    absent = KeystoreAbsent("No safe place.", title="This sign-in lasts until you quit.")
    state, notice = shown(with_notice(absent, state=AccountState.ENDED))
    assert (state.title, state.dismissable, notice.dismissable) == ("Signed out", False, True)
    assert state.key != notice.key


@pytest.mark.parametrize("notice", [*every_notice()[:5], notice_of(locked())], ids=str)
def test_d4_no_lines_is_said_in_place_of_cards_whatever_the_keyring_says_besides(notice: Notice | None):
    account = replace(SIGNED_IN, state=AccountState.NO_LINES, notice=notice)
    assert notices.no_lines(account).title == "No Webex Calling line on this account"
    assert [words.title for words in shown(account)] == ([] if notice is None else [notice.title])


def test_a_sign_in_that_was_meant_for_this_session_needs_no_warning():
    assert shown(replace(SIGNED_IN, session_only=True, by_choice=True)) == []
    assert shown(replace(SIGNED_IN, session_only=True)) != []


def test_of_a_new_account_nothing_is_said_that_can_wait():
    new = replace(with_notice(signed_out()), is_new=True, session_only=True, clock_off_s=900.0)
    assert shown(replace(new, state=AccountState.READY), session_only=True) == []
    [words] = shown(replace(new, state=AccountState.ENDED))
    assert words.urgent


def test_a_keyring_that_asks_its_person_is_waited_for_with_a_way_out():
    words = notices.waiting_for_keyring()
    assert words.title == "Waiting for the system keyring…"
    assert buttons(words) == ["Cancel"]


@pytest.mark.parametrize("there", [True, False])
def test_a_wrong_clock_is_said_with_the_way_to_the_settings_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, there: bool
):
    monkeypatch.setattr(system_clock, "date_settings", lambda: (lambda: True) if there else None)
    [words] = shown(replace(SIGNED_IN, clock_off_s=7230.0))
    assert words.title == "Your clock is wrong"
    assert words.sentence == "Off by 120 min; sign-in may fail."
    assert buttons(words) == (["Open date settings"] if there else [])


def test_u14_somebody_else_comes_first_and_is_the_only_urgent_one():
    ended = replace(SIGNED_IN, state=AccountState.ENDED)
    grace = replace(SIGNED_IN, account=GRACE, state=AccountState.CHOICE, instead_of=ACCOUNT)
    first, second = shown(ended, grace)
    assert first.title == "Grace Hopper signed in, not Ada Lovelace"
    assert buttons(first) == ["Choose…"]
    assert first.account_key == "grace"
    assert first.urgent
    assert second.title == "Ada Lovelace: Your sign-in has ended"
    assert not second.urgent


def test_news_can_be_put_away_and_the_next_news_is_shown_again():
    one, other = (
        replace(SIGNED_IN, notice=Notice(title=title, sentence="It was renewed.", kind=NoticeKind.NEWS))
        for title in ("Signed in already", "Signed in, with a remark")
    )
    assert shown(one)[0].dismissable
    assert shown(one)[0].key != shown(other)[0].key


def test_an_error_keeps_its_words_and_remedies():
    error = SignInError(
        "The answer did not belong to this request.",
        outcome=SignInOutcome.STATE_MISMATCH,
        title="Sign-in stopped for your safety",
        remedies=(Remedy.SIGN_IN, Remedy.COPY_DIAGNOSTICS),
        tracking_id="T1",
    )
    [words] = shown(error=error)
    assert (words.title, words.sentence) == (error.title, error.sentence)
    assert words.small_print == "tracking ID T1"


def test_offline_is_told_from_the_lines():
    [words] = shown(SIGNED_IN, lines=(line(LineState.OFFLINE),))
    assert (words.title, words.tone) == ("This computer is offline", Tone.BAD)
    assert buttons(words) == ["Check again"]


def test_the_message_for_an_administrator_says_who_what_and_when():
    assert notices.about_line(line(LineState.FAILED), MOMENT).splitlines() == [
        "User: Ada Lovelace <ada@example.com>",
        "Organisation: Example Ltd",
        "Line: Ada Lovelace +44 207 946 0001 · ext. 1001",
        "Problem: Calling is not enabled for this user. An administrator must enable Webex calling.",
        "Code: 403 / 102",
        "Tracking ID: WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e",
        "Time: 2026-11-22 10:14:22+01:00",
    ]


def test_the_message_without_a_failure_is_the_reason():
    assert "Problem: Webex cannot reach this line. You deregistered it at 10:13." in notices.about_line(
        line(LineState.IDLE), MOMENT
    )


def test_each_banner_has_a_key_by_which_it_is_put_away_and_looks_as_bad_as_it_is():
    error = ConfigError("The folder cannot be written.")
    keyring = notices.waiting_for_keyring()
    [offline] = shown(SIGNED_IN, lines=(line(LineState.OFFLINE),))
    [clock] = shown(replace(SIGNED_IN, clock_off_s=7230.0))
    [session_only] = shown(session_only=True)
    [failed] = shown(error=error)
    [ended] = shown(replace(SIGNED_IN, state=AccountState.ENDED))
    [news] = shown(replace(SIGNED_IN, notice=Notice(title="Well", sentence="It was.", kind=NoticeKind.NEWS)))
    [other] = shown(replace(SIGNED_IN, account=GRACE, instead_of=ACCOUNT))
    looks = [
        (one.key, one.tone, one.shape, one.dismissable, one.urgent)
        for one in (keyring, offline, clock, session_only, failed, ended, news, other)
    ]
    ada = f"account {SIGNED_IN.account.key}"
    assert looks == [
        ("keyring", Tone.NEUTRAL, Shape.DIAMOND, False, False),
        ("offline", Tone.BAD, Shape.SLASH, False, False),
        ("clock", Tone.CAUTION, Shape.TRIANGLE, True, False),
        ("session only", Tone.NEUTRAL, None, True, False),
        ("error", Tone.BAD, Shape.OCTAGON, True, False),
        (f"{ada}: Your sign-in has ended", Tone.BAD, Shape.DASHED, False, True),
        (f"{ada}: Well", Tone.NEUTRAL, None, True, False),
        ("account grace: somebody else", Tone.ASK, Shape.DIAMOND, False, True),
    ]
    assert [one.account_key for one in (clock, ended, news, other)] == [SIGNED_IN.account.key] * 3 + ["grace"]
