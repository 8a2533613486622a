"""Writes the settings of resources/policy.example.toml from the table of keys.

`python -m tests.settings.sample_policy`, after a setting was added.
"""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import (
    KEYS,
    CertificateFile,
    Choice,
    Code,
    Key,
    Kind,
    Number,
    Numbers,
    ProxyAddress,
    default_of,
    to_toml,
)
from softphone.wording.settings_words import IN_ROW_OF, TABS

SAMPLE = Path(__file__).parents[2] / "resources" / "policy.example.toml"
HEADING = "[settings]\n"
WITHOUT_EFFECT = {"compact"}  # older files hold it


def settings() -> str:
    """Return the part below the heading: a key a line, with its default and what else is allowed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    in_window = [card for cards in TABS.values() for card in cards]
    shown = {*chain(*in_window), *IN_ROW_OF.values()}
    for card in in_window:
        yield ""
        for name in card:
            yield from (_line(KEYS[each]) for each in (name, IN_ROW_OF.get(name)) if each is not None)
    yield ""
    yield "# Of the following the window shows none, or in a menu only."
    yield from (_line(key) for key in KEYS.values() if key.name not in shown | WITHOUT_EFFECT)


def _line(key: Key) -> str:
    chosen = default_of(key.name, Cloud())
    value = "/etc/ssl/company-root.pem" if chosen is None else to_toml(chosen)
    allowed = _allowed(key.kind)
    return f"# {key.name} = {json.dumps(value)}" + (f"  # {allowed}" if allowed else "")


def _allowed(kind: Kind) -> str:
    match kind:
        case Choice(words=words):
            return " or ".join(f'"{word}"' for word in words)
        case Number(least=least, most=most) | Numbers(least=least, most=most):
            both = f"{least:g} to {most:g}"
            return f"{both} each" if isinstance(kind, Numbers) else both
        case ProxyAddress():
            return 'or "none", or "http://proxy.example.com:3128"'
        case CertificateFile():
            return "certificates in PEM"
        case Code(example=example):
            return f'or a code like "{example}"'
        case _:
            return ""


if __name__ == "__main__":
    kept = SAMPLE.read_text(encoding="utf-8").partition(HEADING)[0]
    SAMPLE.write_text(kept + HEADING + settings(), encoding="utf-8")
