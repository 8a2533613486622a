import gzip
import json
from typing import Any

import pytest

from softphone.sim.fault_reader import read_fault, read_faults
from softphone.sim.faults import FaultPlan
from softphone.sim.json_input import InputError
from softphone.sim.messages import Delivery, json_reply

HOSTS = {"base": 1, "P1": 1}


def plan_of(*sources, now_s=0.0) -> Any:
    plan = FaultPlan()
    plan.faults += read_faults(list(sources), now_s, HOSTS)
    return plan


def struck(plan, count, place="keepalive", host="P1", user="ada@example.com", now_s=0.0) -> Any:
    return [plan.meet(place, host, user, now_s) is not None for _ in range(count)]


def test_fault_strikes_its_place_only():
    plan = plan_of({"where": "register", "answer": "hang"})
    assert struck(plan, 1, "register") == [True]
    assert struck(plan, 1, "keepalive") == [False]


def test_any_strikes_everywhere():
    assert struck(plan_of({"where": "any", "answer": "hang"}), 1, "people", "base") == [True]


def test_host_and_user_narrow_a_fault():
    plan = plan_of({"where": "any", "host": "P1", "user": "ada@example.com", "answer": "hang"})
    assert struck(plan, 1) == [True]
    assert struck(plan, 1, host="base") == [False]
    assert struck(plan, 1, user="grace@example.com") == [False]
    assert struck(plan, 1, user=None) == [False]


def test_times_is_how_often_at_most():
    assert struck(plan_of({"where": "any", "times": 2, "answer": "hang"}), 3) == [True, True, False]


def test_nth_counts_from_one():
    plan = plan_of({"where": "any", "nth": 2, "answer": "hang"})
    assert struck(plan, 3) == [False, True, False]


def test_fault_has_a_window_of_time():
    plan = plan_of({"where": "any", "after_s": 10, "for_s": 5, "answer": "hang"}, now_s=100)
    assert [struck(plan, 1, now_s=now_s) for now_s in (109.9, 110, 114.9, 115)] == [
        [False],
        [True],
        [True],
        [False],
    ]


def test_first_fault_that_strikes_decides():
    plan = plan_of(
        {"where": "any", "times": 1, "answer": {"status": 500}}, {"where": "any", "answer": "hang"}
    )
    words = [getattr(plan.meet("ping", "P1", None, 0.0), "word", None) for _ in range(2)]
    assert words == ["status 500", "hang"]


def test_later_fault_does_not_count_what_an_earlier_one_took():
    plan = plan_of(
        {"where": "any", "times": 1, "answer": {"status": 500}},
        {"where": "any", "times": 1, "answer": "hang"},
    )
    assert struck(plan, 3) == [True, True, False]


def answer_of(source) -> Any:
    return read_fault({"where": "any", "answer": source}, "fault", 0.0, HOSTS).answer


def test_slow_late_and_cut_answers_are_the_true_ones():
    truth = json_reply(200, {"a": 1})
    for source in ("slow", {"delay_s": 2}, {"malformed": "cut-short"}):
        answer = answer_of(source)
        assert answer.needs_truth
        assert answer.apply(truth).body == truth.body


def test_error_has_three_forms():
    replies = [answer_of({"status": 429, "form": form}).apply(None) for form in ("json", "html")]
    assert [reply.header("content-type") for reply in replies] == [
        "application/json",
        "text/html; charset=utf-8",
    ]
    assert answer_of({"status": 503, "form": "empty"}).apply(None).body == b""


def test_own_body_and_headers_are_sent():
    source = {"status": 403, "headers": {"Content-Type": "x/y", "X": "1"}, "body": {"errorCode": 7}}
    reply = answer_of(source).apply(None)
    assert json.loads(reply.body) == {"errorCode": 7}
    assert [value for name, value in reply.headers if name == "content-type"] == ["x/y"]
    assert answer_of({"status": 200, "body": "plain"}).apply(None).body == b"plain"
    assert answer_of({"status": 200, "body_base64": "H4s="}).apply(None).body == b"\x1f\x8b"


def test_huge_answer_is_huge():
    assert len(answer_of({"malformed": "huge"}).apply(None).body) > 5_000_000


def test_what_is_answered_what_is_done_to_it_and_how_it_travels_go_together():
    source = {"status": 503, "body": {"a": 1}, "patch": {"b": 2}, "headers": {"Retry-After": "5"}}
    reply = answer_of({**source, "gzip": 1, "delay_s": 2, "slow": 0.1, "chunk_bytes": 3}).apply(None)
    assert json.loads(gzip.decompress(reply.body)) == {"a": 1, "b": 2}
    assert (reply.status, reply.header("retry-after"), reply.header("content-encoding")) == (503, "5", "gzip")
    assert (reply.delivery, reply.delay_s, reply.byte_every_s, reply.chunk_bytes) == (
        Delivery.DRIP,
        2,
        0.1,
        3,
    )


