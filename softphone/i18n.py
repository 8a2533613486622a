"""The one way from texts and times to the words a person reads. Pure: the window brings the language.

A text is its own key: English in the source, other languages in `resources/translations`. Layers below the
window build a `Phrase` with `phrase()`: an English string for logs and terminals that the window can still
translate. The window asks `tr()`, and `counted()` for what depends on a number.

Only our own texts are translated. A value is data and shown as it is, whatever it says, unless it is a
`Phrase`: a text of ours that is a value of another goes through `own()`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import datetime

Translate = Callable[[str, int | None], str]

FEW = 8
NAME_AT_MOST = 60

_KEPT_LEFT_TO_RIGHT = "\u2066{}\u2069"  # an isolate (Unicode UAX 9): what stands round it cannot turn it over


class Phrase(str):
    """English text with its values put in, which remembers the template, the values and what is counted.

    `number` is what is counted, None when nothing is; `one` is the template in English for one of it.
    """

    __slots__ = ("number", "one", "template", "values")
    template: str
    values: dict[str, object]
    number: int | None
    one: str

    def __new__(
        cls, template: str, values: dict[str, object], number: int | None = None, one: str = ""
    ) -> Self:
        """Put the values in the places named in the template."""
        made = super().__new__(cls, _filled(one if number == 1 else template, values))
        made.template, made.values, made.number, made.one = template, values, number, one
        return made


def phrase(template: str, /, **values: object) -> Phrase:
    """Return the text in English, to be translated where it is shown: `phrase("Off by {n} min", n=3)`."""
    return Phrase(template, values)


def counted_phrase(number: int, one: str, several: str, /, **values: object) -> Phrase:
    """Return the text for a number, which is `{n}` in it, to be translated where it is shown."""
    return Phrase(several, {"n": number} | values, number, one)


def own(text: str) -> Phrase:
    """Return a whole text of ours as a value of another text, so that it is translated there."""
    return text if isinstance(text, Phrase) else Phrase(text, {})


def joined(sentences: Sequence[str]) -> str:
    """Return sentences one after the other, each still to be translated where they are shown."""
    return reduce(lambda first, rest: phrase("{first} {rest}", first=own(first), rest=own(rest)), sentences)


def visible(text: str, at_most_chars: int | None = None) -> str:
    """Return the text in one line, with what would steer a terminal or turn the words around escaped.

    A longer one than `at_most_chars` is cut, with a sign of it inside that length.
    """
    if at_most_chars is not None and len(text) > at_most_chars:
        text = f"{text[: at_most_chars - 1]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def few(names: Sequence[str]) -> str:
    """Return the first of the names, each as it can be read, and how many more there are."""
    shown = ", ".join(visible(name, NAME_AT_MOST) for name in names[:FEW])
    if len(names) <= FEW:
        return shown
    return phrase("{names} and {n} more", names=shown, n=len(names) - FEW)


def tr(text: str, /, **values: object) -> str:
    """Return a text in the person's language, with the values put in its {places}."""
    if isinstance(text, Phrase) and not values:
        inner = {
            name: tr(value) if isinstance(value, Phrase) else value for name, value in text.values.items()
        }
        if text.number is not None:
            return counted(text.number, text.one, text.template, **inner)
        return _filled(_translate(text.template, None), inner)
    return _filled(_translate(text, None), values)


def counted(number: float, one: str, several: str, /, **values: object) -> str:
    """Return the text for a number, which is `{n}` in it; other languages may have more forms than two."""
    whole = int(number) if float(number).is_integer() else max(2, math.ceil(number))  # 0.5 is several
    words = _translate(several, whole)
    if words == several and whole == 1:
        words = one
    return _filled(words, {"n": number} | values)


def decimal(number: float, digits: int | None = 1) -> str:
    """Return a number with so many digits after the point, or after what the language has instead.

    Without `digits` it has as many as it needs.
    """
    return (
        f"{number:g}".replace(".", _point) if digits is None else f"{number:.{digits}f}".replace(".", _point)
    )


class Times:
    """How a time is written, in the zone it comes with: as ISO 8601 has it. The window hands its own."""

    def clock(self, at: "datetime", *, seconds: bool) -> str:
        """Return the time of day."""
        return f"{at:%H:%M:%S}" if seconds else f"{at:%H:%M}"

    def date(self, at: "datetime") -> str:
        """Return the day, with its year."""
        return f"{at:%Y-%m-%d}"


def clock(at: "datetime", *, seconds: bool = False) -> str:
    """Return the time of day as the person writes it."""
    return _times.clock(at, seconds=seconds)


def date(at: "datetime") -> str:
    """Return the day as the person writes it."""
    return _times.date(at)


def date_and_time(at: "datetime", *, seconds: bool = False) -> str:
    """Return day and time as the person writes them."""
    return f"{date(at)} {clock(at, seconds=seconds)}"


def when(at: "datetime", now: "datetime", *, seconds: bool = False) -> str:
    """Return a time in the zone of `now`: of day, and with its day unless that is now's."""
    local = at.astimezone(now.tzinfo)
    same_day = local.date() == now.date()
    return clock(local, seconds=seconds) if same_day else date_and_time(local, seconds=seconds)


def left_to_right(data: str) -> str:
    """Return what runs from left to right in every language, as a phone number does with its plus sign."""
    return _KEPT_LEFT_TO_RIGHT.format(data) if _right_to_left else data


def speak(
    translate: Translate | None,
    *,
    point: str = ".",
    right_to_left: bool = False,
    times: Times | None = None,
) -> None:
    """Use this from now on: a text and, for what is counted, the number; None is English again.

    `point` stands before the parts of one in a number. `right_to_left` is how the language is read. `times`
    writes times; None: as ISO 8601 has them.
    """
    global _translate, _point, _right_to_left, _times  # the language of the process
    _translate, _times = translate or _english, times or Times()
    _point, _right_to_left = point, right_to_left


@contextmanager
def in_english() -> Iterator[None]:
    """Speak English inside, whatever the window speaks: what another process prints is for its terminal."""
    global _translate, _point, _right_to_left, _times
    kept = _translate, _point, _right_to_left, _times
    speak(None)
    try:
        yield
    finally:
        _translate, _point, _right_to_left, _times = kept


def _english(text: str, _: int | None) -> str:
    return text


def _filled(template: str, values: dict[str, object]) -> str:
    return template.format(**values) if values else template


_translate: Translate = _english
_point = "."
_right_to_left = False
_times = Times()
