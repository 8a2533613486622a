"""The words of every state (interface.md#badges), and what each may promise."""

import re
from typing import Any

import pytest

from softphone.line import failure as line_failures
from softphone.line.failure import ASKED_TO_WAIT, OWN_DEVICE_IN_THE_WAY, Failure, Remedy
from softphone.line.model import (
    REGISTERED_STATES,
    Account,
    LineIdentity,
    LineSnapshot,
    LineState,
    Role,
    Server,
)
from softphone.values import replace
from softphone.webex import failures
from softphone.webex.failures import FailureKind
from softphone.webex.transport_faults import Fault, transport_failure
from softphone.wording.moment import Moment, ago, minutes
from softphone.wording.presentation import (
    ACTION_LABELS,
    REMEDY_LABELS,
    Action,
    LineWords,
    Tone,
    card_title,
    cause,
    codes,
    host_of,
    label_of,
    phone,
    proof_left,
    server_name,
    why,
    words_of,
)
from tests.ui.fakes import (
    ACCOUNT,
    MOMENT,
    NOW_S,
    PRIMARY,
    REGISTRATION,
    THROTTLED,
    WALL,
    failure,
    line,
)

CAN = "Webex can reach this line"
MAY = "Webex may not reach this line"
NOT = "Webex cannot reach this line"
UP = REGISTERED_STATES
UNCERTAIN = {LineState.CHECKING, LineState.RECONNECTING}
ON_ITS_WAY = {LineState.REGISTERING, LineState.WAITING_CALL}
CHOSEN_OFF = {LineState.IDLE, LineState.DEREGISTERING}
TO_CHOOSE = {LineState.ACTION, LineState.ELSEWHERE}


def said(state: LineState, **changes: Any) -> LineWords:
    return words_of(line(state, **changes), MOMENT)


# --- what every state says


@pytest.mark.parametrize("state", LineState)
def test_the_title_claims_no_more_than_is_known_of_the_line(state: LineState):
    title = said(state).title
    if state in UP:
        assert title == CAN
    elif state in UNCERTAIN:
        assert title == MAY
    else:
        assert title == (f"{NOT} yet" if state in ON_ITS_WAY else NOT)


@pytest.mark.parametrize("state", LineState)
def test_red_is_what_is_not_reachable_and_was_not_chosen(state: LineState):
    tone = said(state).tone
    if state in UP:
        assert tone is Tone.GOOD
    elif state in CHOSEN_OFF:
        assert tone is Tone.NEUTRAL
    elif state in TO_CHOOSE:
        assert tone is Tone.ASK
    elif state is LineState.RECONNECTING:
        assert tone is Tone.CAUTION
    else:
        assert tone is (Tone.BUSY if state in ON_ITS_WAY | UNCERTAIN else Tone.BAD)


SENTENCES = {
    LineState.REGISTERED: ("Registered", "Confirmed 12 s ago"),
    LineState.REGISTERED_BACKUP: ("Registered", "Confirmed 12 s ago"),
    LineState.REGISTERING: ("Registering…", "Asking Webex."),
    LineState.CHECKING: ("Checking…", "No proof since 10:13; asking now."),
    LineState.RECONNECTING: ("Reconnecting · 2 of 5 missed", "Next check in 0:09"),
    LineState.RETRY_WAIT: ("Retry in 0:42", "Webex has trouble."),
    LineState.WAITING_CALL: ("Waiting for call to end", "Registers when the other call ends."),
    LineState.DEREGISTERING: ("Deregistering…", "Telling Webex."),
    LineState.IDLE: ("Not registered", "You deregistered it at 10:13."),
    LineState.FAILED: ("Failed", "Calling is not enabled for this user."),
    LineState.ACTION: ("Action needed", "Too many devices on this line."),
    LineState.ELSEWHERE: ("In use elsewhere", "Another session took it at 10:13."),
    LineState.OFFLINE: ("Offline", "This computer is offline since 10:13."),
    LineState.SIGNED_OUT: ("Signed out", "Your sign-in has ended."),
}


@pytest.mark.parametrize("state", LineState)
def test_each_state_says_in_one_sentence_why(state: LineState):
    words = said(state)
    assert (words.badge, words.sentence) == SENTENCES[state]
    assert words.tag == ("backup" if state is LineState.REGISTERED_BACKUP else "")


@pytest.mark.parametrize("state", LineState)
def test_a_sentence_ends_with_a_full_stop_unless_it_is_a_figure_or_stands_in_a_row(state: LineState):
    words = said(state)
    counts = state in {*UP, LineState.RECONNECTING}
    assert words.sentence.endswith(".") is not counts
    assert words.row_sentence == words.sentence.rstrip(".")


