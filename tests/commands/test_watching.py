"""`watch` as a process that a monitor asks."""

import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from softphone.sim.server import CloudServer
from tests.kit.ports import free_port
from tests.kit.program import events_of, next_event, softphone, started, wait_until


def figures(port: int) -> dict[str, float]:
    """Return the figures of the only line, each by its name and what sets it apart from its like."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {
        "/".join(
            [row.name, *(row.labels[key] for key in ("result", "state", "le") if key in row.labels)]
        ): row.value
        for family in families
        for row in family.samples
    }


@pytest.mark.slow
def test_watch_serves_figures_that_count_on() -> None:
    port = free_port()
    with started("watch", "--demo", "--json", "--metrics-port", port, "--time-scale", "0.02") as watch:
        while next_event(watch)["event"] != "registered":
            pass
        wait_until(lambda: figures(port)["softphone_line_keepalives_total/answered"] >= 2)
        now = figures(port)
    assert now["softphone_line_up"] == now["softphone_line_state/registered"] == 1
    assert now["softphone_line_attempts_total/registered"] == 1
    assert now["softphone_line_keepalive_round_trip_seconds_bucket/+Inf"] >= 2


@pytest.mark.slow
def test_a_port_in_use_is_said_once_and_stops_no_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = softphone(
            *("watch", "--demo", "--json", "--until", "registered", "--for", 60, "--metrics-port", port)
        )
    assert result.returncode == 0
    assert "registered" in [event["event"] for event in events_of(result.stdout)]
    [said] = result.stderr.splitlines()
    assert said.startswith(f"softphone: The metrics endpoint is off. Port {port} cannot be used")


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [False, True])
def test_the_organisation_decides_about_the_metrics(tmp_path: Path, wanted: bool) -> None:
    """Switched on, they are served where it says; an option that wants something else is not used."""
    port = free_port()
    policy = tmp_path / "home/policy.toml"  # one that no administrator wrote counts only there
    policy.parent.mkdir(mode=0o700)
    policy.write_text(f"[settings]\nmetrics_endpoint = true\nmetrics_port = {port}\n")
    with CloudServer("calm") as cloud:
        environment = {
            "SOFTPHONE_HOME": str(policy.parent),
            "SOFTPHONE_POLICY": str(policy),
            "TOKEN": cloud.users[0].token,
        }
        option = ("--metrics-port", free_port()) if wanted else ()
        words = ("watch", "--cloud", cloud.cloud_file, "--token-env", "TOKEN", "--json", *option)
        with started(*words, **environment) as watch:
            while next_event(watch)["event"] != "registered":
                pass
            assert figures(port)["softphone_line_up"] == 1
            watch.terminate()
            _, said = watch.communicate(timeout=30)
    assert ("your organisation has decided" in said) == wanted


@pytest.mark.slow
def test_nothing_listens_and_nothing_is_loaded_unless_somebody_wants_it() -> None:
    code = (
        "import sys; from softphone.cli import main\n"
        "try: main(['watch', '--demo', '--until', 'registered', '--for', '60'])\n"
        "finally: print('prometheus_client' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr.splitlines()[-1] == "False"
