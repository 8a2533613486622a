"""The words of every state (interface.md#badges), and what each may promise."""

from dataclasses import replace

import pytest

from softphone.line.failure import Disposition, Remedy
from softphone.line.model import REGISTERED_STATES, Account, LineIdentity, LineState
from softphone.wording.card_buttons import Action, buttons
from softphone.wording.moment import Moment, ago, minutes
from softphone.wording.presentation import (
    REMEDY_LABELS,
    Proof,
    Shape,
    Tone,
    badge,
    card_title,
    phone,
    proof,
    reason,
    server_line,
    server_name,
    small_print,
)
from tests.ui.fakes import (
    ACCOUNT,
    MOMENT,
    NOT_ENABLED,
    NOW_S,
    PRIMARY,
    REGISTRATION,
    THROTTLED,
    WALL,
    failure,
    line,
)

ALL = frozenset(Remedy)
NO_DEVICES = ALL - {Remedy.CHOOSE_DEVICE}

TABLE = [
    (LineState.REGISTERED, "Registered", Tone.GOOD, Shape.DISC_CHECK),
    (LineState.REGISTERED_BACKUP, "Registered · backup", Tone.GOOD, Shape.DISC_BACKUP),
    (LineState.REGISTERING, "Registering…", Tone.BUSY, Shape.ARC),
    (LineState.CHECKING, "Checking…", Tone.BUSY, Shape.ARC_DOT),
    (LineState.RECONNECTING, "Reconnecting · 2 of 5 missed", Tone.CAUTION, Shape.TRIANGLE),
    (LineState.RETRY_WAIT, "Retry in 0:42", Tone.BAD, Shape.CLOCK),
    (LineState.WAITING_CALL, "Waiting for call to end", Tone.BUSY, Shape.PAUSE),
    (LineState.DEREGISTERING, "Deregistering…", Tone.NEUTRAL, Shape.ARC_MINUS),
    (LineState.IDLE, "Not registered", Tone.NEUTRAL, Shape.RING),
    (LineState.FAILED, "Failed", Tone.BAD, Shape.OCTAGON),
    (LineState.ACTION, "Action needed", Tone.ASK, Shape.DIAMOND),
    (LineState.ELSEWHERE, "In use elsewhere", Tone.ASK, Shape.DIAMOND_ARROW),
    (LineState.OFFLINE, "Offline", Tone.BAD, Shape.SLASH),
    (LineState.SIGNED_OUT, "Signed out", Tone.BAD, Shape.DASHED),
]

TOOLTIPS = {
    LineState.REGISTERED: "Can receive calls. Confirmed 12 s ago on eu-central-1.",
    LineState.REGISTERED_BACKUP: "Can receive calls. Primary is down; next return try at 10:41.",
    LineState.REGISTERING: "Asking eu-central-1, attempt 2.",
    LineState.CHECKING: "No recent proof; asking Webex now (after sleep or a late check).",
    LineState.RECONNECTING: "May miss calls. Last confirmed at 10:13:20",
    LineState.RETRY_WAIT: "Webex is having trouble. Attempt 3.",
    LineState.WAITING_CALL: "Will register again when the call ends.",
    LineState.DEREGISTERING: "Telling Webex to stop calls here.",
    LineState.IDLE: "You switched this line off here.",
    LineState.FAILED: "Calling is not switched on for this user. An administrator must enable Webex calling.",
    LineState.ACTION: "Too many phones on this line. Choose one to disconnect, then this one can register.",
    LineState.ELSEWHERE: "Another session took this line at 10:13.",
    LineState.OFFLINE: "Computer offline since 10:13.",
    LineState.SIGNED_OUT: "Sign in to register.",
}

