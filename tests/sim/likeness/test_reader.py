"""A report is read with an opinion, and what it asks for has an end."""

import json
import time
from typing import Any

import pytest

from softphone.sim.json_input import InputError
from softphone.sim.likeness.pouring import CHARS_AT_MOST, PARTS_AT_MOST, Aliases, Pouring, looking_like
from softphone.sim.likeness.reader import LIMIT_BYTES, read_likeness

TEXT = {"type": "text", "form": "word", "length": 3}
GOOD: dict[str, Any] = {
    "route": "register",
    "status": 200,
    "headers": {"content-type": "application/json"},
    "body": {"type": "object", "keys": {"userId": TEXT}},
    "body_bytes": 20,
    "took_ms": 3,
}


def report(*exchanges: Any, **changes: Any) -> bytes:
    whole = {"report": "softphone first-contact", "version": 1, "exchanges": list(exchanges)} | changes
    return json.dumps(whole).encode()


def test_a_report_is_read() -> None:
    likeness = read_likeness(report(GOOD, GOOD))
    assert [one.status for one in likeness.answers["register"]] == [200, 200]


BAD: list[tuple[bytes, str]] = [
    (b"", "the report: JSON"),
    (b"[]", "the report: an object"),
    (b"[" * 100_000, "the report: JSON"),
    (b"{}", "report: 'softphone first-contact'"),
    (b" " * (LIMIT_BYTES + 1), "at most"),
    (report(version=2), "version: 1"),
    (report(exchanges=7), "exchanges: a list"),
    (report(*[GOOD] * 501), "exchanges: a list of at most 500"),
    (report("x"), "exchanges[0]: an object"),
    (report(GOOD, GOOD | {"route": "coffee"}), "exchanges[1].route: one of"),
    (report(GOOD | {"status": 99}), "exchanges[0].status: a number from 200 to 599"),
    (report(GOOD | {"status": True}), "exchanges[0].status"),
    (report(GOOD | {"took_ms": -1}), "exchanges[0].took_ms: a number from 0"),
    (report(GOOD | {"body_bytes": 10**9}), "exchanges[0].body_bytes: at most"),
    (report(GOOD | {"headers": {"a": "b\r\nc"}}), "exchanges[0].headers: names and values"),
    (report(GOOD | {"headers": {"a": 1}}), "exchanges[0].headers: names and values"),
    (report(GOOD | {"body": TEXT | {"form": None}}), "exchanges[0].body.form: a string"),
    (
        report(GOOD | {"body": {"type": "object", "keys": {"\u202e": 5}}}),
        r"exchanges[0].body.keys.\u202e: an obj",
    ),
    (report(GOOD | {"headers": {"a b:": "c"}}), "headers: names and values"),
    (report(GOOD | {"headers": {"a": " b"}}), "[0].headers: names and values"),
    (report(GOOD).replace(b'"took_ms": 3', b'"took_ms": 1' + b"0" * 400), "took_ms: a number from 0"),
    (report(GOOD | {"body": {"type": "poem"}}), "exchanges[0].body.type: one of"),
    (report(GOOD | {"body": {"type": "object", "keys": {"a": 1}}}), "exchanges[0].body.keys.a: an object"),
    (report(GOOD | {"body": TEXT | {"length": -1}}), "exchanges[0].body.length"),
    (report(GOOD | {"body": TEXT | {"length": 10**9}}), "exchanges[0].body.length: at most"),
    (report(GOOD | {"body": {"type": "number", "digits": 41}}), "exchanges[0].body.digits: at most 40"),
    (report(GOOD | {"body": {"type": "list", "of": 1}}), "exchanges[0].body.of: a list"),
]


@pytest.mark.parametrize(("content", "said"), BAD, ids=[said for _, said in BAD])
def test_what_is_wrong_is_named_by_where_it_stands(content: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_likeness(content)
    assert said in str(refused.value)


def test_headers_have_the_names_that_the_answers_look_for() -> None:
    likeness = read_likeness(report(GOOD | {"headers": {"Content-Length": "5"}}))
    assert likeness.answers["register"][0].headers == {"content-length": "5"}


def test_a_shape_that_is_too_deep_is_refused() -> None:
    body: dict[str, Any] = TEXT
    for _ in range(20):
        body = {"type": "list", "length": 1, "of": [body]}
    with pytest.raises(InputError, match="too much or too deep"):
        read_likeness(report(GOOD | {"body": body}))


def test_a_small_report_makes_no_huge_answer() -> None:
    shape: dict[str, Any] = {"type": "text", "form": "text", "length": 300_000}
    for _ in range(8):
        shape = {"type": "list", "length": 300_000, "of": [shape]}
    began_s = time.process_time()
    made = json.dumps(Pouring(("http://a", "http://b"), Aliases()).of(shape, None))
    assert len(made) < CHARS_AT_MOST + 300_000 + 20 * PARTS_AT_MOST
    assert time.process_time() - began_s < 5


@pytest.mark.parametrize(
    "mask", ["(uuid)", "(host)", "(e-mail)", "(digits)", "(word 9)", "(text 5)", "no mask"]
)
def test_what_looks_like_a_mask_has_its_length(mask: str) -> None:
    made = looking_like(mask)
    length = mask.rstrip(")").rpartition(" ")[2]
    assert made
    if length.isdecimal():
        assert len(made) == int(length)


@pytest.mark.parametrize("length", [1, 5, 10, 11, 19, 20, 21, 24, 25, 29])
@pytest.mark.parametrize("form", ["word", "text", "digits", "hex", "token", "e-mail", "host", "phone number"])
def test_what_is_invented_looks_like_what_was_seen(form: str, length: int) -> None:
    from softphone.checks.first_contact.shapes import form_of

    made = looking_like(f"({form} {length})")
    if len(made) == length and length >= 16:  # shorter ones have no room for some forms
        assert form_of(made) == form
