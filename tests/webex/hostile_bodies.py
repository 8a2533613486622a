"""Bodies made to hold the loop, and how long each one does: `python -m tests.webex.hostile_bodies`.

`longest_s` is the work of everything that reads bodies of strangers; `longest_hold_s` is how long the loop
does not turn while such a body is judged and read as an answer is.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import Callable, Mapping
from functools import partial

from softphone.auth.untrusted import BadJsonError, read_json
from softphone.errors import RequestError
from softphone.webex import failures, wire
from softphone.webex.account_requests import AccountRequests
from softphone.webex.client import ON_LOOP_LIMIT_BYTES, Client, Response
from softphone.webex.failures import Route, answer_failure
from softphone.webex.wire import BODY_LIMIT_BYTES
from tests.webex.raw_server import Tokens, loopback_cloud

Make = Callable[[int], bytes]


def _repeated(part: str, *, before: str = "", after: str = "") -> Make:
    def make(size_bytes: int) -> bytes:
        times = (size_bytes - len(before) - len(after)) // len(part)
        return (before + part * times + after).encode()

    return make


def _many_keys(size_bytes: int) -> bytes:
    keys = ",".join(f'"{number:07}":0' for number in range(size_bytes // 12 - 1))
    return f"{{{keys}}}".encode()


BODIES: Mapping[str, Make] = {
    "a quote, escaped quotes, no end": _repeated('\\"', before='"'),
    "a quote, backslashes, no end": _repeated("\\", before='"'),
    "quotes": _repeated('"'),
    "open brackets": _repeated("["),
    "open objects": _repeated('{"a":'),
    "nested as deep as may be": _repeated("[" * 31 + "]" * 31 + ",", before="[", after="0]"),
    "as many objects as may be": lambda _: b"[" + b"{}," * 16_382 + b"0]",
    "as many lists as may be": lambda _: b"[" + b"[[]]," * 8_191 + b"0]",
    "small objects": _repeated("{},", before="[", after="0]"),
    "small lists": _repeated("[],", before="[", after="0]"),
    "one key again and again": _repeated('"a":0,', before="{", after='"b":0}'),
    "many keys": _many_keys,
    "one number": _repeated("7"),
    "numbers of 400 digits": _repeated("7" * 400 + ",", before="[", after="0]"),
    "one fraction": _repeated("7", before="0."),
    "an exponent": _repeated("9", before="1e"),
    "small fractions": _repeated("1.5,", before="[", after="0]"),
    "empty texts": _repeated('"",', before="[", after="0]"),
    "short texts": _repeated('"ab",', before="[", after="0]"),
    "escaped texts": _repeated('"\\u20ac",', before="[", after="0]"),
    "surrogates": _repeated("\\ud800", before='"', after='"'),
    "pairs of surrogates": _repeated("\\ud83d\\ude00", before='"', after='"'),
    "control characters escaped": _repeated("\\u0000", before='{"message":"', after='"}'),
    "invisible text": _repeated("\u202e", before='{"message":"', after='"}'),
    "devices without ids": _repeated('{"deviceId":""},', before='{"devices":[', after="0]}"),
    "addresses": _repeated('"https://a",', before='{"primary":{"uris":[', after="0]}}"),
    "half an address": _repeated("[:", before='{"serviceLinks":{"wdm":"https://', after='"}}'),
    "begun grants": _repeated('"device":{"deviceId" ', before=""),
    "blanks": _repeated(" "),
    "blanks inside": _repeated(" ", before='{"device"', after=":{}}"),
    "markup": _repeated("<"),
    "bytes that are no text": lambda size_bytes: b"\xff" * size_bytes,
}


def judge(body: bytes) -> None:
    """Let everything that reads a stranger's body read it."""
    readers: list[Callable[[], object]] = [
        lambda: read_json(body, limit_bytes=BODY_LIMIT_BYTES),
        lambda: failures.voice_of({}, body),
        lambda: wire.read_catalog(body, "https://u2c.example/u2c"),
        lambda: wire.read_servers(body, cluster_url="https://c/", trusted=lambda _: True),
        lambda: wire.read_devices(body, answered_at=0.0),
        lambda: wire.read_granted_device(body),
        lambda: answer_failure(Route.REGISTER, 403, {}, body, host="h", now=0.0),
    ]
    for read in readers:
        try:
            read()
        except (BadJsonError, wire.BrokenAnswerError):
            continue


def longest_s(body: bytes, *, times: int = 2) -> float:
    """Return how much of the processor's time judging takes, at best of some times.

    Without the garbage collector's looks at what other tests have left in this process.
    """

    def once_s() -> float:
        began_s = time.thread_time()
        judge(body)
        return time.thread_time() - began_s

    gc.collect()
    gc.freeze()
    try:
        return min(once_s() for _ in range(times))
    finally:
        gc.unfreeze()


def longest_hold_s(body: bytes) -> float:
    """Return the longest time between two turns of the loop while the body is judged and read."""

    async def reading() -> float:
        requests = AccountRequests(Client(loopback_cloud()), Tokens())
        held_s, turned_s = 0.0, time.perf_counter()

        async def read() -> None:
            for status in (200, 403):
                answer = Response(status, {}, body)
                for work in (
                    requests.refuse(answer, Route.REGISTER),
                    requests.read(answer, wire.read_devices),
                    requests.read(answer, partial(wire.read_catalog, u2c_url="https://u2c.example/u2c")),
                ):
                    with contextlib.suppress(RequestError):
                        await work
                    await asyncio.sleep(0)  # each is an answer of its own

        task = asyncio.ensure_future(read())
        while not task.done():
            await asyncio.sleep(0)
            now_s = time.perf_counter()
            held_s, turned_s = max(held_s, now_s - turned_s), now_s
        task.result()
        return held_s

    with asyncio.Runner() as runner:
        return min(runner.run(reading()) for _ in range(3))


if __name__ == "__main__":
    print(f"{'body':34} {'all readers':>12} {'hold, 32 KiB':>13} {'hold, 256 KiB':>14}   (ms)")  # noqa: T201
    for name, make in BODIES.items():
        small, big = make(ON_LOOP_LIMIT_BYTES), make(BODY_LIMIT_BYTES)
        times_ms = [1000 * each for each in (longest_s(big), longest_hold_s(small), longest_hold_s(big))]
        print(f"{name:34} {times_ms[0]:12.1f} {times_ms[1]:13.1f} {times_ms[2]:14.1f}")  # noqa: T201
