"""TLS and proxies as the HTTP client meets them: each cause has its name (reliability.md 4)."""

import asyncio
import datetime as dt
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from softphone.webex.client import Client
from tests.webex.raw_server import HOST, Exchange, Tokens, client_of, fail_of, loopback_cloud, serving


def certificate(folder: Path, **changes: Any) -> tuple[ssl.SSLContext, str]:
    """Return a server context and the file of the certificate's issuer (itself, or a CA)."""
    now = dt.datetime.now(dt.UTC)
    begins = now + dt.timedelta(days=changes.get("begins_days", -30))
    ends = now + dt.timedelta(days=changes.get("ends_days", 30))
    name = changes.get("name", "localhost")

    def build(common: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins if not ca else now - dt.timedelta(days=60))
            .not_valid_after(ends if not ca else now + dt.timedelta(days=60))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(common)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer_key, hashes.SHA256())
        )

    key, ca_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    own = changes.get("self_signed", False)
    issuer_name, issuer_key = (name, key) if own else ("test CA", ca_key)
    leaf = build(name, key, issuer_name, issuer_key, ca=False)
    ca = leaf if own else build("test CA", ca_key, "test CA", ca_key, ca=True)
    pem = serialization.Encoding.PEM
    (folder / "leaf.pem").write_bytes(
        leaf.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    return context, str(folder / "ca.pem")


async def plain(exchange: Exchange) -> None:
    await exchange.answer()


async def test_an_extra_ca_file_is_trusted(tmp_path: Path):
    context, ca_file = certificate(tmp_path)
    async with serving(plain, context) as server, client_of(server, extra_ca_file=ca_file) as client:
        assert (await client.request("GET", f"https://localhost:{server.port}/")).status == 200


@pytest.mark.parametrize(
    ("changes", "with_ca", "words"),
    [
        pytest.param({"ends_days": -1}, True, "has expired", id="expired"),
        pytest.param({"begins_days": 1}, True, "computer's clock", id="not yet valid"),
        pytest.param({"name": "other.example"}, True, "belongs to another host", id="wrong host"),
        pytest.param({}, False, "is not known here", id="unknown issuer"),
        pytest.param({"self_signed": True}, False, "signed by itself", id="self-signed"),
    ],
)
async def test_a_bad_certificate_is_named(tmp_path: Path, changes: dict[str, Any], with_ca: bool, words: str):
    context, ca_file = certificate(tmp_path, **changes)
    options = {"extra_ca_file": ca_file} if with_ca else {}
    async with serving(plain, context) as server, client_of(server, **options) as client:
        error = await fail_of(client, f"https://localhost:{server.port}/", tokens=Tokens())
        assert error.title == "The connection is not trusted"
        assert words in error.failure.advice
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


@pytest.mark.parametrize(
    ("status", "title"), [(407, "The proxy wants a sign-in"), (403, "The proxy refused")]
)
async def test_a_proxy_that_refuses_is_named_and_gets_no_token(status: int, title: str):
    async def proxy(exchange: Exchange) -> None:
        await exchange.answer(status, b"")

    async with serving(proxy) as server, client_of(server, proxy=server.url) as client:
        error = await fail_of(client, "https://localhost:9/", tokens=Tokens())
        assert error.title == title
        assert server.asked[0].line.startswith("CONNECT localhost:9")
        assert "authorization" not in server.asked[0].headers
