"""Every word, tone, figure and order of the wording is what its sheet holds."""

from pathlib import Path

import pytest

import softphone.wording
from tests.wording.sheets.sheet import SHEETS, path_of, written


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_said_is_what_the_sheet_holds(name: str):
    rows = written(name).splitlines()
    held = path_of(name).read_text("utf-8").splitlines()
    changed = [f"- {one}" for one in held if one not in rows] + [
        f"+ {one}" for one in rows if one not in held
    ]
    assert rows == held, "\n".join(["python -m tests.wording.sheets --renew", *changed])


def test_every_module_that_words_something_has_a_sheet():
    modules = {path.stem for path in Path(softphone.wording.__path__[0]).glob("*.py")}
    assert modules - {"__init__"} == set(SHEETS)
