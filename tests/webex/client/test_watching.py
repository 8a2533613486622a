"""Who watches the client is told of each exchange, whatever came of it."""

import asyncio

import pytest

from softphone.errors import RequestError
from softphone.settings import cloud_file as config
from softphone.sim.server import CloudServer
from softphone.system.folders import find_folders
from softphone.webex.client import Client
from softphone.webex.exchange import Exchange


async def seen_of(faults: list[dict[str, object]], *, form: bool = False) -> list[Exchange]:
    seen: list[Exchange] = []
    with CloudServer("calm") as cloud:
        cloud.faults(faults)
        client = Client(config.load_cloud(cloud.cloud_file, find_folders()))
        client.on_exchange = seen.append
        try:
            if form:
                await client.post_form(f"{cloud.base}/v1/access_token", {"grant_type": "refresh_token"})
            else:
                await client.request("GET", f"{cloud.base}/v1/region", headers={"Accept": "application/json"})
        except RequestError:
            pass
        finally:
            await client.close()
    return seen


async def test_an_answer_is_told_as_it_came() -> None:
    [seen] = await seen_of([])
    assert (seen.method, seen.status, seen.trouble) == ("GET", 200, "")
    assert seen.url.endswith("/v1/region")
    assert seen.sent_headers["trackingid"].startswith("WXC_")
    assert seen.headers["content-type"] == "application/json"
    assert b"clientRegion" in seen.body
    assert 0 < seen.took_s < 10
    assert "clientRegion" not in repr(seen)


async def test_a_form_is_told_too() -> None:
    [seen] = await seen_of([], form=True)
    assert (seen.method, seen.sent_body) == ("POST", b"grant_type=refresh_token")
    assert seen.status == 401


@pytest.mark.parametrize(
    ("answer", "status", "trouble"),
    [
        ({"status": 302}, 302, ""),
        ({"headers": {"Content-Encoding": "br"}}, 200, "Webex sent an answer that makes no sense"),
        ("refuse", None, "Webex sent a broken answer"),
    ],
)
async def test_what_failed_is_told_with_what_was_seen_of_it(
    answer: object, status: int | None, trouble: str
) -> None:
    seen = await seen_of([{"where": "region", "answer": answer}])
    assert (seen[-1].status, seen[-1].trouble) == (status, trouble)


async def test_who_stops_watching_while_a_request_is_under_way_hears_no_more_and_harms_nothing() -> None:
    seen: list[Exchange] = []
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "region", "answer": {"delay_s": 0.3}}])
        client = Client(config.load_cloud(cloud.cloud_file, find_folders()))
        client.on_exchange = seen.append
        try:
            asking = asyncio.ensure_future(client.request("GET", f"{cloud.base}/v1/region"))
            await asyncio.sleep(0)
            client.on_exchange = None
            assert (await asking).status == 200
            client.on_exchange = seen.append
            await client.request("GET", f"{cloud.base}/v1/region")
        finally:
            await client.close()
    assert len(seen) == 1
