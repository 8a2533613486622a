import urllib.request

import pytest

from softphone.settings.cloud_file import Network
from softphone.settings.proxy import Proxy, UnusableProxyError, find_proxy

HOST = "api.example.com"


def test_without_any_setting_there_is_no_proxy() -> None:
    assert find_proxy(Network(), HOST) is None


@pytest.mark.parametrize(
    ("address", "proxy", "text"),
    [
        ("http://proxy.example.com:3128", Proxy("proxy.example.com", 3128), "proxy.example.com:3128"),
        ("http://proxy.example.com/", Proxy("proxy.example.com", 80), "proxy.example.com:80"),
        ("proxy.example.com:3128", Proxy("proxy.example.com", 3128), "proxy.example.com:3128"),
        ("http://[fd00::1]:8080", Proxy("fd00::1", 8080), "[fd00::1]:8080"),
        ("http://ada:p%40ss@p:1", Proxy("p", 1, "ada", "p@ss"), "p:1"),
    ],
)
def test_the_systems_proxy_is_read(
    monkeypatch: pytest.MonkeyPatch, address: str, proxy: Proxy, text: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    found = find_proxy(Network(), HOST)
    assert found == proxy
    assert str(found) == text
    assert "p@ss" not in repr(found)


def test_the_cloud_file_goes_before_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://system:1")
    monkeypatch.setenv("NO_PROXY", "*")
    assert find_proxy(Network(proxy="http://ours:2"), HOST) == Proxy("ours", 2)
    assert find_proxy(Network(proxy="none"), HOST) is None
    assert find_proxy(Network(), HOST) is None


@pytest.mark.parametrize(
    ("exceptions", "straight"),
    [("example.com", True), (".example.com", True), ("other.com", False), ("*", True)],
)
def test_the_systems_exceptions_hold(
    monkeypatch: pytest.MonkeyPatch, exceptions: str, straight: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://system:1")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (find_proxy(Network(), HOST) is None) is straight


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "[::1]"])
@pytest.mark.parametrize("network", [Network(), Network(proxy="http://ours:2")])
def test_this_computer_is_reached_straight(
    monkeypatch: pytest.MonkeyPatch, host: str, network: Network
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://system:1")
    assert find_proxy(network, host) is None


@pytest.mark.parametrize(
    "address",
    [
        *("socks5://p:1", "https://p:1", "http://", "http://p:port", "http://[p"),
        *("http://p\x1b[31m:1", "http://p\u202eq:1", "http://a b:1", "http://a..b:1", f"http://{'a' * 64}:1"),
        *("http://ada:p\udce4ss@p:1", f"http://{'a.' * 150}b:1", "http://-p:1"),
    ],
)
def test_a_proxy_of_another_kind_is_not_passed_by(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(UnusableProxyError):
        find_proxy(Network(), HOST)


def test_a_change_of_the_systems_settings_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, str] = {}
    monkeypatch.setattr(urllib.request, "getproxies", lambda: settings)
    assert find_proxy(Network(), HOST) is None
    settings["https"] = "http://new:1"
    assert find_proxy(Network(), HOST) == Proxy("new", 1)
