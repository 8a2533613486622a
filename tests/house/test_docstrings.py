"""What ruff cannot tell apart: an override needs no docstring of its own, any other public method does."""

import ast
from collections.abc import Iterator
from pathlib import Path

UI = Path(__file__).parents[2] / "softphone/ui"
OVERRIDES = {"count", "data", "done", "event", "flags", "index", "invalidate", "paint", "parent"}  # of Qt's
OVERRIDES |= {"show_value"}  # of our own `Field`, which says what it does


def test_every_public_method_that_is_not_qts_says_what_it_does() -> None:
    silent = [f"{file.name}: {name}" for file in UI.rglob("*.py") for name in silent_methods(file)]
    assert silent == []


def silent_methods(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                    named_by_us = method.name.islower() and method.name not in OVERRIDES
                    if named_by_us and not method.name.startswith("_") and not ast.get_docstring(method):
                        yield method.name
