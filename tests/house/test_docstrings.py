"""What ruff cannot tell apart: an override of one of Qt's methods needs no docstring, any other one does."""

import ast
from collections.abc import Iterator
from pathlib import Path

UI = Path(__file__).parents[2] / "softphone/ui"
QT_NAMES_IN_LOWER_CASE = {"count", "data", "done", "event", "flags", "index", "invalidate", "paint", "parent"}


def test_every_public_method_that_is_not_qts_says_what_it_does() -> None:
    silent = [f"{file.name}: {name}" for file in UI.rglob("*.py") for name in silent_methods(file)]
    assert silent == []


def silent_methods(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                    named_by_us = method.name.islower() and method.name not in QT_NAMES_IN_LOWER_CASE
                    if named_by_us and not method.name.startswith("_") and not ast.get_docstring(method):
                        yield method.name
