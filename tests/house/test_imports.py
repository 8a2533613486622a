"""What importing a part must not bring along, seen from a fresh interpreter (scripts.md#layers)."""

import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

import softphone.accounts
import softphone.auth
import softphone.calling
import softphone.history
import softphone.line
import softphone.sim

CHECKOUT = Path(__file__).parents[2]
HEAVY = ("PySide6", "httpx", "keyring", "prometheus_client")


def loaded_by(*modules: str) -> set[str]:
    """Import the modules in a fresh interpreter and return everything that is loaded then."""
    code = f"import {', '.join(modules)}, sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def modules_of(package: object) -> list[str]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")  # type: ignore[attr-defined]
    return sorted(module.name for module in found)


def test_every_room_stands_in_the_layers_but_for_further_calling_providers() -> None:
    """No contract keeps a room in no layer from the window, nor others from it: `app` alone may know it."""
    tools = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    layers = tools["importlinter"]["contracts"][0]["layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    rooms = {f"softphone.{door.parent.name}" for door in (CHECKOUT / "softphone").glob("*/__init__.py")}
    for room in rooms - named:
        graph = grimp.build_graph("softphone", cache_dir=None)
        inside = {room, *graph.find_descendants(room)}
        known_to = {who for module in inside for who in graph.find_modules_that_directly_import(module)}
        assert known_to <= {"softphone.app", *inside}
        above = {
            "softphone.ui",
            *graph.find_descendants("softphone.ui"),
            "softphone.app",
            "softphone.cli",
            "softphone.commands",
        }
        assert above.isdisjoint(graph.find_upstream_modules(room, as_package=True))


@pytest.mark.parametrize(
    "package",
    [softphone.accounts, softphone.calling, softphone.history, softphone.line],
    ids=lambda package: package.__name__,
)
def test_the_rooms_of_lines_and_accounts_load_no_window_no_http_and_no_keyring(package: object) -> None:
    assert loaded_by(*modules_of(package)).isdisjoint(HEAVY)


def test_the_machine_loads_no_event_loop_and_no_network() -> None:
    assert loaded_by(*modules_of(softphone.line)).isdisjoint(
        {"asyncio", "socket", "ssl", "logging", "random"}
    )


def test_signing_in_loads_no_window_and_no_http() -> None:
    assert loaded_by(*modules_of(softphone.auth)).isdisjoint(HEAVY)


def test_the_simulated_cloud_loads_nothing_of_the_client() -> None:
    loaded = loaded_by(*modules_of(softphone.sim))
    assert loaded.isdisjoint(HEAVY)
    ours = {name.split(".")[1] for name in loaded if name.startswith("softphone.")}
    assert ours == {"sim"}


@pytest.mark.parametrize(
    "module", ["softphone", "softphone.cli", "softphone.settings.cloud_file", "softphone.system.log"]
)
def test_the_command_line_loads_no_window_no_http_and_no_keyring(module: str) -> None:
    assert loaded_by(module).isdisjoint(HEAVY)


def test_wiring_the_program_loads_no_window_no_http_and_no_keyring() -> None:
    assert loaded_by("softphone.app").isdisjoint(HEAVY)


def test_the_doctor_loads_no_qt_and_no_http_client() -> None:
    assert loaded_by("softphone.checks.doctor").isdisjoint(HEAVY)


@pytest.mark.slow
def test_the_window_loads_no_http_no_keyring_no_database_and_no_web_engine() -> None:
    loaded = loaded_by("softphone.ui.window.contents")
    assert loaded.isdisjoint({"httpx", "keyring", "sqlite3", "PySide6.QtWebEngineCore"})
