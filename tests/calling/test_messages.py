"""What a service tells an account unasked, as values (calling/messages.py)."""

import pytest

from softphone.calling.messages import CallRinging, MessageState, PastCall, PastCalls
from softphone.line.model import Caller

ANN = Caller("Ann Example", "+12145555008")


@pytest.mark.parametrize(
    "value",
    [
        CallRinging(call_id="c1", device_id="d1", caller=ANN),
        PastCall(other=ANN),
        PastCalls((PastCall(other=ANN),)),
    ],
)
def test_no_picture_of_a_value_has_a_callers_name_or_number(value: object):
    assert "Ann" not in repr(value)
    assert "5008" not in repr(value)


def test_a_state_that_says_no_more_needs_nobody():
    state = MessageState(online=True, since_s=1.0)
    assert (state.cause, state.needs_person) == ("", False)
