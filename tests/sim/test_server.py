import gc
import http.client
import json
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from softphone.sim.json_input import InputError
from softphone.sim.server import CloudServer, PortInUseError, UnknownScenarioError
from tests.sim.conftest import Wire

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts files in /proc")


def port_of(origin) -> Any:
    return urlsplit(origin).port


def connects(origin) -> Any:
    try:
        socket.create_connection(("127.0.0.1", port_of(origin)), timeout=20).close()
    except ConnectionRefusedError:
        return False
    return True


def open_files() -> Any:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_whole_life_of_a_line_with_nothing_but_an_http_client(server, client):
    cloud = tomllib.loads(server.cloud_file.read_text())["cloud"]
    asked = {"client_id": cloud["client_id"], "redirect_uri": cloud["redirect_uri"]}
    code = client.sign_in(**asked, scope=" ".join(cloud["scopes"])).callback["code"]
    client.token = client.exchange(code, **asked).json["access_token"]
    links = client.get("/u2c/api/v1/catalog?format=hostmap").json["serviceLinks"]
    assert (links["wdm"], links["mobius"]) == (
        f"{server.base}/wdm/api/v1",
        f"{server.hosts['D1']}/api/v1",
    )
    wdm = client.send("POST", "/wdm/api/v1/devices", {"deviceType": "WEB"}).json
    region = client.get("/v1/region").json
    where = urlencode({"regionCode": region["clientRegion"], "countryCode": region["countryCode"]})
    lists = client.get(f"/api/v1/calling/web/?{where}", host="D1").json
    assert lists["primary"]["uris"] == [f"{server.hosts['P1']}/api/v1"]
    granted = client.register(wdm_url=wdm["url"]).json["device"]
    device = granted["deviceId"]
    assert granted["uri"] == f"{server.hosts['P1']}/api/v1/calling/web/devices/{device}"
    answers = [client.keepalive(device), client.deregister(device), client.keepalive(device)]
    assert [one.status for one in answers] == [200, 200, 404]
    assert client.send("DELETE", urlsplit(wdm["url"]).path).status == 204
    assert [one["status"] for one in server.journal(host="P1")] == [200, 200, 200, 404]


def test_start_is_quick():
    began_s = time.monotonic()
    with CloudServer("forty") as cloud:
        assert connects(cloud.base)
    assert time.monotonic() - began_s < 0.5


@LINUX
def test_stop_leaves_no_thread_and_no_open_file():
    gc.collect()
    threads, files = set(threading.enumerate()), open_files()
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "ping", "answer": "hang"}])
        waiting = [socket.create_connection(("127.0.0.1", port_of(cloud.hosts["P1"]))) for _ in range(5)]
        for sock in waiting:
            sock.sendall(b"GET /api/v1/ping HTTP/1.1\r\nhost: x\r\n\r\n")
        cloud.wait_for(5, place="ping")
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 0.5
    for sock in waiting:
        assert ended(sock)
        sock.close()
    assert set(threading.enumerate()) == threads
    assert open_files() == files
    assert not cloud.cloud_file.exists()


def ended(sock) -> Any:
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True


def test_stop_may_be_called_again_and_journal_can_still_be_read():
    cloud = CloudServer("calm")
    cloud.start()
    with Wire(cloud.base) as wire:
        wire.send("GET", "/v1/region")
    cloud.stop()
    cloud.stop()
    assert len(cloud.journal(place="region")) == 1


@LINUX
def test_server_that_never_started_leaves_nothing_either():
    files = open_files()
    CloudServer("calm").stop()
    assert open_files() == files


def test_cloud_file_is_private_and_complete(server):
    file = tomllib.loads(server.cloud_file.read_text())
    assert stat.S_IMODE(server.cloud_file.stat().st_mode) == 0o600
    assert set(file["cloud"]) == {
        "name",
        "authorize_url",
        "token_url",
        "revoke_url",
        "device_authorization_url",
        "device_token_url",
        "api_url",
        "u2c_url",
        "region_url",
        "client_id",
        "redirect_uri",
        "scopes",
        "trusted_hosts",
    }
    assert file["policy"] == {"time_scale": 1.0}


def test_redirect_can_be_another():
    with CloudServer(redirect_uris=("http://localhost:1/cb",)) as cloud:
        assert tomllib.loads(cloud.cloud_file.read_text())["cloud"]["redirect_uri"].endswith(":1/cb")


def test_start_line_has_all_a_script_needs(server):
    line = json.loads(json.dumps(server.start_line))
    assert {"base", "cloud_file", "control", "hosts", "users", "client_secret"} <= set(line)
    assert line["hosts"].keys() == {"base", "D1", "P1", "B1", "S1"}
    with Wire(line["base"], line["users"][0]["token"]) as wire:
        assert wire.send("GET", "/v1/people/me")[0] == 200


def test_repr_of_a_user_hides_the_token(server):
    assert server.user("ada").token not in repr(server.users)
    with pytest.raises(KeyError):
        server.user("nobody")


def test_more_hosts_can_be_had():
    with CloudServer(primaries=2, clusters=2, backups=0, spares=0) as cloud:
        assert list(cloud.hosts) == ["base", "D1", "D2", "P1", "P2"]
        with Wire(cloud.hosts["D2"], cloud.users[0].token) as wire:
            lists = json.loads(wire.send("GET", "/api/v1/calling/web/")[2])
        assert len(lists["primary"]["uris"]) == 2
        with Wire(cloud.base, cloud.users[0].token) as wire:
            text = wire.send("GET", "/u2c/api/v1/catalog")[2].decode()
        assert text.count(":mobius") == 2