SPOKEN = {
    LineState.REGISTERED: "registered, confirmed 12 seconds ago",
    LineState.REGISTERED_BACKUP: "registered on the backup server",
    LineState.REGISTERING: "registering",
    LineState.CHECKING: "checking whether the line is still registered",
    LineState.RECONNECTING: "reconnecting, 2 checks missed, calls may be missed",
    LineState.RETRY_WAIT: "not registered, retrying in 42 seconds",
    LineState.WAITING_CALL: "waiting for the call to end",
    LineState.DEREGISTERING: "deregistering",
    LineState.IDLE: "not registered, switched off by you",
    LineState.FAILED: "failed. Calling is not switched on for this user. An administrator must enable"
    " Webex calling.",
    LineState.ACTION: "action needed. Too many phones on this line. Choose one to disconnect, then this one"
    " can register.",
    LineState.ELSEWHERE: "another session took this line",
    LineState.OFFLINE: "offline since 10:13",
    LineState.SIGNED_OUT: "signed out",
}

REASONS = {
    LineState.REGISTERED: "Can receive calls. Confirmed 12 s ago · next check in 18 s · 42 ms",
    LineState.REGISTERED_BACKUP: "Can receive calls on the backup server. Confirmed 12 s ago · next check in"
    " 18 s · 42 ms · back to primary at 10:41",
    LineState.REGISTERING: "Cannot receive calls yet. Asking eu-central-1, attempt 2.",
    LineState.CHECKING: "No recent proof; asking Webex now. Last confirmed at 10:13:20",
    LineState.RECONNECTING: "May miss calls. Last confirmed at 10:13:20 · next check in 9 s",
    LineState.RETRY_WAIT: "Cannot receive calls. Webex is having trouble. Nothing is wrong on your side."
    " Attempt 3.",
    LineState.WAITING_CALL: "Registers again when the call ends.",
    LineState.DEREGISTERING: "Telling Webex to stop calls here.",
    LineState.IDLE: "You switched this line off here.",
    LineState.FAILED: "Cannot receive calls. Calling is not switched on for this user. An administrator must"
    " enable Webex calling.",
    LineState.ACTION: "Cannot receive calls. Too many phones on this line. Choose one to disconnect, then"
    " this one can register.",
    LineState.ELSEWHERE: "Cannot receive calls. Another session took this line at 10:13.",
    LineState.OFFLINE: "Cannot receive calls while this computer is offline. Last confirmed at 10:13:20",
    LineState.SIGNED_OUT: "Cannot receive calls. Sign in and this line comes back by itself.",
}

BUTTONS = {
    LineState.REGISTERED: ["Deregister"],
    LineState.REGISTERED_BACKUP: ["Deregister"],
    LineState.REGISTERING: ["Deregister"],
    LineState.CHECKING: ["Deregister"],
    LineState.RECONNECTING: ["Retry now", "Deregister"],
    LineState.RETRY_WAIT: ["Retry now", "Deregister"],
    LineState.WAITING_CALL: ["Deregister"],
    LineState.DEREGISTERING: ["Register"],
    LineState.IDLE: ["Register"],
    LineState.FAILED: ["Copy message for my admin", "Try again", "Deregister"],
    LineState.ACTION: ["Choose device", "Deregister"],
    LineState.ELSEWHERE: ["Take back", "Leave it"],
    LineState.OFFLINE: ["Check again", "Deregister"],
    LineState.SIGNED_OUT: ["Deregister"],
}


def labels(*arguments) -> list[str]:
    return [button.label for button in buttons(*arguments)]


def test_the_table_covers_every_state():
    assert [row[0] for row in TABLE] == list(LineState)
    assert set(TOOLTIPS) == set(SPOKEN) == set(REASONS) == set(BUTTONS) == set(LineState)


@pytest.mark.parametrize(("state", "words", "tone", "shape"), TABLE)
def test_each_state_has_its_words_tone_and_shape(state, words, tone, shape):
    shown = badge(line(state), MOMENT)
    assert (shown.state, shown.words, shown.tone, shown.shape) == (state, words, tone, shape)


def test_no_two_states_share_a_shape():
    assert len({shape for _, _, _, shape in TABLE}) == len(LineState)


