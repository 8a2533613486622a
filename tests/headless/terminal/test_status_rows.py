"""What a person reads: which line, since when, why, what helps; in a pipe, a wide and a narrow terminal."""

from datetime import UTC, datetime
from typing import Any

import pytest

from softphone.headless.terminal import screen
from softphone.headless.terminal.devices import _rows
from softphone.headless.terminal.status_rows import (
    NOBODY,
    change_words,
    printable,
    status_rows,
    text_of,
)
from softphone.headless.terminal.waiting import Shown
from softphone.line.model import LineState
from softphone.wording.moment import LOCAL

NOW = datetime(2026, 11, 22, 10, 14, 22, tzinfo=UTC)


def line(state: str = "registered", words: str = "Registered", **more: Any) -> dict[str, Any]:
    told = {"state": words, "reach": "", "why": more.pop("why", ""), "remedy": more.pop("remedy", "")}
    return {
        "line": "a",
        "name": "Ada ext. 5101",
        "account": "ada@example.org",
        "state": state,
        "words": told,
        **more,
    }


def shown(*lines: dict[str, Any], width: int | None = None, **more: Any) -> str:
    status = {"summary": "Webex can reach this line", "lines": list(lines), **more}
    return text_of(status_rows(status, NOW.astimezone(LOCAL), width))


def test_a_line_is_one_row_with_since_when_the_last_proof_and_the_next_check():
    text = shown(
        line(
            since="2026-11-22T10:10:00.000Z",
            last_proof="2026-11-22T10:14:10.000Z",
            next_try_at="2026-11-22T10:15:40.000Z",
        )
    )
    head, row = text.splitlines()[2:]
    assert head.split("  ")[0] == "LINE"
    since = datetime(2026, 11, 22, 10, 10, tzinfo=UTC).astimezone()
    assert row.split() == (f"Ada ext. 5101 Registered {since:%H:%M} 12 s ago check in 1 min 18 s".split())


def test_trouble_comes_first_with_its_reason_and_what_helps():
    text = shown(line(), line("failed", "Failed", name="Bob", why="It is off.", remedy="Try: softphone x"))
    rows = [row.strip() for row in text.splitlines()[3:]]
    assert rows[0].startswith("Bob")
    assert rows[1:3] == ["It is off.", "Try: softphone x"]


def test_in_a_narrow_terminal_nothing_is_wider_than_it():
    text = shown(line("failed", "Failed", why="word " * 30, remedy="softphone register 5101"), width=40)
    assert "LINE" not in text
    assert max(map(len, text.splitlines())) <= 40


def test_in_a_pipe_a_sentence_stays_in_one_row():
    assert "word " * 29 in shown(line("failed", "Failed", why="word " * 30))


def test_that_nobody_is_signed_in_is_said_with_what_helps():
    assert shown(accounts=[]) == NOBODY


@pytest.mark.parametrize(
    ("state", "said"), [("loading", "being fetched"), ("no lines", "no line for this person"), ("ready", "")]
)
def test_an_account_without_lines_says_why(state: str, said: str):
    text = shown(accounts=[{"account": "ada@example.org", "state": state, "notice": None}])
    assert said in text
    assert bool(text) is bool(said)


def test_a_notice_stands_below_the_lines():
    text = shown(
        line(), accounts=[{"account": "ada@example.org", "state": "ready", "notice": "Watch out: so."}]
    )
    assert text.splitlines()[-1] == "ada@example.org: Watch out: so."


def test_an_answer_of_another_version_is_shown_as_far_as_it_is_understood():
    text = shown({"name": "Ada", "state": "in_the_moon"}, accounts="none", summary=None)
    assert "in the moon" in text
    assert change_words({"state": "in_the_moon"}) == "in the moon."


ODD: tuple[Any, ...] = (None, 5, [], ["a"], {"a": 1}, "x" * 300)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", ["account", "state", "words", "since", "next_try_at", "name", "messages"])
def test_a_value_of_any_kind_is_shown_somehow(key: str, odd: Any):
    one = line(since="2026-11-22T10:00:00Z", next_try_at="2026-11-22T10:20:00Z") | {key: odd}
    account = {"account": "b@x.org", "state": "ended", "notice": ""} | {key: odd}
    assert shown(one, accounts=[account])
    assert change_words(one)
    seen = Shown()
    seen.take({"lines": [one], "gone": [odd]})
    seen.take({"lines": [one | {"line": odd}], "gone": []})
    assert seen.lines
    assert list(_rows([{"name": "Chrome", "id": "d", key: odd}], 80))


@pytest.mark.parametrize("name", ["\u202eevil", "a\x1b[31m", "a\rb", "a\nb"])
def test_a_name_steers_no_terminal(name: str, capsys: pytest.CaptureFixture[str]):
    assert all(row.isprintable() for row in shown(line(name=name)).splitlines())
    screen.say(f"first row\n{name}")
    screen.complain(name)
    printed = capsys.readouterr()
    assert printed.out.startswith("first row\n")
    assert all(row.isprintable() for row in (printed.out + printed.err).split("\n"))


@pytest.mark.parametrize(
    ("encoding", "text"), [("utf-8", "a … · b"), ("ascii", "a ... - b"), (None, "a ... - b")]
)
def test_a_terminal_without_our_signs_gets_plain_ones(encoding: str | None, text: str):
    assert printable("a … · b", encoding) == text


def test_each_state_has_a_colour():
    for state in LineState:
        rows = list(status_rows({"lines": [line(state.value)]}, NOW))
        assert rows[3][1].style


def test_it_says_since_when_calls_are_not_heard_of_but_not_of_a_moment():
    def account(**messages: object) -> dict[str, object]:
        return {"account": "bob", "messages": messages}

    since = datetime(2026, 11, 22, 10, 10, tzinfo=UTC).astimezone()
    paused = account(online=False, since="2026-11-22T10:10:00.000Z", confirmed=None)
    text = shown(line(), accounts=[paused])
    assert text.splitlines()[-1] == f"bob: call notices paused since {since:%H:%M}"
    moment = account(online=False, since=NOW.isoformat(), confirmed=None)
    heard = account(online=True, since="2026-11-22T10:10:00.000Z", confirmed="2026-11-22T10:14:10.000Z")
    for well in (moment, heard, {"account": "bob", "messages": None}):
        assert "notices" not in shown(line(), accounts=[well])
