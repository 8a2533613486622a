"""The code in the lines of the guides: commands are understood, scripts are there, faults are taken."""

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from softphone.commands.shared.options import SCENARIOS
from softphone.commands.shared.parser import parse
from softphone.exit_codes import MEANINGS
from softphone.sim.json_input import InputError
from softphone.sim.server import CloudServer
from tests.guides.blocks import TEXTS, code_in
from tests.house.test_citations import ROOT

EXAMPLES = {
    "COMMAND": "watch",
    "SHELL": "zsh",
    "WHEN": "2h",
    "KEY": "theme",
    "VALUE": "dark",
    "N": "5",
    "SCENARIO": "calm",
    "EVENT": "registered",
    "SECONDS": "60",
    "X": "0.1",
    "PORT": "9464",
}


def commands(beginning: str) -> list[tuple[str, str]]:
    """Return the code in the lines of the documents that begins so, each with its document."""
    found = {(name, code) for name, text in TEXTS.items() for code in code_in(text)}
    return sorted(one for one in found if re.match(beginning, one[1]))


def spellings(synopsis: str) -> Iterator[list[str]]:
    """Yield each way to write it: what stands in brackets may be left out, `a|b` is one of both."""
    parts = re.split(r"\[(.*?)\]", synopsis)
    for given in product(*([part] if place % 2 == 0 else ["", part] for place, part in enumerate(parts))):
        words = [word.split("|") for word in " ".join(given).split()]
        for chosen in product(*words):
            yield [EXAMPLES.get(word, word) for word in chosen]


@pytest.mark.parametrize(("document", "code"), commands("softphone "))
def test_a_command_in_a_line_is_understood(document: str, code: str):
    for _, *words in spellings(code):
        assert not refusal(words), f"{document}: {shlex.join(words)}"


def refusal(words: list[str]) -> object:
    """Return the exit code with which a command line is refused; it is 0 for --version."""
    try:
        parse(words)
    except SystemExit as left:
        return left.code
    return 0


def test_the_scenarios_are_those_of_the_command_line():
    named = re.search(r"Scenarios:\s+((?:`[a-z-]+`,?\s*)+)", TEXTS["scripts.md"])
    assert named
    assert tuple(re.findall(r"`(.+?)`", named[1])) == SCENARIOS


def test_the_exit_codes_are_those_of_the_help():
    table = TEXTS["scripts.md"].partition("## Exit codes")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| (\d) \| (.+) \|$", table, re.MULTILINE))
    assert told == {str(code): words for code, words in MEANINGS.items()}


@pytest.mark.parametrize(("document", "code"), commands(r"python -m tests\."))
def test_a_command_for_developers_has_its_module_and_its_options(document: str, code: str):
    _, _, module, *words = code.replace("|", " ").split()
    found = importlib.util.find_spec(module)
    assert found, document
    assert found.origin
    file = Path(found.origin)
    sources = sorted(file.parent.glob("*.py")) if file.name == "__init__.py" else [file]
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    assert "__main__" in text or (file.parent / "__main__.py") in sources
    if "parser_of(" in text:
        text += (ROOT / "tests" / "hostile" / "command.py").read_text(encoding="utf-8")
    for word in words:
        if option := re.fullmatch(r"\[?(-?-?[a-z-]+)", word):
            assert f'"{option[1]}"' in text, word


@pytest.mark.parametrize(("document", "code"), commands(r"packaging/[a-z-]+( |$)"))
def test_a_script_that_is_named_is_there(document: str, code: str):
    assert (ROOT / code.split(maxsplit=1)[0]).exists(), document


# ---- faults

FAULTS = [code for code in code_in(TEXTS["contributing.md"]) if code.startswith("{")]


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_that_is_named_is_taken_by_the_cloud(code: str):
    given = json.loads(code)
    cloud = CloudServer("calm")
    try:
        if "where" in given:
            cloud.faults([given])
        elif given.keys() & {"primary_hosts"}:
            cloud.change_settings(**given)
        else:
            cloud.faults([{"where": "any", "answer": given}])
    except InputError as error:
        pytest.fail(str(error))
    finally:
        cloud.stop()