def test_whole_host_refuses_and_a_part_of_it_does_not():
    assert plan_of({"where": "any", "host": "P1", "answer": "refuse"}).refused_hosts(0) == {"P1"}
    for part in (
        {"where": "any", "answer": "refuse"},
        {"where": "ping", "host": "P1", "answer": "refuse"},
        {"where": "any", "host": "P1", "times": 1, "answer": "refuse"},
        {"where": "any", "host": "P1", "user": "ada@example.com", "answer": "refuse"},
        {"where": "any", "host": "P1", "answer": "reset"},
    ):
        assert plan_of(part).refused_hosts(0) == frozenset()


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("x", "faults[0]"),
        ({"where": "any"}, "faults[0].answer"),
        ({"answer": "hang"}, "faults[0].where"),
        ({"where": "moon", "answer": "hang"}, "faults[0].where"),
        ({"where": "any", "answer": "hang", "colour": 1}, "faults[0].colour"),
        ({"where": "any", "answer": "hang", "host": "P9"}, "faults[0].host"),
        ({"where": "any", "answer": "hang", "user": 1}, "faults[0].user"),
        ({"where": "any", "answer": "hang", "times": 0}, "faults[0].times"),
        ({"where": "any", "answer": "hang", "times": True}, "faults[0].times"),
        ({"where": "any", "answer": "hang", "nth": "2"}, "faults[0].nth"),
        ({"where": "any", "answer": "hang", "for_s": -1}, "faults[0].for_s"),
        ({"where": "any", "answer": "hang", "acts": 1}, "faults[0].acts"),
        ({"where": "any", "answer": "explode"}, "faults[0].answer"),
        ({"where": "any", "answer": {}}, "faults[0].answer"),
        ({"where": "any", "answer": {"status": 99}}, "faults[0].answer.status"),
        ({"where": "any", "answer": {"status": 503, "text": ""}}, "faults[0].answer.text"),
        ({"where": "any", "answer": {"status": 503, "form": "xml"}}, "faults[0].answer.form"),
        ({"where": "any", "answer": {"status": 503, "headers": {"a": 1}}}, "answer.headers"),
        ({"where": "any", "answer": {"status": 503, "headers": {"a": "x\r\nb: c"}}}, "headers"),
        ({"where": "any", "answer": {"status": 200, "headers": {"Content-Length": "1"}}}, "headers"),
        ({"where": "any", "answer": {"status": 200, "headers": {"a b:": "1"}}}, "headers"),
        ({"where": "any", "answer": {"status": 200, "headers": {"a": " 1"}}}, "headers"),
        ({"where": "any", "after_s": 10**400, "answer": "hang"}, "after_s"),
        ({"where": "any", "answer": {"status": 200, "body_base64": "?"}}, "answer.body_base64"),
        ({"where": "any", "answer": {"malformed": "odd"}}, "faults[0].answer.malformed"),
        ({"where": "any", "answer": {"slow": "very"}}, "faults[0].answer.slow"),
        ({"where": "any", "answer": {"form": "html"}}, "faults[0].answer.form"),
        ({"where": "any", "answer": {"gzip": 0}}, "faults[0].answer.gzip"),
        ({"where": "any", "answer": {"gzip": 2**31}}, "faults[0].answer.gzip: at most 20 layers"),
        ({"where": "any", "answer": {"moved_to": "P9"}}, "faults[0].answer.moved_to"),
        ({"where": "any", "answer": {"wait_s": -1}}, "faults[0].answer.wait_s"),
        ({"where": "any", "answer": "hang", "reused": 1}, "faults[0].reused"),
    ],
)
def test_mistake_in_a_fault_is_named_by_its_key(source, key):
    with pytest.raises(InputError) as caught:
        plan_of(source)
    assert key in str(caught.value)


def test_one_mistake_keeps_the_whole_list_out():
    plan = FaultPlan()
    with pytest.raises(InputError, match=r"faults\[1\]"):
        plan.faults += read_faults([{"where": "any", "answer": "hang"}, {"where": "any"}], 0.0, HOSTS)
    assert plan.faults == []
    with pytest.raises(InputError, match="list"):
        read_faults({"where": "any"}, 0.0, HOSTS)


def test_faults_report_how_they_did():
    plan = plan_of({"where": "any", "nth": 2, "answer": "hang"})
    struck(plan, 2)
    report = plan.as_json(0.0)[0]
    assert (report["where"], report["met"], report["struck"], report["active"]) == (
        "any",
        2,
        1,
        True,
    )
