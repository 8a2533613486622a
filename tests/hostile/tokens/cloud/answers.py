"""What a hostile cloud answers: the shape of each service's answer, with deceits in its places.

Half of all answers are in the service's own shape, so that the client goes on; each address, text and id in
them may be a deceit. The others are anything that a server may answer, with every header that a browser would
act on.
"""

import base64
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

from msgspec import Struct

from tests.hostile.tokens.asked import Asked
from tests.hostile.tokens.cloud.addresses import WORDS, Addresses
from tests.hostile.tokens.secret_search import Secrets
from tests.hostile.tokens.trusted import DEVICE_URL, REVOKE_URL, TOKEN_URL

USER = "8a67806f-fc4d-446b-a131-31e71ea5b0e9"
ORGANISATION = "_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f"
OVER_WSS = {"developer": [{"key": "webrtc-calling-over-ws-CALL-219562", "value": True}]}

_REDIRECTS = (300, 301, 302, 303, 304, 305, 306, 307, 308)
_STATUSES = (
    *(101, 202, 204, 206, 400, 401, 401, 401, 403, 404, 407, 409, 421, 426, 429, 500, 502, 503, 511, 999),
)
_PAGES = (
    "<html><meta http-equiv=refresh content='0;url={url}'><script>location='{url}'</script>",
    "<!doctype html><base href='{url}'><form action='{url}' method=post><input value='{echo}'></form>",
    "<html><body onload=\"fetch('{url}',{{credentials:'include'}})\"><img src='{url}'>{echo}",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM '{url}'>]><x>&e;</x>",
)
_COOKIES = (
    "sid={echo}; Path=/",
    "sid=1; Domain=webex.com; Path=/; Secure",
    "sid=2; Domain=.com; SameSite=None; Secure",
    "sid=3; Domain={host}; Max-Age=99999999",
    "__Host-a={echo}; Path=/; Secure",
)
_CHALLENGES = (
    'Basic realm="{url}"',
    'Bearer realm="{url}", authorization_uri="{url}", error="invalid_token", scope="{echo}"',
    'Digest realm="x", domain="{url}", nonce="1", qop="auth"',
    "Negotiate",
    "NTLM",
    'DPoP algs="ES256"',
)
_HEADERS = (
    ("Location", "{url}"),
    ("Content-Location", "{url}"),
    ("Refresh", "0; url={url}"),
    ("Link", "<{url}>; rel=preconnect, <{url}>; rel=canonical, <{url}>; rel=prefetch"),
    ("Alt-Svc", 'h2="{host}:443"; ma=86400; persist=1, h3=":443"'),
    ("Alt-Used", "{host}"),
    ("cisco-location", "{url}"),
    ("X-Forwarded-Host", "{host}"),
    ("Host", "{host}"),
    ("Upgrade", "h2c, websocket, TLS/1.0"),
    ("Report-To", '{{"endpoints":[{{"url":"{url}"}}]}}'),
    ("NEL", '{{"report_to":"x","include_subdomains":true}}'),
    ("Content-Security-Policy", "report-uri {url}"),
    ("Strict-Transport-Security", "max-age=0"),
    ("Referrer-Policy", "unsafe-url"),
    ("Access-Control-Allow-Origin", "*"),
    ("SourceMap", "{url}"),
    ("trackingid", "{echo}"),
    ("Authorization", "Bearer {echo}"),
    ("Authentication-Info", "nextnonce={echo}"),
    ("Retry-After", "1"),
    ("ETag", '"{echo}"'),
    ("Proxy-Connection", "keep-alive"),
    ("Server", "{echo}"),
    ("X-{echo}", "{echo}"),
    ("Content-Type", "application/{echo}"),
    ("Content-Type", "text/html; charset={echo}"),
)
_ECHOES: tuple[Callable[[str], str], ...] = (
    lambda secret: secret,
    lambda secret: f"Bearer {secret}",
    lambda secret: secret[: len(secret) // 2],
    lambda secret: secret[len(secret) // 2 :],
    lambda secret: "".join(f"%{ord(letter):02X}" for letter in secret),
    lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    lambda secret: base64.b64encode(b"x" + secret.encode()).decode().rstrip("="),
    lambda secret: f"{secret[:30]}-{secret[30:]}",
    lambda secret: f"0-{secret}",
)


class Answer(Struct):
    """One answer before it is written."""

    status: int = 200
    headers: list[tuple[str, str]] = []
    body: bytes = b""


class HostileCloud:
    """Answers as every service of the cloud. `secrets` are all that the client may have by then.

    `likeness` is how often an answer has the shape of the service's own.
    """

    def __init__(self, chance: random.Random, secrets: Secrets, likeness: float = 0.6) -> None:
        self.answers = 0
        self.granted_ids: list[str] = ["d-1"]
        self._likeness = likeness
        self.secrets = secrets
        self._chance = chance
        self.addresses: Addresses = Addresses(chance, self.echo)

    # ---- the words

    def echo(self) -> str:
        """A secret of the client's in one of the forms in which a server may send it back."""
        held = [secret for secret in self.secrets.kinds if secret in self.secrets.held]
        secret = self._chance.choice(held or ["nothing to send back as yet"])
        return self._chance.choice(_ECHOES)(secret)

    def text(self, plain: str) -> str:
        draw = self._chance.random()
        if draw < 0.6:
            return plain
        return (
            self.echo() if draw < 0.85 else f"{plain} <a href='{self.addresses.hostile()}'>{self.echo()}</a>"
        )

    def an_id(self, plain: str) -> str:
        draw = self._chance.random()
        if draw < 0.8:
            return plain
        return (
            self.echo()
            if draw < 0.9
            else self._chance.choice(("../../x", "@evil.example", "a/b", "", "%2e%2e", "x" * 129))
        )

    def number(self) -> str:
        return f"{self._chance.getrandbits(64):016x}"

    # ---- one answer

    def answer(self, asked: Asked) -> Answer:
        """Answer in the service's shape, or with anything."""
        self.answers += 1
        draw = self._chance.random()
        if self._chance.random() < self._likeness:
            answer = self._own(asked)
        elif draw < 0.35:
            answer = Answer(self._chance.choice(_REDIRECTS), [("Location", self.addresses.decoy())])
            answer.body = self._chance.choice((b"", self._page()))
        elif draw < 0.7:
            answer = Answer(self._chance.choice(_STATUSES), [], self._error())
        else:
            answer = Answer(200, [("Content-Type", "text/html")], self._page())
        if self._chance.random() < 0.6:
            answer.headers += [self._header() for _ in range(self._chance.randint(1, 4))]
        return answer

    def not_upgraded(self) -> Answer:
        """Answer a request for a WebSocket with something else, most often with where to go instead."""
        self.answers += 1
        if self._chance.random() < 0.4:
            return Answer(self._chance.choice(_STATUSES[1:]), [self._header()], self._error())
        place = self.addresses.decoy().replace("https:", "wss:", 1)
        headers = [("Location", place), *(self._header() for _ in range(self._chance.randint(0, 2)))]
        return Answer(self._chance.choice(_REDIRECTS), headers, self._page())

    def filled(self, template: str) -> str:
        return template.format(
            url=self.addresses.decoy(),
            echo=self.echo(),
            host=self._chance.choice(WORDS.evil + WORDS.ours),
        )

    def _header(self) -> tuple[str, str]:
        name, value = self._chance.choice(
            (
                *_HEADERS,
                *(("Set-Cookie", self._chance.choice(_COOKIES)) for _ in range(5)),
                *(("WWW-Authenticate", self._chance.choice(_CHALLENGES)) for _ in range(3)),
                *(("Proxy-Authenticate", self._chance.choice(_CHALLENGES)) for _ in range(3)),
            )
        )
        plain = "".join(letter for letter in self.filled(name) if letter.isalnum() or letter == "-")
        return plain, self.filled(value)

    def _page(self) -> bytes:
        return self.filled(self._chance.choice(_PAGES)).encode("utf-8", "replace")

    def _error(self) -> bytes:
        chance, address = self._chance, self.addresses.decoy
        body: dict[str, Any] = chance.choice(
            (
                {"error": chance.choice(("invalid_grant", "invalid_client", "slow_down", self.echo()))}
                | {"error_description": self.text("no"), "error_uri": address()},
                {"message": self.text("No"), "errors": [{"description": self.text("no"), "url": address()}]}
                | {"trackingId": self.echo()},
                {"errorCode": chance.choice((101, 102, 103, 5, 112, 114)), "devices": [self._device("")]}
                | {"redirect": address(), "newUrl": address()},
                {"message": "excessive device registrations"},
                {},
            )
        )
        return _json(body)

    # ---- in the service's shape

    def _own(self, asked: Asked) -> Answer:
        path = asked.target.partition("?")[0]
        if asked.url == REVOKE_URL:
            return Answer(200)
        if asked.method == "POST" and asked.url == DEVICE_URL:
            return Answer(200, [], _json(self._device_grant()))
        if asked.method == "POST" and (asked.url == TOKEN_URL or "device/token" in path):
            return Answer(200, [], _json(self._tokens(asked)))
        for part, method, make in self._shapes:
            if part in path and method in {"", asked.method}:
                told = make(self, asked)
                if self._chance.random() < 0.2:  # a name may be one of ours, too
                    told[self.echo()] = told[self.text("note")] = self.text("x")
                return Answer(200, [], _json(told))
        return Answer(200, [], b"{}")

    def _tokens(self, asked: Asked) -> dict[str, Any]:
        form = parse_qs(asked.body.decode("latin-1"))
        ending = self._chance.choice(("", ORGANISATION, "@evil.example", ".x.y", "//evil.example/"))
        access = self.secrets.new("bearer", ending)
        refresh = self.secrets.new("refresh", ending)
        if self._chance.random() < 0.05:
            access += self._chance.choice(("\r\nHost: evil.example", " x", "é", "\0", "\nX: y"))
        told = {
            "access_token": access,
            "token_type": self._chance.choice(("Bearer", "Bearer", "bearer", "mac", "DPoP")),
            "expires_in": self._chance.choice((3600, 1209600, 1, "60")),
            "refresh_token": refresh,
            "scope": self.text("spark:webrtc_calling spark:calls_read spark:calls_write spark:xsi"),
        }
        told |= {
            name: self.addresses.decoy()
            for name in ("token_endpoint", "issuer", "api_url", "resource", "jwks_uri")
        }
        if "refresh_token" in form and self._chance.random() < 0.3:
            del told["refresh_token"]
        else:
            self.secrets.beside(access, refresh)
        return told

    def _device_grant(self) -> dict[str, Any]:
        page = self.addresses.any("/activate", good=0.7)
        return {
            "device_code": self.secrets.new("device"),
            "user_code": self.text("WDJB-MJHT"),
            "verification_uri": page,
            "verification_uri_complete": self.addresses.any("/activate?user_code=WDJBMJHT", good=0.5),
            "expires_in": 300,
            "interval": 1,
            "token_endpoint": self.addresses.decoy(),
        }

    def _person(self, _: Asked) -> dict[str, Any]:
        number = {
            "type": "work",
            "value": self.text("+12145550101"),
            "directNumber": self.text("+12145550101"),
        }
        return {
            "id": self.an_id(base64.b64encode(f"ciscospark://us/PEOPLE/{USER}".encode()).decode()),
            "displayName": self.text("Ada Lovelace"),
            "emails": [self.text("ada@example.com")],
            "userName": self.text("ada"),
            "phoneNumbers": [number | {"primary": True, "extension": self.text("5101")}],
            "extension": self.text("5101"),
            "avatar": self.addresses.decoy(),
            "exp": 4_000_000_000,
        }

    def _catalog(self, _: Asked) -> dict[str, Any]:
        address = self.addresses.any
        links = {"wdm": address("/wdm/api/v1", good=0.8), "mobius": address("/api/v1", good=0.7)}
        links |= {name: self.addresses.decoy() for name in ("atlas", "idbroker", "u2c", "region", "mercury")}
        rows = [
            {"host": self._host(), "priority": self._chance.choice((1, 5, -1, "x")), "id": f"urn:{n}:mobius"}
            for n in range(4)
        ]
        urls = [{"baseUrl": address("/api/v1"), "priority": n} for n in range(3)]
        wdm = [{"baseUrl": address("/wdm/api/v1")}]
        services = [
            {"serviceName": "mobius", "serviceUrls": urls},
            {"serviceName": "wdm", "serviceUrls": wdm},
        ]
        body = {
            "serviceLinks": links,
            "hostCatalog": {self._host(): rows},
            "services": services,
            "format": "U2CV2",
        }
        for name in self._chance.sample(["hostCatalog", "services"], self._chance.randint(0, 2)):
            del body[name]
        return body

    def _host(self) -> str:
        """What stands between the slashes of an address: also what is more than a host."""
        return self.addresses.any("").partition("://")[2]

    def _region(self, _: Asked) -> dict[str, Any]:
        return {
            "clientRegion": self.text("US-EAST"),
            "countryCode": self.text("US"),
            "url": self.addresses.decoy(),
        }

    def _wdm(self, _: Asked) -> dict[str, Any]:
        one = {
            "url": self.addresses.any(f"/wdm/api/v1/devices/{self.number()}", good=0.7),
            "userId": self.an_id(USER),
            "webSocketUrl": self.addresses.socket(good=0.7),
            "services": {name: self.addresses.decoy() for name in ("mobius", "wdm", "mercury")},
            "serviceHostMap": {"serviceLinks": {"mobius": self.addresses.decoy()}},
            "name": self.text("a phone"),
            "localizedModel": self.text("model"),
        }
        if self._chance.random() < 0.5:
            one["features"] = OVER_WSS
        return one | {"devices": [one.copy() for _ in range(2)]}

    def _servers(self, _: Asked) -> dict[str, Any]:
        def group(count: int) -> dict[str, Any]:
            urls = [self.addresses.any(self._chance.choice(("/api/v1", ""))) for _ in range(count)]
            sockets = [self.addresses.socket() for _ in range(2)]
            return {"region": self.text("us-east-1"), "uris": urls, "wss": sockets}

        return {"primary": group(3), "backup": group(2), "redirect": self.addresses.decoy()}

    def _device(self, base: str) -> dict[str, Any]:
        known = self.an_id(self.number())
        own = f"{base}devices/{known}"
        return {
            "deviceId": known,
            "uri": own
            if base and self._chance.random() < 0.5
            else self.addresses.decoy(f"/api/v1/calling/web/devices/{known}"),
            "status": self.text("active"),
            "lastSeen": self.text("2026-01-05T05:08:46Z"),
            "addresses": [f"sip:{self.text('line')}@{self._host()}"],
            "clientDeviceUri": self.addresses.decoy(f"/wdm/api/v1/devices/{self.number()}"),
        }

    def granted(self, asked: Asked) -> dict[str, Any]:
        device = self._device(asked.url.rpartition("device")[0])
        self.granted_ids.append(device["deviceId"])
        return {
            "userId": self.an_id(USER),
            "device": device,
            "keepaliveInterval": 30,
            "keepaliveUrl": self.addresses.decoy(),
            "voicePortalNumber": self.text("42"),
        }

    def _list(self, asked: Asked) -> dict[str, Any]:
        base = asked.url.partition("devices")[0]
        return {"devices": [self._device(base) for _ in range(3)], "next": self.addresses.decoy()}

    def _word(self, _: Asked) -> dict[str, Any]:
        return {"status": self.text("ok"), "uri": self.addresses.decoy(), "redirect": self.addresses.decoy()}

    _shapes: tuple[tuple[str, str, Callable[["HostileCloud", Asked], dict[str, Any]]], ...] = (
        ("/people/me", "GET", _person),
        ("/tokenExpiry", "GET", _person),
        ("/catalog", "GET", _catalog),
        ("/region", "GET", _region),
        ("/calling/web/devices", "GET", _list),
        ("/calling/web/devices", "", _word),
        ("/calling/web/device", "POST", granted),
        ("/calling/web/", "GET", _servers),
        ("/ping", "GET", _word),
        ("/devices", "", _wdm),
    )

    # ---- what the sign-in page brings

    def redirect(self, redirect_uri: str, state: str, code: str) -> str:
        """The address that a hostile page sends the browser to at the end."""
        good = f"{redirect_uri}?code={quote(code)}&state={quote(state)}"
        draw = self._chance.random()
        if draw < 0.5:
            return good
        if draw < 0.7:
            return good + self._chance.choice(
                (
                    f"&iss={quote(self.addresses.hostile())}",
                    f"#{code}",
                    "&code=x",
                    "&state=x",
                    f"&error={self.echo()}",
                )
            )
        base = self._chance.choice(
            (self.addresses.hostile(), redirect_uri.replace("localhost", self._host() or "x"))
        )
        return f"{base}?code={quote(code)}&state={quote(state)}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
