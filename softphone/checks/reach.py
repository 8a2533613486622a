"""Whether the service's hosts can be reached from here: name, proxy, TLS, clock. No token ever goes along.

Everything here blocks: call it in a thread. The program's own client would not do: it takes a redirect for
no answer, refuses a host that only the browser visits, and shows no certificate. This module loads neither
Qt nor an HTTP client, so that `softphone doctor` works where those are broken.
"""

import base64
import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from msgspec import Struct

from softphone import __version__
from softphone.auth.untrusted import http_date
from softphone.checks.check import Check, CheckState, fault
from softphone.i18n import phrase
from softphone.settings import cloud_file
from softphone.settings.cloud_file import LOOPBACK_HOSTS, Cloud, Network
from softphone.settings.proxy import Proxy, UnusableProxyError, find_proxy
from softphone.webex.tls import issuer_name, issuer_of, new_tls_context

HOST_DEADLINE_S = 8.0  # for each step: connecting, the handshake, the answer
CLOCK_LIMIT_S = 300.0  # further off, sign-in may fail (interface.md#run-check)

_DEFAULT_NETWORK = Network()
# Addresses for documentation: a route to one of them is a way out, and nothing is sent there.
_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class _Answer(Struct, frozen=True):
    """What a host said. `issuer` vouches for it; `clock_off_s`: our clock is ahead of its by so much."""

    status: int
    issuer: str
    clock_off_s: float | None


def network_of(url: str) -> Check:
    """Whether this computer has a network that leads to the address."""
    if host_of(url) in LOOPBACK_HOSTS:
        return Check("The service runs on this computer; no network is needed.")
    if any(_leads_out(family, address) for family, address in _ANYWHERE):
        return Check("This computer has a network.")
    return fault("This computer has no network.", "Connect it; lines register again by themselves.")


def name_of(url: str, network: Network = _DEFAULT_NETWORK) -> Check:
    """Whether the host's name, or that of the proxy which leads to it, is known."""
    host = host_of(url)
    try:
        proxy = find_proxy(network, host)
        if proxy is not None:
            socket.getaddrinfo(proxy.host, proxy.port, type=socket.SOCK_STREAM)
            return Check(phrase("The proxy {proxy} leads to {host}.", proxy=str(proxy), host=host))
        found = {each[4][0] for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except UnusableProxyError:
        return fault(*_UNUSABLE_PROXY)
    except OSError:
        if proxy is not None:
            return fault(
                phrase("The name of the proxy {proxy} was not found.", proxy=str(proxy)), _CHECK_PROXY
            )
        return fault(phrase("The name {host} was not found.", host=host), _CHECK_NAME)
    return Check(
        phrase("The name {host} is known; no proxy is used. Addresses: {n}.", host=host, n=len(found))
    )


def connection_to(url: str, network: Network = _DEFAULT_NETWORK, *, name_issuer: bool = False) -> Check:
    """Whether the host answers over a connection that is trusted, and who vouches for it.

    Any HTTP answer will do.
    """
    host, proxy = host_of(url), None
    try:
        if _is_secure(url):
            proxy = find_proxy(network, host)
        found = _ask(url, network, proxy)
    except UnusableProxyError:
        return fault(*_UNUSABLE_PROXY)
    except (OSError, http.client.HTTPException) as error:
        return fault(*_why_unreached(error, host, proxy))
    sentence = _answered(url, found.status, proxy)
    if name_issuer and found.issuer:
        sentence = phrase(
            "The connection to {host} is trusted; its certificate was issued by {issuer}.",
            host=host,
            issuer=found.issuer,
        )
    return Check(sentence, clock_off_s=found.clock_off_s)


def proxy_in_use(cloud: Cloud) -> Check:
    """Which proxy leads to the service, and who said so. Whether it answers, the endpoints show."""
    network = cloud.network
    by_file = network.proxy != cloud_file.SYSTEM_PROXY
    said = phrase("[network] of {file}", file=cloud.source) if by_file else phrase("this computer's settings")
    try:
        proxy = find_proxy(network, host_of(cloud.api_url))
    except UnusableProxyError:
        return fault(*_UNUSABLE_PROXY)
    if proxy is None:
        used = phrase("None is used, by {said}.", said=said)
    else:
        used = phrase("{proxy} is used, by {said}.", proxy=proxy, said=said)
    if not network.extra_ca_file:
        return Check(used)
    return Check(phrase("{used} {file} is trusted besides.", used=used, file=network.extra_ca_file))


def clock(clocks_off_s: Iterable[float | None]) -> Check:
    """Whether this computer's clock agrees with that of any host."""
    known_s = [off_s for off_s in clocks_off_s if off_s is not None]
    if not known_s:
        return Check(
            "No host told the time, so the clock could not be compared.",
            CheckState.WARNING,
            "Connect, then try again.",
        )
    off_s = min(known_s, key=abs)  # one host may be wrong; when none agrees with us, we are
    if abs(off_s) > CLOCK_LIMIT_S:
        off = f"{abs(off_s) / 60:.0f}"
        return fault(
            phrase("Off by {minutes} min, ahead; sign-in may fail.", minutes=off)
            if off_s > 0
            else phrase("Off by {minutes} min, behind; sign-in may fail.", minutes=off),
            "Set the date and time, or switch on setting them automatically.",
        )
    return Check("This computer's clock agrees with the service's.")


def host_of(url: str) -> str:
    """Return the host of an address."""
    return urlsplit(url).hostname or ""


def _is_secure(url: str) -> bool:
    return urlsplit(url).scheme == "https"


# ---- one request


def _ask(url: str, network: Network, proxy: Proxy | None) -> _Answer:
    """Raises OSError and HTTPException."""
    parts, host = urlsplit(url), host_of(url)
    connection = http.client.HTTPConnection(host, parts.port, timeout=HOST_DEADLINE_S)
    if _is_secure(url):
        trust = new_tls_context(network.extra_ca_file)
        first = (host, parts.port) if proxy is None else (proxy.host, proxy.port)
        connection = http.client.HTTPSConnection(*first, timeout=HOST_DEADLINE_S, context=trust)
    if proxy is not None:
        connection.set_tunnel(host, parts.port or http.client.HTTPS_PORT, _credentials(proxy))
    try:
        connection.connect()
        issuer = _issuer(connection.sock)
        connection.request("GET", parts.path or "/", headers={"User-Agent": f"softphone/{__version__}"})
        answer = connection.getresponse()
        date_s = http_date(answer.getheader("Date", ""))
        off_s = None if date_s is None else time.time() - date_s
        return _Answer(answer.status, issuer, off_s)
    finally:
        connection.close()


def _issuer(connected: socket.socket) -> str:
    """Return who issued the certificate that was just trusted; empty where the system keeps it to itself."""
    certificate = connected.getpeercert() if isinstance(connected, ssl.SSLSocket) else None
    return issuer_name(certificate.get("issuer", ())) if certificate else ""


def _leads_out(family: int, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))  # chooses a route; a datagram socket sends nothing by it
    except OSError:
        return False
    return True


