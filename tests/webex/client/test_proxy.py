"""The HTTP client and the doctor behind a proxy that logs: what it sees, and how its refusals are named."""

import asyncio
import contextlib
import dataclasses
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from softphone.checks import reach
from softphone.checks.check import CheckState
from softphone.line.failure import Disposition
from softphone.settings.cloud_file import Cloud, Network
from softphone.webex.client import Client
from tests.kit.certificates import certificate
from tests.kit.forward_proxy import ForwardProxy, proxying
from tests.kit.ports import free_port
from tests.webex.raw_server import (
    HOST,
    RawServer,
    Tokens,
    client_of,
    fail_of,
    kept,
    plain,
    serving,
)

NAME = "calling.example.test"  # never this computer, so that a proxy may be taken to it
PLACE = f"{NAME}:443"
URL = f"https://{NAME}/v1/x"
ELSEWHERE = Cloud(
    token_url=f"https://{NAME}/token",
    api_url=f"https://{NAME}/v1",
    u2c_url=f"https://{NAME}/u2c",
    region_url=f"https://{NAME}/region",
    trusted_hosts=("*.example.test",),
)


@contextlib.asynccontextmanager
async def client_on(network: Network) -> AsyncIterator[Client]:
    client = Client(dataclasses.replace(ELSEWHERE, network=network))
    try:
        yield client
    finally:
        await client.close()
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def tunnelled(
    folder: Path, *, refusal: int | None = None, credentials: str = ""
) -> AsyncIterator[tuple[RawServer, ForwardProxy, Path]]:
    """A host with a certificate for NAME, a proxy whose tunnels lead to it, and its CA file."""
    context, ca_file = certificate(folder, name=NAME)
    async with (
        serving(kept, context) as server,
        proxying({PLACE: server.port}, refusal=refusal, credentials=credentials) as proxy,
    ):
        yield server, proxy, ca_file


# ---- what goes through


async def test_the_proxy_of_the_cloud_file_carries_tunnels_and_sees_no_token(tmp_path: Path):
    async with tunnelled(tmp_path) as (server, proxy, ca_file):
        network = Network(proxy=f"http://{proxy.address}", extra_ca_file=ca_file)
        async with client_on(network) as client:
            for _ in range(2):
                assert (await client.request("GET", URL, tokens=Tokens())).status == 200
        assert [(request.method, request.target) for request in proxy.asked] == [("CONNECT", PLACE)]
        assert "authorization" not in proxy.asked[0].headers
        assert "trackingid" not in proxy.asked[0].headers
        assert b"token-0" not in proxy.carried
        assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer token-0"] * 2


async def test_a_form_goes_through_the_same_proxy(tmp_path: Path):
    async with tunnelled(tmp_path) as (server, proxy, ca_file):
        network = Network(proxy=f"http://{proxy.address}", extra_ca_file=ca_file)
        async with client_on(network) as client:
            status, _, _ = await client.post_form(f"https://{NAME}/token", {"code": "secret"})
        assert status == 200
        assert proxy.targets == {PLACE}
        assert b"secret" not in proxy.carried
        assert server.asked[0].body == b"code=secret"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_the_systems_proxy_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
):
    async with tunnelled(tmp_path) as (_, proxy, ca_file):
        monkeypatch.setenv(variable, scheme + proxy.address)
        async with client_on(Network(extra_ca_file=ca_file)) as client:
            assert (await client.request("GET", URL)).status == 200
        assert proxy.targets == {PLACE}


async def test_the_systems_user_and_password_are_given_to_the_proxy_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async with tunnelled(tmp_path, credentials="ada:p@ssü") as (server, proxy, ca_file):
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:p%40ss%C3%BC@{proxy.address}")
        with caplog.at_level("DEBUG"):
            async with client_on(Network(extra_ca_file=ca_file)) as client:
                assert (await client.request("GET", URL)).status == 200
        assert "proxy-authorization" in proxy.asked[0].headers
        assert "proxy-authorization" not in server.asked[0].headers
        assert proxy.address in caplog.text
        assert "p@ss" not in caplog.text
        assert "p%40ss" not in caplog.text


