"""The one way from a text in the source to the words a person reads. Pure: the window brings the language.

A text is its own key: English in the source, other languages in `resources/translations`. Layers below the
window build a `Phrase` with `phrase()`: an English string for logs and terminals that the window can still
translate. The window asks `tr()`, and `counted()` for what depends on a number.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, Self

Translate = Callable[[str, int | None], str]

_KEPT_LEFT_TO_RIGHT = "\u2066{}\u2069"  # an isolate (Unicode UAX 9): what stands round it cannot turn it over


class Phrase(str):
    """English text with its values put in, which remembers the template and the values."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Self:
        """Put the values in the places named in the template."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made


def phrase(template: str, /, **values: object) -> Phrase:
    """Return the text in English, to be translated where it is shown: `phrase("Off by {n} min", n=3)`."""
    return Phrase(template, values)


def joined(sentences: Sequence[str]) -> str:
    """Return sentences one after the other, each still to be translated where they are shown."""
    return reduce(lambda first, rest: phrase("{first} {rest}", first=first, rest=rest), sentences)


def tr(text: str, /, **values: object) -> str:
    """Return a text in the person's language, with the values put in its {places}."""
    if isinstance(text, Phrase) and not values:
        return _translate(text.template, None).format(**{key: _inner(v) for key, v in text.values.items()})
    words = _translate(text, None)
    return words.format(**values) if values else words


def counted(number: int, one: str, several: str, /, **values: object) -> str:
    """Return the text for a number, which is `{n}` in it; other languages may have more forms than two."""
    words = _translate(several, number)
    if words == several and number == 1:
        words = one
    return words.format(n=number, **values)


def decimal(number: float, digits: int = 1) -> str:
    """Return a number with so many digits after the point, or after what the language has instead."""
    return f"{number:.{digits}f}".replace(".", _point)


def left_to_right(data: str) -> str:
    """Return what runs from left to right in every language, as a phone number does with its plus sign."""
    return _KEPT_LEFT_TO_RIGHT.format(data) if _right_to_left else data


def speak(translate: Translate | None, *, point: str = ".", right_to_left: bool = False) -> None:
    """Use this from now on: a text and, for what is counted, the number; None is English again.

    `point` stands before the parts of one in a number. `right_to_left` is how the language is read.
    """
    global _translate, _point, _right_to_left  # the language of the process
    _translate, _point, _right_to_left = translate or _english, point, right_to_left


def _english(text: str, _: int | None) -> str:
    return text


def _inner(value: Any) -> Any:
    return tr(value) if isinstance(value, str) else value


_translate: Translate = _english
_point = "."
_right_to_left = False
