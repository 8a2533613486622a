"""A sample of the hostile answers, and that the proof can fail."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.seed import sample
from tests.hostile.tokens.on_sockets import DirectedLoop
from tests.hostile.tokens.run import Figures, OnSockets, live_in_memory

# One place of the product each, and what is seen when it is broken.
BREAKS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "a name trusted for a part of it": (
        "softphone.webex.address._covers",
        lambda pattern, host: pattern.removeprefix("*.") in host,
        "bearer in a stranger",
    ),
    "a secret in an address": ("softphone.system.live_secrets.holds", lambda _: False, " in GET https"),
    "cookies": ("softphone.webex.pools.http.cookiejar.CookieJar", lambda _: None, "Cookie is none of ours"),
}


async def test_no_secret_leaves_for_a_stranger_whatever_a_cloud_answers(caplog: pytest.LogCaptureFixture):
    with sample() as chance:
        figures = await live_in_memory(chance.getrandbits(32), 400)
        assert figures.wrong == []
        assert figures.sent > 100
    caplog.clear()  # addresses that were refused


def test_nor_on_real_sockets_nor_from_the_whole_program(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    async def lived(seed: int) -> list[Figures]:
        on_sockets = OnSockets(tmp_path)
        try:
            return [await on_sockets.live(seed, 120), await on_sockets.run(seed, 40)]
        finally:
            await on_sockets.close()

    with sample() as chance, asyncio.Runner(loop_factory=DirectedLoop) as runner:
        for figures in runner.run(lived(chance.getrandbits(32))):
            assert figures.wrong == []
            assert figures.sent > 5
    caplog.clear()


@pytest.mark.parametrize("name", BREAKS)
async def test_the_proof_fails_for(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    place, broken, seen = BREAKS[name]
    monkeypatch.setattr(place, broken)
    wrong: list[str] = []
    for seed in range(20):
        wrong += (await live_in_memory(seed, 100)).wrong
        if any(seen in what for what in wrong):
            break
    else:
        pytest.fail(f"2,000 answers, and nothing seen but {wrong}")
    caplog.clear()
