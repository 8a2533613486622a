"""Certificates made on the spot: good ones, and each kind of bad one."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate(folder: Path, **changes: Any) -> tuple[ssl.SSLContext, Path]:
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
            .add_extension(x509.SubjectAlternativeName([_alternative(common)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer_key, hashes.SHA256())
        )

    key, ca_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    own = changes.get("self_signed", False)
    ca_name = changes.get("issuer", "test CA")
    issuer_name, issuer_key = (name, key) if own else (ca_name, ca_key)
    leaf = build(name, key, issuer_name, issuer_key, ca=False)
    ca = leaf if own else build(ca_name, ca_key, ca_name, ca_key, ca=True)
    pem = serialization.Encoding.PEM
    (folder / "leaf.pem").write_bytes(
        leaf.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem")
    return context, folder / "ca.pem"


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
