"""A shape says what a value looks like, and never the value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.checks.first_contact.shapes import (
    CHARS_AT_MOST,
    form_of,
    headers_shape,
    path_shape,
    shape_of,
    skeleton,
    told_key,
)

MARK = "Zq"  # in no word of ours
MARKED_NUMBER = 987_650_000_000


def nowhere(_: str) -> str:
    return "somewhere"


def marked_texts() -> st.SearchStrategy[str]:
    return st.one_of(
        st.text(max_size=40).map(lambda text: f"{MARK}{text}"),
        st.text(max_size=40).map(lambda text: f"{text}{MARK}"),
        st.text(alphabet="abcdef0123456789-./:@_", max_size=40).map(lambda text: f"https://{MARK}{text}"),
        st.text(alphabet="abcdef0123456789-./:@_", max_size=40).map(lambda text: f"urn:{text}:{MARK}"),
        st.emails().map(lambda text: f"{MARK}.{text}"),
        st.datetimes().map(lambda moment: f"{moment.isoformat()}{MARK}"),
    )


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(MARKED_NUMBER, MARKED_NUMBER + 9999),
        st.floats(MARKED_NUMBER, MARKED_NUMBER + 9999),
        marked_texts(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(marked_texts(), inner, max_size=6),
        st.dictionaries(st.sampled_from(["keepaliveInterval", "id", "device", "errorCode"]), inner),
    ),
    max_leaves=40,
)


@given(JSON)
def test_no_value_and_no_unknown_key_gets_into_a_shape(value: Any) -> None:
    told = json.dumps(shape_of(value, nowhere))
    assert MARK.lower() not in told.lower()
    assert "98765" not in told


@given(st.dictionaries(marked_texts(), marked_texts()))
def test_no_value_and_no_unknown_name_of_a_header_gets_into_a_report(headers: dict[str, str]) -> None:
    named = dict.fromkeys(("content-type", "content-encoding", "retry-after", "etag"), f"{MARK}1")
    assert MARK.lower() not in json.dumps(headers_shape(headers | named)).lower()


@given(st.text(alphabet="abcXYZ0123456789-_./%", max_size=80))
def test_no_part_of_a_path_is_told_that_is_no_word_of_ours(path: str) -> None:
    assert MARK.lower() not in path_shape(f"/api/v1/{MARK}{path}/{path}{MARK}").lower()


HOSTILE = {
    "many keys": {f"key{number}": {"a": [number, str(number)]} for number in range(4000)},
    "known keys in each other": [{"device": {"id": [{"devices": [number]}]}} for number in range(4000)],
    "as many kinds as there are": [{f"k{n}": [[{"id": "x" * n}]] for n in range(m)} for m in range(120)],
    "a tower": json.loads("[" * 31 + "1" + "]" * 31),
    "a tower of objects": json.loads('{"device":' * 31 + "1" + "}" * 31),
    "long texts": ["x" * 200_000, {"x" * 200_000: "y" * 9}],
    "huge numbers": [10**390, -(10**390), 1.7e308],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_the_shape_of_a_hostile_body_stays_small(what: str) -> None:
    assert len(json.dumps(shape_of(HOSTILE[what], nowhere))) <= CHARS_AT_MOST + 1000


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", "empty"),
        ("8a67806f-fc4d-446b-a131-31e71ea5b0e9", "uuid"),
        ("5101", "digits"),
        ("+1 214 555 0100", "phone number"),
        ("ada@example.com", "e-mail"),
        ("sip:ada@example.com", "SIP address"),
        ("urn:TEAM:us-east-2_a:mobius", "urn"),
        ("mobius-dfw.webex.com", "host"),
        ("127.0.0.1", "host"),
        ("2026-01-05T05:08:46Z", "moment"),
        ("Mon, 05 Jan 2026 05:08:46 GMT", "moment"),
        ("WXC_8a67806f-fc4d-446b-a131-31e71ea5b0e9", "tracking ID"),
        ("0123456789abcdef", "hex"),
        ("Y2lzY29zcGFyazovL3VzL1BFT1BMRS8x", "token"),
        ("active", "word"),
        ("Ada Lovelace", "text"),
    ],
)
def test_what_a_text_looks_like(text: str, form: str) -> None:
    assert form_of(text) == form


def test_words_of_a_service_and_its_times_are_told() -> None:
    shape = shape_of({"status": "active", "keepaliveInterval": 30, "name": "active Ada"}, nowhere)
    assert shape["keys"]["status"]["word"] == "active"
    assert shape["keys"]["keepaliveInterval"] == {"type": "number", "value": 30}
    assert shape["keys"]["name"] == {"type": "text", "form": "text", "length": 10}


def test_an_address_is_told_by_where_it_leads_and_its_path() -> None:
    address = "https://tenant.webex.com/api/v1/calling/web/devices/8a67806f-fc4d-446b-a131-31e71ea5b0e9"
    assert shape_of(address, lambda _: "a primary server") == {
        "type": "text",
        "form": "address",
        "scheme": "https",
        "host": "a primary server",
        "path": "/api/v1/calling/web/devices/(uuid)",
    }


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("keepaliveInterval", "keepaliveInterval"),
        ("registrationTimeoutMax", "registrationTimeoutMax"),
        ("adaLovelace", "(word 11)"),
        ("ada@example.com", "(e-mail)"),
        ("mobius-dfw.webex.com", "(host)"),
        ("5101", "(digits)"),
    ],
)
def test_a_key_is_told_only_when_all_of_it_is_ours(key: str, told: str) -> None:
    assert told_key(key) == told


def test_masked_keys_that_look_alike_are_told_once_for_each_kind() -> None:
    keys = {f"a{number}.example.com": [{"id": "x"}] for number in range(50)} | {"b.example.com": 1}
    shape = shape_of({"hostCatalog": keys}, nowhere)["keys"]["hostCatalog"]
    assert list(shape["keys"]) == ["(host)", "(host) 2"]


def test_elements_of_one_kind_are_told_once() -> None:
    shape = shape_of([{"id": "x"}, {"id": "yy"}, {"id": 1}], nowhere)
    assert shape["length"] == 3
    assert [skeleton(one) for one in shape["of"]] == [
        {"type": "object", "keys": {"id": {"type": "text", "form": "word"}}},
        {"type": "object", "keys": {"id": {"type": "number"}}},
    ]