def test_refused_host_really_refuses_and_comes_back_on_the_same_port(server):
    port = server.hosts["P1"]
    assert connects(port)
    server.faults([{"where": "any", "host": "P1", "answer": "refuse"}])
    assert not connects(port)
    assert connects(server.hosts["B1"])
    server.clear_faults()
    assert connects(port)


def test_refusing_drops_the_connections_there_are(server):
    with Wire(server.hosts["P1"]) as wire:
        assert wire.send("GET", "/api/v1/ping")[0] == 200
        server.faults([{"where": "any", "host": "P1", "answer": "refuse"}])
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            wire.send("GET", "/api/v1/ping")


def test_nobody_else_gets_the_port_of_a_refused_host(server):
    server.faults([{"where": "any", "host": "P1", "answer": "refuse"}])
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port_of(server.hosts["P1"])))


def test_refusal_over_http_holds_before_its_answer_arrives(server):
    with Wire(server.control) as wire:
        for _ in range(5):
            fault = [{"where": "any", "host": "B1", "answer": "refuse"}]
            assert wire.send("POST", "/__cloud__/faults", fault)[0] == 200
            assert not connects(server.hosts["B1"])
            assert wire.send("DELETE", "/__cloud__/faults")[0] == 200
            assert connects(server.hosts["B1"])


def test_control_survives_a_refused_base(server):
    server.faults([{"where": "any", "host": "base", "answer": "refuse"}])
    assert not connects(server.base)
    with Wire(server.control) as wire:
        assert wire.send("DELETE", "/__cloud__/faults")[0] == 200
    assert connects(server.base)


def test_refusal_ends_by_itself_in_scaled_time():
    with CloudServer("calm", time_scale=0.01) as cloud:
        cloud.faults([{"where": "any", "host": "P1", "answer": "refuse", "for_s": 20}])
        assert not connects(cloud.hosts["P1"])
        deadline_s = time.monotonic() + 5
        while not connects(cloud.hosts["P1"]) and time.monotonic() < deadline_s:
            time.sleep(0.01)
        assert connects(cloud.hosts["P1"])


def test_refusal_ends_with_a_jump_of_the_clock(server):
    server.faults([{"where": "any", "host": "P1", "answer": "refuse", "for_s": 20}])
    server.advance(20)
    assert connects(server.hosts["P1"])


def test_scenario_begins_with_its_ports_refusing():
    with CloudServer("primary-down") as cloud:
        assert not connects(cloud.hosts["P1"])
        assert cloud.state()["hosts"]["P1"]["refusing"] is True


def test_cloud_runs_as_fast_as_the_scale_says():
    with CloudServer("calm", time_scale=0.01) as cloud:
        first_s = cloud.state()["now_s"]
        time.sleep(0.1)
        assert 10 <= cloud.state()["now_s"] - first_s < 200


def test_control_api_changes_people_settings_and_time(server):
    assert server.alter_user("ada@example.com", entitled=False)["entitled"] is False
    server.change_settings(keepalive_interval_s=5)
    before_s = server.state()["now_s"]
    server.advance(1000)
    state = server.state()
    assert state["settings"]["keepalive_interval_s"] == 5
    assert state["now_s"] >= before_s + 1000
    with Wire(server.base, server.token("ada")) as wire:
        assert wire.send("GET", "/v1/people/me")[0] == 200


def test_mistakes_come_back_to_the_caller(server):
    with pytest.raises(InputError):
        server.faults([{"where": "moon"}])
    with pytest.raises(InputError):
        server.alter_user("ada@example.com", colour="red")


def test_waiting_for_requests(server):
    with pytest.raises(TimeoutError, match="0 of 1"):
        server.wait_for(timeout_s=0.05, place="ping")

    def send():
        with Wire(server.hosts["P1"]) as wire:
            wire.send("GET", "/api/v1/ping")

    sender = threading.Timer(0.05, send)
    sender.start()
    assert server.wait_for(place="ping")[0]["status"] == 200
    sender.join()


def test_journal_file_has_a_line_for_each_entry(tmp_path):
    path = tmp_path / "journal.jsonl"
    with CloudServer("calm", journal_path=path) as cloud, Wire(cloud.base) as wire:
        wire.send("GET", "/v1/region")
        assert json.loads(path.read_text())["place"] == "region"
        wire.send("GET", "/v1/region")
    assert len(path.read_text().splitlines()) == 2


def test_port_of_another_program_is_reported():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)) as caught:
            CloudServer(port=port)
    assert caught.value.port == port


def test_two_clouds_do_not_share_a_port(server):
    with pytest.raises(PortInUseError):
        CloudServer(port=port_of(server.base))


def test_unknown_scenario_lists_the_known():
    with pytest.raises(UnknownScenarioError, match="calm, primary-down"):
        CloudServer("moon")


def test_time_scale_must_be_positive():
    with pytest.raises(ValueError, match="time_scale"):
        CloudServer(time_scale=0)


@pytest.fixture
def command():
    code = "from softphone.sim.server import serve; serve(scenario='calm', time_scale=0.5)"
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_prints_one_line_and_leaves_on_a_signal(command, number):
    line = json.loads(command.stdout.readline())
    assert connects(line["base"])
    assert tomllib.loads(Path(line["cloud_file"]).read_text())["policy"] == {"time_scale": 0.5}
    began_s = time.monotonic()
    command.send_signal(number)
    rest, errors = command.communicate(timeout=20)
    assert (command.returncode, rest, errors) == (0, b"", b"")
    assert time.monotonic() - began_s < 1
    assert not Path(line["cloud_file"]).parent.exists()
