"""Careful clients of the two sockets, by another library than the cloud's."""

import json
from contextlib import AbstractContextManager
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from softphone.sim.server import CloudServer
from tests.sim.conftest import Online

ANSWER_WITHIN_S = 10.0
QUICK = 0.02


def dialled(url: str, **options: Any) -> AbstractContextManager[ClientConnection]:
    options = {"compression": None, "ping_interval": None, "proxy": None, "close_timeout": 1, **options}
    dialling: AbstractContextManager[ClientConnection] = connect(url, **options)
    return dialling


class Peer:
    """One open socket; what it takes is acknowledged unless told otherwise."""

    def __init__(self, url: str, **options: Any) -> None:
        self._dialled = dialled(url, **options)
        self.wire = self._dialled.__enter__()
        self.acknowledges = True

    def send(self, message: Any) -> None:
        self.wire.send(json.dumps(message))

    def next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.wire.recv(timeout=ANSWER_WITHIN_S))
        if self.acknowledges:
            if "id" in message:
                self.send({"type": "ack", "messageId": message["id"]})
            elif "eventId" in message:
                self.send({"type": "event_ack", "trackingId": "t", "eventId": message["eventId"]})
        return message

    def event(self) -> dict[str, Any]:
        """Return the data of the next event."""
        return dict(self.next()["data"])

    def close_code(self) -> tuple[int, str]:
        """Read until the cloud closes."""
        try:
            while True:
                self.wire.recv(timeout=ANSWER_WITHIN_S)
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._dialled.__exit__(None, None, None)


class Mercury(Peer):
    """A message socket, signed in unless told otherwise."""

    def __init__(self, url: str, token: str | None, **options: Any) -> None:
        super().__init__(url, **options)
        if token is not None:
            self.sign_in(token)
            self.ready = self.event()

    def sign_in(self, token: str) -> None:
        data = {"token": f"Bearer {token}"}
        self.send({"id": "1", "type": "authorization", "data": data, "trackingId": "webex-js-sdk_1"})


class Calling(Peer):
    """A calling socket, signed in unless told otherwise."""

    def __init__(self, url: str, token: str | None, wdm_url: str = "", user_id: str = "") -> None:
        super().__init__(url)
        self._count = 0
        self.wdm_url, self.user_id = wdm_url, user_id
        if token is not None:
            assert self.ask("auth", {"token": token})["statusCode"] == 200

    def tell(self, kind: str, data: dict[str, Any]) -> str:
        self._count += 1
        tracking_id = f"{id(self)}-{self._count}"
        metadata = {
            "cisco-device-url": self.wdm_url,
            "spark-user-agent": "webex-calling/beta",
            "userAgent": "webex-calling/beta",
            "authorization": "",
        }
        about = {} if kind == "auth" else {"metadata": metadata}
        self.send({"type": kind, "trackingId": tracking_id, **about, "data": data})
        return tracking_id

    def ask(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer."""
        tracking_id = self.tell(kind, data)
        answer = self.next()
        assert answer["type"] == "response_event"
        assert (answer["subtype"], answer["trackingId"]) == (kind, tracking_id)
        return answer

    def register(self) -> str:
        data = {
            "userId": self.user_id,
            "clientDeviceUri": self.wdm_url,
            "serviceData": {"indicator": "calling", "domain": ""},
        }
        answer = self.ask("register", data)
        assert answer["statusCode"] == 200, answer
        return str(answer["data"]["device"]["deviceId"])


class Desktop(Online):
    """A client with a WDM device, and the two sockets it may open."""

    def __init__(self, cloud: CloudServer) -> None:
        super().__init__(cloud)
        answer = self.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"}).json
        self.wdm_url, self.socket_url = answer["url"], answer["webSocketUrl"]
        self.features = answer["features"]["developer"]

    def mercury(self, token: str | None = "mine", query: str = "", **options: Any) -> Mercury:
        return Mercury(self.socket_url + query, self.token if token == "mine" else token, **options)

    def calling_url(self) -> str:
        lists = self.get("/api/v1/calling/web/?regionCode=US-EAST&countryCode=US", host="D1").json
        return str(lists["primary"]["wss"][0])

    def calling(self, token: str | None = "mine") -> Calling:
        mine = self.token if token == "mine" else token
        return Calling(self.calling_url(), mine, self.wdm_url, self.user_id)

    def registered_here(self) -> str:
        return self.registered(wdm_url=self.wdm_url)

    def call(self, method: str, device: str, call: str, /, **body: Any) -> Any:
        path = f"/api/v1/calling/web/devices/{device}/calls/{call}"
        headers = {"content-type": "application/json"}
        return self.send(method, path, {"callId": call, **body}, host="P1", headers=headers)

    def complaints(self) -> list[str]:
        return [one for entry in self.cloud.journal(socket=1) for one in entry["complaints"]]
