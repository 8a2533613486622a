import inspect

import pytest

from softphone import errors
from softphone.errors import RequestError, SoftphoneError
from softphone.line.failure import NO_ANSWER, Remedy

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SoftphoneError)]


def test_every_error_hangs_on_the_tree_in_the_docstring() -> None:
    assert errors.__doc__ is not None
    for kind in KINDS:
        assert kind.__name__ in errors.__doc__
        assert kind is SoftphoneError or issubclass(kind.__mro__[1], SoftphoneError)


def test_an_error_reads_as_its_sentence() -> None:
    error = SoftphoneError("The disk is full.", title="Not saved", remedies=(Remedy.RETRY,), tracking_id="T1")
    assert str(error) == error.sentence == "The disk is full."
    assert (error.title, error.remedies, error.tracking_id) == ("Not saved", (Remedy.RETRY,), "T1")


@pytest.mark.parametrize("kind", [errors.ConfigError, errors.SignedOutError, errors.KeystoreAbsent])
def test_an_error_without_a_title_has_one_all_the_same(kind: type[SoftphoneError]) -> None:
    assert kind("It failed.").title


def test_an_attempt_to_sign_in_offers_another_one() -> None:
    error = errors.SignInError("Nothing was changed.", outcome=errors.SignInOutcome.DENIED)
    assert (error.title, error.remedies) == ("Sign-in not finished", (Remedy.SIGN_IN,))
    assert error.outcome is errors.SignInOutcome.DENIED


def test_a_renewal_that_failed_says_when_the_host_wants_to_be_asked_again() -> None:
    error = errors.RenewalError("The sign-in server did not answer.", retry_after_s=30.0)
    assert error.retry_after_s == 30.0
    assert error.remedies == (Remedy.RETRY,)


def test_a_keyring_that_is_absent_or_locked_is_a_keyring_that_failed() -> None:
    assert issubclass(errors.KeystoreAbsent, errors.KeystoreError)
    assert issubclass(errors.KeystoreLocked, errors.KeystoreError)


def test_a_request_that_failed_speaks_the_words_of_its_failure() -> None:
    error = RequestError(NO_ANSWER)
    assert error.failure is NO_ANSWER
    assert (error.title, str(error), error.remedies) == (
        NO_ANSWER.title,
        NO_ANSWER.advice,
        NO_ANSWER.remedies,
    )