def test_only_a_row_shortens_the_misses():
    assert said(LineState.RECONNECTING).row_badge == "Reconnecting · 2 of 5"
    others = [said(state) for state in LineState if state is not LineState.RECONNECTING]
    assert all(words.row_badge == words.badge for words in others)


def test_no_two_states_share_a_shape():
    assert len({said(state).shape for state in LineState}) == len(LineState)


def test_a_screen_reader_hears_whose_line_what_it_is_and_why():
    assert said(LineState.REGISTERED_BACKUP).spoken == (
        "Ada Lovelace: Registered · backup. Webex can reach this line. Confirmed 12 s ago."
    )
    assert said(LineState.RETRY_WAIT).spoken == (
        "Ada Lovelace: Retry in 42 seconds. Webex cannot reach this line. Webex has trouble."
    )


def test_a_countdown_of_the_next_check_is_over_before_it_is_heard():
    assert said(LineState.RECONNECTING).spoken == (
        "Ada Lovelace: Reconnecting · 2 of 5 missed. Webex may not reach this line."
    )


@pytest.mark.parametrize("state", LineState)
def test_each_state_has_words_with_the_least_that_may_be_known(state: LineState):
    bare = replace(
        line(state),
        server=None,
        asking=None,
        registration=None,
        failure=None,
        proved_at_s=None,
        next_at_s=None,
        since_s=None,
    )
    words = words_of(bare, MOMENT)
    assert words.badge
    assert words.sentence
    assert "None" not in words.badge + words.sentence + words.spoken


def test_a_time_that_nobody_saw_is_not_named():
    assert said(LineState.IDLE, since_s=None).sentence == "You deregistered it."
    assert said(LineState.ELSEWHERE, since_s=None).sentence == "Another session took it."


def test_of_another_day_the_day_is_named():
    assert said(LineState.IDLE, since_s=NOW_S - 86_400).sentence == "You deregistered it at 2026-11-21 10:14."


def test_only_three_states_are_spoken_at_once():
    loud = {state for state in LineState if said(state).assertive}
    assert loud == {LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE}


def test_green_ends_with_the_proof():
    snapshot = line(LineState.REGISTERED, proved_at_s=NOW_S, proof_window_s=45.0)
    assert words_of(snapshot, Moment(NOW_S + 45, WALL)).title == CAN
    assert words_of(snapshot, Moment(NOW_S + 45.1, WALL)).title == MAY


def test_confirmed_counts_up_and_the_next_check_down():
    snapshot = line(LineState.REGISTERED, proved_at_s=NOW_S)
    assert words_of(snapshot, Moment(NOW_S, WALL)).sentence == "Confirmed 0 s ago"
    assert words_of(snapshot, Moment(NOW_S + 7.2, WALL)).sentence == "Confirmed 7 s ago"
    missed = line(LineState.RECONNECTING, next_at_s=NOW_S + 70)
    assert words_of(missed, MOMENT).sentence == "Next check in 1:10"
    assert words_of(missed, Moment(NOW_S + 70, WALL)).sentence == "Checking now."


def test_an_ended_countdown_says_retrying():
    words = said(LineState.RETRY_WAIT, next_at_s=NOW_S)
    assert words.badge == "Retrying…"
    assert words.spoken.startswith("Ada Lovelace: Retrying… Webex cannot"), "nobody hears of 0 seconds"


# --- the buttons


def test_each_trouble_has_the_one_press_that_mends_it():
    assert {state: said(state).remedy for state in LineState if said(state).remedy} == {
        LineState.RETRY_WAIT: Action.RETRY,
        LineState.FAILED: Remedy.COPY_FOR_ADMIN,
        LineState.ACTION: Remedy.CHOOSE_DEVICE,
        LineState.ELSEWHERE: Remedy.TAKE_BACK,
        LineState.OFFLINE: Remedy.CHECK_AGAIN,
        LineState.SIGNED_OUT: Remedy.SIGN_IN,
    }


def test_a_line_can_be_switched_off_in_every_state_in_which_it_is_on():
    assert {state for state in LineState if said(state).toggle is not Action.DEREGISTER} == {
        LineState.IDLE,
        LineState.DEREGISTERING,
        LineState.SIGNED_OUT,
    }
    assert said(LineState.IDLE).toggle is Action.REGISTER