@pytest.mark.parametrize("state", LineState)
def test_each_state_explains_itself(state: LineState):
    snapshot = line(state)
    assert badge(snapshot, MOMENT).tooltip == TOOLTIPS[state]
    assert badge(snapshot, MOMENT).spoken == f"Ada Lovelace: {SPOKEN[state]}"
    assert reason(snapshot, MOMENT) == REASONS[state]
    assert labels(snapshot, MOMENT, ALL) == BUTTONS[state]


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
    )
    assert badge(bare, MOMENT).words
    assert badge(bare, MOMENT).tooltip
    assert reason(bare, MOMENT).strip()
    assert "None" not in reason(bare, MOMENT) + badge(bare, MOMENT).tooltip + badge(bare, MOMENT).spoken


def test_only_three_states_are_spoken_at_once():
    loud = {state for state in LineState if badge(line(state), MOMENT).assertive}
    assert loud == {LineState.FAILED, LineState.ACTION, LineState.ELSEWHERE}


def test_green_ends_with_the_proof():
    snapshot = line(LineState.REGISTERED, proved_at_s=NOW_S, proof_window_s=45.0)
    assert badge(snapshot, Moment(NOW_S + 45, WALL)).state is LineState.REGISTERED
    assert badge(snapshot, Moment(NOW_S + 45.1, WALL)).state is LineState.CHECKING


def test_confirmed_counts_up_and_the_next_check_down():
    snapshot = line(LineState.REGISTERED, proved_at_s=NOW_S, next_at_s=NOW_S + 30)
    assert "Confirmed 0 s ago · next check in 30 s" in reason(snapshot, Moment(NOW_S, WALL))
    assert "Confirmed 7 s ago · next check in 23 s" in reason(snapshot, Moment(NOW_S + 7.2, WALL))
    assert "Confirmed 30 s ago · checking now" in reason(snapshot, Moment(NOW_S + 30, WALL))


def test_an_ended_countdown_says_retrying():
    assert badge(line(LineState.RETRY_WAIT, next_at_s=NOW_S), MOMENT).words == "Retrying…"


def test_a_miss_with_a_cause_names_it():
    missed = line(LineState.RECONNECTING, misses=1, failure=failure(title="No answer from Webex", advice=""))
    assert reason(missed, MOMENT).startswith("May miss calls. No answer from Webex. Last confirmed at")
    assert "1 check missed" in badge(missed, MOMENT).spoken


def test_retry_now_may_be_pressed_once_while_the_host_asked_to_wait_and_then_is_gone():
    asked = line(LineState.RETRY_WAIT, failure=THROTTLED, since_s=NOW_S - 18, next_at_s=NOW_S + 42)
    assert Action.RETRY in [each.does for each in buttons(asked, MOMENT, ALL)]
    pressed = replace(asked, retry_held_until_s=NOW_S + 42)
    assert Action.RETRY not in [each.does for each in buttons(pressed, MOMENT, ALL)]
    assert "Next try at 10:15:04, as Webex asked." in reason(pressed, MOMENT)
    later = Moment(NOW_S + 43, WALL)
    assert Action.RETRY in [each.does for each in buttons(pressed, later, ALL)]


def test_retry_now_is_free_when_nobody_asked_to_wait():
    assert buttons(line(LineState.RETRY_WAIT), MOMENT, ALL)[0].does is Action.RETRY


def test_a_dead_host_holds_nobody():
    dead = failure(disposition=Disposition.DEAD_HOST, retry_after_s=60.0)
    assert buttons(line(LineState.RETRY_WAIT, failure=dead), MOMENT, ALL)[0].does is Action.RETRY


def test_a_remedy_that_is_not_offered_is_no_button_and_there_is_always_one():
    assert labels(line(LineState.ACTION), MOMENT, NO_DEVICES) == ["Try again", "Deregister"]
    assert labels(line(LineState.ACTION), MOMENT, frozenset()) == ["Try again", "Deregister"]
    assert labels(line(LineState.FAILED, failure=None), MOMENT, ALL) == ["Try again", "Deregister"]