@pytest.mark.parametrize("network", [Network(proxy="none"), Network()])
async def test_no_proxy_is_taken_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch, network: Network):
    async with proxying({}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", "other.example,.example.test")
        async with client_on(network) as client:
            error = await fail_of(client, URL)
        assert error.title == "The server's name was not found"
        assert proxy.asked == []


async def test_this_computer_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch):
    async with proxying({}) as proxy, serving(kept) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.address}")
        for network in (Network(), Network(proxy=f"http://{proxy.address}")):
            async with client_of(server, network) as client:
                assert (await client.request("GET", server.url)).status == 200
        assert proxy.asked == []


# ---- how it fails


@pytest.mark.parametrize(
    ("refusal", "title", "disposition"),
    [
        (407, "The proxy wants a sign-in", Disposition.NO_NETWORK),
        (403, "The proxy refused", Disposition.DEAD_HOST),
        (502, "The proxy refused", Disposition.DEAD_HOST),
    ],
)
async def test_a_proxy_that_refuses_is_named_and_gets_no_token(
    tmp_path: Path, refusal: int, title: str, disposition: Disposition
):
    async with tunnelled(tmp_path, refusal=refusal) as (server, proxy, ca_file):
        network = Network(proxy=f"http://{proxy.address}", extra_ca_file=ca_file)
        async with client_on(network) as client:
            error = await fail_of(client, URL, tokens=Tokens())
        assert error.title == title
        assert proxy.address in error.failure.advice
        assert NAME in error.failure.advice
        assert error.failure.disposition is disposition
        assert not error.failure.unsure
        assert all("authorization" not in request.headers for request in proxy.asked)
        assert server.asked == []


async def test_l6_a_proxy_that_swallows_what_it_is_sent_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch):
    async def never(*args: Any, **options: Any) -> Any:
        await asyncio.sleep(30)

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    async with client_on(Network(proxy=f"http://{HOST}:1", connect_s=0.05)) as client:
        error = await fail_of(client, URL)
    assert error.title == "No answer from the proxy"
    assert error.failure.disposition is Disposition.NO_NETWORK
    assert not error.failure.unsure


async def test_a_host_that_is_slow_to_be_reached_straight_is_the_hosts_trouble(
    monkeypatch: pytest.MonkeyPatch,
):
    async def never(*args: Any, **options: Any) -> Any:
        await asyncio.sleep(30)

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
    async with client_on(Network(proxy="none", connect_s=0.05)) as client:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", (HOST, 0))])
        error = await fail_of(client, URL)
    assert error.failure.disposition is Disposition.DEAD_HOST
    assert not error.failure.unsure


async def test_a_proxy_that_is_not_there_is_named():
    network = Network(proxy=f"http://{HOST}:{free_port()}")
    async with client_on(network) as client:
        error = await fail_of(client, URL)
    assert error.title == "No answer from the proxy"
    assert error.failure.disposition is Disposition.NO_NETWORK
    assert network.proxy.removeprefix("http://") in error.failure.advice


@pytest.mark.parametrize(
    "address", ["socks5://127.0.0.1:9", "https://127.0.0.1:9", "http://:9", "http://h:x"]
)
async def test_a_system_proxy_of_another_kind_is_named_and_not_passed_by(
    monkeypatch: pytest.MonkeyPatch, address: str
):
    monkeypatch.setenv("HTTPS_PROXY", address)
    async with client_on(Network()) as client:
        error = await fail_of(client, URL)
    assert error.title == "The proxy cannot be used"
    assert error.failure.disposition is Disposition.NO_NETWORK


async def test_a_gateway_with_a_certificate_of_its_own_is_named_through_the_tunnel(tmp_path: Path):
    async with tunnelled(tmp_path) as (server, proxy, _):
        async with client_on(Network(proxy=f"http://{proxy.address}")) as client:
            error = await fail_of(client, URL, tokens=Tokens())
        assert error.title == "The connection is not trusted"
        assert "issued by test CA," in error.failure.advice
        assert server.asked == []


