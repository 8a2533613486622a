import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.auth.untrusted import (
    BadJsonError,
    http_date,
    is_id,
    moment_of,
    plain_text,
    read_json,
    retry_after_s,
    tracking_id,
)

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"


@pytest.mark.parametrize("text", ["{}", '{"a":[1,2.5,"\\u00e4",null,true]}', '"{[[["', "[" * 32 + "]" * 32])
def test_plain_json_is_read(text: str):
    read_json(text.encode(), limit_bytes=1000)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"x":{"a":1,"a":2}}',
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b'["\\ud800"]',
        b"[" * 33 + b"]" * 33,
        b"\xff",
        '{"a":1}'.encode("utf-16"),
        b"1" * 5000,
        b" " * 101,
    ],
)
def test_hostile_json_is_refused_without_quoting_it(body: bytes):
    with pytest.raises(BadJsonError) as raised:
        read_json(body, limit_bytes=100 if len(body) == 101 else 10_000)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert len(str(raised.value)) < 60


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("  a\n\tb  ", "a b"),
        ("a\u202eb\u200b\x00c", "abc"),
        ("x" * 1000, "x" * 300),
        ("x" * 299 + " y", "x" * 299),
        (None, ""),
        (7, ""),
    ],
)
def test_text_of_a_stranger_is_one_clean_line(value: object, text: str):
    assert plain_text(value) == text


@given(st.text())
def test_any_text_becomes_printable_and_short(value: str):
    text = plain_text(value, 20)
    assert len(text) <= 20
    assert text.isprintable()


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("0", None, 0.0),
        (" 30 ", None, 30.0),
        ("99999", None, 3600.0),
        ("999999999", None, 3600.0),
        ("9999999999", None, None),
        ("-3", None, None),
        ("1.5", None, None),
        ("abc", None, None),
        ("", None, None),
        ("Fri, 15 Jan 2027 08:02:00 GMT", None, 120.0),
        ("Fri, 15 Jan 2027 09:02:00 GMT", "Fri, 15 Jan 2027 09:01:00 GMT", 60.0),
        ("Fri, 15 Jan 2027 08:02:00 GMT", "garbage", 120.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", None, None),
        ("Fri, 15 Jan 2038 07:00:00 GMT", None, 3600.0),
        ("Fri, 99 Jan 2027 07:00:00 GMT", None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, date: str | None, seconds: float | None):
    headers = {"Retry-After": value} | ({"DATE": date} if date else {})
    assert retry_after_s(headers, NOW) == seconds


def test_a_date_is_read_and_garbage_is_none():
    assert http_date(DATE) == NOW
    assert http_date("Fri, 15 Jan 2027 08:00:00") == NOW
    assert http_date("") is None


def test_the_tracking_id_is_the_headers_before_the_bodys():
    assert tracking_id({"TrackingID": "H"}, {"trackingId": "B"}) == "H"
    assert tracking_id({}, {"trackingID": "B\n"}) == "B"
    assert tracking_id({}, ["x"]) == ""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'"' + b'\\"' * 32_000, id="S1 a quote, then escaped quotes, never closed"),
        pytest.param(b'{"a":"' + b"\\" * 64_001, id="backslashes to the end"),
        pytest.param(b'"x' * 32_000, id="quotes without end"),
        pytest.param(b"[" * 100_000, id="brackets that are never closed"),
        pytest.param(b"[" + b"{}," * 40_000 + b"0]", id="more objects than any answer has"),
        pytest.param(b"7" * 401, id="a number longer than any"),
        pytest.param(b"0." + b"7" * 400, id="a fraction longer than any"),
        pytest.param(b'["' + b"\\ud800" * 10_000 + b'"]', id="halves of characters"),
        pytest.param(b'{"a":' * 33 + b"0" + b"}" * 33, id="objects nested too deeply"),
    ],
)
def test_a_body_made_to_hold_us_up_is_refused(body: bytes):
    with pytest.raises(BadJsonError):
        read_json(body, limit_bytes=256 * 1024)


def test_brackets_inside_strings_are_no_depth():
    text = '["' + "[" * 100 + '\\"' + "{" * 100 + '\\\\",{"]]":[' + "1" + "]}]"
    assert len(read_json(text.encode(), limit_bytes=1000)) == 2


