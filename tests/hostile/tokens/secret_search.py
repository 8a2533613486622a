"""The secrets of one life, and the search for them in bytes, in whatever form they stand there.

Shares no code with the program, whose own search (`system.live_secrets`) is among what is tried.
"""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tests.kit.secrets import MARK

PART_CHARS = 12  # so much of one, behind its mark, is as secret as all of it
_RANDOM_CHARS = 48
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass
class Secrets:
    """Every secret by its kind: bearer, refresh, code, verifier, client, device, state, proxy, jwe.

    `held` are those that the client has taken and the cloud knows, so that it may send them back.
    """

    chance: random.Random
    kinds: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    _beside: dict[str, str] = field(default_factory=dict)
    _parts: dict[bytes, str] = field(default_factory=dict)  # of every form of every secret, at every place

    def new(self, kind: str, ending: str = "") -> str:
        """Mint one that begins with the mark of the tests; the ending is no secret."""
        core = MARK + "".join(self.chance.choices(_ALPHABET, k=_RANDOM_CHARS))
        self.add(kind, core)
        self.kinds[core + ending] = kind
        return core + ending

    def add(self, kind: str, secret: str) -> None:
        """Look for it from now on."""
        self.kinds[secret] = kind
        core = secret.removeprefix(MARK).encode()  # all of them share the mark
        for form in _forms(core):
            for place in range(len(form) - PART_CHARS + 1):
                self._parts[form[place : place + PART_CHARS]] = kind

    def beside(self, access: str, refresh: str) -> None:
        """Who holds the one holds the other."""
        self._beside[access] = refresh

    def hold(self, secret: str) -> None:
        """The client has it, for it was sent in its place."""
        self.held.add(secret)
        if secret in self._beside:
            self.held.add(self._beside[secret])

    def of(self, *kinds: str) -> list[str]:
        return [secret for secret, kind in self.kinds.items() if kind in kinds]

    def found_in(self, data: bytes) -> set[str]:
        """Return the kinds of the secrets of which a part stands in the data."""
        return {
            self._parts[part]
            for text in _readings(data)
            for place in range(len(text) - PART_CHARS + 1)
            if (part := text[place : place + PART_CHARS]) in self._parts
        }


def _forms(secret: bytes) -> Iterator[bytes]:
    """Yield how it may be written, in small letters: a host's name loses the others."""
    yield secret.lower()
    yield secret.hex().encode()
    yield secret.decode().encode("utf-16-le").lower()
    for before in range(3):  # the characters that are the same whatever stands before and after
        coded = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        yield coded[-(-before * 8 // 6) : (len(secret) + before) * 8 // 6].lower()


def _readings(data: bytes) -> Iterator[bytes]:
    """Yield the data, and what percent escapes in it stand for, twice over."""
    text = data.lower()
    yield text
    for _ in range(2):
        if b"%" not in text:
            return
        text = unquote_to_bytes(text).lower()
        yield text
