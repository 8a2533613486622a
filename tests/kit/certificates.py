"""Certificates made on the spot: good ones, and each kind of bad one."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_PEM = serialization.Encoding.PEM


class Authority:
    """A CA that vouches for whoever it is told to. Its certificate is in `ca_file`."""

    def __init__(self, folder: Path, name: str = "test CA") -> None:
        self.ca_file = folder / "ca.pem"
        self._folder = folder
        self._name, self._key = name, _new_key()
        now = dt.datetime.now(dt.UTC)
        days = dt.timedelta(days=60)
        own = _signed((name,), self._key, name, self._key, begins=now - days, ends=now + days, ca=True)
        self.ca_file.write_bytes(own.public_bytes(_PEM))

    def context(
        self, *names: str, begins_days: float = -30, ends_days: float = 30, self_signed: bool = False
    ) -> ssl.SSLContext:
        """Return a server's context with a certificate for these names, which is in `leaf.pem`."""
        now, key = dt.datetime.now(dt.UTC), _new_key()
        begins, ends = now + dt.timedelta(days=begins_days), now + dt.timedelta(days=ends_days)
        issuer, issuer_key = (names[0], key) if self_signed else (self._name, self._key)
        leaf = _signed(names, key, issuer, issuer_key, begins=begins, ends=ends, ca=False)
        file = self._folder / "leaf.pem"
        file.write_bytes(
            leaf.public_bytes(_PEM)
            + key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def certificate(folder: Path, **changes: Any) -> tuple[ssl.SSLContext, Path]:
    """Return a server context and the file of the certificate's issuer (itself, or a CA)."""
    authority = Authority(folder, changes.pop("issuer", "test CA"))
    context = authority.context(changes.pop("name", "localhost"), **changes)
    return context, folder / "leaf.pem" if changes.get("self_signed") else authority.ca_file


def _new_key() -> Any:
    return ec.generate_private_key(ec.SECP256R1())


def _signed(
    names: tuple[str, ...],
    key: Any,
    issuer: str,
    issuer_key: Any,
    *,
    begins: dt.datetime,
    ends: dt.datetime,
    ca: bool,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer[:64])]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([*map(_alternative, names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
