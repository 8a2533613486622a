"""The sign-in page's way to the internet: the proxy and the certificates that our own requests use.

The engine asks nobody but Qt's application proxy, and reads it when a profile is made; so the proxy is set
before and put back afterwards. It never takes a proxy to this computer. Left to the system it reads the
same variables as `softphone.settings.proxy`, on a KDE desktop that desktop's settings, elsewhere a PAC file
too.
"""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtNetwork import QAuthenticator, QNetworkProxy, QNetworkProxyFactory, QSslCertificate
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineProfileBuilder

from softphone.settings.cloud_file import LOOPBACK_HOSTS, NO_PROXY, SYSTEM_PROXY, Network
from softphone.settings.proxy import UnusableProxyError, find_proxy

_PORTS = {"http": 80, "https": 443}


def is_loopback(url: QUrl) -> bool:
    """Whether the address is on this computer."""
    return url.host().strip("[]") in LOOPBACK_HOSTS


def closed_port(redirect: QUrl, start: QUrl) -> str:
    """Return the engine's option that lets no page reach the redirect's port; empty where none is needed.

    Without it the code arrives at whatever listens there: when an image or a fetch is sent on to the
    redirect, the interceptor is asked about that hop after the engine has set out for it. The option holds
    for every name of the port, every scheme and every kind of request, before anything connects; the page's
    own way to us is read and refused before a network is asked. A page that starts at the same port keeps
    it under its own name.
    """
    if not is_loopback(redirect):
        return ""
    port = _port(redirect)
    hosts = ["*"]
    if port in {_port(start), _PORTS["https"]}:
        hosts = sorted(f"[{host}]" if ":" in host else host for host in LOOPBACK_HOSTS - {start.host()})
    rules = ",".join(f"MAP {host}:{port} ~NOTFOUND" for host in hosts)
    return f'--host-resolver-rules="{rules}"'


def _port(url: QUrl) -> int:
    return url.port(_PORTS.get(url.scheme(), -1))


class PageNetwork:
    """What one page is given. Make it before the page's profile; `restore` when the page goes."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._credentials_given = False
        self._system_before = QNetworkProxyFactory.usesSystemConfiguration()
        self._proxy_before = QNetworkProxy.applicationProxy()
        if network.proxy == SYSTEM_PROXY:
            QNetworkProxyFactory.setUseSystemConfiguration(True)
        elif network.proxy == NO_PROXY:
            QNetworkProxy.setApplicationProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
        else:
            proxy = find_proxy(network, "")
            assert proxy is not None  # noqa: S101 - the cloud file names one
            kind = QNetworkProxy.ProxyType.HttpProxy
            QNetworkProxy.setApplicationProxy(QNetworkProxy(kind, proxy.host, proxy.port))

    def new_profile(self, parent: QObject) -> QWebEngineProfile:
        """Return a profile that is off the record and trusts the extra certificates."""
        # Without a name it is off the record: nothing is kept.
        if self._network.extra_ca_file is None:
            return QWebEngineProfile(parent)
        builder = QWebEngineProfileBuilder()
        certificates = QSslCertificate.fromPath(str(self._network.extra_ca_file))
        return builder.setAdditionalTrustedCertificates(certificates).createProfile("", parent)

    def may_answer_proxy(self, host: str, proxy_host: str, answer: QAuthenticator) -> bool:
        """Fill in the system proxy's user and password, once; False when there is nothing to answer."""
        try:
            proxy = find_proxy(self._network, host)
        except UnusableProxyError:
            return False
        if proxy is None or not proxy.user or proxy.host != proxy_host or self._credentials_given:
            return False
        self._credentials_given = True
        answer.setUser(proxy.user)
        answer.setPassword(proxy.password)
        return True

    def restore(self) -> None:
        """Put the application's proxy back as it was."""
        if self._system_before:
            QNetworkProxyFactory.setUseSystemConfiguration(True)
        else:
            QNetworkProxy.setApplicationProxy(self._proxy_before)