@pytest.mark.parametrize(
    "value",
    [
        DATE,
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:00",
        "2027-01-15 08:00:00.000000+00:00",
        "2027-01-15T09:00:00.0+01:00",
        "20270115T080000Z",
        1_800_000_000,
        1_800_000_000_000,
        1_800_000_000.0,
        "1800000000",
        "1800000000000",
        " 1800000000.0 ",
    ],
)
def test_l20_a_moment_is_read_in_any_form(value: object):
    assert moment_of(value) == NOW


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        True,
        0,
        -5,
        [],
        "1" * 5000,
        10**30,
        1e300,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",  # of a clock that means never; it is no 253402300 s since 1970 either
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "x" * 99,
    ],
)
def test_l20_a_moment_that_makes_no_sense_is_none(value: object):
    assert moment_of(value) is None


@given(st.text() | st.floats() | st.integers() | st.binary())
def test_no_moment_breaks_the_reader(value: object):
    assert moment_of(value) is None or isinstance(moment_of(value), float)


def test_json_ends_at_its_limits():
    read_json(b" " * 98 + b"{}", limit_bytes=100)
    with pytest.raises(BadJsonError, match="too long"):
        read_json(b" " * 99 + b"{}", limit_bytes=100)
    many = b"[" + b"{}," * 16_382 + b"0]"  # a list and as many objects
    assert len(read_json(many, limit_bytes=10**6)) == 16_383
    with pytest.raises(BadJsonError, match="too many lists"):
        read_json(b"[[]," + many[1:].replace(b"0]", b"{}]"), limit_bytes=10**6)
    assert read_json(b"7" * 400, limit_bytes=1000) > 0
    for body, words in (
        (b"7" * 401, "too long"),
        (b"[" * 33 + b"]" * 33, "too deeply"),
        (b'{"a":1,"a":2}', "twice"),
        (b"NaN", "none"),
        (b"1e999", "none"),
        (b"{", "not JSON"),
        (b'"\\ud800"', "not JSON"),
    ):
        with pytest.raises(BadJsonError, match=words):
            read_json(body, limit_bytes=1000)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1, 1.0),
        (0, None),
        (-1, None),
        (99_999_999_999, 99_999_999_999.0),
        (100_000_000_000, 100_000_000.0),
        (1_800_000_000_000, 1_800_000_000.0),
        (10**14, None),
        (10**14 - 1000, 99_999_999_999.0),
        (True, None),
        (None, None),
        ("1800000000", NOW),
        ("1800000000000", NOW),
        (" 1800000000.5 ", NOW + 0.5),
        ("12345678", None),
        ("2027-01-15T08:00:00", NOW),
        ("2027-01-15T09:00:00+01:00", NOW),
        (DATE, NOW),
        (DATE + " " * (64 - len(DATE)), NOW),
        (DATE + " " * (65 - len(DATE)), None),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
    ],
)
def test_a_moment_in_any_form_is_seconds_since_the_epoch(value: object, moment: float | None):
    assert moment_of(value) == moment


def test_a_date_that_is_too_long_is_none():
    assert http_date(DATE + " " * (64 - len(DATE))) == NOW
    assert http_date(DATE + " " * (65 - len(DATE))) is None
    assert http_date("Fri, 01 Jan 1960 08:00:00 GMT") is None


def test_a_text_is_cut_to_its_limit_and_looked_at_a_while_longer():
    assert plain_text("x" * 301) == "x" * 300
    assert plain_text("\u200b" * 79 + "abc", 10) == "a"
    assert plain_text("\u200b" * 80 + "a", 10) == ""
    assert tracking_id({"trackingid": "x" * 129}, None) == "x" * 128


def test_a_wait_that_is_over_in_this_moment_is_no_wish():
    assert retry_after_s({"Retry-After": DATE}, NOW) is None
    assert retry_after_s({"Retry-After": "Fri, 15 Jan 2027 08:00:01 GMT"}, NOW) == 1.0
    assert retry_after_s({"Retry-After": "3600"}, NOW) == 3600.0
    assert retry_after_s({"Retry-After": "3599"}, NOW) == 3599.0


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("a", True),
        ("...", True),
        (".a", True),
        ("A-z0._~" + "9" * 121, True),
        ("A-z0._~" + "9" * 122, False),
        (".", False),
        ("..", False),
        ("..\n", False),
        ("a\n", False),
        ("a/b", False),
        ("%2e", False),
        ("", False),
        (7, False),
    ],
)
def test_an_id_leads_nowhere_else_in_an_address(value: object, good: bool):
    assert is_id(value) is good
