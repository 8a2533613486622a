"""The diagram in architecture.md is the one the machine draws."""

from pathlib import Path

import pytest

from tests.line.tables.diagram import BEGIN, END, diagram, edges

DOCUMENT = Path(__file__).parents[3] / "resources" / "docs" / "architecture.md"
HOW_TO = "put the output of `python -m tests.line.tables.diagram` into architecture.md"


def stale(document: Path) -> str:
    """What is wrong with the diagram in this file, and how to mend it; empty if nothing is."""
    text = document.read_text(encoding="utf-8") if document.exists() else ""
    _, _, rest = text.partition(BEGIN)
    drawn, end, _ = rest.partition(END)
    if not end:
        return f"{document.name} has no {BEGIN} … {END}: {HOW_TO}"
    return "" if drawn.strip() == diagram() else f"the diagram in {document.name} is old: {HOW_TO}"


def test_the_document_shows_the_diagram_of_this_machine():
    assert not stale(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"# Panel\n\n{BEGIN}\n{diagram()}\n{END}\n", ""),
        (f"# Panel\n\n{BEGIN}\nold\n{END}\n", "is old"),
        ("# Panel\n", "has no"),
        (None, "has no"),
    ],
)
def test_a_stale_or_missing_diagram_is_named_with_the_command(
    tmp_path: Path, text: str | None, complaint: str
):
    document = tmp_path / "architecture.md"
    if text is not None:
        document.write_text(text, encoding="utf-8")
    found = stale(document)
    assert complaint in found
    assert bool(complaint) == (HOW_TO in found)


def test_every_state_can_be_reached_and_left():
    assert {source for source, _ in edges()} == {target for _, target in edges()}


def test_the_diagram_fits_a_readme():
    lines = diagram().splitlines()
    assert len(lines) < 50
    assert max(map(len, lines)) < 200
