"""How the program is started: with the desktop, gone without a trace, and again in its own process."""

import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from softphone import cli
from softphone.errors import ConfigError
from softphone.system import launch
from softphone.system.folders import APP_ID
from softphone.system.launch import OLD_APP_ID, Autostart


def on_linux(home: Path, profile: str = "default") -> Autostart:
    return Autostart(profile, environment={}, platform="linux", home=home)


def entry_in(home: Path, name: str = "") -> Path:
    return home / ".config" / "autostart" / f"{APP_ID}{name}.desktop"


def test_it_is_off_until_it_is_switched_on_and_leaves_nothing_behind(tmp_path: Path):
    entry = on_linux(tmp_path)
    assert not entry.is_on()
    entry.set(on=True)
    assert entry.is_on()
    entry.set(on=False)
    assert not entry.is_on()
    assert list((tmp_path / ".config" / "autostart").iterdir()) == []


def test_the_desktop_file_starts_this_program_hidden(tmp_path: Path):
    on_linux(tmp_path).set(on=True)
    assert arguments_of(entry_in(tmp_path)) == [sys.executable, "-m", "softphone", "--hidden"]
    assert entry_in(tmp_path).read_text().startswith("[Desktop Entry]\nType=Application\n")


def test_each_profile_has_its_own(tmp_path: Path):
    work = on_linux(tmp_path, "work")
    work.set(on=True)
    assert work.is_on()
    assert not on_linux(tmp_path).is_on()
    assert "--profile work --hidden" in entry_in(tmp_path, ".work").read_text()


def test_a_program_with_a_home_of_its_own_leaves_the_entry_of_the_other_alone(tmp_path: Path):
    usual = on_linux(tmp_path)
    usual.set(on=True)
    own = Autostart(environment={"SOFTPHONE_HOME": "/media/my stick"}, platform="linux", home=tmp_path)
    assert not own.is_on()
    own.set(on=False)
    assert usual.is_on()
    own.set(on=True)
    [entry] = (tmp_path / ".config" / "autostart").glob(f"{APP_ID}.*.desktop")
    assert arguments_of(entry)[:2] == ["/usr/bin/env", "SOFTPHONE_HOME=/media/my stick"]
    own.set(on=False)
    assert usual.is_on()


def test_an_entry_follows_the_program_when_it_moves_and_keeps_what_a_person_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    entry = on_linux(tmp_path)
    entry.set(on=True)
    file = entry_in(tmp_path)
    file.write_text(file.read_text() + "X-GNOME-Autostart-Delay=20\n")
    entry.set(on=True)
    assert "Delay=20" in file.read_text()
    monkeypatch.setattr(sys, "executable", "/new/place/python")
    entry.set(on=True)
    assert "Exec=/new/place/python -m softphone --hidden" in file.read_text()