def test_retry_now_may_be_pressed_once_while_the_host_asked_to_wait_and_then_is_gone():
    asked = line(LineState.RETRY_WAIT, failure=THROTTLED, since_s=NOW_S - 18, next_at_s=NOW_S + 42)
    assert words_of(asked, MOMENT).remedy is Action.RETRY
    pressed = replace(asked, retry_held_until_s=NOW_S + 42)
    assert words_of(pressed, MOMENT).remedy is None
    assert words_of(pressed, MOMENT).sentence == "Webex is busy. Next try at 10:15."
    assert words_of(pressed, Moment(NOW_S + 43, WALL)).remedy is Action.RETRY


def test_a_pause_of_our_own_is_not_called_webex_being_busy():
    assert said(LineState.RETRY_WAIT, failure=ASKED_TO_WAIT).sentence == "A pause before the next try."


def test_nobody_is_asked_about_our_own_device_while_it_runs_out():
    waiting = line(LineState.RETRY_WAIT, failure=OWN_DEVICE_IN_THE_WAY, last_proof_at_s=NOW_S - 60)
    assert words_of(waiting, MOMENT).remedy is None
    assert words_of(waiting, MOMENT).sentence == "Webex releases this device in about 2 min."
    assert words_of(waiting, Moment(NOW_S + 200, WALL)).sentence.endswith("in about 1 min.")
    assert said(LineState.RETRY_WAIT, failure=OWN_DEVICE_IN_THE_WAY).sentence.endswith("about 3 min.")


@pytest.mark.parametrize("remedy", [Remedy.OPEN_WEB_PAGE, Remedy.ADD_CERTIFICATE, Remedy.NETWORK_SETTINGS])
def test_where_asking_again_mends_nothing_the_cause_is_mended(remedy: Remedy):
    here = failure(remedies=(Remedy.RUN_CHECK, Remedy.RETRY, remedy))
    assert said(LineState.RETRY_WAIT, failure=here).remedy is remedy


def test_a_line_that_failed_always_has_a_way_on():
    assert said(LineState.FAILED, failure=None).remedy is Remedy.RETRY
    only_looking = failure(remedies=(Remedy.COPY_DIAGNOSTICS, Remedy.RUN_CHECK))
    assert said(LineState.FAILED, failure=only_looking).remedy is Remedy.RETRY


def test_every_button_has_a_label():
    assert {label_of(does) for does in (*Action, *Remedy)} == {
        *ACTION_LABELS.values(),
        *REMEDY_LABELS.values(),
    }


# --- few words, for every failure there is

KINDS = [
    *failures._ROWS.values(),
    *failures._ROWS_OF_EVERY_ROUTE.values(),
    *(each for each in vars(failures).values() if isinstance(each, FailureKind)),
]
EVERY_FAILURE = [
    *(each for each in vars(line_failures).values() if isinstance(each, Failure)),
    *(kind.failure("mobius.example") for kind in KINDS),
    *(transport_failure(fault, "mobius.example", proxy="proxy.example:80") for fault in Fault),
]
FAILURES = list({(each.title, each.remedies): each for each in EVERY_FAILURE}.values())
SAID_OF_A_LINE = [(line(state), state.value) for state in LineState] + [
    (line(state, failure=each), f"{state.value}: {each.title}")
    for state in (LineState.RETRY_WAIT, LineState.FAILED, LineState.ACTION)
    for each in FAILURES
]


def count(*texts: str) -> int:
    """Count the words; numbers, times and their units count as none."""
    unit = re.compile(r"\d[\d:.]*( (s|min|h|ms)\b)?")
    return sum(len(re.findall(r"[^\W\d_][\w'-]*", unit.sub(" ", text))) for text in texts)


@pytest.mark.parametrize(
    "snapshot", [each for each, _ in SAID_OF_A_LINE], ids=[id_ for _, id_ in SAID_OF_A_LINE]
)
def test_a_sentence_is_short_and_names_no_host_no_code_and_no_we(snapshot: LineSnapshot):
    sentence = words_of(snapshot, MOMENT).sentence
    assert 0 < count(sentence) <= 8
    assert not {"we", "We", "attempt", "Attempt", "us", "phone"} & {*re.findall(r"\w+", sentence)}
    assert not re.search(r"\.\w|\b[45]\d\d\b|None|\{", sentence)


