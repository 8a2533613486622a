"""TLS as the client meets it: each cause has its name (reliability.md#transport), nothing is sent."""

import asyncio
import dataclasses
import ssl
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.errors import RequestError
from softphone.settings.cloud_file import Network
from softphone.system import live_secrets
from softphone.webex.client import Client
from softphone.webex.tls import fault_of_certificate, issuer_name, issuer_of, new_tls_context
from softphone.webex.transport_faults import Fault
from tests.kit.certificates import certificate
from tests.kit.secrets import CODE
from tests.webex.raw_server import HOST, Tokens, client_of, fail_of, loopback_cloud, plain, serving


async def test_an_extra_ca_file_is_trusted(tmp_path: Path):
    context, ca_file = certificate(tmp_path)
    async with serving(plain, context) as server, client_of(server, Network(extra_ca_file=ca_file)) as client:
        assert (await client.request("GET", f"https://localhost:{server.port}/")).status == 200


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system looks at each certificate")
async def test_the_systems_roots_are_read_once_and_again_after_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    context, ca_file = certificate(tmp_path)
    roots = tmp_path / "roots.pem"
    roots.write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    read: list[str] = []
    read_paths = ssl.SSLContext.set_default_verify_paths

    def counted(self: ssl.SSLContext) -> None:
        read.append(roots.read_text())
        read_paths(self)

    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", counted, raising=False)
    async with serving(plain, context) as server, client_of(server) as client:
        url = f"https://localhost:{server.port}/"
        await fail_of(client, url)
        roots.write_text(ca_file.read_text())  # an administrator adds it
        for _ in range(3):
            assert (await client.request("GET", url)).status == 200
            client.network_changed()  # the next one is a new connection
        assert server.connections == 3
        assert read == ["", ca_file.read_text()]


@pytest.mark.parametrize(
    ("changes", "with_ca", "words"),
    [
        pytest.param({"ends_days": -1}, True, "issued by test CA, has expired", id="expired"),
        pytest.param({"begins_days": 1}, True, "computer's clock", id="not yet valid"),
        pytest.param(
            {"name": "other.example"}, True, "issued by test CA, belongs to another host", id="wrong host"
        ),
        pytest.param(
            {}, False, "issued by test CA, comes from an issuer that is not known here", id="unknown issuer"
        ),
        pytest.param({"self_signed": True}, False, "signed by itself", id="self-signed"),
    ],
)
async def test_a_bad_certificate_is_named_and_nothing_is_sent(
    tmp_path: Path, changes: dict[str, Any], with_ca: bool, words: str
):
    context, ca_file = certificate(tmp_path, **changes)
    network = Network(extra_ca_file=ca_file if with_ca else None)
    async with serving(plain, context) as server, client_of(server, network) as client:
        error = await fail_of(client, f"https://localhost:{server.port}/", tokens=Tokens())
        assert error.title == "The connection is not trusted"
        assert words in error.failure.advice
        assert server.asked == []


async def test_a_form_with_a_code_is_not_sent_to_a_host_that_is_not_trusted(tmp_path: Path):
    context, _ = certificate(tmp_path)
    async with serving(plain, context) as server:
        url = f"https://localhost:{server.port}/token"
        client = Client(dataclasses.replace(loopback_cloud(server.url), token_url=url))
        with pytest.raises(RequestError, match="not known here"):
            await client.post_form(url, {"code": "secret"})
        await client.close()
        assert server.asked == []


async def test_a_host_without_tls_is_named(tmp_path: Path):
    async def answer_in_the_clear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer_in_the_clear, HOST, 0)
    client = Client(loopback_cloud())
    error = await fail_of(client, f"https://{HOST}:{server.sockets[0].getsockname()[1]}/")
    assert error.title == "The connection is not trusted"
    assert "no secure answer" in error.failure.advice
    await client.close()
    server.close()


async def test_an_issuers_name_is_cut_and_holds_no_control_characters(tmp_path: Path):
    context, _ = certificate(tmp_path, issuer="Corp\n\x1b[31m" + "x" * 50)
    async with serving(plain, context) as server, client_of(server) as client:
        error = await fail_of(client, f"https://localhost:{server.port}/")
        assert "issued by Corp[31mx" in error.failure.advice
        assert error.failure.advice.isprintable()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (9, Fault.TLS_NOT_YET_VALID),
        (10, Fault.TLS_EXPIRED),
        (18, Fault.TLS_SELF_SIGNED),
        (19, Fault.TLS_UNKNOWN_ISSUER),
        (20, Fault.TLS_UNKNOWN_ISSUER),
        (21, Fault.TLS_UNKNOWN_ISSUER),
        (62, Fault.TLS_WRONG_HOST),
    ],
)
def test_what_is_wrong_with_a_certificate_is_known_by_the_number_of_the_check(number: int, fault: Fault):
    error = ssl.SSLCertVerificationError(1, "words of this system")
    error.verify_code = number
    assert fault_of_certificate(error) is fault


@pytest.mark.parametrize(
    ("names", "issuer"),
    [
        ((("commonName", "Corp CA"), ("organizationName", "Corp")), "Corp CA"),
        ((("organizationName", "Corp"),), "Corp"),
        ((("commonName", ""), ("organizationName", "Corp")), "Corp"),
        ((("commonName", "x" * 81),), "x" * 80),
        ((("commonName", "a\n\x1bb"),), "ab"),
        ((("countryName", "US"),), ""),
        ((), ""),
    ],
)
def test_an_issuer_is_named_by_its_own_name_or_its_organisations(
    names: tuple[tuple[str, str], ...], issuer: str
):
    assert issuer_name(tuple((one,) for one in names)) == issuer


async def test_an_issuer_that_calls_itself_by_a_secret_of_ours_is_not_named(tmp_path: Path):
    live_secrets.note(CODE)
    context, _ = certificate(tmp_path, issuer=f"Corp {CODE}"[:64])
    async with serving(plain, context) as server, client_of(server) as client:
        error = await fail_of(client, f"https://localhost:{server.port}/")
        assert "issued by Corp [hidden]" in error.failure.advice
        assert CODE[12:24] not in error.failure.advice


def test_a_certificate_fault_of_another_number_has_the_general_name():
    error = ssl.SSLCertVerificationError(1, "revoked")
    error.verify_code = 23
    assert fault_of_certificate(error) is Fault.TLS
    assert issuer_of(error) == ""


def test_no_context_can_be_made_that_checks_less(tmp_path: Path):
    _, ca_file = certificate(tmp_path)
    for context in (new_tls_context(None), new_tls_context(ca_file)):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