@pytest.mark.parametrize("row", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_is_off(tmp_path: Path, row: str):
    entry = on_linux(tmp_path)
    entry.set(on=True)
    file = entry_in(tmp_path)
    file.write_text(file.read_text().replace("X-GNOME-Autostart-enabled=true", row))
    assert not entry.is_on()
    entry.set(on=True)
    assert entry.is_on()


def test_a_command_with_odd_characters_survives_the_quoting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", '/opt/my "soft" $phone/100%/python')
    on_linux(tmp_path).set(on=True)
    text = entry_in(tmp_path).read_text()
    [command] = re.findall("^Exec=(.*)", text, re.MULTILINE)
    assert len(re.findall("^TryExec=/", text, re.MULTILINE)) == 1  # nothing is started that was removed
    assert command.startswith('"/opt/my \\\\"soft\\\\" \\\\$phone/100%%/python" -m softphone')


def as_a_desktop_reads(file: Path, key: str) -> str:
    """Return a key's value, its escapes undone as the Desktop Entry Specification says."""
    [value] = [row.partition("=")[2] for row in file.read_text().splitlines() if row.startswith(f"{key}=")]
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    return re.sub(r"\\(.)", lambda match: escapes[match[1]], value)


def arguments_of(file: Path) -> list[str]:
    """Return what a desktop would start: double quotes, four escapes in them, and a doubled percent sign."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', as_a_desktop_reads(file, "Exec"), re.DOTALL)
    plain = [re.sub(r'\\(["`$\\])', r"\1", quoted) if quoted else bare for quoted, bare in parts]
    return [part.replace("%%", "%") for part in plain]


@pytest.mark.parametrize(
    "name",
    [
        "cloud.toml",
        'my "own" $HOME/100%U/c`l\\oud.toml',
        "two  spaces/Zoë's #1; cloud*.toml",
        "line\nbreak\ttab.toml",
    ],
    ids=["plain", "quotes", "spaces", "line break"],
)
def test_d11_the_entry_starts_what_was_running(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Started with `--cloud F --profile P` in some folder: at login it is the same cloud and profile."""
    monkeypatch.chdir(tmp_path)
    entry = Autostart(
        "work", Path(name), environment={"SOFTPHONE_HOME": "my home"}, platform="linux", home=tmp_path
    )
    entry.set(on=True)
    [file] = (tmp_path / ".config" / "autostart").iterdir()
    assert arguments_of(file) == [
        *("/usr/bin/env", f"SOFTPHONE_HOME={tmp_path / 'my home'}", sys.executable, "-m", "softphone"),
        *("--profile", "work", "--cloud", f"{tmp_path / name}", "--hidden"),
    ]
    assert len(file.read_text().splitlines()) == 10


def test_d11_the_entry_finds_a_program_that_runs_from_a_checkout(tmp_path: Path):
    on_linux(tmp_path).set(on=True)
    file = entry_in(tmp_path)
    done = subprocess.run(
        [*arguments_of(file)[:-1], "--version"],
        cwd=as_a_desktop_reads(file, "Path"),
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("softphone ")


def test_d11_a_start_with_other_options_leaves_what_was_chosen(tmp_path: Path):
    Autostart("default", tmp_path / "a.toml", environment={}, platform="linux", home=tmp_path).set(on=True)
    on_linux(tmp_path).set(on=True)
    file = entry_in(tmp_path)
    assert arguments_of(file)[-3:] == ["--cloud", str(tmp_path / "a.toml"), "--hidden"]


@pytest.mark.parametrize(
    ("variables", "program"),
    [
        ({}, "/opt/softphone/softphone"),
        (
            {"APPIMAGE": "/home/ada/Softphone.AppImage", "APPDIR": "/opt/softphone"},
            "/home/ada/Softphone.AppImage",
        ),
        (
            {"APPIMAGE": "/home/ada/Editor.AppImage", "APPDIR": "/tmp/.mount_Editor"},
            "/opt/softphone/softphone",
        ),
    ],
    ids=["bundle", "AppImage", "started from another AppImage"],
)
def test_d15_a_frozen_program_is_started_as_what_it_is(
    variables: dict[str, str], program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/softphone/softphone")
    for name in ("APPIMAGE", "APPDIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert launch.command("--demo") == (program, "--demo")
    on_linux(tmp_path).set(on=True)
    file = entry_in(tmp_path)
    assert arguments_of(file) == [program, "--hidden"]
    assert "Path=" not in file.read_text()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / ".config").write_text("a file")
    with pytest.raises(ConfigError, match="autostart"):
        on_linux(tmp_path).set(on=True)


def test_on_a_mac_it_is_a_launch_agent(tmp_path: Path):
    entry = Autostart(environment={}, platform="darwin", home=tmp_path)
    entry.set(on=True)
    [agent] = (tmp_path / "Library" / "LaunchAgents").iterdir()
    told = plistlib.loads(agent.read_bytes())
    assert told["RunAtLoad"] is True
    assert told["ProgramArguments"][-1] == "--hidden"
    entry.set(on=False)
    assert not agent.exists()


@pytest.mark.parametrize("profile", ["default", "work"])
@pytest.mark.parametrize("end", ["X-GNOME-Autostart-enabled=true\n", "Hidden=true\n"])
def test_an_entry_under_the_old_name_is_moved_on_or_off_as_it_is(tmp_path: Path, profile: str, end: str):
    folder = tmp_path / ".config" / "autostart"
    folder.mkdir(parents=True)
    name = "" if profile == "default" else f".{profile}"
    (folder / f"{OLD_APP_ID}{name}.desktop").write_text(f"[Desktop Entry]\nExec=old\n{end}")
    entry = on_linux(tmp_path, profile)
    entry.move_in()
    entry.move_in()
    assert entry.is_on() is ("Hidden" not in end)
    assert [file.name for file in folder.iterdir()] == [f"{APP_ID}{name}.desktop"]


def test_beside_a_new_entry_the_old_one_goes_so_that_nothing_starts_twice(tmp_path: Path):
    on_linux(tmp_path).set(on=True)
    folder = tmp_path / ".config" / "autostart"
    (folder / f"{OLD_APP_ID}.desktop").write_text("[Desktop Entry]\nHidden=true\n")
    on_linux(tmp_path).move_in()
    assert on_linux(tmp_path).is_on()
    assert [file.name for file in folder.iterdir()] == [f"{APP_ID}.desktop"]


@pytest.mark.skipif(os.name != "posix", reason="no such files there")
@pytest.mark.parametrize("what", ["pipe", "link to an endless file", "link to itself"])
def test_s12_what_is_no_file_in_its_place_is_no_entry_and_not_waited_for(tmp_path: Path, what: str):
    file = entry_in(tmp_path)
    file.parent.mkdir(parents=True)
    if what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero" if "endless" in what else file)
    assert not on_linux(tmp_path).is_on()
    on_linux(tmp_path).set(on=True)
    assert on_linux(tmp_path).is_on()
    assert not file.is_symlink()


PROGRAM = """
import os, signal, sys
from softphone.system import launch
first = "SECRET" in os.environ and not os.path.exists(sys.argv[1])
print(os.getpid(), sys.argv[2:], os.environ.get("SECRET"), signal.getsignal(signal.SIGINT), flush=True)
if first:
    open(sys.argv[1], "w").close()
    del os.environ["SECRET"]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    launch.start_again()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows starts a second process")
def test_it_is_the_same_process_with_what_it_was_given_and_is_not_hidden(tmp_path: Path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "mark"), "--profile", "two words", "--hidden"],
        env=os.environ | {"SECRET": "s", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.replace(", '--hidden'", "") == second
    assert "['--profile', 'two words'] s " in second


def test_the_command_line_starts_again_when_the_window_asks(monkeypatch: pytest.MonkeyPatch):
    started: list[bool] = []
    for harmful in ("hardening.harden", "hardening.report_faults", "streams.mend", "streams.finish"):
        monkeypatch.setattr(f"softphone.system.{harmful}", lambda: None)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr(cli, "run_command", lambda _: launch.START_AGAIN)
    monkeypatch.setattr(launch, "start_again", lambda: started.append(True))
    monkeypatch.setattr("sys.argv", ["softphone", "status"])
    cli.main()
    assert started == [True]
