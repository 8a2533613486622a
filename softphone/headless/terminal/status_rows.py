"""What `status` says to a person: which line Webex cannot reach, since when, why, and what helps.

The words come with the answer; ages and countdowns are made here, so that they stay true while one watches.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from softphone.i18n import visible, when
from softphone.line.model import LineState
from softphone.wording.all_lines import Filter, filter_of
from softphone.wording.call_words import PAUSED_AFTER_S
from softphone.wording.moment import LOCAL, ago
from softphone.wording.presentation import LOOKS, Tone

HEAD = ("LINE", "STATE", "SINCE", "LAST PROOF", "NEXT")
INDENT = "    "
NARROW = 24  # no text is wrapped to less
COLOURS = {
    Tone.GOOD: "green",
    Tone.CAUTION: "yellow",
    Tone.BUSY: "cyan",
    Tone.NEUTRAL: "dim",
    Tone.BAD: "red",
    Tone.ASK: "magenta",
}
NOBODY = "Nobody is signed in. Sign in in the window, or with 'softphone sign-in'."
ACCOUNTS = {  # without lines
    "loading": "Its lines are being fetched…",
    "no lines": "Signed in. Webex has no line for this person.",
    "choice": "Another person has signed in. The window asks what to do.",
    "trouble": "Its lines could not be fetched yet.",
    "ended": "Its sign-in has ended.",
}
_LATIN = str.maketrans({"…": "...", "·": "-", "–": "-"})


class Span(NamedTuple):
    """A piece of a row, and its colour as `rich` names it."""

    text: str
    style: str = ""


Row = tuple[Span, ...]


def status_rows(status: Mapping[str, Any], now: datetime, width: int | None = None) -> Iterator[Row]:
    """Yield what is shown, row by row; trouble first. Without a width nothing is wrapped."""
    lines = sorted(records(status, "lines"), key=lambda line: list(Filter).index(_filter(line)))
    accounts = records(status, "accounts")
    if lines:
        yield (Span(f"{status.get('summary') or 'The lines'}.", "bold"),)
        yield ()
        yield from _table(lines, now, width)
    elif not accounts:
        yield from _wrapped(NOBODY, width, "")
    served = {str(line.get("account")) for line in lines}
    for account in accounts:
        has_lines = str(account.get("account")) in served
        words = account.get("notice") or ("" if has_lines else _without_lines(account))
        if words:
            yield from _wrapped(f"{account.get('account') or 'A new account'}: {words}", width, "")
    yield from _paused(accounts, now, width)


def _paused(accounts: list[dict[str, Any]], now: datetime, width: int | None) -> Iterator[Row]:
    """Yield which accounts do not hear of their calls, and since when; a moment of it is no news."""
    for account in accounts:
        heard = account.get("messages")
        if isinstance(heard, dict) and not heard.get("online"):
            since = time_of(heard.get("since"))
            if since is not None and (now - since).total_seconds() >= PAUSED_AFTER_S:
                words = f"call notices paused since {when(since, now)}"
                yield from _wrapped(f"{account.get('account')}: {words}", width, "")


def change_words(line: Mapping[str, Any]) -> str:
    """Return how a line is in one sentence or two, with what helps: what is added at each change."""
    words = words_in(line)
    state = words["state"] if words["state"].endswith("…") else f"{words['state']}."
    return " ".join(part for part in (state, words["why"], words["remedy"]) if part)


def text_of(rows: Iterable[Row]) -> str:
    """Return rows without colour."""
    return "\n".join("".join(visible(span.text) for span in row).rstrip() for row in rows)


def printable(text: str, encoding: str | None) -> str:
    """Return the text with plain signs where the terminal has not ours."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return text.translate(_LATIN)
    return text


def records(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the records of an answer, whatever the other program sent."""
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# ---- a table where it fits, else a paragraph for each line


def _table(lines: list[dict[str, Any]], now: datetime, width: int | None) -> Iterator[Row]:
    cells = [_cells(line, now) for line in lines]
    widths = [max(map(len, column)) for column in zip(HEAD, *cells, strict=True)]
    fits = width is None or sum(widths) + 2 * len(widths) <= width
    if fits:
        yield (Span("  ".join(map(str.ljust, HEAD, widths)), "dim"),)
    for line, row in zip(lines, cells, strict=True):
        name, state, since, proof, following = map(str.ljust, row, widths) if fits else row
        if fits:
            yield Span(f"{name}  "), Span(state, _colour(line)), Span(f"  {since}  {proof}  {following}")
        else:
            yield (Span(name),)
            yield Span("  "), Span(state, _colour(line)), Span(f" since {since}" if since != "-" else "")
            rest = [f"proof {proof}" if proof != "-" else "", following if following != "-" else ""]
            if any(rest):
                yield from _wrapped(", ".join(filter(None, rest)), width, "  ")
        words = words_in(line)
        for text in (words["why"], words["remedy"]):
            yield from _wrapped(text, width, INDENT if fits else "  ")


def _cells(line: Mapping[str, Any], now: datetime) -> tuple[str, str, str, str, str]:
    since, proof, following = (time_of(line.get(key)) for key in ("since", "last_proof", "next_try_at"))
    return (
        str(line.get("name")),
        words_in(line)["state"],
        "-" if since is None else when(since, now),
        "-" if proof is None else ago(max(0, int((now - proof).total_seconds()))),
        "-" if following is None else _next(line, following, now),
    )


def _next(line: Mapping[str, Any], at: datetime, now: datetime) -> str:
    what = "try" if _state(line).value in {LineState.RETRY_WAIT.value, LineState.OFFLINE.value} else "check"
    left_s = int((at - now).total_seconds())
    if left_s <= 0:
        return f"{what} now"
    return f"{what} in {left_s // 60} min {left_s % 60:02} s" if left_s >= 60 else f"{what} in {left_s} s"  # noqa: PLR2004


def _wrapped(text: str, width: int | None, indent: str) -> Iterator[Row]:
    if not text:
        return
    rows = [text] if width is None else textwrap.wrap(text, max(NARROW, width - len(indent) - 1))
    yield from ((Span(f"{indent}{row}"),) for row in rows)


def time_of(text: object) -> datetime | None:
    """Return a time as this computer's clock shows it; None when there is none."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(LOCAL)
    except (ValueError, OverflowError):
        return None


def words_in(line: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of a record, of a program of before there were any, too."""
    told = line.get("words")
    words = told if isinstance(told, dict) else {}
    state = str(words.get("state") or line.get("state")).replace("_", " ")
    return {"state": state, "why": str(words.get("why") or ""), "remedy": str(words.get("remedy") or "")}


def _state(line: Mapping[str, Any]) -> LineState:
    try:
        return LineState(line.get("state"))
    except ValueError:  # of a newer program
        return LineState.IDLE


def _filter(line: Mapping[str, Any]) -> Filter:
    return filter_of(_state(line))


def _colour(line: Mapping[str, Any]) -> str:
    return COLOURS[LOOKS[_state(line)][0]]


def _without_lines(account: Mapping[str, Any]) -> str:
    return ACCOUNTS.get(str(account.get("state")), "")