def test_at_most_two_remedies():
    many = failure(remedies=tuple(Remedy))
    shown = buttons(line(LineState.FAILED, failure=many), MOMENT, ALL)
    assert len(shown) == 3
    assert sum(button.primary for button in shown) == 1


def test_every_remedy_has_a_label():
    assert set(REMEDY_LABELS) == set(Remedy)


def test_small_print_holds_codes_and_a_shortened_tracking_id():
    assert small_print(line(LineState.FAILED)) == "403 / 102 · tracking ID WXC_7f3a9c1e-55a…"
    assert small_print(line(LineState.FAILED, failure=failure(tracking_id=""))) == "503"
    assert small_print(line(LineState.REGISTERED, failure=NOT_ENABLED)) == ""
    assert small_print(line(LineState.IDLE)) == ""


def test_no_sentence_holds_a_code():
    for state in LineState:
        assert not {"403", "102", "503", "WXC"} & set(reason(line(state), MOMENT).replace("_", " ").split())


def test_a_waiting_line_is_not_said_to_be_switched_off():
    assert reason(line(LineState.IDLE, wanted=True), MOMENT) == "Waiting to register."
    assert "waiting to register" in badge(line(LineState.IDLE, wanted=True), MOMENT).spoken


@pytest.mark.parametrize(
    ("since_s", "registration", "ends"),
    [
        (NOW_S, None, "it will time out there in about 3 min"),
        (NOW_S - 31, None, "it will time out there in about 2 min"),
        (NOW_S - 149, None, "it will time out there in about 1 min"),
        (NOW_S, replace(REGISTRATION, keepalive_interval_s=60), "it will time out there in about 5 min"),
        (NOW_S - 151, None, "by now it has timed out there"),
    ],
)
def test_an_unconfirmed_deregistration_says_when_it_ends_there(since_s, registration, ends):
    snapshot = line(LineState.IDLE, unconfirmed=True, since_s=since_s, registration=registration)
    assert reason(snapshot, MOMENT) == f"Switched off here. Webex did not confirm; {ends}."


def test_the_server_is_named_by_region_or_host():
    assert server_line(line(LineState.REGISTERED)) == "Primary · eu-central-1"
    assert server_line(line(LineState.REGISTERED_BACKUP)) == "Backup · eu-west-2"
    assert server_line(line(LineState.IDLE)) == ""
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
    assert badge(line(LineState.IDLE, name="<b>Ada</b>"), MOMENT).spoken.startswith("<b>Ada</b>: ")
    assert ACCOUNT.name == "Ada Lovelace"


# --- the ring (interface.md#proof-ring)


def proven(ago_s: float, next_in_s: float | None = 15.0) -> Proof | None:
    next_at_s = None if next_in_s is None else NOW_S + next_in_s
    proved_at_s = NOW_S - ago_s
    registered = line(LineState.REGISTERED, proved_at_s=proved_at_s, next_at_s=next_at_s, proof_window_s=60.0)
    return proof(registered, MOMENT)


def test_it_drains_from_the_proof_to_the_end_of_its_window():
    assert proven(0, 30) == Proof(1.0, 0.5)
    assert proven(15) == Proof(0.75, 0.5)
    assert proven(60, None) == Proof(0.0, None)


def test_past_its_window_nothing_is_proven():
    assert proven(60.1) is None


def test_a_check_beyond_the_window_stands_at_its_end():
    assert proven(0, 90) == Proof(1.0, 0.0)


@pytest.mark.parametrize("state", LineState)
def test_only_a_registered_line_has_one(state: LineState):
    assert (proof(line(state, proved_at_s=NOW_S), MOMENT) is not None) is (state in REGISTERED_STATES)
    assert proof(line(state, proved_at_s=None), MOMENT) is None
