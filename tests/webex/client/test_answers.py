"""Whose word an answer is: the service's, or that of somebody in its place."""

import json
from typing import Any

import pytest

from softphone.errors import RequestError
from softphone.line.device import Device
from softphone.line.failure import Disposition, ErrorType
from softphone.line.model import Reach
from softphone.webex.failures import Route, Voice, answer_failure, failure_of, voice_of
from tests.webex.provider.small_cloud import Small, small
from tests.webex.provider.test_provider import CALLING, fail_of
from tests.webex.raw_server import Exchange

JSON = {"Content-Type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<html><body>Please sign in</body></html>"
DEVICE = Device(device_id="d1")
BEAT = "POST /p/api/v1/calling/web/devices/d1/status"
TAKE_DOWN = "DELETE /p/api/v1/calling/web/devices/d1"
REGISTER = "POST /p/api/v1/calling/web/device"
PING = "GET /p/api/v1/ping"

ANSWERS = [
    # headers, body, whose word
    ({}, b"", Voice.SERVICE),
    ({}, b" \r\n", Voice.SERVICE),
    (JSON, b"{}", Voice.SERVICE),
    ({}, b'{"device":{"deviceId":"d1"}}', Voice.SERVICE),
    (JSON, b'{"device":{"deviceId":"d1"},"message":"ok"}', Voice.SERVICE),
    (JSON, b'{"errorCode":0,"message":""}', Voice.SERVICE),
    ({}, b"[]", Voice.SERVICE),
    ({}, b"null", Voice.SERVICE),
    ({"content-type": "text/plain"}, b'{"a":1}', Voice.SERVICE),
    (JSON, b'{"errorCode":101}', Voice.REFUSAL),
    (JSON, b'{"message":"Unauthorized","trackingId":"T"}', Voice.REFUSAL),
    (JSON, b'{"error":"invalid_request"}', Voice.REFUSAL),
    (JSON, b'{"errors":[{"description":"x"}]}', Voice.REFUSAL),
    (HTML, PAGE, Voice.PAGE),
    (HTML, b"", Voice.PAGE),
    (HTML, b"{}", Voice.PAGE),
    ({"CONTENT-TYPE": "Application/XHTML+XML"}, b"{}", Voice.PAGE),
    (JSON, PAGE, Voice.PAGE),
    ({}, b"\xef\xbb\xbf \n<!DOCTYPE html>", Voice.PAGE),
    ({}, b"<?xml version='1.0'?>", Voice.PAGE),
    ({"content-type": "text/plain"}, b"OK", Voice.NOISE),
    (JSON, b"404 page not found", Voice.NOISE),
    (JSON, b'{"device": oops', Voice.NOISE),
    (JSON, b'"ok"', Voice.NOISE),
    (JSON, b"7", Voice.NOISE),
    (JSON, b"\xff\xfe", Voice.NOISE),
    (JSON, b'{"a":1,"a":2}', Voice.NOISE),
]


@pytest.mark.parametrize(("headers", "body", "voice"), ANSWERS)
def test_whose_word_it_is(headers: dict[str, str], body: bytes, voice: Voice):
    assert voice_of(headers, body) is voice


@pytest.mark.parametrize("route", list(Route))
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 410, 418])
@pytest.mark.parametrize(
    ("headers", "body"), [(HTML, PAGE), ({}, PAGE), (HTML, b""), ({}, b"Blocked by policy")]
)
def test_what_a_gateway_says_decides_about_no_line_and_no_sign_in(
    route: Route, status: int, headers: dict[str, str], body: bytes
):
    failure = answer_failure(route, status, headers, body, host="h", now=0.0)
    assert failure.disposition is Disposition.SICK_HOST
    assert failure.error_type is not ErrorType.TOKEN
    assert failure.unsure
    assert failure_of(route, status, headers, body, accept={status}, host="h", now=0.0) == failure


@pytest.mark.parametrize("headers", [{}, HTML])
def test_a_page_with_429_or_5xx_is_what_its_status_says(headers: dict[str, str]):
    throttled = answer_failure(Route.REGISTER, 429, headers | {"Retry-After": "7"}, PAGE, host="h", now=0.0)
    assert (throttled.disposition, throttled.retry_after_s) == (Disposition.THROTTLED, 7)
    assert not throttled.unsure
    sick = answer_failure(Route.KEEPALIVE, 503, headers, PAGE, host="h", now=0.0)
    assert sick.error_type is ErrorType.SERVICE_UNAVAILABLE
    assert sick.unsure


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
def test_a_refusal_of_the_service_itself_is_sure(status: int):
    assert not answer_failure(Route.REGISTER, status, JSON, b'{"message":"x"}', host="h", now=0.0).unsure


