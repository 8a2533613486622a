import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.checks import reach
from softphone.checks.check import CheckState
from softphone.settings.cloud_file import Network
from softphone.sim.server import CloudServer
from tests.kit.certificates import certificate

# ---- hosts


def test_a_host_that_answers_is_reached_whatever_it_says_and_gets_no_token() -> None:
    with CloudServer("calm") as cloud:
        checks = [
            reach.connection_to(f"{cloud.base}/v1/{path}") for path in ("people/me", "access_token", "none")
        ]
        entries = cloud.journal()
    assert [check.state for check in checks] == [CheckState.OK] * 3
    assert [check.sentence for check in checks] == [
        f"127.0.0.1 answered on this computer (HTTP {entry['status']})." for entry in entries
    ]
    assert [entry["status"] for entry in entries] == [401, 405, 404]
    assert not any("authorization" in entry["headers"] for entry in entries)


def test_a_redirect_is_an_answer() -> None:
    with CloudServer("calm") as cloud:
        redirect = {"status": 302, "headers": {"Location": "https://example.com/"}}
        cloud.faults([{"where": "any", "answer": redirect}])
        assert reach.connection_to(f"{cloud.base}/v1/people/me").state is CheckState.OK


def test_a_host_that_refuses_is_a_fault() -> None:
    with CloudServer("primary-down") as cloud:
        check = reach.connection_to(cloud.hosts["P1"])
    assert (check.state, check.sentence) == (CheckState.FAULT, "127.0.0.1 refused the connection.")
    assert check.remedy


@pytest.mark.parametrize(
    ("answer", "words"),
    [("reset", "could not be reached"), ({"malformed": "not-http"}, "did not answer as a web server does")],
)
def test_a_host_that_makes_no_sense_is_a_fault(answer: object, words: str) -> None:
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "any", "answer": answer}])
        check = reach.connection_to(f"{cloud.base}/v1/people/me")
    assert check.state is CheckState.FAULT
    assert words in check.sentence


def test_a_host_that_hangs_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "HOST_DEADLINE_S", 0.2)
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "any", "answer": "hang"}])
        check = reach.connection_to(f"{cloud.base}/v1/people/me")
    assert (check.state, check.sentence) == (CheckState.FAULT, "127.0.0.1 did not answer in time.")


def test_a_name_that_does_not_exist_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check = reach.connection_to("https://webexapis.com/v1")
    assert (check.state, check.sentence) == (CheckState.FAULT, "The name webexapis.com was not found.")


def test_a_host_without_tls_is_a_fault() -> None:
    with CloudServer("calm") as cloud:
        check = reach.connection_to(cloud.base.replace("http://", "https://"))
    assert (check.state, check.sentence) == (CheckState.FAULT, "127.0.0.1 gave no secure answer.")


def test_a_certificate_that_nobody_vouches_for_is_a_fault(tmp_path: Path) -> None:
    with self_signed_host(tmp_path) as port:
        check = reach.connection_to(f"https://localhost:{port}/v1")
    assert check.state is CheckState.FAULT
    assert check.sentence.startswith("The certificate of localhost, issued by localhost, is not trusted (")


@contextlib.contextmanager
def self_signed_host(folder: Path) -> Iterator[int]:
    """Yield the port of a host whose certificate it signed itself."""
    context, _ = certificate(folder, self_signed=True)

    def refuse_all(listener: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True):
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse_all, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


# ---- clock


@pytest.mark.parametrize(
    ("clocks_off_s", "state", "words"),
    [
        ([0.4, None, -2.0], CheckState.OK, "agrees"),
        ([290.0], CheckState.OK, "agrees"),
        ([660.0, 662.0], CheckState.FAULT, "Off by 11 min, ahead"),
        ([-3600.0], CheckState.FAULT, "Off by 60 min, behind"),
        ([5000.0, 1.0], CheckState.OK, "agrees"),
        ([], CheckState.WARNING, "could not be compared"),
        ([None], CheckState.WARNING, "could not be compared"),
    ],
)
def test_a_clock_that_no_host_agrees_with_is_a_fault(
    clocks_off_s: list[float | None], state: CheckState, words: str
) -> None:
    check = reach.clock(clocks_off_s)
    assert check.state is state
    assert words in check.sentence


def test_the_clock_is_compared_with_what_the_host_says() -> None:
    with CloudServer("calm") as cloud:
        now = reach.connection_to(f"{cloud.base}/v1/people/me").clock_off_s
        old = {"status": 200, "headers": {"Date": "Sun, 06 Nov 1994 08:49:37 GMT"}}
        cloud.faults([{"where": "any", "answer": old}])
        wrong = reach.connection_to(f"{cloud.base}/v1/people/me").clock_off_s
    assert now is not None
    assert wrong is not None
    assert abs(now) < 60
    assert wrong > 1e9


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 25:00:00 GMT"])
def test_a_date_that_is_none_is_not_compared(date: str) -> None:
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "any", "answer": {"status": 200, "headers": {"Date": date}}}])
        check = reach.connection_to(f"{cloud.base}/v1/people/me")
    assert check.state is CheckState.OK
    assert check.clock_off_s is None


# ---- network and name


def test_a_service_on_this_computer_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_leads_out", lambda *_: False)
    assert reach.network_of("http://127.0.0.1:1/v1").state is CheckState.OK
    check = reach.network_of("https://webexapis.com/v1")
    assert (check.state, check.sentence) == (CheckState.FAULT, "This computer has no network.")
    monkeypatch.setattr(reach, "_leads_out", lambda family, _: family == socket.AF_INET6)
    assert reach.network_of("https://webexapis.com/v1").state is CheckState.OK


def test_an_address_without_a_way_leads_nowhere() -> None:
    assert not reach._leads_out(socket.AF_INET, "255.255.255.255")  # not allowed to anybody


def test_a_name_is_looked_up_and_one_that_nobody_knows_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reach.name_of("http://127.0.0.1:1/v1").sentence == (
        "The name 127.0.0.1 is known; no proxy is used. Addresses: 1."
    )

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert reach.name_of("https://webexapis.com/v1").sentence == "The name webexapis.com was not found."
    behind = reach.name_of("https://webexapis.com/v1", Network(proxy="http://gate.example.test:8080"))
    assert behind.sentence == "The name of the proxy gate.example.test:8080 was not found."
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:9")
    assert "http://host:port" in reach.name_of("https://webexapis.com/v1").sentence


def test_without_tls_nobody_vouches_for_a_host_of_this_computer() -> None:
    with CloudServer("calm") as cloud:
        check = reach.connection_to(f"{cloud.base}/v1")
    assert check.sentence.startswith("127.0.0.1 answered on this computer (HTTP ")
    assert check.clock_off_s is not None
    assert reach.connection_to(f"{cloud.base}/v1").state is CheckState.FAULT
