"""What stands in a capsule for names, numbers, addresses, ids and this computer: the same for the same thing.

Learn first what is known of accounts and lines; then every text goes through `text`, every JSON value through
`value`. Secrets are hidden there, too, whoever has filtered the text before. Tracking IDs stay: by them
support finds what the service saw. So do the addresses of servers.
"""

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from softphone.line.model import Account
from softphone.system.live_secrets import HIDDEN
from softphone.system.log import redact

_USER_INFO = re.compile(r"://[^/@\s\"']+@")  # a sign-in in an address
_SCHEME = re.compile(rf"(?i)\bbearer\s+(?={re.escape(HIDDEN)})")
# What stands before an at sign, from its first letter on and from nowhere within: a long word without one is
# looked through once. The signs before that letter are no part of it.
LOCAL_PART = (
    r"(?:(?<![A-Za-z0-9._+%-])|(?<=%40))(?P<before>(?:[._+-]|%(?!40))*+)"
    r"(?P<local>[A-Za-z0-9](?:[A-Za-z0-9._+-]|%(?!40))*+)"
)
_MAIL = re.compile(rf"{LOCAL_PART}(?:@|%40)[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
_PHONE = re.compile(r"(?<![\w.])(?:\+|%2B)\d(?:[ ().-]{0,2}\d){6,14}(?!\d)")
_UUID = re.compile(
    r"(?<![\w-])(?<!tracking ID )[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-])"
)
_WEBEX_ID = re.compile(r"\bY2lzY29zcGFyazov[A-Za-z0-9_=-]+")  # of "ciscospark://" in base64
# In rows of the log that begin with whose line it is, and in the one that names a device.
_LINE_OF_LOG = re.compile(r"( softphone\.calling\.\w+ )(?!Person \d+:)[^:\n]{1,120}(?=: )")
_DEVICE_OF_LOG = re.compile(r"( disconnecting )[^\n]{1,200}(?=, last seen)")
_HOMES = re.compile(r"(?i)(/home/|/Users/|(?<!\\)\\++Users\\++)[^/\\\s\"':;,]+")

_EXTENSION = re.compile(r"(?i)\b(ext(?:ension)?[.:]? ?)(\d{2,10})\b")
_NUMBER = "+1 *** {n:02d}"
_MET = {
    _MAIL: "address-{n}@example.invalid",
    _PHONE: _NUMBER,
    _UUID: "id-{n}",
    _WEBEX_ID: "id-{n}",
}
_OUR_WORDS = frozenset(  # of keys: their values are words of the program
    {"table", "state", "status", "role", "service", "kind", "event", "disposition", "error_type", "type"}
)
_KEPT = frozenset({"tracking_id", "trackingId"})
# What a user or a computer is often called, and what would be half of every text.
_COMMON = frozenset({"root", "user", "admin", "home", "localhost", "softphone", "debian", "ubuntu", "linux"})
_WORD = re.compile(r"[^\W_]+")
_Form = tuple[str, int, str]  # a name in small letters, what stands before its first word, the stand-in
_LEAST_CHARS = 3  # a shorter name is replaced only where it is the whole text


class StandIns:
    """The stand-ins of one capsule. With `keep_names` only secrets and this computer's own are hidden.

    `names_here` are the names of this computer and of its user.
    """

    def __init__(self, *, keep_names: bool = False, names_here: Mapping[str, str] | None = None) -> None:
        self._keep_names = keep_names
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._forms: dict[str, list[_Form]] | None = None
        for name, stand_in in (this_computer() if names_here is None else names_here).items():
            self._know(name, stand_in)
        self._here = dict(self._known)
        self._text = lru_cache(maxsize=4096)(self._replaced)

    # ---- what is known

    def learn_account(self, account: Mapping[str, Any] | Account) -> None:
        """Take whose name, address and organisation these are."""
        told = account if isinstance(account, Mapping) else _fields(account)
        number = self._people.setdefault(str(told.get("key", "")), len(self._people) + 1)
        self._know(told.get("key"), f"person-{number}")
        self._know(told.get("name"), f"Person {number}")
        self._know(told.get("address"), f"person-{number}@example.invalid")
        self._learn("Organisation {n}", told.get("organisation"))

    def learn_line(self, identity: Mapping[str, Any]) -> None:
        """Take whose line it is, its ids and its numbers."""
        if isinstance(account := identity.get("account"), Mapping):
            self.learn_account(account)
        self._learn("line-{n}", identity.get("line_id"))
        self._learn("id-{n}", identity.get("user_id"))
        for name in ("phone_number", "voicemail"):
            self._learn(_NUMBER, identity.get(name))

    def learn_registration(self, granted: Mapping[str, Any]) -> None:
        """Take the ids, names and numbers of a device."""
        self._learn(_NUMBER, granted.get("voice_portal_number"))
        device = granted.get("device")
        if isinstance(device, Mapping):
            self._learn("device-{n}", device.get("device_id"))
            self._learn("Device {n}", device.get("name"))
            client = device.get("client_device_uri")
            self._learn("device-{n}", client.rpartition("/")[2] if isinstance(client, str) else None)

    # ---- what is written

    def text(self, text: str) -> str:
        """Return the text as it may leave this computer."""
        return self._text(text) if len(text) <= 2000 else self._replaced(text)  # noqa: PLR2004

    def value(self, value: Any, key: str = "") -> Any:
        """Return the value, with every text in it as it may leave this computer."""
        if isinstance(value, dict):
            return {name: self.value(inner, name) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner, key) for inner in value]
        if not isinstance(value, str) or key in _OUR_WORDS:
            return value
        if key in _KEPT:
            return hide_secrets(value)
        if key in ("extension", "voice_portal_extension") and not self._keep_names:
            return self._extension(value)
        return self.text(value)

    # ---- private

    def _know(self, name: object, stand_in: str) -> None:
        if isinstance(name, str) and name.strip():
            self._known.setdefault(name, stand_in)
            self._forms = None

    def _learn(self, form: str, name: object) -> None:
        if isinstance(name, str) and name.strip() and name not in self._known:
            self._know(name, self._next(form))

    def _next(self, form: str) -> str:
        self._counts[form] = self._counts.get(form, 0) + 1
        return form.format(n=self._counts[form])

    def _stand_in(self, form: str, name: str) -> str:
        """Return what stands for a name that is met in a text."""
        if name not in self._known:
            self._known[name] = self._next(form)  # no part of the pattern: its own pattern finds it
        return self._known[name]

    def _replaced(self, text: str) -> str:
        if not self._keep_names and text in self._known:
            return self._known[text]
        text = self._known_replaced(text)
        text = hide_secrets(_HOMES.sub(r"\1user", text))
        if self._keep_names:
            return text
        text = _LINE_OF_LOG.sub(r"\1somebody", _DEVICE_OF_LOG.sub(r"\1a device", text))
        for pattern, form in _MET.items():
            text = pattern.sub(partial(self._met, form), text)
        return _EXTENSION.sub(lambda found: found[1] + self._extension(found[2]), text)

    def _met(self, form: str, found: re.Match[str]) -> str:
        before = found.groupdict().get("before", "")
        name = found[0][len(before) :]
        if name.endswith("example.invalid"):
            return found[0]
        return before + self._stand_in(form, f"+{_digits(name)}" if form == _NUMBER else name.casefold())

    def _extension(self, digits: str) -> str:
        return self._stand_in("{n:02d}", f"extension {digits}")

    def _known_replaced(self, text: str) -> str:
        """Replace what is known, in time that grows with the text alone, however many are known."""
        folded = _small(text)
        pieces, done = [], 0
        for word in _WORD.finditer(folded):
            for form, before, stand_in in self._by_word().get(word[0], ()):
                begin, end = word.start() - before, word.start() - before + len(form)
                if begin >= done and folded.startswith(form, begin) and not folded[end : end + 1].isalnum():
                    pieces += [text[done:begin], stand_in]
                    done = end
                    break
        return "".join([*pieces, text[done:]])

    def _by_word(self) -> dict[str, list[_Form]]:
        """Return what is known by its first word, the longest first."""
        if self._forms is None:
            self._forms = {}
            known = self._here if self._keep_names else self._known
            for name, stand_in in known.items():
                for form in {_small(form) for form in _forms(name) if len(name) >= _LEAST_CHARS}:
                    if word := _WORD.search(form):
                        self._forms.setdefault(word[0], []).append((form, word.start(), stand_in))
            for forms in self._forms.values():
                forms.sort(key=lambda form: -len(form[0]))
        return self._forms


def hide_secrets(text: str) -> str:
    """Return the text without secrets; names and addresses of people stay."""
    return _SCHEME.sub("", redact(_USER_INFO.sub(f"://{HIDDEN}@", text)))


def this_computer() -> dict[str, str]:
    """Return the names of this computer and its user, each with its stand-in."""
    host = platform.node()
    users = {Path.home().name, *(os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME"))}
    names = dict.fromkeys(users, "user") | {
        host: "this-computer",
        host.partition(".")[0]: "this-computer",
    }
    return {name: stand_in for name, stand_in in names.items() if name.casefold() not in _COMMON and name}


def _forms(name: str) -> Iterable[str]:
    """Return how a name may be written: as it is, in an address, in JSON."""
    yield name
    yield quote(name, safe="")
    yield json.dumps(name)[1:-1]


def _small(text: str) -> str:
    """Return the text in small letters, each in its place: some are two letters then, and stay."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _fields(account: Account) -> dict[str, str]:
    return {name: getattr(account, name) for name in account.__struct_fields__}