# ---- the doctor


async def test_the_doctor_takes_the_same_way_and_names_it(tmp_path: Path):
    async with tunnelled(tmp_path) as (server, proxy, ca_file):
        network = Network(proxy=f"http://{proxy.address}", extra_ca_file=ca_file)
        check = await asyncio.to_thread(reach.connection_to, URL, network)
        assert check.state is CheckState.OK
        assert f"with a certificate we trust, through the proxy {proxy.address}" in check.sentence
        assert proxy.targets == {PLACE}
        assert "authorization" not in server.asked[0].headers
        known = await asyncio.to_thread(reach.name_of, URL, network)
        assert known.sentence == f"The proxy {proxy.address} leads to {NAME}."
        trusted = await asyncio.to_thread(reach.connection_to, URL, network, name_issuer=True)
        assert trusted.sentence == (
            f"The connection to {NAME} is trusted; its certificate was issued by test CA."
        )
        use = reach.proxy_in_use(dataclasses.replace(ELSEWHERE, network=network, source="/x/cloud.toml"))
        assert (
            use.sentence
            == f"{proxy.address} is used, by [network] of /x/cloud.toml. {ca_file} is trusted besides."
        )


async def test_the_doctor_signs_in_to_the_systems_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async with tunnelled(tmp_path, credentials="ada:secret") as (_, proxy, ca_file):
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:secret@{proxy.address}")
        check = await asyncio.to_thread(reach.connection_to, URL, Network(extra_ca_file=ca_file))
        assert check.state is CheckState.OK
        assert "secret" not in check.sentence
        assert (
            reach.proxy_in_use(ELSEWHERE).sentence == f"{proxy.address} is used, by this computer's settings."
        )


@pytest.mark.parametrize(
    ("refusal", "words"), [(407, "wants a sign-in"), (403, f"did not open the way to {NAME} (HTTP 403)")]
)
async def test_the_doctor_names_a_proxy_that_refuses(tmp_path: Path, refusal: int, words: str):
    async with tunnelled(tmp_path, refusal=refusal) as (_, proxy, _):
        network = Network(proxy=f"http://{proxy.address}")
        check = await asyncio.to_thread(reach.connection_to, URL, network)
    assert check.state is CheckState.FAULT
    assert f"The proxy {proxy.address} {words}" in check.sentence
    assert "proxy" in check.remedy


async def test_the_doctor_names_a_proxy_that_is_not_there_and_an_issuer_it_does_not_know(tmp_path: Path):
    dead = await asyncio.to_thread(reach.connection_to, URL, Network(proxy=f"http://{HOST}:{free_port()}"))
    assert dead.sentence.startswith("No answer from the proxy 127.0.0.1:")
    async with tunnelled(tmp_path) as (_, proxy, _):
        check = await asyncio.to_thread(reach.connection_to, URL, Network(proxy=f"http://{proxy.address}"))
    assert check.sentence.startswith(f"The certificate of {NAME}, issued by test CA, is not trusted (")
    assert "extra_ca_file" in check.remedy


def test_the_doctor_says_when_there_is_no_proxy_or_one_of_another_kind(monkeypatch: pytest.MonkeyPatch):
    assert reach.proxy_in_use(ELSEWHERE).sentence == "None is used, by this computer's settings."
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    for check in (reach.proxy_in_use(ELSEWHERE), reach.connection_to(URL)):
        assert check.state is CheckState.FAULT
        assert "http://host:port" in check.sentence


async def test_the_environment_puts_no_proxy_before_this_computer_and_writes_no_keys(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HTTP_PROXY", f"http://{HOST}:{free_port()}")
    monkeypatch.setenv("SSLKEYLOGFILE", "/nonexistent/keys")

    async with serving(plain) as server, client_of(server) as client:
        assert (await client.request("GET", server.url)).status == 200
        assert client._pools is not None
        assert client._pools.tls.keylog_filename is None
