"""The commands that stay: `status --watch`, `register --wait`, `deregister --wait`."""

import contextlib
import signal
import time
from collections.abc import Callable, Collection, Generator, Mapping
from datetime import datetime
from typing import Any

from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TIME_RAN_OUT, EXIT_TROUBLE
from softphone.headless.instance import Instance, answers, ask
from softphone.headless.remote import (
    LOOK_EVERY_S,
    MEETING_DEADLINE_S,
    checked,
    code_of,
    not_running,
    say_json,
)
from softphone.headless.terminal import screen
from softphone.headless.terminal.status_rows import change_words, records, status_rows, text_of, words_in
from softphone.line.model import REGISTERED_STATES, LineState
from softphone.wording.moment import LOCAL

START_S = 2.0  # until one that was started just now has its lock
BEAT_S = 1.0  # of ages and countdowns, and of a look whether somebody reads
ENDED = "the program has ended."

_UP = {state.value for state in REGISTERED_STATES}
_NEEDS_PERSON = {
    state.value for state in (LineState.ACTION, LineState.ELSEWHERE, LineState.FAILED, LineState.SIGNED_OUT)
}
_OFF = LineState.IDLE.value


class Shown:
    """What the running program shows, kept up to date by what it tells."""

    def __init__(self) -> None:
        self.status: dict[str, Any] = {}

    def take(self, told: Mapping[str, Any]) -> None:
        """Take the status, or a change of it."""
        if "gone" in told:
            gone = told["gone"] if isinstance(told["gone"], list) else []
            news = {str(line.get("line")): line for line in records(told, "lines")}
            kept = [line for line in records(self.status, "lines") if line.get("line") not in gone]
            lines = [news.pop(str(line.get("line")), line) for line in kept]
            told = {**told, "lines": [*lines, *news.values()]}
        self.status = {**self.status, **told}

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        """The lines by their id."""
        return {str(line.get("line")): line for line in records(self.status, "lines")}


