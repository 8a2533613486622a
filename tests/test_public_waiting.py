"""The public API: waiting for a line, keepalives, and errors that say what helps (api.md)."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from softphone import (
    CallingClient,
    ConfigError,
    Keepalive,
    LineState,
    ProfileInUseError,
    RegistrationError,
    RegistrationTimeoutError,
    RenewalError,
    RequestError,
    SoftphoneError,
)
from softphone.exit_codes import EXIT_PROFILE_IN_USE
from softphone.sim.scenarios import GRACE, Scenario
from softphone.sim.server import CloudServer
from tests.kit.program import next_event, softphone, started
from tests.test_public_api import WITHIN_S, Ear, client_of, cloud, devices_of

__all__ = ["cloud"]  # fixtures

pytestmark = pytest.mark.slow

REFUSED = [{"where": "register", "answer": {"status": 503, "headers": {"TrackingID": "T-1"}}}]
HANGS = [{"where": "register", "answer": "hang"}]


# ---- registered and deregistered


async def test_registered_registers_and_returns_the_line_and_deregistered_removes_the_device(
    cloud: CloudServer,
) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        assert (line, line.status, line.state) == (client.line, "active", LineState.REGISTERED)
        assert await line.registered(timeout=0) is line  # nothing more is asked
        assert len(cloud.journal(method="POST", place="register")) == 1
        assert await line.deregistered(timeout=WITHIN_S) is line
        assert devices_of(cloud) == []
        assert await line.deregistered(timeout=0) is line
        await line.registered(timeout=WITHIN_S)
    assert devices_of(cloud) == []


async def test_many_may_wait_for_one_line_and_one_who_gives_up_disturbs_nobody(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = client.line
        first, *others = (asyncio.ensure_future(line.registered(timeout=WITHIN_S)) for _ in range(5))
        await asyncio.sleep(0)
        first.cancel()
        assert set(await asyncio.gather(*others)) == {line}
        assert len(cloud.journal(method="POST", place="register")) == 1


async def test_registered_waits_for_fresh_proof(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        ear = Ear(line)
        cloud.faults([{"where": "keepalive", "answer": {"status": 503}}])
        await ear.until("reconnecting")
        with pytest.raises(RegistrationTimeoutError) as caught:
            await line.registered(timeout=0.05)
        assert caught.value.http_status == 503
        cloud.clear_faults()
        await line.registered(timeout=WITHIN_S)
        assert "reconnected" in ear.names


async def test_what_only_a_person_can_mend_is_an_error_with_all_that_is_known_of_it() -> None:
    with CloudServer("device-limit", time_scale=0.02) as cloud:
        async with client_of(cloud) as client:
            line = client.line
            with pytest.raises(RegistrationError) as caught:
                await line.registered()
            error = caught.value
            assert not isinstance(error, TimeoutError)
            assert (error.http_status, error.error_code, error.next_in_s) == (403, 101, None)
            assert error.tracking_id
            assert error.title == error.failure.title
            assert str(error) == (
                f"{error.title}. {error.sentence} (HTTP 403, error code 101, tracking ID {error.tracking_id})"
            )
            assert error.remedies
            with pytest.raises(RegistrationError):
                await line.registered()  # at once: only register() tries again
            assert len(cloud.journal(method="POST", place="register")) == 1
            first, *_ = await client.blocking_devices(line)
            client.remove_device(line, first)
            await line.registered(timeout=WITHIN_S)


async def test_too_late_is_a_timeout_with_the_last_reason_and_the_line_goes_on(cloud: CloudServer) -> None:
    cloud.faults(REFUSED)
    async with client_of(cloud) as client:
        line = client.line
        ear = Ear(line)
        line.register()
        await ear.until("unregistered")
        with pytest.raises(TimeoutError) as caught:
            await line.registered(timeout=0.05)
        error = caught.value
        assert isinstance(error, RegistrationTimeoutError)
        assert error.http_status == 503
        assert error.next_in_s is None or error.next_in_s >= 0
        cloud.clear_faults()
        await line.registered(timeout=WITHIN_S)


async def test_too_late_without_any_answer_says_so(cloud: CloudServer) -> None:
    cloud.faults(HANGS)
    async with client_of(cloud) as client:
        with pytest.raises(RegistrationTimeoutError) as caught:
            await client.line.registered(timeout=0.05)
        assert caught.value.title == "No server answers"
        assert caught.value.http_status is None


async def test_who_waits_is_told_when_the_line_is_told_otherwise(cloud: CloudServer) -> None:
    cloud.faults(HANGS)
    async with client_of(cloud) as client:
        line = client.line
        waiting = asyncio.ensure_future(line.registered())
        await asyncio.sleep(0)
        line.deregister()
        with pytest.raises(RegistrationError, match="by something else"):
            await waiting


async def test_who_waits_is_told_when_the_client_closes(cloud: CloudServer) -> None:
    cloud.faults(HANGS)
    async with client_of(cloud) as client:
        waiting = asyncio.ensure_future(client.line.registered())
        await asyncio.sleep(0)
    with pytest.raises(RegistrationError, match="closed"):
        await waiting


# ---- keepalives


async def test_each_proven_keepalive_is_told_and_last_seen_lives(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        granted = line.last_seen
        heard: asyncio.Queue[Keepalive] = asyncio.Queue()
        stop = line.on("keepalive", heard.put_nowait)
        async with asyncio.timeout(WITHIN_S):
            first, second = [await heard.get() for _ in range(2)]
        assert (first.line, second.line) == (line, line)
        assert first.at < second.at
        assert abs(second.at - datetime.now(UTC)) < timedelta(seconds=5)
        assert 0 < second.round_trip_s < 5
        stop()
        assert line.last_seen == f"{second.at:%Y-%m-%dT%H:%M:%SZ}"
        assert line.to_dict()["lastSeen"] == line.last_seen
        assert granted is not None
        assert len(line.last_seen) == len(granted)
        assert len(cloud.journal(method="POST", place="register")) == 1


async def test_a_failed_keepalive_is_none_and_the_proof_after_it_is_told_before_reconnected(
    cloud: CloudServer,
) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        ear = Ear(line)
        line.on("keepalive", ear.listener("keepalive"))
        cloud.faults([{"where": "keepalive", "times": 1, "answer": {"status": 503}}])
        await ear.until("reconnected")
        names = ear.names[ear.names.index("reconnecting") :]
        assert names[:3] == ["reconnecting", "keepalive", "reconnected"]


async def test_a_new_registration_is_no_keepalive_and_last_seen_is_the_services_again(
    cloud: CloudServer,
) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        ear = Ear(line)
        line.on("keepalive", ear.listener("keepalive"))
        await ear.until("keepalive")
        heard = ear.names.count("keepalive")
        await line.deregistered(timeout=WITHIN_S)
        await line.registered(timeout=WITHIN_S)
        registration = line.snapshot.registration
        assert registration is not None
        if ear.names.count("keepalive") == heard:
            assert line.last_seen == registration.device.last_seen


async def test_an_async_listener_is_refused(cloud: CloudServer) -> None:
    async def listener() -> None:
        """Nobody would await it."""

    async with client_of(cloud) as client:
        with pytest.raises(TypeError, match="connecting: the listener must be a plain function"):
            client.line.on("connecting", listener)


# ---- the client


async def test_a_client_is_open_only_inside_and_only_once(cloud: CloudServer) -> None:
    client = client_of(cloud)
    with pytest.raises(RuntimeError, match="not open"):
        client.get_lines()
    async with client as entered:
        assert entered is client
        assert client.lines == (client.line,)
        with pytest.raises(RuntimeError, match="entered already"):
            await client.__aenter__()
    with pytest.raises(RuntimeError, match="not open"):
        client.line  # noqa: B018
    assert await client.close() == ()
    async with client:  # a new life
        await client.line.registered(timeout=WITHIN_S)
    assert devices_of(cloud) == []


async def test_an_error_inside_deregisters_and_comes_out(cloud: CloudServer) -> None:
    async def fails() -> None:
        async with client_of(cloud) as client:
            await client.line.registered(timeout=WITHIN_S)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert devices_of(cloud) == []


@pytest.mark.parametrize("token", ["", "two words", None, 7, b"bytes"])
async def test_a_token_that_can_be_none_is_refused_without_repeating_it(token: object) -> None:
    with pytest.raises(ConfigError, match=r"^token: must be an access token, one long word") as caught:
        CallingClient(token=token)  # type: ignore[arg-type]
    assert "words" not in str(caught.value)


async def test_a_token_that_cannot_be_had_at_the_start_says_why_and_leaves_nothing_locked(
    cloud: CloudServer,
) -> None:
    answers: list[str | OSError] = [OSError("the vault is locked"), cloud.users[0].token]

    async def token() -> str:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    client = CallingClient(token=token, cloud=cloud.cloud_file, profile="work")
    with pytest.raises(RenewalError, match="Asking for it failed: the vault is locked"):
        await client.__aenter__()
    async with client:
        await client.line.registered(timeout=WITHIN_S)
    assert answers == []


async def test_two_accounts_at_two_clouds_live_in_one_process(cloud: CloudServer) -> None:
    with CloudServer(Scenario("other", "", "", people=(GRACE,)), time_scale=0.02) as other:
        async with client_of(cloud, profile="ada") as ada, client_of(other, profile="grace") as grace:
            lines = await asyncio.gather(
                *(client.line.registered(timeout=WITHIN_S) for client in (ada, grace))
            )
            assert [line.extension for line in lines] == ["5101", "5102"]
            ear, other_ear = Ear(ada.line), Ear(grace.line)
            cloud.alter_user(cloud.users[0].name, expire_tokens=True)
            await ear.until("error")
            with pytest.raises(RegistrationError, match="sign in"):
                await ada.line.registered(timeout=WITHIN_S)
            assert other_ear.names == []
            assert await grace.line.registered(timeout=WITHIN_S) is grace.line
        assert devices_of(other) == []


# ---- one profile, one process


def words_of(error: SoftphoneError) -> str:
    """Return what a developer reads, which names no option of a command line."""
    assert "--" not in str(error)
    return str(error)


async def test_watch_and_the_api_keep_each_other_out_of_a_profile(cloud: CloudServer) -> None:
    """The lock is one; each says who has it in words of its own."""
    watch = ("watch", "--json", "--cloud", cloud.cloud_file, "--profile", "work", "--token-env", "TOKEN")
    token = cloud.users[0].token
    async with client_of(cloud, profile="work"):
        refused = await asyncio.to_thread(partial(softphone, *watch, TOKEN=token))
        assert refused.returncode == EXIT_PROFILE_IN_USE
        assert "'work' is in use by another program that uses softphone (process" in refused.stderr
    with started(*watch, TOKEN=token) as process:
        await asyncio.to_thread(next_event, process)
        with pytest.raises(ProfileInUseError, match=rf"in use by .*process {process.pid}") as caught:
            await CallingClient.create(token=token, cloud=cloud.cloud_file, profile="work")
        assert "choose another profile" in words_of(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"profile": "a/b"}, {"cloud": "/no/such/file"}, {"services": ()}, {"token": " "}],
    ids=lambda options: next(iter(options)),
)
async def test_what_is_wrong_with_an_argument_is_said_of_the_argument(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        await CallingClient.create(**{"token": "t", **options})  # type: ignore[arg-type]
    (name,) = options
    assert name in words_of(caught.value)


async def test_a_request_error_says_its_status(cloud: CloudServer) -> None:
    with pytest.raises(RequestError) as caught:
        await CallingClient.create(token="dead", cloud=cloud.cloud_file)
    assert caught.value.http_status == 401
