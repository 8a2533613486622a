"""Every row of the failure tables: what the machine does, and the words of interface.md#messages."""

import json

import pytest

from softphone.errors import RenewalError, SignedOutError
from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
from softphone.values import replace
from softphone.webex.failures import (
    FOREIGN_DEVICE_ADDRESS,
    NO_CALLING_SERVICE,
    NONSENSE,
    PORTAL,
    TOO_MANY_WEBEX_DEVICES,
    UNEXPECTED,
    FailureKind,
    Route,
    Voice,
    answer_failure,
    broken_answer,
    failure_of,
    renewal_failure,
    signed_out_failure,
    voice_of,
)
from softphone.webex.transport_faults import Fault, transport_failure

NOW = 1_800_000_000.0
DEVICES = {"errorCode": 101, "devices": [{"deviceId": "d-1"}, {"deviceId": "../x"}, {"deviceId": "d-2"}]}

NOT_SET_UP = "Forbidden: this user is not set up for web calling."
ROWS = [
    # route, status, errorCode, disposition, type, message
    (Route.REGISTER, 400, None, Disposition.GIVE_UP, ErrorType.BAD_REQUEST, "Bad request."),
    (
        Route.REGISTER,
        401,
        None,
        Disposition.SICK_HOST,
        ErrorType.TOKEN,
        "Token expired or refused by this server.",
    ),
    (Route.REGISTER, 403, None, Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, "Forbidden."),
    (
        Route.REGISTER,
        403,
        101,
        Disposition.DEVICE_LIMIT,
        ErrorType.REGISTRATION,
        "Device limit exceeded for this user.",
    ),
    (Route.REGISTER, 403, 102, Disposition.GIVE_UP, ErrorType.FORBIDDEN, NOT_SET_UP),
    (
        Route.REGISTER,
        403,
        103,
        Disposition.NEXT_SERVER,
        ErrorType.FORBIDDEN,
        "Forbidden: the device could not be set up.",
    ),
    (Route.REGISTER, 403, 999, Disposition.NEXT_SERVER, ErrorType.FORBIDDEN, "Forbidden."),
    (Route.REGISTER, 404, None, Disposition.NEXT_SERVER, ErrorType.REGISTRATION, "Device not found."),
    (Route.REGISTER, 409, None, Disposition.NEXT_SERVER, ErrorType.SERVER, "Conflict."),
    (Route.REGISTER, 408, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
    (Route.REGISTER, 418, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
    (Route.REGISTER, 429, None, Disposition.THROTTLED, ErrorType.TOO_MANY_REQUESTS, "Too many requests."),
    (Route.REGISTER, 500, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
    (Route.REGISTER, 501, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
    (Route.REGISTER, 503, None, Disposition.SICK_HOST, ErrorType.SERVICE_UNAVAILABLE, "Service unavailable."),
    (Route.KEEPALIVE, 400, None, Disposition.GIVE_UP, ErrorType.BAD_REQUEST, "Bad request."),
    (
        Route.KEEPALIVE,
        401,
        None,
        Disposition.SICK_HOST,
        ErrorType.TOKEN,
        "Token expired or refused by this server.",
    ),
    (Route.KEEPALIVE, 403, None, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden."),
    (Route.KEEPALIVE, 403, 101, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden."),
    (Route.KEEPALIVE, 403, 102, Disposition.GIVE_UP, ErrorType.FORBIDDEN, NOT_SET_UP),
    (Route.KEEPALIVE, 404, None, Disposition.DEVICE_GONE, ErrorType.REGISTRATION, "Device not found."),
    (
        Route.KEEPALIVE,
        409,
        None,
        Disposition.SUPERSEDED,
        ErrorType.SESSION_SUPERSEDED,
        "Session superseded: the line is in use elsewhere.",
    ),
    (Route.KEEPALIVE, 429, None, Disposition.THROTTLED, ErrorType.TOO_MANY_REQUESTS, "Too many requests."),
    (
        Route.KEEPALIVE,
        503,
        None,
        Disposition.SICK_HOST,
        ErrorType.SERVICE_UNAVAILABLE,
        "Service unavailable.",
    ),
    (Route.OTHER, 400, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
    (
        Route.OTHER,
        401,
        None,
        Disposition.SICK_HOST,
        ErrorType.TOKEN,
        "Token expired or refused by this server.",
    ),
    (Route.OTHER, 403, 102, Disposition.SICK_HOST, ErrorType.FORBIDDEN, "Forbidden."),
    (Route.OTHER, 404, None, Disposition.SICK_HOST, ErrorType.SERVER, "Server error."),
]


@pytest.mark.parametrize(("route", "status", "code", "disposition", "kind", "message"), ROWS)
def test_each_answer_has_its_meaning(
    route: Route, status: int, code: int | None, disposition: Disposition, kind: ErrorType, message: str
):
    body = b"" if code is None else json.dumps({"errorCode": code}).encode()
    failure = answer_failure(route, status, {}, body, host="h.webex.com", now=NOW, tracking_id="T")
    assert (failure.disposition, failure.error_type) == (disposition, kind)
    assert failure.message == message
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
    over = SignedOutError("Gone.", title="Ended", remedies=(Remedy.SIGN_IN,), tracking_id="T")
    assert signed_out_failure(over) == Failure(
        disposition=Disposition.SIGN_IN,
        error_type=ErrorType.TOKEN,
        title="Ended",
        advice="Gone.",
        message="Token expired. Sign in again.",
        remedies=(Remedy.SIGN_IN,),
        http_status=401,
        tracking_id="T",
    )
    later = RenewalError("Later.", remedies=(Remedy.RETRY,), retry_after_s=7, tracking_id="T")
    resting = Failure(
        disposition=Disposition.SICK_HOST,
        error_type=ErrorType.TOKEN,
        title="Could not renew your sign-in yet",
        advice="Later.",
        message="The sign-in could not be renewed yet.",
        remedies=(Remedy.RETRY,),
        retry_after_s=7,
        tracking_id="T",
    )
    assert renewal_failure(later, tracking_id="A") == resting
    assert renewal_failure(RenewalError("Later."), tracking_id="A").tracking_id == "A"
    refused = renewal_failure(later, rejected_by="h")  # the host's own trouble, at its own time
    assert refused == replace(resting, http_status=401, retry_after_s=None)


@pytest.mark.parametrize(
    ("kind", "body", "voice"),
    [
        ("", b"", Voice.SERVICE),
        ("", b" \n", Voice.SERVICE),
        ("", b"null", Voice.SERVICE),
        ("", b"[]", Voice.SERVICE),
        ("application/json", b'{"a": 1}', Voice.SERVICE),
        ("", b'{"message": "", "messagex": 1}', Voice.SERVICE),
        ("", b'{"device": {"a": 1}, "message": "x"}', Voice.SERVICE),
        ("", b'{"device": {}, "message": "x"}', Voice.REFUSAL),
        ("", b'{"errorCode": 1}', Voice.REFUSAL),
        ("", b'{"error": 1}', Voice.REFUSAL),
        ("", b'{"errors": 1}', Voice.REFUSAL),
        ("", b"5", Voice.NOISE),
        ("", b"false", Voice.NOISE),
        ("", b"x<html>", Voice.NOISE),
        ("text/html", b"{}", Voice.PAGE),
        (" Text/HTML ; charset=utf-8", b"", Voice.PAGE),
        ("application/xhtml+xml", b"", Voice.PAGE),
        ("", b"\xef\xbb\xbf \t\r\n<html>", Voice.PAGE),
        ("", b" " * 255 + b"<", Voice.PAGE),
        ("", b" " * 256 + b"<", Voice.NOISE),
    ],
)
def test_who_speaks_is_told_by_form_and_not_by_status(kind: str, body: bytes, voice: Voice):
    assert voice_of({"Content-Type": kind} if kind else {}, body) is voice
    assert voice.is_service is (voice in {Voice.SERVICE, Voice.REFUSAL})


_TROUBLE = "Webex has trouble"


@pytest.mark.parametrize(
    ("status", "body", "title", "unsure"),
    [
        (200, b"", None, False),
        (299, b"{}", None, False),
        (200, b'{"error": "x"}', NONSENSE.title, True),
        (200, b"<html>", PORTAL.title, True),
        (404, b"", None, False),
        (404, b'{"message": "x"}', None, False),
        (404, b"<html>", PORTAL.title, True),
        (404, b"text", NONSENSE.title, True),
        (300, b"", _TROUBLE, False),
        (199, b"", _TROUBLE, False),
        (405, b"", _TROUBLE, False),
        (429, b"<html>", "Webex is busy", False),
        (499, b"<html>", PORTAL.title, True),
        (500, b"<html>", _TROUBLE, True),
    ],
)
def test_only_a_word_of_the_service_is_taken_for_one(
    status: int, body: bytes, title: str | None, unsure: bool
):
    failure = failure_of(Route.OTHER, status, {}, body, accept={404}, host="h", now=NOW, tracking_id="T")
    if failure is None:
        assert title is None
        return
    assert (failure.title, failure.unsure) == (title, unsure)
    assert (failure.http_status, failure.tracking_id) == (status, "T")


def test_what_nobody_thought_of_is_tried_again():
    failure = UNEXPECTED.failure(unsure=True)
    assert failure.advice == "This is likely a fault in this app. It is tried again."
    assert (failure.disposition, failure.title) == (Disposition.SICK_HOST, NONSENSE.title)
    assert failure.unsure


def test_a_reason_stands_in_brackets_behind_the_advice_and_none_leaves_no_brackets():
    plain = transport_failure(Fault.UNTRUSTED, "h")
    assert plain.advice.endswith("own servers.")
    assert plain.tracking_id == ""
    told = transport_failure(Fault.UNTRUSTED, "h", reason="it is {odd}", tracking_id="T")
    assert (told.advice, told.tracking_id) == (f"{plain.advice} (it is {{odd}})", "T")


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
