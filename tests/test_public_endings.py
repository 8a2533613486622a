"""The public API: however a client ends, it lets go of everything (api.md#client)."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import pytest

from softphone import CallingClient, ConfigError, RequestError, Service
from softphone.sim.server import CloudServer
from tests.test_public_api import WITHIN_S, client_of, cloud, devices_of

__all__ = ["cloud"]  # fixtures

pytestmark = pytest.mark.slow


def left_at(cloud: CloudServer) -> tuple[int, int]:
    """Return how many Mobius and WDM devices the person has."""
    person = cloud.state()["users"][0]
    return len(devices_of(cloud)), len(person["wdm_devices"])


async def is_sent(cloud: CloudServer, **what: Any) -> None:
    """Wait until the cloud has had such a request."""
    async with asyncio.timeout(WITHIN_S):
        while not cloud.journal(**what):
            await asyncio.sleep(0.001)


async def cancelled(
    work: Coroutine[Any, Any, object], when: Coroutine[Any, Any, None], *, times: int = 1
) -> None:
    """Cancel the work so many times, and wait for its end."""
    task = asyncio.create_task(work)
    await when
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task


# ---- entering


@pytest.mark.parametrize("place", ["wdm", "discovery", "people"])
async def test_entering_that_is_cancelled_leaves_nothing(place: str, cloud: CloudServer) -> None:
    slow = [{"where": place, "answer": {"delay_s": 0.2 / cloud.time_scale}}]
    cloud.faults(slow)
    before = asyncio.all_tasks()
    entering = CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    await cancelled(entering, is_sent(cloud, place="wdm"))
    assert left_at(cloud) == (0, 0)
    assert asyncio.all_tasks() == before


async def test_entering_that_fails_late_leaves_nothing(cloud: CloudServer) -> None:
    cloud.faults([{"where": "discovery", "answer": {"status": 404}}])
    with pytest.raises(RequestError):
        await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    assert cloud.journal(place="wdm", method="POST")
    assert left_at(cloud) == (0, 0)


async def test_a_token_that_hangs_can_be_cancelled_at_once(cloud: CloudServer) -> None:
    asked = asyncio.Event()

    async def token() -> str:
        asked.set()
        await asyncio.sleep(WITHIN_S)
        return ""

    async def until_asked() -> None:
        await asked.wait()

    async with asyncio.timeout(1):
        await cancelled(CallingClient.create(token=token, cloud=cloud.cloud_file), until_asked())


# ---- leaving


async def test_closing_that_is_cancelled_is_done_all_the_same(cloud: CloudServer) -> None:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    await client.line.registered(timeout=WITHIN_S)
    await cancelled(client.close(), asyncio.sleep(0), times=3)
    assert left_at(cloud) == (0, 0)
    assert await client.close() == ()


async def test_an_impatient_end_of_a_block_leaves_nothing(cloud: CloudServer) -> None:
    """As a second Ctrl-C or the timeout of whoever waits for the first one."""
    inside = asyncio.Event()

    async def block() -> None:
        async with client_of(cloud) as client:
            await client.line.registered(timeout=WITHIN_S)
            inside.set()
            await asyncio.sleep(WITHIN_S)

    async def until_inside() -> None:
        await inside.wait()

    await cancelled(block(), until_inside(), times=3)
    assert left_at(cloud) == (0, 0)


async def test_two_who_close_at_once_wait_for_the_same_end(cloud: CloudServer) -> None:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    await client.line.registered(timeout=WITHIN_S)
    cloud.faults([{"where": "deregister", "answer": {"status": 500}}])
    first, second = await asyncio.gather(client.close(), client.close())
    assert first == second == await client.close()
    assert len(first) == 1


async def test_a_listener_that_registers_again_does_not_keep_the_line_at_the_end(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        line.on("unregistered", line.register)
    assert left_at(cloud) == (0, 0)


@pytest.mark.parametrize("profile", [None, "desk"])
async def test_what_is_left_behind_is_said_truly(profile: str | None, cloud: CloudServer) -> None:
    """Only a profile knows of it at the next start (api.md#client)."""
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file, profile=profile)
    await client.line.registered(timeout=WITHIN_S)
    cloud.faults([{"where": "deregister", "answer": "hang"}])
    (sentence,) = await client.close()
    assert "forgotten there in a few minutes" in sentence
    assert ("next start" in sentence) is (profile is not None)
    assert left_at(cloud) == (1, 0 if profile is None else 1)  # the lines do not take all of the time


