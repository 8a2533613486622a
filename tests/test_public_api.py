"""The public API (api.md) against the simulated cloud: what a developer may rely on."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import softphone
from softphone import CallingClient
from softphone.calling.line import EVENT_NAMES, EventName, Line, LineError
from softphone.errors import ConfigError, RequestError
from softphone.line.failure import Disposition, Failure
from softphone.line.model import LineEvent, LineState
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import CLOUD_FILE_NAME, find_folders
from tests.house.test_citations import DOCS

pytestmark = pytest.mark.slow

# Those of the guide; `keepalive` is ours beside them.
EVENTS: tuple[EventName, ...] = (
    *("connecting", "registered", "unregistered", "reconnecting", "reconnected", "error"),
)
WITHIN_S = 40.0
# A keepalive interval of 30 s lasts 0.6 s.
TIME_SCALE = 0.02


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with CloudServer("calm", time_scale=TIME_SCALE) as server:
        yield server


def client_of(cloud: CloudServer, **options: Any) -> CallingClient:
    return CallingClient(token=cloud.users[0].token, cloud=cloud.cloud_file, **options)


def only_line(client: CallingClient) -> Line:
    return client.line


class Ear:
    """Hears every event of a line with its payload."""

    def __init__(self, line: Line) -> None:
        self.heard: list[tuple[str, tuple[object, ...]]] = []
        self._news = asyncio.Event()
        for event in EVENTS:
            line.on(event, self.listener(event))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    async def until(self, name: str, times: int = 1) -> tuple[object, ...]:
        """Wait until the event was heard so often, and return its last payload."""
        async with asyncio.timeout(WITHIN_S):
            while self.names.count(name) < times:
                self._news.clear()
                await self._news.wait()
        return next(payload for heard, payload in reversed(self.heard) if heard == name)

    def listener(self, event: str) -> Callable[..., None]:
        """Return what notes the event."""

        def listener(*payload: object) -> None:
            self.heard.append((event, payload))
            self._news.set()

        return listener


@asynccontextmanager
async def heard(cloud: CloudServer) -> AsyncIterator[tuple[Line, Ear]]:
    """The only line of a client, and all that is heard of it."""
    async with client_of(cloud) as client:
        line = only_line(client)
        yield line, Ear(line)


@asynccontextmanager
async def registered(cloud: CloudServer) -> AsyncIterator[tuple[Line, Ear]]:
    """The same, registered."""
    async with heard(cloud) as (line, ear):
        line.register()
        await ear.until("registered")
        yield line, ear


def devices_of(cloud: CloudServer) -> list[dict[str, Any]]:
    return [device for device in cloud.state()["users"][0]["devices"] if not device["others"]]


# ---- the package


def test_the_package_offers_the_client_and_its_version() -> None:
    assert {"CallingClient", "Line", "RegistrationError", "__version__"} <= {*softphone.__all__}
    assert [name for name in softphone.__all__ if not hasattr(softphone, name)] == []
    assert set(dir(softphone)) >= set(softphone.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", softphone.__version__)
    assert softphone.CallingClient is CallingClient


def test_every_name_is_in_the_guide() -> None:
    guide = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [name for name in softphone.__all__ if f"`{name}`" not in guide] == []


def types_in(hint: object) -> Iterator[type]:
    """Yield the classes of a type hint that are ours."""
    if isinstance(hint, type) and hint.__module__.startswith("softphone."):
        yield hint
    for part in hint if isinstance(hint, list) else get_args(hint):
        yield from types_in(part)


def types_told_by(kind: type) -> Iterator[type]:
    """Yield the classes of what an object of ours holds in its public fields and properties."""
    for each in kind.__mro__:
        if each.__module__.startswith("softphone."):
            names = {one: hint for one, hint in get_type_hints(each).items() if not one.startswith("_")}
            told = [one.fget for one in vars(each).values() if isinstance(one, property)]
            returned = [
                get_type_hints(one)["return"] for one in told if one and not one.__name__.startswith("_")
            ]
            for hint in (*names.values(), *returned):
                yield from types_in(hint)


def test_whatever_a_public_object_holds_is_of_a_public_type() -> None:
    public = [one for name in softphone.__all__ if isinstance(one := getattr(softphone, name), type)]
    held = {one for kind in public for one in types_told_by(kind)}
    assert {LineState, Failure} <= held
    assert held - {*public} == set()


def test_the_package_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Phone'"):
        softphone.Phone  # noqa: B018


def test_the_events_are_those_of_the_guide() -> None:
    assert sorted(event.value for event in LineEvent) == sorted(EVENTS)
    assert sorted(EVENT_NAMES) == sorted((*EVENTS, "keepalive"))


# ---- create


async def test_create_discovers_and_the_lines_exist_but_are_not_registered(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        ((line_id, line),) = client.get_lines().items()
        assert line.line_id == line_id
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", line_id)
        assert line.status == "IDLE"
        assert line.phone_number == "+12145550101"
        assert line.extension == "5101"
        assert line.mobius_device_id is None
        assert cloud.journal(place="register") == []


async def test_create_takes_a_cloud_file_its_path_or_its_value(cloud: CloudServer) -> None:
    token, value = cloud.users[0].token, cloud_file.read_cloud(cloud.cloud_file_text, "a test")
    for given in (cloud.cloud_file, str(cloud.cloud_file), value):
        client = await CallingClient.create(token=token, cloud=given)
        assert only_line(client).extension == "5101"
        await client.close()


async def test_create_takes_the_cloud_file_in_the_config_folder_when_none_is_given(
    cloud: CloudServer,
) -> None:
    folders = find_folders()
    folders.make()
    (folders.config / CLOUD_FILE_NAME).write_text(cloud.cloud_file_text)
    client = await CallingClient.create(token=cloud.users[0].token)
    assert only_line(client).extension == "5101"
    await client.close()


async def test_create_with_a_dead_token_says_that_only_signing_in_helps(cloud: CloudServer) -> None:
    with pytest.raises(RequestError) as caught:
        await CallingClient.create(token="dead", cloud=cloud.cloud_file)
    assert caught.value.failure.disposition is Disposition.SIGN_IN
    assert caught.value.title == "Your sign-in has ended"


async def test_create_with_a_wrong_cloud_file_or_profile_is_a_config_error(
    cloud: CloudServer, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        await CallingClient.create(token="t", cloud=tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="profile 'a/b'"):
        await CallingClient.create(token="t", cloud=cloud.cloud_file, profile="a/b")


async def test_the_dictionary_of_lines_is_a_copy(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        client.get_lines().clear()
        assert len(client.get_lines()) == 1


# ---- register and deregister


async def test_register_returns_none_at_once_then_connecting_and_registered_follow(
    cloud: CloudServer,
) -> None:
    async with heard(cloud) as (line, ear):
        assert line.register() is None
        assert "registered" not in ear.names
        assert cloud.journal(place="register") == []
        await ear.until("registered")
        assert ear.heard == [("connecting", ()), ("registered", (line,))]
        assert line.status == "active"


async def test_deregister_returns_none_at_once_then_unregistered_follows(cloud: CloudServer) -> None:
    async with registered(cloud) as (line, ear):
        assert line.deregister() is None
        assert "unregistered" not in ear.names
        assert await ear.until("unregistered") == ()
        assert line.status != "active"
        assert devices_of(cloud) == []
        assert len(cloud.journal(method="DELETE", place="deregister")) == 1


async def test_a_registered_line_has_every_property_of_the_guide(cloud: CloudServer) -> None:
    async with registered(cloud) as (line, _):
        (device,) = devices_of(cloud)
        assert line.mobius_device_id == device["device_id"]
        assert line.sip_addresses
        assert all(address.startswith("sip:") for address in line.sip_addresses)
        assert line.last_seen is not None
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", line.last_seen)
        assert (line.keepalive_interval, line.call_keepalive_interval) == (30, 600)
        assert (line.rehoming_interval_min, line.rehoming_interval_max) == (60, 120)
        assert (line.voicemail, line.voice_portal_number, line.voice_portal_extension) == (None, None, None)


async def test_to_dict_has_the_names_of_the_guide_and_the_values_of_the_line(cloud: CloudServer) -> None:
    async with registered(cloud) as (line, _):
        written = line.to_dict()
        assert written == {
            "lineId": line.line_id,
            "mobiusDeviceId": line.mobius_device_id,
            "phoneNumber": line.phone_number,
            "extension": line.extension,
            "status": line.status,
            "sipAddresses": list(line.sip_addresses),
            "voicemail": line.voicemail,
            "lastSeen": line.last_seen,
            "keepaliveInterval": line.keepalive_interval,
            "callKeepaliveInterval": line.call_keepalive_interval,
            "rehomingIntervalMin": line.rehoming_interval_min,
            "rehomingIntervalMax": line.rehoming_interval_max,
            "voicePortalNumber": line.voice_portal_number,
            "voicePortalExtension": line.voice_portal_extension,
        }
        assert json.loads(json.dumps(written)) == written


async def test_registering_a_registered_line_tells_so_again_and_asks_the_service_nothing(
    cloud: CloudServer,
) -> None:
    async with heard(cloud) as (line, ear):
        line.register()
        line.register()
        await ear.until("registered")
        line.register()
        await ear.until("registered", 2)
        assert len(cloud.journal(method="POST", place="register")) == 1
        assert ear.names == ["connecting", "registered", "registered"]


async def test_deregister_right_after_register_leaves_no_device(cloud: CloudServer) -> None:
    async with heard(cloud) as (line, ear):
        line.register()
        line.deregister()
        await ear.until("unregistered")
    assert devices_of(cloud) == []
    assert "registered" not in ear.names


async def test_a_line_registers_again_after_it_was_deregistered(cloud: CloudServer) -> None:
    async with heard(cloud) as (line, ear):
        for times in (1, 2):
            line.register()
            await ear.until("registered", times)
            line.deregister()
            await ear.until("unregistered", times)
        assert ear.names == ["connecting", "registered", "unregistered"] * 2


# ---- keeping


async def test_a_missed_keepalive_is_reconnecting_then_reconnected_without_a_payload(
    cloud: CloudServer,
) -> None:
    async with registered(cloud) as (line, ear):
        cloud.faults([{"where": "keepalive", "times": 1, "answer": {"status": 503}}])
        assert await ear.until("reconnecting") == ()
        assert await ear.until("reconnected") == ()
        assert line.status == "active"
        assert ear.names == ["connecting", "registered", "reconnecting", "reconnected"]
        assert len(cloud.journal(method="POST", place="register")) == 1


# ---- the errors of the guide


async def test_too_many_devices_is_the_error_device_limit_exceeded() -> None:
    with CloudServer("device-limit", time_scale=TIME_SCALE) as cloud:
        async with heard(cloud) as (line, ear):
            line.register()
            assert_error(await ear.until("error"), "registrationError", "Device limit exceeded")
            assert line.status == "inactive"
            assert "registered" not in ear.names
            assert cloud.journal(method="DELETE") == []


async def test_a_device_that_the_service_forgot_is_the_error_device_not_found(cloud: CloudServer) -> None:
    async with registered(cloud) as (line, ear):
        before = line.mobius_device_id
        cloud.alter_user(cloud.users[0].name, forget_devices=True)
        assert_error(await ear.until("error"), "registrationError", "Device not found")
        await ear.until("registered", 2)
        assert line.status == "active"
        assert line.mobius_device_id != before
        assert len(devices_of(cloud)) == 1


@pytest.mark.parametrize("how", ["expire_tokens", "revoke_tokens"])
async def test_a_token_that_ended_is_the_error_token_expired(how: str, cloud: CloudServer) -> None:
    async with registered(cloud) as (line, ear):
        cloud.alter_user(cloud.users[0].name, **{how: True})
        assert_error(await ear.until("error"), "tokenError", "Token expired")
        assert line.status == "inactive"


async def test_an_outage_is_one_error_and_the_line_comes_back_by_itself(cloud: CloudServer) -> None:
    cloud.faults([{"where": "register", "times": 3, "answer": {"status": 500}}])
    async with registered(cloud) as (line, ear):
        assert ear.names.count("error") <= 1
        assert line.status == "active"


def assert_error(payload: tuple[object, ...], error_type: str, message: str) -> None:
    (error,) = payload
    assert isinstance(error, dict)
    assert error.keys() == LineError.__annotations__.keys()
    assert error["title"]
    assert error["advice"]
    assert (error["status"], error["type"]) == ("inactive", error_type)
    assert error["msg"].startswith(message)
