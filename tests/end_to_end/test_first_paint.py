from pathlib import Path

import pytest

from tests.bench import first_paint
from tests.kit.program import NEEDS_DISPLAY

pytestmark = [
    pytest.mark.slow,
    NEEDS_DISPLAY,
]


def test_the_window_is_on_the_screen_before_anything_heavy_is_imported(tmp_path: Path):
    assert first_paint("program", tmp_path)["loaded"] == []