@pytest.mark.parametrize("profile", [None, "desk"])
async def test_what_may_be_left_behind_is_said_truly(profile: str | None, cloud: CloudServer) -> None:
    cloud.faults([{"where": "register", "answer": "hang"}])
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file, profile=profile)
    client.line.register()
    await is_sent(cloud, place="register")
    (sentence,) = await client.close()
    assert ("next start" in sentence) is (profile is not None)


@pytest.mark.parametrize("answer", [{"status": 500}, "hang"])
async def test_a_wdm_device_that_stays_is_said_too(answer: object, cloud: CloudServer) -> None:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    cloud.faults([{"where": "wdm", "answer": answer}])
    (sentence,) = await client.close()
    assert sentence.startswith("The WDM device could not be removed at Webex (")
    assert left_at(cloud) == (0, 1)


async def test_a_client_that_nobody_closed_says_so(cloud: CloudServer) -> None:
    client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
    held = client._held
    clients = [client]
    del client
    with pytest.warns(ResourceWarning, match="unclosed CallingClient"):
        clients.clear()
    assert held is not None
    await held.aclose()


# ---- used wrongly


async def test_after_the_end_a_line_says_that_it_cannot_register(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = client.line
    with pytest.raises(RuntimeError, match="closed"):
        line.register()
    line.deregister()


def elsewhere(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Run it on an event loop of its own."""
    with asyncio.Runner() as runner:
        runner.run(work())


async def test_on_another_event_loop_or_thread_the_error_says_what_helps(cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        line = await client.line.registered(timeout=WITHIN_S)
        for wrong in (line.register, line.deregister, client.get_lines, partial(elsewhere, client.close)):
            with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
                await asyncio.to_thread(wrong)
        with pytest.raises(RuntimeError, match="call_soon_threadsafe"):
            await asyncio.to_thread(partial(elsewhere, line.registered))
        assert await asyncio.to_thread(lambda: line.state) is line.state
    assert left_at(cloud) == (0, 0)


async def test_the_only_line_of_several_is_an_error_that_says_where_they_are(cloud: CloudServer) -> None:
    async with client_of(cloud, services=[Service.CALLING, Service.GUEST]) as client:
        with pytest.raises(ValueError, match=r"There are 2 lines.*see `lines`"):
            client.line  # noqa: B018
    assert left_at(cloud) == (0, 0)


class AsyncCall:
    async def __call__(self, *_payload: object) -> None:
        """Is never awaited."""


@pytest.mark.parametrize("listener", [5, None, AsyncCall()])
async def test_what_cannot_listen_is_refused(listener: Any, cloud: CloudServer) -> None:
    async with client_of(cloud) as client:
        with pytest.raises(TypeError, match="plain function"):
            client.line.on("error", listener)


@pytest.mark.parametrize(
    "options",
    [
        {"cloud": 5},
        {"profile": 5},
        {"services": None},
        {"services": Service.CALLING},
        {"services": "calling"},
    ],
    ids=str,
)
async def test_an_argument_of_a_wrong_type_is_a_config_error(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(ConfigError, match=f"^{name}: must be "):
        CallingClient(**{"token": "t", **options})


async def test_a_refused_token_has_the_tracking_id_of_the_refusal(cloud: CloudServer) -> None:
    with pytest.raises(RequestError) as caught:
        await CallingClient.create(token="dead", cloud=cloud.cloud_file)
    assert caught.value.tracking_id