def answering(bench: Small, route: str, status: int, headers: Any, body: bytes) -> None:
    """Let the cloud answer one route so."""
    original = bench.server.handler

    async def handler(exchange: Exchange) -> None:
        if exchange.asked.line.startswith(f"{route} "):
            await exchange.answer(status, body, **headers)
        else:
            await original(exchange)

    bench.server.handler = handler


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(HTML, PAGE, id="L7 a page"),
        pytest.param(JSON, b'{"message":"Unauthorized","trackingId":"T"}', id="L7 an error body"),
        pytest.param(HTML, b"", id="an empty page"),
        pytest.param({}, b"OK", id="plain text"),
        pytest.param(JSON, b'{"device": oops', id="garbled"),
    ],
)
async def test_l7_only_a_well_formed_answer_of_the_service_is_proof(headers: dict[str, str], body: bytes):
    async with small() as bench:
        await bench.provider.discover()
        for route in (BEAT, TAKE_DOWN, PING):
            answering(bench, route, 200, headers, body)
        beat = await fail_of(bench.provider.keepalive(bench.primary, DEVICE, 5))
        assert beat.failure.disposition is Disposition.SICK_HOST
        assert beat.failure.unsure
        taken_down = await fail_of(bench.provider.deregister(bench.primary, DEVICE))
        assert taken_down.failure.unsure
        assert await bench.provider.ping(bench.primary) is Reach.ANSWERS


@pytest.mark.parametrize(
    ("status", "body"), [(200, b""), (204, b""), (200, b"{}"), (202, b'{"deviceId":"d1"}')]
)
async def test_what_the_service_itself_says_is_proof(status: int, body: bytes):
    async with small() as bench:
        await bench.provider.discover()
        for route in (BEAT, TAKE_DOWN):
            answering(bench, route, status, {}, body)
        await bench.provider.keepalive(bench.primary, DEVICE, 5)
        await bench.provider.deregister(bench.primary, DEVICE)


@pytest.mark.parametrize("body", [b"[]", b"null", b"true", b'"ok"', b'[{"deviceId":"d1"}]'])
async def test_json_of_another_kind_than_the_service_sends_is_no_proof(body: bytes):
    async with small() as bench:
        await bench.provider.discover()
        answering(bench, BEAT, 200, JSON, body)
        beat = await fail_of(bench.provider.keepalive(bench.primary, DEVICE, 5))
        assert beat.failure.disposition is Disposition.SICK_HOST


async def test_a_page_that_says_404_is_not_gone():
    async with small() as bench:
        await bench.provider.discover()
        for route in (BEAT, TAKE_DOWN):
            answering(bench, route, 404, HTML, PAGE)
        for work in (
            bench.provider.keepalive(bench.primary, DEVICE, 5),
            bench.provider.deregister(bench.primary, DEVICE),
        ):
            error = await fail_of(work)
            assert error.failure.disposition is Disposition.SICK_HOST
            assert error.title == "This network wants a web sign-in"


async def test_nobody_answers_a_ping_when_nobody_is_there():
    async with small() as bench:
        await bench.provider.discover()
        await bench.server.stop()
        assert await bench.provider.ping(bench.primary) is Reach.SILENT


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (302, {"Location": "http://localhost/"}, b""),
        *((status, {}, b"") for status in (401, 403, 404, 500, 503)),
        (200, {"content-encoding": "br"}, b"x"),
    ],
)
async def test_whoever_answers_a_ping_is_somebody(status: int, headers: dict[str, str], body: bytes):
    async with small() as bench:
        await bench.provider.discover()
        answering(bench, PING, status, headers, body)
        assert await bench.provider.ping(bench.primary) is Reach.ANSWERS


# --- A grant that is refused ---


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"device":{"deviceId":"d1","uri":"https://x', id="cut in the middle"),
        pytest.param(b'{"device":{"deviceId":"d1"}}', id="no address"),
        pytest.param(b'{"device":{"deviceId":"d1"},"keepaliveInterval":NaN}', id="no number"),
        pytest.param(b'{"device" : { "deviceId" : "d1", "uri" : 7 } }', id="an address of another type"),
        pytest.param(
            b'{"device":{"deviceId":"d1","uri":"https://[::1/devices/d1"}}', id="S2 no address at all"
        ),
    ],
)
async def test_s7_a_garbled_grant_that_names_its_device_can_be_given_back(body: bytes):
    async with small() as bench:
        found = await bench.provider.discover()
        bench.routes.table[REGISTER] = (200, body)
        error = await fail_of(bench.provider.register(bench.primary, CALLING))
        assert error.failure.disposition is Disposition.SICK_HOST
        assert error.failure.unsure
        device = getattr(error, "device", None)
        assert device == Device(device_id="d1", client_device_uri=found.device_uri)
        bench.routes.table[TAKE_DOWN] = (204, b"")
        await bench.provider.deregister(bench.primary, device)
        assert len(bench.asked(TAKE_DOWN)) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PAGE, id="a page"),
        pytest.param(b'{"device":{"deviceId":"../x"}}', id="an id that is none"),
        pytest.param(b'{"errorCode":101,"devices":[{"deviceId":"d1"}]}', id="the devices of others"),
        pytest.param(
            b'{"device":{"deviceId":"d1","clientDeviceUri":"https://other/d"}}', id="of another phone"
        ),
        pytest.param(b'{"device":{"deviceId":"d1","deviceId":"d2"}}', id="two ids"),
    ],
)
async def test_s7_a_grant_that_names_no_device_of_ours_is_unsure_and_no_more(body: bytes):
    async with small() as bench:
        await bench.provider.discover()
        bench.routes.table[REGISTER] = (200, body)
        error = await fail_of(bench.provider.register(bench.primary, CALLING))
        assert type(error) is RequestError
        assert error.failure.disposition is Disposition.SICK_HOST
        assert error.failure.unsure


