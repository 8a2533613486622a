"""A developer's line: what it passes on, how it is waited for, and who may listen (calling/line.py)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, get_args

import pytest

from softphone.calling.driven_line import DrivenLine
from softphone.calling.line import EVENT_NAMES, TOLD_OTHERWISE, EventName, Line, SilentEvent, error_payload
from softphone.errors import RegistrationError, RegistrationTimeoutError
from softphone.line.device import Device
from softphone.line.failure import (
    ALL_SERVERS_FAILED,
    IN_USE_ELSEWHERE,
    NO_ANSWER,
    Disposition,
    ErrorType,
    Failure,
)
from softphone.line.model import LineIdentity, LineState, LineStatus, Registration
from softphone.values import replace
from tests.calling.fake_provider import ADA, BUSY, LIMIT_MET
from tests.calling.virtual_time import in_virtual_time, run

IDENTITY = LineIdentity(
    line_id="id", account=ADA, user_id="user", phone_number="+1214", extension="5101", voicemail="5999"
)
GRANTED = Registration(
    device=Device(device_id="d1", sip_addresses=("sip:ada@example.com",), last_seen="2026-01-01T00:00:00Z"),
    keepalive_interval_s=30.0,
    call_keepalive_interval_s=20.0,
    rehoming_interval_min_minutes=60.0,
    rehoming_interval_max_minutes=120.0,
    voice_portal_number="+1215",
    voice_portal_extension="5102",
)


class Driven:
    """A line, and a test that drives it."""

    def __init__(self) -> None:
        self.line = DrivenLine(IDENTITY)
        self.asked: list[str] = []
        self.line.connect(self._register, self._deregister)

    def show(self, state: LineState, **fields: Any) -> None:
        self.line.show(replace(self.line.snapshot, state=state, **fields))

    def registered(self) -> None:
        """Show it registered, proved just now."""
        now_s = asyncio.get_running_loop().time()
        fields = {"wanted": True, "registration": GRANTED, "proved_at_s": now_s, "status": LineStatus.ACTIVE}
        self.show(LineState.REGISTERED, **fields)

    async def waiting(self, wait: Coroutine[Any, Any, Line]) -> asyncio.Task[Line]:
        """Begin to wait, and let it come as far as it comes."""
        task = asyncio.get_running_loop().create_task(wait)
        for _ in range(5):
            await asyncio.sleep(0)
        return task

    def _register(self) -> None:
        self.asked.append("register")
        self.show(self.line.snapshot.state, wanted=True)

    def _deregister(self) -> None:
        self.asked.append("deregister")
        self.show(self.line.snapshot.state, wanted=False)


@pytest.mark.parametrize(
    ("failure", "passed"),
    [
        (
            replace(LIMIT_MET, tracking_id="T1"),
            ("inactive", "registrationError", "Device limit exceeded", 403, 101, "T1", ()),
        ),
        (
            ALL_SERVERS_FAILED,
            ("inactive", "serviceUnavailable", ALL_SERVERS_FAILED.message, None, None, None, ("retry",)),
        ),
        (
            IN_USE_ELSEWHERE,
            ("inactive", "sessionSuperseded", IN_USE_ELSEWHERE.message, 409, None, None, ("take-back",)),
        ),
    ],
)
def test_an_error_event_passes_all_that_is_known_of_it(failure: Failure, passed: tuple[object, ...]):
    payload = error_payload(failure, 12.5)
    names = ("status", "type", "msg", "http_status", "error_code", "tracking_id", "remedies")
    assert tuple(payload[name] for name in names) == passed  # type: ignore[literal-required]
    assert (payload["title"], payload["advice"]) == (failure.title, failure.advice)
    assert payload["next_in_s"] == 12.5
    assert error_payload(failure)["next_in_s"] is None


def test_what_the_line_was_told_otherwise_is_a_failure_of_the_registration_that_helps_nobody_to_retry():
    assert TOLD_OTHERWISE.error_type is ErrorType.REGISTRATION
    assert TOLD_OTHERWISE.disposition is Disposition.GIVE_UP


# ---- what it is


@in_virtual_time
async def test_before_a_registration_there_is_nothing_of_it_and_afterwards_it_stays():
    driven = Driven()
    line = driven.line
    assert line.sip_addresses == ()
    granted_later = {name for name, value in line.to_dict().items() if value is None}
    assert line.to_dict() == dict.fromkeys(granted_later) | {
        "lineId": "id",
        "phoneNumber": "+1214",
        "extension": "5101",
        "status": "IDLE",
        "sipAddresses": [],
        "voicemail": "5999",
    }
    driven.registered()
    all_of_it = line.to_dict()
    assert {name: all_of_it[name] for name in granted_later} == {
        "mobiusDeviceId": "d1",
        "lastSeen": "2026-01-01T00:00:00Z",
        "keepaliveInterval": 30.0,
        "callKeepaliveInterval": 20.0,
        "rehomingIntervalMin": 60.0,
        "rehomingIntervalMax": 120.0,
        "voicePortalNumber": "+1215",
        "voicePortalExtension": "5102",
    }
    assert line.sip_addresses == ("sip:ada@example.com",)
    driven.show(LineState.IDLE, registration=None, status=LineStatus.INACTIVE)
    assert line.to_dict() == all_of_it | {"status": "inactive"}
    assert (line.line_id, line.user_id) == ("id", "user")


@in_virtual_time
async def test_a_service_that_does_not_say_when_it_saw_the_device_is_not_quoted():
    driven = Driven()
    driven.show(LineState.REGISTERED, registration=replace(GRANTED, device=Device(device_id="d1")))
    assert driven.line.last_seen is None


@in_virtual_time
async def test_the_state_is_that_of_this_moment():
    driven = Driven()
    driven.registered()
    await asyncio.sleep(driven.line.snapshot.proof_window_s)
    assert driven.line.state is LineState.REGISTERED
    await asyncio.sleep(1)
    assert (driven.line.state, driven.line.snapshot.state) == (LineState.CHECKING, LineState.REGISTERED)


@in_virtual_time
async def test_a_line_that_nobody_drives_has_a_state():
    assert Line(IDENTITY).state is LineState.IDLE


def test_a_line_without_a_client_says_that_it_is_closed():
    line = Line(IDENTITY)
    for command in (line.register, line.deregister):
        with pytest.raises(RuntimeError, match=r"^The line's client is closed$"):
            command()


# ---- who waits


@in_virtual_time
async def test_who_waits_for_a_registration_asks_for_it_unless_it_is_wanted():
    driven = Driven()
    first = await driven.waiting(driven.line.registered())
    assert driven.asked == ["register"]
    driven.show(LineState.REGISTERING, wanted=True)
    second = await driven.waiting(driven.line.registered())
    assert driven.asked == ["register"]
    assert not first.done()
    driven.registered()
    assert await first is driven.line
    assert await second is driven.line
    assert await driven.line.registered(timeout=0) is driven.line


@in_virtual_time
async def test_a_registration_counts_on_a_backup_and_only_with_fresh_proof():
    driven = Driven()
    driven.registered()
    await asyncio.sleep(driven.line.snapshot.proof_window_s + 1)
    waiting = await driven.waiting(driven.line.registered())
    assert not waiting.done()
    driven.show(LineState.REGISTERED_BACKUP, proved_at_s=asyncio.get_running_loop().time())
    assert await waiting is driven.line


@pytest.mark.parametrize(
    "state", [LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT]
)
@pytest.mark.parametrize(("failure", "said"), [(BUSY, BUSY), (None, TOLD_OTHERWISE)])
@in_virtual_time
async def test_where_only_a_person_can_help_who_waits_is_told_why(
    state: LineState, failure: Failure | None, said: Failure
):
    driven = Driven()
    waiting = await driven.waiting(driven.line.registered())
    driven.show(state, wanted=True, failure=failure)
    with pytest.raises(RegistrationError) as caught:
        await waiting
    assert caught.value.failure == said
    assert not isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("wanted", [True, False])
@in_virtual_time
async def test_a_line_that_is_in_use_elsewhere_is_not_taken_back_by_waiting(wanted: bool):
    driven = Driven()
    driven.show(LineState.ELSEWHERE, wanted=wanted, failure=IN_USE_ELSEWHERE)
    with pytest.raises(RegistrationError) as caught:
        await driven.line.registered()
    assert caught.value.failure == IN_USE_ELSEWHERE
    assert driven.asked == []


@pytest.mark.parametrize("state", [LineState.IDLE, LineState.DEREGISTERING, LineState.RECONNECTING])
@in_virtual_time
async def test_who_waits_for_a_registration_that_nobody_wants_any_more_is_told(state: LineState):
    driven = Driven()
    driven.show(LineState.REGISTERING, wanted=True)
    waiting = await driven.waiting(driven.line.registered())
    driven.show(state, wanted=False)
    with pytest.raises(RegistrationError) as caught:
        await waiting
    assert caught.value.failure == TOLD_OTHERWISE


@in_virtual_time
async def test_who_waits_for_the_end_asks_for_it_unless_the_line_is_off():
    driven = Driven()
    assert await driven.line.deregistered(timeout=0) is driven.line
    assert driven.asked == []
    driven.registered()
    waiting = await driven.waiting(driven.line.deregistered())
    assert driven.asked == ["deregister"]
    driven.show(LineState.IDLE)
    assert await waiting is driven.line


@pytest.mark.parametrize("state", [state for state in LineState if state is not LineState.IDLE])
@in_virtual_time
async def test_a_line_is_off_only_when_it_is_idle_and_the_service_has_confirmed_it(state: LineState):
    driven = Driven()
    driven.show(state)
    waiting = await driven.waiting(driven.line.deregistered())
    assert driven.asked == ["deregister"]
    driven.show(LineState.IDLE, unconfirmed=True)
    await asyncio.sleep(1)
    assert not waiting.done()
    driven.show(LineState.IDLE, unconfirmed=False)
    assert await waiting is driven.line


@in_virtual_time
async def test_a_line_that_is_off_and_wanted_at_the_next_start_is_deregistered_for_good():
    driven = Driven()
    driven.show(LineState.IDLE, wanted=True)
    assert await driven.line.deregistered(timeout=1) is driven.line
    assert driven.asked == ["deregister"]


@in_virtual_time
async def test_who_waits_for_the_end_is_told_when_the_line_is_wanted_again():
    driven = Driven()
    driven.show(LineState.DEREGISTERING)
    waiting = await driven.waiting(driven.line.deregistered())
    driven.show(LineState.IDLE, wanted=True)
    with pytest.raises(RegistrationError) as caught:
        await waiting
    assert caught.value.failure == TOLD_OTHERWISE


@pytest.mark.parametrize(("failure", "said"), [(BUSY, BUSY), (None, NO_ANSWER)])
@pytest.mark.parametrize(("next_at_s", "next_in_s"), [(None, None), (12.3456, 7.3), (5.0, 0.0), (1.0, 0.0)])
@in_virtual_time
async def test_too_late_is_told_with_the_last_reason_and_when_it_is_tried_again(
    failure: Failure | None, said: Failure, next_at_s: float | None, next_in_s: float | None
):
    driven = Driven()
    driven.show(LineState.RETRY_WAIT, wanted=True, failure=failure, next_at_s=next_at_s)
    with pytest.raises(RegistrationTimeoutError) as caught:
        await driven.line.registered(timeout=5.0)
    assert asyncio.get_running_loop().time() == pytest.approx(5.0)
    assert (caught.value.failure, caught.value.next_in_s) == (said, next_in_s)
    assert isinstance(caught.value, TimeoutError)
    assert driven.asked == []
    driven.registered()
    assert await driven.line.registered(timeout=0) is driven.line


@in_virtual_time
async def test_one_who_gives_up_is_forgotten_and_the_others_are_told():
    driven = Driven()
    driven.show(LineState.REGISTERING, wanted=True)
    first = await driven.waiting(driven.line.registered())
    second = await driven.waiting(driven.line.registered(timeout=60))
    first.cancel()
    await asyncio.sleep(1)
    driven.registered()
    assert await second is driven.line
    assert driven.line._waiting == []


@pytest.mark.parametrize("wait", [Line.registered, Line.deregistered])
@in_virtual_time
async def test_who_waits_when_the_client_closes_is_told(wait: Callable[[Line], Any]):
    driven = Driven()
    driven.show(LineState.REGISTERING, wanted=wait is Line.registered)
    waiting = await driven.waiting(wait(driven.line))
    driven.line.close()
    with pytest.raises(RegistrationError) as caught:
        await waiting
    assert caught.value.failure == TOLD_OTHERWISE
    with pytest.raises(RuntimeError, match="closed"):
        driven.line.register()


def test_on_another_loop_or_without_one_it_says_what_helps():
    driven = list[Driven]()

    async def driven_here() -> None:
        driven.append(Driven())

    async def wait_there() -> None:
        driven[0].show(LineState.REGISTERING, wanted=True)
        await driven[0].line.registered()

    run(driven_here())
    line = driven[0].line
    for command in (line.register, line.deregister, lambda: run(wait_there())):
        with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
            command()
    assert driven[0].asked == []


# ---- who listens


def test_a_type_checker_knows_the_events_and_which_of_them_pass_nothing():
    assert set(get_args(EventName)) == set(EVENT_NAMES)
    assert set(get_args(SilentEvent)) == {"connecting", "unregistered", "reconnecting", "reconnected"}


@pytest.mark.parametrize("event", EVENT_NAMES)
def test_a_listener_hears_until_it_is_taken_off_either_way(event: str):
    line, heard = DrivenLine(IDENTITY), list[str]()
    first, second = lambda *_: heard.append("first"), lambda *_: heard.append("second")
    stop = line.on(event, first)  # type: ignore[call-overload]
    line.on(event, second)  # type: ignore[call-overload]
    line._tell(event)  # type: ignore[arg-type]
    stop()
    stop()
    line._tell(event)  # type: ignore[arg-type]
    line.off(event, second)  # type: ignore[arg-type]
    line._tell(event)  # type: ignore[arg-type]
    assert heard == ["first", "second", "second"]


def test_an_event_that_does_not_exist_is_refused_and_those_that_do_are_named():
    line = Line(IDENTITY)
    for call in (line.on, line.off):
        with pytest.raises(
            ValueError, match=r"^'ringing' is no event.*There are: connecting, registered, .*call_ended\.$"
        ):
            call("ringing", print)  # type: ignore[arg-type, call-overload]


class Awaited:
    """Nobody would await what it does."""

    async def __call__(self) -> None: ...


async def awaited() -> None: ...


@pytest.mark.parametrize("listener", [None, "text", awaited, Awaited()])
def test_what_cannot_be_called_or_would_not_be_awaited_is_refused(listener: object):
    line = Line(IDENTITY)
    with pytest.raises(TypeError, match=r"^connecting: the listener must be a plain function"):
        line.on("connecting", listener)  # type: ignore[call-overload]
    assert line._listeners["connecting"] == []
