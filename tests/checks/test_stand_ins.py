"""Stand-ins: the same for the same thing, wherever and however it is written."""

import time

import pytest

from softphone.checks.stand_ins import StandIns
from softphone.line.model import Account

ADA = Account(key="p-1", address="ada@example.com", name="Ada Lovelace", organisation="Example Ltd")
MAIL = "address-1@example.invalid"
IDENTITY = {
    "account": {"key": "p-1", "address": "ada@example.com", "name": "Ada Lovelace"},
    "line_id": "0c1f",
    "phone_number": "+442079460001",
    "voicemail": "+442079460998",
}


@pytest.fixture
def names() -> StandIns:
    made = StandIns(names_here={"adal": "user", "desk-3": "this-computer"})
    made.learn_line(IDENTITY)
    made.learn_account(Account(key="p-2", name="Ada", address="a@example.org"))
    return made


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ada Lovelace and ADA LOVELACE", "Person 1 and Person 1"),
        ("Ada, not Adam or Lovelace", "Person 2, not Adam or Lovelace"),
        ("Ada%20Lovelace", "Person 1"),
        ("ada@example.com, bob@example.org, BOB@example.org", f"person-1@example.invalid, {MAIL}, {MAIL}"),
        ("+442079460001, +44 20 7946 0001, +442079460998", "+1 *** 01, +1 *** 01, +1 *** 02"),
        ("call %2B442079460001, tel:+49 30 901820", "call +1 *** 01, tel:+1 *** 03"),
        ("extension 5101, ext. 5101, Extension 7", "extension 01, ext. 01, Extension 7"),
        ("port 5101 of p-1/calling", "port 5101 of person-1/calling"),
        ("/home/adal/x on desk-3 by adal", "/home/user/x on this-computer by user"),
        ("WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e", "WXC_7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e"),
        ("at 7f3a9c1e-55aa-4b7d-9f42-0d8a1b2c3d4e", "at id-1"),
        (
            "2026-11-22T10:14:22.123+01:00 and 127.0.0.1:45627",
            "2026-11-22T10:14:22.123+01:00 and 127.0.0.1:45627",
        ),
        ("İstanbul, Ada Lovelace", "İstanbul, Person 1"),
    ],
)
def test_a_text_tells_the_same_of_the_same(names: StandIns, text: str, told: str):
    assert names.text(text) == told


def test_words_of_the_program_and_tracking_ids_stay_in_a_value():
    names = StandIns(names_here={})
    names.learn_account(Account(key="k", name="registered", address="a@example.org"))
    told = names.value(
        {"state": "registered", "name": "registered", "tracking_id": "k", "n": 1, "of": ["k", None]}
    )
    assert told == {
        "state": "registered",
        "name": "Person 1",
        "tracking_id": "k",
        "n": 1,
        "of": ["person-1", None],
    }


def test_a_thousand_people_cost_no_more_than_one():
    names = StandIns(names_here={})
    for number in range(1000):
        names.learn_account(
            Account(key=f"k{number}", name=f"Person Number{number}", address=f"p{number}@example.org")
        )
    text = "something about nobody that is known here; " * 400
    began_s = time.process_time()
    assert names.text(text) == text
    assert names.text(f"{text}Person Number999") == f"{text}Person 1000"
    assert time.process_time() - began_s < 1.0


@pytest.mark.parametrize(
    "part", ["a", "a.", "a-", "%25", "a%40", "\\", "a@b.", "+1 ", "/home/", "eyJ-", "ext "]
)
def test_a_long_word_is_looked_through_once(part: str):
    names, text = StandIns(names_here={}), part * (200_000 // len(part))
    began_s = time.thread_time()
    names.text(text)
    assert time.thread_time() - began_s < 2.0  # a log's end has twice as much


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("..ada@x.org", f"..{MAIL}"),
        ("%3Dada%40x.org.", f"%{MAIL}."),
        ("a@b c@d.e@f.g", f"a@b {MAIL}@f.g"),
        ("to%40ada@x.org", f"to%40{MAIL}"),
    ],
)
def test_a_mail_address_is_found_whatever_stands_before_it(text: str, told: str):
    assert StandIns(names_here={}).text(text) == told
