"""What is understood of a command line, and what is said of what is not."""

import pytest

from softphone import cli
from softphone.commands.shared.options import SCENARIOS
from softphone.commands.shared.parser import COMMANDS, build_parser, parse
from softphone.exit_codes import MEANINGS


def refusal(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        parse(words.split())
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert line.startswith("softphone: ")
    return line


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("statsu", "status"),
        ("deregistre 5101", "deregister"),
        ("status --jsn", "--json"),
        ("watch --token-evn T", "--token-env"),
        ("watch --until registred", "registered"),
        ("--profil=x", "--profile"),
        ("help wacth", "watch"),
        ("watch --token-comand x", "--token-command"),
    ],
)
def test_a_slip_is_answered_with_what_was_probably_meant(
    words: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"Did you mean '{meant}'?" in refusal(words, capsys)


@pytest.mark.parametrize("command", ["register", "deregister"])
def test_a_demo_never_takes_the_next_argument_for_its_scenario(command: str) -> None:
    options = parse([command, "--demo", "5101"])
    assert (options.demo, options.line) == ("calm", "5101")
    options = parse(["--demo", command, "5101"])
    assert (options.command, options.demo, options.line) == (command, "calm", "5101")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_demo_takes_a_scenario(scenario: str) -> None:
    for words in (["--demo", scenario], [f"--demo={scenario}"], ["--demo", scenario, "watch"]):
        assert parse(words).demo == scenario
    assert parse(["watch", "--demo", scenario, "--json"]).demo == scenario


@pytest.mark.parametrize(
    "words",
    [
        "devices remove desk --demo mixed --line 5101 --json",
        "devices remove --demo mixed desk --line 5101 --json",
        "devices --line 5101 remove --demo=mixed --json desk",
        "--demo mixed devices --json --line=5101 remove desk",
        "devices --json --demo mixed --line 5101 -- remove desk",
    ],
)
def test_options_stand_anywhere_among_the_words(words: str) -> None:
    options = parse(words.split())
    assert (options.demo, options.action, options.device) == ("mixed", "remove", "desk")
    assert (options.line, options.json) == ("5101", True)


def test_short_options_stand_anywhere_and_a_number_below_zero_is_no_option() -> None:
    options = parse(["logs", "-fn", "5"])
    assert (options.follow, options.lines) == (True, 5)
    options = parse(["config", "set", "metrics_port", "-5", "--profile", "desk"])
    assert (options.key, options.value, options.profile) == ("metrics_port", "-5", "desk")
    assert parse(["register", "--wait", "--", "--all"]).line == "--all"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["deregister", ""], "LINE"),
        (["sign-out", ""], "ACCOUNT"),
        (["devices", "remove", ""], "DEVICE"),
        (["devices", "--line", ""], "--line"),
        (["status", "--profile="], "--profile"),
        (["watch", "--cloud", ""], "--cloud"),
    ],
)
def test_a_word_without_anything_in_it_means_nothing_rather_than_everything(
    words: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parse(words)
    assert left.value.code == 2
    assert f"argument {what}: it is empty." in capsys.readouterr().err


@pytest.mark.parametrize("words", [["help", "a\x1b[2J\u202eb"], ["config", "get", "a\x1b[2J\u202eb"]])
def test_what_was_written_steers_no_terminal_when_it_is_said_back(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main(words)
    except SystemExit as left:
        code = left.code  # type: ignore[assignment]
    said = capsys.readouterr().err
    assert code == 2
    assert "'a\\x1b[2J\\u202eb'" in said
    assert said.count("\n") == 1


def test_a_setting_may_be_empty() -> None:
    assert parse(["config", "set", "extra_ca_file", ""]).value == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--json status", "'--json' belongs behind 'status': softphone status --json."),
        ("--demo foo", "there is no scenario 'foo'"),
        ("--demo calm foo", "there is no 'foo'. Choose from watch, status"),
        ("register --demo calm --line", "'--line' is not understood."),
        ("watch --for 0", "argument --for: '0' is no time in seconds above 0."),
        ("watch --metrics-port 80", "argument --metrics-port: '80' is no port from 1024 to 65535."),
        ("watch --time-scale 0", "argument --time-scale: '0' is no number from 0.001 to 1000."),
        ("watch --token-fd x", "argument --token-fd: 'x' is no whole number."),
        ("logs -n 0", "argument -n/--lines: '0' is no whole number from 1 to 1000000."),
        ("history --since x", "argument --since: 'x' is no time: write 30m, 2h, 7d, or a date and time."),
    ],
)
def test_what_is_wrong_is_said_with_what_may_be_written(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refusal(words, capsys)


def test_what_is_no_scenario_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal("watch --demo sunny", capsys)
    assert "there is no scenario 'sunny'" in said
    assert all(name in said for name in SCENARIOS)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("--hidden status", "--hidden"),
        ("--cloud c.toml show", "--cloud"),
        ("--time-scale 2 quit", "--time-scale"),
        ("--log-level debug help", "--log-level"),
    ],
)
def test_an_option_that_means_nothing_to_the_command_is_refused(
    words: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"'{option}' means nothing to 'softphone {words.rpartition(' ')[2]}'" in refusal(words, capsys)


@pytest.mark.parametrize(
    "words", ["doctor --demo", "doctor --demo mixed", "--demo doctor", "--demo=mixed doctor"]
)
def test_a_command_about_this_computer_says_that_it_has_no_demo(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "'softphone doctor' has no --demo: it is about this computer" in refusal(words, capsys)


def test_what_is_given_before_the_command_counts_unless_it_is_given_again() -> None:
    assert parse(["--profile", "desk", "status"]).profile == "desk"
    assert parse(["--profile", "desk", "status", "--profile", "home"]).profile == "home"
    assert parse(["status"]).profile == "default"


def test_every_command_tells_its_exit_codes_and_the_program_all_of_them() -> None:
    parser = build_parser()
    assert all(f"  {code}  {words}" in str(parser.epilog) for code, words in MEANINGS.items())
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            parse([command.name, "--help"])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("status", "0  all wanted lines are registered\n"),
        ("status", "1  some or none are registered\n"),
        ("history", "0  it was done\n"),
        ("accounts", "0  somebody is signed in\n"),
        ("check", "1  something is wrong\n"),
        ("watch", "0  it was stopped, or what was waited for was met\n"),
    ],
)
def test_a_command_says_what_its_exit_codes_mean_there(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse([command, "--help"])
    codes = capsys.readouterr().out.partition("exit codes:")[2]
    assert said in codes
    assert codes.count("registered") == 2 * (command == "status")


def test_the_help_of_a_command_is_that_of_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for words in (["help", "watch"], ["watch", "--help"], ["help"], ["--help"]):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert told[2] == told[3]
