"""The pictures of the window: few, small, in true colour, and each of them looked at somewhere."""

import re
import struct
from pathlib import Path

import pytest

from tests.guides.blocks import DOCUMENTS, TEXTS
from tests.house.test_citations import ROOT

PICTURES = sorted((ROOT / "resources" / "screenshots").iterdir())
AT_MOST = 12
ONE_AT_MOST_BYTES = 120_000
ALL_AT_MOST_BYTES = 1_000_000
TRUE_COLOUR = {2, 6}  # RGB, RGBA; 3 would be a palette

LINK = re.compile(r"(?:\]\(|src=\")([^)#\"]+\.png)")


def shown() -> set[Path]:
    """Return the pictures that the README and the guides show or link to."""
    return {(DOCUMENTS[name].parent / link).resolve() for name in TEXTS for link in LINK.findall(TEXTS[name])}


def test_every_picture_is_shown_and_what_is_shown_is_there():
    assert shown() == set(PICTURES)


def test_there_are_few_and_they_are_small_together():
    assert 0 < len(PICTURES) <= AT_MOST
    assert sum(picture.stat().st_size for picture in PICTURES) <= ALL_AT_MOST_BYTES


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_in_true_colour(picture: Path):
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    _, _, bits, colour = struct.unpack(">IIBB", content[16:26])
    assert (bits, colour in TRUE_COLOUR) == (8, True)
    assert len(content) <= ONE_AT_MOST_BYTES
