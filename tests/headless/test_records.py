"""What is told in JSON: the types, their schema, and what the program really prints (scripts.md#json)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from softphone import i18n
from softphone.headless.records import (
    SCHEMA_VERSION,
    Change,
    Record,
    Refusal,
    Status,
    as_dict,
    entry_record,
    line_names,
    line_record,
)
from softphone.history.entries import Entry, EntryKind
from softphone.line.failure import ALL_SERVERS_FAILED
from softphone.line.model import Account, LineIdentity, LineSnapshot, LineState, Service
from softphone.wording.moment import Moment
from tests.headless.schema import SCHEMA, made
from tests.kit.program import next_event, softphone, started, wait_until

MOMENT = Moment(100.0, datetime(2026, 11, 22, 10, 14, 22, tzinfo=UTC))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def line(key: str = "ada", *, service: Service = Service.CALLING, **more: Any) -> LineSnapshot:
    account = Account(key=key, address=f"{key}@example.com", name="Ada")
    identity = LineIdentity(
        line_id=f"{key}-{service.value}", account=account, extension="5101", service=service
    )
    return LineSnapshot(identity=identity, **more)


def checked(told: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what was printed, which must be of the type and have nothing that it does not name."""
    assert as_dict(msgspec.convert(told, kind)) == told
    assert told["version"] == SCHEMA_VERSION
    return told


def test_the_schema_that_is_shipped_is_made_of_the_types():
    assert SCHEMA.read_text(encoding="utf-8") == made(), "run python -m tests.headless.schema"


def test_times_are_rfc_3339_and_agree_with_the_seconds_beside_them():
    waiting = line(
        state=LineState.RETRY_WAIT,
        next_at_s=112.0,
        since_s=40.0,
        last_proof_at_s=10.5,
        failure=ALL_SERVERS_FAILED,
    )
    record = line_record(waiting, MOMENT)
    assert record.time == "2026-11-22T10:14:22.000Z"
    assert (record.next_in_s, record.next_try_at) == (12.0, "2026-11-22T10:14:34.000Z")
    assert (record.since, record.last_proof) == ("2026-11-22T10:13:22.000Z", "2026-11-22T10:12:52.500Z")
    assert record.error is not None
    assert record.error.title == ALL_SERVERS_FAILED.title
    checked(as_dict(record), Record)


def test_what_is_not_known_is_null():
    record = line_record(line(), MOMENT)
    assert (record.since, record.last_proof, record.next_try_at, record.error) == (None, None, None, None)


def test_a_history_has_the_same_record():
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    entry = Entry(at=at, kind=EntryKind.STATE, line_key="ada/calling", state=LineState.OFFLINE, title="Off")
    record = entry_record(entry, line().identity)
    assert (record.time, record.event, record.state) == ("2026-11-22T09:00:00.000Z", "state", "offline")
    checked(as_dict(record), Record)
    assert entry_record(Entry(at=at, kind=EntryKind.STARTED), None).line is None


@pytest.fixture
def german() -> Iterator[None]:
    i18n.speak(lambda text, _: f"<{text}>")
    yield
    i18n.speak(None)


@pytest.mark.usefixtures("german")
def test_the_words_are_english_whatever_the_window_speaks():
    words = line_record(line(state=LineState.FAILED), MOMENT).words
    assert words is not None
    assert (words.state, words.reach) == ("Failed", "Webex cannot reach this line")
    assert i18n.tr("Failed") == "<Failed>"


def test_lines_of_the_same_name_are_told_apart():
    assert set(line_names([line(), line("bob")]).values()) == {
        "Ada ext. 5101 (ada@example.com)",
        "Ada ext. 5101 (bob@example.com)",
    }
    assert set(line_names([line(), line(service=Service.GUEST)]).values()) == {
        "Ada ext. 5101 (ada@example.com) (calling)",
        "Ada ext. 5101 (ada@example.com) (guestcalling)",
    }
    assert list(line_names([line()]).values()) == ["Ada ext. 5101"]


@pytest.mark.slow
def test_what_the_program_prints_is_of_the_schema_and_ok_is_the_exit_code():
    with started("watch", "--demo", "mixed", "--json") as watch:
        event = checked(next_event(watch), Record)
        while event["event"] != "registered":
            event = checked(next_event(watch), Record)
        assert all(TIME.fullmatch(event[key]) for key in ("time", "since", "last_proof", "next_try_at"))

        def two_up() -> dict[str, Any] | None:
            asked = softphone("status", "--demo", "mixed", "--json")
            status = checked(json.loads(asked.stdout), Status)
            assert status["ok"] is (asked.returncode == 0)
            return status if status["registered"] == "some" else None

        status = wait_until(two_up)
        assert event.keys() == status["lines"][0].keys()
        with started("status", "--demo", "mixed", "--json", "--watch") as follower:
            checked(next_event(follower), Status)
            asked = softphone("deregister", "5101", "--demo", "mixed")
            assert asked.returncode == 0
            change = checked(next_event(follower), Change)
            while not any(one["wanted"] is False for one in change["lines"]):
                change = checked(next_event(follower), Change)
        refused = softphone("devices", "remove", "nothing", "--demo", "mixed", "--json")
        assert refused.returncode == 1
        assert "There is no device 'nothing'" in checked(json.loads(refused.stdout), Refusal)["error"]
    for command in ("status", "devices"):
        nobody = softphone(command, "--demo", "calm", "--json")
        assert nobody.returncode == 3
        checked(json.loads(nobody.stdout), Refusal)
