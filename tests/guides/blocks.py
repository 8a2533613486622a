"""The blocks of the README and of the guides, and the words in them that are code.

A block says by its language what it is. A block of commands that no test runs has a comment on the line
before it that says why: `<!-- not run here: it opens a window -->`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.test_citations import DOCS, ROOT

DOCUMENTS = {path.name: path for path in (ROOT / "README.md", *sorted(DOCS.glob("*.md")))}

_NOT_RUN = re.compile(r"<!-- not run here: (.+) -->")
_FENCE = re.compile(r"(\s*)```(.*)")
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block in a fence. `heading` is the anchor that it stands below; `why_not` says why it is not run."""

    document: str
    line: int
    heading: str
    language: str
    text: str
    why_not: str

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{self.document}:{self.line}"

    @property
    def below(self) -> str:
        """The citation of its heading."""
        return f"{self.document}#{self.heading}"


def blocks_of(document: str, text: str) -> Iterator[Block]:
    """Yield the blocks of a document in their order."""
    heading, before = "", ""
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        if opening := _FENCE.fullmatch(line):
            indent, language = len(opening[1]), opening[2].strip()
            inside = []
            for _, each in lines:
                if each.strip() == "```":
                    break
                inside.append(each[indent:])
            why_not = _NOT_RUN.fullmatch(before.strip())
            yield Block(
                document=document,
                line=number,
                heading=heading,
                language=language,
                text="\n".join(inside) + "\n",
                why_not=why_not[1] if why_not else "",
            )
        elif title := re.fullmatch(r"#{1,6} (.+)", line):
            heading = re.sub(r"[^\w\- ]", "", title[1].lower()).strip().replace(" ", "-")
        before = line


def code_in(text: str) -> Iterator[str]:
    """Yield what stands between single backticks, outside of blocks; a table's `\\|` is a `|`."""
    outside = re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.MULTILINE | re.DOTALL)
    for found in _CODE.finditer(outside):
        yield found[1].replace(r"\|", "|")


TEXTS = {name: path.read_text(encoding="utf-8") for name, path in DOCUMENTS.items()}
BLOCKS = [block for name, text in TEXTS.items() for block in blocks_of(name, text)]