@pytest.mark.parametrize(
    "snapshot", [each for each, _ in SAID_OF_A_LINE], ids=[id_ for _, id_ in SAID_OF_A_LINE]
)
def test_a_hero_has_at_most_25_words_and_a_row_14(snapshot: LineSnapshot):
    words = words_of(snapshot, MOMENT)
    buttons = [label_of(does) for does in (words.remedy, words.toggle) if does is not None]
    below = ("Extension 1001", "Details", "2 interruptions", "97.8 % reachable since 08:12")
    assert count(words.badge, words.tag, words.title, words.sentence, *buttons, *below) <= 25
    assert count(words.row_badge, words.tag, words.row_sentence, *buttons) <= 14


# --- the rest


def test_a_waiting_line_is_not_said_to_be_switched_off():
    assert said(LineState.IDLE, wanted=True).sentence == "Waiting to register."


@pytest.mark.parametrize(
    ("since_s", "registration", "sentence"),
    [
        (NOW_S, None, "Not confirmed; Webex forgets it in about 3 min."),
        (NOW_S - 31, None, "Not confirmed; Webex forgets it in about 2 min."),
        (NOW_S - 149, None, "Not confirmed; Webex forgets it in about 1 min."),
        (
            NOW_S,
            replace(REGISTRATION, keepalive_interval_s=60),
            "Not confirmed; Webex forgets it in about 5 min.",
        ),
        (NOW_S - 151, None, "You deregistered it at 10:11."),
    ],
)
def test_an_unconfirmed_deregistration_says_when_it_ends_there(since_s, registration, sentence):
    assert (
        said(LineState.IDLE, unconfirmed=True, since_s=since_s, registration=registration).sentence
        == sentence
    )


def test_the_server_is_named_by_region_or_host():
    assert server_name(PRIMARY) == "eu-central-1"
    assert server_name(replace(PRIMARY, region="")) == "mobius-eu-central-1.prod.infra.webex.com"
    assert server_name(None) == "Webex"


@pytest.mark.parametrize(
    ("number", "spaced"),
    [
        ("+12025550123", "+1 202 555 0123"),
        ("+442079460001", "+44 207 946 0001"),
        ("+35312345678", "+353 12 34 5678"),
        ("+4930123456", "+49 30 12 3456"),
        ("+1202", "+1 202"),
        ("1001", "1001"),
        ("sip:x", "sip:x"),
        ("+", "+"),
    ],
)
def test_phone_numbers_are_spaced_only_when_they_are_e164(number: str, spaced: str):
    assert phone(number) == spaced


def test_card_titles():
    assert card_title(line(LineState.IDLE).identity) == ("Ada Lovelace", "+44 207 946 0001 · ext. 1001")
    nameless = LineIdentity(line_id="x", account=Account(key="k", address="k@example.com"))
    assert card_title(nameless) == ("k@example.com", "")


def test_how_long_ago_and_minutes():
    assert [ago(value) for value in (0, 59, 60, 3599, 3600, 86_400, 172_800)] == [
        "0 s ago",
        "59 s ago",
        "1 min ago",
        "59 min ago",
        "1 h ago",
        "24 h ago",
        "2 days ago",
    ]
    assert [minutes(value) for value in (0, 42, 252, 3600)] == ["0:00", "0:42", "4:12", "60:00"]


def test_account_names_are_shown_as_they_are():
    assert said(LineState.IDLE, name="<b>Ada</b>").spoken.startswith("<b>Ada</b>: ")
    assert ACCOUNT.name == "Ada Lovelace"


# --- the ring (interface.md#proof-ring)


def proven(ago_s: float) -> float | None:
    registered = line(LineState.REGISTERED, proved_at_s=NOW_S - ago_s, proof_window_s=60.0)
    return proof_left(registered, MOMENT)


def test_it_drains_from_the_proof_to_the_end_of_its_window():
    assert [proven(ago_s) for ago_s in (0, 15, 60)] == [1.0, 0.75, 0.0]


def test_past_its_window_nothing_is_proven():
    assert proven(60.1) is None


@pytest.mark.parametrize("state", LineState)
def test_only_a_registered_line_has_one(state: LineState):
    shown = proof_left(line(state, proved_at_s=NOW_S), MOMENT) is not None
    assert shown is (state in REGISTERED_STATES | {LineState.RECONNECTING})
    assert proof_left(line(state, proved_at_s=None), MOMENT) is None


@pytest.mark.parametrize("url", ["https://[::1", "https://[x]", "", "//"])
def test_an_address_that_nobody_can_read_has_no_host(url: str):
    assert host_of(url) == ""
    assert server_name(Server(url=url, role=Role.PRIMARY)) == url


def test_without_a_failure_there_is_no_why_and_no_code():
    assert (why(None), codes(None), cause(None)) == ("", "", "")
