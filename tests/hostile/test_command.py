"""What the commands of all rooms have in common."""

import os
import subprocess
import sys

import pytest

from tests.hostile.command import (
    INTERRUPTED,
    NOBODY_READS,
    add_choice,
    count,
    parser_of,
    positive,
    run_command,
    say,
    share,
    whole,
)
from tests.hostile.seed import VARIABLE


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (whole, {"0": 0, "17": 17}, ("-1", "1.5", "x", "")),
        (count, {"1": 1}, ("0", "-1", "x", "")),
        (share, {"0.1": 0.1, "1": 1.0}, ("0", "-0.1", "1.1", "x")),
        (positive, {"24": 24.0, "0.5": 0.5}, ("0", "-1", "nan", "inf", "x")),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_by_its_option(kind, good, bad, capsys):
    parser = parser_of("room", "What it does.", seed=False)
    parser.add_argument("--number", type=kind)
    for text, number in good.items():
        assert parser.parse_args(["--number", text]).number == number
    for text in bad:
        with pytest.raises(SystemExit) as ended:
            parser.parse_args([f"--number={text}"])
        assert ended.value.code == 2
        assert f"error: argument --number: {text!r} is" in capsys.readouterr().err


def test_a_name_is_chosen_by_itself_or_by_a_part_and_an_unknown_one_lists_all(capsys):
    parser = parser_of("room", "What it does.")
    add_choice(parser, "--row", ("start", "start again", "quit"), "rows")
    assert parser.parse_args([]).row == []
    assert parser.parse_args(["--row", "start", "--row", "qui"]).row == ["start", "quit"]
    assert parser.parse_args(["--row", "star"]).row == ["start", "start again"]
    with pytest.raises(SystemExit):
        parser.parse_args(["--row", "nothing"])
    assert "none is called 'nothing'; there are:\n  start\n  start again\n  quit" in capsys.readouterr().err


def test_a_seed_is_the_given_one_or_the_environments_or_drawn(monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, "5")
    assert parser_of("room", "").parse_args([]).seed == 5
    assert parser_of("room", "").parse_args(["--seed", "6"]).seed == 6
    monkeypatch.setenv(VARIABLE, "five")
    with pytest.raises(SystemExit):
        parser_of("room", "").parse_args([])
    assert "--seed: 'five' is no whole number" in capsys.readouterr().err
    monkeypatch.delenv(VARIABLE)
    assert len({parser_of("room", "").parse_args([]).seed for _ in range(9)}) > 1


def interrupted():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("main", "code", "word"),
    [
        (lambda: False, 0, "passed"),
        (lambda: True, 1, "FAILED"),
        (interrupted, INTERRUPTED, "interrupted"),
    ],
)
def test_how_it_ended_is_the_last_line_and_the_exit_code(main, code, word, capsys, monkeypatch):
    monkeypatch.setattr("tests.hostile.command.end_on_sigterm", lambda: None)
    with pytest.raises(SystemExit) as ended:
        run_command(main)
    assert ended.value.code == code
    assert capsys.readouterr().out.startswith(f"{word} after ")


def test_when_nobody_reads_any_more_it_ends_without_a_traceback():
    reads, writes = os.pipe()
    os.close(reads)
    program = f"from {say.__module__} import run_command, say; run_command(lambda: say('row'))"
    ended = subprocess.run(
        [sys.executable, "-c", program], stdout=writes, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (NOBODY_READS, "")