def watch_status(instance: Instance, *, as_json: bool) -> int:
    """Print what it shows, and each change, until it ends: 3. Ended by Ctrl+C or the reader: as `status`."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)  # the terminal is left as it was
    if as_json:
        return _follow(instance, _json)
    if not screen.is_rich():
        return _follow(instance, _text)
    with screen.painting() as paint:

        def painted(shown: Shown, before: Mapping[str, Any], told: Mapping[str, Any] | None) -> None:
            del before, told
            paint(status_rows(shown.status, datetime.now(LOCAL), screen.width()))

        return _follow(instance, painted)


def wish(
    instance: Instance, verb: str, *, line: str | None, every_line: bool, timeout_s: float | None
) -> int:
    """Tell the program to `register` or `deregister`, and `wait`; also for one that is starting just now."""
    began_s = time.monotonic()
    _meet(instance, timeout_s)
    while (answer := ask(instance, {"verb": verb, "line": line, "all": every_line})) is not None:
        if answer.get("again") is not True:
            ids = checked(answer).get("ids", ())
            return wait(instance, verb, ids, timeout_s=timeout_s, began_s=began_s)
        if timeout_s is not None and time.monotonic() > began_s + timeout_s:
            screen.complain(f"the time ran out after {timeout_s:g} s. {answer.get('error')}")
            return EXIT_TIME_RAN_OUT
        time.sleep(LOOK_EVERY_S)
    return not_running(instance)


def wait(
    instance: Instance,
    verb: str,
    ids: Collection[str],
    *,
    timeout_s: float | None,
    began_s: float | None = None,
) -> int:
    """Wait until the lines are registered, or off; say how each ended. The time began now, if not said.

    Returns 0 when all are, 1 when a person is needed first, which is said with the reason and the remedy, 3
    when the program ends, and 5 when the time ran out.
    """
    began_s = time.monotonic() if began_s is None else began_s
    ends_at_s = None if timeout_s is None else began_s + timeout_s
    shown = Shown()

    def left_s() -> float | None:
        return None if ends_at_s is None else max(0.0, ends_at_s - time.monotonic())

    for told in _followed(instance, left_s):
        shown.take(told or {})
        ends = {one: _ended(verb, shown.lines.get(one)) for one in ids}
        if None not in ends.values():
            for one, done in ends.items():
                _report(shown.lines.get(one), is_done=bool(done))
            return EXIT_OK if all(ends.values()) else EXIT_TROUBLE
        if left_s() == 0:
            screen.complain(f"the time ran out after {timeout_s:g} s.")
            for one, done in ends.items():
                _report(shown.lines.get(one), is_done=bool(done))
            return EXIT_TIME_RAN_OUT
    screen.complain(ENDED)
    return EXIT_NOT_RUNNING


def _meet(instance: Instance, timeout_s: float | None = None) -> None:
    """Wait a moment for a program that is starting: for its lock, and longer for its socket."""
    began_s = time.monotonic()
    while ask(instance, {"verb": "status"}) is None:
        waited_s = time.monotonic() - began_s
        limit_s = START_S if waited_s < START_S or not instance.is_taken() else MEETING_DEADLINE_S
        if waited_s > (limit_s if timeout_s is None else min(limit_s, timeout_s)):
            return
        time.sleep(LOOK_EVERY_S)


def _ended(verb: str, line: Mapping[str, Any] | None) -> bool | None:
    """Return whether it was done; None while it is under way."""
    if line is None:  # its account was signed out
        return verb == "deregister"
    state, wanted = str(line.get("state")), line.get("wanted") is not False
    if verb == "register":
        needs = state in _NEEDS_PERSON or not wanted
        return state in _UP or (False if needs else None)
    if wanted:  # somebody wants it again
        return False
    return line.get("error") is None if state == _OFF else None


def _report(line: Mapping[str, Any] | None, *, is_done: bool) -> None:
    if line is None:
        screen.complain("the line is gone: its account was signed out.")
    elif is_done:
        screen.say(f"{line.get('name')}: {words_in(line)['state']}")
    else:
        screen.complain(f"{line.get('name')}: {change_words(line)}")


# ---- following

Tell = Callable[[Shown, Mapping[str, Any], Mapping[str, Any] | None], object]


def _follow(instance: Instance, tell: Tell) -> int:
    """Call `tell` with what is shown, the lines before, and the news: None at a beat without any."""
    shown = Shown()
    try:
        _meet(instance)
        for told in _followed(instance, lambda: BEAT_S):
            before = shown.lines
            shown.take(told or {})
            tell(shown, before, told)
            if not screen.has_reader():
                return code_of(shown.status)
    except KeyboardInterrupt:
        return code_of(shown.status)
    if not shown.status:
        return not_running(instance, as_json=tell is _json)
    screen.complain(ENDED)
    return EXIT_NOT_RUNNING


def _followed(
    instance: Instance, beat_s: Callable[[], float | None]
) -> Generator[dict[str, Any] | None, None, None]:
    with contextlib.closing(answers(instance, {"verb": "follow"}, beat_s=beat_s)) as told:
        for answer in told:
            yield None if answer is None else checked(answer)


def _json(shown: Shown, before: Mapping[str, Any], told: Mapping[str, Any] | None) -> None:
    is_news = told is not None and (not before or any(told.get(key) for key in ("lines", "gone", "accounts")))
    if told is not None and is_news:
        say_json(told, code_of(shown.status))


def _text(shown: Shown, before: Mapping[str, Any], told: Mapping[str, Any] | None) -> None:
    now = datetime.now(LOCAL)
    if told is not None and "gone" not in told:
        screen.say(text_of(status_rows(shown.status, now)))
        return
    for one, line in shown.lines.items():
        if one not in before or change_words(line) != change_words(before[one]):
            screen.say(f"{now:%H:%M:%S}  {line.get('name')}  {change_words(line)}")
