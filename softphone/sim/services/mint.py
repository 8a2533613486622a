"""Makes the strings nobody can guess: tokens, codes and ids. Randomness is handed in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

ORG_ID = "5c3f3a52-3f0e-4b58-9d5e-2a7d0c6f41b8"

# Tokens and codes are three parts joined by underscores and the last names the organisation: a client
# may read it from there (sign-in.md#authorize).
_CLUSTER_TAG = "PF84"


class Mint:
    """Strings out of `random_bytes(count)`; the same bytes give the same strings."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._random_bytes = random_bytes

    def token(self) -> str:
        """Return an opaque token of 106 characters (sign-in.md#answer)."""
        return f"{self._text(48)}_{_CLUSTER_TAG}_{ORG_ID}"

    def code(self) -> str:
        """Return an authorization code."""
        return f"{self._text(30)}_{_CLUSTER_TAG}_{ORG_ID}"

    def uuid(self) -> str:
        """Return a random id in the form of a version 4 UUID."""
        return _as_uuid(self._random_bytes(16))

    def digits(self) -> str:
        """Return six digits that a person can type."""
        return f"{int.from_bytes(self._random_bytes(4)) % 1_000_000:06}"

    def short(self) -> str:
        """Return a few characters for a SIP address or an entity tag."""
        return self._random_bytes(6).hex()

    def _text(self, count: int) -> str:
        # Letters and digits only, as an underscore parts the pieces.
        return base64.b64encode(self._random_bytes(count), b"xy").decode().rstrip("=")


def id_of(name: str) -> str:
    """Return the id that always belongs to this name."""
    return _as_uuid(hashlib.sha256(name.encode()).digest()[:16])


def public_id(kind: str, plain_id: str) -> str:
    """Return the id as the public API writes it, which Mobius and WDM do not understand."""
    return base64.b64encode(f"ciscospark://us/{kind}/{plain_id}".encode()).decode().rstrip("=")


def _as_uuid(raw: bytes) -> str:
    digits = raw.hex()
    digits = f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
