"""Every row of the failure tables: what the machine does, and the words of interface.md#messages."""

import json

import pytest

from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Disposition, ErrorType, Remedy
from softphone.webex.failures import (
    FOREIGN_DEVICE_ADDRESS,
    NO_CALLING_SERVICE,
    TOO_MANY_WEBEX_DEVICES,
    FailureKind,
    Route,
    Voice,
    answer_failure,
    broken_answer,
    renewal_failure,
    signed_out_failure,
)
from softphone.webex.transport_faults import Fault, transport_failure

NOW = 1_800_000_000.0
DEVICES = {"errorCode": 101, "devices": [{"deviceId": "d-1"}, {"deviceId": "../x"}, {"deviceId": "d-2"}]}

ROWS = [
    # route, status, errorCode, disposition, type, message begins
    (Route.REGISTER, 400, None, Disposition.GIVE_UP, ErrorType.BAD_REQUEST, "Bad request"),
    (Route.REGISTER, 401, None, Disposition.SICK_HOST, ErrorType.TOKEN, "Token expired"),
    (Route.REGISTER, 403, None, Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.REGISTER, 403, 101, Disposition.DEVICE_LIMIT, ErrorType.REGISTRATION, "Device limit exceeded"),
    (Route.REGISTER, 403, 102, Disposition.GIVE_UP, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.REGISTER, 403, 103, Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.REGISTER, 403, 999, Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.REGISTER, 404, None, Disposition.NEXT_SERVER, ErrorType.REGISTRATION, "Device not found"),
    (Route.REGISTER, 409, None, Disposition.NEXT_SERVER, ErrorType.SERVER, "Conflict"),
    (Route.REGISTER, 408, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
    (Route.REGISTER, 418, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
    (Route.REGISTER, 429, None, Disposition.THROTTLED, ErrorType.TOO_MANY_REQUESTS, "Too many"),
    (Route.REGISTER, 500, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
    (Route.REGISTER, 501, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
    (Route.REGISTER, 503, None, Disposition.SICK_HOST, ErrorType.SERVICE_UNAVAILABLE, "Service"),
    (Route.KEEPALIVE, 400, None, Disposition.GIVE_UP, ErrorType.BAD_REQUEST, "Bad request"),
    (Route.KEEPALIVE, 401, None, Disposition.SICK_HOST, ErrorType.TOKEN, "Token expired"),
    (Route.KEEPALIVE, 403, None, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.KEEPALIVE, 403, 101, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.KEEPALIVE, 403, 102, Disposition.GIVE_UP, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.KEEPALIVE, 404, None, Disposition.DEVICE_GONE, ErrorType.REGISTRATION, "Device not found"),
    (Route.KEEPALIVE, 409, None, Disposition.SUPERSEDED, ErrorType.SESSION_SUPERSEDED, "Session superseded"),
    (Route.KEEPALIVE, 429, None, Disposition.THROTTLED, ErrorType.TOO_MANY_REQUESTS, "Too many"),
    (Route.KEEPALIVE, 503, None, Disposition.SICK_HOST, ErrorType.SERVICE_UNAVAILABLE, "Service"),
    (Route.OTHER, 400, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
    (Route.OTHER, 401, None, Disposition.SICK_HOST, ErrorType.TOKEN, "Token expired"),
    (Route.OTHER, 403, 102, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden"),
    (Route.OTHER, 404, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error"),
]


@pytest.mark.parametrize(("route", "status", "code", "disposition", "kind", "message"), ROWS)
def test_each_answer_has_its_meaning(
    route: Route, status: int, code: int | None, disposition: Disposition, kind: ErrorType, message: str
):
    body = b"" if code is None else json.dumps({"errorCode": code}).encode()
    failure = answer_failure(route, status, {}, body, host="h.webex.com", now=NOW, tracking_id="T")
    assert (failure.disposition, failure.error_type) == (disposition, kind)
    assert failure.message.startswith(message)
    assert (failure.http_status, failure.error_code, failure.tracking_id) == (status, code, "T")
    assert_is_worded(failure.title, failure.advice)


MENDS = {
    "Webex did not understand the request": (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
    "A server did not accept your sign-in": (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
    "Webex refused this device": (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS),
    "Too many devices on this line": (Remedy.CHOOSE_DEVICE,),
    "Calling is not enabled for this user": (Remedy.COPY_FOR_ADMIN, Remedy.RETRY),
    "Webex could not set up this device": (Remedy.RETRY,),
    "This server does not know the line": (Remedy.RETRY,),
    "This server holds another session of the line": (Remedy.RETRY,),
    "Webex has trouble": (Remedy.SERVICE_STATUS, Remedy.RETRY),
    "Webex is busy": (),
    "Webex forgot this device": (Remedy.RETRY,),
    "In use elsewhere": (Remedy.TAKE_BACK,),
}


def test_each_answer_names_what_mends_it():
    found = set()
    for route, status, code, *_ in ROWS:
        body = b"" if code is None else json.dumps({"errorCode": code}).encode()
        failure = answer_failure(route, status, {}, body, host="h.webex.com", now=NOW)
        assert failure.remedies == MENDS[failure.title]
        found.add(failure.title)
    assert found == set(MENDS)


@pytest.mark.parametrize("body", [b"", b" \n", b'{"message":"x"}', b"[]", b"null"])
def test_every_form_of_an_error_body_is_accepted(body: bytes):
    assert (
        answer_failure(Route.REGISTER, 403, {}, body, host="h", now=NOW).disposition
        is Disposition.NEXT_SERVER
    )


def test_the_device_limit_carries_the_devices_with_usable_ids():
    body = json.dumps(DEVICES).encode()
    failure = answer_failure(Route.REGISTER, 403, {}, body, host="h", now=NOW)
    assert [device.device_id for device in failure.devices] == ["d-1", "d-2"]
    assert failure.remedies == (Remedy.CHOOSE_DEVICE,)
    elsewhere = answer_failure(Route.KEEPALIVE, 403, {}, body, host="h", now=NOW)
    assert elsewhere.devices == ()


@pytest.mark.parametrize("code", [True, "101", 101.0, None, [101], 10**30, -(10**300)])
def test_an_error_code_of_another_type_is_none(code: object):
    body = json.dumps({"errorCode": code}).encode()
    assert answer_failure(Route.REGISTER, 403, {}, body, host="h", now=NOW).error_code is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        pytest.param("Fri, 15 Jan 2027 08:01:00 GMT", 60.0, id="V24"),
        ("999999999", 3600.0),
        ("-1", None),
        ("soon", None),
        ("Fri, 15 Jan 2027 07:00:00 GMT", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_carried(status: int, value: str | None, seconds: float | None):
    headers = {} if value is None else {"Retry-After": value}
    failure = answer_failure(Route.REGISTER, status, headers, b"", host="h", now=NOW)
    assert failure.retry_after_s == seconds


def test_the_tracking_id_of_the_body_is_preferred():
    body = b'{"trackingId":"B"}'
    assert answer_failure(Route.OTHER, 500, {}, body, host="h", now=NOW, tracking_id="T").tracking_id == "B"


SICK = {Fault.TOO_LONG, Fault.ENCODED, Fault.REDIRECTED, Fault.UNTRUSTED}
OURS = {
    Fault.UNREACHABLE,
    Fault.NAMES_SILENT,
    Fault.PROXY_SIGN_IN,
    Fault.PROXY_UNREACHABLE,
    Fault.PROXY_UNUSABLE,
}
DEAD = Disposition.DEAD_HOST


@pytest.mark.parametrize("fault", list(Fault))
def test_each_transport_fault_is_worded(fault: Fault):
    failure = transport_failure(fault, "h.webex.com", tracking_id="T")
    expected = Disposition.SICK_HOST if fault in SICK else Disposition.NO_NETWORK if fault in OURS else DEAD
    assert failure.disposition is expected
    assert not failure.unsure
    assert transport_failure(fault, "h.webex.com", sent=True).unsure
    assert failure.message
    assert_is_worded(failure.title, failure.advice)


_LOOK = (Remedy.RUN_CHECK, Remedy.RETRY)
_SETTINGS = (Remedy.NETWORK_SETTINGS, Remedy.RETRY)
_CERTIFICATE = (Remedy.ADD_CERTIFICATE, Remedy.COPY_DIAGNOSTICS)
_FAULT_OF_THEIRS = (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS)
_OTHER_TITLES = {
    "Malformed answer.": "Webex sent an answer that makes no sense",
    "Redirected by the network.": "This network wants a web sign-in",
    "Address not trusted.": "This address is not trusted",
}
_NET, _SERVER = ErrorType.NETWORK, ErrorType.SERVER


@pytest.mark.parametrize(
    ("faults", "kind", "message", "mends"),
    [
        ("REFUSED UNREACHABLE RESET TIMED_OUT", _NET, "No server answers.", _LOOK),
        ("DNS NAMES_SILENT", _NET, "The server's name was not found.", _LOOK),
        ("TLS TLS_EXPIRED TLS_NOT_YET_VALID TLS_WRONG_HOST", _NET, "The connection is not trusted.", _LOOK),
        ("TLS_UNKNOWN_ISSUER TLS_SELF_SIGNED", _NET, "The connection is not trusted.", _CERTIFICATE),
        ("PROXY_SIGN_IN", _NET, "The proxy wants a sign-in.", _SETTINGS),
        ("PROXY_REFUSED", _NET, "The proxy refused.", _SETTINGS),
        ("PROXY_UNREACHABLE", _NET, "No answer from the proxy.", _SETTINGS),
        ("PROXY_UNUSABLE", _NET, "The proxy cannot be used.", _SETTINGS),
        ("BROKEN", _NET, "Webex sent a broken answer.", _LOOK),
        ("TOO_LONG ENCODED", _SERVER, "Malformed answer.", _FAULT_OF_THEIRS),
        ("REDIRECTED", _NET, "Redirected by the network.", (Remedy.OPEN_WEB_PAGE, Remedy.RETRY)),
        ("UNTRUSTED", _SERVER, "Address not trusted.", (Remedy.COPY_DIAGNOSTICS,)),
    ],
)
def test_each_transport_fault_has_a_type_for_programs_and_names_what_mends_it(
    faults: str, kind: ErrorType, message: str, mends: tuple[Remedy, ...]
):
    for name in faults.split():
        failure = transport_failure(Fault[name], "h.webex.com")
        assert (failure.error_type, failure.message, failure.remedies) == (kind, message, mends)
        assert failure.title == _OTHER_TITLES.get(message, message.removesuffix("."))


def test_tls_causes_are_told_apart():
    advice = {transport_failure(fault, "h").advice for fault in Fault if fault.name.startswith("TLS")}
    assert len(advice) == 6
    assert "clock" in transport_failure(Fault.TLS_NOT_YET_VALID, "h").advice


def test_who_issued_a_certificate_and_which_proxy_refused_are_named():
    named = transport_failure(Fault.TLS_EXPIRED, "h", issuer="Corp {0} CA").advice
    assert named.startswith("The certificate of h, issued by Corp {0} CA, has expired.")
    assert transport_failure(Fault.TLS_EXPIRED, "h").advice.startswith("The certificate of h has expired.")
    assert transport_failure(Fault.PROXY_SIGN_IN, "h", proxy="p:1").advice.startswith(
        "p:1 let nothing through"
    )
    assert transport_failure(Fault.PROXY_SIGN_IN, "h").advice.startswith("The proxy let nothing")


def test_a_web_page_in_place_of_an_answer_is_a_portals():
    assert broken_answer("h", voice=Voice.PAGE).title == "This network wants a web sign-in"
    assert broken_answer("h", voice=Voice.PAGE).remedies == (Remedy.OPEN_WEB_PAGE, Remedy.RETRY)
    assert broken_answer("h", voice=Voice.PAGE).error_type is ErrorType.NETWORK
    for voice in (Voice.SERVICE, Voice.REFUSAL, Voice.NOISE):
        failure = broken_answer("h", status=204, voice=voice, tracking_id="T")
        assert failure.title == "Webex sent an answer that makes no sense"
        assert (failure.disposition, failure.error_type) == (Disposition.SICK_HOST, ErrorType.SERVER)
        assert failure.remedies == (Remedy.RETRY, Remedy.COPY_DIAGNOSTICS)
        assert (failure.http_status, failure.tracking_id, failure.unsure) == (204, "T", True)


def test_the_sign_in_has_ended_or_only_rests():
    ended = signed_out_failure(SignedOutError("Sign in again.", title="Your sign-in has ended"))
    assert ended.disposition is Disposition.SIGN_IN
    assert ended.message.startswith("Token expired")
    resting = renewal_failure(RenewalError("Later.", retry_after_s=7))
    assert resting.disposition is Disposition.SICK_HOST
    assert (resting.title, resting.retry_after_s) == ("Could not renew your sign-in yet", 7)


@pytest.mark.parametrize(
    ("row", "disposition", "kind", "message", "mends"),
    [
        (FOREIGN_DEVICE_ADDRESS, "SICK_HOST", "SERVER", "Device address refused.", "RETRY COPY_DIAGNOSTICS"),
        (
            NO_CALLING_SERVICE,
            "SICK_HOST",
            "SERVICE_UNAVAILABLE",
            "No calling server.",
            "RETRY COPY_FOR_ADMIN",
        ),
        (
            TOO_MANY_WEBEX_DEVICES,
            "GIVE_UP",
            "REGISTRATION",
            "Device limit exceeded for Webex apps.",
            "RETRY COPY_FOR_ADMIN",
        ),
    ],
)
def test_the_other_failures_are_worded(
    row: FailureKind, disposition: str, kind: str, message: str, mends: str
):
    failure = row.failure("h")
    assert_is_worded(failure.title, failure.advice)
    assert failure.disposition is Disposition[disposition]
    assert (failure.error_type, failure.message) == (ErrorType[kind], message)
    assert [one.name for one in failure.remedies] == mends.split()


def assert_is_worded(title: str, advice: str) -> None:
    assert title
    assert advice.endswith((".", ")"))
    for text in (title, advice):
        assert "{" not in text
        assert not any(code in text for code in ("400", "403", "404", "503"))
