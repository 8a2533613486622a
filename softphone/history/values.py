"""The values of the history as JSON text, and back. Nothing secret gets into the text.

What equals its default is left out; an unknown name is ignored when read, so that a field may come or go
without a new format. Words keep their template: they can be translated when they are shown again.
"""

import re
from functools import lru_cache
from string import Formatter
from typing import Annotated, Any

import msgspec

from softphone.history.entries import Entry
from softphone.i18n import Phrase
from softphone.line.failure import Failure
from softphone.line.model import Account, LineIdentity, LineSnapshot, Registration
from softphone.system.log import redact
from softphone.values import replace

_NOBODY = LineIdentity(line_id="", account=Account(key=""))
_BLANK_SHOWN = msgspec.to_builtins(LineSnapshot(identity=_NOBODY))
_ENTRY_COLUMNS = ("id", "session", "at", "steady_s", "kind", "line_key", "account_key")  # of the file
# Of an address; each is looked through once, however many there are in one word.
_USER = re.compile(r"(?<=://)[^\s/@]*+@")
_QUERY = re.compile(r"(://[^\s?#]*+)(?:[?#]\S*+)?")
_WORDS = ("title", "sentence", "advice")


def identity_text(identity: LineIdentity) -> str:
    """Return a line's identity."""
    return _text(msgspec.to_builtins(identity))


def registration_text(registration: Registration) -> str:
    """Return what a server granted: the same for many moments of a line."""
    return _text(msgspec.to_builtins(registration))


def shown_text(snapshot: LineSnapshot) -> str:
    """Return what else was shown of a line: neither its identity nor its registration, nor a call."""
    plain = replace(snapshot, identity=_NOBODY, registration=None, failure=None, call=None)
    values = {
        name: value for name, value in msgspec.to_builtins(plain).items() if value != _BLANK_SHOWN[name]
    }
    if snapshot.failure is not None:
        values["failure"] = _failure_values(snapshot.failure)
    return _text(values)


def shown_of(shown: str, identity: str, registration: str | None) -> LineSnapshot:
    """Return the snapshot of the three texts. Raises msgspec.MsgspecError for text that is not ours."""
    values = msgspec.json.decode(shown, type=dict[str, Any])
    failure = msgspec.convert(values.pop("failure", None), dict[str, Any] | None)
    values["identity"] = msgspec.json.decode(identity)
    if registration is not None:
        values["registration"] = msgspec.json.decode(registration)
    snapshot = msgspec.convert(values, LineSnapshot)
    return snapshot if failure is None else replace(snapshot, failure=_failure_of(failure))


def entry_text(entry: Entry) -> str:
    """Return what an entry says beside the columns it has in the file."""
    plain = replace(entry, title="", sentence="")
    blank = msgspec.to_builtins(Entry(at=entry.at, kind=entry.kind))
    values = {name: value for name, value in msgspec.to_builtins(plain).items() if value != blank[name]}
    for name in _ENTRY_COLUMNS:
        values.pop(name, None)
    return _text(values | _words_of({"title": entry.title, "sentence": entry.sentence}))


def entry_of(text: str, **columns: Any) -> Entry:
    """Return the entry. Raises msgspec.MsgspecError for text that is not ours."""
    values = msgspec.json.decode(text, type=dict[str, Any])
    words = _read_words(values)
    entry = msgspec.convert(values | columns, Entry)
    return replace(entry, **words)


@lru_cache(maxsize=1024)  # nearly every text is one of few, and looking costs a tenth of a millisecond
def harmless(text: str) -> str:
    """Return the text without whatever could be secret; of an address, user, query and fragment too."""
    return redact(_QUERY.sub(r"\1", _USER.sub("", text)))


def _failure_values(failure: Failure) -> dict[str, Any]:
    # The devices and the event's own message are not on a card.
    plain = replace(failure, title="", advice="", message="", devices=())
    kept = {name: value for name, value in msgspec.to_builtins(plain).items() if value not in (None, "", ())}
    return kept | _words_of({"title": failure.title, "advice": failure.advice})


def _failure_of(values: dict[str, Any]) -> Failure:
    words = _read_words(values)
    return replace(msgspec.convert({"title": "", "advice": "", **values}, Failure), **words)


def _words_of(words: dict[str, str]) -> dict[str, Any]:
    return {name: _word_values(text) for name, text in words.items() if text}


def _word_values(text: object) -> Any:
    if isinstance(text, Phrase):
        return {
            "template": text.template,
            "values": {name: _word_values(value) for name, value in text.values.items()},
        } | ({} if text.number is None else {"number": text.number, "one": text.one})
    return text if isinstance(text, int | float | str) or text is None else str(text)


def _read_words(values: dict[str, Any]) -> dict[str, Any]:
    """Take the words out of the values."""
    return {name: _read_word(values.pop(name), str) for name in _WORDS if name in values}


class _Words(msgspec.Struct):
    template: str
    values: dict[str, Any]
    number: Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | None = None
    one: str = ""


def _read_word(stored: Any, kind: Any = int | float | str | None) -> Any:
    """Return the text, or a value within one. Raises msgspec.MsgspecError for what is none of ours."""
    if isinstance(stored, dict):
        words = msgspec.convert(stored, _Words)
        _check_places(words)
        values = {name: _read_word(value) for name, value in words.values.items()}
        return Phrase(words.template, values, words.number, words.one)
    return msgspec.convert(stored, kind)


def _check_places(words: _Words) -> None:
    """Refuse what would put in more than a value in its place: a recording may be anybody's."""
    why = "no template of ours"
    try:
        for template in (words.template, words.one):
            for _, name, form, conversion in Formatter().parse(template):
                if name is None:
                    continue
                if form or conversion or not name.isidentifier() or name not in words.values:
                    raise msgspec.ValidationError(why)
    except ValueError as error:  # it cannot be read at all
        raise msgspec.ValidationError(why) from error


def _text(values: Any) -> str:
    return msgspec.json.encode(_harmless(values)).decode()


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dict):
        return {name: _harmless(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(inner) for inner in value]
    return value
