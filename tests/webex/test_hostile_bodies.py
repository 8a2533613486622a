"""S1: judging a body is linear work, and nothing that is big is judged on the loop."""

import asyncio
import contextlib
import threading
import tracemalloc
from typing import Any

import pytest

from softphone.auth.untrusted import BadJsonError, read_json
from softphone.webex import account_requests
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import Client, Response
from softphone.webex.failures import failure_of
from softphone.webex.wire import BODY_LIMIT_BYTES, read_devices
from tests.webex.hostile_bodies import BODIES, longest_s
from tests.webex.raw_server import Tokens, loopback_cloud

TOO_QUICK_S = 0.004  # below it the clock measures itself


@pytest.mark.parametrize("name", BODIES)
def test_four_times_the_body_is_not_much_more_than_four_times_the_work(name: str):
    small_s, big_s = (longest_s(BODIES[name](size_bytes), times=5) for size_bytes in (64 * 1024, 256 * 1024))
    assert big_s / max(small_s, TOO_QUICK_S) < 10, "quadratic work would be 16 times"


@pytest.mark.parametrize(
    "name", ["empty texts", "short texts", "escaped texts", "small objects", "many keys", "quotes"]
)
def test_a_body_takes_no_more_memory_than_4_mib(name: str):
    body = BODIES[name](BODY_LIMIT_BYTES)
    tracemalloc.start()
    try:
        with contextlib.suppress(BadJsonError):
            read_json(body, limit_bytes=BODY_LIMIT_BYTES)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("size_bytes", "on_loop"), [(1000, True), (100_000, False)])
async def test_a_big_body_is_read_beside_the_loop(
    monkeypatch: pytest.MonkeyPatch, size_bytes: int, on_loop: bool
):
    requests = AccountRequests(Client(loopback_cloud()), Tokens())
    body = b'{"devices":[' + b'{"deviceId":"d"},' * (size_bytes // 17) + b"0]}"
    answer = Response(200, {}, body)
    threads: list[threading.Thread] = []

    def reader(read: bytes) -> int:
        threads.append(threading.current_thread())
        return len(read_devices(read))

    def judged(*args: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return failure_of(*args, **options)

    monkeypatch.setattr(account_requests, "failure_of", judged)
    await requests.refuse(answer)
    assert await requests.read(answer, reader) > 10
    assert len(threads) == 2
    assert {thread is threading.main_thread() for thread in threads} == {on_loop}
    assert all(thread.daemon for thread in threads) or on_loop
    await asyncio.sleep(0)
