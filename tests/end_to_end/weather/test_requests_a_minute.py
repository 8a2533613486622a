"""Twelve requests a line in any 60 s, as the servers count them, whatever servers do."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from softphone import CallingClient
from softphone.sim.server import CloudServer
from tests.calling.thousand import most_within
from tests.end_to_end.weather.weather import LINE_PLACES, least_minute_s

pytestmark = pytest.mark.slow

TIME_SCALE = 0.02
WATCHED_S = 130.0  # nominal: 2.6 s of ours
CLOSED_WHEN_KEPT: Mapping[str, Any] = {"reused": True, "answer": "refuse"}
RESET_ALWAYS: Mapping[str, Any] = {"answer": "reset"}
BUSY: Mapping[str, Any] = {"answer": {"status": 503}}


@pytest.mark.parametrize("interval_s", [5, 30])
@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("keepalive", CLOSED_WHEN_KEPT),
        ("any", CLOSED_WHEN_KEPT),
        ("keepalive", RESET_ALWAYS),
        ("keepalive", BUSY),
    ],
    ids=["closes-at-each-keepalive", "closes-every-kept-one", "never-answers-one", "answers-503"],
)
async def test_s5_a_line_sends_at_most_twelve_requests_a_minute(
    where: str, fault: Mapping[str, Any], interval_s: int
):
    with CloudServer(time_scale=TIME_SCALE) as cloud:
        cloud.change_settings(keepalive_interval_s=interval_s)
        client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
        (line,) = client.get_lines().values()
        line.register()
        await asyncio.to_thread(cloud.wait_for, 1, place="register")
        cloud.faults([{"where": where, **fault}])
        await asyncio.sleep(WATCHED_S * TIME_SCALE)
        await client.close(deregister=False)
        times = [entry["time_s"] for entry in cloud.journal() if entry["place"] in LINE_PLACES]
        kept_alive = cloud.journal(place="keepalive")
    assert len(kept_alive) >= 0.5 * WATCHED_S / max(interval_s, 7.5) or fault is not CLOSED_WHEN_KEPT
    assert most_within(times, least_minute_s(TIME_SCALE)) <= 12
    if fault is CLOSED_WHEN_KEPT:
        again = sum(entry["status"] is None for entry in kept_alive)
        assert again <= 1, "once it is known, each keepalive goes out on a connection of its own"
        assert len(cloud.journal(place="register")) == 1
