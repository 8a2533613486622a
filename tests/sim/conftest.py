"""A pure cloud driven with explicit time, and a running one on real sockets."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from softphone.sim.cloud import Cloud
from softphone.sim.messages import Reply, Request
from softphone.sim.scenarios import ADA, SCENARIOS, Scenario
from softphone.sim.server import CloudServer
from softphone.sim.services.people import Person
from softphone.sim.services.state import Host
from softphone.sim.settings import CLIENT_ID, REDIRECT_URIS, SCOPES
from softphone.values import replace

FORM = {"content-type": "application/x-www-form-urlencoded"}
VERIFIER = "v" * 64
WDM_URL = "http://127.0.0.1:1000/wdm/api/v1/devices/mine"
STARTED_AT_S = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def authorize_query(**changes: str | None) -> str:
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URIS[0],
        "scope": " ".join(SCOPES),
        "state": "the-state",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return urlencode({key: value for key, value in {**asked, **changes}.items() if value is not None})


def transaction_in(page: str) -> str:
    found = re.search(r'name="transaction" value="([^"]+)"', page)
    assert found, page
    return found[1]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    reply: Reply = field(default_factory=lambda: Reply(0))

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def callback(self) -> dict[str, str]:
        query = parse_qs(urlsplit(self.headers["location"]).query, keep_blank_values=True)
        return {name: values[0] for name, values in query.items()}


class Caller:
    """What a client asks of a cloud, signed in as `user` unless told otherwise."""

    user = ADA.name
    user_id: str

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        host: str = "base",
        headers: dict[str, str] | None = None,
        token: str | None = "mine",
    ) -> Answer:
        raise NotImplementedError

    def get(self, path: str, **more: Any) -> Answer:
        return self.send("GET", path, **more)

    def form(self, path: str, **fields: str) -> Answer:
        return self.send("POST", path, urlencode(fields).encode(), headers=FORM, token=None)

    def control(self, method: str, resource: str, body: Any = None) -> Answer:
        return self.send(method, f"/__cloud__/{resource}", body, token=None)

    def faults(self, *faults: dict[str, Any]) -> None:
        answer = self.control("POST", "faults", list(faults))
        assert answer.status == 200, answer.text

    def register(self, host: str = "P1", wdm_url: str = WDM_URL, **changes: Any) -> Answer:
        body = {
            "userId": self.user_id,
            "clientDeviceUri": wdm_url,
            "serviceData": {"indicator": "calling", "domain": ""},
        }
        return self.send("POST", "/api/v1/calling/web/device", {**body, **changes}, host=host)

    def registered(self, host: str = "P1", wdm_url: str = WDM_URL) -> str:
        answer = self.register(host, wdm_url)
        assert answer.status == 200, answer.text
        return str(answer.json["device"]["deviceId"])

    def keepalive(self, device: str, host: str = "P1") -> Answer:
        return self.send("POST", f"/api/v1/calling/web/devices/{device}/status", host=host)

    def deregister(self, device: str, host: str = "P1") -> Answer:
        return self.send("DELETE", f"/api/v1/calling/web/devices/{device}", host=host)

    def devices(self, host: str = "P1") -> list[dict[str, Any]]:
        path = f"/api/v1/calling/web/devices?userid={self.user_id}"
        return list(self.get(path, host=host).json["devices"])

    def sign_in(self, email: str = ADA.name, decision: str = "accept", **changes: str) -> Answer:
        """Go through both pages and return the redirect."""
        page = self.get(f"/v1/authorize?{authorize_query(**changes)}", token=None)
        page = self.form(
            "/v1/authorize/sign-in",
            transaction=transaction_in(page.text),
            email=email,
            password="demo",
        )
        return self.form("/v1/authorize/consent", transaction=transaction_in(page.text), decision=decision)

    def exchange(self, code: str, **changes: str | None) -> Answer:
        fields: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "redirect_uri": REDIRECT_URIS[0],
            "code_verifier": VERIFIER,
        }
        kept = {key: value for key, value in {**fields, **changes}.items() if value is not None}
        return self.form("/v1/access_token", **kept)

    def refresh(self, refresh_token: str) -> Answer:
        return self.form(
            "/v1/access_token",
            grant_type="refresh_token",
            client_id=CLIENT_ID,
            refresh_token=refresh_token,
        )

    def full_sign_in(self, email: str = ADA.name) -> dict[str, Any]:
        answer = self.exchange(self.sign_in(email).callback["code"])
        assert answer.status == 200, answer.text
        return dict(answer.json)


class Desk(Caller):
    """Asks a pure cloud at `now_s`."""

    def __init__(self, scenario: Scenario | str = "calm", **options: Any) -> None:
        if isinstance(scenario, str):
            scenario = SCENARIOS[scenario]
        hosts = (
            Host("base", "base", "http://127.0.0.1:1000"),
            Host("D1", "cluster", "http://127.0.0.1:1001"),
            Host("P1", "primary", "http://127.0.0.1:1002"),
            Host("B1", "backup", "http://127.0.0.1:1003"),
            Host("control", "control", "http://127.0.0.1:1004"),
            Host("S1", "spare", "http://127.0.0.1:1005"),
        )
        self.cloud = Cloud(
            scenario,
            hosts,
            random_bytes=random.Random(7).randbytes,
            started_at_s=STARTED_AT_S,
            **options,
        )
        self.now_s = 0.0
        self.tokens = {person.name: self.cloud.access_token(person.name, 0.0) for person in scenario.people}
        self.user = scenario.people[0].name

    @property
    def user_id(self) -> str:  # type: ignore[override]
        return self.cloud.state.accounts[self.user].person.user_id

    @property
    def entry(self) -> dict[str, Any]:
        return self.cloud.state.journal.entries[-1]

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        host: str = "base",
        headers: dict[str, str] | None = None,
        token: str | None = "mine",
    ) -> Answer:
        sent = dict(headers or {})
        if token is not None:
            sent["authorization"] = f"Bearer {self.tokens[self.user] if token == 'mine' else token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        plain, _, query = path.partition("?")
        request = Request(host, method, plain, query, sent, raw)
        reply = self.cloud.handle(request, self.now_s)
        heads = {name.lower(): value for name, value in reply.headers}
        return Answer(reply.status, heads, reply.body, reply)


def desk_for(**changes: Any) -> Desk:
    """Return a desk whose only person is Ada, set up differently."""
    person: Person = replace(ADA, **changes)
    return Desk(Scenario("test", "", "", (person,)))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def server() -> Iterator[CloudServer]:
    with CloudServer("calm") as running:
        yield running


class Wire:
    """One http.client connection to a host of a running cloud."""

    def __init__(self, origin: str, token: str | None = None) -> None:
        self.address = ("127.0.0.1", urlsplit(origin).port or 0)
        self._connection = http.client.HTTPConnection(*self.address, timeout=20)
        self._token = token

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        sent = dict(headers or {})
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        self._connection.request(method, path, raw, sent)
        response = self._connection.getresponse()
        content = response.read()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, content

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Online(Caller):
    """Asks a running cloud, over one kept connection to each host."""

    def __init__(self, cloud: CloudServer, token: str | None = None) -> None:
        self.cloud = cloud
        self.token = token or cloud.token("ada")
        self.user_id = next(one["user_id"] for one in cloud.state()["users"] if one["name"] == self.user)
        self._wires: dict[str, Wire] = {}

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        host: str = "base",
        headers: dict[str, str] | None = None,
        token: str | None = "mine",
    ) -> Answer:
        wire = self._wires.setdefault(host, Wire(self.cloud.hosts[host]))
        sent = dict(headers or {})
        if token is not None:
            sent["authorization"] = f"Bearer {self.token if token == 'mine' else token}"
        return Answer(*wire.send(method, path, body, sent))

    @property
    def granted(self) -> list[Any]:
        """The person's devices as the cloud has them, whatever a fault says of them."""
        return list(self.cloud.state()["users"][0]["devices"])

    def close(self) -> None:
        for wire in self._wires.values():
            wire.close()


@pytest.fixture
def client(server: CloudServer) -> Iterator[Online]:
    online = Online(server)
    yield online
    online.close()


@pytest.fixture
def desktop(server: CloudServer) -> Iterator[Any]:
    """Return a client with a WDM device: a `tests.sim.peers.Desktop`."""
    from tests.sim.peers import Desktop

    made = Desktop(server)
    yield made
    made.close()


@pytest.fixture
def quick() -> Iterator[Any]:
    """Return such a client of a cloud that goes fifty times as fast."""
    from tests.sim.peers import QUICK, Desktop

    with CloudServer("calm", time_scale=QUICK) as cloud:
        made = Desktop(cloud)
        yield made
        made.close()
