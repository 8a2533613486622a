"""Phone numbers in groups that a person can read. Pure and Qt-free."""

from softphone.i18n import left_to_right

# First two digits of the country codes that have three (ITU E.164); all others have two, 1 and 7 one.
_THREE_DIGIT_COUNTRIES = frozenset(
    {"21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80"}
    | {"85", "87", "88", "96", "97", "99"}
)


def phone(number: str) -> str:
    """Return an E.164 number in groups; anything else as it is."""
    digits = number[1:]
    if not (number.startswith("+") and digits.isdigit()):
        return number
    country = 1 if digits[0] in "17" else 3 if digits[:2] in _THREE_DIGIT_COUNTRIES else 2
    rest = digits[country:]
    groups = [rest[-4:]]
    rest = rest[:-4]
    while rest:
        groups.insert(0, rest[-3:] if len(rest) != 4 else rest[-2:])  # noqa: PLR2004 - 2 and 2, not 1 and 3
        rest = rest[: -len(groups[0])]
    return left_to_right(" ".join((f"+{digits[:country]}", *groups)).strip())
