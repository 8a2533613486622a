"""Writes the settings of resources/policy.example.toml from the table of keys.

`python -m tests.settings.sample_policy`, after a setting was added.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from softphone.settings.cloud_file import Cloud
from softphone.settings.keys import (
    KEYS,
    CertificateFile,
    Choice,
    Code,
    Kind,
    Number,
    Numbers,
    ProxyAddress,
    default_of,
    to_toml,
)

SAMPLE = Path(__file__).parents[2] / "resources" / "policy.example.toml"
HEADING = "[settings]\n"


def settings() -> str:
    """Return the part below the heading: a key a line, with its default and what else is allowed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    page = None
    for key in KEYS.values():
        if key.page is not page:
            yield ""
        page = key.page
        chosen = default_of(key.name, Cloud())
        value = "/etc/ssl/company-root.pem" if chosen is None else to_toml(chosen)
        allowed = _allowed(key.kind)
        yield f"# {key.name} = {json.dumps(value)}" + (f"  # {allowed}" if allowed else "")


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