def _credentials(proxy: Proxy) -> dict[str, str]:
    pair = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")
    return {"Proxy-Authorization": f"Basic {pair}"} if proxy.user else {}


# ---- in words


def _answered(url: str, status: int, proxy: Proxy | None) -> str:
    host = host_of(url)
    if not _is_secure(url):
        return phrase("{host} answered on this computer (HTTP {status}).", host=host, status=status)
    if proxy is None:
        return phrase(
            "{host} answered with a certificate we trust (HTTP {status}).", host=host, status=status
        )
    return phrase(
        "{host} answered with a certificate we trust, through the proxy {proxy} (HTTP {status}).",
        host=host,
        proxy=str(proxy),
        status=status,
    )


def _why_unreached(
    error: OSError | http.client.HTTPException, host: str, proxy: Proxy | None
) -> tuple[str, str]:
    """Return the sentence and the remedy."""
    if proxy is not None and (refused := _REFUSED_TUNNEL.match(str(error))):
        return _refused_by(proxy, host, refused[1])
    if isinstance(error, socket.gaierror | ConnectionRefusedError) and proxy is not None:
        return phrase("No answer from the proxy {proxy}.", proxy=str(proxy)), _CHECK_PROXY
    match error:
        case ssl.SSLCertVerificationError():
            return _untrusted(error, host), _CHECK_CERTIFICATE
        case ssl.SSLError():
            return phrase("{host} gave no secure answer.", host=host), _CHECK_GATEWAY
        case socket.gaierror():
            return phrase("The name {host} was not found.", host=host), _CHECK_NAME
        case TimeoutError():
            return phrase("{host} did not answer in time.", host=host), _CHECK_NETWORK
        case ConnectionRefusedError():
            return phrase("{host} refused the connection.", host=host), _CHECK_ADDRESS_OR_LATER
        case OSError():
            why = error.strerror or phrase("the connection was cut")
            return phrase("{host} could not be reached ({why}).", host=host, why=why), _CHECK_NETWORK
        case _:
            return phrase("{host} did not answer as a web server does.", host=host), _CHECK_ADDRESS


def _refused_by(proxy: Proxy, host: str, status: str) -> tuple[str, str]:
    if status == "407":
        return phrase("The proxy {proxy} wants a sign-in.", proxy=str(proxy)), _CHECK_PROXY
    refused = phrase(
        "The proxy {proxy} did not open the way to {host} (HTTP {status}).",
        proxy=str(proxy),
        host=host,
        status=status,
    )
    return refused, _CHECK_PROXY


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> str:
    why, issuer = error.verify_message, issuer_of(error)
    if not issuer:
        return phrase("The certificate of {host} is not trusted ({why}).", host=host, why=why)
    return phrase(
        "The certificate of {host}, issued by {issuer}, is not trusted ({why}).",
        host=host,
        issuer=issuer,
        why=why,
    )


_CHECK_NETWORK = "Check the network; a firewall may be in the way."  # shown
_CHECK_NAME = "Check the network; a VPN or DNS setting may be in the way."  # shown
_CHECK_PROXY = "Check the proxy setting (proxy in the cloud file), or ask who runs it."  # shown
_CHECK_CERTIFICATE = (  # shown
    "Check the clock; a security gateway may need its certificate added (extra_ca_file)."
)
_CHECK_GATEWAY = "A security gateway may be in the way."  # shown
_CHECK_ADDRESS = "Check the address in the cloud file."  # shown
_CHECK_ADDRESS_OR_LATER = "Check the address in the cloud file, or try later."  # shown
_UNUSABLE_PROXY = (  # shown
    "This computer's proxy is not of the kind http://host:port.",
    _CHECK_PROXY,
)
_REFUSED_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")  # http.client has no type for it
