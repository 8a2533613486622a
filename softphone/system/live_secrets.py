"""The secrets that this process has: found again in any text, whatever stands around them (S18). Pure.

A server may send back what it was sent: a token as a tracking ID, cut off, in two halves, percent-encoded, in
base64. So letters and digits alone are compared, and a part of a secret is as secret as the whole.
"""

import base64
import re
from collections import OrderedDict
from collections.abc import Iterator

HIDDEN = "[hidden]"
PART_CHARS = 12  # letters and digits: fewer in a row are shared by chance
GRAMS_LIMIT = 2**17  # of those used last: some twenty megabytes, thousands of usual tokens

_GRAM_CHARS = 8  # a part of 15 holds one that begins at a multiple of 8
# The organisation at the end of a Webex token is no secret, and stands in many addresses.
_ORGANISATION = re.compile(r"_[A-Za-z0-9]{2,}_[0-9a-f]{8}-[0-9a-f-]{27}$")
_UNIT = re.compile(r"[A-Za-z0-9]|%(?:25){0,4}[0-9A-Fa-f]{2}|\\{1,8}(?:u[0-9A-Fa-f]{4}|[nrt])")


_forms_of: OrderedDict[str, list[str]] = OrderedDict()  # of each secret, the one used last at the end
_form_by_gram: dict[str, str] = {}


def note(*secrets: str | None) -> None:
    """Remember secrets, to be hidden from now on. One of fewer than 12 letters and digits is too short."""
    for secret in filter(None, secrets):
        if secret in _forms_of:
            _forms_of.move_to_end(secret)
            continue
        _forms_of[secret] = _forms(_ORGANISATION.sub("", secret))
        for form in _forms_of[secret]:
            _form_by_gram.update(dict.fromkeys(_grams(form), form))
        while len(_form_by_gram) > GRAMS_LIMIT and len(_forms_of) > 1:
            _drop(_forms_of.popitem(last=False)[1])


def _drop(forms: list[str]) -> None:
    for form in forms:
        for gram in _grams(form):
            if _form_by_gram.get(gram) is form:
                del _form_by_gram[gram]


def forget() -> None:
    """Forget all of them: they are nobody's any more."""
    _forms_of.clear()
    _form_by_gram.clear()


def holds(text: str) -> bool:
    """Whether a part of a secret stands in the text that is long enough to be one."""
    return hide(text) != text


def hide(text: str) -> str:
    """Return the text with every part of a secret hidden that is long enough to be one."""
    if not _form_by_gram or len(text) < PART_CHARS:
        return text
    letters = "".join(map(_letter, _UNIT.findall(text)))
    parts, place = [], 0
    while place + _GRAM_CHARS <= len(letters):
        form = _form_by_gram.get(letters[place : place + _GRAM_CHARS])
        first, end = (place, place) if form is None else _extent(letters, place, form)
        if end - first >= PART_CHARS:
            parts.append((first, end))
        place = max(place + 1, end)
    return _without(text, parts) if parts else text


def _without(text: str, parts: list[tuple[int, int]]) -> str:
    """Return the text with HIDDEN in the place of each part, given as the numbers of its letters."""
    spans = [match.span() for match in _UNIT.finditer(text) if _letter(match[0])]
    pieces, done = [], 0
    for first, end in parts:
        start = max(done, spans[first][0])
        pieces += [text[done:start], HIDDEN]
        done = spans[end - 1][1]
    return "".join([*pieces, text[done:]])


def _forms(secret: str) -> list[str]:
    """Return how it may be written: as it is, and in base64 behind any number of other bytes."""
    forms = [secret]
    for before in range(3):
        whole = (before + len(secret.encode())) // 3 * 3 - before  # bytes that no other character shares
        text = base64.b64encode(b"\0" * before + secret.encode()[:whole]).decode()
        forms.append(text[(0, 2, 3)[before] :])
    letters = ["".join(filter(_is_letter, form)) for form in forms]
    return [form for form in letters if len(form) >= PART_CHARS]


def _grams(form: str) -> Iterator[str]:
    for offset in range(0, len(form) - _GRAM_CHARS + 1, _GRAM_CHARS):
        yield form[offset : offset + _GRAM_CHARS]


def _extent(letters: str, place: int, form: str) -> tuple[int, int]:
    """Return the first and one past the last of the letters that are the form's."""
    first, end = place, place + _GRAM_CHARS
    offset = form.index(letters[first:end])
    while first > 0 and offset > 0 and letters[first - 1] == form[offset - 1]:
        first, offset = first - 1, offset - 1
    behind = offset + end - first
    while end < len(letters) and behind < len(form) and letters[end] == form[behind]:
        end, behind = end + 1, behind + 1
    return first, end


def _letter(unit: str) -> str:
    """Return the letter or digit that a unit stands for, "" for any other character."""
    if len(unit) == 1:
        return unit
    if unit[-1] in "nrt":  # a line's end as a string writes it
        return ""
    letter = chr(int(unit[-2:] if unit[0] == "%" else unit[-4:], 16))
    return letter if _is_letter(letter) else ""


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()
