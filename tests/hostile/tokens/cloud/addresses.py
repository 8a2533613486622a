"""The grammar of hostile addresses: each way in which two readers of one address may name two hosts.

`Addresses.any` gives one by chance. What leads to a trusted host in every reading is mixed in, so that an
answer is believed often enough to have the client go on with it.
"""

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, convert


class Words(Struct):
    """What addresses.toml holds."""

    evil: list[str]
    ours: list[str]
    decoys: list[str]
    paths: list[str]
    joints: list[str]
    ports: list[str]
    schemes: list[str]
    no_schemes: list[str]
    ips: list[str]
    before: list[str]
    after: list[str]
    dots: list[str]
    neighbours: list[str]
    users: list[str]
    inside: list[str]
    bad_names: list[str]
    control: str
    invisible: str
    look_alikes: dict[str, str]


WORDS = convert(tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")), Words)
_DECEITS = 24


class Addresses:
    """`echo` gives a secret in some form, which a few addresses hold."""

    def __init__(self, chance: random.Random, echo: Callable[[], str]) -> None:
        self._chance = chance
        self._echo = echo

    def good(self, path: str | None = None) -> str:
        """An address of a host of ours, and of no other in any reading."""
        return f"https://{self._of(WORDS.ours)}{self._of(WORDS.paths) if path is None else path}"

    def any(self, path: str | None = None, *, good: float = 0.4) -> str:
        """One by chance; `good` is how often it is good."""
        draw = self._chance.random()
        if draw < good:
            return self.good(path)
        if draw < good + 0.05:
            return self.echoing(path)
        address = self.hostile(self._of(WORDS.paths) if path is None else path)
        return self._damaged(address) if self._chance.random() < 0.1 else address

    def decoy(self, path: str | None = None) -> str:
        """One where an address is data: whoever goes there has taken it for a place to go."""
        if self._chance.random() < 0.5:
            return self.any(path, good=0.2)
        return f"https://{self._of(WORDS.decoys)}{self._of(WORDS.paths) if path is None else path}"

    def echoing(self, path: str | None = None) -> str:
        """A good one, but for a secret in it."""
        secret, base = self._echo(), self.good(path).rstrip("/")
        host = base.split("/")[2]
        return self._chance.choice(
            (
                f"{base}/{secret}",
                f"{base}/devices/{secret}",
                f"{base}?t={secret}",
                f"https://{secret[:60]}.webex.com/api/v1",
                f"https://{secret}@{host}/",
                f"{base}#{secret}",
                f"https://{self._of(WORDS.evil)}/{secret}",
            )
        )

    def hostile(self, path: str = "/") -> str:
        """One deceit."""
        of = self._of
        evil, ours = of(WORDS.evil), of(WORDS.ours)
        match self._chance.randrange(_DECEITS):
            case 0:
                return f"https://{evil}{path}"
            case 1:
                return f"https://{of(WORDS.before)}{ours}{path}"
            case 2:
                return f"https://{ours}{of(WORDS.after)}{evil}{path}"
            case 3 | 4 | 5:
                one, other = (ours, evil) if self._chance.random() < 0.6 else (evil, ours)
                return f"https://{one}{of(WORDS.joints)}{other}{path}"
            case 6:
                return f"https://{evil}{of(WORDS.joints)}{of(['.', '/', '@', '?', '#.'])}{ours}{path}"
            case 7:
                return f"https://{ours}:{of(WORDS.ports)}{path}"
            case 8:
                return f"https://{evil}:{of(WORDS.ports)}@{ours}:{of(WORDS.ports)}{path}"
            case 9 | 10:
                return f"{of(WORDS.schemes)}://{of([ours, ours, evil])}{path}"
            case 11:
                return f"{of(WORDS.no_schemes)}{evil}{path}"
            case 12 | 13:
                return f"https://{of(WORDS.ips)}{of(['', ':443', ':8443', '.' + ours])}{path}"
            case 14 | 15:
                return f"https://{self._look_alike(ours)}{path}"
            case 16:
                return f"https://{self._punycode(self._look_alike(ours))}{path}"
            case 17:
                return f"https://{ours}{of(WORDS.dots)}{path}"
            case 18:
                return f"https://{of(WORDS.bad_names).format(ours)}{path}"
            case 19:
                return f"https://{of(WORDS.neighbours)}{path}"
            case 20:
                return f"https://{self._escaped(ours)}{path}"
            case 21:
                return f"https://{'a.' * self._chance.randrange(60, 1200)}{ours}{path}"
            case 22:
                return f"https://{ours}/{of(WORDS.inside).format(evil)}{path}"
            case _:
                return f"https://{of(WORDS.users)}@{ours}{path}"

    def socket(self, *, good: float = 0.4) -> str:
        """The address of a WebSocket."""
        scheme, colon, rest = self.any(good=good).partition(":")
        if scheme == "https":
            return f"wss:{rest}"
        return self._of([scheme, "ws", "WSS", "wss"]) + colon + rest

    def _of(self, words: list[str]) -> str:
        return self._chance.choice(words)

    def _look_alike(self, name: str) -> str:
        places = [place for place, letter in enumerate(name) if letter in WORDS.look_alikes]
        for place in self._chance.sample(places, self._chance.randint(1, 3)):
            other = self._chance.choice(WORDS.look_alikes[name[place]])
            name = f"{name[:place]}{other}{name[place + 1 :]}"
        if self._chance.random() < 0.3:
            place = self._chance.randrange(len(name))
            name = f"{name[:place]}{self._chance.choice(WORDS.invisible)}{name[place:]}"
        return name

    def _punycode(self, name: str) -> str:
        def label(text: str) -> str:
            return text if text.isascii() else f"xn--{text.encode('punycode').decode()}"

        return ".".join(map(label, name.split(".")))

    def _escaped(self, name: str) -> str:
        place = self._chance.randrange(len(name))
        return f"{name[:place]}%{ord(name[place]):02x}{name[place + 1 :]}"

    def _damaged(self, address: str) -> str:
        place = self._chance.randrange(len(address) + 1)
        return f"{address[:place]}{self._chance.choice(WORDS.control + WORDS.invisible)}{address[place:]}"
