"""Who may be told what, written down once more: the list of hosts, the headers, the places of secrets.

The rules are those of resources/docs/protocol.md#trust and #headers; the program's own code is not asked.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from httpx import URL

from tests.hostile.tokens.asked import Asked, Place, read_request
from tests.hostile.tokens.cloud.addresses import WORDS
from tests.hostile.tokens.secret_search import Secrets
from tests.house.canary import content_of

HOSTS = frozenset({"webexapis.com"})
BELOW = (
    "webex.com",
    "wbx2.com",
    "ciscospark.com",
    "broadcloudpbx.com",
    "broadcloudpbx.net",
    "broadcloud.eu",
    "broadcloud.com.au",
)
TOKEN_URL = "https://webexapis.com/v1/access_token"
REVOKE_URL = "https://idbroker.webex.com/idb/oauth2/v1/revoke"
DEVICE_URL = "https://webexapis.com/v1/device/authorize"
DEVICE_TOKEN_URL = "https://webexapis.com/v1/device/token"
REGION_URL = "https://ds.ciscospark.com/v1/region"

# Which secrets a form may hold, and where it may go.
FORMS = {
    TOKEN_URL: {
        "code": "code",
        "code_verifier": "verifier",
        "refresh_token": "refresh",
        "client_secret": "client",
    }
    | {"device_code": "device"},
    DEVICE_TOKEN_URL: {"device_code": "device"},
    DEVICE_URL: {},
    REVOKE_URL: {"token": "bearer or refresh"},
}
_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "user-agent", "trackingid", "authorization"}
    | {"cisco-device-url", "spark-user-agent", "content-length", "content-type"}
)
_UPGRADE_HEADERS = frozenset(
    {"host", "upgrade", "connection", "user-agent", "sec-websocket-key", "sec-websocket-version"}
)
_TUNNEL_HEADERS = frozenset({"host", "proxy-authorization", "user-agent", "accept"})
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def is_ours(place: Place) -> bool:
    """Whether it is one of Webex, over a secure channel, at the port of https."""
    labels = place.host.split(".")
    named = place.host in HOSTS or any(
        labels[-len(tail) :] == tail and len(labels) > len(tail) for tail in (one.split(".") for one in BELOW)
    )
    plain = all(map(_LABEL.fullmatch, labels))
    return place.scheme == "https" and place.port == 443 and named and plain


@dataclass
class Judgement:
    """What was wrong, as one line for each thing; what had to be clean is kept, and searched at the end."""

    secrets: Secrets
    sent: int = 0  # secrets that went where they belong
    wrong: list[str] = field(default_factory=list)
    _clean: list[tuple[str, bytes]] = field(default_factory=list)

    def dialled(self, host: str, port: int, *, proxy: str = "") -> None:
        """Somebody connects there, or has the name looked up (port 0)."""
        if host != proxy and not is_ours(Place("https", host, port or 443)):
            self.wrong.append(f"a stranger was asked for: {host}:{port}")
        if host in WORDS.decoys:
            self.wrong.append(f"an address that is data was taken for a place to go: {host}:{port}")

    def must_be_clean(self, where: str, data: bytes | str) -> None:
        self._clean.append((where, data.encode("utf-8", "replace") if isinstance(data, str) else data))

    def read_files(self, folder: Path) -> None:
        """Whatever was written there must be clean, names too."""
        for path in folder.rglob("*"):
            name = str(path.relative_to(folder))
            self.must_be_clean("the name of a file", name)
            if path.is_file():
                self.must_be_clean(f"the file {name}", content_of(path))

    def redirect(self, registered: str, taken: str) -> None:
        """A redirect was taken for the answer of a sign-in."""
        for one, other in ((urlsplit(registered), urlsplit(taken)), (URL(registered), URL(taken))):
            if (one.scheme, one.port, one.path) != (other.scheme, other.port, other.path) or str(
                one.netloc
            ).lower() != str(other.netloc).lower():
                self.wrong.append(f"a redirect to another place was taken: {taken[:60]}")

    def tunnel(self, asked: Asked) -> None:
        """A request to a proxy."""
        host, _, port = asked.target.rpartition(":")
        if asked.method != "CONNECT" or not port.isdecimal():
            self.wrong.append(f"a proxy was sent {asked.method} {asked.target}")
        self._names(asked, _TUNNEL_HEADERS)
        self.dialled(host, int(port) if port.isdecimal() else 0)
        kept = [pair for pair in asked.headers if pair[0].lower() != "proxy-authorization"]
        for name, value in asked.headers:
            if name.lower() == "proxy-authorization" and _basic(value) not in self.secrets.of("proxy"):
                self.wrong.append(f"a proxy was sent another sign-in than its own: {asked.target}")
        self.must_be_clean(f"what the proxy of {asked.target} was sent", _text(asked, kept) + asked.body)

    def request(self, asked: Asked) -> None:
        """A request to a host, which may have been sent a secret in its one place."""
        where = f"{asked.method} {asked.place}{asked.target[:60]}"
        if not is_ours(asked.place):
            self.wrong.append(f"a stranger was sent {where}")
            self.must_be_clean(f"a stranger: {where}", _text(asked, asked.headers) + asked.body)
            return
        is_upgrade = bool(asked.header("upgrade"))
        self._names(asked, _UPGRADE_HEADERS if is_upgrade else _HEADERS)
        if asked.header("host") not in {asked.place.host, f"{asked.place.host}:443"}:
            self.wrong.append(f"{where} names the host {asked.header('host')!r}")
        kept = [pair for pair in asked.headers if pair[0].lower() != "authorization"]
        values = [value for name, value in asked.headers if name.lower() == "authorization"]
        for value in values:
            kept += [("authorization", rest) for rest in self._authorized(asked, value, where)]
        body = asked.body
        if asked.method == "POST" and asked.target.endswith("/device"):
            body = self._without_guest(body)
        if asked.url in FORMS and asked.method == "POST":
            body = "\n".join(self._form(asked, where)).encode()
        self.must_be_clean(where, _text(asked, kept) + body)

    def rest(self, place: Place, data: bytes) -> None:
        """What is left of a connection that was cut in the middle of something."""
        try:
            read = read_request(data, place, is_cut=True)
        except ValueError:
            read = None
        if read is not None:
            self.request(read[0])
        elif data and not is_ours(place):
            self.wrong.append(f"a stranger was sent something: {place}")
            self.must_be_clean(f"what {place} was sent", data)

    def frame(self, place: Place, text: str, *, first: bool) -> None:
        """A frame that the client sent over a WebSocket."""
        if first or '"auth' in text[:60]:
            try:
                value = json.loads(text)
                token = value["data"]["token"].removeprefix("Bearer ")
            except (ValueError, KeyError, TypeError, AttributeError):
                token = ""
            if is_ours(place) and token in self.secrets.of("bearer"):
                self._belongs(token)
                text = text.replace(token, "")
        kept = self._without_guest(text.encode()) if is_ours(place) else text
        self.must_be_clean(f"a frame to {place}", kept)

    def conclude(self) -> list[str]:
        """Search all that had to be clean; return everything that was wrong."""
        if self.secrets.found_in(b"\n".join(data for _, data in self._clean)):
            for where, data in self._clean:
                for kind in sorted(self.secrets.found_in(data)):
                    self.wrong.append(f"{kind} in {where}: {data[:3000]!r}")
        self._clean.clear()
        return self.wrong

    def _belongs(self, secret: str) -> None:
        self.sent += 1
        self.secrets.hold(secret)

    def _without_guest(self, body: bytes) -> bytes:
        """A guest's token goes along with a registration."""
        for jwe in self.secrets.of("jwe"):
            if (place := f'"jwe":"{jwe}"'.encode()) in body:
                self._belongs(jwe)
                body = body.replace(place, b"")
        return body

    def _names(self, asked: Asked, allowed: frozenset[str]) -> None:
        for name, _ in asked.headers:
            lowered = name.lower()
            if lowered not in allowed:
                self.wrong.append(f"{asked.method} {asked.place}: the header {name} is none of ours")

    def _authorized(self, asked: Asked, value: str, where: str) -> Iterator[str]:
        """Yield what of the header must be clean."""
        scheme, _, credentials = value.partition(" ")
        is_form = asked.url in FORMS and asked.method == "POST"
        if scheme == "Bearer" and credentials in self.secrets.of("bearer"):
            if is_form or asked.url == REGION_URL:
                self.wrong.append(f"a token where none belongs: {where}")
            self._belongs(credentials)
            return
        if is_form and (secret := _basic(value)) in self.secrets.of("client"):
            self._belongs(secret)
            return
        self.wrong.append(f"{where} was authorized by something else")
        yield value

    def _form(self, asked: Asked, where: str) -> Iterator[str]:
        """Yield what of a form must be clean: all but each secret in its own field."""
        fields = FORMS[asked.url]
        for name, value in parse_qsl(asked.body.decode("latin-1"), keep_blank_values=True):
            kinds = fields.get(name, "").split(" or ")
            if self.secrets.kinds.get(value) in kinds:
                self._belongs(value)
            else:
                yield f"{name}={value}"


def _basic(value: str) -> str:
    """Return the password in a header, empty without one."""
    scheme, _, credentials = value.partition(" ")
    try:
        return base64.b64decode(credentials).decode().partition(":")[2] if scheme == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _text(asked: Asked, headers: Sequence[tuple[str, str]]) -> bytes:
    rows = "".join(f"\n{name}: {value}" for name, value in headers)
    return f"{asked.method} {asked.place.host} {asked.target}{rows}\n".encode()
