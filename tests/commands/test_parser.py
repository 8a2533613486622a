"""What is understood of a command line, and what is said of what is not."""

import pytest

from softphone import cli
from softphone.commands.options import SCENARIOS
from softphone.commands.parser import COMMANDS, build_parser, parse
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
        ("--demo doctor", "--demo"),
        ("--log-level debug help", "--log-level"),
    ],
)
def test_an_option_that_means_nothing_to_the_command_is_refused(
    words: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"'{option}' means nothing to 'softphone {words.rpartition(' ')[2]}'" in refusal(words, capsys)


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


def test_the_help_of_a_command_is_that_of_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for words in (["help", "watch"], ["watch", "--help"], ["help"], ["--help"]):
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        assert left.value.code == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert told[2] == told[3]
