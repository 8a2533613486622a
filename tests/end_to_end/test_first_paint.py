import os
import sys
from pathlib import Path

import pytest

from tests.bench import first_paint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("DISPLAY") and sys.platform == "linux",
        reason="needs an X display, which packaging/test starts",
    ),
]


def test_the_window_is_on_the_screen_before_anything_heavy_is_imported(tmp_path: Path):
    assert first_paint("program", tmp_path)["loaded"] == []
