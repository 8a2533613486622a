"""What type checkers say of the public API (api.md): complete, and a misspelt event is an error."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.test_citations import ROOT

pytestmark = pytest.mark.slow

LIMIT_S = 100

WELL = """
from softphone import CallingClient, Keepalive, Line, LineError

def registered(line: Line) -> None: ...
def failed(error: LineError) -> None: print(error["http_status"], error["next_in_s"])
def alive(proof: Keepalive) -> None: print(proof.round_trip_s)
def anything(*payload: object) -> None: ...

async def main() -> None:
    async with CallingClient(token="t") as client:
        client.line.on("connecting", lambda: None)
        client.line.on("registered", registered)
        client.line.on("error", failed)
        stop = client.line.on("keepalive", alive)
        stop()
        client.line.on("error", anything)
        line: Line = await client.line.registered(timeout=1)
"""

WRONG = {
    "a misspelt event": 'line.on("registred", print)',
    "a misspelt event to stop": 'line.off("conecting", print)',
    "a listener of another payload": 'line.on("keepalive", registered)',
    "a listener without a payload": 'line.on("registered", silent)',
    "a key that no error has": 'line.on("error", lambda error: error["hppt_status"])',
    "a token of bytes": 'CallingClient(token=b"t")',
}


def pyright(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it as a developer does, with this Python's packages and this checkout."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path))}
    return subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", *arguments],
        cwd=ROOT,
        env={**environment, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def told(*arguments: str) -> list[dict[str, Any]]:
    done = pyright(*arguments)
    return list(json.loads(done.stdout)["generalDiagnostics"])


def program(wrong: str) -> str:
    return f"""{WELL}
def silent() -> None: ...
def wrong(line: Line) -> None:
    {wrong}
"""


def test_every_public_symbol_has_a_known_type():
    done = pyright("--verifytypes", "softphone", "--ignoreexternal")
    found = json.loads(done.stdout)["typeCompleteness"]
    assert Path(found["packageRootDirectory"]) == ROOT / "softphone"
    unknown = [one["name"] for one in found["symbols"] if one["isExported"] and not one["isTypeKnown"]]
    assert unknown == []
    assert found["completenessScore"] == 1


def test_the_examples_are_clean_in_strict_mode():
    assert told() == []


def test_pyright_knows_each_slip_and_nothing_else(tmp_path: Path):
    files = {}
    for number, wrong in enumerate(WRONG.values()):
        files[f"{number}.py"] = wrong
        (tmp_path / f"{number}.py").write_text(program(wrong))
    (tmp_path / "well.py").write_text(WELL)
    found = told(*map(str, sorted(tmp_path.glob("*.py"))))
    assert {files.get(Path(one["file"]).name, "well") for one in found} == set(WRONG.values())


def test_mypy_knows_each_slip_and_nothing_else(tmp_path: Path):
    for number, wrong in enumerate(WRONG.values()):
        (tmp_path / f"slip{number}.py").write_text(program(wrong))
    (tmp_path / "well.py").write_text(WELL)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-color-output", *map(str, tmp_path.glob("*.py"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    slips = {line.partition(":")[0] for line in done.stdout.splitlines() if ": error:" in line}
    assert {Path(slip).name for slip in slips} == {f"slip{number}.py" for number in range(len(WRONG))}
