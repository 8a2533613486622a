"""The TLS context of the process, and what is wrong with a certificate that it refuses.

The roots are the operating system's, and those of the file that the cloud file names. There is no way to
go on with a certificate that is refused.

WORKAROUND: neither ssl nor truststore 0.10 hands out a certificate that was refused, and on Linux truststore
reads the system's roots again for each connection, which takes 20 ms. What is done about both leans on names
that are private to them; where they are missing, the issuer is not named, and the roots are read each time.
"""

import contextlib
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import truststore

from softphone.system import live_secrets
from softphone.webex.transport_faults import Fault

_ISSUER_LIMIT = 80  # characters

_CERTIFICATE_FAULTS: Mapping[int, Fault] = {  # OpenSSL's X509_V_ERR numbers
    9: Fault.TLS_NOT_YET_VALID,
    10: Fault.TLS_EXPIRED,
    18: Fault.TLS_SELF_SIGNED,
    19: Fault.TLS_UNKNOWN_ISSUER,
    20: Fault.TLS_UNKNOWN_ISSUER,
    21: Fault.TLS_UNKNOWN_ISSUER,
    62: Fault.TLS_WRONG_HOST,
}


def new_tls_context(extra_ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts the system's roots, read by the first handshake, and the file's."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if extra_ca_file is not None:
        context.load_verify_locations(extra_ca_file)
    inner: Any = getattr(context, "_ctx", None)
    if inner is None:
        return context
    reads_once = sys.platform == "linux"  # elsewhere the system itself looks at each certificate
    roots = _Roots(context) if reads_once else None
    for attribute in ("sslobject_class", "sslsocket_class"):
        setattr(inner, attribute, _watchful(getattr(inner, attribute), roots))
    return cast("ssl.SSLContext", inner if reads_once else context)


def fault_of_certificate(error: ssl.SSLCertVerificationError) -> Fault:
    """Return what is wrong; texts differ between systems, numbers do not."""
    return _CERTIFICATE_FAULTS.get(error.verify_code, Fault.TLS)


def issuer_of(error: BaseException) -> str:
    """Return who issued the refused certificate, empty when that could not be read."""
    return str(getattr(error, _ISSUER, ""))


_ISSUER = "issuer_of_refused_certificate"


class _Roots:
    """The system's roots in a context; read at first and after a refusal, for one may have been added."""

    def __init__(self, context: truststore.SSLContext) -> None:
        self._context = context
        self.are_doubted = True

    def read(self) -> None:
        """Have truststore do what it does for each connection, if there is reason to."""
        if self.are_doubted:
            self.are_doubted = False
            self._context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")


def _watchful(base: Any, roots: _Roots | None) -> type:
    """Return the class whose failed handshakes put the issuer on the error: later there is only the error."""

    class Watchful(base):  # type: ignore[misc]
        def do_handshake(self, *arguments: Any) -> None:
            if roots is not None:
                roots.read()
            try:
                super().do_handshake(*arguments)
            except ssl.SSLCertVerificationError as error:
                if roots is not None:
                    roots.are_doubted = True
                with contextlib.suppress(AttributeError, IndexError, KeyError, TypeError, ValueError):
                    info = self._sslobj.get_unverified_chain()[0].get_info()
                    setattr(error, _ISSUER, issuer_name(info["issuer"]))
                raise

    return Watchful


def issuer_name(issuer: Any) -> str:
    """Return the name in an issuer as `ssl` tells it, empty without one."""
    names = {key: value for part in issuer for key, value in part}
    name = names.get("commonName") or names.get("organizationName") or ""
    return live_secrets.hide("".join(letter for letter in name if letter.isprintable()))[:_ISSUER_LIMIT]
