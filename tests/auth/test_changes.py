"""What is said of signing out, part by part (sign-in.md#signing-out)."""

from softphone.auth.changes import Receipt, ReceiptItem, Step, keyring_item, tokens_item
from softphone.auth.refusals import TOKENS_PAGE


def test_what_was_done_is_said_and_what_was_not_with_where_to_mend_it():
    assert tokens_item(revoked=True) == ReceiptItem(
        step=Step.TOKENS, done=True, sentence="The sign-in was revoked at Webex."
    )
    alive = tokens_item(revoked=False)
    assert (alive.step, alive.done, alive.link) == (Step.TOKENS, False, TOKENS_PAGE)
    assert f"you remove it at {TOKENS_PAGE}." in alive.sentence
    assert keyring_item([]) == ReceiptItem(
        step=Step.KEYRING, done=True, sentence="The saved sign-in was removed from this computer."
    )
    left = keyring_item(["a", "b"])
    assert (left.step, left.done, left.link) == (Step.KEYRING, False, "")
    assert left.sentence == "The keyring could not be emptied. Left there: a, b."
    assert Receipt((tokens_item(revoked=True), left)).failed == (left,)


def test_the_parts_are_named_for_a_person():
    assert [step.value for step in Step] == [
        "Lines",
        "Device",
        "Sign-in at Webex",
        "Keyring",
        "Sign-in page",
        "History and log",
    ]
