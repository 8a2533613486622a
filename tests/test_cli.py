"""The program as a process: what a shell, a script or a service manager sees of it."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from softphone import __version__, cli
from softphone.commands.shared import options
from softphone.commands.shared.parser import COMMANDS, build_parser, parse
from softphone.sim.scenarios import SCENARIOS
from softphone.sim.server import CloudServer
from tests.kit.program import DEADLINE_S, LEAVING_DEADLINE_S, next_event, softphone, started

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NOWHERE = "/dev/null/below-a-file"  # nobody can write below a file, root included


# ---- help, version, usage


@pytest.mark.parametrize(
    ("command", "offered"),
    [
        ([], ["--version", "--cloud", "--profile", "--log-level", "--demo", "--time-scale", "--journal"]),
        (
            ["watch"],
            ["--json", "--demo", "--token-env", "--until", "--for", "--no-deregister-on-exit", "--cloud"],
        ),
        (["cloud"], ["--port", "--scenario", "--time-scale", "--journal"]),
        (["doctor"], ["--json", "--cloud", "--profile"]),
        (["status"], ["--json", "--profile", "--demo"]),
        (["register"], ["LINE", "--all", "--profile"]),
        (["deregister"], ["LINE", "--all", "--profile"]),
        (["show"], ["--profile"]),
        (["quit"], ["--profile"]),
        (["sign-out"], ["ACCOUNT", "--all", "--profile"]),
    ],
    ids=lambda value: " ".join(value[:1]),
)
def test_help_names_every_option_and_shows_examples(
    command: list[str], offered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([*command, "--help"])
    text = capsys.readouterr().out
    assert left.value.code == 0
    for option in offered:
        assert option in text
    examples = text.partition("examples:\n")[2].partition("\nexit codes:")[0].splitlines()
    assert examples
    assert all(" ".join(["softphone", *command]) in example for example in examples)


def test_the_examples_in_the_help_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    build_parser()
    for command in ("", *(row.name for row in COMMANDS)):
        with pytest.raises(SystemExit):
            cli.main([*command.split(), "--help"])
    for example in capsys.readouterr().out.splitlines():
        if re.match(r"  (\S+=\S+ )?softphone", example):
            words = re.split(r" {2,}", example.strip().partition("softphone")[2])[0]
            parse(shlex.split(words.partition(" 3<")[0]))


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"softphone {__version__}\n"


def test_the_scenarios_offered_are_those_of_the_simulated_cloud() -> None:
    assert set(options.SCENARIOS) == set(SCENARIOS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--demo", "sunny"],
        ["watch", "--demo", "sunny"],
        ["cloud", "--scenario", "sunny"],
        ["watch", "--for", "soon"],
        ["watch", "--for", "0"],
        ["watch", "--for", "nan"],
        ["watch", "--until", "tomorrow"],
        ["watch", "--token", "abc"],
        ["watch", "--demo", "--time-scale", "0"],
        ["cloud", "--port", "http"],
        ["--log-level", "loud"],
        ["dance"],
    ],
)
def test_a_wrong_option_is_named_and_exits_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert arguments[-1] in said.err.splitlines()[-1]


def test_an_unknown_scenario_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["watch", "--demo", "sunny"])
    said = capsys.readouterr().err
    assert all(name in said for name in SCENARIOS)


# ---- bad input: one line, exit 2, nothing half-written


def refused(result: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """Return the one line with which the program declines."""
    assert result.returncode == code
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("softphone: ")
    return line


def test_what_is_quoted_of_a_file_of_anybody_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    keys = {"\x1b[31m\u202e\n": {"type": "poem"}}
    body = {"type": "object", "keys": keys}
    exchanges = [{"route": "person", "status": 200, "headers": {}, "body": body}]
    (tmp_path / "it.json").write_text(
        json.dumps({"report": "softphone first-contact", "version": 1, "exchanges": exchanges})
    )
    line = refused(softphone("cloud", "--like", tmp_path / "it.json"))
    assert line.isprintable()
    assert r"keys.\x1b[31m" in line


@pytest.mark.parametrize("command", ["watch", "doctor"])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[cloud]\nclientid = "C1"', ("[cloud]", "'clientid'", "Allowed: ")),
        ("[cloud]\nclient_id = 7", ("[cloud] client_id", "must be a text in quotes")),
        ('[cloud]\napi_url = "http://webexapis.com/v1"', ("[cloud] api_url", "must be an https address")),
        ("[cloud]\nclient_id = oops", ("not a TOML file", "line 2")),
    ],
    ids=["unknown key", "wrong type", "http off loopback", "no TOML"],
)
def test_a_wrong_cloud_file_is_one_line_naming_file_key_and_remedy(
    command: str, text: str, named: tuple[str, ...], tmp_path: Path
) -> None:
    home, cloud_file = tmp_path / "home", tmp_path / "cloud.toml"
    cloud_file.write_text(text)
    line = refused(softphone(command, "--cloud", cloud_file, SOFTPHONE_HOME=str(home)))
    for words in (str(cloud_file), *named):
        assert words in line
    assert not home.exists()


def test_a_cloud_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    line = refused(softphone("watch", "--cloud", tmp_path / "none.toml", SOFTPHONE_HOME=str(home)))
    assert "none.toml: cannot be read (No such file or directory). Check the path of the cloud file." in line
    assert not home.exists()


def test_a_missing_client_id_is_one_line(tmp_path: Path) -> None:
    cloud_file = tmp_path / "cloud.toml"
    cloud_file.write_text('[cloud]\nname = "Ours"')
    line = refused(softphone("watch", "--cloud", cloud_file), code=4)
    assert f"{cloud_file}: [cloud] client_id is missing." in line
    assert "administrator guide" in line


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_token_variable_is_one_line(token: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    line = refused(softphone("watch", "--token-env", "TOKEN", TOKEN=token, SOFTPHONE_HOME=str(home)))
    assert "--token-env TOKEN: the environment variable TOKEN is empty or not set." in line
    assert not home.exists()


def test_a_profile_name_that_is_no_file_name_is_one_line() -> None:
    line = refused(softphone("watch", "--profile", "../../etc"))
    assert "profile '../../etc'" in line


@pytest.mark.parametrize("home", [NOWHERE, "/proc/softphone"])
def test_a_profile_folder_that_cannot_be_written_is_one_line(home: str) -> None:
    line = refused(softphone("watch", "--token-env", "TOKEN", TOKEN="t", SOFTPHONE_HOME=home))
    assert f"The folder {home}/config cannot be written" in line
    assert "SOFTPHONE_HOME" in line


def test_a_log_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "state" / "softphone.log").mkdir(parents=True)
    line = refused(softphone("watch", "--token-env", "TOKEN", TOKEN="t", SOFTPHONE_HOME=str(tmp_path)))
    assert "softphone.log: cannot be written" in line


def test_a_busy_port_is_one_line() -> None:
    with CloudServer("calm") as cloud:
        port = cloud.base.rpartition(":")[2]
        line = refused(softphone("cloud", "--port", port))
    assert f"--port {port}: " in line
    assert "Choose another port, or 0 for any." in line


def test_a_port_that_is_none_is_one_line() -> None:
    assert "--port 99999: " in refused(softphone("cloud", "--port", "99999"))


@pytest.mark.parametrize("command", [["cloud"], ["watch", "--demo"]], ids=["cloud", "watch"])
def test_a_journal_that_cannot_be_written_is_one_line(command: list[str]) -> None:
    line = refused(softphone(*command, "--journal", f"{NOWHERE}/journal"))
    assert f"--journal {NOWHERE}/journal: cannot be written (Not a directory)." in line


# ---- the window without a display


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_the_demo_without_a_display_goes_on_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)
    with started("--demo") as process:
        assert process.stdout is not None
        assert "connecting" in process.stdout.readline()
        assert "registered" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LEAVING_DEADLINE_S)
    assert process.returncode == 0
    assert errors == "softphone: no display, so the demo goes on in the terminal (watch --demo).\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_the_window_without_a_display_says_so_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)
    result = softphone()
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "there is no display" in result.stderr


# ---- a token from the environment


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks at /proc")
def test_a_token_from_the_environment_registers_and_shows_up_nowhere(tmp_path: Path) -> None:
    with started("cloud", "--time-scale", "0.1") as cloud:
        ready = next_event(cloud)
        token = ready["users"][0]["token"]
        with started(
            *("watch", "--cloud", ready["cloud_file"], "--token-env", "TOKEN", "--json"),
            *("--log-level", "debug"),
            TOKEN=token,
            SOFTPHONE_HOME=str(tmp_path),
        ) as watch:
            output = ""
            while '"event": "registered"' not in output:
                assert watch.stdout is not None
                output += watch.stdout.readline()
            argv = Path(f"/proc/{watch.pid}/cmdline").read_text()
            watch.send_signal(signal.SIGTERM)
            rest, errors = watch.communicate(timeout=LEAVING_DEADLINE_S)
    assert watch.returncode == 0
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "softphone.log" for path in files)
    secret = token.partition("_")[0]
    assert secret not in argv + output + rest + errors
    assert not [path for path, content in files.items() if secret.encode() in content]


@pytest.mark.slow
def test_s17_who_has_signed_out_and_let_the_history_stay_may_still_erase_it(tmp_path: Path) -> None:
    def names() -> list[str]:
        found = [path for path in tmp_path.rglob("*") if path.is_file()]
        return [path.name for path in found if b"ada@example.com" in path.read_bytes()]

    with started("cloud", "--time-scale", "0.1") as cloud:
        ready = next_event(cloud)
        home, token = {"SOFTPHONE_HOME": str(tmp_path)}, ready["users"][0]["token"]
        watch = ("watch", "--cloud", ready["cloud_file"], "--token-env", "T", "--until", "registered")
        assert softphone(*watch, T=token, **home).returncode == 0
        sign_out = ("sign-out", "--cloud", ready["cloud_file"], "--all")
        softphone(*sign_out, **home)
        assert names() == ["history.sqlite"]
        erased = softphone(*sign_out, "--erase", **home)
        assert erased.returncode == 0
        assert "were deleted" in erased.stdout
        assert names() == []


@pytest.mark.parametrize("command", [["watch", "--demo"], ["--demo"], ["sign-out"]])
def test_s17_the_client_secret_leaves_the_environment_in_a_demo_too(
    command: list[str], tmp_path: Path
) -> None:
    code = (
        "import os, sys; from softphone.commands.shared import parser, program\n"
        "with program.program_for(parser.parse(sys.argv[1:])):\n"
        "    print(os.environ.get('SOFTPHONE_CLIENT_SECRET'))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *command],
        env={**os.environ, "SOFTPHONE_HOME": str(tmp_path), "SOFTPHONE_CLIENT_SECRET": "s3cret"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert result.stdout.strip() == "None", result.stderr