@pytest.mark.parametrize(
    ("status", "body", "unsure"),
    [
        (503, b"", True),
        (500, b"{}", True),
        (403, b"", False),
        (403, b'{"errorCode":101}', False),
        (404, PAGE, True),
    ],
)
async def test_a_registration_that_may_have_been_carried_out_is_unsure(
    status: int, body: bytes, unsure: bool
):
    async with small() as bench:
        await bench.provider.discover()
        bench.routes.table[REGISTER] = (status, body)
        error = await fail_of(bench.provider.register(bench.primary, CALLING))
        assert error.failure.unsure is unsure


async def test_l14_a_registration_whose_connection_was_reset_is_sent_again_there_and_counted():
    async with small() as bench:
        await bench.provider.discover()
        original = bench.server.handler
        counted: list[str] = []

        async def handler(exchange: Exchange) -> None:
            if exchange.asked.line.startswith(PING):
                await exchange.answer(keep=True)
            elif exchange.asked.line.startswith(REGISTER) and not counted:
                exchange.reset()
            else:
                await original(exchange)

        bench.server.handler = handler
        await bench.provider.ping(bench.primary)  # leaves a connection
        registration = await bench.provider.register(
            bench.primary, CALLING, resent=lambda: counted.append("again") is None
        )
        assert registration.device.device_id == "d1"
        assert counted == ["again"]
        assert len(bench.asked(f"{REGISTER} ")) == 2


async def test_l14_a_refusal_of_what_was_sent_twice_is_unsure():
    async with small() as bench:
        await bench.provider.discover()
        sent: list[str] = []

        async def handler(exchange: Exchange) -> None:
            if exchange.asked.line.startswith(PING):
                await exchange.answer(keep=True)
            elif not sent:
                sent.append("once")
                exchange.reset()
            else:
                await exchange.answer(403, json.dumps({"errorCode": 101}).encode())

        bench.server.handler = handler
        await bench.provider.ping(bench.primary)
        error = await fail_of(bench.provider.register(bench.primary, CALLING))
        assert error.failure.disposition is Disposition.DEVICE_LIMIT
        assert error.failure.unsure


async def test_l20_a_device_says_how_long_ago_it_was_seen_by_the_servers_own_clock():
    devices: list[Any] = [
        {"deviceId": "a", "lastSeen": "2027-01-15T07:59:30Z"},
        {"deviceId": "b", "lastSeen": 1_800_000_000_000 - 45_000},
        {"deviceId": "c", "lastSeen": "Fri, 15 Jan 2027 07:59:00 GMT"},
        {"deviceId": "d", "lastSeen": "2027-01-15T08:00:07+00:00"},  # ahead of the answer
        {"deviceId": "e", "lastSeen": "a while ago"},
        {"deviceId": "f"},
    ]
    async with small() as bench:
        await bench.provider.discover()
        body = json.dumps({"errorCode": 101, "devices": devices}).encode()
        date = {"Date": "Fri, 15 Jan 2027 08:00:00 GMT"}
        answering(
            bench,
            "GET /p/api/v1/calling/web/devices?userid=user-1",
            200,
            date,
            body.replace(b"errorCode", b"x"),
        )
        answering(bench, REGISTER, 403, date, body)
        listed = await bench.provider.devices(bench.primary)
        refused = (await fail_of(bench.provider.register(bench.primary, CALLING))).failure.devices
        for found in (listed, refused):
            assert [device.seen_ago_s for device in found] == [30, 45, 60, 0, None, None]


async def test_an_answer_that_nobody_expected_is_a_failed_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async with small() as bench:
        found = await bench.provider.discover()

        def broken(*args: Any, **options: Any) -> Any:
            raise KeyError("nobody thought of this")

        monkeypatch.setattr("softphone.webex.account_requests.failure_of", broken)
        provider = bench.provider
        for work in (
            provider.discover(),
            provider.find_servers(),
            provider.register(bench.primary, CALLING),
            provider.keepalive(bench.primary, DEVICE, 5),
            provider.deregister(bench.primary, DEVICE),
            provider.devices(bench.primary),
            provider.token_expiry(),
        ):
            error = await fail_of(work)
            assert error.failure.unsure
        assert await provider.ping(bench.primary) is Reach.ANSWERS
        assert "nobody expected" in caplog.text
        assert found.servers
        caplog.clear()
