import time

import pytest

from softphone.history.entries import line_key
from softphone.history.values import harmless, identity_text, registration_text, shown_of, shown_text
from softphone.i18n import Phrase, phrase
from softphone.line.model import Account, LineIdentity, LineState, Service
from tests.ui.fakes import DEVICES, failure, line


def test_a_line_has_one_key_for_all_starts_of_the_program():
    ada = Account(key="ada")
    keys = {
        line_key(LineIdentity(line_id=line_id, account=ada, service=service))
        for line_id in ("one", "two")
        for service in (Service.CALLING, Service.CONTACT_CENTER)
    }
    assert keys == {"ada/calling", "ada/contactcenter"}


@pytest.mark.parametrize("state", LineState)
def test_what_was_shown_of_a_line_comes_back_as_it_was(state: LineState):
    shown = line(state)
    granted = registration_text(shown.registration) if shown.registration else None
    assert shown_of(shown_text(shown), identity_text(shown.identity), granted) == shown


def test_a_failure_keeps_its_words_to_be_translated_and_nothing_no_card_shows():
    words = phrase("No answer from {server}", server=phrase("the {role} server", role="primary"))
    shown = line(LineState.ACTION, failure=failure(title=words, message="msg", devices=DEVICES))
    back = shown_of(shown_text(shown), identity_text(shown.identity), None).failure
    assert back is not None
    assert isinstance(back.title, Phrase)
    inner = back.title.values["server"]
    assert isinstance(inner, Phrase)
    assert (back.title, inner.template) == (words, "the {role} server")
    assert (back.devices, back.message) == ((), "")


def test_unknown_names_are_ignored_so_that_fields_may_come_and_go():
    identity = identity_text(line(LineState.IDLE).identity)
    assert shown_of('{"state":"failed","newer":[1]}', identity, None).state is LineState.FAILED


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://user:pass@a.example/b?c=d#e", "https://a.example/b"),
        ("See https://a.example/b?c=d, or ask?", "See https://a.example/b or ask?"),
        ("sip:ada@example.com", "sip:ada@example.com"),
        ("Did it work? #1", "Did it work? #1"),
        ("Authorization: Bearer abcdefgh", "Authorization: [hidden]"),
    ],
)
def test_addresses_lose_what_may_be_secret_and_sentences_stay(text: str, kept: str):
    assert harmless(text) == kept


@pytest.mark.parametrize("part", ["http://", "a.", "://", "a://b@", "http://?"])
def test_a_long_text_is_made_harmless_in_no_time(part: str):
    began_s = time.thread_time()
    harmless(part * (100_000 // len(part)))
    assert time.thread_time() - began_s < 1.0
