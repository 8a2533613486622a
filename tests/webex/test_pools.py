"""When the connections of a host are kept, and when nothing more goes out on them."""

import asyncio
import ssl

import httpcore
import httpx
import pytest

from softphone import __version__
from softphone.settings.proxy import Proxy
from softphone.webex import pools as module
from softphone.webex.pools import Pools, Way
from softphone.webex.threads import Threads

STRAIGHT = Way("https", "h.example", None, None)
OTHER = Way("https", "other.example", None, None)
THROUGH = Way("https", "h.example", None, Proxy("p.example", 8080, "ada", "pw"))


def new_pools() -> Pools:
    return Pools(ssl.create_default_context(), Threads())


def test_a_way_dials_its_host_or_its_proxy():
    assert (STRAIGHT.dials, THROUGH.dials) == ("h.example", "p.example")
    assert Way.to(httpx.URL("http://H.example:81/x"), None) == Way("http", "h.example", 81, None)
    assert Way.to(httpx.URL("https://h.example:443"), THROUGH.proxy) == THROUGH


async def test_a_way_has_one_pool_of_its_own_with_our_limits_and_without_cookies():
    pools = new_pools()
    async with pools.use(STRAIGHT) as first, pools.use(STRAIGHT) as again, pools.use(OTHER) as other:
        assert first is again is not other
        assert (first.users, other.users) == (2, 1)
        assert first.headers["user-agent"] == f"softphone/{__version__}"
        assert first.headers["accept-encoding"] == "identity"
        assert not first.follow_redirects
        assert not first.trust_env
        inner = first.wire._pool
        assert isinstance(inner, httpcore.AsyncConnectionPool)
        assert (inner._max_connections, inner._max_keepalive_connections) == (64, 16)
        assert inner._keepalive_expiry == 75.0
    assert first.users == 0
    async with pools.use(THROUGH) as tunnelled:
        assert isinstance(tunnelled.wire._pool, httpcore.AsyncHTTPProxy)
    await pools.aclose()


async def test_what_is_retired_comes_to_its_end_and_the_next_request_has_a_new_pool():
    pools = new_pools()
    async with pools.use(STRAIGHT) as pool, pools.use(OTHER) as other:
        pools.retire(pool)
        pools.retire(pool)
        async with pools.use(STRAIGHT) as fresh:
            assert fresh is not pool
        assert not pool.is_closed
    await asyncio.gather(*pools._closing)
    assert pool.is_closed
    assert not other.is_closed
    pools.retire_all()
    await asyncio.gather(*pools._closing)
    assert other.is_closed
    assert fresh.is_closed
    await asyncio.sleep(0)
    assert pools._closing == set()
    await pools.aclose()


async def test_a_host_that_is_not_trusted_to_keep_connections_gets_new_ones_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
):
    pools = new_pools()
    monkeypatch.setattr(module, "FRESH_FOR_S", 0.05)
    pools.distrust("h.example")
    for way, is_kept in ((STRAIGHT, False), (OTHER, True)):
        async with pools.use(way) as pool:
            pass
        assert pool.is_retired is not is_kept
    await asyncio.sleep(0.06)
    async with pools.use(STRAIGHT) as pool:
        pass
    assert not pool.is_retired
    await pools.aclose()


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (("1.1.1.1",), ("2.2.2.2",), True),
        (("1.1.1.1", "2.2.2.2"), ("2.2.2.2", "3.3.3.3"), False),
        (("1.1.1.1",), ("1.1.1.1",), False),
        ((), ("1.1.1.1",), False),
    ],
)
async def test_a_name_has_moved_when_none_of_its_addresses_is_left(
    before: tuple[str, ...], after: tuple[str, ...], moved: bool
):
    pools = new_pools()
    pools._found("h.example", before)
    async with pools.use(STRAIGHT) as pool, pools.use(OTHER) as other, pools.use(THROUGH) as through:
        pools._found("h.example", after)
        assert (pool.is_retired, other.is_retired, through.is_retired) == (moved, False, False)
    pools._found("h.example", ("9.9.9.9",))
    assert pool.is_retired
    await pools.aclose()
