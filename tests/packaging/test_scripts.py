"""The two commands, without installing anything: their parts, and a start when nothing is missing."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.packaging.bare_root import asked_for

CHECKOUT = Path(__file__).parents[2]
SCRIPTS = [
    *("packaging/run", "packaging/test", "packaging/check-roots", ".ci/run"),
    *(
        "packaging/audit",
        "packaging/bill-of-materials",
        "packaging/macos/sign",
        "packaging/pin",
        "packaging/release-notes",
    ),
]
TOOLS = ["bash", "dirname", "env", "sha256sum", "mkdir", "cat"]


def bash(script: str, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a script that may call the functions of packaging/prepare."""
    return subprocess.run(
        [
            "bash",
            "-c",
            f'set -euo pipefail; source "{CHECKOUT}/packaging/prepare"; {script}',
            "prepare",
            *args,
        ],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def lines(script: str, *args: str) -> list[str]:
    done = bash(script, *args)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def path_without_debian(tmp_path: Path) -> Path:
    """A folder for PATH with the basic tools and no package manager."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    return folder


@pytest.fixture
def installed_checkout(tmp_path: Path) -> Path:
    """A checkout whose .venv holds this Python and a `softphone` that tells how it was called."""
    checkout = tmp_path / "a checkout"
    shutil.copytree(CHECKOUT / "packaging", checkout / "packaging")
    shutil.copy(CHECKOUT / "pyproject.toml", checkout)
    programs = checkout / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "softphone").write_text('#!/bin/sh\nprintf "<%s>" "$@"\nexit 3\n')
    (programs / "softphone").chmod(0o755)
    return checkout


def stamp(checkout: Path, level: str) -> None:
    prepare = f'source "{checkout}/packaging/prepare"; venv=$checkout/.venv'
    lines(f'{prepare}; echo "{level} $(installation_key)" >"$venv/softphone-stamp"')


def is_current(checkout: Path, level: str) -> bool:
    prepare = f'source "{checkout}/packaging/prepare"; venv=$checkout/.venv'
    return lines(f"{prepare}; if is_current {level}; then echo yes; else echo no; fi") == ["yes"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_executable_bash_that_parses(name):
    script = CHECKOUT / name
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", script, CHECKOUT / "packaging/prepare"], check=True)


def test_help_of_the_test_command_installs_nothing(path_without_debian):
    done = subprocess.run(
        [CHECKOUT / "packaging/test", "--help"],
        env={"PATH": str(path_without_debian)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--fast" in done.stdout
    assert done.stderr == ""


def test_package_lists_hold_names_and_their_older_names():
    listed = lines("listed_packages test")
    assert set(lines("listed_packages run")) < set(listed)
    assert len(listed) == len(set(listed))
    name = r"[a-z0-9][a-z0-9.+-]+"
    assert [line for line in listed if not re.fullmatch(rf"{name}(  {name})?", line)] == []


def test_a_library_counts_under_either_name_and_only_for_this_architecture():
    missing = lines(
        """
        listed_packages() { printf '%s\\n' 'libnew  libold' libhalf libforeign fonts; }
        dpkg() { echo amd64; }
        dpkg-query() {
            echo -n 'libold/amd64/installed libhalf/amd64/config-files '
            echo -n 'libforeign/i386/installed fonts/all/installed '
            return 1
        }
        missing_packages run
        """
    )
    assert missing == ["libhalf", "libforeign"]


@pytest.mark.parametrize(
    ("known", "with_64_bit_time", "chosen"),
    [
        ("libnew libold", "true", "libnew"),
        ("libold", "false", "libold"),
        ("", "true", "libnew"),
        ("", "false", "libold"),
    ],
)
def test_the_name_that_this_release_knows_is_chosen(known, with_64_bit_time, chosen):
    assert lines(
        f"""
        apt-cache() {{ [[ " {known} " == *" ${{*: -1}} "* ]]; }}
        dpkg-query() {{ {with_64_bit_time}; }}
        name_for_this_release 'libnew  libold'
        """
    ) == [chosen]


def test_an_ordinary_user_is_told_the_exact_command():
    done = bash(
        """
        is_root() { false; }
        sudo() { false; }
        apt-cache() { true; }
        install_packages xvfb 'libnew  libold'
        """
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "packaging/prepare: Debian packages are missing; run this and try again: "
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends xvfb libnew"
    ]


def test_the_check_of_bare_roots_does_what_an_ordinary_user_is_told():
    done = bash("is_root() { false; }; command() { false; }; install_command xvfb libnew")
    assert asked_for(done.stdout) == (
        "apt-get update && apt-get install -y --no-install-recommends xvfb libnew"
    )


def test_an_older_python_is_named_in_one_line(path_without_debian):
    old = path_without_debian / "python3"
    old.write_text("#!/bin/sh\necho '3.10 complete '\n")
    old.chmod(0o755)
    done = bash("find_python", PATH=str(path_without_debian))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "packaging/prepare: Python 3.11 to 3.14 is needed, and python3 here is 3.10; "
        "install python3.11 or newer with its venv module"
    ]


def test_a_newer_python_beside_an_older_python3_is_found(path_without_debian):
    for name, answer in (("python3", "3.10 complete "), ("python3.12", "3.12 complete fits")):
        (path_without_debian / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (path_without_debian / name).chmod(0o755)
    done = bash('find_python; echo "$python"', PATH=str(path_without_debian))
    assert done.stdout.split() == ["python3.12"]


def test_python_without_ensurepip_asks_for_its_venv_package(path_without_debian):
    bare = path_without_debian / "python3"
    bare.write_text("#!/bin/sh\necho '3.12 bare fits'\n")
    bare.chmod(0o755)
    done = bash('is_debian() { true; }; find_python; echo "$python_package"', PATH=str(path_without_debian))
    assert done.stdout.split() == ["python3.12-venv"]


def test_python_bounds_are_those_of_the_project():
    wanted = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["requires-python"]
    found = re.search(r"\((\d+), (\d+)\) <= sys.version_info < \((\d+), (\d+)\)", prepare_text())
    assert found
    assert wanted == ">={}.{},<{}.{}".format(*found.groups())


def prepare_text() -> str:
    return (CHECKOUT / "packaging/prepare").read_text()


def test_an_installation_for_tests_serves_the_program_and_not_the_other_way_round(installed_checkout):
    assert not is_current(installed_checkout, "run")
    stamp(installed_checkout, "run")
    assert is_current(installed_checkout, "run")
    assert not is_current(installed_checkout, "test")
    stamp(installed_checkout, "test")
    assert is_current(installed_checkout, "run")
    assert is_current(installed_checkout, "test")


def test_a_changed_pyproject_and_a_moved_checkout_are_noticed(installed_checkout):
    stamp(installed_checkout, "test")
    moved = installed_checkout.rename(installed_checkout.with_name("moved"))
    assert not is_current(moved, "run")
    stamp(moved, "test")
    with (moved / "pyproject.toml").open("a") as project:
        project.write("# another dependency\n")
    assert not is_current(moved, "run")


def test_second_start_installs_nothing_and_passes_arguments_and_exit_code_through(
    installed_checkout, path_without_debian
):
    stamp(installed_checkout, "run")
    done = subprocess.run(
        [installed_checkout / "packaging/run", "watch", "--cloud", "a file.toml", "*"],
        env={"PATH": str(path_without_debian)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == "<watch><--cloud><a file.toml><*>"
    assert done.stderr == ""


def test_s15_d6_the_run_command_leaves_sandbox_and_memory_to_the_program(
    installed_checkout, path_without_debian
):
    stamp(installed_checkout, "run")
    program = installed_checkout / ".venv/bin/softphone"
    program.write_text("#!/bin/sh\nexport -p\n")
    done = subprocess.run(
        [installed_checkout / "packaging/run", "--cloud", "real.toml"],
        env={"PATH": str(path_without_debian)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PATH" in done.stdout
    assert "QTWEBENGINE" not in done.stdout
