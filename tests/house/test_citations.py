"""Every citation of a document leads to a heading that is there, and every name that tests use has its row.

A citation is `name.md` or `name.md#anchor` in code, tests, packaging, the README or a document itself. The
documents are those of resources/docs/, the anchors are those that GitHub makes of headings.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.auth.test_vectors import ALL_NAMES
from tests.line.tables import weaknesses
from tests.line.tables.test_vectors import ALL_VECTORS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "resources" / "docs"
PLACES = ("softphone", "tests", "packaging", "resources", ".github", ".ci", "README.md", "pyproject.toml")
KINDS = frozenset({".py", ".md", ".toml", ".txt", ".cjs", ".sh", ".yml", ""})
LINES_AT_MOST = 400

CITATION = re.compile(
    r"(?<![\w/.-])(?:resources/docs/)?(?P<document>[a-z][a-z-]*\.md)(?:#(?P<anchor>[a-z0-9-]+))?"
)
WITHIN = re.compile(r"\]\(#(?P<anchor>[a-z0-9-]+)\)")  # a link inside one document
ROW = re.compile(r"^\| ([A-Z]\d{1,3}|\d{1,2}) \|", re.MULTILINE)


def anchors(document: Path) -> list[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles]


def sources() -> Iterator[Path]:
    """Yield every file that may cite."""
    for place in PLACES:
        path = ROOT / place
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and one.suffix in KINDS and one != Path(__file__))


def rows(document: str) -> list[str]:
    """Return the names that begin the rows of a document's tables."""
    return ROW.findall((DOCS / document).read_text(encoding="utf-8"))


HEADINGS = {document.name: anchors(document) for document in sorted(DOCS.glob("*.md"))}


def dead_citations(text: str, *, own: str = "") -> list[str]:
    """Return the citations in a text that lead nowhere; `own` is the document that the text is of."""
    dead = []
    for found in CITATION.finditer(text):
        document, anchor = found["document"], found["anchor"]
        if document not in HEADINGS or (anchor and anchor not in HEADINGS[document]):
            dead.append(found[0])
    if own:
        dead += [found[0] for found in WITHIN.finditer(text) if found["anchor"] not in HEADINGS[own]]
    return dead


def test_every_citation_leads_to_a_heading():
    dead = {}
    for path in sources():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # no text
            continue
        if found := dead_citations(text, own=path.name if path.parent == DOCS else ""):
            dead[str(path.relative_to(ROOT))] = found
    assert not dead


@pytest.mark.parametrize(
    "text",
    ["nowhere.md 4", "(protocol.md#no-such-heading)", "resources/docs/nowhere.md", "reliability.md#x-"],
)
def test_a_citation_that_leads_nowhere_is_found(text: str):
    assert dead_citations(text)


@pytest.mark.parametrize("document", HEADINGS)
def test_headings_are_unique_and_a_document_is_read_in_one_go(document: str):
    assert len(HEADINGS[document]) == len(set(HEADINGS[document]))
    assert len((DOCS / document).read_text(encoding="utf-8").splitlines()) <= LINES_AT_MOST


def test_every_vector_and_weakness_has_its_row_once():
    of_sdk, of_sign_in = rows("sdk.md"), rows("sign-in.md")
    assert sorted(name for name in of_sdk if name.startswith("V")) == sorted(ALL_VECTORS)
    assert sorted(of_sign_in) == sorted(ALL_NAMES)
    numbers = sorted((*weaknesses.TESTED, *weaknesses.WITHOUT_OBJECT, *weaknesses.UNTESTED))
    assert [int(number) for number in of_sdk if number.isdigit()] == numbers


def test_every_fault_that_a_test_is_named_after_has_its_row():
    named = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for letter, number in re.findall(r"def test_([lds])(\d{1,2})_", path.read_text(encoding="utf-8")):
            named.add(f"{letter.upper()}{number}")
    assert named
    assert named <= {*rows("faults.md"), "S19", "S20"}


def test_the_documents_are_in_the_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "resources/docs/*.md" in settings["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
